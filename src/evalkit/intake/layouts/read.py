"""Tables of a file: recognised, read, and accounted for row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from evalkit.intake.files import Sheet, Unusable, Workbook
from evalkit.intake.layouts.answers import Worded, settle_answers, split_answer
from evalkit.intake.layouts.closing import label_of, read_closing, refuse_unusable
from evalkit.intake.layouts.columns import Column, read_column
from evalkit.intake.layouts.fields import LAYOUTS
from evalkit.intake.layouts.headers import Header, choose_layouts, find_headers
from evalkit.intake.layouts.layout import BESIDE
from evalkit.intake.layouts.periods import join_years
from evalkit.intake.layouts.raters import split_rater
from evalkit.intake.layouts.reading import CellFault, Closing, Reading, Step
from evalkit.intake.layouts.refusals import AmbiguityError, LayoutError
from evalkit.intake.layouts.rows import LEFT_OUT, Part, divide, sort_rows

_MOST_NUMBERS: Final = 20
#: PermenPANRB 14/2017: each question of the survey offers four answers.
_SURVEY_STEPS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of the cells of a table that does not stand in them."""

    dates: str
    words: Mapping[str, float]
    steps: int
    headings: frozenset[str]


def read_tables(
    workbook: Workbook,
    *,
    sheet: str | None = None,
    layout: str = "auto",
    mapping: Mapping[str, str] | None = None,
    dates: str = "",
    words: Mapping[str, float] | None = None,
    steps: int = 0,
) -> tuple[Reading, ...]:
    """Read every table of a known layout.

    Parameters
    ----------
    sheet
        Name of the only sheet that is read, hidden or not; by default all that are not hidden.
    layout
        skm, skm-recap, siasn, sakip, raters, rater-items, or auto: what the headings say.
    mapping
        Field by heading, for columns that are headed otherwise.
    dates
        day_first or month_first: what 03/04/2025 means where no other cell of the column tells.
    words
        What an answer in words is worth, where that is not what is known of it.
    steps
        Among how many answers in words there was to choose; 0 where that is not known.

    Raises
    ------
    LayoutError
        If there is no such sheet or layout, or no table that is known.
    AmbiguityError
        If a cell or a heading can be read in two ways.
    UnusableCellsError
        If a cell that is needed has no value.
    """
    layouts = choose_layouts(layout)
    sheets = _choose_sheets(workbook, sheet)
    told = Told(
        dates=dates,
        words={split_answer(word)[0]: number for word, number in (words or {}).items()},
        steps=steps,
        headings=frozenset(mapping or ()),
    )
    own = frozenset(told.words)
    readings = [
        _read_table(workbook, each, part, told)
        for each in sheets
        for part in divide(each, find_headers(each, layouts=layouts, mapping=mapping, words=own))
    ]
    if not readings:
        raise LayoutError(_nothing_found(workbook, sheets, layout))
    return tuple(readings)


def _choose_sheets(workbook: Workbook, name: str | None) -> list[Sheet]:
    if name is None:
        return [sheet for sheet in workbook.sheets if not sheet.hidden]
    found = [sheet for sheet in workbook.sheets if sheet.name.strip() == name.strip()]
    if not found:
        names = ", ".join(repr(sheet.name) for sheet in workbook.sheets)
        raise LayoutError(f"{workbook.file} has no sheet {name!r}; it has {names}.")
    return found


def _nothing_found(workbook: Workbook, sheets: Sequence[Sheet], layout: str) -> str:
    looked = ", ".join(repr(sheet.name) for sheet in sheets if sheet.name)
    hidden = ", ".join(repr(sheet.name) for sheet in workbook.sheets if sheet.hidden and sheet not in sheets)
    needed = "; ".join(
        f"{each.name}: {', '.join(sorted('/'.join(_name_fields(group)) for group in each.needed))}"
        for each in (LAYOUTS.values() if layout == "auto" else choose_layouts(layout))
    )
    return (
        f"{workbook.file} has no table that is known{f' in {looked}' if looked else ''}. A table needs a "
        "row of "
        f"headings; these columns are needed: {needed}."
        f"{f' Hidden sheets are left out: {hidden}. Name one with --sheet.' if hidden else ''}"
    )


def _name_fields(group: frozenset[str]) -> list[str]:
    """Return fields in their order, and of raters who are one of several only their kind."""
    return sorted({split_rater(name)[0] for name in group})


