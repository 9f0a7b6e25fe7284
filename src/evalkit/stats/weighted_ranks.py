"""Ranks and selections of resampled people, through whole weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats

Places = NDArray[np.intp]

_CELLS = 65_536  # weights held at once: half a megabyte


def weighted_concordance(weights: Floats, scores: Floats) -> Floats:
    """Return Kendall's W under each row of whole weights; NaN where all rankings are of equal scores."""
    n, k = weights.sum(axis=1), scores.shape[1]
    total, ties = np.zeros_like(weights), np.zeros(len(weights))
    for column in scores.T:
        ranks, tied = _weighted_ranks(weights, column)
        total += ranks
        ties += tied
    spread = np.sum(weights * (total - k * (n[:, None] + 1) / 2) ** 2, axis=1)
    most = k**2 * (n**3 - n) - k * ties
    varied = most > 0.5
    return np.asarray(np.where(varied, 12 * spread / np.where(varied, most, 1.0), np.nan))


def select_top(weights: Floats, scores: Floats, share: float) -> Floats:
    """Return how much of each person is selected when a share of all is, the highest scores first.

    Ties at the cut-off share what is left, so 0, 1 or between; shape of the weights.
    """
    codes, cut, part = _find_cut(weights, scores, share)
    return np.asarray(np.clip((codes - cut) + part, 0, 1))


def weigh_selected_by_both(weights: Floats, first: Floats, second: Floats, share: float) -> Floats:
    """Return the weight of those whom both scores select, shape (b,); see `select_top`."""
    # a few rows at a time stay in the processor's cache
    parts = np.array_split(weights, max(1, weights.size // _CELLS))
    return np.concatenate([_weigh_selected(part, first, second, share) for part in parts])


def _weigh_selected(weights: Floats, first: Floats, second: Floats, share: float) -> Floats:
    chosen = weights * select_top(weights, first, share)
    chosen *= select_top(weights, second, share)
    return np.asarray(np.sum(chosen, axis=1))


def _find_cut(weights: Floats, scores: Floats, share: float) -> tuple[Floats, Floats, Floats]:
    """Return each person's place among the distinct scores; where each row cuts, and how much of that place.

    Shapes (n,), (b, 1) and (b, 1). Weights are whole, so that nothing here is rounded before the last part.
    """
    values, codes, counts = np.unique(scores, return_inverse=True, return_counts=True)
    order, ends = np.argsort(codes, kind="stable"), np.cumsum(counts) - 1
    whole = weights.astype(np.int32)  # whole numbers add up five times faster than fractions
    reached = np.cumsum(whole[:, order], axis=1, dtype=np.int32)[:, ends]
    total = reached[:, -1:]
    wanted = share * total
    not_reached = np.sum(total - reached >= wanted, axis=1, keepdims=True)
    cut = np.minimum(not_reached, len(values) - 1)  # nobody was drawn: nobody is selected
    upto = np.take_along_axis(reached, cut, axis=1)
    before = np.where(cut > 0, np.take_along_axis(reached, np.maximum(cut - 1, 0), axis=1), 0)
    size = np.maximum(upto - before, 1)
    return codes.astype(np.float64), cut.astype(np.float64), np.minimum((wanted - (total - upto)) / size, 1)


def _weighted_ranks(weights: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Return mid-ranks under whole weights, shape of the weights, and the sum of t³ - t over ties."""
    order, first, last = _tie_groups(scores)
    drawn = weights[:, order]
    reached = np.cumsum(drawn, axis=1)
    before = reached[:, first] - drawn[:, first]
    group = reached[:, last] - before
    ranks = np.empty_like(weights)
    ranks[:, order] = before + (group + 1) / 2
    heads = np.unique(first)
    sizes = group[:, heads]
    return ranks, np.asarray(np.sum(sizes**3 - sizes, axis=1))


def _tie_groups(scores: Floats) -> tuple[Places, Places, Places]:
    """Return the ascending order, and for each place in it the first and the last place with its score."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    return (
        order,
        np.searchsorted(ordered, ordered, side="left"),
        np.searchsorted(ordered, ordered, side="right") - 1,
    )
