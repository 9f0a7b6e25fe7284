"""How a score goes with a criterion: within places, within and between units, and beyond another score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.cluster_sums import LEVELS, ClusterSums, Level, add_up_clusters, correlate
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.resampling import bootstrap

_FEWEST_APART: Final = 4  # clusters less strata: below, most resamples leave nothing between clusters
_NO_SPREAD: Final = "A score is compared with a criterion within places, and one of them does not vary there."


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCorrelation(Shown):
    """Pearson's r of a score with a criterion, at four levels, with percentile intervals.

    Attributes
    ----------
    within, within_low, within_high
        Of people of one stratum (place), all strata together: both are centred there.
    pooled
        Of all people: it also holds what sets the strata apart.
    within_clusters
        Of people of one cluster (unit); NaN where one of the two does not vary there.
    between_clusters
        Of the means of clusters of one stratum, every person counting alike; NaN with fewer than four
        clusters more than strata.
    n, n_strata, n_clusters, n_failed
        Rows, strata, what was resampled, and resamples without a correlation.
    """

    within: float
    within_low: float
    within_high: float
    pooled: float
    pooled_low: float
    pooled_high: float
    within_clusters: float
    within_clusters_low: float
    within_clusters_high: float
    between_clusters: float
    between_clusters_low: float
    between_clusters_high: float
    conf_level: float
    n: int
    n_strata: int
    n_clusters: int
    n_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionIncrement(Shown):
    """What a score says of a criterion beyond another score, within strata.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Rise of R² when the score joins the other one. It cannot fall below 0: an interval that begins there
        leaves open whether the score adds anything.
    semipartial, semipartial_low, semipartial_high
        Correlation of the criterion with what of the score the other one does not hold; its square is the
        rise of R².
    r2_before
        R² of the other score alone.
    """

    estimate: float
    conf_low: float
    conf_high: float
    semipartial: float
    semipartial_low: float
    semipartial_high: float
    r2_before: float
    conf_level: float
    n: int
    n_clusters: int


def estimate_criterion_correlation(
    score: ArrayLike,
    criterion: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> CriterionCorrelation:
    """Correlate a score with a criterion within strata, so that places which differ count for nothing.

    It is the standardised slope of a regression with a centred predictor; with clusters (units), the sum of
    squares within a stratum splits into that within units and that between them, and so does the question.

    Parameters
    ----------
    strata, clusters
        Place and unit of each person, shape (n,). Whole units are resampled; people are by default.

    Raises
    ------
    DesignError
        If there are fewer than five people, a gap, no spread within a stratum, or a cluster in two strata.

    References
    ----------
    Enders & Tofighi (2007), Psychol Methods 12:121–138, doi:10.1037/1082-989X.12.2.121 (centring).

    Examples
    --------
    Two places that lie far apart, in each of which the order is reversed:

    >>> import numpy as np
    >>> score, criterion = [1, 2, 3, 11, 12, 13], [3, 2, 1, 13, 12, 11]
    >>> found = estimate_criterion_correlation(
    ...     score, criterion, strata=[0, 0, 0, 1, 1, 1], n_boot=50, rng=np.random.default_rng(1)
    ... )
    >>> round(found.within, 2), round(found.pooled, 2)
    (-1.0, 0.95)
    """
    sums = add_up_clusters([score, criterion], strata=strata, clusters=clusters)
    whole = np.ones((1, sums.n_clusters))
    several = sums.n_clusters - sums.strata.max() - 1 >= _FEWEST_APART
    asked = [level for level in LEVELS if level != "between_clusters" or several]
    asked = asked if clusters is not None else asked[:2]
    levels = [level for level in asked if not np.isnan(_r(sums, whole, level)[0])]
    if "within" not in levels:
        raise DesignError(_NO_SPREAD)
    found = bootstrap(
        lambda weights, _: np.column_stack([_r(sums, weights, level) for level in levels]),
        np.arange(sums.n_clusters),
        n_boot=n_boot,
        rng=rng,
        conf_level=conf_level,
    )
    ends = {f"{level}{end}": float("nan") for level in LEVELS for end in ("", "_low", "_high")}
    for i, level in enumerate(levels):
        ends[level] = float(found.estimate[i])
        ends[f"{level}_low"], ends[f"{level}_high"] = float(found.conf_low[i]), float(found.conf_high[i])
    return CriterionCorrelation(
        **ends,
        conf_level=conf_level,
        n=sums.n,
        n_strata=int(sums.strata.max()) + 1,
        n_clusters=sums.n_clusters,
        n_failed=found.n_failed,
    )


def estimate_criterion_increment(
    score: ArrayLike,
    criterion: ArrayLike,
    over: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> CriterionIncrement:
    """Estimate how much a score adds to what another one already says of a criterion, within strata.

    The interval is that of the semipartial correlation, squared; where that one holds 0, it begins at 0.
    (Resampled rises of R² are never 0, and their percentiles would always exclude it.)

    Parameters
    ----------
    over
        The other score, shape (n,).

    Raises
    ------
    DesignError
        As `estimate_criterion_correlation`, and if the two scores are one.

    References
    ----------
    Algina, Keselman & Penfield (2007), Educ Psychol Meas 67:207–218, doi:10.1177/0013164406292030.

    Examples
    --------
    >>> import numpy as np
    >>> first, other = np.tile([1.0, -1.0], 4), np.repeat([1.0, -1.0], 4)
    >>> rng = np.random.default_rng(1)
    >>> found = estimate_criterion_increment(first, first + 2 * other, other, n_boot=50, rng=rng)
    >>> round(found.estimate, 2), round(found.r2_before, 2)
    (0.2, 0.8)
    """
    sums = add_up_clusters([score, criterion, over], strata=strata, clusters=clusters)
    if np.isnan(_semipartial(sums, np.ones((1, sums.n_clusters)))).any():
        raise DesignError(
            "A score that is determined by the other one within places, or does not vary there, adds nothing "
            "that could be told apart; compare it with another score."
        )
    found = bootstrap(
        lambda weights, _: _semipartial(sums, weights),
        np.arange(sums.n_clusters),
        n_boot=n_boot,
        rng=rng,
        conf_level=conf_level,
    )
    r, before = found.estimate.tolist()
    low, high = float(found.conf_low[0]), float(found.conf_high[0])
    squares = sorted((low**2, high**2))
    return CriterionIncrement(
        estimate=r**2,
        conf_low=0.0 if low <= 0 <= high else squares[0],
        conf_high=squares[1],
        semipartial=r,
        semipartial_low=low,
        semipartial_high=high,
        r2_before=before**2,
        conf_level=conf_level,
        n=sums.n,
        n_clusters=sums.n_clusters,
    )


def _r(sums: ClusterSums, weights: Floats, level: Level) -> Floats:
    return correlate(sums.squares(weights, level), n=sums.n)


def _semipartial(sums: ClusterSums, weights: Floats) -> Floats:
    """Return the semipartial r of the score, and the r of the other score, shape (b, 2)."""
    squares = sums.squares(weights, "within")
    with_score, with_other = correlate(squares, 0, 1, n=sums.n), correlate(squares, 2, 1, n=sums.n)
    both = correlate(squares, 0, 2, n=sums.n)
    rest = np.where(1 - both**2 > 1e-9, 1 - both**2, np.nan)
    return np.column_stack([(with_score - with_other * both) / np.sqrt(rest), with_other])
