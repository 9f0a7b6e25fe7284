"""The bootstrap, of rows or of whole clusters, through weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit
from scipy.stats import norm

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.numbering import number_clusters

#: Takes weights of shape (b, n) and the arrays; returns shape (b,) or (b, q).
WeightedStatistic = Callable[..., Floats]

_CELLS = 250_000  # weights held at once: they stay in the processor's cache
_RESAMPLES = 100  # computed at once where that is more, so that no statistic begins for few,
_MOST_CELLS = 4_000_000  # unless that were over 32 MB
_BLOCK = 65_536  # drawn and counted at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bootstrap(Shown):
    """An estimate with its bootstrap interval; arrays have the shape of the statistic, () for one number.

    Attributes
    ----------
    estimate, conf_low, conf_high, std_error
        Statistic of the data, ends of the interval, standard deviation of the replicates.
    replicates
        Shape (n_boot, …), NaN where the statistic could not be computed.
    n_failed
        Replicates with a NaN; they are left out of the interval.
    n_clusters
        What was resampled: clusters, or rows.
    conf_level
        Nominal coverage.
    """

    estimate: Floats
    conf_low: Floats
    conf_high: Floats
    std_error: Floats
    replicates: Floats
    n_failed: int
    n_clusters: int
    conf_level: float


def bootstrap(
    statistic: WeightedStatistic,
    *arrays: ArrayLike,
    n_boot: int,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
    bias_corrected: bool = False,
) -> Bootstrap:
    """Resample rows, or whole clusters, and return an expanded percentile interval.

    A resample is a row of weights: how often each observation was drawn. A statistic that takes weights
    computes many resamples in one matrix product, and a weight of zero must leave an observation out.

    Parameters
    ----------
    statistic
        ``statistic(weights, *arrays)`` with weights of shape (b, n) returns shape (b,) or (b, q).
    *arrays
        Data whose first axis has length n.
    clusters
        Cluster of each row, shape (n,): whole clusters are drawn. Rows are drawn by default.
    bias_corrected
        Whether to use the BCa interval (bias-corrected and accelerated) in place of the percentiles.
        Percentiles are moved outward for few rows or clusters, as t is from the normal: with 12 clusters
        the plain ones held a mean in 91 % of samples at 95 %.

    Raises
    ------
    DesignError
        If there are fewer than two clusters, or most replicates failed.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, doi:10.1201/9780429246593; Hesterberg (2015),
    American Statistician 69:371–386, doi:10.1080/00031305.2015.1089789 (expanded percentiles).

    Examples
    --------
    >>> import numpy as np
    >>> from evalkit.stats import bootstrap, weighted_mean
    >>> x = np.arange(20.0)
    >>> found = bootstrap(weighted_mean, x, n_boot=2000, rng=np.random.default_rng(1))
    >>> float(found.estimate), bool(abs(found.std_error - x.std() / 20**0.5) < 0.05)
    (9.5, True)
    """
    data = [np.asarray(array, dtype=np.float64) for array in arrays]
    n = len(data[0])
    codes = number_clusters(clusters, n)
    n_clusters = int(codes.max()) + 1 if n else 0
    _refuse(data, len(codes), n_clusters, n_boot, conf_level)
    estimate = np.asarray(statistic(np.ones((1, n)), *data), dtype=np.float64)[0]
    each = slice(None) if np.array_equal(codes, np.arange(n)) else codes
    drawn = (draw_counts(n_clusters, size, rng)[:, each] for size in _part(n_boot, n))
    replicates = np.concatenate([np.asarray(statistic(weights, *data)) for weights in drawn])
    failed = np.isnan(replicates.reshape(n_boot, -1)).any(axis=1)
    if failed.mean() > 0.5:
        raise DesignError(
            f"The statistic failed in {failed.sum():,} of {n_boot:,} resamples of {n_clusters} clusters."
        )
    kept = replicates[~failed]
    tails = np.broadcast_to(_expanded_tails(n_clusters, conf_level), (*estimate.shape, 2))
    if bias_corrected:
        tails = _bca_tails(_leave_out(statistic, data, codes), estimate, kept, conf_level)
    return Bootstrap(
        estimate=estimate,
        conf_low=_quantile(kept, tails[..., 0]),
        conf_high=_quantile(kept, tails[..., 1]),
        std_error=np.std(kept, axis=0, ddof=1) if len(kept) > 1 else np.full(estimate.shape, np.nan),
        replicates=replicates,
        n_failed=int(failed.sum()),
        n_clusters=n_clusters,
        conf_level=conf_level,
    )


def _part(n_boot: int, n: int) -> list[int]:
    """Return how many resamples of n observations are computed at once."""
    at_once = max(1, _CELLS // n, min(_RESAMPLES, _MOST_CELLS // n))
    return [min(at_once, n_boot - start) for start in range(0, n_boot, at_once)]


def draw_counts(n: int, size: int, rng: np.random.Generator) -> Floats:
    """Draw n of n things with replacement, ``size`` times, and count each, shape (size, n).

    To count what is drawn takes a tenth of the time of `numpy.random.Generator.multinomial`, which draws a
    binomial number for each thing.

    Examples
    --------
    >>> draw_counts(3, 2, np.random.default_rng(1))
    array([[0., 2., 1.],
           [2., 0., 1.]])
    """
    counts = np.empty((size, n))
    rows = max(1, _BLOCK // n)
    for start in range(0, size, rows):
        part = counts[start : start + rows]
        drawn = rng.integers(n, size=part.shape) + n * np.arange(len(part))[:, None]
        part[:] = np.bincount(drawn.ravel(), minlength=part.size).reshape(part.shape)
    return counts


def weighted_mean(weights: Floats, values: Floats) -> Floats:
    """Return the mean of values, or of each column, under each row of weights."""
    total = weights.sum(axis=1)
    return np.asarray((weights @ values) / (total if values.ndim == 1 else total[:, None]))


def weighted_covariance(weights: Floats, values: Floats) -> Floats:
    """Return the covariance matrix of the columns under each row of weights, shape (b, k, k).

    The divisor is the sum of the weights less one, as for frequencies.
    """
    k = values.shape[1]
    centred = values - values.mean(axis=0)
    total = weights.sum(axis=1)[:, None, None]
    products = (centred[:, :, None] * centred[:, None, :]).reshape(len(values), k * k)
    means = (weights @ centred)[:, :, None] / total
    squares = (weights @ products).reshape(-1, k, k)
    return np.asarray((squares - total * means * np.swapaxes(means, 1, 2)) / (total - 1))


def weighted_correlation(weights: Floats, first: Floats, second: Floats) -> Floats:
    """Return Pearson's r of two arrays under each row of weights; NaN where one does not vary."""
    cov = weighted_covariance(weights, np.column_stack([first, second]))
    scale = np.sqrt(np.maximum(cov[:, 0, 0], 0) * np.maximum(cov[:, 1, 1], 0))
    tiny = 1e-12 * first.std() * second.std()
    return np.where(scale > tiny, np.clip(cov[:, 0, 1] / np.where(scale > tiny, scale, 1.0), -1, 1), np.nan)


