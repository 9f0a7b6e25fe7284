"""What a built report holds for export: its tables and figures, as ``tables/`` describes them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from evalkit.errors import UsageError
from evalkit.spreadsheets import restore
from evalkit.study.described import DESCRIPTOR
from evalkit.study.html.words import words
from evalkit.study.people import APART, say_run
from evalkit.vocabulary import Language

Cell = str | float | int | bool | None
_TRUTH: Final = {"True": True, "False": False}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: its heading, its kind, and how its page writes it.

    Attributes
    ----------
    kind
        ``string``, ``number``, ``integer`` or ``boolean``.
    decimals
        Decimals that are shown of a number; none given: as many as it has.
    labels
        What readers know a code as.
    """

    name: str
    title: str
    kind: str = "string"
    decimals: int | None = None
    share: bool = False
    p_value: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_numeric(self) -> bool:
        """Tell whether its cells are numbers."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a report, unrounded.

    Attributes
    ----------
    number
        Its number on the page, from 1.
    cut, n_shown
        What the page says where it shows some rows only, and how many it shows.
    empty
        What stands in place of a table without rows.
    """

    label: str
    number: int
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = ""
    cut: str = ""
    n_shown: int = 0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a report: its words, and the file with its picture."""

    label: str
    number: int
    caption: str
    alt: str
    file: Path


@dataclass(frozen=True, kw_only=True)
class Content:
    """One report: its words, tables and figures.

    Attributes
    ----------
    people
        Whether it tells of single people whom no source has published.
    """

    stem: str
    title: str
    study: str
    kind: str
    lang: Language
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    people: bool = False

    @property
    def heading(self) -> str:
        """Return its title, behind the mark of what tells of single people."""
        return f"{words(self.lang)['people_mark']}: {self.title}" if self.people else self.title

    @property
    def evidence(self) -> str:
        """Say what kind of evidence it is made from, and whether it may be passed on."""
        say = words(self.lang)
        return f"{say[self.kind]} {say['people_shown']}" if self.people else say[self.kind]

    @property
    def is_marked(self) -> bool:
        """Tell whether readers must not miss that sentence."""
        return self.people or self.kind == "synthetic"


def read_content(folder: Path, stem: str, *, study: str) -> Content | None:
    """Read what a report holds; nothing where it has neither tables nor figures.

    Parameters
    ----------
    folder
        The study's folder of reports.
    study
        Title of the study.

    Raises
    ------
    UsageError
        If its descriptor, or a table that it names, cannot be read.
    """
    file = folder / "tables" / f"{stem}{DESCRIPTOR}"
    if not file.exists():
        return None
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
        tables = [_read_table(file.parent, at, one) for at, one in enumerate(package["resources"], start=1)]
        own = package["evalkit"]
        figures = [_read_figure(file.parent, at, one) for at, one in enumerate(own["figures"], start=1)]
        lang: Language = "id" if package["languages"] == ["id"] else "en"
        said = {"title": str(package["title"]), "kind": str(own["kind"])}
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise UsageError(
            f"{folder.name}/tables/{file.name} and the tables that it names cannot be read "
            f"({type(error).__name__}). Run '{say_run(folder.name)} --force'."
        ) from error
    return Content(
        stem=stem,
        study=study,
        lang=lang,
        tables=tuple(tables),
        figures=tuple(figures),
        people=folder.suffix == APART,
        **said,
    )


def read_rows(file: Path) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a CSV file that a run wrote, texts as they were."""
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = ([restore(text) for text in row] for row in csv.reader(stream))
    return header, rows


def _read_table(folder: Path, number: int, resource: Mapping[str, Any]) -> Table:
    columns = tuple(map(_column, resource["schema"]["fields"]))
    header, rows = read_rows(folder / Path(resource["path"]).name)
    if header != [column.name for column in columns]:
        raise ValueError("its columns are not those that were described")
    return Table(
        label=resource["name"],
        number=number,
        caption=resource["title"],
        note=resource["description"],
        columns=columns,
        rows=tuple(
            tuple(_parse(column, text) for column, text in zip(columns, row, strict=True)) for row in rows
        ),
        **resource["evalkit"],
    )


def _column(described: Mapping[str, Any]) -> Column:
    name = described["name"]
    labels = {one["value"]: one["label"] for one in described.get("categories", ())}
    own = described.get("evalkit", {})
    return Column(
        name=name,
        title=described.get("title", name),
        kind=described.get("type", "string"),
        labels=labels,
        **own,
    )


def _parse(column: Column, text: str) -> Cell:
    """Return what a cell holds; a code becomes what readers know it as."""
    if column.is_numeric:
        if not text:
            return None
        return float(text) if column.kind == "number" else int(text)
    if column.kind == "boolean":
        return _TRUTH[text] if text else None
    return column.labels.get(text, text)


def _read_figure(folder: Path, number: int, resource: Mapping[str, Any]) -> Figure:
    return Figure(
        label=resource["name"],
        number=number,
        caption=resource["title"],
        alt=resource["description"],
        file=folder.parent / "figures" / Path(resource["path"]).name,
    )
