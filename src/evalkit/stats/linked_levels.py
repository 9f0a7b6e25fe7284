"""Pairs of levels that share a level of the largest factor, such as raters who rated the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

#: Products that are kept, 20 bytes each; above it, sparse matrices are multiplied at each theta.
MAX_PRODUCTS: Final = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedLevels:
    """The lower triangle of Z_1'Z_0 diag(w) Z_0'Z_1 as a linear function of the weights w.

    Where it is not zero does not depend on the weights, so it is found once.

    Attributes
    ----------
    rows, columns
        The distinct pairs of levels of the smaller factors, rows ≥ columns, shape (n_pairs,).
    products
        Sparse (n_pairs × levels of the largest factor).
    """

    rows: Codes
    columns: Codes
    products: Any

    def weigh(self, weights: Floats) -> Floats:
        """Return the elements of the matrix, shape (n_pairs,).

        Examples
        --------
        Two raters who both rated one person, and one of them a second person:

        >>> linked = link_levels(sparse.csr_array([[1.0, 1.0], [1.0, 0.0]]))
        >>> linked.rows.tolist(), linked.columns.tolist(), linked.weigh(np.array([2.0, 3.0])).tolist()
        ([0, 1, 1], [0, 0, 1], [5.0, 2.0, 2.0])
        """
        return np.asarray(self.products @ weights)


def link_levels(link: Any) -> LinkedLevels | None:
    """List the pairs of levels that a level of the largest factor links; None where they are too many.

    Parameters
    ----------
    link
        Z_1'Z_0, sparse (levels of the smaller factors × levels of the largest).
    """
    by_level = sparse.csr_array(link.T)
    by_level.sort_indices()
    sizes = np.diff(by_level.indptr).astype(np.intp)
    if int(np.sum(sizes * (sizes + 1))) // 2 > MAX_PRODUCTS:
        return None
    level = np.repeat(np.arange(len(sizes)), sizes)
    n_before = np.arange(by_level.nnz) - by_level.indptr[:-1].astype(np.intp)[level] + 1
    first = np.repeat(np.arange(by_level.nnz), n_before)  # each entry, with every one up to it in its level
    start = by_level.indptr[:-1].astype(np.intp)[level[first]]
    second = start + np.arange(len(first)) - np.repeat(np.cumsum(n_before) - n_before, n_before)
    codes = by_level.indices.astype(np.intp)
    each = codes[first] * link.shape[0] + codes[second]
    place = np.zeros(link.shape[0] ** 2, dtype=np.int32)
    place[each] = 1
    pairs = np.flatnonzero(place)
    place[pairs] = np.arange(len(pairs), dtype=np.int32)
    products = sparse.csr_array(
        (by_level.data[first] * by_level.data[second], (place[each], level[first])),
        shape=(len(pairs), len(sizes)),
    )
    rows, columns = np.divmod(pairs, link.shape[0])
    return LinkedLevels(rows=rows, columns=columns, products=products)
