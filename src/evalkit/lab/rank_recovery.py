"""Kendall's τ-b of many scores with many truths at once.

Whether one person stands above another is a bit, and pairs of people are counted 64 at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Bits = NDArray[np.uint64]

#: Up to so many people all pairs are counted; beyond, each score is sorted by each truth.
_MOST: Final = 2_500
_PAIRS_AT_ONCE: Final = 200_000


def correlate_ranks(scores: Values, truths: Values) -> Values:
    """Return Kendall's τ-b of each score with each truth, among the people of one place.

    A pair counts as tied where a score does not tell the two apart, as where one of them has no score. So a
    score that says nothing of a third of all pairs cannot reach 1, and one that says nothing at all is 0;
    this is what lots would recover. Where a truth does not differ τ-b is NaN.

    Parameters
    ----------
    scores
        Shape (score, person); NaN where there is none.
    truths
        Shape (truth, person).

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33:239.
    https://doi.org/10.1093/biomet/33.3.239

    Examples
    --------
    >>> scores = np.array([[1.0, 2, 3, 4], [1.0, 1, 2, 2]])
    >>> correlate_ranks(scores, np.array([[1.0, 2, 4, 3]])).round(3).tolist()
    [[0.667], [0.816]]
    """
    return TruthOrder(truths).correlate(scores)


class TruthOrder:
    """The order of people by some truths, which many scores are held to; see `correlate_ranks`.

    Parameters
    ----------
    truths
        Shape (truth, person).
    """

    def __init__(self, truths: Values) -> None:
        self.truths = truths
        self.differing = np.array([_count_untied(row) for row in truths], dtype=float)
        self.ties = self.differing < math.comb(truths.shape[1], 2)
        self.is_counted = truths.shape[1] <= _MOST
        if self.is_counted:
            self.above, self.below = _compare(truths), _compare(-truths[self.ties])

    def correlate(self, scores: Values, wanted: NDArray[np.bool_] | None = None) -> Values:
        """Return τ-b of each score with each truth.

        Parameters
        ----------
        scores
            Shape (score, person).
        wanted
            Which are needed, shape (score, truth); the others are NaN.
        """
        needed = np.ones((len(scores), len(self.truths)), bool) if wanted is None else wanted
        untied = np.array([_count_untied(row[~np.isnan(row)]) for row in scores], dtype=float)
        count = self._count_pairs if self.is_counted else self._sort_pairs
        difference = count(scores, untied, needed)
        scale = np.sqrt(np.outer(untied, self.differing))
        tau: Values = np.divide(difference, scale, out=np.zeros_like(scale), where=scale > 0)
        return np.where(needed & (self.differing > 0), tau, np.nan)

    def _count_pairs(self, scores: Values, untied: Values, needed: NDArray[np.bool_]) -> Values:
        """Count the pairs in the same order less those in the opposite one."""
        difference = np.zeros(needed.shape)
        for i, bits in enumerate(_compare(scores)):
            same = _popcount(self.above[needed[i]] & bits)
            difference[i, needed[i]] = 2 * same - untied[i]
            tied = needed[i] & self.ties
            if tied.any():
                opposite = _popcount(self.below[needed[i][self.ties]] & bits)
                difference[i, tied] = same[self.ties[needed[i]]] - opposite
        return difference

    def _sort_pairs(self, scores: Values, untied: Values, needed: NDArray[np.bool_]) -> Values:
        """Do the same for many people, by sorting."""
        difference = np.zeros(needed.shape)
        for i, j in zip(*np.nonzero(needed), strict=True):
            known = ~np.isnan(scores[i])
            score, truth = scores[i, known], self.truths[j, known]
            scale = np.sqrt(untied[i] * _count_untied(truth))
            if scale > 0:
                difference[i, j] = scale * kendalltau(score, truth).statistic
        return difference


def _compare(values: Values) -> Bits:
    """Return whether each person stands above each other one, as bits; shape (row, word)."""
    n = values.shape[1]
    bits = np.zeros((len(values), n, -(-n // 64) * 8), dtype=np.uint8)
    for i, row in enumerate(values):
        known = ~np.isnan(row)
        rank = np.unique(row, return_inverse=True)[1].astype(np.int16)
        above = rank[:, None] > rank[None, :]
        if not known.all():
            above &= known[:, None] & known[None, :]
        packed = np.packbits(above, axis=1)
        bits[i, :, : packed.shape[1]] = packed
    words: Bits = bits.reshape(len(values), bits[0].size if len(bits) else 0).view(np.uint64)
    return words


def _popcount(bits: Bits) -> Counts:
    counted: Counts = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return counted


def _count_untied(row: Values) -> int:
    counts = np.unique(row, return_counts=True)[1].astype(np.int64)
    return int(len(row) * (len(row) - 1) - (counts * (counts - 1)).sum()) // 2


def correlate_within(scores: Values, truths: Values, group: NDArray[np.intp]) -> Values:
    """Return τ-b of each score with each truth over the pairs of people of the same group.

    Pairs without a score count as tied. NaN where no pair of a group differs in the score, or in the truth.

    Examples
    --------
    >>> scores, truths = np.array([[1.0, 2.0, 9.0, 8.0]]), np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> correlate_within(scores, truths, np.array([0, 0, 1, 1])).tolist()
    [[0.0]]
    """
    difference = np.zeros((len(scores), len(truths)))
    untied, differing = np.zeros(len(scores)), np.zeros(len(truths))
    for left, right in _pairs(group):
        mine, theirs = _signs(scores, left, right), _signs(truths, left, right)
        difference += mine @ theirs.T
        untied += np.abs(mine).sum(axis=1)
        differing += np.abs(theirs).sum(axis=1)
    with np.errstate(invalid="ignore"):
        tau: Values = difference / np.sqrt(np.outer(untied, differing))
    return tau


def _signs(values: Values, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float32]:
    away = values[:, left] - values[:, right]
    return ((away > 0).astype(np.int8) - (away < 0)).astype(np.float32)


def _pairs(group: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield all pairs of people of the same group, some at a time."""
    order = np.argsort(group, kind="stable")
    later = np.zeros(len(group), dtype=np.intp)  # people of the group who come after each one
    if len(group):
        ends = np.append(np.flatnonzero(np.diff(group[order])), len(group) - 1)
        later = ends[np.searchsorted(ends, np.arange(len(group)))] - np.arange(len(group))
    upto = np.cumsum(later)
    first = 0
    while first < len(group):
        done = upto[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(upto, done + _PAIRS_AT_ONCE, side="right")))
        left = np.repeat(np.arange(first, last), later[first:last])
        within = np.arange(len(left)) - np.repeat(
            upto[first:last] - later[first:last] - done, later[first:last]
        )
        yield order[left], order[left + 1 + within]
        first = last
