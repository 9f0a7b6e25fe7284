"""How precisely a number was recorded, and whether another one can stand behind it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
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


def common_decimals(values: Iterable[float]) -> int:
    """Return how many decimals most numbers of a column have, the more of two counts that are as frequent.

    A zero at the end is not written, so that one number alone does not tell how it was rounded.

    Examples
    --------
    >>> common_decimals([80.5, 80.25, 79.11]), common_decimals([81.0, float("nan")])
    (2, 0)
    """
    counts = Counter(decimals(value) for value in values if math.isfinite(value))
    return max(counts, key=lambda digits: (counts[digits], digits), default=0)


def half_unit(recorded: float, *, least: int = 2) -> float:
    """Return half a unit of the last decimal of a number; it is supposed to have some decimals at least.

    Examples
    --------
    >>> half_unit(80.5), half_unit(3.125), half_unit(81.0, least=0)
    (0.005, 0.0005, 0.5)
    """
    return 0.5 * 10.0 ** -max(least, decimals(recorded))


def agrees(recorded: float, exact: float, *, least: int = 2) -> bool:
    """Tell whether a recorded number is an exact one, rounded.

    Examples
    --------
    >>> agrees(80.53, 80.5278), agrees(80.52, 80.5278), agrees(80.52777777777777, 80.5277777)
    (True, False, True)
    >>> agrees(80.5, 80.5278), agrees(80.5, 80.5278, least=1)
    (False, True)
    """
    return abs(recorded - exact) <= half_unit(recorded, least=least) + _FLOAT
