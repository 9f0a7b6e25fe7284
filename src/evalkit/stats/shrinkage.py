"""Means of many groups, each pulled toward the mean of all by as much as it is uncertain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import beta, stdtr, stdtrit

from evalkit.errors import DesignError
from evalkit.shown import Shown

Floats = NDArray[np.float64]

#: Logits of the share by which a typical group is pulled: what lies beyond has no weight to speak of.
_WIDEST: Final = 12.0
_STEP: Final = 0.3
#: The prior of that share B is proportional to B to this power less one: 1 would be the uniform prior, with
#: which intervals of 5 to 12 groups are too short; less of it makes those of two groups too wide.
_PRIOR: Final = 0.5
_NEGLIGIBLE: Final = 1e-7
_NOTHING: Final = 1e-300  # the variance of what is 0 by definition: the deviation of the only group
_MOST_STEPS: Final = 60
_CLOSE: Final = 1e-11  # of the smallest scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Distributions of several unknowns: weighted Student distributions, one a ratio of variances.

    Attributes
    ----------
    weights
        Of each ratio, shape (g,); together 1.
    df
        Degrees of freedom of all of them.
    locations, scales
        Shape (g, k) for k unknowns.
    """

    weights: Floats
    df: int
    locations: Floats
    scales: Floats

    @property
    def means(self) -> Floats:
        """Mean of each unknown, shape (k,)."""
        return self.weights @ self.locations

    def below(self, limits: ArrayLike) -> Floats:
        """Return the probability that each unknown is below its limit, shape (k,)."""
        at = (np.asarray(limits, dtype=np.float64) - self.locations) / self.scales
        return np.asarray(self.weights @ stdtr(self.df, at))

    def quantiles(self, level: float) -> Floats:
        """Return the quantile of each unknown, shape (k,): it lies between those of the parts.

        By Newton's steps, and by halving where a step leads out of where the quantile must lie.
        """
        parts = self.locations + self.scales * stdtrit(self.df, level)
        low, high = parts.min(axis=0), parts.max(axis=0)
        at = self.weights @ parts
        for _ in range(_MOST_STEPS):
            over = self.below(at) - level
            low, high = np.where(over < 0, at, low), np.where(over < 0, high, at)
            with np.errstate(divide="ignore", invalid="ignore"):  # far out, where there is no density
                ahead = at - over / self._density(at)
            ahead = np.where((ahead >= low) & (ahead <= high), ahead, (low + high) / 2)
            moved, at = np.abs(ahead - at), ahead
            if (moved <= _CLOSE * self.scales.min(axis=0)).all():
                break
        return np.asarray(at)

    def _density(self, at: Floats) -> Floats:
        """Return the density of each unknown, shape (k,)."""
        away = (at - self.locations) / self.scales
        scale = 1 / (self.df**0.5 * beta(self.df / 2, 0.5))
        heights = scale * (1 + away**2 / self.df) ** (-(self.df + 1) / 2) / self.scales
        return np.asarray(self.weights @ heights)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShrunkenMeans(Shown):
    """Means of groups, shrunken toward the mean of all; arrays have one entry a group, shape (k,).

    Attributes
    ----------
    n
        Values of each group.
    means
        Plain means.
    estimates, conf_low, conf_high
        Shrunken means with their intervals.
    deviations, deviation_low, deviation_high
        How far each group is from the mean of all that were observed; NaN with one group.
    kept
        Share of its plain deviation that a group keeps, 0 to 1; NaN with one group.
    overall, overall_low, overall_high
        Mean of the groups that were observed, each counting with the number of its values.
    conf_level
        Level of the intervals.
    mixture
        Posterior distribution of the groups' means.
    """

    n: NDArray[np.intp]
    means: Floats
    estimates: Floats
    conf_low: Floats
    conf_high: Floats
    deviations: Floats
    deviation_low: Floats
    deviation_high: Floats
    kept: Floats
    overall: float
    overall_low: float
    overall_high: float
    conf_level: float
    mixture: Mixture = field(repr=False)

    def __post_init__(self) -> None:
        """Hold shares to their bounds, and intervals to their order."""
        if len(self.n) > 1 and not ((self.kept >= 0) & (self.kept <= 1)).all():
            raise ValueError("a group keeps a share from 0 to 1 of its deviation")
        if not (self.conf_low <= self.conf_high).all():
            raise ValueError("the ends of an interval stand in the wrong order")

    def probability_below(self, target: float) -> Floats:
        """Return the probability that each group's mean is below a target, shape (k,)."""
        return self.mixture.below(np.full(len(self.n), target))


