"""Ways of computing an IKM that are met: the right one, and those with a defect, each with its roundings.

An office that rounds means before it weighs them gets another IKM, by a tenth at most; that is no defect by
itself. Weighted means rounded to two decimals are not among the roundings: 0.33 for 3/9 loses as much as a
weight of 0.11 does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalkit.intake.audit.precision import agrees
from evalkit.rules import ELEMENTS

WEIGHTS: Final = ("0.11", "0.111", "0.1111")
MISSING: Final = "missing_divided"
AVERAGED: Final = "closing_rows_averaged"
#: The row of sums counted as a respondent, its sums left out: the same defect, in a milder form.
_COUNTED: Final = "closing_rows_counted"
_MEANS: Final = ("", MISSING, _COUNTED, AVERAGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of computing.

    Attributes
    ----------
    mean
        What is wrong with the means; empty where nothing is.
    weight
        The weight of an element, as typed; empty for 1/9.
    rounding
        Decimals of the means, and of the weighted means, before they go on; None where they are not rounded.
    """

    mean: str = ""
    weight: str = ""
    rounding: tuple[int | None, int | None] = (None, None)

    @property
    def defects(self) -> tuple[str, ...]:
        """Return the codes of its defects."""
        mean = AVERAGED if self.mean == _COUNTED else self.mean
        return (*filter(None, (mean,)), *((f"weight_{self.weight}",) if self.weight else ()))

    @property
    def n_steps(self) -> tuple[int, int]:
        """Return how far it is from what is right: its defects, then its roundings."""
        return len(self.defects), sum(digits is not None for digits in self.rounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A recorded number: where, what it is, and of which element (empty: of all)."""

    cell: str
    quantity: str
    recorded: float
    element: str = ""


RIGHT: Final = Way()
WAYS: Final = tuple(
    sorted(
        (
            Way(mean=mean, weight=weight, rounding=rounding)
            for mean, weight, rounding in product(
                _MEANS, ("", *WEIGHTS), product((None, 2, 3, 4), (None, 3, 4))
            )
        ),
        key=lambda way: way.n_steps,
    )
)


class Recomputation:
    """What each way gives for a sheet of answers, exactly; NaN in the answers is no answer."""

    def __init__(self, answers: NDArray[np.float64]) -> None:
        self._sums = [Fraction(int(total)) for total in np.nansum(answers, axis=0)]
        self._counts = [int(count) for count in (~np.isnan(answers)).sum(axis=0)]
        self._n_rows = len(answers)
        self._known: dict[Way, Mapping[tuple[str, str], float]] = {}

    def value(self, cell: Cell, way: Way = RIGHT) -> float:
        """Return what a way gives for a cell."""
        if way not in self._known:
            self._known[way] = self._compute(way)
        return self._known[way][cell.quantity, cell.element]

    def fits(self, cell: Cell, way: Way) -> bool:
        """Tell whether a recorded number is what a way gives, rounded."""
        # An IKM is often printed with one decimal; its category was found from it all the same.
        return agrees(cell.recorded, self.value(cell, way), least=1 if cell.quantity == "ikm" else 2)

    def fits_all(self, cells: Iterable[Cell], way: Way) -> bool:
        """Tell whether one way gives all recorded numbers."""
        return all(self.fits(cell, way) for cell in cells)

    def _compute(self, way: Way) -> dict[tuple[str, str], float]:
        weight = Fraction(way.weight) if way.weight else Fraction(1, len(ELEMENTS))
        first, second = way.rounding
        means = self._means(way.mean)
        weighted = [_round(weight * _round(mean, first), second) for mean in means]
        total = sum(weighted, Fraction(0))
        values: dict[tuple[str, str], Any] = {("nrr_weighted", ""): total, ("ikm", ""): 25 * total}
        for element, own, mean, part in zip(ELEMENTS, self._sums, means, weighted, strict=True):
            values |= {("sum", element): own, ("nrr", element): mean, ("nrr_weighted", element): part}
        return {key: float(value) for key, value in values.items()}

    def _means(self, mean: str) -> list[Fraction]:
        """Return the mean of each element; a wrong one divides by all rows, or counts the row of sums."""
        counts = [self._n_rows] * len(ELEMENTS) if mean == MISSING else self._counts
        more, times = int(mean in (_COUNTED, AVERAGED)), 2 if mean == AVERAGED else 1
        return [times * total / (count + more) for total, count in zip(self._sums, counts, strict=True)]


def _round(number: Fraction, digits: int | None) -> Fraction:
    return number if digits is None else Fraction(int(number * 10**digits + Fraction(1, 2)), 10**digits)
