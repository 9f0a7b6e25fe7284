"""How often is one score above another? Probability of superiority and Cliff's delta."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.contrasts import estimate_contrast
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.stratified import estimate_stratified_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Superiority(Shown):
    """How often a score of the first kind is above one of the second.

    Attributes
    ----------
    probability, probability_low, probability_high
        P(first > second) + P(equal)/2: .5 where neither tends to be higher.
    delta, delta_low, delta_high
        Cliff's delta, P(first > second) - P(first < second) = 2 · probability - 1.
    std_error
        Of delta; 0 where all comparisons go one way.
    n_first, n_second
        Scores of each kind; equal where they are paired.
    paired
        Whether only the two scores of one person were compared.
    """

    probability: float
    probability_low: float
    probability_high: float
    delta: float
    delta_low: float
    delta_high: float
    std_error: float
    conf_level: float
    n_first: int
    n_second: int
    paired: bool

    def __post_init__(self) -> None:
        """Hold both to one another."""
        if abs(2 * self.probability - 1 - self.delta) > 1e-12:
            raise ValueError("delta is not 2 · probability - 1")


def estimate_superiority(
    first: ArrayLike,
    second: ArrayLike,
    *,
    paired: bool = False,
    clusters: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Superiority:
    """Estimate how often a first score is above a second, and Cliff's delta; ranks are all that count.

    Two groups: every score of one is compared with every score of the other, with the variance of DeLong,
    DeLong and Clarke-Pearson (the one of Brunner and Munzel). Paired: the two scores of each person are
    compared, with a cluster-robust variance (CR3) where ``clusters`` are given. The interval is Cliff's,
    which stays inside -1 and 1, with t quantiles; with 43 pairs, 95 % held the truth in 97 % of samples.

    Parameters
    ----------
    first, second
        Shapes (m,) and (n,), without gaps; of one length where paired.
    clusters
        Cluster of each pair, such as the unit; only where paired.
    strata
        Stratum of each pair, such as the place: its spread within strata counts; only where paired.

    Raises
    ------
    DesignError
        With gaps, fewer than two scores of a kind, or clusters without pairs.

    References
    ----------
    Cliff (1993), Psychol Bull 114:494–509, doi:10.1037/0033-2909.114.3.494; Feng & Cliff (2004), J Mod Appl
    Stat Methods 3:322–332, doi:10.22237/jmasm/1099267560; Brunner & Munzel (2000), Biom J 42:17–25.

    Examples
    --------
    >>> found = estimate_superiority([3, 4, 5, 6], [1, 2, 3, 4])
    >>> found.probability, found.delta
    (0.875, 0.75)
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    _refuse(x, y, paired, clusters, strata)
    delta, std_error, df, n = _paired(x - y, clusters, strata) if paired else _independent(x, y)
    z = float(stats.t.ppf((1 + conf_level) / 2, df))
    low, high = _interval(delta, std_error, z, n)
    return Superiority(
        probability=(1 + delta) / 2,
        probability_low=(1 + low) / 2,
        probability_high=(1 + high) / 2,
        delta=delta,
        delta_low=low,
        delta_high=high,
        std_error=std_error,
        conf_level=conf_level,
        n_first=len(x),
        n_second=len(y),
        paired=paired,
    )


def _paired(
    difference: Floats, clusters: ArrayLike | None, strata: ArrayLike | None
) -> tuple[float, float, float, int]:
    signs = np.sign(difference)
    if strata is None:
        found = estimate_contrast(signs, clusters=clusters)
    else:
        found = estimate_stratified_mean(signs, strata=strata, clusters=clusters)
    return float(np.sign(difference).mean()), found.std_error, found.df, found.n_clusters


def _independent(x: Floats, y: Floats) -> tuple[float, float, float, int]:
    """Return delta, its standard error from placements, Satterthwaite's df, and the smaller group."""
    m, n = len(x), len(y)
    together = stats.rankdata(np.concatenate([x, y]))
    above = (together[:m] - stats.rankdata(x)) / n  # share of y below each x
    below = (together[m:] - stats.rankdata(y)) / m
    parts = np.array([above.var(ddof=1) / m, below.var(ddof=1) / n])
    total = float(parts.sum())
    df = total**2 / float(np.sum(parts**2 / np.array([m - 1, n - 1]))) if total > 0 else m + n - 2
    return float(2 * above.mean() - 1), 2 * float(np.sqrt(total)), df, min(m, n)


def _interval(delta: float, std_error: float, z: float, n: int) -> tuple[float, float]:
    """Return Cliff's asymmetric interval; where all comparisons go one way, his bound for that case."""
    if abs(delta) == 1:
        bound = (n - z**2) / (n + z**2)
        return (bound, 1.0) if delta > 0 else (-1.0, -bound)
    spread = (z * std_error) ** 2
    middle, half = delta - delta**3, z * std_error * float(np.sqrt((1 - delta**2) ** 2 + spread))
    return (middle - half) / (1 - delta**2 + spread), (middle + half) / (1 - delta**2 + spread)


def _refuse(x: Floats, y: Floats, paired: bool, clusters: ArrayLike | None, strata: ArrayLike | None) -> None:
    if x.ndim != 1 or y.ndim != 1 or min(len(x), len(y)) < 2:
        raise DesignError(
            f"Superiority needs at least two scores of each kind; the shapes are {x.shape} and {y.shape}."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DesignError("Superiority needs recorded scores; drop those with a gap first, and say so.")
    if paired and len(x) != len(y):
        raise DesignError(f"Paired scores need one length; they have {len(x)} and {len(y)}.")
    if not paired and not (clusters is None and strata is None):
        raise DesignError(
            "Clusters and strata are used with paired scores only; pair them, or leave both out."
        )
