"""A jump at a cut-off of a score with few values, with an interval that allows for a stated curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import ncx2, norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.local_polynomials import Floats, Side, coefficient_weights, neighbour_variances
from evalkit.stats.regression_discontinuity import split_at

_FEWEST_NEAR: Final = 3  # distinct scores on each side within a bandwidth
_FEWEST_VALUES: Final = 4  # and on each side at all
_CURVE: Final = (2, 4)  # orders of the polynomial from which the curvature is read: a third of the scores
_TRIED: Final = 30  # bandwidths
_FAR: Final = 6.0  # biases in standard errors, from which on one tail of the two is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedDiscontinuity(Shown):
    """Jump of an outcome at a cut-off, upwards in the score, under a bound on curvature.

    Attributes
    ----------
    estimate, std_error
        The jump between two local lines, and its standard error.
    worst_bias
        The most that the lines can be wrong by, either way, with this curvature.
    conf_low, conf_high
        Interval that holds the jump at least as often as it says, whatever the curves within the bound.
    curvature
        Most that the slope of the mean outcome changes for one unit of the score.
    bandwidth
        Distance from the cut-off within which scores count: the one with the shortest interval.
    n_below, n_above
        People within it on each side.
    """

    estimate: float
    std_error: float
    worst_bias: float
    conf_low: float
    conf_high: float
    conf_level: float
    curvature: float
    bandwidth: float
    n_below: int
    n_above: int
    n: int
    n_values: int


def estimate_bounded_discontinuity(
    score: ArrayLike,
    outcome: ArrayLike,
    *,
    cutoff: float,
    curvature: float | None = None,
    conf_level: float = 0.95,
) -> BoundedDiscontinuity:
    """Estimate a jump where a score has few values, so that no bandwidth can shrink to the cut-off.

    With few values the bias of the lines cannot be estimated away. It is bounded instead: a curve on either
    side whose slope changes by no more than ``curvature`` can move the estimate by no more than
    ``worst_bias``, and the interval allows for that in either direction.

    Parameters
    ----------
    curvature
        Bound on the second derivative. By default the largest of a polynomial on each side, of fourth order
        where there are twelve scores: no data can show that the truth is not curved more between them.

    Raises
    ------
    DesignError
        As `estimate_discontinuity`, with four scores on a side; or if the curvature is negative.

    References
    ----------
    Kolesár & Rothe (2018), American Economic Review 108:2277–2304, doi:10.1257/aer.20160945; Armstrong &
    Kolesár (2020), Quantitative Economics 11:1–39, doi:10.3982/QE1199.

    Examples
    --------
    >>> i = np.arange(1, 401)
    >>> score = np.round(5 * (2 * (i * 0.618034 % 1) - 1)) / 5
    >>> outcome = score + (score >= 0) + np.sin(i**2)
    >>> found = estimate_bounded_discontinuity(score, outcome, cutoff=0.0, curvature=1)
    >>> found.conf_low < 1 < found.conf_high, found.n_values
    (True, 11)
    """
    sides = split_at(score, outcome, cutoff, fewest_values=_FEWEST_VALUES)
    bound = max(map(_read_curvature, sides)) if curvature is None else curvature
    if not bound >= 0:
        raise DesignError(f"A bound on curvature cannot be negative or missing; it is {bound:g}.")
    width = _choose_width(sides, bound, conf_level)
    parts = [_estimate_side(side, width, neighbour_variances(side)) for side in sides]
    estimate = parts[1][0] - parts[0][0]
    std_error = float(np.sqrt(parts[0][1] + parts[1][1]))
    bias = bound * (parts[0][2] + parts[1][2])
    reach = _reach(bias, std_error, conf_level)
    return BoundedDiscontinuity(
        estimate=estimate,
        std_error=std_error,
        worst_bias=bias,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        conf_level=conf_level,
        curvature=bound,
        bandwidth=width,
        n_below=len(sides[0].within(width).x),
        n_above=len(sides[1].within(width).x),
        n=len(sides[0].x) + len(sides[1].x),
        n_values=len(sides[0].distinct()) + len(sides[1].distinct()),
    )


def _read_curvature(side: Side) -> float:
    """Return the largest second derivative of a polynomial through one side, within its scores."""
    order = int(np.clip(len(side.distinct()) // 3, *_CURVE))
    fit = np.polynomial.Polynomial.fit(side.x, side.y, order)
    second = fit.deriv(2)
    turns = [root.real for root in second.deriv().roots() if abs(root.imag) < 1e-9]
    ends = [side.x.min(), side.x.max()]
    inside = [turn for turn in turns if ends[0] < turn < ends[1]]
    return float(np.abs(second(np.array([*ends, *inside]))).max())


def _choose_width(sides: tuple[Side, Side], bound: float, conf_level: float) -> float:
    """Return the bandwidth with the shortest interval, were all outcomes of a side equally variable."""
    level = [np.full(len(side.x), float(neighbour_variances(side).mean())) for side in sides]
    nearest = [side.distinct() for side in sides]
    least = max(values[_FEWEST_NEAR - 1] for values in nearest)
    candidates = np.unique(np.concatenate(nearest))
    candidates = np.append(candidates[candidates > least * 1.0001], candidates[-1] * 1.1)
    some = np.unique(np.linspace(0, len(candidates) - 1, _TRIED).astype(int))

    def length(width: float) -> float:
        parts = [_estimate_side(side, width, own) for side, own in zip(sides, level, strict=True)]
        std_error = float(np.sqrt(sum(one[1] for one in parts)))
        return _reach(bound * sum(one[2] for one in parts), std_error, conf_level)

    return float(min(candidates[some], key=length))


def _estimate_side(side: Side, width: float, variances: Floats) -> tuple[float, float, float]:
    """Return the line at the cut-off, its variance, and its worst bias at a curvature of one.

    The worst curve is the parabola: the weights of a line at the end of the data leave any other less.
    """
    weights = coefficient_weights(side.x, width, 1)[0]
    return float(weights @ side.y), float(weights**2 @ variances), abs(float(weights @ side.x**2)) / 2


def _reach(bias: float, std_error: float, conf_level: float) -> float:
    """Return half the length of an interval around an estimate that may be biased by so much."""
    if std_error <= 0:
        return bias
    shift = bias / std_error
    if shift > _FAR:
        return bias + float(norm.ppf(conf_level)) * std_error
    return float(np.sqrt(ncx2.ppf(conf_level, 1, max(shift, 1e-12) ** 2))) * std_error
