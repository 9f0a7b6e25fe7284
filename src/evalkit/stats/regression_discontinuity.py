"""What a treatment adds where a score decides who gets it: the jump of outcomes at the cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.discontinuity_bandwidth import choose_bandwidths
from evalkit.stats.local_polynomials import Side, coefficient_weights, neighbour_variances

#: Distinct scores that each side of a cut-off needs.
FEWEST_VALUES: Final = 10
#: People that each side needs.
FEWEST_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Discontinuity(Shown):
    """Jump of an outcome at a cut-off of a score, upwards in the score.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high
        The jump less its estimated bias, with an interval that knows how uncertain that bias is.
    conventional, conventional_error
        The jump as the two local lines show it, and its standard error; its own interval would be too narrow.
    bandwidth, bias_bandwidth
        Distance from the cut-off within which scores count, for the lines and for their bias.
    n_below, n_above
        People within the bandwidth on each side.
    n, n_values
        People, and scores that differ.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    conventional: float
    conventional_error: float
    bandwidth: float
    bias_bandwidth: float
    n_below: int
    n_above: int
    n: int
    n_values: int


def estimate_discontinuity(
    score: ArrayLike, outcome: ArrayLike, *, cutoff: float, conf_level: float = 0.95
) -> Discontinuity:
    """Estimate what is different just above a cut-off from what is just below it.

    A line on each side, triangular kernel, bandwidth of least mean squared error; the bias of the lines is
    estimated by a curve and taken off, and the interval adds the error of that. The jump is that of people at
    the cut-off: those far from it may gain more or less. Where scores are few values, see
    :func:`estimate_bounded_discontinuity`.

    Parameters
    ----------
    score, outcome
        Shape (n,), without gaps.
    cutoff
        Scores from here on are above. What was given below it shows as minus the jump.

    Raises
    ------
    DesignError
        If a side has under 20 people or under 10 scores, or outcomes do not vary.

    References
    ----------
    Calonico, Cattaneo & Titiunik (2014), Econometrica 82:2295–2326, doi:10.3982/ECTA11757.

    Examples
    --------
    >>> i = np.arange(1, 401)
    >>> score = 2 * (i * 0.618034 % 1) - 1
    >>> found = estimate_discontinuity(score, score + (score >= 0) + np.sin(i**2), cutoff=0.0)
    >>> found.conf_low < 1 < found.conf_high
    True
    """
    left, right = split_at(score, outcome, cutoff)
    width, wide = choose_bandwidths(left, right)
    sides = [_estimate_side(side, width, wide) for side in (left, right)]
    (below, corrected_below), (above, corrected_above) = (one[0] for one in sides)
    plain, robust = (float(np.sqrt(sum(one[1][k] for one in sides))) for k in (0, 1))
    estimate = corrected_above - corrected_below
    reach = float(norm.ppf((1 + conf_level) / 2)) * robust
    return Discontinuity(
        estimate=estimate,
        std_error=robust,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        conf_level=conf_level,
        conventional=above - below,
        conventional_error=plain,
        bandwidth=width,
        bias_bandwidth=wide,
        n_below=len(left.within(width).x),
        n_above=len(right.within(width).x),
        n=len(left.x) + len(right.x),
        n_values=len(left.distinct()) + len(right.distinct()),
    )


def split_at(
    score: ArrayLike, outcome: ArrayLike, cutoff: float, *, fewest_values: int = FEWEST_VALUES
) -> tuple[Side, Side]:
    """Return both sides of a cut-off, or refuse where one is too small to draw a line through.

    Raises
    ------
    DesignError
        If a value is missing, a side too small, or outcomes do not vary.
    """
    x, y = np.asarray(score, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not np.isfinite(x + y).all():
        raise DesignError(
            f"A discontinuity needs a score and an outcome of each person, without gaps; the shapes are "
            f"{x.shape} and {y.shape}."
        )
    order = np.argsort(x, kind="stable")
    x, y = x[order] - cutoff, y[order]
    sides = Side(x=x[x < 0], y=y[x < 0]), Side(x=x[x >= 0], y=y[x >= 0])
    for name, side in zip(("below", "above"), sides, strict=True):
        n, n_values = len(side.x), len(side.distinct())
        if n < FEWEST_PEOPLE or n_values < fewest_values:
            raise DesignError(
                f"A line on each side of the cut-off needs {FEWEST_PEOPLE} people and {fewest_values} scores "
                f"that differ; {name} it are {n} people and {n_values} scores"
            )
    if np.ptp(y) == 0:
        raise DesignError("All outcomes are equal, so there is no jump to estimate.")
    return sides


def _estimate_side(side: Side, width: float, wide: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the outcome at the cut-off from one side, as it is and less its bias, and both variances."""
    union = side.within(max(width, wide))
    line = coefficient_weights(union.x, width, 1)[0]
    curve = coefficient_weights(union.x, wide, 2)[2]
    corrected = line - (line @ union.x**2) * curve
    variances = neighbour_variances(union)
    return (
        (float(line @ union.y), float(corrected @ union.y)),
        (float(line**2 @ variances), float(corrected**2 @ variances)),
    )
