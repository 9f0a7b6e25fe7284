"""A line between two measurements that both have errors: Deming, and Passing and Bablok."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, norm, t

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.limits import check_pairs
from evalkit.stats.numbering import number_clusters

_FEWEST = 4
_MOST = 5_000  # pairs: all their slopes are held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsInBothLine(Shown):
    """The line second = intercept + slope · first, with intervals.

    Attributes
    ----------
    error_ratio
        Error variance of the second measurement over that of the first (Deming); NaN for Passing and Bablok.
    n, n_clusters
        Pairs, and what was left out one at a time (0 for Passing and Bablok).
    """

    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    intercept_low: float
    intercept_high: float
    conf_level: float
    error_ratio: float
    n: int
    n_clusters: int


def estimate_deming(
    first: ArrayLike,
    second: ArrayLike,
    *,
    error_ratio: float,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> ErrorsInBothLine:
    """Estimate the line between two measurements with a known ratio of their error variances.

    Least squares would flatten the slope by the unreliability of the first measurement.

    Parameters
    ----------
    error_ratio
        Error variance of the second over that of the first, known from other data (replicates). A wrong ratio
        gives a wrong slope.
    clusters
        Cluster of each pair, shape (n,): the jackknife leaves out whole clusters.

    Raises
    ------
    DesignError
        If there are fewer than four pairs or clusters, a gap, a ratio that is not positive, or no relation.

    References
    ----------
    Linnet (1990), Stat Med 9:1463–1473, doi:10.1002/sim.4780091210 (jackknife).

    Examples
    --------
    >>> line = estimate_deming([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1], error_ratio=1)
    >>> round(line.slope, 2), round(line.intercept, 2)
    (1.99, 0.04)
    """
    x, y = check_pairs("Deming's line", first, second, smallest=_FEWEST)
    if not 0 < error_ratio < np.inf:
        raise DesignError(
            f"Deming's line needs a known, positive ratio of error variances; it is {error_ratio:g}."
        )
    codes = number_clusters(clusters, len(x))
    g = int(codes.max()) + 1
    if g < _FEWEST:
        raise DesignError(f"The jackknife needs at least {_FEWEST} clusters; there are {g}.")
    rows = _deming(codes, x, y, error_ratio)
    if not np.isfinite(rows).all():
        raise DesignError("Deming's line needs measurements that vary together; their covariance is 0.")
    estimate = rows[0]
    pseudo = g * estimate - (g - 1) * rows[1:]
    half = float(t.ppf((1 + conf_level) / 2, g - 2)) * pseudo.std(axis=0, ddof=1) / g**0.5
    (slope_low, intercept_low), (slope_high, intercept_high) = (
        (estimate - half).tolist(),
        (estimate + half).tolist(),
    )
    return ErrorsInBothLine(
        slope=float(estimate[0]),
        slope_low=slope_low,
        slope_high=slope_high,
        intercept=float(estimate[1]),
        intercept_low=intercept_low,
        intercept_high=intercept_high,
        conf_level=conf_level,
        error_ratio=error_ratio,
        n=len(x),
        n_clusters=g,
    )


def estimate_passing_bablok(
    first: ArrayLike, second: ArrayLike, *, conf_level: float = 0.95
) -> ErrorsInBothLine:
    """Estimate the line between two measurements from the slopes of all pairs of points.

    No distribution and no ratio of errors is assumed, but errors in proportion to the slope, and a positive
    relation. The interval takes pairs as independent; that of the intercept adds the error of the middle of
    the residuals to that of the slope. The published one leaves the former out: it held the intercept in 15 %
    of samples with scores around zero, and in 94 % with scores far from it.

    Raises
    ------
    DesignError
        If there are fewer than four pairs, a gap, or measurements that do not rise together.

    References
    ----------
    Passing & Bablok (1983), J Clin Chem Clin Biochem 21:709–720, doi:10.1515/cclm.1983.21.11.709.

    Examples
    --------
    >>> line = estimate_passing_bablok([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1])
    >>> round(line.slope, 2), round(line.intercept, 2)
    (1.98, 0.12)
    """
    x, y = check_pairs("Passing and Bablok's line", first, second, smallest=_FEWEST)
    n = len(x)
    if n > _MOST:
        raise DesignError(f"Passing and Bablok's line takes up to {_MOST:,} pairs; there are {n:,}.")
    slopes = _slopes(x, y)
    n_slopes, offset = len(slopes), int(np.sum(slopes < -1))
    if np.ptp(x) == 0 or np.ptp(y) == 0 or np.corrcoef(x, y)[0, 1] <= 0:
        raise DesignError("Passing and Bablok's line needs measurements that rise together.")
    spread = float(norm.ppf((1 + conf_level) / 2)) * (n * (n - 1) * (2 * n + 5) / 18) ** 0.5
    first_place = round((n_slopes - spread) / 2)
    at = [first_place - 1 + offset, n_slopes - first_place + offset]
    slope = (slopes[(n_slopes - 1) // 2 + offset] + slopes[n_slopes // 2 + offset]) / 2
    low, high = (float(slopes[i]) if 0 <= i < n_slopes else float("nan") for i in at)
    residuals = np.sort(y - slope * x)
    intercept, centre = float(np.median(residuals)), float(np.median(x))
    rank = max(int(binom.ppf((1 - conf_level) / 2, n, 0.5)), 1)
    turned = sorted([centre * (slope - low), centre * (slope - high)])
    return ErrorsInBothLine(
        slope=float(slope),
        slope_low=low,
        slope_high=high,
        intercept=intercept,
        intercept_low=intercept - float(np.hypot(intercept - residuals[rank - 1], turned[0])),
        intercept_high=intercept + float(np.hypot(residuals[n - rank] - intercept, turned[1])),
        conf_level=conf_level,
        error_ratio=float("nan"),
        n=n,
        n_clusters=0,
    )


def _deming(codes: NDArray[np.intp], x: Floats, y: Floats, error_ratio: float) -> Floats:
    """Return slope and intercept of all pairs, and without each cluster in turn, shape (g + 1, 2).

    What is left out is taken off sums over all pairs, so that time and memory grow with the pairs alone.
    """
    a, b = x - x.mean(), y - y.mean()
    parts = np.stack([np.bincount(codes, part) for part in (np.ones(len(x)), a, b, a * a, a * b, b * b)])
    total = parts.sum(axis=1, keepdims=True)
    n, sa, sb, saa, sab, sbb = np.hstack([total, total - parts])
    sxy = (sab - sa * sb / n) / (n - 1)
    gap = (sbb - sb * sb / n - error_ratio * (saa - sa * sa / n)) / (n - 1)
    related = np.abs(sxy) > 1e-12 * float(x.std() * y.std())
    top = gap + np.sqrt(gap**2 + 4 * error_ratio * sxy**2)
    slope = np.where(related, top / np.where(related, 2 * sxy, 1.0), np.nan)
    return np.column_stack([slope, y.mean() + sb / n - slope * (x.mean() + sa / n)])


def _slopes(x: Floats, y: Floats) -> Floats:
    """Return the slopes between all points in order, without those of -1 or between equal points."""
    i, j = np.triu_indices(len(x), 1)
    dx, dy = x[j] - x[i], y[j] - y[i]
    apart = (dx != 0) | (dy != 0)
    dx, dy = dx[apart], dy[apart]
    with np.errstate(divide="ignore"):
        slopes = np.where(dx == 0, np.copysign(np.inf, dy), dy / np.where(dx == 0, 1.0, dx))
    return np.sort(slopes[slopes != -1])
