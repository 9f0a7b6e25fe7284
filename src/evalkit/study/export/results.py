"""Every published number of some reports, for Excel or as CSV of a locale."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from evalkit.errors import UsageError
from evalkit.study.export.content import Cell, Column, read_rows
from evalkit.study.export.locales import write_csv
from evalkit.study.export.workbook import write_numbers
from evalkit.study.people import say_run
from evalkit.vocabulary import RESULT_COLUMNS, Language

_NUMBERS: Final = ("estimate", "conf_low", "conf_high", "n")
#: The columns as they stand in ``results.csv``, so that rows can be told by the same keys.
COLUMNS: Final = tuple(
    Column(name=name, title=name, kind="number" if name in _NUMBERS else "string") for name in RESULT_COLUMNS
)


def read_numbers(folder: Path, reports: Collection[str]) -> list[list[Cell]]:
    """Return the published numbers of some reports of a study's folder.

    Raises
    ------
    UsageError
        If ``results.csv`` is not what a run writes.
    """
    file = folder / "results.csv"
    try:
        header, rows = read_rows(file)
        if header != list(RESULT_COLUMNS):
            raise ValueError("its columns are others")
        return [
            [_parse(column, text) for column, text in zip(COLUMNS, row, strict=True)]
            for row in rows
            if row[0] in reports
        ]
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(
            f"{folder.name}/results.csv cannot be read: {error}. Run '{say_run(folder.name)} --force'."
        ) from error


def _parse(column: Column, text: str) -> Cell:
    if not column.is_numeric:
        return text
    return float(text) if text else None


def numbers_as_workbook(title: str, rows: list[list[Cell]]) -> bytes:
    """Write published numbers as a workbook of one sheet."""
    return write_numbers(title, COLUMNS, rows, "en")


def numbers_as_csv(rows: list[list[Cell]], locale: Language) -> bytes:
    """Write published numbers as CSV of a locale."""
    return write_csv([column.title for column in COLUMNS], rows, locale=locale, words="en")