def shrink_group_means(values: ArrayLike, groups: ArrayLike, *, conf_level: float = 0.95) -> ShrunkenMeans:
    """Estimate the means of many groups at once, so that small ones do not stand out by chance.

    Values scatter around the mean of their group, and group means around the mean of all, both normally. The
    less certain a mean is, the more it is pulled toward the mean of all; how much, the data decide. The
    intervals know that this is not known: they average over all ratios of the two variances. The prior of the
    share B by which a group of typical size is pulled is proportional to 1/√B: between the uniform one
    (Daniels 1999) and a flat one on the variance between groups (Morris & Tang 2011), proper with two groups.
    Such intervals hold a group's mean with their level over groups, not for one outlying group again and
    again. Several of them may be compared with no further adjustment (Gelman, Hill & Yajima 2012).

    Parameters
    ----------
    values
        Shape (n,), without gaps.
    groups
        Group of each value, shape (n,); results stand in the order of ``np.unique(groups)``.

    Raises
    ------
    DesignError
        If no group has two values, values within groups do not vary, or one is missing.

    References
    ----------
    Daniels (1999), Canadian Journal of Statistics 27:567–578, doi:10.2307/3316112 (uniform shrinkage prior);
    Morris & Tang (2011), Statistical Science 26:271–287, doi:10.1214/11-STS351 (flat on the variance);
    Gelman, Hill & Yajima (2012), J Res Educ Eff 5:189–211, doi:10.1080/19345747.2011.618213.

    Examples
    --------
    >>> found = shrink_group_means([1, 3, 2, 6, 8, 7, 2, 6, 4], np.repeat(["a", "b", "c"], 3))
    >>> found.means.tolist(), [round(x, 2) for x in found.estimates.tolist()]
    ([2.0, 7.0, 4.0], [2.53, 6.39, 4.08])
    """
    y, codes, n = _read(values, groups)
    means = np.bincount(codes, y) / n
    within = float(((y - means[codes]) ** 2).sum())
    if not within > 1e-12 * max(float((y**2).sum()), 1e-300):
        raise DesignError(
            "Values do not vary within groups, so what is chance in a group's mean is not known; "
            f"{len(n)} groups were found."
        )
    weights, ratios = _weigh_ratios(means, n, within)
    at = [_predict(ratio, means, n, within) for ratio in ratios]
    centre, level, deviation = (
        Mixture(
            weights=weights,
            df=len(y) - 1,
            locations=np.array([one[name][0] for one in at]),
            scales=np.array([one[name][1] for one in at]),
        )
        for name in ("overall", "level", "deviation")
    )
    tail = (1 - conf_level) / 2
    ends = {name: of.quantiles(p) for name, of, p in (("low", level, tail), ("high", level, 1 - tail))}
    alone = np.nan if len(n) == 1 else 1.0  # of one group nothing is known that it could deviate from
    return ShrunkenMeans(
        n=n,
        means=means,
        estimates=level.means,
        conf_low=ends["low"],
        conf_high=ends["high"],
        deviations=deviation.means * alone,
        deviation_low=deviation.quantiles(tail) * alone,
        deviation_high=deviation.quantiles(1 - tail) * alone,
        kept=weights @ (ratios[:, None] / (ratios[:, None] + 1 / n)) * alone,
        overall=float(centre.means[0]),
        overall_low=float(centre.quantiles(tail)[0]),
        overall_high=float(centre.quantiles(1 - tail)[0]),
        conf_level=conf_level,
        mixture=level,
    )


def _read(values: ArrayLike, groups: ArrayLike) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    y, labels = np.asarray(values, dtype=np.float64), np.asarray(groups)
    if y.ndim != 1 or y.shape != labels.shape or not np.isfinite(y).all():
        raise DesignError(
            f"Means of groups need values without gaps, and the group of each; the shapes are {y.shape} and "
            f"{labels.shape}."
        )
    codes = np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.intp)
    n = np.bincount(codes) if len(y) else np.zeros(1, dtype=np.intp)
    if n.max() < 2:
        raise DesignError(
            f"Means of groups need two values in some group; {len(y)} values are in {len(y)} groups."
        )
    return y, codes, n


def _weigh_ratios(means: Floats, n: NDArray[np.intp], within: float) -> tuple[Floats, Floats]:
    """Return ratios of the variance between groups to that within, and their posterior weights."""
    typical = len(n) / float((1 / n).sum())
    step = min(_STEP, float(np.sqrt(2 / len(n))))  # about a posterior standard deviation, or less
    logits = np.arange(-_WIDEST, _WIDEST + step, step)
    pulled = 1 / (1 + np.exp(-logits))
    ratios = (1 - pulled) / (pulled * typical)
    if len(n) == 1:  # one group is not pulled, whatever the ratio
        return np.ones(1), np.ones(1)
    spread = ratios[:, None] + 1 / n
    centre = (means / spread).sum(axis=1) / (1 / spread).sum(axis=1)
    quadratic = within + ((means - centre[:, None]) ** 2 / spread).sum(axis=1)
    log = (
        _PRIOR * np.log(pulled)
        + np.log1p(-pulled)
        - np.log(spread).sum(axis=1) / 2
        - np.log((1 / spread).sum(axis=1)) / 2
        - (n.sum() - 1) / 2 * np.log(quadratic)
    )
    weights = np.exp(log - log.max())
    kept = weights > _NEGLIGIBLE
    return weights[kept] / weights[kept].sum(), ratios[kept]


def _predict(
    ratio: float, means: Floats, n: NDArray[np.intp], within: float
) -> dict[str, tuple[Floats, Floats]]:
    """Return location and scale, given the ratio: of the mean of all, each group's, and its deviation."""
    precision = 1 / (ratio + 1 / n)
    total = precision.sum()
    centre = float(precision @ means / total)
    variance = (within + precision @ (means - centre) ** 2) / (n.sum() - 1)
    kept = ratio * precision
    left, pulled, share = ratio * (1 - kept), 1 - kept, n / n.sum()
    level = centre + kept * (means - centre)
    spread = share**2 @ left
    apart = left * (1 - 2 * share) + spread + (pulled - share @ pulled) ** 2 / total
    return {
        "overall": (
            np.array([share @ level]),
            np.sqrt([variance * (spread + (share @ pulled) ** 2 / total)]),
        ),
        "level": (level, np.sqrt(variance * (left + pulled**2 / total))),
        "deviation": (level - share @ level, np.sqrt(variance * np.maximum(apart, _NOTHING))),
    }
