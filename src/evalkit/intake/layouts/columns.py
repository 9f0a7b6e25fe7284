"""Columns of a table: cells turned into numbers and codes, with what was changed and what cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from evalkit.intake.files import Sheet, Value, is_empty
from evalkit.intake.layouts.layout import Kind
from evalkit.intake.layouts.numbers import MISSING, read_numbers
from evalkit.intake.layouts.periods import read_dates, read_periods
from evalkit.intake.layouts.reading import Code
from evalkit.intake.layouts.refusals import AmbiguityError
from evalkit.intake.layouts.words import (
    plain,
    rank_answer,
    read_band,
    read_expectation,
    read_predikat,
    read_sex,
    read_source,
)
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

_SCALES: Final[dict[str, tuple[float, float]]] = {
    "answer": (0, 4),
    "mean": (0, 4),
    "number": (0, 10_000),
    "points": (0, 1000),
    "year": (1900, 2100),
    "expectation_code": (1, 3),
    "predikat_code": (1, 5),
}
_WHOLE: Final = frozenset({"answer", "expectation_code", "predikat_code"})
#: SIASN counts from the top: 1 is above expectation, and 1 is Sangat Baik.
_BY_CODE: Final[dict[str, tuple[str, ...]]] = {
    "expectation": tuple(reversed(EXPECTATIONS)),
    "predikat": tuple(reversed(PREDIKATS)),
}
_READERS: Final[dict[str, Callable[[Value], str | None]]] = {
    "expectation": read_expectation,
    "predikat": read_predikat,
    "band": read_band,
    "sex": read_sex,
    "source": read_source,
}
#: A number that was typed as one has lost its last digits from here on; a NIP has 18.
_HIGHEST_ANSWER: Final = 4
#: So many labels of answers must be understood before they are held against their numbers.
_FEWEST_LABELS: Final = 2
_INEXACT: Final = 1e15
_IN_POWERS: Final = re.compile(r"\d(?:[.,]\d+)?e\+?1[5-9]", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as it is used.

    Attributes
    ----------
    cells
        Numbers, NaN where nothing stands; or codes, empty where nothing stands.
    faults
        By position, why a cell cannot be read.
    changed
        What was changed, and in how many cells.
    """

    cells: list[float] | list[str]
    faults: dict[int, str]
    changed: tuple[tuple[Code, int], ...]


def read_column(
    sheet: Sheet,
    column: int,
    rows: Sequence[int],
    kind: Kind,
    *,
    told: str = "",
    words: Mapping[str, float] = MappingProxyType({}),
) -> Column:
    """Turn the cells of a column into what belongs there.

    Parameters
    ----------
    told
        What stands over a column of periods, which tells months from quarters; day_first or month_first for
        one of dates.
    words
        What answers in words are worth.
    """
    cells = sheet.column(column, rows)
    if kind in _READERS:
        return _read_words(cells, kind, sheet.labels.get(column, {}))
    if kind in _SCALES:
        read = _read_numbers(_number_words(cells, words), kind)
        n_words = sum(isinstance(cell, str) and cell in words for cell in cells) if words else 0
        read = replace(read, changed=(("words_read", n_words), *read.changed)) if n_words else read
        return _turn(read, sheet, column) if kind == "answer" and column in sheet.labels else read
    if kind == "person":
        return _number_people(cells)
    if kind in ("period", "date"):
        found, faults = read_periods(cells, told) if kind == "period" else read_dates(cells, told)
        return Column(cells=found, faults=faults, changed=())
    if kind == "text":
        n_filled = sum(not is_empty(cell) for cell in cells)
        return Column(
            cells=[""] * len(cells), faults={}, changed=(("text_left_out", n_filled),) if n_filled else ()
        )
    return Column(cells=["" if is_empty(cell) else plain(str(cell)) for cell in cells], faults={}, changed=())


def _number_words(cells: Sequence[Value], words: Mapping[str, float]) -> Sequence[Value]:
    return [words.get(cell, cell) if isinstance(cell, str) else cell for cell in cells] if words else cells


