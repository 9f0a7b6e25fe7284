"""Fisher scoring: the maximum likelihood of a factor model, for many samples at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evalkit.stats.crossed_factors import Floats
from evalkit.stats.factor_likelihood import Flags, GroupMoments, Layout, differentiate, misfit

_MAX_STEPS: Final = 500
_MAX_HALVINGS: Final = 30
_CLOSE: Final = 1e-8  # accepted as settled where rounding leaves no better point
_RIDGE: Final = 1e-10  # keeps the step defined where the items do not determine the model
_UNDETERMINED: Final = 1e-9  # smallest eigenvalue of the information, its diagonal scaled to one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """Where the likelihood of each of b samples is largest.

    Attributes
    ----------
    free, misfit
        Free parameters, shape (b, q), and half the likelihood-ratio statistic per row, shape (b,).
    at_bound
        Which free parameters a bound holds, shape (b, q).
    information
        Fisher's information per row of data, shape (b, q, q); 1 and 0 for what a bound holds.
    converged, identified
        Whether no step improves the fit, and whether the sample determines every parameter; shape (b,).
    """

    free: Floats
    misfit: Floats
    at_bound: Flags
    information: Floats
    converged: Flags
    identified: Flags


class _Point(NamedTuple):
    """Free parameters of some samples, their misfit and its gradient."""

    free: Floats
    value: Floats
    gradient: Floats


def maximise_likelihood(
    layout: Layout, moments: Sequence[GroupMoments], start: Floats, *, settled: float = 1e-13
) -> Optimum:
    """Fit each sample from its start, shape (b, q), within the bounds of the layout.

    Parameters
    ----------
    moments
        One per group, items scaled to variances near one.
    settled
        What one more step would gain when to stop, as half a chi-squared per row.

    References
    ----------
    Lee & Jennrich (1979), Psychometrika 44:99–113, doi:10.1007/BF02293789 (scoring in covariance structures);
    Bertsekas (1982), SIAM Journal on Control and Optimization 20:221–246, doi:10.1137/0320018 (bounds).
    """
    free = start.copy()
    value = misfit(layout, moments, free)
    gain = np.full(len(free), np.inf)
    rows = np.flatnonzero(np.isfinite(value))
    for _ in range(_MAX_STEPS):
        chosen = _choose(moments, rows)
        gradient, information = differentiate(layout, chosen, free[rows])
        here = _Point(free[rows], value[rows], gradient)
        direction, _ = _step(layout, here, information)
        gain[rows] = -np.sum(gradient * direction, axis=1)
        moved, reached = _search(layout, chosen, here, direction)
        better = reached < value[rows]
        free[rows[better]], value[rows[better]] = moved[better], reached[better]
        rows = rows[(gain[rows] > settled) & better]
        if not len(rows):
            break
    return _describe(layout, moments, free, value, converged=gain < _CLOSE)


def _describe(
    layout: Layout, moments: Sequence[GroupMoments], free: Floats, value: Floats, *, converged: Flags
) -> Optimum:
    usable = np.isfinite(value)
    q = layout.n_free
    at_bound = np.zeros((len(free), q), dtype=np.bool_)
    information = np.broadcast_to(np.eye(q), (len(free), q, q)).copy()
    identified = usable.copy()
    if usable.any():
        gradient, found = differentiate(layout, _choose(moments, np.flatnonzero(usable)), free[usable])
        _, held = _step(layout, _Point(free[usable], value[usable], gradient), found)
        at_bound[usable], information[usable] = held, _without(found, held)
        scale = np.sqrt(np.maximum(np.diagonal(information, axis1=1, axis2=2), 1e-300))
        identified &= (
            np.linalg.eigvalsh(information / scale[:, :, None] / scale[:, None, :])[:, 0] > _UNDETERMINED
        )
    return Optimum(
        free=free,
        misfit=value,
        at_bound=at_bound,
        information=information,
        converged=converged & usable,
        identified=identified,
    )


def _choose(moments: Sequence[GroupMoments], rows: NDArray[np.intp]) -> list[GroupMoments]:
    return [GroupMoments(one.covariance[rows], one.means[rows], one.n) for one in moments]


def _step(layout: Layout, here: _Point, information: Floats) -> tuple[Floats, Flags]:
    """Return the scoring step that stays within the bounds, and what it leaves at a bound.

    What would pass a bound goes as far as the bound, and the others make the best of that.
    """
    lower, upper = layout.bounds
    held = ((here.free <= lower) & (here.gradient > 0)) | ((here.free >= upper) & (here.gradient < 0))
    direction = np.zeros_like(here.free)
    while True:
        slope = here.gradient + (information @ np.where(held, direction, 0.0)[:, :, None])[:, :, 0]
        best = np.linalg.solve(_without(information, held), np.where(held, 0.0, -slope)[:, :, None])[:, :, 0]
        direction = np.where(held, direction, best)
        reached = here.free + direction
        passing = ~held & ((reached < lower) | (reached > upper))
        if not passing.any():
            return direction, held
        direction = np.where(passing, np.clip(reached, lower, upper) - here.free, direction)
        held |= passing


def _without(information: Floats, held: Flags) -> Floats:
    """Return the information with unit rows and columns for what is held, and a ridge against singularity."""
    kept = np.where(held[:, :, None] | held[:, None, :], 0.0, information)
    diagonal = np.arange(information.shape[1])
    size = np.diagonal(information, axis1=1, axis2=2)
    kept[:, diagonal, diagonal] = np.where(held, 1.0, size * (1 + _RIDGE) + 1e-300)
    return kept


def _search(
    layout: Layout,
    moments: Sequence[GroupMoments],
    here: _Point,
    direction: Floats,
) -> tuple[Floats, Floats]:
    """Halve each step until it pays; samples in which none does stay where they are."""
    moved, reached = here.free.copy(), here.value.copy()
    rows = np.arange(len(moved))
    size = 1.0
    for _ in range(_MAX_HALVINGS):
        tried = here.free[rows] + size * direction[rows]
        tried = np.clip(tried, *layout.bounds)
        found = misfit(layout, _choose(moments, rows), tried)
        promised = np.sum(here.gradient[rows] * (tried - here.free[rows]), axis=1)
        pays = found <= here.value[rows] + 1e-4 * np.minimum(promised, 0.0)
        moved[rows[pays]], reached[rows[pays]] = tried[pays], found[pays]
        rows, size = rows[~pays], size / 2
        if not len(rows):
            break
    return moved, reached
