"""How wide a window around a cut-off is best: the bandwidth that makes the mean squared error smallest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from evalkit.stats.local_polynomials import Side, coefficient_weights, neighbour_variances

_RULE_OF_THUMB: Final = 2.576  # of the triangular kernel, for a density
_PENALTY: Final = 3.0  # of a badly known bias, in its variances
_NORMAL_QUARTILES: Final = 1.349  # between the quartiles of a normal distribution, in SD
_FEWEST_VALUES: Final = 4  # distinct scores on each side that a bandwidth holds: a cubic's coefficients


@dataclass(frozen=True, slots=True, kw_only=True)
class _Error:
    """Parts of the mean squared error of one coefficient on one side, free of the bandwidth."""

    bias: float
    variance: float
    penalty: float


def choose_bandwidths(left: Side, right: Side) -> tuple[float, float]:
    """Return the bandwidth of the jump and that of its bias, each with the smallest mean squared error.

    Local-linear jump, local-quadratic bias, one bandwidth for both sides. A pilot by a rule of thumb feeds a
    bandwidth for the third derivative, that one the bias of the second, that one the bias of the jump.

    References
    ----------
    Calonico, Cattaneo & Titiunik (2014), Econometrica 82:2295–2326, doi:10.3982/ECTA11757; Calonico,
    Cattaneo, Farrell & Titiunik (2017), Stata Journal 17:372–404, doi:10.1177/1536867X1701700208.
    """
    least = max(_least(left), _least(right))
    most = max(left.reach, right.reach)
    pilot = max(min(_rule_of_thumb(left, right), most), least)

    def best(order: int, derivative: int, widths: tuple[float, float], *, careful: bool) -> float:
        left_error, right_error = (
            _split_error(side, order, derivative, pilot, width, careful=careful)
            for side, width in zip((left, right), widths, strict=True)
        )
        return max(min(_optimum(left_error, right_error, order), most), least)

    third = best(3, 3, (left.reach, right.reach), careful=False)
    bias = best(2, 2, (third, third), careful=True)
    return best(1, 0, (bias, bias), careful=True), bias


def _rule_of_thumb(left: Side, right: Side) -> float:
    x = np.concatenate([left.x, right.x])
    lower, upper = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    spread = min(float(x.std(ddof=1)), float(upper - lower) / _NORMAL_QUARTILES)
    n = len(left.distinct()) + len(right.distinct())
    return float(_RULE_OF_THUMB * (spread or float(x.std(ddof=1))) * n ** (-1 / 5))


def _least(side: Side) -> float:
    """Return the least bandwidth, in which the curves that it serves still have coefficients."""
    return float(side.distinct()[_FEWEST_VALUES - 1]) * 1.001


def _split_error(
    side: Side, order: int, derivative: int, pilot: float, width: float, *, careful: bool
) -> _Error:
    """Return bias and variance of a derivative of a local polynomial, with what its own bias rests on."""
    near = side.within(pilot)
    weights = coefficient_weights(near.x, pilot, order)[derivative]
    variance = float(weights**2 @ neighbour_variances(near))
    constant = float(weights @ (near.x / pilot) ** (order + 1)) * pilot**derivative
    wide = side.within(width)
    above = coefficient_weights(wide.x, width, order + 1)[order + 1]
    curve = float(above @ wide.y)
    steps = order + 1 - derivative
    penalty = _PENALTY * constant**2 * float(above**2 @ neighbour_variances(wide)) if careful else 0.0
    return _Error(
        bias=float(np.sqrt(2 * steps)) * constant * curve,
        variance=(2 * derivative + 1) * pilot ** (2 * derivative + 1) * variance,
        penalty=2 * steps * penalty,
    )


def _optimum(left: _Error, right: _Error, order: int) -> float:
    """Return the bandwidth at which squared bias and variance of the jump balance."""
    squared = (right.bias - left.bias) ** 2 + left.penalty + right.penalty
    if squared <= 0:
        return float("inf")
    return float(((left.variance + right.variance) / squared) ** (1 / (2 * order + 3)))
