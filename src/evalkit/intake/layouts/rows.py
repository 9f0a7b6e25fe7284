"""Rows of a table: which are kept, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evalkit.intake.files import Sheet, Value, is_empty
from evalkit.intake.layouts.headers import Header
from evalkit.intake.layouts.numbers import read_numbers
from evalkit.intake.layouts.reading import Code
from evalkit.intake.layouts.words import closing_row

LEFT_OUT: Final[tuple[Code, ...]] = ("empty", "column_numbers", "heading_again", "closing", "after_closing")
#: Rows below a heading in which columns may be numbered.
_FIRST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading, the row after its table's last, and the rows on which it stands again."""

    header: Header
    end: int
    again: frozenset[int] = frozenset()

    def columns(self) -> list[int]:
        """Return the columns with values: what is neither a person nor beside the values."""
        kinds = self.header.layout.kinds
        return [at for field, at in self.header.columns.items() if kinds[field] not in ("aside", "person")]


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
    """Say of every row below a heading whether it is kept, and if not, why."""
    columns = part.columns()
    beside = [at for at in range(sheet.n_columns) if at not in columns]
    last, is_survey = max(columns), part.header.layout.name == "skm"
    found: dict[str, list[int]] = {code: [] for code in ("kept", *LEFT_OUT)}
    for row in range(part.header.first, part.end):
        cells = sheet.rows[row]
        values = [cells[at] for at in (columns if last < len(cells) else _within(columns, cells))]
        labels = [cell for at in beside if at < len(cells) and _is_word(cell := cells[at])]
        code: Code
        if row in part.again:
            code = "heading_again"
        elif not labels and all(map(is_empty, values)) and all(map(is_empty, cells)):
            code = "empty"
        elif row - part.header.first < _FIRST and _counts_columns(cells):
            code = "column_numbers"
        elif labels and any(map(closing_row, labels if is_survey else labels[:1])):
            code = "closing"
        else:
            code = "after_closing" if found["closing"] or all(map(is_empty, values)) else "kept"
        found[code].append(row)
    return found


def _within(columns: Sequence[int], cells: Sequence[Value]) -> list[int]:
    return [at for at in columns if at < len(cells)]


def _is_word(cell: Value) -> bool:
    return isinstance(cell, str) and cell != "" and not cell.isdecimal()


def _counts_columns(cells: Sequence[Value]) -> bool:
    """Tell whether a row numbers its columns, as (1) (2) (3) do."""
    filled = [cell.strip("() ") if isinstance(cell, str) else cell for cell in cells if not is_empty(cell)]
    numbers = read_numbers(filled).found
    return len(numbers) > _FIRST and numbers == list(range(1, len(numbers) + 1))
