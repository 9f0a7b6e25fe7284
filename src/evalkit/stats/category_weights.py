"""Ratings on categories: how near two of them are, and how often each was given."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import comb

from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.stats.crossed_factors import Floats

Weights = Literal["identity", "linear", "quadratic", "ordinal"]
WEIGHTS: Final[tuple[str, ...]] = get_args(Weights)


def category_weights(weights: Weights, categories: ArrayLike) -> Floats:
    """Return how much two categories count as agreeing, shape (q, q): 1 for the same, down to 0.

    "identity" counts exact agreement only; "linear" and "quadratic" take the distance of the categories'
    values; "ordinal" takes how many pairs of categories lie between them. They are not the metrics of
    Krippendorff's alpha of the same names: a report says which it used.

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., ISBN 978-0-9708062-8-4, section 3.5.

    Examples
    --------
    >>> category_weights("linear", [1, 2, 3])[0].tolist()
    [1.0, 0.5, 0.0]
    >>> category_weights("ordinal", [1, 2, 3])[0].round(3).tolist()
    [1.0, 0.667, 0.0]
    """
    values = np.asarray(categories, dtype=np.float64)
    if weights not in WEIGHTS:
        raise UsageError(f"There are no weights {weights!r}: {did_you_mean(str(weights), WEIGHTS)}")
    if weights == "identity" or len(values) == 1:
        return np.eye(len(values))
    gap = np.abs(values[:, None] - values[None, :])
    if weights == "ordinal":
        steps = np.abs(np.subtract.outer(np.arange(len(values)), np.arange(len(values))))
        gap = np.asarray(comb(steps + 1, 2), dtype=np.float64)
    if weights == "quadratic":
        gap = gap**2
    return np.asarray(1 - gap / gap.max())


def check_ratings(ratings: ArrayLike) -> Floats:
    """Return ratings of n units by r raters, NaN where one is missing, or refuse them.

    Raises
    ------
    DesignError
        If there is no table of two columns, an infinite rating, or no two units with two ratings.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < 2:
        raise DesignError(f"Agreement needs a table of units by two or more raters; its shape is {x.shape}.")
    if np.isinf(x).any():
        raise DesignError("Agreement needs finite ratings; a missing one is NaN.")
    n_rated_twice = int((np.sum(~np.isnan(x), axis=1) >= 2).sum())
    if n_rated_twice < 2:
        raise DesignError(
            f"Agreement needs two or more units with two ratings each; {n_rated_twice} of {len(x)} have them."
        )
    return x


def find_categories(ratings: Floats, categories: ArrayLike | None) -> Floats:
    """Return the categories in order: those that were given, or all that may be."""
    used = np.unique(ratings[~np.isnan(ratings)])
    if categories is None:
        return used
    known = np.unique(np.asarray(categories, dtype=np.float64))
    unknown = np.setdiff1d(used, known)
    if len(unknown):
        raise DesignError(f"The ratings {_write(unknown)} are not among the categories {_write(known)}.")
    return known


def count_ratings(ratings: Floats, categories: Floats) -> Floats:
    """Return how many raters gave each unit each category, shape (n, q)."""
    return np.stack([np.sum(ratings == category, axis=1) for category in categories], axis=1).astype(float)


def _write(values: Any) -> str:
    return ", ".join(f"{value:g}" for value in values)
