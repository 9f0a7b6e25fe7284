"""Tables as one Excel workbook: a sheet each, numbers as numbers, texts never as formulas."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from evalkit.errors import UsageError
from evalkit.study.export.content import Cell, Column, Content, Table
from evalkit.study.export.locales import YES_NO
from evalkit.study.html.words import words
from evalkit.vocabulary import Language

_FIRST_DAY: Final = datetime(1980, 1, 1)  # the same bytes, whenever it is written
_PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NAME: Final = 31  # letters of a sheet's name
_TEXT: Final = 32_767  # letters of a cell
_ROWS: Final = 1_048_576
_WIDEST: Final = 60
_NARROWEST: Final = 8
_HEAD: Final = 2  # row of the headings, from 0


def write_workbook(content: Content) -> bytes:
    """Write the tables of a report, behind a sheet that lists them."""
    names = name_sheets(table.label for table in content.tables)
    with _Book(content.heading) as book:
        _write_list(book, content, names)
        for table, name in zip(content.tables, names, strict=True):
            _write_table(book, content.lang, table, name)
    return book.content()


def write_numbers(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], lang: Language
) -> bytes:
    """Write one table alone, such as all published numbers."""
    with _Book(title) as book:
        sheet = book.add("results", landscape=True)
        sheet.write_string(0, 0, title, book.format(bold=True))
        _write_grid(book, sheet, columns, rows, lang)
    return book.content()


def name_sheets(labels: Iterable[str]) -> list[str]:
    """Return a name for the sheet of each table: short enough for Excel, and none twice.

    Examples
    --------
    >>> name_sheets(["tbl-scores", "tbl-a-label-that-is-too-long-for-a-sheet", "tbl-Scores", "history"])
    ['scores', 'a-label-that-is-too-long-for-a-', 'Scores-2', 'history-2']
    """
    taken = {"", "history", "tables", "tabel"}  # Excel keeps the second for itself; the others are the list
    names = []
    for label in labels:
        plain = re.sub(r"[\[\]:*?/\\']", "-", label.removeprefix("tbl-"))
        name, number = plain[:_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain[: _NAME - len(f'-{number}')]}-{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


class _Book:
    """A workbook in memory, whose formats are made once each."""

    def __init__(self, title: str) -> None:
        from xlsxwriter import Workbook

        self._stream = io.BytesIO()
        self._book = Workbook(self._stream, _PLAIN)
        self._book.set_properties({"title": title, "created": _FIRST_DAY})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def content(self) -> bytes:
        return self._stream.getvalue()

    def add(self, name: str, *, landscape: bool) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        if landscape:
            sheet.set_landscape()
        return sheet

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **properties})
        return self._formats[key]


def _write_list(book: _Book, content: Content, names: Sequence[str]) -> None:
    """Write the first sheet: what the report is about, on which evidence, and its tables."""
    say = words(content.lang)
    sheet = book.add({"en": "tables", "id": "tabel"}[content.lang], landscape=False)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, content.heading, book.format(bold=True, font_size=14))
    sheet.write_string(1, 0, content.study, book.format())
    sheet.write_string(2, 0, content.evidence, book.format(bold=content.is_marked))
    for row, (table, name) in enumerate(zip(content.tables, names, strict=True), start=4):
        link = f"internal:'{name}'!A1"
        sheet.write_url(row, 0, link, book.format(underline=1), f"{say['table']} {table.number}")
        sheet.write_string(row, 1, _cut_text(table.caption), book.format(text_wrap=True))


def _write_table(book: _Book, lang: Language, table: Table, name: str) -> None:
    """Write one table below its caption and above its notes."""
    sheet = book.add(name, landscape=len(table.columns) > 6)
    caption = f"{words(lang)['table']} {table.number}. {table.caption}"
    sheet.write_string(0, 0, _cut_text(caption), book.format(bold=True))
    _write_grid(book, sheet, table.columns, table.rows, lang)
    notes = [text for text in ("" if table.rows else table.empty, table.note) if text]
    for row, text in enumerate(notes, start=_HEAD + len(table.rows) + 2):
        sheet.write_string(row, 0, _cut_text(text), book.format(italic=True))


def _write_grid(
    book: _Book, sheet: Any, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], lang: Language
) -> None:
    if _HEAD + len(rows) >= _ROWS:
        raise UsageError(
            f"A table of {len(rows):,} rows is larger than a sheet of Excel. Export it with --format csv."
        )
    head = {"bold": True, "text_wrap": True, "bottom": 1}
    for at, column in enumerate(columns):
        where = {"align": "right"} if column.is_numeric else {}
        sheet.write_string(_HEAD, at, _cut_text(column.title), book.format(**head, **where))
        shape = book.format(**_shape_of(column))
        values = [row[at] for row in rows]
        for below, value in enumerate(values, start=_HEAD + 1):
            _write_value(sheet, (below, at), value, shape, lang)
        sheet.set_column(at, at, _width(column, values))
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.repeat_rows(_HEAD)
    if rows:
        sheet.autofilter(_HEAD, 0, _HEAD + len(rows), len(columns) - 1)


def _write_value(sheet: Any, where: tuple[int, int], value: Cell, shape: Any, lang: Language) -> None:
    if isinstance(value, bool):
        sheet.write_string(*where, YES_NO[lang][value], shape)
    elif isinstance(value, str):
        if value:
            sheet.write_string(*where, _cut_text(value), shape)
    elif value is not None and math.isfinite(value):
        sheet.write_number(*where, value, shape)
    elif value is not None:  # Excel has no number for infinity
        sheet.write_string(*where, str(value), shape)


def _shape_of(column: Column) -> Mapping[str, Any]:
    """Return how Excel shows a column; its separators are those of the reader's system.

    Examples
    --------
    >>> _shape_of(Column(name="x", title="X", kind="number", decimals=1, share=True))
    {'num_format': '0.0%'}
    """
    if not column.is_numeric:
        return {"text_wrap": True}
    if column.decimals is None:
        return {}
    places = "." + "0" * column.decimals if column.decimals else ""
    if column.p_value:
        return {"num_format": "[<0.001]0.0E+00;0.000"}
    if column.share:
        return {"num_format": f"0{places}%"}
    return {"num_format": "#,##0" if column.kind == "integer" else f"#,##0{places}"}


def _width(column: Column, values: Sequence[Cell]) -> int:
    longest = 12 if column.is_numeric else max((len(str(value)) for value in values), default=0)
    return min(max(longest, len(column.title) // 2, _NARROWEST) + 2, _WIDEST)


def _cut_text(text: str) -> str:
    """Return a text that a cell can hold."""
    return text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"
