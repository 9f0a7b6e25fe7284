"""What was read of one table: its values, the cell of each, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from evalkit.intake.files import Sheet, Workbook, is_empty
from evalkit.intake.layouts.headers import Header

Code = Literal[
    "rows",
    "kept",
    "empty",
    "column_numbers",
    "heading_again",
    "closing",
    "after_closing",
    "typed",
    "words_read",
    "zero_answers",
    "codes_read",
    "labels_turned",
    "text_left_out",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of some rows or cells.

    Attributes
    ----------
    code
        rows: all rows below the heading; kept: those that are read; empty, column_numbers, heading_again,
        closing, after_closing: those that are left out, and why; typed: cells whose text was read as a
        number; words_read: cells with an answer in words, read as its number; zero_answers: cells with 0,
        which is off the scale and read as no answer; codes_read: cells whose code stands for a word;
        labels_turned: answers whose labels say that 1 is the best, turned round; text_left_out: cells with
        free text, which is not read.
    n
        How many.
    rows
        Numbers of the rows, as people know them; the first few where they are many.
    field
        The field whose cells are meant; empty for rows.
    """

    code: Code
    n: int
    rows: tuple[int, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """A cell that cannot be read: what is wrong with it, and never what it holds.

    Attributes
    ----------
    cell
        Its name.
    field
        What belongs there.
    why
        word, date, off_scale or ambiguous; two_quarters: a semester, or months of two quarters; day_or_month:
        03/04/2025 may be of March or of April; damaged_nip: a NIP that was turned into a number.
    """

    cell: str
    field: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A row that closes a table.

    Attributes
    ----------
    kind
        sum, mean (NRR), weighted (NRR tertimbang), ikm or category.
    row
        Its row in the sheet.
    values
        Number and column by element.
    single
        The one number of the row beside those, and its column.
    band
        The band that stands in it, and its column.
    """

    kind: str
    row: int
    values: Mapping[str, tuple[float, int]]
    single: tuple[float, int] | None = None
    band: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """One table of a sheet.

    Attributes
    ----------
    workbook, sheet, header
        Where it comes from.
    table
        One row per kept row, one column per field: numbers (NaN where nothing stands) or codes (empty).
    rows
        The row in the sheet of each row of the table.
    closing
        Rows that close the table, in order.
    steps
        What became of every row and of cells that were changed on reading.
    faults
        Cells that cannot be read; in the table nothing stands for them.
    answers
        By field, among how many answers in words there was to choose; 0 where a mapping file numbers them.
    """

    workbook: Workbook
    sheet: Sheet
    header: Header
    table: pd.DataFrame
    rows: Sequence[int]
    closing: tuple[Closing, ...] = ()
    steps: tuple[Step, ...] = ()
    faults: tuple[CellFault, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())
    answers: Mapping[str, int] = field(default_factory=dict)

    @property
    def layout(self) -> str:
        """Name of the layout."""
        return self.header.layout.name

    def has(self, *fields: str) -> bool:
        """Tell whether the table has all of some fields."""
        return all(each in self.header.columns for each in fields)

    @property
    def unread(self) -> tuple[str, ...]:
        """Texts over the columns of which no field was made, with their cells' names in front."""
        used = set(self.header.columns.values())
        rows = range(self.header.top, self.header.first)
        found = []
        for column in range(self.sheet.n_columns):
            texts = [
                (row, text) for row in rows if isinstance(text := self.sheet.value(row, column), str) and text
            ]
            if (
                column not in used
                and texts
                and any(not is_empty(v) for v in self.sheet.column(column, self.rows))
            ):
                row, text = texts[-1]
                found.append(f"{self.sheet.short_name(row, column)} {text}")
        return tuple(found)

    def name_cell(self, at: int, field_name: str) -> str:
        """Name the cell that a value of the table comes from, by its position and field."""
        return self.sheet.short_name(self.rows[at], self.header.columns[field_name])

    def name_place(self, row: int, column: int) -> str:
        """Name a cell of the sheet."""
        return self.sheet.short_name(row, column)
