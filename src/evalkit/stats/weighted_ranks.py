"""Ranks and selections of resampled people, through whole weights.

Inside, weights stand by person, shape (n, b): what is added up, put in order or selected is then whole rows.
Whole weights make all sums exact, in whatever order.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats

Places = NDArray[np.intp]
Counts = NDArray[np.integer]

_CELLS: Final = 262_144  # weights of people who are looked at together: two megabytes


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


def select_top(scores: Floats, shares: Floats) -> Floats:
    """Return how much of each person is selected when a share of all is, the highest scores first.

    Ties at the cut-off share what is left, so 0, 1 or between; shape (shares, people).
    """
    people, _, chosen = _select(np.ones((1, 1), int), np.zeros(len(scores), int), scores, shares, len(scores))
    return np.asarray(chosen[:, np.argsort(people)])


def weigh_selected_by_both(
    weights: Floats, clusters: Places, first: Floats, second: Floats, share: float
) -> Floats:
    """Return the weight of those whom both scores select, shape (b,); see `select_top`.

    Parameters
    ----------
    weights
        Of each cluster, whole, shape (b, c).
    clusters
        Cluster of each person, shape (n,).
    """
    whole = weights.astype(np.int32)  # whole numbers add up faster than fractions
    near = min(len(first), int(1.5 * share * len(first)) + 2)
    parts = np.array_split(whole, max(1, len(whole) * near // _CELLS))
    return np.concatenate([_weigh_enough(part, clusters, (first, second), share, near) for part in parts])


def _weigh_enough(
    weights: Counts, clusters: Places, scores: tuple[Floats, Floats], share: float, near: int
) -> Floats:
    """Do so by looking at few people from the top, or at all where these are not enough."""
    found, is_enough = _weigh_selected(weights, clusters, scores, share, near)
    if not is_enough.all():
        few = weights[~is_enough]
        found[~is_enough] = _weigh_selected(few, clusters, scores, share, len(clusters))[0]
    return found


def _weigh_selected(
    weights: Counts, clusters: Places, scores: tuple[Floats, Floats], share: float, n_looked: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Do so among so many people from the top, and say for which rows that is enough."""
    first_people, _, by_first = _select(weights, clusters, scores[0], np.asarray(share), n_looked)
    second_people, drawn, by_second = _select(weights, clusters, scores[1], np.asarray(share), n_looked)
    _, at_first, at_second = np.intersect1d(
        first_people, second_people, assume_unique=True, return_indices=True
    )
    both = np.take(by_first, at_first, axis=1)
    both *= np.take(by_second, at_second, axis=1)
    both *= np.take(drawn, at_second, axis=1)
    is_enough = (n_looked == len(clusters)) | ((by_first[:, -1] == 0) & (by_second[:, -1] == 0))
    return np.sum(both, axis=1), is_enough


def _select(
    weights: Counts, clusters: Places, scores: Floats, share: Floats, n_looked: int
) -> tuple[Places, Counts, Floats]:
    """Return so many people from the top, or more for ties, their weights, and how much of each is selected.

    Shapes (people,), (b, people) and (b, people). Weights are whole, so that nothing is rounded before the
    last step.
    """
    people = np.flatnonzero(scores >= np.partition(scores, -n_looked)[-n_looked])
    order, first, last = _tie_groups(-scores[people])
    drawn = np.take(weights, clusters[people[order]], axis=1)
    above = size = np.cumsum(drawn, axis=1, dtype=drawn.dtype)
    if np.array_equal(first, last):
        above, size = above - drawn, drawn
    else:
        above = np.take(above - drawn, first, axis=1)
        size = np.take(size, last, axis=1) - above
    wanted = share * (weights @ np.bincount(clusters, minlength=weights.shape[1]))
    chosen = (wanted[:, None] - above) / np.maximum(size, 1)
    return people[order], drawn, np.clip(chosen, 0, 1, out=chosen)


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
