"""Put a study's finished reports in place: the whole folder at once, or not at all."""

from __future__ import annotations

import csv
import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from evalkit.errors import ReportError
from evalkit.study.crate import write_crate
from evalkit.study.harvest import Harvest, format_cell, harvest
from evalkit.study.html import IndexEntry
from evalkit.study.indexes import write_study_index
from evalkit.study.reports import name_page, name_place
from evalkit.study.study_file import Study
from evalkit.vocabulary import RESULT_COLUMNS, RESULT_KEY, Language

_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE: Final = -100  # AT_FDCWD


@dataclass(frozen=True, kw_only=True)
class Built:
    """One report of a study folder: what it was made from, and whether it is whole."""

    report: str
    lang: str
    page: str
    notebook_sha256: str
    parameters: Mapping[str, Any]
    failed: bool
    place: str = ""

    @property
    def stem(self) -> str:
        """Name of its files, without an ending."""
        return self.page.removesuffix(".html")


def complete_study(study: Study, folder: Path, built: Sequence[Built], provenance: Mapping[str, Any]) -> None:
    """Write everything that stands beside the pages: figures, tables, numbers, provenance, index."""
    harvests = {item.page: _harvest(folder, item) for item in built}
    rows: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for item in built:
        gathered = harvests[item.page]
        if not item.failed and gathered:
            _write_figures(folder / "figures", item, gathered)
            _write_tables(folder / "tables", item, gathered)
            rows |= {tuple(str(row.get(key) or "") for key in RESULT_KEY): row for row in gathered.results}
    _write_csv(folder / "results.csv", RESULT_COLUMNS, [_cells(rows[key]) for key in sorted(rows)])
    _write_json(folder / "provenance.json", {**provenance, "reports": [asdict(item) for item in built]})
    write_study_index(study, folder, [_entry(study, folder, item, harvests[item.page]) for item in built])
    write_crate(study, folder, built, provenance)


def carry_over(known: Iterable[str], previous: Path, folder: Path, pages: Iterable[str]) -> list[Built]:
    """Copy the reports of the previous build that were not asked for this time, if they are known still."""
    kept = []
    for item in read_built(previous):
        source = previous / "notebooks" / f"{item.stem}.ipynb"
        whole = source.is_file() and (previous / item.page).is_file()
        if item.page in set(known) - set(pages) and whole:
            (folder / "notebooks").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / "notebooks" / source.name)
            shutil.copyfile(previous / item.page, folder / item.page)
            kept.append(item)
    return kept


def read_built(folder: Path) -> list[Built]:
    """Return the reports that a study folder says it holds; none where it cannot be read."""
    try:
        return [Built(**report) for report in read_provenance(folder)["reports"]]
    except (KeyError, TypeError):
        return []


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return what a study folder says it was made from; nothing where it cannot be read."""
    try:
        content = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def put_in_place(new: Path, place: Path) -> None:
    """Replace a folder by a new one in a single step, so that a reader finds the one or the other."""
    if not place.exists():
        new.rename(place)
    elif not _exchange(new, place):
        old = new.with_name(f"{new.name}.old")
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old)
    shutil.rmtree(new, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one system call; tell whether the system could."""
    if sys.platform != "linux":
        return False
    swap = getattr(ctypes.CDLL(None), "renameat2", None)
    if swap is None:
        return False
    done: int = swap(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


def _harvest(folder: Path, item: Built) -> Harvest | None:
    try:
        text = (folder / "notebooks" / f"{item.stem}.ipynb").read_text(encoding="utf-8")
        return harvest(json.loads(text), item.report)
    except (OSError, ReportError):
        return None


def _write_figures(folder: Path, item: Built, gathered: Harvest) -> None:
    for figure in gathered.figures:
        folder.mkdir(exist_ok=True)
        (folder / f"{item.stem}-{figure.label}.svg").write_text(figure.svg, encoding="utf-8")


def _write_tables(folder: Path, item: Built, gathered: Harvest) -> None:
    for table in gathered.tables:
        folder.mkdir(exist_ok=True)
        rows = [[format_cell(value) for value in row] for row in table.rows]
        _write_csv(folder / f"{item.stem}-{table.label}.csv", table.columns, rows)


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [format_cell(row.get(column)) for column in RESULT_COLUMNS]


def _write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _entry(study: Study, folder: Path, item: Built, gathered: Harvest | None) -> IndexEntry:
    lang: Language = "id" if item.lang == "id" else "en"
    place = name_place(study, item.place, lang)
    tables = gathered.tables if gathered and not item.failed else ()
    return IndexEntry(
        report=item.report,
        lang=lang,
        title=name_page(gathered.title, place) if gathered else item.report,
        page=item.page if (folder / item.page).is_file() else "",
        findings=gathered.findings if gathered and not item.failed else (),
        failed=item.failed,
        tables=[(f"tables/{item.stem}-{table.label}.csv", table.caption) for table in tables],
    )


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
