"""The likelihood of correlated factors, each item on one of them, in one group or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Codes, Floats

Flags = NDArray[np.bool_]
Invariance = Literal["configural", "metric", "scalar"]
INVARIANCES: Final[tuple[Invariance, ...]] = ("configural", "metric", "scalar")


class GroupMoments(NamedTuple):
    """Covariances (divisor n) and means of one group in b samples, (b, k, k) and (b, k), and its rows."""

    covariance: Floats
    means: Floats
    n: int


class GroupModel(NamedTuple):
    """Parameters of one group in b samples."""

    loadings: Floats  # (b, k)
    factor_covariances: Floats  # (b, m, m)
    residual_variances: Floats  # (b, k)
    intercepts: Floats  # (b, k)
    factor_means: Floats  # (b, m)


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Which parameters of which group are one and the same, and which are fixed.

    All parameters of a group stand in one row: k loadings, the m(m+1)/2 factor (co)variances, k residual
    variances, k intercepts, m factor means. ``place`` says where each stands among the free ones.

    Attributes
    ----------
    factor
        Factor of each item, shape (k,), counted from 0.
    n_groups, invariance
        Groups, and what is equal in them: nothing, the loadings, or the loadings and intercepts.
    """

    factor: Codes
    n_groups: int
    invariance: Invariance

    @property
    def n_items(self) -> int:
        """Items, k."""
        return len(self.factor)

    @cached_property
    def n_factors(self) -> int:
        """Factors, m."""
        return int(self.factor.max()) + 1

    @property
    def has_means(self) -> bool:
        """Whether the means are modelled; otherwise each is fitted exactly and left out."""
        return self.invariance == "scalar"

    @cached_property
    def pairs(self) -> tuple[Codes, Codes]:
        """Rows and columns of the factor (co)variances."""
        return np.triu_indices(self.n_factors)

    @cached_property
    def sections(self) -> dict[str, slice]:
        """Where each kind of parameter stands in the row of a group."""
        k, m = self.n_items, self.n_factors
        sizes = {"loadings": k, "factors": len(self.pairs[0]), "residuals": k, "intercepts": k, "means": m}
        ends = np.cumsum(list(sizes.values())).tolist()
        return {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}

    @cached_property
    def fixed(self) -> Floats:
        """Values of the parameters where they are fixed: factor variances 1, all else 0."""
        row = np.zeros(self.sections["means"].stop)
        row[self.sections["factors"]] = self.pairs[0] == self.pairs[1]
        return row

    @cached_property
    def place(self) -> NDArray[np.intp]:
        """Place of each parameter among the free ones, shape (groups, parameters of a group); -1 if fixed."""
        place = np.full((self.n_groups, len(self.fixed)), -1)
        n_free = 0
        for group in range(self.n_groups):
            free, shared = self._free(group)
            place[group, shared] = place[0, shared]
            place[group, free] = n_free + np.arange(free.sum())
            n_free += int(free.sum())
        return place

    @cached_property
    def n_free(self) -> int:
        """Free parameters."""
        return int(self.place.max()) + 1

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest values of the free parameters: variances from 0, correlations from -1 to 1."""
        lower, upper = np.full((2, self.n_free), np.inf) * [[-1], [1]]
        lower[self.place[:, self.sections["residuals"]]] = 0.0
        variances = self.pairs[0] == self.pairs[1]
        of_factors = self.place[:, self.sections["factors"]]
        for row in of_factors:
            scaled = (row[variances] < 0).all()  # all factor variances are 1
            lower[row[variances & (row >= 0)]] = 0.0
            lower[row[~variances]] = -1.0 if scaled else -np.inf
            upper[row[~variances]] = 1.0 if scaled else np.inf
        return lower, upper

    @property
    def n_moments(self) -> int:
        """Moments that the free parameters are to reproduce."""
        k = self.n_items
        return self.n_groups * (k * (k + 1) // 2 + (k if self.has_means else 0))

    def _free(self, group: int) -> tuple[Flags, Flags]:
        """Tell which parameters of a group are its own, and which it shares with the first group."""
        own, shared = np.zeros((2, len(self.fixed)), dtype=np.bool_)
        own[self.sections["residuals"]] = True
        equal_loadings = group > 0 and self.invariance != "configural"
        (shared if equal_loadings else own)[self.sections["loadings"]] = True
        own[self.sections["factors"]] = equal_loadings | (self.pairs[0] != self.pairs[1])
        if self.has_means:
            (shared if group else own)[self.sections["intercepts"]] = True
            own[self.sections["means"]] = group > 0
        return own, shared

    def read(self, free: Floats, group: int) -> GroupModel:
        """Return the parameters of a group from the free ones, shape (b, n_free)."""
        place = self.place[group]
        row = np.where(place >= 0, free[:, place], self.fixed)
        covariances = np.empty((len(free), self.n_factors, self.n_factors))
        first, second = self.pairs
        covariances[:, first, second] = covariances[:, second, first] = row[:, self.sections["factors"]]
        parts = (row[:, self.sections[name]] for name in ("residuals", "intercepts", "means"))
        return GroupModel(row[:, self.sections["loadings"]], covariances, *parts)

    def spread(self, loadings: Floats) -> Floats:
        """Return loadings as matrices of items by factors, shape (b, k, m)."""
        matrix = np.zeros((*loadings.shape, self.n_factors))
        matrix[:, np.arange(self.n_items), self.factor] = loadings
        return matrix


def imply(layout: Layout, model: GroupModel) -> tuple[Floats, Floats]:
    """Return the covariances and means that a group's parameters imply."""
    loadings = layout.spread(model.loadings)
    common = loadings @ model.factor_covariances @ loadings.swapaxes(1, 2)
    items = np.arange(layout.n_items)
    common[:, items, items] += model.residual_variances
    return common, model.intercepts + (loadings @ model.factor_means[:, :, None])[:, :, 0]


