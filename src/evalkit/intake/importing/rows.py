"""Rows of a study that a table gives: with the row that each comes from, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import EvalkitError
from evalkit.evidence import TABLES
from evalkit.intake.importing.given import Given
from evalkit.intake.importing.people import People
from evalkit.intake.importing.periods import resolve_period
from evalkit.intake.importing.texts import tidy_text
from evalkit.intake.layouts import Reading
from evalkit.rules import holds_nip

Texts = NDArray[np.str_] | NDArray[np.object_]
_NOWHERE: Final = -1


class ImportRefusedError(EvalkitError):
    """A table that cannot become rows of a study as it stands; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row of a table that cannot be used: its position, the field that is wrong, and why."""

    at: int
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """Cells that were changed on the way: what was done to those of a field, and how many."""

    code: str
    field: str
    n: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """What a table gives.

    Attributes
    ----------
    evidence, recorded
        Rows of these tables as text; the index is the position in the table that was read.
    used
        Fields of the table that are in them, and what each became.
    faults
        Rows of the table that cannot be used.
    changes
        What was changed.
    """

    evidence: pd.DataFrame
    recorded: pd.DataFrame
    used: Mapping[str, str]
    faults: list[RowFault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A table on its way into a study: what was read, what is told of it, and its people."""

    reading: Reading
    given: Given
    indicators: pd.DataFrame
    ratees: People | None = None
    raters: People | None = None
    faults: list[RowFault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def n(self) -> int:
        """Number of rows of the table."""
        return len(self.reading.rows)

    def texts(self, name: str) -> list[str]:
        """Return a column as texts that a study may hold; a cell with a NIP is a fault of its row."""
        column = self.reading.header.columns[name]
        cells = self.reading.sheet.column(column, self.reading.rows)
        known: dict[object, tuple[str, bool]] = {}
        found, n_changed = [], 0
        for at, cell in enumerate(cells):
            if cell not in known:
                known[cell] = tidy_text(cell)
            text, changed = known[cell]
            n_changed += changed
            if holds_nip(text):
                self.faults.append(RowFault(at, name, "holds_nip"))
                text = ""
            found.append(text)
        if n_changed:
            self.changes.append(Change("tidied", name, n_changed))
        return found

    def units(self) -> list[str]:
        """Return the unit of each row: of the table where it has that column, else the one that is told."""
        if self.reading.has("unit"):
            return self.texts("unit")
        return [self.given.unit] * self.n

    def periods(self) -> list[str]:
        """Return the quarter of each row, from the table, from what is told, or from both."""
        name = next((each for each in ("period", "year") if self.reading.has(each)), "")
        stated = self._stated(name) if name else []
        if not self.given.period and any(stated) and all(len(each) == 4 for each in stated if each):
            raise ImportRefusedError(
                "The sheet says the year and no quarter, and evidence is by quarter. Say --period Q4 for the "
                "fourth quarter of each year, or another."
            )
        if not name:
            if self.given.period.startswith("Q"):
                raise ImportRefusedError(
                    f"--period {self.given.period} needs a column with the year, and there is none. Say "
                    "the whole "
                    f"quarter, such as 2025{self.given.period}."
                )
            return [self.given.period] * self.n
        return [self._period(at, text, name) for at, text in enumerate(stated)]

    def _stated(self, name: str) -> list[str]:
        values = self.reading.table[name].tolist()
        return [
            "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else value for value in values
        ]

    def _period(self, at: int, stated: str, name: str) -> str:
        period, fault = resolve_period(stated, self.given.period)
        if fault:
            self.faults.append(RowFault(at, name, fault))
        return period

    def dates(self) -> list[str]:
        """Return the day of each row; empty where none is told."""
        return self.reading.table["date"].tolist() if self.reading.has("date") else [""] * self.n

    def when(self) -> dict[str, str]:
        """Return the columns that say when, and what they become."""
        became = {"period": "period", "year": "period", "date": "recorded_on"}
        return {name: each for name, each in became.items() if self.reading.has(name)}

    def scale_of(self, indicator: str) -> tuple[float, float]:
        """Return the ends of an indicator's scale; NaN where one is open."""
        found = self.indicators.loc[self.indicators["indicator"] == indicator, ["low", "high"]]
        if found.empty:
            raise ImportRefusedError(f"There is no indicator {indicator!r}.")
        return float(found["low"].iloc[0]), float(found["high"].iloc[0])


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of a study without rows."""
    return pd.DataFrame({column: np.empty(0, dtype=object) for column in TABLES[name].column_names})


def make_evidence(
    table: Source, values: Sequence[float], /, *, at: NDArray[np.int64] | None = None, **columns: object
) -> pd.DataFrame:
    """Return rows of evidence; a value that is not there is missing.

    Parameters
    ----------
    at
        The row of the table that each value stands in; by default there is one value a row.
    **columns
        What stands in the other columns, for each value or for all.
    """
    numbers = np.asarray(values, dtype=float)
    rows = np.arange(table.n) if at is None else at
    frame: dict[str, object] = dict.fromkeys(TABLES["evidence"].column_names, "")
    frame |= {
        "place": table.given.place,
        "recorded_on": np.array(table.dates(), dtype=object)[rows],
        **columns,
    }
    frame |= {"value": write_numbers(numbers), "status": np.where(np.isnan(numbers), "missing", "recorded")}
    return pd.DataFrame(frame, index=rows)


def write_numbers(values: NDArray[np.float64]) -> Texts:
    """Return numbers as text without loss, whole ones without a point; empty where nothing is.

    Examples
    --------
    >>> write_numbers(np.array([3.0, 0.1, np.nan])).tolist()
    ['3', '0.1', '']
    """
    distinct, at = np.unique(values, return_inverse=True)
    texts = ["" if np.isnan(value) else repr(value).removesuffix(".0") for value in distinct.tolist()]
    return np.array(texts, dtype=object)[at.reshape(values.shape)]


def find_unreadable(reading: Reading, used: Iterable[str]) -> list[RowFault]:
    """Return the rows with a cell that cannot be read, of the fields that are used."""
    wanted: dict[str, dict[str, str]] = {}
    for fault in reading.faults:
        wanted.setdefault(fault.field, {})[fault.cell] = fault.why
    found = []
    for name in sorted(set(used) & set(wanted)):
        column = reading.table[name]
        bad = column.isna() if column.dtype.kind == "f" else column == ""
        cells = {at: reading.name_cell(at, name) for at in np.flatnonzero(bad.to_numpy()).tolist()}
        found += [
            RowFault(at, name, wanted[name][cell]) for at, cell in cells.items() if cell in wanted[name]
        ]
    return found


def find_repeated(frame: pd.DataFrame, table: str, field_name: str) -> list[RowFault]:
    """Return the rows that say the same of the same twice."""
    repeated = frame.index[frame.duplicated(list(TABLES[table].key), keep=False)]
    return [RowFault(int(at), field_name, "twice") for at in dict.fromkeys(repeated) if at != _NOWHERE]
