"""Krippendorff's alpha: agreement of any number of raters on any scale, with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.shown import Shown
from evalkit.stats.category_weights import check_ratings, count_ratings
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.resampling import bootstrap

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
_METRICS: Final[tuple[str, ...]] = get_args(Metric)
_MOST_VALUES: Final = 200  # distinct ratings; their pairs are held for every unit


@dataclass(frozen=True, slots=True, kw_only=True)
class KrippendorffAlpha(Shown):
    """Krippendorff's alpha with a percentile interval from resampling units.

    Attributes
    ----------
    metric
        How the difference of two ratings counts.
    n, n_raters, n_failed
        Units with two ratings or more, columns, and resamples in which all ratings were equal.
    """

    metric: str
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_raters: int
    n_boot: int
    n_failed: int


def estimate_krippendorff(
    ratings: ArrayLike,
    *,
    metric: Metric,
    n_boot: int,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> KrippendorffAlpha:
    """Estimate Krippendorff's alpha: 1 less the disagreement found over that expected by chance.

    Raters need not be the same for every unit. Units with one rating are left out, as the coefficient asks.

    Parameters
    ----------
    ratings
        Shape (n, r): units by raters, NaN where a rating is missing.
    metric
        "nominal", "ordinal", "interval", or "ratio" (a true zero, no negative ratings).
    clusters
        Cluster of each unit, shape (n,): whole clusters are resampled.

    Raises
    ------
    DesignError
        If fewer than two units have two ratings, or all ratings are equal.

    References
    ----------
    Krippendorff (2004), Human Communication Research 30:411–433, doi:10.1111/j.1468-2958.2004.tb00738.x.

    Examples
    --------
    >>> import numpy as np
    >>> ratings = [[1, 1, np.nan], [2, 2, 3], [3, 3, 3], [3, 3, 3], [2, 2, 2], [1, 2, 3], [4, 4, 4]]
    >>> found = estimate_krippendorff(ratings, metric="ordinal", n_boot=200, rng=np.random.default_rng(1))
    >>> round(found.estimate, 2)
    0.76
    """
    if metric not in _METRICS:
        raise UsageError(f"There is no metric {metric!r}: {did_you_mean(str(metric), _METRICS)}")
    x = check_ratings(ratings)
    paired = np.sum(~np.isnan(x), axis=1) >= 2
    x = x[paired]
    values = np.unique(x[~np.isnan(x)])
    _refuse(values, metric)
    counts = count_ratings(x, values)
    found = bootstrap(
        partial(_alpha, values=values, metric=metric),
        counts,
        _coincidences(counts).reshape(len(counts), -1),
        n_boot=n_boot,
        rng=rng,
        clusters=None if clusters is None else np.asarray(clusters)[paired],
        conf_level=conf_level,
    )
    return KrippendorffAlpha(
        metric=metric,
        estimate=float(found.estimate),
        conf_low=float(found.conf_low),
        conf_high=float(found.conf_high),
        conf_level=conf_level,
        n=len(x),
        n_raters=x.shape[1],
        n_boot=n_boot,
        n_failed=found.n_failed,
    )


def _refuse(values: Floats, metric: Metric) -> None:
    if len(values) < 2:
        raise DesignError(f"Krippendorff's alpha needs ratings that differ; all are {values[0]:g}.")
    if len(values) > _MOST_VALUES:
        raise DesignError(
            f"Krippendorff's alpha here takes up to {_MOST_VALUES} different ratings; there are "
            f"{len(values)}. Round them, or use an intraclass correlation."
        )
    if metric == "ratio" and values[0] < 0:
        raise DesignError(f"The ratio metric needs ratings of 0 or more; the lowest is {values[0]:g}.")


def _coincidences(counts: Floats) -> Floats:
    """Return the pairs of ratings within each unit, as shares of its raters less one, shape (n, q, q)."""
    q = counts.shape[1]
    pairs = counts[:, :, None] * (counts[:, None, :] - np.eye(q))
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _alpha(
    weights: Floats, counts: Floats, coincidences: Floats, *, values: Floats, metric: Metric
) -> Floats:
    """Return alpha under each row of weights; NaN where all ratings drawn are equal."""
    q = len(values)
    totals = weights @ counts
    n = totals.sum(axis=1)
    distance = _distances(values, totals, metric)
    found = np.sum((weights @ coincidences).reshape(-1, q, q) * distance, axis=(1, 2))
    expected = np.sum(totals[:, :, None] * totals[:, None, :] * distance, axis=(1, 2)) / (n - 1)
    varied = expected > 0
    return np.where(varied, 1 - found / np.where(varied, expected, 1.0), np.nan)


def _distances(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Return the squared difference of each two values, shape (1 or b, q, q)."""
    low, high = values[:, None], values[None, :]
    if metric == "nominal":
        return np.asarray((low != high)[None].astype(np.float64))
    if metric == "interval":
        return np.asarray(((low - high) ** 2)[None])
    if metric == "ratio":
        total = np.where(low + high > 0, low + high, 1.0)
        return np.asarray((((low - high) / total) ** 2)[None])
    middle = np.cumsum(totals, axis=1) - totals / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
