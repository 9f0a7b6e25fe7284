"""How well a score tells those who need something from those who do not: the ROC curve and its area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.numbering import number_clusters, number_strata
from evalkit.stats.resampling import bootstrap
from evalkit.stats.weighted_ranks import Places, select_top

_DIGITS: Final = 9  # scores that are equal but for the order of adding them up must tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination(Shown):
    """Area under the ROC curve within strata, with a percentile interval.

    Attributes
    ----------
    estimate, conf_low, conf_high
        How often someone with the condition scores higher than someone of the same stratum without it
        (ties count half): .5 by chance, 1 where the score always tells them apart.
    n_with, n_without, n_clusters
        People with the condition and without, and what was resampled.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n_with: int
    n_without: int
    n_clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beaten:
    """Whom people with the condition score above, in one stratum.

    Attributes
    ----------
    people, others
        Those with the condition, and those without in ascending order of their scores.
    below, reached
        How many of the others score lower than each of the people, and how many at most as much.
    """

    people: Places
    others: Places
    below: Places
    reached: Places


def estimate_discrimination(
    score: ArrayLike,
    condition: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> Discrimination:
    """Estimate the area under the ROC curve from pairs of people of one stratum (place).

    Parameters
    ----------
    score
        Higher for those who should have the condition; give the negative score where low means need.
    condition
        True (or 1) for those who have it, shape (n,).
    clusters
        Unit of each person: whole units are resampled. People are by default.

    Raises
    ------
    DesignError
        If there is a gap, or no stratum has people both with the condition and without.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143:29–36, doi:10.1148/radiology.143.1.7063747; Obuchowski (1997),
    Biometrics 53:567–578, doi:10.2307/2533958 (clusters).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> estimate_discrimination([1, 2, 3, 4, 5], [0, 0, 1, 0, 1], n_boot=50, rng=rng).estimate
    0.8333333333333334
    """
    x, has, places, units = _read(score, condition, strata, clusters)
    sides = [(has & (places == place), ~has & (places == place)) for place in range(int(places.max()) + 1)]
    beaten = [_find_beaten(x, *side) for side in sides if all(map(np.any, side))]
    if not beaten:
        raise DesignError(
            "No place has people both with the condition and without it; nothing is told apart."
        )
    result = bootstrap(
        lambda weights, _: _compute_area(weights, beaten),
        x,
        n_boot=n_boot,
        rng=rng,
        clusters=units,
        conf_level=conf_level,
    )
    return Discrimination(
        estimate=float(result.estimate),
        conf_low=float(result.conf_low),
        conf_high=float(result.conf_high),
        conf_level=conf_level,
        n_with=int(has.sum()),
        n_without=int((~has).sum()),
        n_clusters=result.n_clusters,
    )


def trace_roc(
    score: ArrayLike, condition: ArrayLike, shares: Sequence[float], *, strata: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Return the ROC curve: false alarms and sensitivity when each share of every stratum is selected.

    The same share is selected from the top of each stratum; ties at the cut-off are shared evenly.

    Examples
    --------
    >>> alarms, found = trace_roc([1, 2, 3, 4, 5], [0, 0, 1, 0, 1], [0.2, 0.4, 1.0])
    >>> found.tolist(), alarms.round(2).tolist()
    ([0.5, 0.5, 1.0], [0.0, 0.33, 1.0])
    """
    x, has, places, _ = _read(score, condition, strata, None)
    chosen = np.zeros((len(shares), len(x)))
    for place in range(int(places.max()) + 1):
        rows = np.flatnonzero(places == place)
        chosen[:, rows] = select_top(x[rows], np.asarray(shares))
    return chosen[:, ~has].mean(axis=1), chosen[:, has].mean(axis=1)


def _find_beaten(x: Floats, has: NDArray[np.bool_], lacks: NDArray[np.bool_]) -> _Beaten:
    people, others = np.flatnonzero(has), np.flatnonzero(lacks)
    others = others[np.argsort(x[others], kind="stable")]
    below, reached = (np.searchsorted(x[others], x[people], side=side) for side in ("left", "right"))
    return _Beaten(people=people, others=others, below=below, reached=reached)


def _compute_area(weights: Floats, beaten: Sequence[_Beaten]) -> Floats:
    """Return the area under each row of whole weights, shape (b,): no pair is held, all sums are exact."""
    by_person = np.ascontiguousarray(weights.T)
    found, known = np.zeros(len(weights)), np.zeros(len(weights))
    for one in beaten:
        drawn = by_person[one.people]
        others = np.zeros((len(one.others) + 1, len(weights)))
        np.cumsum(by_person[one.others], axis=0, out=others[1:])
        reached = others[one.below]
        reached += others[one.reached]
        found += np.einsum("ij,ij->j", drawn, reached) / 2
        known += drawn.sum(axis=0) * others[-1]
    return np.asarray(found / np.where(known > 0, known, np.nan))


def _read(
    score: ArrayLike, condition: ArrayLike, strata: ArrayLike | None, clusters: ArrayLike | None
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    x, has = np.asarray(score, dtype=np.float64).round(_DIGITS), np.asarray(condition).astype(bool)
    n = len(x)
    places = number_strata(strata, n)
    units = number_clusters(clusters, n)
    shapes = {x.shape, has.shape, places.shape, units.shape}
    if len(shapes) > 1 or x.ndim != 1:
        raise DesignError(
            "Telling people apart takes one score, condition, place and unit each; the shapes are "
            f"{', '.join(map(str, sorted(shapes)))}."
        )
    if not np.isfinite(x).all():
        raise DesignError("Telling people apart takes complete scores; drop those with a gap first.")
    if not has.any() or has.all():
        raise DesignError("Everybody, or nobody, has the condition; there is nobody to tell apart.")
    return x, has, places, units
