"""The tables of a study: their columns, keys and codes (``data/README.md`` says the same in prose)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from evalkit.vocabulary import (
    ASSIGNMENTS,
    EVENT_KINDS,
    INTERVENTION_KINDS,
    PREDIKATS,
    SOURCES,
    STATUSES,
)

Kind = Literal["text", "number", "integer", "boolean", "date", "period"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Name in the header.
    kind
        What each cell holds. A period is a quarter such as 2025Q1.
    required
        Whether the column must be there; an optional one that is absent is read as empty.
    filled
        Whether no cell may be empty.
    codes
        The only values allowed; empty where any value of the kind is.
    low, high
        Bounds of a number, themselves allowed.
    """

    name: str
    kind: Kind = "text"
    required: bool = True
    filled: bool = False
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and the columns that together identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in their order."""
        return tuple(column.name for column in self.columns)


def _optional(*names: str, kind: Kind = "text") -> tuple[Column, ...]:
    return tuple(Column(name, kind, required=False) for name in names)


EVIDENCE_KEY: Final = ("place", "unit", "employee", "period", "indicator", "source", "rater", "item")

_EVIDENCE = Table(
    "evidence",
    (
        Column("place", filled=True),
        Column("unit"),
        Column("employee"),
        Column("period", "period"),
        Column("indicator", filled=True),
        Column("source", filled=True, codes=SOURCES),
        Column("rater"),
        Column("item"),
        Column("value", "number"),
        Column("recorded_on", "date", required=False),
        Column("status", filled=True, codes=STATUSES),
    ),
    EVIDENCE_KEY,
)
_INDICATORS = Table(
    "indicators",
    (
        Column("indicator", filled=True),
        Column("unit", filled=True),
        Column("low", "number"),
        Column("high", "number"),
        Column("lower_is_better", "boolean", filled=True),
        Column("label_id", filled=True),
        Column("label_en", filled=True),
    ),
    ("indicator",),
)
_EMPLOYEES = Table(
    "employees",
    (
        Column("employee", filled=True),
        Column("place", filled=True),
        *_optional("unit", "supervisor"),
        Column("sex", required=False, codes=("man", "woman")),
        Column("birth_year", "integer", required=False, low=1900, high=2100),
        *_optional("grade", "position"),
        Column("joined_on", "date", required=False),
    ),
    ("employee",),
)
_EVENTS = Table(
    "events",
    (
        Column("event", filled=True),
        Column("place", filled=True),
        Column("unit"),
        Column("employee"),
        Column("kind", filled=True, codes=EVENT_KINDS),
        Column("opened_on", "date", filled=True),
        Column("closed_on", "date"),
        Column("deadline_days", "number", low=0),
    ),
    ("event",),
)
_INTERVENTIONS = Table(
    "interventions",
    (
        Column("employee", filled=True),
        Column("period", "period", filled=True),
        Column("kind", filled=True, codes=INTERVENTION_KINDS),
        Column("assigned_by", filled=True, codes=ASSIGNMENTS),
        *_optional("provider"),
    ),
    ("employee", "period", "kind"),
)
_RECORDED = Table(
    "recorded",
    (
        Column("place", filled=True),
        Column("unit"),
        Column("employee"),
        Column("period", "period"),
        Column("predikat", required=False, codes=PREDIKATS),
        Column("score", "number", required=False, low=0),
        Column("ikm", "number", required=False, low=25, high=100),
    ),
    ("place", "unit", "employee", "period"),
)
_TRUTH = Table(
    "truth",
    (
        Column("employee", filled=True),
        Column("period", "period"),
        *_optional("task", "service", "adaptive", "collaborative", "disciplined", kind="number"),
    ),
    ("employee", "period"),
)
_CORRECTIONS = Table(
    "corrections",
    (
        Column("file", filled=True),
        Column("row", "integer", filled=True, low=2),
        Column("column", filled=True),
        Column("old"),
        Column("new"),
        Column("reason", filled=True),
    ),
    ("file", "row", "column"),
)

#: The tables that have a meaning of their own; any other resource of a study is an extra.
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _EVIDENCE,
        _INDICATORS,
        _EMPLOYEES,
        _EVENTS,
        _INTERVENTIONS,
        _RECORDED,
        _TRUTH,
        _CORRECTIONS,
    )
}

#: Types of a Frictionless Table Schema and what they are here.
FIELD_KINDS: Final[Mapping[str, Kind]] = {
    "string": "text",
    "any": "text",
    "number": "number",
    "integer": "integer",
    "year": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date",
}


_FIELD_TYPES: Final[Mapping[Kind, str]] = {
    "text": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "period": "string",
}


#: What people wrote in words, where an import was told to keep it. Reports on protected people do not get it.
COMMENTS: Final = Table(
    "comments",
    (
        Column("comment", filled=True),
        Column("place", filled=True),
        *_optional("unit", "employee", "period", "source", "rater"),
        Column("text", filled=True),
    ),
    ("comment",),
)


def write_schema(table: Table) -> dict[str, Any]:
    """Return the Frictionless Table Schema of a table, for ``datapackage.json``.

    Examples
    --------
    >>> write_schema(TABLES["interventions"])["fields"][4]
    {'name': 'provider', 'type': 'string'}
    """
    fields: list[dict[str, Any]] = []
    for column in table.columns:
        limits: dict[str, Any] = {"required": True} if column.filled else {}
        limits |= {"enum": list(column.codes)} if column.codes else {}
        limits |= {
            name: end for name, end in (("minimum", column.low), ("maximum", column.high)) if end is not None
        }
        field = {"name": column.name, "type": _FIELD_TYPES[column.kind]}
        fields.append(field | ({"constraints": limits} if limits else {}))
    return {"fields": fields, "primaryKey": list(table.key)}


def table_from_schema(name: str, schema: Mapping[str, Any]) -> Table:
    """Read the table that a Frictionless Table Schema describes; for tables of a study's own.

    Raises
    ------
    KeyError
        If a field has no name or a type that is not one of `FIELD_KINDS`.

    Examples
    --------
    >>> table_from_schema("visits", {"fields": [{"name": "n_visits", "type": "integer"}]}).columns[0].kind
    'integer'
    """
    key = schema.get("primaryKey", ())
    return Table(
        name,
        tuple(_column(field) for field in schema["fields"]),
        (key,) if isinstance(key, str) else tuple(key),
    )


def _column(field: Mapping[str, Any]) -> Column:
    limits: Mapping[str, Any] = field.get("constraints", {})
    codes: Sequence[Any] = limits.get("enum", ())
    return Column(
        field["name"],
        FIELD_KINDS[field.get("type", "string")],
        filled=bool(limits.get("required", False)),
        codes=tuple(str(code) for code in codes),
        low=limits.get("minimum"),
        high=limits.get("maximum"),
    )
