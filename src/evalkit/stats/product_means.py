"""Covariance components of several parts of a score, from mean products of ratings of the same person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.stats.covariance_components import CovarianceComponents, nearest_covariance
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.rating_products import (
    SHARED,
    Cells,
    RatingTable,
    sum_between,
    sum_by_occasion,
    sum_products,
    tabulate_cells,
)

#: A kind of pair that fewer of the people have is not there.
_SELDOM: Final = 0.1
_ROUNDING: Final = 1e-9


def estimate_covariance_components(
    levels: Sequence[RatingTable],
    *,
    n_parts: int,
    rated: Sequence[bool],
    over_occasions: bool = True,
    shared_panel: Sequence[bool] = (),
) -> CovarianceComponents:
    """Estimate where the covariances between the parts of a score come from, without a normal model.

    Two ratings of one person that share neither the rater nor the occasion agree only in what both measure;
    those that share one of the two agree in that as well. So mean products of such pairs, less those of pairs
    of different people, are the components: in complete tables the estimates of the analysis of variance.
    Every person weighs the same. Components below zero, in any combination of parts, are set to zero.

    Parameters
    ----------
    levels
        Ratings of people, and of the groups that they belong to (a unit's survey); either may be left out.
    n_parts
        Number of parts over all levels.
    rated
        Which parts have raters that can be told apart, shape (k,); those of the others are not looked at.
    over_occasions
        Whether occasions are sampled; else there is one, and nothing is said of others.
    shared_panel
        Of which parts the same raters rate everyone, shape (k,): their severity can then be told from their
        views of a person. None by default.

    Raises
    ------
    DesignError
        If two parts were never seen by different raters on different occasions.

    References
    ----------
    Brennan (2001), Generalizability Theory, chapters 7 and 9–11, doi:10.1007/978-1-4757-3456-0 (analogous
    means of products for unbalanced multivariate designs).

    Examples
    --------
    Five people on three occasions, one value each:

    >>> rng = np.random.default_rng(1)
    >>> values = (rng.normal(size=(5, 1)) + rng.normal(size=(5, 3))).ravel()
    >>> people, occasions = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
    >>> table = RatingTable(values=values, objects=people, parts=np.zeros(15, int), occasions=occasions,
    ...                     raters=np.arange(15), holder=np.arange(5))
    >>> found = estimate_covariance_components([table], n_parts=1, rated=[False])
    >>> found.n, found.n_occasions, found.residual.tolist()
    (5, 3, [[0.0]])
    """
    n_occasions = int(max(table.occasions.max() for table in levels)) + 1
    told = np.asarray(rated, dtype=bool)
    cells = [
        tabulate_cells(_hide_raters(table, told, n_occasions), n_parts=n_parts, n_occasions=n_occasions)
        for table in levels
    ]
    centred, means = _centre(cells, n_occasions)
    portions = _portions(sum_products([(one, one.weights) for one in cells], n_occasions=n_occasions))
    between = _between(cells, centred, n_occasions)
    kinds = _linearise(cells, centred, between, n_occasions)
    base = "nothing" if over_occasions else "occasion"
    _refuse(kinds[base], over_occasions)
    deviations = _components(kinds, base, told)
    matrices = {name: nearest_covariance(each.mean(axis=0)) for name, each in deviations.items()}
    noise = n_occasions * (
        portions["occasion"] * matrices["occasion"] + portions["residual"] * matrices["residual"]
    )
    return CovarianceComponents(
        **matrices,
        shift=_shift(means, noise * _shares(cells)) if over_occasions else np.zeros((n_parts, n_parts)),
        severity=_severity(between, base, np.asarray(shared_panel or [False] * n_parts, dtype=bool)),
        portions=portions,
        n=len(levels[0].holder),
        n_occasions=n_occasions,
        deviations=deviations,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kind:
    """One kind of pair: what each person adds to its mean product, and whether it is common."""

    added: Floats
    common: NDArray[np.bool_]


def _hide_raters(table: RatingTable, rated: NDArray[np.bool_], n_occasions: int) -> RatingTable:
    """Give what no known rater gave a rater of its own for each object and occasion."""
    alone = table.objects * n_occasions + table.occasions
    raters = np.where(rated[table.parts], alone.max() + 1 + table.raters, alone)
    return replace(table, raters=raters)


def _centre(cells: Sequence[Cells], n_occasions: int) -> tuple[list[Floats], Floats]:
    """Take the mean of each part and occasion out; return what is left, and the means (NaN where none)."""
    own, has = _average([(one, one.values) for one in cells], n_occasions)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = own.sum(axis=0) / has.sum(axis=0)
    filled = np.nan_to_num(means)
    return [one.values - filled[one.occasions] * one.present for one in cells], means


def _average(levels: Sequence[tuple[Cells, Floats]], n_occasions: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Average each person's ratings of an occasion, shape (n, occasions, k), and say where there are some."""
    sums, counts = (
        np.sum([sum_by_occasion(one, rows, n_occasions)[one.holder] for one, rows in pairs], axis=0)
        for pairs in (levels, [(one, one.present) for one, _ in levels])
    )
    has = np.asarray(counts > 0)
    return np.where(has, sums / np.where(has, counts, 1.0), 0.0), has


def _between(cells: Sequence[Cells], centred: Sequence[Floats], n_occasions: int) -> dict[str, Floats]:
    """Return the mean products of two different people, NaN where there are no such pairs."""
    people = [i for i, one in enumerate(cells) if one.n_objects == len(one.holder)]
    k = cells[0].values.shape[1]
    means = {name: np.full((k, k), np.nan) for name in SHARED}
    for i in people:
        one = cells[i]
        sums = sum_between(one, one.weights * centred[i], n_occasions=n_occasions)
        weights = sum_between(one, one.weights, n_occasions=n_occasions)
        for name in SHARED:
            enough = weights[name] > _ROUNDING
            means[name] = np.where(enough, sums[name] / np.where(enough, weights[name], 1.0), means[name])
    return means


def _linearise(
    cells: Sequence[Cells], centred: Sequence[Floats], between: dict[str, Floats], n_occasions: int
) -> dict[str, _Kind]:
    """Return what each person adds to the mean product of each kind, less that of different people.

    Products are of deviations from means over the same people, so that those of two different people lie
    below zero; for parts of a group, by how many share a group.
    """
    products = sum_products(list(zip(cells, centred, strict=True)), n_occasions=n_occasions)
    counts = sum_products([(one, one.present) for one in cells], n_occasions=n_occasions)
    kinds = {name: _add_up(products[name], counts[name]) for name in SHARED}
    own, has = _average(list(zip(cells, centred, strict=True)), n_occasions)
    met = np.einsum("noj,nok->jk", has.astype(np.float64), has.astype(np.float64))
    means = {
        "nothing": kinds["nothing"].added.mean(axis=0),
        "occasion": np.einsum("noj,nok->jk", own, own) / np.maximum(met, 1.0),
    }
    shares = _shares(cells)
    lost = {name: -mean * shares / (1.0 - shares) for name, mean in means.items()}
    apart = {name: np.where(np.isnan(between[name]), lost[name], between[name]) for name in means}
    of_kind = {name: apart["nothing" if name in ("nothing", "rater") else "occasion"] for name in SHARED}
    return {name: replace(kind, added=kind.added - of_kind[name]) for name, kind in kinds.items()}


def _add_up(products: Floats, counts: Floats) -> _Kind:
    """Return each person's part in the mean over people of their mean products."""
    has = counts > 0.5
    own = np.where(has, products / np.where(has, counts, 1.0), 0.0)
    often = has.mean(axis=0)
    mean = own.sum(axis=0) / np.maximum(has.sum(axis=0), 1)
    added = mean + has * (own - mean) / np.where(often > 0, often, 1.0)
    return _Kind(added=added, common=often >= _SELDOM)


def _components(kinds: dict[str, _Kind], base: str, rated: NDArray[np.bool_]) -> dict[str, Floats]:
    """Subtract what pairs share less of; what cannot be told from a person's occasion counts as that."""
    universe = kinds[base].added
    one_rated = rated[:, None] & rated[None, :]
    over_occasions = base == "nothing"
    lasting = kinds["rater"].common & one_rated & over_occasions
    rater = np.where(lasting, kinds["rater"].added - universe, 0.0)
    both = np.where(kinds["both"].common, kinds["both"].added - universe - rater, 0.0)
    same_occasion = kinds["occasion"].common & over_occasions
    apart = np.where(same_occasion, kinds["occasion"].added - universe, 0.0)
    told_apart = same_occasion | ~kinds["both"].common | ~np.bool_(over_occasions)
    occasion = np.where(told_apart, apart, both)
    residual = np.where(kinds["both"].common & told_apart, both - occasion, 0.0)
    return {"universe": universe, "occasion": occasion, "rater": rater, "residual": residual}


def _portions(left: dict[str, Floats]) -> dict[str, Floats]:
    """Average over people what share of one rating's covariance is left in a mean."""
    total = sum(left.values())
    n = np.maximum(np.sum(total > 0, axis=0), 1)
    both = left["both"].sum(axis=0) / n
    return {
        "occasion": left["occasion"].sum(axis=0) / n + both,
        "rater": left["rater"].sum(axis=0) / n + both,
        "residual": both,
    }


def _shares(cells: Sequence[Cells]) -> Floats:
    """Return the chance that two people drawn at random share what is rated, by pair of parts."""
    shares = np.zeros(cells[0].values.shape[1])
    for one in cells:
        chance = float(np.sum((np.bincount(one.holder) / len(one.holder)) ** 2))
        shares = np.where(one.present.any(axis=0), chance, shares)
    return np.maximum(shares[:, None], shares[None, :])


def _shift(means: Floats, noise: Floats) -> Floats:
    """Return the covariance of the parts' means over occasions beyond what people's own errors give."""
    if len(means) < 2 or np.isnan(means).any():
        return np.zeros_like(noise)
    return nearest_covariance(np.atleast_2d(np.cov(means, rowvar=False)) - noise)


def _severity(between: dict[str, Floats], base: str, shared: NDArray[np.bool_]) -> Floats:
    """Return the covariance of raters whom all share: two people have the rater in common, and no more."""
    alike = between["rater" if base == "nothing" else "both"]
    apart = between[base]
    known = shared[:, None] & shared[None, :] & ~np.isnan(alike - apart)
    return nearest_covariance(np.where(known, np.nan_to_num(alike) - np.nan_to_num(apart), 0.0))


def _refuse(base: _Kind, over_occasions: bool) -> None:
    if not base.common.all():
        when = "on different occasions" if over_occasions else "on one occasion"
        raise DesignError(
            f"Parts {np.argwhere(~base.common)[0].tolist()} were hardly ever seen by different raters {when} "
            "for the same person, so what they have in common cannot be told from error."
        )
