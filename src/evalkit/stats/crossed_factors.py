"""Data of a model with random intercepts, checked and reduced to cross-products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from evalkit.errors import DesignError
from evalkit.stats.compact_factors import CompactFactors, compact_factors
from evalkit.stats.linked_levels import LinkedLevels, link_levels
from evalkit.stats.orthogonal_strata import OrthogonalStrata, is_balanced, sum_squares

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

#: The matrix of the smaller factors is dense: 12 000 levels are 1.2 GB, twice.
MAX_DENSE_LEVELS = 12_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossProducts:
    """All that the restricted likelihood needs of the data; factor 0 here is the largest one.

    Attributes
    ----------
    names, codes
        Factors, the largest first, with integer codes of shape (n,).
    counts
        Rows per level of the largest factor.
    link, link_transposed
        Z_1'Z_0, sparse (levels of the other factors × levels of the largest), and Z_0'Z_1.
    rest
        Z_1'Z_1, dense.
    Q, R, ols
        X = QR, and the least-squares coefficients that were taken out of y.
    Zu, uu
        Z'[Q, y] and [Q, y]'[Q, y], with y the residual of least squares.
    strata
        Sums of squares, where the design is balanced and has an intercept alone: they say it all.
    compact
        Else the same in small blocks, where the design allows it.
    linked
        Where they do not: which levels of the smaller factors the largest one links; None where too many.
    """

    names: tuple[str, ...]
    codes: tuple[Codes, ...]
    counts: Floats
    link: Any
    link_transposed: Any
    rest: Floats
    Q: Floats
    R: Floats
    ols: Floats
    Zu: Floats
    uu: Floats
    strata: OrthogonalStrata | None
    compact: CompactFactors | None
    linked: LinkedLevels | None

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.codes[0])

    @property
    def df(self) -> int:
        """Observations less coefficients."""
        return self.n - len(self.ols)

    @property
    def n_levels(self) -> tuple[int, ...]:
        """Levels of each factor."""
        return tuple(int(code.max()) + 1 for code in self.codes)

    @property
    def is_dear(self) -> bool:
        """Whether each look at the likelihood factorises a large matrix."""
        return self.strata is None and self.compact is None

    def sum_by_factor(self, rows: Floats) -> Floats:
        """Sum an array whose rows are the levels of all factors, factor by factor."""
        starts = np.cumsum([0, *self.n_levels[:-1]])
        return np.add.reduceat(rows, starts, axis=0)

    def with_response(self, y: Floats) -> CrossProducts:
        """Return the same design with another response, taken free of the fixed effects."""
        u = np.column_stack([self.Q, y - self.Q @ (self.Q.T @ y)])
        Zu = _sum_by_level(self.codes, u)
        compact = self.compact.with_sums(Zu) if self.compact else None
        strata = _split_squares(self.codes, Zu, u) if self.strata else None
        return replace(self, Zu=Zu, uu=u.T @ u, compact=compact, strata=strata)


def build_cross_products(
    values: ArrayLike, factors: Mapping[str, ArrayLike], covariates: ArrayLike | None = None
) -> CrossProducts:
    """Check the design and reduce the data to cross-products.

    Raises
    ------
    DesignError
        If the data cannot tell the components apart; the message says which and why.
    """
    y = np.asarray(values, dtype=np.float64)
    X = np.ones((len(y), 1)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    coded = {name: _code(name, levels, len(y)) for name, levels in factors.items()}
    _refuse_factors(coded, len(y))
    _refuse_values(y, X)
    order = sorted(coded, key=lambda name: -int(coded[name].max()))
    codes = tuple(coded[name] for name in order)
    Q, R = (np.asarray(part, dtype=np.float64) for part in np.linalg.qr(X))
    ols = Q.T @ y
    u = np.column_stack([Q, y - Q @ ols])
    if np.ptp(u[:, -1]) <= 1e-10 * max(1.0, float(np.abs(y).max())):
        raise DesignError("Variance components need values that differ; all are equal given the covariates.")
    sizes = [int(code.max()) + 1 for code in codes[1:]]
    link, rest = _count_links(codes, sizes)
    counts, Zu = np.bincount(codes[0]).astype(np.float64), _sum_by_level(codes, u)
    balanced = X.shape[1] == 1 and not np.ptp(X) and is_balanced(codes)
    compact = None if balanced else compact_factors(counts, link, rest, sizes, Zu)
    return CrossProducts(
        names=tuple(order),
        codes=codes,
        counts=counts,
        link=link,
        link_transposed=link.T.tocsr(),
        rest=rest,
        Q=Q,
        R=R,
        ols=ols,
        Zu=Zu,
        uu=u.T @ u,
        strata=_split_squares(codes, Zu, u) if balanced else None,
        compact=compact,
        linked=None if balanced or compact else link_levels(link),
    )


def _code(name: str, levels: ArrayLike, n: int) -> Codes:
    """Return the levels of a factor as numbers."""
    array = np.asarray(levels)
    if array.shape != (n,):
        raise DesignError(
            f"Factor '{name}' has shape {array.shape} for {n} values; give one level for each value."
        )
    return np.unique(array, return_inverse=True)[1].astype(np.intp)


def _refuse_factors(coded: Mapping[str, Codes], n: int) -> None:
    """Refuse factors whose variance the design cannot tell from another's."""
    if not coded:
        raise DesignError("Variance components need at least one factor; give factors={'employee': codes}.")
    sizes = {name: int(codes.max()) + 1 if n else 0 for name, codes in coded.items()}
    for name, size in sizes.items():
        if size < 2:
            raise DesignError(
                f"Factor '{name}' has {size} level; a variance needs at least two. Leave it out."
            )
        if size == n:
            raise DesignError(
                f"Factor '{name}' has a level of its own for each of the {n} values, so its variance cannot "
                "be told from the residual. Leave it out, or add repeated ratings."
            )
    _refuse_same_partition(coded, sizes)
    small = sum(sizes.values()) - max(sizes.values())
    if small > MAX_DENSE_LEVELS:
        raise DesignError(
            f"All factors but the largest have {small:,} levels together; this computation takes at most "
            f"{MAX_DENSE_LEVELS:,}. Estimate it on a random sample of those levels."
        )


