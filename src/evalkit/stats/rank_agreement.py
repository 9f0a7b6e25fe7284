"""Do several scores rank the same people alike? Kendall's W, and tau within places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.clustered_ranks import ClusteredRanks
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.numbering import number_clusters, number_strata
from evalkit.stats.pair_sums import sum_pairs
from evalkit.stats.pair_tables import compute_taus, tabulate_pairs
from evalkit.stats.rank_sums import sum_ranks
from evalkit.stats.reliability import check_items
from evalkit.stats.resampling import Bootstrap, bootstrap
from evalkit.stats.weighted_ranks import weighted_concordance

_FEWEST = 5
_CELLS = 4_000_000  # clusters times people: 16 MB
_MOST = 6_000  # people whose pairs are compared, and drawn anew, at once: 1 GB
_DIGITS = 9  # scores that are equal but for the order of adding them up must tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance(Shown):
    """Kendall's W of k rankings of n people, with a percentile interval from resampling people.

    Above 6 000 people, where resamples hardly differ, the interval is that of the linearised statistic, and
    ``n_failed`` is 0.

    Attributes
    ----------
    estimate
        0 where the rankings have nothing in common, 1 where they are one; corrected for ties.
    mean_rank_correlation
        Mean of Spearman's rho over pairs of rankings, (k W - 1) / (k - 1) (without ties the same exactly).
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    mean_rank_correlation: float
    n: int
    n_rankings: int
    n_boot: int
    n_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankAgreement(Shown):
    """Kendall's tau-b within strata, and without them, with intervals.

    Percentile intervals of resamples; above 6 000 people, where resamples hardly differ, those of the
    linearised statistic, and ``n_failed`` is 0.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Tau over the pairs of people of one stratum, all strata together.
    pooled, pooled_low, pooled_high
        Tau over all pairs of people: it also holds what sets the strata apart.
    n, n_strata, n_clusters, n_failed
        People, strata with two people or more, what was resampled, and resamples without a tau.
    """

    estimate: float
    conf_low: float
    conf_high: float
    pooled: float
    pooled_low: float
    pooled_high: float
    conf_level: float
    n: int
    n_strata: int
    n_clusters: int
    n_failed: int


