"""Ranks and selections of resampled people, through whole weights.

Inside, weights stand by person, shape (n, b): what is added up, put in order or selected is then whole rows.
Whole weights make all sums exact, in whatever order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats

Places = NDArray[np.intp]


def weighted_concordance(weights: Floats, scores: Floats) -> Floats:
    """Return Kendall's W under each row of whole weights; NaN where all rankings are of equal scores."""
    by_person = np.ascontiguousarray(weights.T)
    n, k = by_person.sum(axis=0), scores.shape[1]
    total, ties = np.zeros_like(by_person), np.zeros(len(n))
    for column in scores.T:
        ties += _add_ranks(total, by_person, column)
    total -= k * (n + 1) / 2
    spread = np.sum(by_person * total**2, axis=0)
    most = k**2 * (n**3 - n) - k * ties
    varied = most > 0.5
    return np.asarray(np.where(varied, 12 * spread / np.where(varied, most, 1.0), np.nan))


def select_top(weights: Floats, scores: Floats, share: float) -> Floats:
    """Return how much of each person is selected when a share of all is, the highest scores first.

    Ties at the cut-off share what is left, so 0, 1 or between; shape of the weights.
    """
    return select_people(np.ascontiguousarray(weights.T), scores, share).T


def select_people(weights: Floats, scores: Floats, share: float) -> Floats:
    """Select as `select_top` does, with weights by person and resample, shape (n, b), as the answer has."""
    order, first, last = _tie_groups(scores)
    drawn = weights[order]
    total = drawn.sum(axis=0)
    above = np.cumsum(drawn, axis=0)
    if np.array_equal(first, last):
        group = drawn
    else:
        group = above[last] - (above[first] - drawn[first])
        above = above[last]
    above -= total  # with its sign turned
    above += share * total
    above /= np.where(group > 0, group, 1.0)
    selected = np.empty_like(above)
    selected[order] = np.clip(above, 0, 1, out=above)
    return selected


def _add_ranks(total: Floats, weights: Floats, scores: Floats) -> Floats:
    """Add mid-ranks under whole weights to a total, both (n, b); return the sum of t³ - t over ties, (b,)."""
    order, first, last = _tie_groups(scores)
    drawn = weights[order]
    reached = np.cumsum(drawn, axis=0)
    if np.array_equal(first, last):
        reached -= drawn
        before, group = reached, drawn
    else:
        before = reached[first] - drawn[first]
        group = reached[last] - before
    sizes = group[np.unique(first)]
    ties = np.sum(sizes * (sizes * sizes - 1), axis=0)
    before += (group + 1) / 2
    total[order] += before
    return np.asarray(ties)


def _tie_groups(scores: Floats) -> tuple[Places, Places, Places]:
    """Return the ascending order, and for each place in it the first and the last place with its score."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    return (
        order,
        np.searchsorted(ordered, ordered, side="left"),
        np.searchsorted(ordered, ordered, side="right") - 1,
    )
