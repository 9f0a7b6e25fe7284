"""Weighted sums of the same items: what their agreement is worth.

Two composites of one instrument agree because they share items and because the items share a halo. Neither
says that two methods measure the same thing, so an observed correlation is read against these references.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.reliability import check_items

_CELLS = 4_000_000  # composite scores held at once: 32 MB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomPairs(Shown):
    """An observed correlation of two composites among those of random mappings of the same weights.

    Attributes
    ----------
    observed
        Correlation under the mapping that was chosen.
    correlations
        Correlations under random mappings, shape (n_draws,).
    low, high
        Central 95 % of them: a reference range, not a confidence interval.
    percentile
        Share of random mappings with a lower correlation (ties count half).
    shared_weight
        Sum over items of the smaller of the two weights; 1 means one composite.
    overlap_only
        Correlation that the shared items alone would give, were the items independent with their own
        variances.
    """

    observed: float
    correlations: Floats
    low: float
    high: float
    percentile: float
    shared_weight: float
    overlap_only: float


def correlate_composites(weights_a: ArrayLike, weights_b: ArrayLike, covariance: ArrayLike) -> float:
    """Compute the correlation of two weighted sums from their weights and the items' covariance matrix.

    Examples
    --------
    Two disjoint halves of four items with r = .9 each correlate .947:

    >>> import numpy as np
    >>> round(correlate_composites([1, 1, 0, 0], [0, 0, 1, 1], np.full((4, 4), 0.9) + 0.1 * np.eye(4)), 3)
    0.947
    """
    sigma = np.asarray(covariance, dtype=np.float64)
    a, b = _check_weights(weights_a, weights_b, len(sigma))
    return float(_correlations(a[None, :], b[None, :], sigma)[0])


def correlate_by_overlap(
    weights_a: ArrayLike, weights_b: ArrayLike, variances: ArrayLike | None = None
) -> float:
    """Compute the correlation that shared items alone give: all items independent.

    Parameters
    ----------
    variances
        Variance of each item, shape (k,); all equal by default.

    Examples
    --------
    Two of three items shared, equal weights:

    >>> round(correlate_by_overlap([1, 1, 1, 0], [0, 1, 1, 1]), 3)
    0.667
    """
    k = len(np.asarray(weights_a))
    diagonal = np.ones(k) if variances is None else np.asarray(variances, dtype=np.float64)
    return correlate_composites(weights_a, weights_b, np.diag(diagonal))


def draw_random_pairs(
    items: ArrayLike,
    weights_a: ArrayLike,
    weights_b: ArrayLike,
    *,
    n_draws: int = 10_000,
    rng: np.random.Generator,
) -> RandomPairs:
    """Compare two composites with random mappings of the same two weight patterns and the same overlap.

    Items are permuted jointly for both composites: which positions they share, and with which weights, stays;
    which items stand there is random.

    Parameters
    ----------
    items
        Shape (n, k), in the units in which the composites add them up, without gaps.
    weights_a, weights_b
        Shape (k,), not negative; a zero leaves an item out.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(43, 1)) + 0.3 * rng.normal(size=(43, 4))
    >>> found = draw_random_pairs(x, [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], n_draws=1000, rng=rng)
    >>> found.overlap_only, found.low > 0.8
    (0.0, True)
    """
    x = check_items(items)
    a, b = _check_weights(weights_a, weights_b, x.shape[1])
    sigma = np.cov(x, rowvar=False)
    order = rng.permuted(np.tile(np.arange(len(a)), (n_draws, 1)), axis=1)
    drawn = _correlations(a[order], b[order], sigma)
    observed = float(_correlations(a[None, :], b[None, :], sigma)[0])
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    return RandomPairs(
        observed=observed,
        correlations=drawn,
        low=low,
        high=high,
        percentile=_percentile(drawn, observed),
        shared_weight=float(np.minimum(a / a.sum(), b / b.sum()).sum()),
        overlap_only=correlate_by_overlap(a, b, np.diag(sigma)),
    )


def draw_disjoint_subsets(
    items: ArrayLike, size: int, *, n_draws: int = 10_000, rng: np.random.Generator
) -> Floats:
    """Draw correlations between the means of two random subsets of items that share none, shape (n_draws,).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> bool(abs(draw_disjoint_subsets(rng.normal(size=(5000, 6)), 3, n_draws=100, rng=rng).mean()) < 0.02)
    True
    """
    x = check_items(items)
    k = x.shape[1]
    if size < 1 or 2 * size > k:
        raise DesignError(
            f"Two subsets of {size} items that share none need {2 * size} items; there are {k}."
        )
    place = np.arange(k)
    a, b = (place < size).astype(np.float64), ((place >= size) & (place < 2 * size)).astype(np.float64)
    order = rng.permuted(np.tile(place, (n_draws, 1)), axis=1)
    return _correlations(a[order], b[order], np.cov(x, rowvar=False))


def estimate_rank_acceptability(
    items: ArrayLike, *, n_draws: int = 10_000, rng: np.random.Generator
) -> Floats:
    """Estimate how often each row holds each rank when nothing is known about the weights.

    Weights are drawn uniformly from all that sum to one, Dirichlet(1); rank 1 is the highest composite. Ties
    are broken at random.

    Returns
    -------
    Shape (n, n): entry (i, j) is the share of draws in which row i holds rank j + 1. Rows and columns sum to
    one.

    References
    ----------
    Lahdelma & Salminen (2001), Operations Research 49:444–454, doi:10.1287/opre.49.3.444.11220.

    Examples
    --------
    >>> import numpy as np
    >>> estimate_rank_acceptability([[1, 1], [0, 0]], n_draws=10, rng=np.random.default_rng(1)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    x = check_items(items)
    n, k = x.shape
    if n_draws < 1:
        raise DesignError(f"Rank acceptability needs at least one draw; n_draws is {n_draws}.")
    counts = np.zeros(n * n)
    chunk = max(1, _CELLS // n)
    for start in range(0, n_draws, chunk):
        size = min(chunk, n_draws - start)
        score = rng.dirichlet(np.ones(k), size) @ x.T
        noise = 1e-10 * max(float(np.ptp(x)), 1e-300) * rng.random(score.shape)
        ranked = np.argsort(-(score + noise), axis=1)
        counts += np.bincount((ranked * n + np.arange(n)).ravel(), minlength=n * n)
    return np.asarray(counts.reshape(n, n) / n_draws)


def _correlations(a: Floats, b: Floats, sigma: Floats) -> Floats:
    """Correlate many pairs of composites at once; rows of a and b are weights."""
    a_sigma = a @ sigma
    variance_a = np.sum(a_sigma * a, axis=1)
    variance_b = np.sum((b @ sigma) * b, axis=1)
    if min(variance_a.min(), variance_b.min()) <= 1e-12 * float(np.trace(sigma)):
        raise DesignError("A composite does not vary over the rows, so it has no correlation.")
    return np.asarray(np.clip(np.sum(a_sigma * b, axis=1) / np.sqrt(variance_a * variance_b), -1, 1))


def _percentile(drawn: Floats, observed: float) -> float:
    """Place the observed value; equal up to rounding counts half."""
    tied = np.isclose(drawn, observed, rtol=0, atol=1e-12)
    return float(np.mean((drawn < observed) & ~tied) + np.mean(tied) / 2)


def _check_weights(weights_a: ArrayLike, weights_b: ArrayLike, k: int) -> tuple[Floats, Floats]:
    a, b = np.asarray(weights_a, dtype=np.float64), np.asarray(weights_b, dtype=np.float64)
    if a.shape != (k,) or b.shape != (k,):
        raise DesignError(
            f"Composites of {k} items need {k} weights each; the shapes are {a.shape} and {b.shape}."
        )
    if not (
        np.isfinite(a).all() and np.isfinite(b).all() and min(a.min(), b.min()) >= 0 < min(a.sum(), b.sum())
    ):
        raise DesignError("Weights must be finite and not negative, with at least one above zero.")
    return a, b
