"""Correlation of two scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import DesignError
from evalkit.shown import Shown

Coefficient = Literal["pearson", "spearman", "kendall"]

_SMALLEST = 5  # Kendall's standard error divides by n - 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Association(Shown):
    """A correlation of n pairs with an interval through Fisher's z."""

    coefficient: str
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int


def estimate_association(
    first: ArrayLike, second: ArrayLike, *, coefficient: Coefficient = "pearson", conf_level: float = 0.95
) -> Association:
    """Estimate how alike two scores order, or place, the same people.

    Pearson's r, Spearman's rho or Kendall's tau-b (ties are corrected for). The interval assumes independent
    pairs; for clustered ones use :func:`bootstrap` with :func:`weighted_correlation`.

    Raises
    ------
    DesignError
        If there are fewer than five pairs, a gap, or a score that does not vary.

    References
    ----------
    Bonett & Wright (2000), Psychometrika 65:23–28, doi:10.1007/BF02294183 (standard errors);
    Fieller, Hartley & Pearson (1957), Biometrika 44:470–481, doi:10.1093/biomet/44.3-4.470 (Kendall).

    Examples
    --------
    >>> found = estimate_association([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5], coefficient="kendall")
    >>> round(found.estimate, 2), found.conf_low < found.estimate < found.conf_high
    (0.6, True)
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) < _SMALLEST:
        raise DesignError(
            f"A correlation needs at least {_SMALLEST} pairs; the shapes are {x.shape} and {y.shape}."
        )
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise DesignError("A correlation needs complete pairs; drop those with a gap first.")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise DesignError("A correlation needs scores that vary; one of them is constant.")
    n = len(x)
    tests: dict[str, Any] = {
        "pearson": stats.pearsonr,
        "spearman": stats.spearmanr,
        "kendall": stats.kendalltau,
    }
    r = float(np.clip(tests[coefficient](x, y).statistic, -1, 1))
    error = {
        "pearson": (1 / (n - 3)) ** 0.5,
        "spearman": ((1 + r**2 / 2) / (n - 3)) ** 0.5,
        "kendall": (0.437 / (n - 4)) ** 0.5,
    }[coefficient]
    low, high = _through_z(r, error, conf_level)
    return Association(
        coefficient=coefficient, estimate=r, conf_low=low, conf_high=high, conf_level=conf_level, n=n
    )


def correlation_interval(r: float, n: int, *, conf_level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a published Pearson correlation of n pairs, through Fisher's z.

    Examples
    --------
    >>> [round(end, 2) for end in correlation_interval(0.79, 65)]
    [0.68, 0.87]
    """
    if n < _SMALLEST or not -1 <= r <= 1:
        raise DesignError(
            f"An interval needs a correlation of at least {_SMALLEST} pairs; r is {r:g} and n is {n}."
        )
    return _through_z(r, (1 / (n - 3)) ** 0.5, conf_level)


def _through_z(r: float, error: float, conf_level: float) -> tuple[float, float]:
    """Return an interval that is symmetric in Fisher's z; an r of 1 or -1 has no width."""
    if abs(r) >= 1 - 1e-12:
        return r, r
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * error
    low, high = np.tanh([np.arctanh(r) - half, np.arctanh(r) + half]).tolist()
    return low, high
