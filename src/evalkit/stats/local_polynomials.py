"""Local polynomials at one end of the data: each side of a regression discontinuity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Neighbours from whom the variance at a score is estimated, at least; all who share a score count.
NEIGHBOURS: Final = 3
_SAME: Final = 1e-9  # scores nearer than this, relative to their range, are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Scores on one side of a cut-off, as distances from it, in ascending order, with their outcomes."""

    x: Floats
    y: Floats

    @property
    def reach(self) -> float:
        """Return the distance of the furthest score."""
        return float(np.abs(self.x).max())

    def within(self, width: float) -> Side:
        """Return the scores nearer than a bandwidth."""
        near = np.abs(self.x) < width
        return Side(x=self.x[near], y=self.y[near])

    def distinct(self) -> Floats:
        """Return the distances that occur, the nearest first."""
        unit = self.reach or 1.0
        return np.asarray(np.unique(np.round(np.abs(self.x) / unit, 9)) * unit)


def weigh(x: Floats, width: float) -> Floats:
    """Return the triangular kernel's weight of each distance."""
    return np.asarray(np.maximum(0.0, 1 - np.abs(x) / width) / width)


def coefficient_weights(x: Floats, width: float, order: int) -> Floats:
    """Return the weights of outcomes in each coefficient of a weighted polynomial, shape (order + 1, n)."""
    powers = np.vander(x / width, order + 1, increasing=True)  # scaled, so that high powers stay near one
    weighted = powers * weigh(x, width)[:, None]
    solved = np.linalg.lstsq(powers.T @ weighted, weighted.T, rcond=None)[0]
    return np.asarray(solved / width ** np.arange(order + 1)[:, None])


def neighbour_variances(side: Side) -> Floats:
    """Return the variance of each outcome around its nearest neighbours by score, ties all taken in.

    References
    ----------
    Abadie & Imbens (2006), Econometrica 74:235–267, doi:10.1111/j.1468-0262.2006.00655.x.
    """
    x, y, n = side.x, side.y, len(side.x)
    j = min(NEIGHBOURS, n - 1)
    tolerance = _SAME * max(side.reach, 1e-300)
    reach = np.full(n, np.inf)
    for below in range(j + 1):  # the j nearest are `below` scores to the left and the rest to the right
        left, right = np.arange(n) - below, np.arange(n) + j - below
        inside = (left >= 0) & (right < n)
        here = np.maximum(x - x[np.maximum(left, 0)], x[np.minimum(right, n - 1)] - x)
        reach = np.where(inside, np.minimum(reach, here), reach)
    first = np.searchsorted(x, x - reach - tolerance, side="left")
    last = np.searchsorted(x, x + reach + tolerance, side="right")
    total = np.concatenate([[0.0], np.cumsum(y)])
    count = last - first - 1
    others = (total[last] - total[first] - y) / count
    return np.asarray(count / (count + 1) * (y - others) ** 2)
