"""What a factor model is fitted to: covariances and means, from rows or as published."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Codes, Floats
from evalkit.stats.factor_likelihood import GroupMoments, Layout
from evalkit.stats.reliability import check_items


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments(Shown):
    """Covariances and means of k items in one group.

    Attributes
    ----------
    covariance
        Shape (k, k), divisor n - 1.
    means
        Shape (k,).
    n
        Rows.
    """

    covariance: Floats
    means: Floats
    n: int


def summarise_items(items: ArrayLike, groups: ArrayLike | None = None) -> dict[str, Moments]:
    """Return the moments of each group, in the order of their names; one group "all" without groups.

    Raises
    ------
    DesignError
        If a value is missing, or the groups are not one per row.

    Examples
    --------
    >>> found = summarise_items([[1, 2], [3, 5], [2, 2], [4, 3]], ["b", "a", "b", "a"])
    >>> list(found), found["a"].means.tolist(), found["a"].n
    (['a', 'b'], [3.5, 4.0], 2)
    """
    x = check_items(items)
    if groups is None:
        return {"all": _summarise(x)}
    labels = np.asarray(groups)
    if labels.shape != (len(x),):
        raise DesignError(f"Groups need one label per row; there are {labels.size} for {len(x)} rows.")
    return {str(label): _summarise(x[labels == label]) for label in np.unique(labels)}


def _summarise(x: Floats) -> Moments:
    divisor = max(len(x) - 1, 1)
    centred = x - x.mean(axis=0)
    return Moments(covariance=centred.T @ centred / divisor, means=x.mean(axis=0), n=len(x))


def number_factors(factor_of: Sequence[Hashable], n_items: int) -> tuple[tuple[str, ...], Codes]:
    """Return the names of the factors, in order of appearance, and the factor of each item.

    Raises
    ------
    DesignError
        If items and factors do not match, or a factor has too few items to be told from their errors.
    """
    if len(factor_of) != n_items:
        raise DesignError(f"Name one factor per item; {len(factor_of)} are named for {n_items} items.")
    names = list(dict.fromkeys(factor_of))
    codes = np.array([names.index(name) for name in factor_of], dtype=np.intp)
    counts = np.bincount(codes)
    single = [str(name) for name, count in zip(names, counts, strict=True) if count < 2]
    if single:
        raise DesignError(
            f"A factor needs two items or more; these have one: {', '.join(single)}. "
            "Join it to another or drop it."
        )
    if len(names) == 1 and n_items < 3:
        raise DesignError(
            "One factor with two items is not identified: many loadings fit them alike. Add a third item."
        )
    return tuple(map(str, names)), codes


def refuse_moments(moments: Mapping[str, Moments]) -> None:
    """Refuse groups that are too small, items that do not vary and items that are sums of others."""
    for name, group in moments.items():
        k = len(group.means)
        where = f" of group {name}" if len(moments) > 1 else ""
        if group.covariance.shape != (k, k) or not np.allclose(group.covariance, group.covariance.T):
            raise DesignError(
                f"Covariances{where} need the shape ({k}, {k}) and symmetry; "
                f"they have the shape {group.covariance.shape}."
            )
        if group.n <= k:
            raise DesignError(
                f"A factor model needs more rows than items; there are {group.n} rows{where} of {k} items."
            )
        variances = np.diag(group.covariance)
        constant = np.flatnonzero(variances <= 1e-14 * (group.means**2 + variances.max()))
        if len(constant):
            raise DesignError(
                f"Items {constant.tolist()} (counted from 0){where} do not vary; leave them out."
            )
        sd = np.sqrt(variances)
        if np.linalg.eigvalsh(group.covariance / np.outer(sd, sd))[0] < 1e-10:
            raise DesignError(f"Some items{where} are sums of others; leave one of them out.")


def standardise(moments: Sequence[Moments], *, with_means: bool) -> tuple[list[GroupMoments], Floats, Floats]:
    """Return moments in units of the pooled standard deviation around the pooled mean, and both of these.

    Covariances get the divisor n, as the normal likelihood has it. Means that are not modelled become zero.
    """
    n = np.array([group.n for group in moments])
    total = np.array([group.covariance * (group.n - 1) for group in moments])
    scale = np.sqrt(np.diag(total.sum(axis=0)) / n.sum())
    centre = np.average([group.means for group in moments], axis=0, weights=n)
    shifts = [(group.means - centre) / scale * with_means for group in moments]
    units = np.outer(scale, scale)
    scaled = [
        GroupMoments((cross / size / units)[None], shift[None], int(size))
        for cross, shift, size in zip(total, shifts, n, strict=True)
    ]
    return scaled, scale, centre


def guess(layout: Layout, moments: Sequence[GroupMoments]) -> Floats:
    """Return a start for the free parameters, shape (1, q): first components, the same in every group."""
    n = [group.n for group in moments]
    r = np.average([group.covariance[0] for group in moments], axis=0, weights=n)
    loadings = _guess_loadings(layout, r)
    spread = layout.spread(loadings[None])[0]
    strength = np.sum(spread**2, axis=0)
    correlations = np.clip(spread.T @ r @ spread / np.outer(strength, strength), -0.8, 0.8)
    row = layout.fixed.copy()
    row[layout.sections["loadings"]] = loadings
    first, second = layout.pairs
    row[layout.sections["factors"]] = np.where(first == second, 1.0, correlations[first, second])
    row[layout.sections["residuals"]] = 1 - loadings**2
    start = np.empty((1, layout.n_free))
    for place in layout.place:
        start[0, place[place >= 0]] = row[place >= 0]
    return start


def _guess_loadings(layout: Layout, r: Floats) -> Floats:
    """Return the first component of each factor's own items, shrunk to what they have in common."""
    loadings = np.empty(layout.n_items)
    for factor in range(layout.n_factors):
        own = np.flatnonzero(layout.factor == factor)
        values, vectors = np.linalg.eigh(r[np.ix_(own, own)])
        mean_r = max((values[-1] - 1) / (len(own) - 1), 0.1)  # as if all correlations were alike
        loadings[own] = vectors[:, -1] * np.sqrt(mean_r * len(own))
    return np.clip(loadings, -0.9, 0.9)