def _read_table(workbook: Workbook, sheet: Sheet, part: Part, told: Told) -> Reading:
    header = part.header
    sorted_rows = sort_rows(sheet, part)
    kept = sorted_rows.pop("kept")
    _refuse_unusable(workbook.file, sheet, header, kept)
    worded = _settle_answers(sheet, header, kept, told)
    columns = {
        field: read_column(
            sheet,
            at,
            kept,
            header.layout.kinds[field],
            told=_told(header, field, told.dates),
            words=worded[field].numbers if field in worded else {},
        )
        for field, at in header.columns.items()
    }
    _join_period(columns)
    faults = _collect_faults(workbook.file, sheet, header, kept, columns)
    return Reading(
        workbook=workbook,
        sheet=sheet,
        header=header,
        table=pd.DataFrame({field: column.cells for field, column in columns.items()}),
        rows=kept,
        closing=tuple(_read_closing(workbook, sheet, header, sorted_rows["closing"])),
        steps=tuple(_account(sheet, part, kept, sorted_rows, columns)),
        faults=faults,
        notes=workbook.notes,
        answers={field: each.steps for field, each in worded.items()},
    )


def _settle_answers(sheet: Sheet, header: Header, kept: Sequence[int], told: Told) -> Mapping[str, Worded]:
    """Say what answers in words are worth, in the columns where answers or ratings stand."""
    layout = header.layout
    fields = [field for field in header.columns if layout.takes_words(field)]
    named = {field for field in fields if told.headings & {text.strip() for text in header.headings[field]}}
    return settle_answers(
        {field: sheet.column(header.columns[field], kept) for field in fields},
        own=told.words,
        steps=_SURVEY_STEPS if layout.elements else told.steps,
        told=named,
        where=lambda field: sheet.name_cell(kept[0], header.columns[field]),
    )


def _told(header: Header, field: str, dates: str) -> str:
    """Return what the reading of a column depends on: its heading, and for dates which number is the day."""
    return dates if header.layout.kinds[field] == "date" else " ".join(header.headings[field])


def _join_period(columns: dict[str, Column]) -> None:
    """Complete quarters without a year by the year beside them."""
    if {"period", "year"} <= set(columns):
        period, years = columns["period"], map(float, columns["year"].cells)
        joined = join_years(list(map(str, period.cells)), years)
        cells = ["" if at in period.faults else cell for at, cell in enumerate(joined)]
        columns["period"] = replace(period, cells=cells)


def _refuse_unusable(file: str, sheet: Sheet, header: Header, kept: Sequence[int]) -> None:
    used = [at for field, at in header.columns.items() if header.layout.kinds[field] not in BESIDE]
    bad = [
        (row, at)
        for at in used
        for row, value in zip(kept, sheet.column(at, kept), strict=True)
        if isinstance(value, Unusable)
    ]
    if bad:
        refuse_unusable(file, sheet, sorted(bad))


def _collect_faults(
    file: str, sheet: Sheet, header: Header, kept: Sequence[int], columns: Mapping[str, Column]
) -> tuple[CellFault, ...]:
    """Name the cells that cannot be read; those with two readings are refused."""
    found = [
        (field, kept[at], why)
        for field, column in columns.items()
        for at, why in sorted(column.faults.items())
    ]
    unclear = [(field, row) for field, row, why in found if why == "ambiguous"]
    if unclear:
        shown = ", ".join(sheet.short_name(row, header.columns[field]) for field, row in unclear[:5])
        raise AmbiguityError(
            f"{file}{f', sheet {sheet.name!r}' if sheet.name else ''}: {shown} can be read in two ways, "
            "with a "
            "decimal sign or with one of thousands, and no other cell of the column tells which. Write "
            "another "
            "digit, such as 1,2340 or 1234."
        )
    return tuple(
        CellFault(cell=sheet.short_name(row, header.columns[field]), field=field, why=why)
        for field, row, why in found
    )


def _read_closing(workbook: Workbook, sheet: Sheet, header: Header, rows: Sequence[int]) -> list[Closing]:
    if header.layout.name != "skm":
        return []
    return [read_closing(workbook.file, sheet, header, row, str(label_of(sheet, row))) for row in rows]


def _account(
    sheet: Sheet,
    part: Part,
    kept: Sequence[int],
    left_out: Mapping[str, Sequence[int]],
    columns: Mapping[str, Column],
) -> list[Step]:
    steps = [Step(code="rows", n=part.end - part.header.first), Step(code="kept", n=len(kept))]
    for code in LEFT_OUT:
        rows: Any = left_out[code]
        if rows:
            numbers = tuple(sheet.number(row) for row in rows[:_MOST_NUMBERS])
            steps.append(Step(code=code, n=len(rows), rows=numbers))
    for field, column in columns.items():
        steps += [Step(code=code, n=n, field=field) for code, n in column.changed]
    return steps
