"""A table as its page shows it: rounded, intervals in one column, doubts as letters; for print and text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

from evalkit.present.columns import letter_doubts
from evalkit.present.labels import heading
from evalkit.present.numbers import format_interval, format_number, format_p_value, format_share
from evalkit.study.export.content import Cell, Column, Table
from evalkit.study.export.locales import YES_NO
from evalkit.vocabulary import Language

_ENDS: Final = ("conf_low", "conf_high")


@dataclass(frozen=True, kw_only=True)
class Rounded:
    """A table as texts.

    Attributes
    ----------
    numeric
        By column, whether it stands to the right.
    notes
        What stands below it.
    """

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def round_table(table: Table, *, locale: Language, lang: Language) -> Rounded:
    """Write the rows that a page shows of a table, with the numbers of a locale."""
    rows = table.rows[: table.n_shown] if table.cut else table.rows
    by_name = {column.name: [row[at] for row in rows] for at, column in enumerate(table.columns)}
    has_interval = {"estimate", *_ENDS} <= set(by_name)
    columns = {column.name: column for column in table.columns if not (has_interval and column.name in _ENDS)}
    texts: dict[str, Sequence[str]] = {}
    for name, column in columns.items():
        texts[name] = [write_value(column, value, locale, lang) for value in by_name[name]]
        if name == "estimate" and has_interval:
            texts["interval"] = _intervals(column, by_name, locale)
    shown, doubts = letter_doubts(texts)
    titles = {name: column.title for name, column in columns.items()} | {
        "interval": heading("interval", lang)
    }
    right = {name for name, column in columns.items() if column.is_numeric} | {"interval"}
    said = (*doubts, table.cut, table.note, "" if table.rows else table.empty)
    return Rounded(
        headings=tuple(titles[name] for name in shown),
        numeric=tuple(name in right for name in shown),
        rows=tuple(zip(*shown.values(), strict=True)),
        notes=tuple(text for text in said if text),
    )


def write_value(column: Column, value: Cell, locale: Language, lang: Language) -> str:
    """Write one value as its page does, with the numbers of a locale.

    Examples
    --------
    >>> column = Column(name="x", title="X", kind="number", share=True, decimals=0)
    >>> write_value(column, 0.705, "id", "id"), write_value(column, None, "id", "id")
    ('70 %', '–')
    """
    if isinstance(value, bool):
        return YES_NO[lang][value]
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.p_value:
        return format_p_value(value, lang=locale)
    write = format_share if column.share else format_number
    return write(value, digits=_decimals(column), lang=locale)


def _intervals(column: Column, by_name: dict[str, list[Cell]], locale: Language) -> list[str]:
    rows = zip(by_name["estimate"], by_name["conf_low"], by_name["conf_high"], strict=True)
    return [
        "–"
        if estimate is None
        else format_interval(
            _number(low), _number(high), digits=_decimals(column), share=column.share, lang=locale
        )
        for estimate, low, high in rows
    ]


def _decimals(column: Column) -> int:
    return 2 if column.decimals is None else column.decimals


def _number(value: Cell) -> float:
    return nan if value is None else float(value)
