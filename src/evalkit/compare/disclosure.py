"""What a public number may tell: bands of counts, rounded means, units joined until nobody stands out.

Nothing here is decided by looking at a value that is to be protected: only the numbers of people and of
answers decide, so that what is left out tells nothing either (Kenthapadi, Mishra & Nissim 2005,
doi:10.1145/1065167.1065183: decisions that anybody could have made alike leak nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError

#: Numbers about fewer people are not shown, and no band of a public count holds fewer values.
LEAST: Final = 5
#: Points of 100 within which nobody's score can be told.
WINDOW: Final = 20.0
_BASES: Final = (1, 2, 5)
Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMean:
    """A mean as it may be shown.

    Attributes
    ----------
    value
        Rounded to a multiple of ``base``; held inside ``lowest`` and ``highest``.
    base
        What it was rounded to.
    lowest, highest
        Ends of what is shown: a mean beyond one is shown as that end.
    """

    value: float
    base: float
    lowest: float
    highest: float

    @property
    def at_end(self) -> bool:
        """Whether the mean may lie further out than it is shown."""
        return not self.lowest < self.value < self.highest


def band_counts(counts: ArrayLike, n: int) -> tuple[Counts, Counts]:
    """Return the lowest and the highest number that a count of n may be, by a fixed grid.

    The grid is 0–4, 5–9 and so on; the last band holds at least the five numbers up to n. So no count under
    five, and none that leaves fewer than five, is told from its neighbours, nobody and everybody among them.

    Raises
    ------
    DesignError
        If n is under five, or a count is none of n.

    Examples
    --------
    >>> low, high = band_counts([0, 4, 5, 27], 27)
    >>> list(zip(low.tolist(), high.tolist()))
    [(0, 4), (0, 4), (5, 9), (20, 27)]
    """
    count = np.asarray(counts, dtype=np.intp)
    if n < LEAST or (count < 0).any() or (count > n).any():
        raise DesignError(f"A public count is one of {LEAST} people or more; found {count.tolist()} of {n}.")
    last = LEAST * ((n - LEAST + 1) // LEAST)
    low = np.minimum(LEAST * (count // LEAST), last)
    return low, np.where(low == last, n, low + LEAST - 1)


def band_categories(counts: ArrayLike) -> tuple[Counts, Counts]:
    """Return the lowest and highest number of people that each of ordered categories may have.

    What is published are the numbers up to each category, each in its band (`band_counts`): such numbers only
    have to rise, so every one can be anything in its band whatever the others are, and a category anything
    between the ends given here, never fewer than five numbers. The counts of the categories themselves, in
    bands, would add up to n, and sometimes give one another away.

    Parameters
    ----------
    counts
        People of each category, in order; all of them together are everybody.

    Examples
    --------
    >>> low, high = band_categories([1, 3, 8, 15])
    >>> list(zip(low.tolist(), high.tolist()))
    [(0, 4), (0, 4), (6, 14), (13, 17)]
    """
    count = np.asarray(counts, dtype=np.intp)
    n = int(count.sum())
    lows, highs = band_counts(np.cumsum(count[:-1]), n)
    low = np.concatenate([[0], lows, [n]])
    high = np.concatenate([[0], highs, [n]])
    return np.maximum(low[1:] - high[:-1], 0), high[1:] - low[:-1]


def protect_mean(
    mean: float, n: int, *, low: float = 0.0, high: float = 100.0, base: float | None = None
) -> ShownMean:
    """Round a mean of n values, and hold it away from the ends of the scale.

    A mean close to an end says that everyone is close to it. Where n times the distance from the end is at
    least `WINDOW`, anyone's value can still be that far from the end; a mean beyond that is shown as the end
    of what is shown. The base is the least of 1, 2 and 5 for which n times the base reaches the window, so
    that the difference of two editions' sums leaves as wide a window for one who came or left.

    Parameters
    ----------
    base
        What to round to, where a rule says so.

    Raises
    ------
    DesignError
        If there are fewer than five values.

    Examples
    --------
    >>> protect_mean(71.4, 20).value, protect_mean(71.4, 12).value, protect_mean(99.9, 10).value
    (71.0, 72.0, 98.0)
    """
    if n < LEAST:
        raise DesignError(f"A public mean is one of {LEAST} values or more; found {n}.")
    step = base or next(base for base in _BASES if n * base >= WINDOW)
    lowest, highest = round_inward(low + WINDOW / n, high - WINDOW / n, step)
    rounded = round(step * np.floor(mean / step + 0.5), 9)
    return ShownMean(
        value=float(min(max(rounded, lowest), highest)), base=step, lowest=lowest, highest=highest
    )


def round_inward(low: float, high: float, base: float) -> tuple[float, float]:
    """Return an interval inside another that ends at multiples of a base.

    Examples
    --------
    >>> round_inward(1.7, 98.3, 2)
    (2.0, 98.0)
    """
    return round(float(base * np.ceil(low / base)), 9), round(float(base * np.floor(high / base)), 9)


def round_outward(low: float, high: float, base: float) -> tuple[float, float]:
    """Return an interval that holds another and ends at multiples of a base.

    Examples
    --------
    >>> round_outward(70.2, 72.9, 2)
    (70.0, 74.0)
    """
    return float(base * np.floor(low / base)), float(base * np.ceil(high / base))


def floor_count(n: int) -> int:
    """Return a number of people rounded down to a multiple of five.

    Examples
    --------
    >>> floor_count(27), floor_count(4)
    (25, 0)
    """
    return LEAST * (int(n) // LEAST)


def join_small(sizes: ArrayLike, *, least: int = LEAST) -> Counts:
    """Join units until each group that is left has enough of everything that counts.

    Units that have too little of anything become one group; while that has too little itself, the smallest of
    the others joins it. A number of the group, and of any others together, is then never about fewer.

    Parameters
    ----------
    sizes
        Shape (units, what is counted), such as people and answers. Units of equal size join in their order.

    Returns
    -------
    ndarray
        Group of each unit, from 0 on; -1 for all where everything together is too little.

    Examples
    --------
    >>> join_small([[20], [3], [9], [1]]).tolist()
    [0, 1, 1, 1]
    >>> join_small([[3], [1]]).tolist()
    [-1, -1]
    """
    size = np.asarray(sizes, dtype=np.intp)
    if (size.sum(axis=0) < least).any() or not len(size):
        return np.full(len(size), -1, dtype=np.intp)
    joined: NDArray[np.bool_] = np.asarray((size < least).any(axis=1))
    for unit in np.argsort(size[:, 0], kind="stable"):
        if not joined.any() or (size[joined].sum(axis=0) >= least).all():
            break
        joined[unit] = True
    keys = np.where(joined, int(np.argmax(joined)), np.arange(len(size)))
    return np.unique(keys, return_inverse=True)[1].astype(np.intp)
