"""Intervals of persons' scores as the two halves of a year suggest them: what they cover and tell apart."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

CONF_LEVEL: Final = 0.95
_Z: Final = float(norm.ppf(0.5 + CONF_LEVEL / 2))
#: How far from one standard deviation two people may be who count as one apart.
_NEAR: Final = 0.1


def standard_error(odd: Values, even: Values, place: Codes) -> Values:
    """Return the standard error of measurement of a year's score, from scores of its two halves.

    A year is the mean of its halves; how much these differ within a place, beyond what they do for all,
    shows what changes from quarter to quarter. What stays the same, such as halo, cannot be seen by it.

    Parameters
    ----------
    odd, even
        Shape (method, employee); NaN where there is none.

    Returns
    -------
    NDArray
        Of each method; NaN where fewer than two people of a place have both.

    Examples
    --------
    >>> odd, even = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[2.0, 2.0, 3.0, 5.0]])
    >>> standard_error(odd, even, np.zeros(4, int)).round(4).tolist()
    [0.2887]
    """
    difference = odd - even
    errors = np.full(len(odd), np.nan)
    for i, row in enumerate(difference):
        known = ~np.isnan(row)
        _, here = np.unique(place[known], return_inverse=True)
        n = np.bincount(here)
        if n.sum() > len(n):
            away = row[known] - (np.bincount(here, row[known]) / n)[here]
            errors[i] = np.sqrt((away**2).sum() / (n.sum() - len(n))) / 2
    return errors


def cover(missed: Values, error: Values) -> Values:
    """Return the share of intervals that hold what the truth leads to expect, among people with a score.

    Parameters
    ----------
    missed
        By how much each score misses it, shape (method, employee).
    error
        Standard error of each method.
    """
    known = ~np.isnan(missed)
    inside = np.abs(missed) <= _Z * error[:, None]
    with np.errstate(invalid="ignore"):
        return np.where(np.isnan(error), np.nan, inside.sum(axis=1) / known.sum(axis=1))


def find_partners(truth: Values, place: Codes, sd: float) -> tuple[Codes, Codes]:
    """Pair everyone with the colleague of the place whose truth is nearest to one standard deviation higher.

    Nobody is paired who has no colleague within a tenth of a standard deviation of it.

    Examples
    --------
    >>> [list(map(int, who)) for who in find_partners(np.array([0.0, 1.0, 2.05, 5.0]), np.zeros(4, int), 1.0)]
    [[0, 1], [1, 2]]
    """
    lower, higher = [], []
    for i in np.unique(place):
        people = np.flatnonzero(place == i)
        order = people[np.argsort(truth[people], kind="stable")]
        sorted_truth = truth[order]
        at = (
            np.clip(np.searchsorted(sorted_truth, sorted_truth + sd), 1, len(order) - 1)
            if len(order) > 1
            else 0
        )
        before = np.maximum(at - 1, 0)
        wanted = sorted_truth + sd
        nearest = np.where(
            np.abs(sorted_truth[before] - wanted) < np.abs(sorted_truth[at] - wanted), before, at
        )
        kept = (np.abs(sorted_truth[nearest] - wanted) <= _NEAR * sd) & (sd > 0)
        lower.append(order[kept])
        higher.append(order[nearest[kept]])
    return np.concatenate(lower), np.concatenate(higher)


def tell_apart(year: Values, error: Values, partners: tuple[Codes, Codes]) -> Values:
    """Return the share of pairs one standard deviation apart whose scores differ the right way, beyond error.

    The difference of two scores has to exceed its 95 % limit. Who has no score is not told apart. NaN where
    there is no pair, or no standard error.
    """
    lower, higher = partners
    if not len(lower):
        return np.full(len(year), np.nan)
    differs = year[:, higher] - year[:, lower] > _Z * np.sqrt(2) * error[:, None]
    return np.where(np.isnan(error), np.nan, differs.mean(axis=1))