def _expanded_tails(n_clusters: int, conf_level: float) -> Floats:
    """Return the two tails to cut off, smaller when little was resampled."""
    reach = (n_clusters / (n_clusters - 1)) ** 0.5 * float(stdtrit(n_clusters - 1, (1 + conf_level) / 2))
    return np.asarray(norm.cdf([-reach, reach]))


def _leave_out(statistic: WeightedStatistic, data: list[Floats], codes: NDArray[np.intp]) -> Floats:
    """Compute the statistic without each cluster in turn."""
    rows = [(codes != i).astype(np.float64)[None, :] for i in range(int(codes.max()) + 1)]
    return np.concatenate([np.asarray(statistic(row, *data)) for row in rows])


def _bca_tails(left_out: Floats, estimate: Floats, kept: Floats, conf_level: float) -> Floats:
    """Correct the tails for bias and for skew, the latter from leaving out one cluster at a time."""
    gap = left_out.mean(axis=0) - left_out
    spread = np.sum(gap**2, axis=0) ** 1.5
    skew = np.sum(gap**3, axis=0) / (6 * np.where(spread > 0, spread, 1.0))
    below = np.mean(kept < estimate, axis=0) + 0.5 * np.mean(kept == estimate, axis=0)
    bias = norm.ppf(np.clip(below, 1 / (len(kept) + 1), 1 - 1 / (len(kept) + 1)))
    z = bias[..., None] + norm.ppf([(1 - conf_level) / 2, (1 + conf_level) / 2])
    return np.asarray(norm.cdf(bias[..., None] + z / (1 - skew[..., None] * z)))


def _quantile(kept: Floats, tail: Floats) -> Floats:
    """Return each statistic's own quantile."""
    if not tail.shape:
        return np.asarray(np.quantile(kept, float(tail)))
    columns = kept.reshape(len(kept), -1).T
    ends = [np.quantile(column, at) for column, at in zip(columns, tail.ravel(), strict=True)]
    return np.array(ends).reshape(tail.shape)


def _refuse(data: list[Floats], n_codes: int, n_clusters: int, n_boot: int, conf_level: float) -> None:
    lengths = {len(array) for array in data} | {n_codes}
    if len(lengths) > 1:
        raise DesignError(
            f"The arrays and clusters of a bootstrap need one length; they have {sorted(lengths)}."
        )
    if n_clusters < 2:
        raise DesignError(
            f"A bootstrap needs at least two rows or clusters to draw from; there is {n_clusters}."
        )
    if n_boot < 1 or not 0 < conf_level < 1:
        raise UsageError(
            f"A bootstrap needs n_boot ≥ 1 and conf_level in (0, 1); they are {n_boot} and {conf_level}."
        )
