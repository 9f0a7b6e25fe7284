"""What so many people can show: the smallest effects that a study of them would find most of the time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from scipy import optimize, stats

from evalkit.errors import DesignError, UsageError

#: How often an effect is to be found, and the level of the two-sided test, unless asked otherwise.
POWER: Final = 0.8
LEVEL: Final = 0.05
_MOST: Final = 1_000_000
_ONE_SIDED: Final = 5.0  # from here on the other tail is below 1e-9, and scipy has no number for it


def smallest_correlation(n: int, *, n_strata: int = 1, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest correlation that n people would show, through Fisher's z with its bias.

    Parameters
    ----------
    n_strata
        Units within which people are compared; each takes one person's worth of information after the first.

    Raises
    ------
    DesignError
        If fewer than five people's worth is left.

    References
    ----------
    Cohen (1988), Statistical Power Analysis, 2nd ed., chapters 3 and 12, ISBN 978-0-8058-0283-2.

    Examples
    --------
    >>> round(smallest_correlation(27), 2), round(smallest_correlation(84), 2)
    (0.51, 0.3)
    """
    _check(power, level)
    free = n - n_strata + 1
    if free < 5:
        raise DesignError(f"A correlation needs five people's worth of information; {n} people leave {free}.")
    critical = stats.t.isf(level / 2, free - 2)
    bar = np.arctanh(critical / np.sqrt(critical**2 + free - 2))

    def power_of(r: float) -> float:
        shift = np.arctanh(r) + r / (2 * (free - 1))
        return float(stats.norm.cdf((shift - bar) * np.sqrt(free - 3)))

    return _solve(power_of, power, 1 - 1e-12)


def smallest_difference(n_first: int, n_second: int, *, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest difference of two groups that Student's test would show, in standard deviations.

    References
    ----------
    Cohen (1988), Statistical Power Analysis, 2nd ed., chapter 2, ISBN 978-0-8058-0283-2.

    Examples
    --------
    >>> round(smallest_difference(64, 64), 2), round(smallest_difference(13, 14), 2)
    (0.5, 1.12)
    """
    _check(power, level)
    if min(n_first, n_second) < 2:
        raise DesignError(
            f"A difference of groups needs two people in each; there are {n_first} and {n_second}."
        )
    scale = float(np.sqrt(n_first * n_second / (n_first + n_second)))
    return (
        _solve(
            lambda shift: _power_of_t(shift, n_first + n_second - 2, level),
            power,
            _reach(level, n_first + n_second - 2),
        )
        / scale
    )


def smallest_change(n: int, *, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest mean change of the same n people that would show, in standard deviations of change.

    References
    ----------
    Cohen (1988), Statistical Power Analysis, 2nd ed., section 2.3.5, ISBN 978-0-8058-0283-2.

    Examples
    --------
    >>> round(smallest_change(34), 2), round(smallest_change(27), 2)
    (0.5, 0.56)
    """
    _check(power, level)
    if n < 2:
        raise DesignError(f"A change needs two people; there are {n}.")
    return _solve(lambda shift: _power_of_t(shift, n - 1, level), power, _reach(level, n - 1)) / math.sqrt(n)


def people_for_correlation(r: float, *, power: float = POWER, level: float = LEVEL) -> int:
    """Return how many people it takes to show a correlation.

    Examples
    --------
    >>> people_for_correlation(0.3), people_for_correlation(0.5)
    (85, 29)
    """
    _check(power, level)
    if not 0 < r < 1:
        raise UsageError(f"Ask for a correlation between 0 and 1, not {r:g}.")
    low, high = 5, _MOST
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if smallest_correlation(middle, power=power, level=level) <= r
            else (middle + 1, high)
        )
    return low


def _power_of_t(noncentrality: float, df: int, level: float) -> float:
    """Return how often a two-sided t-test finds an effect of this size."""
    bar = stats.t.isf(level / 2, df)
    wrong_side = stats.nct.cdf(-bar, df, noncentrality) if noncentrality < _ONE_SIDED else 0.0
    return float(stats.nct.sf(bar, df, noncentrality) + wrong_side)


def _reach(level: float, df: int) -> float:
    """Return a noncentrality that is found nearly always."""
    return 4 * float(stats.t.isf(level / 2, df)) + 8


def _solve(power_of: Callable[[float], float], power: float, largest: float) -> float:
    return float(optimize.brentq(lambda size: power_of(size) - power, 1e-9, largest, xtol=1e-10))


def _check(power: float, level: float) -> None:
    if not 0 < level < power < 1:
        raise UsageError(f"It takes 0 < level < power < 1; level is {level:g} and power is {power:g}.")
