"""What the tables and figures of a report are, beside their files: a Frictionless Data Package, one a report.

Whoever reads ``tables/`` without the page finds captions, headings, kinds of columns and labels of codes
there, and so does ``evalkit export``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from evalkit.study.harvest import Harvest, TableData
from evalkit.study.html.words import say_in
from evalkit.vocabulary import Language

#: Ending of the descriptor's name, after the stem of the report.
DESCRIPTOR: Final = "-datapackage.json"
_OWN: Final = ("decimals", "share", "p_value")  # of a field; what the Table Schema has no name for
_STANDARD: Final = ("name", "title", "type", "categories")
_OF_TABLE: Final = ("empty", "cut", "n_shown")


def name_table(stem: str, label: str) -> str:
    """Return the file name of a table.

    Examples
    --------
    >>> name_table("03_scores.id", "tbl-scores")
    '03_scores.id-tbl-scores.csv'
    """
    return f"{stem}-{label}.csv"


def name_figure(stem: str, label: str) -> str:
    """Return the file name of a figure."""
    return f"{stem}-{label}.svg"


def describe_tables(stem: str, gathered: Harvest, *, title: str, lang: Language, kind: str) -> dict[str, Any]:
    """Describe the tables and figures of a report as a data package.

    Parameters
    ----------
    stem
        Name of the report's files, without an ending.
    kind
        ``real`` or ``synthetic``.
    """
    figures = [
        {
            "name": figure.label,
            "path": f"../figures/{name_figure(stem, figure.label)}",
            "title": say_in(figure.caption, lang),
            "description": say_in(figure.alt, lang),
        }
        for figure in gathered.figures
    ]
    return {
        "profile": "tabular-data-package",
        "name": stem,
        "title": title,
        "languages": [lang],
        "resources": [_describe(stem, table) for table in gathered.tables],
        "evalkit": {"kind": kind, "figures": figures},
    }


def _describe(stem: str, table: TableData) -> dict[str, Any]:
    described = table.description
    fields = described.get("fields") or [
        {"name": name, "type": _kind_of([row[at] for row in table.rows])}
        for at, name in enumerate(table.columns)
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.label,
        "path": name_table(stem, table.label),
        "title": table.caption,
        "description": described.get("note", ""),
        "format": "csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(one) for one in fields]},
        "evalkit": {name: described[name] for name in _OF_TABLE if name in described},
    }


def _kind_of(values: Sequence[Any]) -> str:
    """Name the kind of a column that nobody described.

    Examples
    --------
    >>> _kind_of([1, 0.5, None]), _kind_of(["1", 2]), _kind_of([True])
    ('number', 'string', 'boolean')
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds and kinds <= {int, float}:
        return "number" if float in kinds else "integer"
    return "string"


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    standard = {name: field[name] for name in _STANDARD if name in field}
    own = {name: field[name] for name in _OWN if name in field}
    return standard | ({"evalkit": own} if own else {})
