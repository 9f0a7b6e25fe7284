"""A form as a workbook: lists to choose from, notes on columns, and a sheet with examples."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from evalkit.study.new.forms import Form, FormColumn
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: Rows below the heading that are held to the rules of their columns.
_ROWS: Final = 20_000
_LONGEST: Final = {"title": 32, "message": 255}  # what a spreadsheet program shows of an input message
_N_EXAMPLES: Final = 3
_MADE: Final = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same form has the same bytes
#: Text that would be taken for a formula stays a text; a date is written as it is to be typed.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "example": {"en": "example", "id": "contoh"},
    "column": {"en": "column", "id": "kolom"},
    "needed": {"en": "must be filled", "id": "wajib diisi"},
    "about": {"en": "what it holds", "id": "isinya"},
    "yes": {"en": "yes", "id": "ya"},
    "no": {"en": "no", "id": "tidak"},
    "wrong": {"en": "This value does not fit the column", "id": "Nilai ini tidak cocok dengan kolomnya"},
}


def write_workbook(form: Form, lang: Language) -> bytes:
    """Return a form as xlsx: a sheet to fill in, one that shows how, and a hidden one with the choices."""
    from xlsxwriter import Workbook

    file = BytesIO()
    with Workbook(file, _OPTIONS) as book:
        book.set_properties({"created": _MADE, "title": form.about})
        sheet = book.add_worksheet(form.name)
        _write_examples(book, form, lang)
        lists = book.add_worksheet("lists")
        lists.hide()
        _write_headings(book, sheet, form)
        for at, column in enumerate(form.columns):
            _guard(sheet, lists, at, column, lang)
    return file.getvalue()


def _write_headings(book: Workbook, sheet: Worksheet, form: Form) -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(form.columns):
        filled = {"bold": True, "bottom": 1, "bg_color": "#DDE7F0" if column.column.filled else "#F2F2F2"}
        cells = {"num_format": _FORMATS[column.column.kind]}
        sheet.set_column(at, at, max(12, len(column.heading) + 2), book.add_format(cells))
        sheet.write_string(0, at, column.heading, book.add_format(filled))


_FORMATS: Final = {
    "text": "@",
    "period": "@",
    "boolean": "@",
    "date": "yyyy-mm-dd",
    "number": "General",
    "integer": "0",
}


def _guard(sheet: Worksheet, lists: Worksheet, at: int, column: FormColumn, lang: Language) -> None:
    """Hold the cells of a column to its rule, and show what it holds when one is chosen."""
    rule = _rule(lists, at, column)
    rule |= {
        "input_title": column.heading[: _LONGEST["title"]],
        "input_message": column.about[: _LONGEST["message"]],
        "error_title": _WORDS["wrong"][lang][: _LONGEST["title"]],
        "error_message": column.about[: _LONGEST["message"]],
        "error_type": "warning" if column.is_open else "stop",
    }
    sheet.data_validation(1, at, _ROWS, at, rule)


def _rule(lists: Worksheet, at: int, column: FormColumn) -> dict[str, Any]:
    kind, held = column.column.kind, column.column
    if column.choices:
        for row, choice in enumerate(column.choices):
            lists.write_string(row, at, choice)
        letter = _letter(at)
        return {"validate": "list", "source": f"=lists!${letter}$1:${letter}${len(column.choices)}"}
    if kind in ("number", "integer"):
        return {"validate": "integer" if kind == "integer" else "decimal", **_bounds(held.low, held.high)}
    if kind == "date":
        return {"validate": "date", "criteria": ">=", "value": datetime(1900, 1, 1)}
    if kind == "period":
        cell = f"{_letter(at)}2"
        rule = f'=AND(LEN({cell})=6,MID({cell},5,1)="Q",ISNUMBER(FIND(RIGHT({cell},1),"1234")))'
        return {"validate": "custom", "value": rule}
    return {"validate": "any"}


def _bounds(low: float | None, high: float | None) -> dict[str, Any]:
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": -1e12 if low is None else low}


def _letter(at: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


def _write_examples(book: Workbook, form: Form, lang: Language) -> None:
    """Write the columns as rows, each with what it holds and with examples.

    So it is no table of the form, and nothing that reads the workbook takes the examples for data.
    """
    say = {name: told[lang] for name, told in _WORDS.items()}
    sheet = book.add_worksheet(say["example"])
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    n = min(_N_EXAMPLES, len(form.examples))
    head = [say["column"], say["needed"], say["about"], *(f"{say['example']} {i + 1}" for i in range(n))]
    sheet.write_string(0, 0, form.about, bold)
    for at, text in enumerate(head):
        sheet.write_string(2, at, text, bold)
    shown = [form.examples[len(form.examples) * i // n] for i in range(n)]
    for row, column in enumerate(form.columns, start=3):
        needed = say["yes"] if column.column.filled else say["no"]
        values = [example[row - 3] for example in shown]
        for at, value in enumerate([column.heading, needed, column.about, *values]):
            if isinstance(value, str):
                sheet.write_string(row, at, value, wrap)
            else:
                sheet.write_number(row, at, value, wrap)
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 60)
    sheet.set_column(3, 2 + n, 16)
    sheet.freeze_panes(3, 1)
