"""Ranks and selections of resampled people, through whole weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats

Places = NDArray[np.intp]


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
    order, first, last = _tie_groups(scores)
    drawn = weights[:, order]
    reached = np.cumsum(drawn, axis=1)
    above = weights.sum(axis=1, keepdims=True) - reached[:, last]
    group = reached[:, last] - (reached[:, first] - drawn[:, first])
    left = share * weights.sum(axis=1, keepdims=True) - above
    part: Floats = np.clip(left / np.where(group > 0, group, 1.0), 0, 1)
    selected = np.empty_like(part)
    selected[:, order] = part
    return np.asarray(selected)


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
