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
from evalkit.stats.resampling import bootstrap
from evalkit.stats.weighted_ranks import select_top

_DIGITS: Final = 9  # scores that are equal but for the order of adding them up must tie
_MOST: Final = 6_000


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
    n_units = int(units.max()) + 1
    above, pairs = np.zeros((n_units, n_units)), np.zeros((n_units, n_units))
    for place in range(int(places.max()) + 1):
        first, second = np.flatnonzero(has & (places == place)), np.flatnonzero(~has & (places == place))
        gap = np.subtract.outer(x[first], x[second])
        at = units[first][:, None] * n_units + units[second]
        above += _sum_by_pair(at, (gap > 0) + 0.5 * (gap == 0), n_units)
        pairs += _sum_by_pair(at, np.ones_like(gap), n_units)
    if not pairs.any():
        raise DesignError(
            "No place has people both with the condition and without it; nothing is told apart."
        )

    def area(weights: Floats, _: Floats) -> Floats:
        known = np.sum((weights @ pairs) * weights, axis=1)
        found = np.sum((weights @ above) * weights, axis=1)
        return np.asarray(found / np.where(known > 0, known, np.nan))

    result = bootstrap(area, np.arange(n_units), n_boot=n_boot, rng=rng, conf_level=conf_level)
    return Discrimination(
        estimate=float(result.estimate),
        conf_low=float(result.conf_low),
        conf_high=float(result.conf_high),
        conf_level=conf_level,
        n_with=int(has.sum()),
        n_without=int((~has).sum()),
        n_clusters=n_units,
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


def _sum_by_pair(at: NDArray[np.intp], values: Floats, n_units: int) -> Floats:
    """Add up what stands for each pair of units, shape (n_units, n_units)."""
    sums = np.bincount(at.ravel(), values.ravel(), n_units**2).reshape(n_units, n_units)
    return np.asarray(sums, dtype=np.float64)


def _read(
    score: ArrayLike, condition: ArrayLike, strata: ArrayLike | None, clusters: ArrayLike | None
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    x, has = np.asarray(score, dtype=np.float64).round(_DIGITS), np.asarray(condition).astype(bool)
    n = len(x)
    places = np.zeros(n, int) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    units = np.arange(n) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    shapes = {x.shape, has.shape, places.shape, units.shape}
    if len(shapes) > 1 or x.ndim != 1:
        raise DesignError(
            "Telling people apart takes one score, condition, place and unit each; the shapes are "
            f"{', '.join(map(str, sorted(shapes)))}."
        )
    if not np.isfinite(x).all():
        raise DesignError("Telling people apart takes complete scores; drop those with a gap first.")
    if n > _MOST:
        raise DesignError(f"All pairs of up to {_MOST:,} people are compared; there are {n:,}.")
    if not has.any() or has.all():
        raise DesignError("Everybody, or nobody, has the condition; there is nobody to tell apart.")
    return x, has, places, units
