"""Weights drawn evenly from all that are possible, and the scores that they give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.stats.crossed_factors import Floats

_TOLERANCE = 1e-9  # weights of a file are decimals, and their sum is one only up to rounding
_MOST_PROPOSALS = 2000  # for each draw that is wanted; fewer than 1 in 2 000 is no way to draw


def draw_weights(low: ArrayLike, high: ArrayLike, *, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw weights evenly from all that add up to one and lie within their ranges, shape (n_draws, k).

    What the lower ends leave over is shared out by Dirichlet(1), and a draw beyond an upper end is refused;
    or the other way round, from the upper ends down, where those leave less. Both are exact and the draws
    independent. With ranges of 0 to 1 this is Dirichlet(1) itself. Numbers drawn one by one and then divided
    by their sum are not spread evenly: they crowd around equal weights.

    Parameters
    ----------
    low, high
        Ends of the range of each weight, shape (k,). Equal ends fix a weight.

    Raises
    ------
    DesignError
        If no weights that add up to one lie within the ranges, or hardly any draw does.

    References
    ----------
    Tervonen & Lahdelma (2007), European Journal of Operational Research 178:500–513,
    doi:10.1016/j.ejor.2005.12.037.

    Examples
    --------
    >>> import numpy as np
    >>> drawn = draw_weights([0.2, 0, 0], [0.5, 1, 1], n_draws=1000, rng=np.random.default_rng(1))
    >>> bool(np.allclose(drawn.sum(axis=1), 1)), bool(drawn[:, 0].min() >= 0.2)
    (True, True)
    """
    least, most = _check_ranges(low, high, n_draws)
    drawn = np.tile((least + most) / 2, (n_draws, 1))
    free = np.flatnonzero(most > least)
    left = 1 - float(np.delete(least, free).sum())
    drawn[:, free] = _draw_free(least[free], most[free], left, n_draws, rng)
    return drawn


def weigh_points(points: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the weighted mean of each person's points under each weighting, shape (n_draws, n).

    A missing point is left out and the other weights count for more; NaN where nothing is left.

    Parameters
    ----------
    points
        Shape (n, k), NaN where there is none.
    weights
        Shape (n_draws, k).

    Examples
    --------
    >>> weigh_points([[80, 40], [60, float("nan")]], [[0.5, 0.5], [0.75, 0.25]]).tolist()
    [[60.0, 60.0], [70.0, 60.0]]
    """
    x, w = np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[1]:
        raise DesignError(
            f"Points and weights need the same components as columns; the shapes are {x.shape} and {w.shape}."
        )
    known = np.isfinite(x)
    total = w @ known.T.astype(np.float64)
    sums = w @ np.where(known, x, 0.0).T
    return np.asarray(np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan))


def _draw_free(least: Floats, most: Floats, left: float, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw the weights that are not fixed; they add up to what is left."""
    if not len(least):
        return np.empty((n_draws, 0))
    up, down = left - float(least.sum()), float(most.sum()) - left
    start, slack, sign = (least, up, 1.0) if up <= down else (most, down, -1.0)
    kept: list[Floats] = []
    n_kept, n_proposed = 0, 0
    while n_kept < n_draws:
        if n_proposed > _MOST_PROPOSALS * n_draws:
            raise DesignError(
                f"Hardly any weights of {len(least)} components lie within their ranges; widen the ranges."
            )
        proposed = start + sign * max(slack, 0.0) * rng.dirichlet(np.ones(len(least)), n_draws)
        inside = ((proposed >= least - _TOLERANCE) & (proposed <= most + _TOLERANCE)).all(axis=1)
        kept.append(proposed[inside])
        n_kept += int(inside.sum())
        n_proposed += n_draws
    return np.concatenate(kept)[:n_draws]


def _check_ranges(low: ArrayLike, high: ArrayLike, n_draws: int) -> tuple[Floats, Floats]:
    least, most = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if least.ndim != 1 or least.shape != most.shape or not len(least):
        raise DesignError(
            f"Each weight needs both ends of its range; the shapes are {least.shape} and {most.shape}."
        )
    if not (np.isfinite(least) & np.isfinite(most)).all() or (least < 0).any() or (most < least).any():
        raise DesignError("Ranges of weights go from a low end, not negative, up to a high end.")
    if least.sum() > 1 + _TOLERANCE or most.sum() < 1 - _TOLERANCE:
        raise DesignError(
            f"No weights within these ranges add up to one: their low ends add up to {least.sum():.3g}, "
            f"their high ends to {most.sum():.3g}."
        )
    if n_draws < 1:
        raise DesignError(f"Weights need at least one draw; n_draws is {n_draws}.")
    return least, most
