"""Columns beside one another: elements whose names contradict their numbers, and copies."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.intake.audit.findings import Defect
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.words import element_by_name, element_by_number
from evalkit.rules import ELEMENTS

_LEAST_ROWS: Final = 30
_CEILING: Final = 0.9
_RARE: Final = 1e-6
_FEWEST: Final = 3


def find_exchanged(reading: Reading) -> Defect:
    """Say whether U8 and U9 are exchanged: by what stands above the two columns.

    The order of the questions alone tells nothing: a sheet whose headings hold numbers only cannot tell.
    """
    told = {element: _numbers_and_names(reading, element) for element in ("U8", "U9")}
    cells = tuple(
        reading.name_place(reading.header.first - 1, reading.header.columns[element]) for element in told
    )
    if any(numbers and names and numbers != names for numbers, names in told.values()):
        return Defect(code="elements_exchanged", verdict="found", cells=cells)
    agree = all(numbers and numbers == names for numbers, names in told.values())
    return Defect(code="elements_exchanged", verdict="not_found" if agree else "unknown")


def _numbers_and_names(reading: Reading, element: str) -> tuple[set[str], set[str]]:
    """Return the elements that the headings of a column number, and those that they name."""
    texts = reading.header.headings[element]
    numbers = {number for text in texts if (number := element_by_number(text))}
    names = {name for text in texts if (name := element_by_name(text))}
    return numbers, names


def find_copies(reading: Reading, fields: tuple[str, ...] = ELEMENTS) -> Defect:
    """Say which columns are copies of one another, and how likely chance makes a pair of them.

    The chance supposes that answers to two elements are independent, each as frequent as in its column;
    people who answer everything alike make copies likelier. Under 30 rows, or where nine of ten answers are
    the same, a copy is a note and no fault.
    """
    present = [field for field in fields if field in reading.header.columns]
    values = reading.table[present].to_numpy(dtype=np.float64)
    pairs = [
        (first, second)
        for first, second in combinations(range(len(present)), 2)
        if len(values) >= _FEWEST and np.array_equal(values[:, first], values[:, second], equal_nan=True)
    ]
    if not pairs:
        return Defect(code="copied_columns", verdict="not_found")
    chances = [min(1.0, comb(len(present), 2) * _chance(values[:, first])) for first, _ in pairs]
    rare = [
        chance < _RARE and not _at_ceiling(values[:, first])
        for chance, (first, _) in zip(chances, pairs, strict=True)
    ]
    fault = len(values) >= _LEAST_ROWS and any(rare)
    shown = [pair for pair, is_rare in zip(pairs, rare, strict=True) if is_rare or not fault]
    cells = tuple(
        "=".join(
            reading.name_place(reading.header.first - 1, reading.header.columns[present[at]]) for at in pair
        )
        for pair in shown
    )
    detail: dict[str, str | float] = {
        "chance": min(chances) if fault else max(chances),
        "n": float(len(values)),
    }
    return Defect(code="copied_columns", verdict="found" if fault else "note", cells=cells, detail=detail)


def _shares(column: NDArray[np.float64]) -> NDArray[np.float64]:
    _, counts = np.unique(column, return_counts=True)
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


def _chance(column: NDArray[np.float64]) -> float:
    """Return how likely another column with the same shares of answers is the same in every row."""
    return float(np.square(_shares(column)).sum() ** len(column))


def _at_ceiling(column: NDArray[np.float64]) -> bool:
    return bool(_shares(column).max() >= _CEILING)
