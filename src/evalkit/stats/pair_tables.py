"""All pairs of people, added up over each two clusters, so that tau of many resamples is a matrix product."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats

_ROWS = 32  # people compared with everyone at once


def tabulate_pairs(
    x: Floats, y: Floats, strata: np.ndarray, clusters: np.ndarray
) -> list[NDArray[np.float32]]:
    """Add up over pairs of people, for each two clusters: same order less opposite, untied in x, in y.

    Within strata first, then over all pairs; with one stratum the two are the same three tables.
    """
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    codes = [np.unique(each, return_inverse=True)[1][order].astype(np.float32) for each in (x, y, strata)]
    is_added = len(starts) < len(x)
    firsts = starts.tolist() if is_added else range(0, len(x), _ROWS)
    parts = [_compare(codes, slice(*ends), add_up=is_added) for ends in pairwise([*firsts, len(x)])]
    tables = [np.concatenate(part) for part in zip(*parts, strict=True)]
    return [np.add.reduceat(table, starts, axis=1) for table in tables] if is_added else tables


def _compare(codes: list[NDArray[np.float32]], rows: slice, *, add_up: bool) -> list[NDArray[np.float32]]:
    """Compare some people, or one cluster added up, with everyone; whole numbers, so float32 is exact."""
    dx, dy = (np.sign(np.subtract.outer(each[rows], each)) for each in codes[:2])
    tables = [dx * dy, np.abs(dx), np.abs(dy)]
    if codes[2].any():
        of = codes[2][rows]
        if add_up and (of == of[0]).all():  # added up before they are told by place: the same, and faster
            tables, of = [_add_rows(table) for table in tables], of[:1]
        same = np.equal.outer(of, codes[2]).astype(np.float32)
        tables = [table * same for table in tables] + tables
    return [_add_rows(table) for table in tables] if add_up else tables


def _add_rows(table: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(table.sum(axis=0, keepdims=True), dtype=np.float32)


def compute_taus(weights: Floats, tables: list[NDArray[np.float32]]) -> Floats:
    """Return tau-b within strata and over all pairs, shape (b, 2); NaN where a score does not vary."""
    drawn = weights.astype(np.float32)
    sums = [np.sum((drawn @ table) * weights, axis=1) for table in tables]
    within = _tau(*sums[:3])
    return np.column_stack([within, _tau(*sums[3:]) if len(sums) > 3 else within])


def _tau(agree: Floats, in_x: Floats, in_y: Floats) -> Floats:
    scale = np.sqrt(in_x * in_y)
    return np.where(scale > 0, agree / np.where(scale > 0, scale, 1.0), np.nan)
