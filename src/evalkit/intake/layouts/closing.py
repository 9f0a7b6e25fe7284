"""The rows below a table: sums, means and the index, which are no respondents."""

from __future__ import annotations

import math
import re
from typing import Final, TypeVar

from evalkit.intake.files import Sheet, Unusable, UnusableCellsError, Value, is_empty
from evalkit.intake.layouts.headers import Header
from evalkit.intake.layouts.numbers import read_numbers
from evalkit.intake.layouts.reading import Closing
from evalkit.intake.layouts.words import closing_row, read_band
from evalkit.rules import ELEMENTS

#: A number behind its label in one cell, such as "IKM = 80,52".
_BEHIND: Final = re.compile(r"[:=]\s*([\d.,]+)\s*$")
_Key = TypeVar("_Key")
#: The highest number of a row, which settles what 3,125 means; of sums, four for each row of the sheet.
_HIGHEST: Final = {"mean": 10.0, "weighted": 10.0, "ikm": 400.0}


def read_closing(file: str, sheet: Sheet, header: Header, row: int, kind: str) -> Closing:
    """Read a closing row: one number for each element, one for all, a band.

    Raises
    ------
    UnusableCellsError
        If a cell of it holds a formula that was never computed, or an error.
    """
    elements = {each: at for each, at in header.columns.items() if each in ELEMENTS}
    label = _label_columns(sheet, row)
    filled = [
        at for at in range(len(sheet.rows[row])) if at not in label and not is_empty(sheet.value(row, at))
    ]
    _refuse_unusable(file, sheet, row, filled)
    high = _HIGHEST.get(kind, 4.0 * len(sheet.rows))
    numbers = _read_numbers([sheet.value(row, at) for at in filled], filled, high, whole=kind == "sum")
    alone = len(set(numbers.values())) == 1 and (kind == "ikm" or len(numbers) == 1)
    values = {} if alone else {each: (numbers[at], at) for each, at in elements.items() if at in numbers}
    rest = {number: at for at, number in numbers.items() if alone or at not in elements.values()}
    single = _only(rest) or _behind(sheet, row)
    return Closing(kind=kind, row=row, values=values, single=single, band=_read_band(sheet, row))


def label_of(sheet: Sheet, row: int) -> str | None:
    """Return what kind of closing row it is by the texts in it; None for a row without such a text."""
    texts = [value for value in sheet.rows[row] if isinstance(value, str) and len(value) > 1]
    return next(filter(None, map(closing_row, texts)), None)


def _label_columns(sheet: Sheet, row: int) -> set[int]:
    return {at for at, value in enumerate(sheet.rows[row]) if isinstance(value, str) and closing_row(value)}


def _refuse_unusable(file: str, sheet: Sheet, row: int, columns: list[int]) -> None:
    cells = [at for at in columns if isinstance(sheet.value(row, at), Unusable)]
    if cells:
        refuse_unusable(file, sheet, [(row, at) for at in cells])


def refuse_unusable(file: str, sheet: Sheet, cells: list[tuple[int, int]]) -> None:
    """Refuse to go on with cells that are needed and have no value.

    Raises
    ------
    UnusableCellsError
        Always.
    """
    shown = ", ".join(sheet.short_name(*cell) for cell in cells[:5])
    if len(cells) > 5:
        shown = f"{shown} and {len(cells) - 5:,} more"
    where = f"{file}, sheet {sheet.name!r}" if sheet.name else file
    whys = sorted({value.value for cell in cells if isinstance(value := sheet.value(*cell), Unusable)})
    raise UnusableCellsError(
        f"{where}: {shown} hold{'s' if len(cells) == 1 else ''} {' / '.join(whys)}. Open the file in its "
        "program, let it compute, mend what shows an error, and save it."
    )


def _read_numbers(cells: list[Value], columns: list[int], high: float, *, whole: bool) -> dict[int, float]:
    """Return the numbers of a row by column; in a sum of answers, which is whole, 1.234 has one meaning."""
    read = read_numbers(cells, high=high)
    found = dict(zip(columns, read.found, strict=True))
    for at, why in read.faults.items():
        if whole and why == "ambiguous":
            found[columns[at]] = float("".join(filter(str.isdigit, str(cells[at]))))
    return {at: number for at, number in found.items() if not math.isnan(number)}


def _read_band(sheet: Sheet, row: int) -> tuple[str, int] | None:
    """Return the band of a row; one of a list that explains all bands is none."""
    bands = _bands_of(sheet, row)
    below = range(row + 1, min(row + 4, len(sheet.rows)))
    columns = set(bands.values())
    if any(columns & set(_bands_of(sheet, each).values()) for each in below):
        return None
    return _only(bands)


def _bands_of(sheet: Sheet, row: int) -> dict[str, int]:
    return {band: at for at in range(len(sheet.rows[row])) if (band := read_band(sheet.value(row, at)))}


def _behind(sheet: Sheet, row: int) -> tuple[float, int] | None:
    for at, value in enumerate(sheet.rows[row]):
        if isinstance(value, str) and (found := _BEHIND.search(value)):
            number = read_numbers([found[1].rstrip(".,")], high=400).found[0]
            if not math.isnan(number):
                return number, at
    return None


def _only(found: dict[_Key, int]) -> tuple[_Key, int] | None:
    return next(iter(found.items())) if len(found) == 1 else None
