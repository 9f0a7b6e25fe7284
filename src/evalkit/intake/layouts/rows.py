"""Rows of a table: which are kept, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from evalkit.intake.files import EMPTY, Sheet, Unusable, Value, is_empty
from evalkit.intake.layouts.answers import is_answer
from evalkit.intake.layouts.headers import Header
from evalkit.intake.layouts.layout import BESIDE
from evalkit.intake.layouts.numbers import read_numbers
from evalkit.intake.layouts.reading import Code
from evalkit.intake.layouts.refusals import AmbiguityError
from evalkit.intake.layouts.words import begins_closing, closing_row

LEFT_OUT: Final[tuple[Code, ...]] = ("empty", "column_numbers", "heading_again", "closing", "after_closing")
#: Rows below a heading in which columns may be numbered.
_FIRST: Final = 3
#: Kinds of columns in which words are no labels.
_WORDS: Final = frozenset({"text", "date", "sex", "source"})
#: What a respondent answers; 0 is typed for no answer.
_ANSWERS: Final = frozenset((*range(5), *map(str, range(5))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading, the row after its table's last, and the rows on which it stands again."""

    header: Header
    end: int
    again: frozenset[int] = frozenset()

    def columns(self) -> list[int]:
        """Return the columns with values: what is neither a person nor beside the values."""
        kinds = self.header.layout.kinds
        return [at for field, at in self.header.columns.items() if kinds[field] not in BESIDE]


def divide(sheet: Sheet, headers: Sequence[Header]) -> list[Part]:
    """Divide a sheet into tables; a heading that printing repeats within a table begins none."""
    parts: list[Part] = []
    tops = [*(header.top for header in headers), len(sheet.rows)]
    for header, end in zip(headers, tops[1:], strict=True):
        last = parts[-1] if parts else None
        if last is not None and _continues(sheet, last, header):
            again = last.again | frozenset(range(header.top, header.first))
            parts[-1] = Part(header=last.header, end=end, again=again)
        else:
            parts.append(Part(header=header, end=end))
    return parts


def _continues(sheet: Sheet, before: Part, header: Header) -> bool:
    """Tell whether the same heading stands again with nothing but rows of the table before it."""
    same = (before.header.layout, before.header.columns) == (header.layout, header.columns)
    if not same or header.top == before.header.first:
        return False
    left_out = sort_rows(sheet, before)
    return not left_out["closing"] and not left_out["after_closing"]


def sort_rows(sheet: Sheet, part: Part) -> dict[str, list[int]]:
    """Say of every row below a heading whether it is kept, and if not, why.

    Raises
    ------
    AmbiguityError
        If rows below one that closes the table hold values like those above it: sums in between, perhaps.
    """
    sorter = _Sorter(sheet, part)
    found: dict[str, list[int]] = {code: [] for code in ("kept", *LEFT_OUT)}
    for row in range(part.header.first, part.end):
        code = sorter.sort(row)
        if code in ("kept", "after_closing") and found["closing"]:
            sorter.refuse_further(row, found)
            code = "after_closing"
        found[code].append(row)
    return found


class _Sorter:
    """Tells what the rows of one table are, each by itself."""

    def __init__(self, sheet: Sheet, part: Part) -> None:
        header = part.header
        self._sheet, self._part = sheet, part
        self._columns = part.columns()
        self._last = max(self._columns)
        self._is_survey = header.layout.name == "skm"
        self._texts = {at for field, at in header.columns.items() if header.layout.kinds[field] in _WORDS}
        self._respondent = header.columns.get("respondent") if self._is_survey else None

    def sort(self, row: int) -> Code:
        """Return what a row is, were it the first below the heading that is not kept."""
        cells = self._sheet.rows[row]
        values = self._values(cells)
        labels = [cell for at, cell in enumerate(cells) if _is_word(cell) and at not in self._texts]
        if row in self._part.again:
            return "heading_again"
        if not labels and all(map(is_empty, values)) and all(map(is_empty, cells)):
            return "empty"
        if row - self._part.header.first < _FIRST and _counts_columns(cells):
            return "column_numbers"
        if labels and self._closes(labels, values, cells):
            return "closing"
        return "after_closing" if all(map(is_empty, values)) else "kept"

    def _values(self, cells: Sequence[Value]) -> list[Value]:
        columns = self._columns if self._last < len(cells) else _within(self._columns, cells)
        return [cells[at] for at in columns]

    def _closes(self, labels: Sequence[str], values: Sequence[Value], cells: Sequence[Value]) -> bool:
        """Tell whether a label is that of a closing row; beside answers of a respondent few texts are."""
        if not self._is_survey:
            return begins_closing(labels[0])
        if not self._answers(values):
            return any(map(closing_row, labels))
        number = cells[self._respondent] if self._respondent is not None else EMPTY
        return not _is_number(number) and any(map(begins_closing, labels))

    def _answers(self, values: Sequence[Value]) -> bool:
        """Tell whether values are answers of a respondent: whole numbers of the scale, and no others."""
        given = [value for value in values if not is_empty(value)]
        words = self._part.header.words
        return bool(given) and all(
            value in _ANSWERS or is_answer(value, words) for value in given if not isinstance(value, Unusable)
        )

    def refuse_further(self, row: int, found: Mapping[str, Sequence[int]]) -> None:
        """Refuse a row below the end of the table that could be one of its rows."""
        values = self._values(self._sheet.rows[row])
        n_filled = sum(not is_empty(value) for value in values)
        usual = [sum(not is_empty(v) for v in self._values(self._sheet.rows[at])) for at in found["kept"][:9]]
        if not usual or n_filled < max(_FIRST, min(usual)):
            return
        if self._is_survey and not (self._answers(values) and self._has_number(row)):
            return
        last, end = self._sheet.name_cell(row, self._columns[0]), found["closing"][0]
        raise AmbiguityError(
            f"{last}: the row holds values like those above row {self._sheet.number(end)}, which closes "
            "the table as a sum or mean does. Delete rows with sums between the rows, or give what follows "
            "headings of its own."
        )

    def _has_number(self, row: int) -> bool:
        return self._respondent is None or _is_number(self._sheet.value(row, self._respondent))


def _within(columns: Sequence[int], cells: Sequence[Value]) -> list[int]:
    return [at for at in columns if at < len(cells)]


def _is_number(cell: Value) -> bool:
    """Tell whether a cell counts a respondent."""
    return (isinstance(cell, int | float) and cell > 0) or (
        isinstance(cell, str) and cell.strip().isdecimal()
    )


def _is_word(cell: Value) -> TypeGuard[str]:
    return isinstance(cell, str) and cell != "" and not cell.isdecimal()


def _counts_columns(cells: Sequence[Value]) -> bool:
    """Tell whether a row numbers its columns, as (1) (2) (3) do."""
    filled = [cell.strip("() ") if isinstance(cell, str) else cell for cell in cells if not is_empty(cell)]
    numbers = read_numbers(filled).found
    return len(numbers) > _FIRST and numbers == list(range(1, len(numbers) + 1))
