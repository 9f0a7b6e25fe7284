"""How numbers and texts are written for the programs of an office, by locale."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from evalkit.spreadsheets import neutralise
from evalkit.study.export.content import Cell
from evalkit.study.harvest import format_cell
from evalkit.vocabulary import Language

#: What stands between the cells of a CSV file, as spreadsheets of the locale expect it.
DELIMITERS: Final[dict[Language, str]] = {"en": ",", "id": ";"}
YES_NO: Final[dict[Language, dict[bool, str]]] = {
    "en": {True: "yes", False: "no"},
    "id": {True: "ya", False: "tidak"},
}


def write_cell(value: Cell, locale: Language, words: Language) -> str:
    """Write a value for CSV: a number with all its digits and the decimal sign of the locale.

    Parameters
    ----------
    words
        Language of yes and no.

    Examples
    --------
    >>> write_cell(-0.25, "id", "id"), write_cell(43.0, "en", "en"), write_cell(None, "id", "id")
    ('-0,25', '43', '')
    """
    if isinstance(value, bool):
        return YES_NO[words][value]
    if isinstance(value, str):
        return neutralise(value)
    text = format_cell(value)
    return text.replace(".", ",") if locale == "id" else text


def write_csv(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, locale: Language, words: Language
) -> bytes:
    """Write a CSV file that a spreadsheet of the locale opens by a double click (UTF-8 with its mark)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITERS[locale], lineterminator="\r\n")
    writer.writerow(map(neutralise, header))
    writer.writerows([write_cell(value, locale, words) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
