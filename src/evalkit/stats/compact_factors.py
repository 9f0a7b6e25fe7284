"""Cross-products of a design whose levels fall into small groups, in a form without rows.

Levels of the largest factor with equally many rows enter the likelihood with one weight, so their parts can
be added up beforehand, once for each such count. Levels of the other factors that no level of the largest
links (the raters of two units, say) have blocks of their own. What is left depends neither on the number of
rows nor on the number of levels of the largest factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]

#: Numbers in ``pairs``, of which a linear combination is taken at each theta; above it sparse matrices win.
MAX_NUMBERS: Final = 250_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompactFactors:
    """Cross-products in b blocks of k levels of the smaller factors, for each of c counts.

    Blocks with fewer than k levels are filled with zeros; without smaller factors there is one such block.

    Attributes
    ----------
    counts, n_counts
        The different numbers of rows of a level of the largest factor, and how many levels have each;
        shape (c,).
    members
        Which of the f smaller factors each place of the blocks belongs to, ones and zeros, shape (f, b k).
    rest
        Z_1'Z_1, shape (b, k, k).
    pairs
        Z_1'Z_0 Z_0'Z_1 over the levels with each count, shape (c, b, k, k).
    spread
        Z_1'Z_0 by count, sparse (c b k × levels of the largest factor).
    by_count
        Which levels of the largest factor have each count, sparse (c × levels).
    slots
        Place of each level of the smaller factors.
    sums, own, cross
        Of u = [Q, y]: Z_1'u, shape (b, k, q); u'Z_0 Z_0'u, shape (c, q, q), and Z_1'Z_0 Z_0'u, shape
        (c, b, k, q), over the levels with each count.
    """

    counts: Floats
    n_counts: Floats
    members: Floats
    rest: Floats
    pairs: Floats
    spread: Any
    by_count: Any
    slots: NDArray[np.intp]
    sums: Floats
    own: Floats
    cross: Floats

    def with_sums(self, Zu: Floats) -> CompactFactors:
        """Return the same design with Z'u of another response, the largest factor's levels first."""
        n0, q = self.by_count.shape[1], Zu.shape[1]
        c, b, k, _ = self.pairs.shape
        top = Zu[:n0]
        squares = (top[:, :, None] * top[:, None, :]).reshape(n0, q * q)
        sums = np.zeros((b * k, q))
        sums[self.slots] = Zu[n0:]
        return replace(
            self,
            sums=sums.reshape(b, k, q),
            own=(self.by_count @ squares).reshape(c, q, q),
            cross=(self.spread @ top).reshape(c, b, k, q),
        )


def compact_factors(
    counts: Floats, link: Any, rest: Floats, sizes: Sequence[int], Zu: Floats
) -> CompactFactors | None:
    """Put the cross-products into blocks; None where they would take more room than they save.

    Parameters
    ----------
    counts
        Rows of each level of the largest factor.
    link, rest
        Z_1'Z_0, sparse, and Z_1'Z_1, dense.
    sizes
        Levels of each smaller factor.
    Zu
        Z'[Q, y], the largest factor's levels first.
    """
    different, which = np.unique(counts, return_inverse=True)
    c, n0, n1 = len(different), len(counts), len(rest)
    if c * n1 > MAX_NUMBERS:
        return None
    slots, b, k = _place(link)
    if c * b * k * k > MAX_NUMBERS:
        return None
    entries = link.tocoo()
    spread = sparse.csr_array(
        (entries.data, (which[entries.col] * (b * k) + slots[entries.row], entries.col)),
        shape=(c * b * k, n0),
    )
    members = np.zeros((len(sizes), b * k))
    members[np.repeat(np.arange(len(sizes)), sizes), slots] = 1.0
    parts = [spread[i * b * k : (i + 1) * b * k] for i in range(c)]
    within = sparse.coo_array(rest)
    blank = np.zeros(0)
    return CompactFactors(
        counts=different,
        n_counts=np.bincount(which).astype(np.float64),
        members=members,
        rest=_block(slots[within.row], slots[within.col], within.data, b, k),
        pairs=np.array([_block_of((part @ part.T).tocoo(), b, k) for part in parts]),
        spread=spread,
        by_count=sparse.csr_array((np.ones(n0), (which, np.arange(n0))), shape=(c, n0)),
        slots=slots,
        sums=blank,
        own=blank,
        cross=blank,
    ).with_sums(Zu)


def _place(link: Any) -> tuple[NDArray[np.intp], int, int]:
    """Return the place of each level of the smaller factors, the number of blocks and their size."""
    n1 = link.shape[0]
    if not n1:
        return np.zeros(0, dtype=np.intp), 1, 1
    entries, size = link.tocoo(), sum(link.shape)
    graph = sparse.csr_array((entries.data, (entries.row, n1 + entries.col)), shape=(size, size))
    labels = np.unique(connected_components(graph, directed=False)[1][:n1], return_inverse=True)[1]
    sizes = np.bincount(labels)
    order = np.argsort(labels, kind="stable")
    place = np.empty(n1, dtype=np.intp)
    place[order] = np.arange(n1) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return labels * int(sizes.max()) + place, len(sizes), int(sizes.max())


def _block_of(entries: Any, b: int, k: int) -> Floats:
    return _block(entries.row, entries.col, entries.data, b, k)


def _block(rows: Any, columns: Any, values: Floats, b: int, k: int) -> Floats:
    """Return the blocks on the diagonal of a matrix that has nothing off them."""
    blocks = np.zeros((b, k, k))
    blocks[rows // k, rows % k, columns % k] = values
    return blocks
