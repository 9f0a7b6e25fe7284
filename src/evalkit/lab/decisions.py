"""Who is trained and who is recognised: expected values where ties are broken by lot.

All functions are about one place. Scores and truths stand in rows, people in columns.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: Share of the people of a place who need training, the lowest, and who deserve recognition, the highest.
TRAINING: Final = 0.15
RECOGNITION: Final = 0.10


def count_selected(n: int, share: float) -> int:
    """Return how many of n people are selected: the share, rounded to at least one; none of fewer than two.

    Examples
    --------
    >>> [count_selected(n, 0.15) for n in (1, 2, 27, 1200)]
    [0, 1, 4, 180]
    """
    return max(1, round(share * n)) if n > 1 else 0


def select_lowest(values: Values, k: int) -> Values:
    """Return the probability of each person to be among the k lowest of a row, where lots break ties.

    Those at the cut share the places that are left. People without a value cannot be ranked: each is selected
    by lot with probability k / n, and the others share the remaining places.

    Parameters
    ----------
    values
        Shape (row, person); NaN where there is none.

    Returns
    -------
    Values
        Of the same shape; each row adds up to k.

    Examples
    --------
    >>> select_lowest(np.array([[3.0, 1.0, 2.0, 2.0], [1.0, np.nan, 2.0, np.nan]]), 2).tolist()
    [[0.0, 1.0, 0.5, 0.5], [1.0, 0.5, 0.0, 0.5]]
    """
    n = values.shape[1]
    known = ~np.isnan(values)
    places = k * known.sum(axis=1, keepdims=True) / n  # for those who can be ranked; not always whole
    position = np.clip(np.ceil(places).astype(np.intp) - 1, 0, n - 1)
    cut = np.take_along_axis(np.sort(values, axis=1), position, axis=1)
    below, at = values < cut, values == cut
    left = places - below.sum(axis=1, keepdims=True)
    share = left / np.maximum(at.sum(axis=1, keepdims=True), 1)
    chance: Values = np.where(known, below + at * share, k / n)
    return chance


def select_highest(values: Values, k: int) -> Values:
    """Return the probability of each person to be among the k highest of a row, as `select_lowest` does."""
    return select_lowest(-values, k)


def place_lower(values: Values) -> Values:
    """Return how many others of the row each person stands below, half of those tied and half for oneself.

    Who has no value is tied with everyone.

    Examples
    --------
    >>> place_lower(np.array([[1.0, 2.0, 2.0], [1.0, np.nan, 2.0]])).tolist()
    [[2.5, 1.0, 1.0], [2.0, 1.5, 1.0]]
    """
    n = values.shape[1]
    known = ~np.isnan(values)
    n_known = known.sum(axis=1, keepdims=True)
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    places = np.broadcast_to(np.arange(n), values.shape)
    starts = np.concatenate([np.ones((len(values), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)
    ends = np.concatenate([starts[:, 1:], np.ones((len(values), 1), bool)], axis=1)
    first = np.maximum.accumulate(np.where(starts, places, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, places, n)[:, ::-1], axis=1)[:, ::-1]
    rank = np.empty(values.shape)
    np.put_along_axis(rank, order, (first + last) / 2, axis=1)
    lower: Values = np.where(known, n_known - rank - 0.5 + (n - n_known) / 2, n / 2)
    return lower


def area_under_curve(chance: Values, lower: Values, k: int) -> Values:
    """Return the area under the ROC curve of each score (columns) for each truth (rows).

    The probability that one of those who are truly among the k lowest has a lower score than one of the
    others; half of it where they are tied. Exact where truths are tied, too, since within a tie each order
    is as likely as the other. NaN where nobody, or everyone, is among them.

    Parameters
    ----------
    chance
        Probability of each person to be truly among them (`select_lowest`), shape (truth, person).
    lower
        `place_lower` of the scores, shape (score, person).
    """
    n = chance.shape[1]
    pairs = k * (n - k)
    if not pairs:
        return np.full((len(chance), len(lower)), np.nan)
    area: Values = (sum_products(chance, lower) - k**2 / 2) / pairs
    return area


def count_changes(before: tuple[Values, Values], after: tuple[Values, Values]) -> Values:
    """Return how many people get another decision, in each row.

    Parameters
    ----------
    before, after
        Probabilities of being trained and of being recognised; nothing happens to the others. Lots fall
        alike wherever they can, so that equal probabilities are no change.
    """
    trained, recognised = (b - a for a, b in zip(before, after, strict=True))
    differences = np.abs(trained) + np.abs(recognised) + np.abs(trained + recognised)
    changes: Values = differences.sum(axis=1) / 2
    return changes


def sum_products(left: Values, right: Values) -> Values:
    """Return the sum over people of the products of each two rows, whatever the number of threads.

    A product of matrices may be split among threads, and then rounded in another way.

    Examples
    --------
    >>> sum_products(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])).tolist()
    [[11.0, 17.0]]
    """
    sums: Values = np.einsum("ai,bi->ab", left, right)
    return sums
