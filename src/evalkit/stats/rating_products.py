"""Products of ratings of the same person, by what two ratings share: occasion, rater, both, nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Codes, Floats

#: What two ratings of one person share; the last pairs a rating with itself or its twin on another part.
SHARED: Final = ("nothing", "occasion", "rater", "both")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatingTable(Shown):
    """Ratings of several parts on one level: of people, or of the groups that they belong to.

    Attributes
    ----------
    values
        A rating each, shape (m,).
    objects, parts, occasions, raters
        Numbers from 0 of what was rated, on which part, when and by whom, shape (m,); no combination twice.
    holder
        The object of each person, shape (n,).
    """

    values: Floats
    objects: Codes
    parts: Codes
    occasions: Codes
    raters: Codes
    holder: Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """One level's table with a row per object, occasion and rater and a column per part."""

    objects: Codes
    occasions: Codes
    raters: Codes
    holder: Codes
    values: Floats
    present: Floats
    weights: Floats

    @property
    def n_objects(self) -> int:
        """Number of objects."""
        return int(self.holder.max()) + 1


def tabulate_cells(table: RatingTable, *, n_parts: int, n_occasions: int) -> Cells:
    """Lay out ratings with a column per part, and the weight of each in its person's mean.

    A mean is over the raters of an occasion first, then over occasions.
    """
    key = (table.objects * n_occasions + table.occasions) * (table.raters.max() + 1) + table.raters
    found, first, code = np.unique(key, return_index=True, return_inverse=True)
    values, present = np.zeros((2, len(found), n_parts))
    values[code, table.parts] = table.values
    present[code, table.parts] = 1.0
    objects, occasions = table.objects[first], table.occasions[first]
    n_objects = int(table.holder.max()) + 1
    slot = objects * n_occasions + occasions
    n_raters = gather(present, slot, n_objects * n_occasions)
    n_met = (n_raters > 0).reshape(n_objects, n_occasions, n_parts).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(present > 0, 1.0 / (n_raters[slot] * n_met[objects]), 0.0)
    return Cells(
        objects=objects,
        occasions=occasions,
        raters=table.raters[first],
        holder=table.holder,
        values=values,
        present=present,
        weights=weights,
    )


def gather(rows: Floats, groups: Codes, n_groups: int) -> Floats:
    """Add up the rows of each group, shape (n_groups, k)."""
    return np.asarray(_membership(groups, n_groups) @ rows)


def _membership(groups: Codes, n_groups: int) -> sparse.csr_array:
    """Return 1 where a row belongs to a group, shape (n_groups, rows)."""
    n = len(groups)
    return sparse.csr_array((np.ones(n), (groups, np.arange(n))), shape=(n_groups, n))


def sum_products(levels: list[tuple[Cells, Floats]], *, n_occasions: int) -> dict[str, Floats]:
    """Add up, for each person and pair of parts, the products of two ratings by what they share.

    Parameters
    ----------
    levels
        Cells, and what to multiply: values, presence or weights, shape (cells, k). Raters of two levels are
        never the same.

    Returns
    -------
    By `SHARED`, shape (n, k, k).
    """
    by_occasion = np.sum(
        [sum_by_occasion(cells, rows, n_occasions)[cells.holder] for cells, rows in levels], axis=0
    )
    in_all = by_occasion.sum(axis=1)
    total = in_all[:, :, None] * in_all[:, None, :]
    occasion = np.einsum("noj,nok->njk", by_occasion, by_occasion, optimize=True)
    rater, both = np.zeros((2, *total.shape))
    for cells, rows in levels:
        pair, owner = _pairs(cells)
        rater += _squares(gather(rows, pair, len(owner)), owner, cells.n_objects)[cells.holder]
        both += _squares(rows, cells.objects, cells.n_objects)[cells.holder]
    products = (total - occasion - rater + both, occasion - both, rater - both, both)
    return dict(zip(SHARED, products, strict=True))


def sum_between(cells: Cells, rows: Floats, *, n_occasions: int) -> dict[str, Floats]:
    """Add up products of ratings of two different people, by occasion and rater, shape (k, k) each.

    Returns
    -------
    By `SHARED`: "nothing" and "occasion" are of other raters on another or the same occasion, "rater" and
    "both" of the same rater on another or the same occasion.
    """
    n_raters = int(cells.raters.max()) + 1
    within = gather(rows, _pairs(cells)[0], len(_pairs(cells)[1]))
    by_rater = gather(rows, cells.raters, n_raters)
    by_both = gather(rows, cells.raters * n_occasions + cells.occasions, n_raters * n_occasions)
    own = gather(rows, cells.objects, cells.n_objects)
    own_occasion = sum_by_occasion(cells, rows, n_occasions)
    when = own_occasion.sum(axis=0)
    own_occasion = own_occasion.reshape(-1, rows.shape[1])
    same_rater = by_rater.T @ by_rater - within.T @ within
    same_both = by_both.T @ by_both - rows.T @ rows
    everyone = np.outer(own.sum(axis=0), own.sum(axis=0)) - own.T @ own
    same_occasion = when.T @ when - own_occasion.T @ own_occasion
    return {
        "nothing": everyone - same_rater - (same_occasion - same_both),
        "occasion": same_occasion - same_both,
        "rater": same_rater - same_both,
        "both": same_both,
    }


def sum_by_occasion(cells: Cells, rows: Floats, n_occasions: int) -> Floats:
    """Add up the rows of each object and occasion, shape (objects, occasions, k)."""
    slots = cells.n_objects * n_occasions
    sums = gather(rows, cells.objects * n_occasions + cells.occasions, slots)
    return sums.reshape(cells.n_objects, n_occasions, rows.shape[1])


def _pairs(cells: Cells) -> tuple[Codes, Codes]:
    """Return the number of each row's pair of object and rater, and the object of each pair."""
    n_raters = int(cells.raters.max()) + 1
    found, code = np.unique(cells.objects * n_raters + cells.raters, return_inverse=True)
    return code, found // n_raters


def _squares(rows: Floats, groups: Codes, n_groups: int) -> Floats:
    """Add up the outer products of the rows of each group, shape (n_groups, k, k)."""
    member = _membership(groups, n_groups)
    columns = [member @ (rows * rows[:, [j]]) for j in range(rows.shape[1])]
    return np.stack(columns, axis=1)
