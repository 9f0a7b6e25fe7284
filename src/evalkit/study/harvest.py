"""What an executed notebook hands over: its title, findings, numbers, figures and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from evalkit.errors import ReportError, did_you_mean
from evalkit.spreadsheets import neutralise
from evalkit.study.bundles import code_cells, read_bundles
from evalkit.study.options import read_options
from evalkit.study.references import find_reference_faults
from evalkit.vocabulary import FINDINGS_MIME, RESULT_COLUMNS, RESULT_KEY, RESULTS_MIME, TABLE_MIME

_TITLE: Final = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: What a table may say of how its page writes it: its columns, and what stands below or in place of its rows.
DESCRIBED: Final = ("fields", "note", "empty", "cut", "n_shown")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One picture: its name in files and links, its alt text and caption, and the SVG itself."""

    label: str
    alt: str
    caption: str
    svg: str


@dataclass(frozen=True, kw_only=True)
class TableData:
    """The unrounded numbers of one table.

    Attributes
    ----------
    description
        How its page writes it, as far as the notebook says so (`DESCRIBED`).
    """

    label: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    description: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Harvest:
    """Everything that leaves one executed notebook besides its page."""

    title: str
    findings: tuple[str, ...]
    results: tuple[Mapping[str, Any], ...]
    figures: tuple[Figure, ...]
    tables: tuple[TableData, ...]


def harvest(notebook: Mapping[str, Any], report: str) -> Harvest:
    """Collect what a notebook published, and check it.

    Raises
    ------
    ReportError
        If a figure has no words, a label is used twice, the text refers to a figure or table that is not
        there, or a published number breaks the rules of ``results.csv``; every fault at once.
    """
    figures = [figure for cell in code_cells(notebook) for figure in figures_of(cell)]
    tables = [_table(data) for data in read_bundles(notebook, TABLE_MIME)]
    rows = [row for rows in read_bundles(notebook, RESULTS_MIME) for row in rows]
    labels = [figure.label for figure in figures] + [table.label for table in tables]
    faults = _label_faults(labels) + find_reference_faults(notebook, labels)
    faults += _figure_faults(figures) + _result_faults(rows)
    if faults:
        raise ReportError("\n".join(faults))
    return Harvest(
        title=page_title(notebook) or report,
        findings=tuple(
            sentence for data in read_bundles(notebook, FINDINGS_MIME) for sentence in data["findings"]
        ),
        results=tuple({"report": report, **row} for row in rows),
        figures=tuple(figures),
        tables=tuple(tables),
    )


def page_title(notebook: Mapping[str, Any]) -> str:
    r"""Return the first first-level heading of a notebook; empty if it has none.

    Examples
    --------
    >>> page_title({"cells": [{"cell_type": "markdown", "source": "# Five methods\nText"}]})
    'Five methods'
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (match := _TITLE.search("".join(cell["source"]))):
            return match.group(1)
    return ""


def without_title(source: str) -> str:
    """Return Markdown without its first first-level heading, which stands at the head of the page."""
    return _TITLE.sub("", source, count=1).lstrip("\n")


def figures_of(cell: Mapping[str, Any]) -> list[Figure]:
    """Return the figures that a cell shows, with their words from its ``#|`` lines or its outputs."""
    options, _ = read_options("".join(cell["source"]))
    outputs = [output for output in cell["outputs"] if is_figure(output)]
    figures = []
    for number, output in enumerate(outputs, start=1):
        words = {**options, **output.get("metadata", {}).get("evalkit", {})}
        label = str(words.get("label") or f"fig-{cell.get('id', 'cell')}")
        caption = str(words.get("fig-cap") or words.get("caption") or "")
        figures.append(
            Figure(
                label=label if len(outputs) == 1 else f"{label}-{number}",
                alt=str(words.get("fig-alt") or words.get("alt") or caption),
                caption=caption,
                svg=_join(output["data"]["image/svg+xml"]),
            )
        )
    return figures


def _join(text: str | list[str]) -> str:
    """Return a text that a notebook may hold as lines; one that is whole is not taken apart."""
    return text if isinstance(text, str) else "".join(text)


def is_figure(output: Mapping[str, Any]) -> bool:
    """Tell whether an output is shown as a picture: it has one, and no HTML that comes before it."""
    data = output.get("data", {})
    return "image/svg+xml" in data and "text/html" not in data


def _table(data: Mapping[str, Any]) -> TableData:
    return TableData(
        label=data["label"],
        caption=data["caption"],
        columns=tuple(str(name) for name in data["columns"]),
        rows=tuple(tuple(row) for row in data["rows"]),
        description={name: data[name] for name in DESCRIBED if name in data},
    )


def _label_faults(labels: Sequence[str]) -> list[str]:
    wrong = sorted({label for label in labels if not _LABEL.fullmatch(label)})
    twice = sorted({label for label in labels if labels.count(label) > 1})
    return [
        f"The label {label!r} is not letters, digits, - and _, beginning with a letter" for label in wrong
    ] + [f"The label {label!r} is used twice; figures and tables need labels of their own" for label in twice]


def _figure_faults(figures: Sequence[Figure]) -> list[str]:
    return [
        f"The figure {figure.label!r} has no words for those who cannot see it; "
        "begin its cell with '#| fig-cap: …' and '#| fig-alt: …'"
        for figure in figures
        if not figure.alt.strip()
    ]


def _result_faults(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    faults = []
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        name = (
            ", ".join(f"{key}={row[key]}" for key in RESULT_KEY[1:] if row.get(key)) or "a row without a name"
        )
        key = tuple(str(row.get(column) or "") for column in RESULT_KEY[1:])
        faults += [
            f"results.csv: unknown column {column!r}: {did_you_mean(column, RESULT_COLUMNS)}"
            for column in row
            if column not in RESULT_COLUMNS
        ]
        if key in seen:
            faults.append(f"results.csv: two numbers have the same key: {name}")
        if not row.get("quantity"):
            faults.append(f"results.csv: {name} has no quantity")
        if is_empty(row.get("estimate")) and not row.get("caveat"):
            faults.append(f"results.csv: {name} has no estimate, and no caveat that says why")
        seen.add(key)
    return list(dict.fromkeys(faults))


def is_empty(value: Any) -> bool:
    """Tell whether a number is absent."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def format_cell(value: Any) -> str:
    """Write a value for CSV: floats with all their digits, whole numbers without a point, gaps empty.

    Text never begins a formula (`evalkit.spreadsheets.neutralise`).

    Examples
    --------
    >>> format_cell(0.1), format_cell(43.0), format_cell(None)
    ('0.1', '43', '')
    """
    if isinstance(value, str):
        return neutralise(value)
    if is_empty(value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)
