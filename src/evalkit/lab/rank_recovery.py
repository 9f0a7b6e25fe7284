"""Kendall's τ-b of many scores with many truths at once.

Whether one person stands above another is a bit, and pairs of people are counted 64 at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Bits = NDArray[np.uint64]

#: Up to so many people all pairs are counted; beyond, each score is sorted by each truth.
_MOST: Final = 5_000
_AT_ONCE: Final = 128  # people whose pairs with everyone are held in memory
_PAIRS_AT_ONCE: Final = 200_000


def correlate_ranks(scores: Values, truths: Values, wanted: NDArray[np.bool_] | None = None) -> Values:
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
    wanted
        Which pairs of a score and a truth are needed, shape (score, truth); the others may be NaN.

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
    if wanted is None:
        wanted = np.ones((len(scores), len(truths)), dtype=bool)
    above = _count_above if scores.shape[1] <= _MOST else _sort_above
    difference, untied, differing = above(scores, truths, wanted)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.sqrt(untied[:, None].astype(float) * differing)
        found = np.where(scale > 0, difference / scale, 0.0)
    tau: Values = np.where(differing > 0, found, np.nan)
    return tau


def _count_above(scores: Values, truths: Values, wanted: NDArray[np.bool_]) -> tuple[Counts, Counts, Counts]:
    """Count pairs in the same order less those in opposite order, and those that differ in each row."""
    rows, others = _rank(scores), _rank(truths)
    has_ties = np.array([len(np.unique(row)) < len(row) for row in truths])
    same = np.zeros(wanted.shape, dtype=np.int64)
    opposite = np.zeros(wanted.shape, dtype=np.int64)
    untied, differing = np.zeros(len(scores), dtype=np.int64), np.zeros(len(truths), dtype=np.int64)
    for first in range(0, scores.shape[1], _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        mine, theirs = _compare(rows, part), _compare(others, part)
        below = _compare(-others[has_ties], part)
        untied += _popcount(mine)
        differing += _popcount(theirs)
        for i, bits in enumerate(mine):
            same[i, wanted[i]] += _popcount(theirs[wanted[i]] & bits)
            chosen = wanted[i] & has_ties
            if chosen.any():
                opposite[i, chosen] += _popcount(below[wanted[i][has_ties]] & bits)
    opposite[:, ~has_ties] = (untied[:, None] - same)[:, ~has_ties]
    return same - opposite, untied, differing


def _rank(values: Values) -> NDArray[np.float32]:
    """Return values as small numbers in the same order, NaN where there is none."""
    ranks = np.empty(values.shape, dtype=np.float32)
    for i, row in enumerate(values):
        known = ~np.isnan(row)
        ranks[i] = np.nan
        ranks[i, known] = np.unique(row[known], return_inverse=True)[1]
    return ranks


def _compare(ranks: NDArray[np.float32], part: slice) -> Bits:
    """Return whether each of some people stands above each person, as bits; shape (row, word)."""
    n = ranks.shape[1]
    n_words = -(-n // 64)
    bits = np.zeros((len(ranks), len(range(n)[part]), n_words * 8), dtype=np.uint8)
    for i, row in enumerate(ranks):
        packed = np.packbits(row[part, None] > row[None, :], axis=1)
        bits[i, :, : packed.shape[1]] = packed
    return bits.reshape(len(ranks), bits[0].size if len(bits) else 0).view(np.uint64)


def _popcount(bits: Bits) -> Counts:
    counted: Counts = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return counted


def _sort_above(scores: Values, truths: Values, wanted: NDArray[np.bool_]) -> tuple[Values, Counts, Counts]:
    """Do the same as `_count_above` for many people, by sorting; what is not wanted is NaN."""
    untied = np.array([_count_untied(row[~np.isnan(row)]) for row in scores])
    differing = np.array([_count_untied(row) for row in truths])
    difference = np.full(wanted.shape, np.nan)
    for i, j in zip(*np.nonzero(wanted), strict=True):
        known = ~np.isnan(scores[i])
        score, truth = scores[i, known], truths[j, known]
        scale = np.sqrt(float(untied[i]) * _count_untied(truth))
        difference[i, j] = scale * kendalltau(score, truth).statistic if scale > 0 else 0.0
    return difference, untied, differing


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