def _read_numbers(cells: Sequence[Value], kind: Kind) -> Column:
    low, high = _SCALES[kind]
    numbers = read_numbers(cells, low=low, high=high)
    values, faults, n_zeros = list(numbers.found), dict(numbers.faults), 0
    if kind in _WHOLE:
        for at, value in enumerate(values):
            if value == 0 and kind == "answer":
                values[at], n_zeros = math.nan, n_zeros + 1
            elif not math.isnan(value) and value != int(value):
                values[at], faults[at] = math.nan, "off_scale"
    if kind == "mean":
        faults.update({at: "off_scale" for at, value in enumerate(values) if value < 1})
        values = [math.nan if value < 1 else value for value in values]
    changed: list[tuple[Code, int]] = [("typed", _count_typed(cells, values)), ("zero_answers", n_zeros)]
    return Column(cells=values, faults=faults, changed=tuple(each for each in changed if each[1]))


def _turn(read: Column, sheet: Sheet, column: int) -> Column:
    """Turn answers round where their labels say that 1 is the best.

    Raises
    ------
    AmbiguityError
        If the labels neither rise nor fall with the numbers.
    """
    ranks = {code: rank for code, text in sheet.labels[column].items() if (rank := rank_answer(text))}
    if len(ranks) < _FEWEST_LABELS or all(code == rank for code, rank in ranks.items()):
        return read
    if any(code + rank != _HIGHEST_ANSWER + 1 for code, rank in ranks.items()):
        raise AmbiguityError(
            f"{sheet.name_cell(0, column)}: the value labels neither rise nor fall with the numbers 1 to 4. "
            "Correct them, or recode the variable so that 4 is the best."
        )
    cells = [_HIGHEST_ANSWER + 1 - float(cell) for cell in read.cells]
    n = sum(not math.isnan(cell) for cell in cells)
    return replace(read, cells=cells, changed=(*read.changed, ("labels_turned", n)))


def _count_typed(cells: Sequence[Value], values: Sequence[float]) -> int:
    """Count the cells whose text became a number."""
    pairs = zip(cells, values, strict=True)
    return sum(isinstance(cell, str) and not math.isnan(value) for cell, value in pairs)


def _read_words(cells: Sequence[Value], kind: Kind, labels: object) -> Column:
    read = _READERS[kind]
    known: dict[Value, tuple[str, bool]] = {}
    for cell in cells:
        if cell not in known:
            told = (
                labels.get(cell, cell) if isinstance(labels, dict) and isinstance(cell, int | float) else cell
            )
            code = _by_code(told, kind)
            known[cell] = (code or read(told) or "", bool(code))
    found = [known[cell] for cell in cells]
    faults = {
        at: "word"
        for at, (cell, (code, _)) in enumerate(zip(cells, found, strict=True))
        if not code and not is_empty(cell) and str(cell).strip().lower() not in MISSING
    }
    n_coded = sum(coded for _, coded in found)
    changed: tuple[tuple[Code, int], ...] = (("codes_read", n_coded),) if n_coded else ()
    return Column(cells=[code for code, _ in found], faults=faults, changed=changed)


def _by_code(cell: Value, kind: Kind) -> str | None:
    """Return what a number stands for in a column of words: SIASN counts from the top."""
    codes = _BY_CODE.get(kind, ())
    text = f"{cell:g}" if isinstance(cell, float) else str(cell).strip()
    return (
        codes[int(text) - 1] if text.isascii() and text.isdecimal() and 0 < int(text) <= len(codes) else None
    )


def _number_people(cells: Sequence[Value]) -> Column:
    """Give people numbers by first appearance: neither a name nor a number of a person enters a table.

    A NIP that a spreadsheet took for a number has lost its last digits: two people may look like one.
    """
    numbers: dict[Value, int] = {}
    faults = {at: "damaged_nip" for at, cell in enumerate(cells) if _is_damaged(cell)}
    values = [
        math.nan if at in faults or is_empty(cell) else float(numbers.setdefault(cell, len(numbers) + 1))
        for at, cell in enumerate(cells)
    ]
    return Column(cells=values, faults=faults, changed=())


def _is_damaged(cell: Value) -> bool:
    if isinstance(cell, str):
        return _IN_POWERS.fullmatch("".join(cell.split()).strip("'\"")) is not None
    return isinstance(cell, int | float) and abs(cell) >= _INEXACT