def estimate_concordance(
    scores: ArrayLike,
    *,
    n_boot: int,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> Concordance:
    """Estimate Kendall's coefficient of concordance W.

    Parameters
    ----------
    scores
        Shape (n, k): people by methods or raters, without gaps. Equal scores share their mean rank.
    clusters
        Cluster of each person, shape (n,): whole clusters are resampled.

    Raises
    ------
    DesignError
        If there is a gap, a ranking of equal scores only, or fewer than three people.

    References
    ----------
    Kendall & Babington Smith (1939), Ann Math Stat 10:275–287, doi:10.1214/aoms/1177732186.

    Examples
    --------
    Three executives rank six applicants (Siegel 1956, Nonparametric Statistics, table 9.1):

    >>> import numpy as np
    >>> scores = [[1, 1, 6], [6, 5, 3], [3, 6, 2], [2, 4, 5], [5, 2, 4], [4, 3, 1]]
    >>> round(estimate_concordance(scores, n_boot=50, rng=np.random.default_rng(1)).estimate, 2)
    0.16
    """
    x = check_items(scores).round(_DIGITS)
    n, k = x.shape
    if n < 3:
        raise DesignError(f"Kendall's W needs three or more people; there are {n}.")
    flat = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if len(flat):
        raise DesignError(
            f"Rankings {flat.tolist()} (counted from 0) hold equal scores only; leave them out."
        )
    if n > _MOST:
        w, low, high, n_failed = *_concordance_of_many(x, number_clusters(clusters, n), conf_level), 0
    else:
        found = _resample_concordance(x, clusters, n_boot=n_boot, rng=rng, conf_level=conf_level)
        w, low, high = float(found.estimate), float(found.conf_low), float(found.conf_high)
        n_failed = found.n_failed
    return Concordance(
        estimate=w,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        mean_rank_correlation=(k * w - 1) / (k - 1),
        n=n,
        n_rankings=k,
        n_boot=n_boot,
        n_failed=n_failed,
    )


def _concordance_of_many(
    x: Floats, clusters: NDArray[np.intp], conf_level: float
) -> tuple[float, float, float]:
    """Return W and its ends from what each person adds to it; nothing is drawn."""
    found = sum_ranks(x)
    return found.concordance, *found.interval(clusters, conf_level)


def _resample_concordance(
    x: Floats, clusters: ArrayLike | None, *, n_boot: int, rng: np.random.Generator, conf_level: float
) -> Bootstrap:
    """Resample clusters through what each adds to ranks; where that takes much room, person by person."""
    each = number_clusters(clusters, len(x))
    n_clusters = int(each.max()) + 1
    if len(each) == len(x) and n_clusters * len(x) <= _CELLS:
        ranks = ClusteredRanks.of(x, each)
        return bootstrap(
            lambda drawn, _: ranks.concordance(drawn),
            ranks.sizes,
            n_boot=n_boot,
            rng=rng,
            conf_level=conf_level,
        )
    return bootstrap(
        weighted_concordance, x, n_boot=n_boot, rng=rng, clusters=clusters, conf_level=conf_level
    )


def estimate_rank_agreement(
    first: ArrayLike,
    second: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> RankAgreement:
    """Estimate how alike two scores rank people of the same stratum (place), and all people.

    The first compares only people of one place, so that places which differ in their level cannot make two
    scores look alike; the second is what ignoring places would show.

    Parameters
    ----------
    strata
        Place of each person, shape (n,); one by default.
    clusters
        Unit of each person, shape (n,): whole units are resampled. People are by default.

    Raises
    ------
    DesignError
        If there are fewer than five people, a gap, or a score that does not vary within any place.

    Examples
    --------
    Two places, a far better one and a far worse one, in each of which the order is reversed:

    >>> import numpy as np
    >>> first, second = [1, 2, 3, 11, 12, 13], [3, 2, 1, 13, 12, 11]
    >>> found = estimate_rank_agreement(
    ...     first, second, strata=[0, 0, 0, 1, 1, 1], n_boot=50, rng=np.random.default_rng(1)
    ... )
    >>> found.estimate, round(found.pooled, 1)
    (-1.0, 0.2)
    """
    x, y = (np.asarray(scores, dtype=np.float64).round(_DIGITS) for scores in (first, second))
    codes = number_strata(strata, len(x))
    _check_pairs(x, y, codes)
    drawn = number_clusters(clusters, len(x))
    if len(x) > _MOST:
        return _of_many(x, y, codes, drawn, conf_level)
    pairs = tabulate_pairs(x, y, codes, drawn)
    found = bootstrap(
        lambda weights, _: compute_taus(weights, pairs),
        np.arange(int(drawn.max()) + 1),
        n_boot=n_boot,
        rng=rng,
        conf_level=conf_level,
    )
    _require_tau(found.estimate)
    ends = np.column_stack([found.estimate, found.conf_low, found.conf_high]).tolist()
    return RankAgreement(
        estimate=ends[0][0],
        conf_low=ends[0][1],
        conf_high=ends[0][2],
        pooled=ends[1][0],
        pooled_low=ends[1][1],
        pooled_high=ends[1][2],
        conf_level=conf_level,
        n=len(x),
        n_strata=int(np.sum(np.bincount(codes) > 1)),
        n_clusters=found.n_clusters,
        n_failed=found.n_failed,
    )


def _of_many(
    x: Floats, y: Floats, strata: NDArray[np.intp], clusters: NDArray[np.intp], conf_level: float
) -> RankAgreement:
    """Estimate from what each person adds to all pairs; nothing is drawn."""
    within, pooled = sum_pairs(x, y, strata), sum_pairs(x, y, np.zeros_like(strata))
    _require_tau([within.tau(), pooled.tau()])
    low, high = within.tau_interval(clusters, conf_level)
    pooled_low, pooled_high = pooled.tau_interval(clusters, conf_level)
    return RankAgreement(
        estimate=within.tau(),
        conf_low=low,
        conf_high=high,
        pooled=pooled.tau(),
        pooled_low=pooled_low,
        pooled_high=pooled_high,
        conf_level=conf_level,
        n=len(x),
        n_strata=int(np.sum(np.bincount(strata) > 1)),
        n_clusters=int(clusters.max()) + 1,
        n_failed=0,
    )


def _require_tau(taus: ArrayLike) -> None:
    if np.isnan(np.asarray(taus)).any():
        raise DesignError(
            "Rank agreement within places needs scores that vary within a place; one is constant."
        )


def _check_pairs(x: Floats, y: Floats, codes: np.ndarray) -> None:
    if x.ndim != 1 or x.shape != y.shape or len(codes) != len(x) or len(x) < _FEWEST:
        raise DesignError(
            f"Rank agreement needs at least {_FEWEST} people with two scores and one place each; "
            f"the shapes are {x.shape}, {y.shape} and {codes.shape}."
        )
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise DesignError("Rank agreement needs complete pairs of scores; drop those with a gap first.")
