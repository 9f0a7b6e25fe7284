"""Cohen's kappa of two raters, and the agreement of two classifications of the same people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.category_weights import Weights, category_weights, check_ratings, find_categories
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedKappa(Shown):
    """Cohen's kappa of two raters with its large-sample interval; ``n`` units rated by both."""

    weights: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int


def estimate_weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Weights = "linear",
    categories: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> WeightedKappa:
    """Estimate Cohen's weighted kappa, through statsmodels.

    It depends on how often each category occurs: show raw agreement and Gwet's coefficient beside it. Pairs
    with a gap are left out. The interval takes pairs as independent.

    Raises
    ------
    DesignError
        If fewer than two pairs are complete, or both raters give one and the same category throughout.

    References
    ----------
    Cohen (1968), Psychol Bull 70:213–220, doi:10.1037/h0026256;
    Fleiss, Cohen & Everitt (1969), Psychol Bull 72:323–327, doi:10.1037/h0028106 (standard error).

    Examples
    --------
    >>> found = estimate_weighted_kappa([1, 1, 2, 2, 3, 3], [1, 2, 2, 2, 3, 2])
    >>> round(found.estimate, 3)
    0.571
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    x = check_ratings(np.column_stack([np.asarray(first, float), np.asarray(second, float)]))
    x = x[~np.isnan(x).any(axis=1)]
    values = find_categories(x, categories)
    if len(np.unique(x)) == 1:
        raise DesignError(f"Kappa needs ratings that differ; all {len(x)} pairs are {x[0, 0]:g}.")
    with np.errstate(invalid="ignore"):  # of raters who never differ the variance is zero, or just below it
        found = cohens_kappa(_cross(x, values), weights=1 - category_weights(weights, values))
    estimate, error = float(found.kappa), float(np.sqrt(max(0.0, found.var_kappa)))
    half = float(norm.ppf((1 + conf_level) / 2)) * error
    return WeightedKappa(
        weights=weights,
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=min(1.0, estimate + half),
        conf_level=conf_level,
        n=len(x),
    )


def _cross(pairs: Floats, values: Floats) -> Floats:
    """Count how often each two categories were given together, shape (q, q)."""
    q = len(values)
    codes = np.searchsorted(values, pairs).astype(int)
    return np.bincount(codes[:, 0] * q + codes[:, 1], minlength=q * q).reshape(q, q).astype(np.float64)


def classification_agreement(weights: Floats, first: Floats, second: Floats, *, closeness: Floats) -> Floats:
    """Return raw agreement, Gwet's coefficient and Cohen's kappa of two classifications, for the bootstrap.

    Parameters
    ----------
    weights
        How often each person was drawn, shape (b, n).
    first, second
        Category codes 0 to q - 1, shape (n,).
    closeness
        Shape (q, q), from `category_weights`. Raw agreement counts exact agreement whatever it is.

    Returns
    -------
    Shape (b, 3); kappa is NaN where chance alone agrees.
    """
    q = len(closeness)
    cells = np.zeros((len(first), q * q))
    cells[np.arange(len(first)), (first * q + second).astype(int)] = 1.0
    tables = (weights @ cells / weights.sum(axis=1)[:, None]).reshape(-1, q, q)
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    near = np.sum(tables * closeness, axis=(1, 2))
    both = (rows + columns) / 2
    by_gwet = closeness.sum() / (q * (q - 1)) * np.sum(both * (1 - both), axis=1)
    by_cohen = np.einsum("bi,ij,bj->b", rows, closeness, columns)
    varied = by_cohen < 1 - 1e-12
    kappa = np.where(varied, (near - by_cohen) / np.where(varied, 1 - by_cohen, 1.0), np.nan)
    raw = np.trace(tables, axis1=1, axis2=2)
    return np.column_stack([raw, (near - by_gwet) / (1 - by_gwet), kappa])