def _refuse_same_partition(coded: Mapping[str, Codes], sizes: Mapping[str, int]) -> None:
    names = list(coded)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            pairs = np.unique(coded[first] * sizes[second] + coded[second])
            if len(pairs) == sizes[first] == sizes[second]:
                raise DesignError(
                    f"Factors '{first}' and '{second}' group the values alike (one level of one is one level "
                    "of the other), so their variances cannot be told apart. Keep one of them."
                )


def _refuse_values(y: Floats, X: Floats) -> None:
    """Refuse values and covariates that leave nothing to estimate."""
    bad = int(np.sum(~np.isfinite(y)))
    if bad:
        raise DesignError(f"{bad} of {len(y)} values are missing or infinite; drop those rows first.")
    if X.ndim != 2 or len(X) != len(y) or not np.isfinite(X).all():
        raise DesignError(
            f"Covariates have shape {X.shape}; give finite numbers, one row for each of {len(y)} values."
        )
    rank = int(np.linalg.matrix_rank(X))
    if rank < X.shape[1]:
        raise DesignError(
            f"The {X.shape[1]} covariates have rank {rank}; leave out those that the others determine."
        )
    if len(y) <= rank + 1:
        raise DesignError(f"{len(y)} values are too few for {rank} coefficients and a residual variance.")


def _count_links(codes: Sequence[Codes], sizes: Sequence[int]) -> tuple[Any, Floats]:
    """Count the rows of each level of the smaller factors with each of the largest, sparse, and of theirs."""
    n_small, n = len(sizes), len(codes[0])
    starts = np.cumsum([0, *sizes], dtype=np.intp)
    small = np.array(codes[1:], dtype=np.intp).reshape(n_small, n) + starts[:-1, None]
    largest = (np.ones(n_small * n), (small.ravel(), np.tile(codes[0], n_small)))
    pairs = (np.repeat(small, n_small, axis=0).ravel(), np.tile(small, (n_small, 1)).ravel())
    link = sparse.csr_array(largest, shape=(int(starts[-1]), int(codes[0].max()) + 1))
    rest = sparse.coo_array((np.ones(len(pairs[0])), pairs), shape=(int(starts[-1]), int(starts[-1])))
    return link, rest.toarray()


def _split_squares(codes: Sequence[Codes], Zu: Floats, u: Floats) -> OrthogonalStrata:
    n_levels = [int(code.max()) + 1 for code in codes]
    return sum_squares(n_levels, Zu[:, -1], float(u[:, -1] @ u[:, -1]), len(u))


def _sum_by_level(codes: Sequence[Codes], u: Floats) -> Floats:
    """Return Z'u: the sum of each column of u over each level of each factor."""
    return np.vstack([np.column_stack([np.bincount(code, weights=col) for col in u.T]) for code in codes])
