"""What a file of an office holds: sheets of cells, each with a name that people find it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import Enum
from operator import itemgetter
from typing import Final, Literal


class Unusable(Enum):
    """What stands in a cell whose value nobody can use."""

    NOT_COMPUTED = "a formula without a stored value"
    ERROR = "an error value"


#: What stands in a cell. A date may be a datetime; an empty cell is the empty text.
Value = str | float | bool | date | time | timedelta | Unusable
EMPTY: Final = ""
#: How the cells of a sheet are named: C7, line 7 column 3, or case 6 variable U3.
Naming = Literal["cell", "line", "case"]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged rectangle of cells; rows and columns count from 0, and both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name
        Its name in the file; empty where a file is one sheet.
    rows
        Values by row and column, from the top left cell on. Rows may be of unequal length; what is not there
        is empty. A merged rectangle has its value in each of its cells.
    hidden
        Whether the program that shows the file hides it.
    merged
        Merged rectangles.
    naming
        How cells are named.
    lines
        The line on which each row begins, where that is not its number.
    labels
        By column, what a number stands for (value labels of SPSS).
    """

    name: str
    rows: Sequence[Sequence[Value]]
    hidden: bool = False
    merged: tuple[Merged, ...] = ()
    naming: Naming = "cell"
    lines: Sequence[int] = ()
    labels: Mapping[int, Mapping[float, str]] = field(default_factory=dict)

    @property
    def n_columns(self) -> int:
        """Return the length of the longest row."""
        return max(map(len, self.rows), default=0)

    def value(self, row: int, column: int) -> Value:
        """Return what stands in a cell; nothing stands beyond the end of a row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY

    def column(self, column: int, rows: Sequence[int] | range) -> list[Value]:
        """Return one column of some rows."""
        try:
            return list(map(itemgetter(column), map(self.rows.__getitem__, rows)))
        except IndexError:
            return [self.value(row, column) for row in rows]

    def name_cell(self, row: int, column: int) -> str:
        """Name a cell as its program does.

        Examples
        --------
        >>> Sheet(name="SKM", rows=[]).name_cell(6, 2)
        "sheet 'SKM', cell C7"
        >>> Sheet(name="", rows=[], naming="line").name_cell(6, 2)
        'line 7, column 3'
        """
        if self.naming == "line":
            return f"line {self.number(row)}, column {column + 1}"
        if self.naming == "case":
            return f"case {self.number(row)}, variable {self.value(0, column)}"
        where = f"cell {letters(column)}{row + 1}"
        return f"sheet {self.name!r}, {where}" if self.name else where

    def short_name(self, row: int, column: int) -> str:
        """Name a cell within its sheet, as short as it can be.

        Examples
        --------
        >>> Sheet(name="SKM", rows=[]).short_name(6, 2)
        'C7'
        """
        if self.naming == "cell":
            return f"{letters(column)}{row + 1}"
        return self.name_cell(row, column)

    def number(self, row: int) -> int:
        """Return the number that people know a row by: of a spreadsheet row, of a line, or of a case."""
        if self.lines:
            return self.lines[row]
        return row + 1

    def covered(self) -> Iterator[tuple[int, int]]:
        """Yield the cells that a merged rectangle covers, without the one that holds its value."""
        n_rows, n_columns = len(self.rows), self.n_columns
        for area in self.merged:
            for row in range(area.top, min(area.bottom + 1, n_rows)):
                for column in range(area.left, min(area.right + 1, n_columns)):
                    if (row, column) != (area.top, area.left):
                        yield row, column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workbook:
    """One file.

    Attributes
    ----------
    file
        Its name, without a folder.
    kind
        What it is: xlsx, xls, ods, sav or csv.
    sheets
        Its sheets in their order, the hidden ones among them.
    notes
        How its text was read, as (code, value): encoding, delimiter.
    """

    file: str
    kind: str
    sheets: tuple[Sheet, ...]
    notes: tuple[tuple[str, str], ...] = ()


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> letters(0), letters(26), letters(16383)
    ('A', 'AA', 'XFD')
    """
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def is_empty(value: Value) -> bool:
    """Tell whether nothing stands in a cell; white space is nothing."""
    return value == EMPTY or (isinstance(value, str) and value.isspace())
