"""How precisely a number was recorded, and whether another one can stand behind it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_MOST_DECIMALS: Final = 6
_FLOAT: Final = 1e-9


def decimals(value: float) -> int:
    """Return how many decimals a number has, six at most: more of them come from a formula.

    Examples
    --------
    >>> decimals(80.5), decimals(81.0), decimals(2 / 3)
    (1, 0, 6)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return min(_MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0


def half_unit(value: float, *, least: int = 2) -> float:
    """Return half a unit of the last decimal that a number was recorded with; two decimals are supposed.

    A zero at the end is not written, so that a number with one decimal may have been rounded to two.

    Examples
    --------
    >>> half_unit(80.5), half_unit(3.125)
    (0.005, 0.0005)
    """
    return 0.5 * 10.0 ** -max(least, decimals(value))


def agrees(recorded: float, exact: float, *, least: int = 2) -> bool:
    """Tell whether a recorded number is an exact one, rounded.

    Examples
    --------
    >>> agrees(80.53, 80.5278), agrees(80.52, 80.5278), agrees(80.52777777777777, 80.5277777)
    (True, False, True)
    """
    return abs(recorded - exact) <= half_unit(recorded, least=least) + _FLOAT
