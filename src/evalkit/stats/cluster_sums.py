"""Sums of squares and products of whole clusters: within strata, within clusters, between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.numbering import number_clusters, number_strata

Level = Literal["within", "pooled", "within_clusters", "between_clusters"]
LEVELS: Final[tuple[Level, ...]] = ("within", "pooled", "within_clusters", "between_clusters")

_FEWEST: Final = 5
_TINY: Final = 1e-9  # of a variance of 1: what is left of it by rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterSums:
    """Sums over the rows of each cluster, from which those of any resample of clusters follow.

    Attributes
    ----------
    counts, sums, products
        Rows, sums (G, k) and sums of products (G, k, k) of each cluster, of standardised columns.
    strata
        Stratum of each cluster, as an integer.
    n, k
        Rows and columns in all.
    """

    counts: Floats
    sums: Floats
    products: Floats
    strata: NDArray[np.intp]
    n: int
    k: int

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.counts)

    def squares(self, weights: Floats, level: Level) -> Floats:
        """Return sums of squares and products about the means of a level, shape (b, k, k).

        Within strata is within clusters plus between them, under any weights of clusters.
        """
        if level == "pooled":
            return self._about_means(weights, np.zeros_like(self.strata))
        if level == "within":
            return self._about_means(weights, self.strata)
        inside = self.products - _outer(self.sums) / self.counts[:, None, None]
        within = (weights @ inside.reshape(self.n_clusters, -1)).reshape(-1, self.k, self.k)
        return within if level == "within_clusters" else self._about_means(weights, self.strata) - within

    def _about_means(self, weights: Floats, groups: NDArray[np.intp]) -> Floats:
        total = np.zeros((len(weights), self.k, self.k))
        for group in range(int(groups.max()) + 1):
            rows = groups == group
            w = weights[:, rows]
            n = w @ self.counts[rows]
            products = (w @ self.products[rows].reshape(rows.sum(), -1)).reshape(-1, self.k, self.k)
            total += products - _outer(w @ self.sums[rows]) / np.where(n > 0, n, 1.0)[:, None, None]
        return total


def add_up_clusters(
    columns: Sequence[ArrayLike], *, strata: ArrayLike | None, clusters: ArrayLike | None
) -> ClusterSums:
    """Check columns and add them up by cluster; rows are clusters of their own by default.

    Raises
    ------
    DesignError
        If there are fewer than five rows, a gap, a column that does not vary, or a cluster in two strata.
    """
    data = [np.asarray(column, dtype=np.float64) for column in columns]
    n = len(data[0])
    places = number_strata(strata, n)
    units = number_clusters(clusters, n)
    _refuse(data, places, units)
    x = np.column_stack([(column - column.mean()) / column.std() for column in data])
    n_clusters, k = int(units.max()) + 1, len(data)
    sums, products = np.zeros((n_clusters, k)), np.zeros((n_clusters, k, k))
    np.add.at(sums, units, x)
    np.add.at(products, units, _outer(x))
    of_cluster = np.zeros(n_clusters, dtype=np.intp)
    of_cluster[units] = places
    if (of_cluster[units] != places).any():
        raise DesignError("A cluster (unit) must lie in one stratum (place); some lie in two.")
    counts = np.bincount(units, minlength=n_clusters).astype(np.float64)
    return ClusterSums(counts=counts, sums=sums, products=products, strata=of_cluster, n=n, k=k)


def correlate(squares: Floats, i: int = 0, j: int = 1, *, n: int) -> Floats:
    """Return the correlation of two columns from sums of squares; NaN where one does not vary."""
    scale = squares[:, i, i] * squares[:, j, j]
    known = np.minimum(squares[:, i, i], squares[:, j, j]) > _TINY * n
    root = np.sqrt(np.where(known, scale, 1.0))
    return np.where(known, np.clip(squares[:, i, j] / root, -1, 1), np.nan)


def _outer(x: Floats) -> Floats:
    return np.asarray(x[:, :, None] * x[:, None, :])


def _refuse(data: Sequence[Floats], places: NDArray[np.intp], units: NDArray[np.intp]) -> None:
    shapes = {column.shape for column in data} | {places.shape, units.shape}
    if len(shapes) > 1 or data[0].ndim != 1 or len(data[0]) < _FEWEST:
        raise DesignError(
            f"A score is compared with a criterion over at least {_FEWEST} people, one value, place and unit "
            f"each; the shapes are {', '.join(map(str, sorted(shapes)))}."
        )
    if not all(np.isfinite(column).all() for column in data):
        raise DesignError("A score and its criterion must be complete; drop those with a gap first.")
    if any(np.ptp(column) == 0 for column in data):
        raise DesignError("A score, or its criterion, is the same for everybody; nothing can be compared.")