def misfit(layout: Layout, moments: Sequence[GroupMoments], free: Floats) -> Floats:
    """Return half the chi-squared per row, shape (b,); infinite where nothing proper is implied."""
    total = np.zeros(len(free))
    n = sum(group.n for group in moments)
    for index, group in enumerate(moments):
        sigma, mu = imply(layout, layout.read(free, index))
        root, proper = cholesky(sigma)
        inverse = np.linalg.inv(root)
        whitened = inverse @ group.covariance @ inverse.swapaxes(1, 2)
        gap = (inverse @ (group.means - mu)[:, :, None])[:, :, 0]
        log_ratio = -np.linalg.slogdet(whitened)[1]
        trace = np.trace(whitened, axis1=1, axis2=2)
        value = log_ratio + trace - layout.n_items + np.sum(gap**2, axis=1)
        total += np.where(proper, value, np.inf) * group.n / (2 * n)
    return total


def differentiate(layout: Layout, moments: Sequence[GroupMoments], free: Floats) -> tuple[Floats, Floats]:
    """Return the gradient of the misfit and its expected second derivatives: Fisher's information per row."""
    q, n = layout.n_free, sum(group.n for group in moments)
    gradient, information = np.zeros((len(free), q)), np.zeros((len(free), q, q))
    for index, group in enumerate(moments):
        own = layout.place[index] >= 0
        places = layout.place[index, own]
        first, second = _differentiate_group(layout, group, layout.read(free, index), own)
        gradient[:, places] += first * group.n / n
        information[:, places[:, None], places] += second * group.n / n
    return gradient, information


def _differentiate_group(
    layout: Layout, group: GroupMoments, model: GroupModel, own: Flags
) -> tuple[Floats, Floats]:
    """Return gradient and information by one group's free parameters, in units of the implied SDs."""
    sigma, mu = imply(layout, model)
    inverse = np.linalg.inv(np.linalg.cholesky(sigma))
    turned = inverse.swapaxes(1, 2)
    of_sigma, of_mu = _derivatives(layout, model, own)
    slopes = (inverse[:, None] @ of_sigma @ turned[:, None]).reshape(*of_mu.shape[:2], -1)
    shifts = of_mu @ turned
    gap = inverse @ (group.means - mu)[:, :, None]
    seen = inverse @ group.covariance @ turned + gap @ gap.swapaxes(1, 2)
    excess = (np.eye(layout.n_items) - seen).reshape(len(seen), -1, 1)
    gradient = (slopes @ excess / 2 - shifts @ gap)[:, :, 0]
    return gradient, slopes @ slopes.swapaxes(1, 2) / 2 + shifts @ shifts.swapaxes(1, 2)


def cholesky(matrices: Floats) -> tuple[Floats, Flags]:
    """Return the lower roots of positive definite matrices and which are; the others get a unit matrix."""
    try:
        return np.asarray(np.linalg.cholesky(matrices)), np.ones(len(matrices), dtype=np.bool_)
    except np.linalg.LinAlgError:
        scale = np.abs(matrices).max(axis=(1, 2))
        proper = np.asarray(np.linalg.eigvalsh(matrices)[:, 0] > 1e-12 * scale)
        safe = np.where(proper[:, None, None], matrices, np.eye(matrices.shape[1]))
        return np.asarray(np.linalg.cholesky(safe)), proper


def _derivatives(layout: Layout, model: GroupModel, own: Flags) -> tuple[Floats, Floats]:
    """Return the derivatives of covariances and means by the free parameters, (b, p, k, k) and (b, p, k)."""
    b, k, where = len(model.loadings), layout.n_items, layout.sections
    items = np.arange(k)
    loadings = layout.spread(model.loadings)
    half, shift = np.zeros((b, len(own), k, k)), np.zeros((b, len(own), k))
    half[:, items, items, :] = (loadings @ model.factor_covariances)[:, :, layout.factor].swapaxes(1, 2)
    first, second = layout.pairs
    columns = loadings.swapaxes(1, 2)
    once = np.where(first == second, 0.5, 1.0)[:, None, None]
    half[:, where["factors"]] = once * columns[:, first, :, None] * columns[:, second, None, :]
    half[:, where["residuals"].start + items, items, items] = 0.5
    shift[:, items, items] = model.factor_means[:, layout.factor]
    shift[:, where["intercepts"].start + items, items] = 1.0
    shift[:, where["means"]] = columns
    half = half[:, own]
    return half + half.swapaxes(2, 3), shift[:, own]
