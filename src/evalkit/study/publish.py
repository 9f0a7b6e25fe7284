"""Put a study's finished reports in place: the whole folder at once, or not at all."""

from __future__ import annotations

import csv
import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from evalkit.errors import ReportError
from evalkit.study.built import Built, read_built
from evalkit.study.crate import write_crate
from evalkit.study.described import DESCRIPTOR, describe_tables, name_figure, name_table
from evalkit.study.harvest import Harvest, format_cell, harvest
from evalkit.study.html import IndexEntry
from evalkit.study.indexes import write_study_index
from evalkit.study.provenance import hash_files
from evalkit.study.reports import name_page, name_place
from evalkit.study.study_file import Study
from evalkit.vocabulary import RESULT_COLUMNS, RESULT_KEY, Language

PROVENANCE_FILE: Final = "provenance.json"
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE: Final = -100  # AT_FDCWD


def harvest_reports(folder: Path, built: Sequence[Built]) -> dict[str, Harvest]:
    """Return what the executed notebooks of a folder hand over, by page; a broken one hands nothing over."""
    return {item.page: found for item in built if (found := _harvest(folder, item))}


def complete_study(
    study: Study,
    folder: Path,
    built: Sequence[Built],
    harvests: Mapping[str, Harvest],
    provenance: Mapping[str, Any],
) -> None:
    """Write everything that stands beside the pages: figures, tables, numbers, index, provenance."""
    rows: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for item in built:
        gathered = harvests.get(item.page)
        if not item.failed and gathered:
            _write_figures(folder / "figures", item, gathered)
            _write_tables(folder / "tables", item, gathered)
            _describe(study, folder / "tables", item, gathered)
            rows |= {tuple(str(row.get(key) or "") for key in RESULT_KEY): row for row in gathered.results}
    _write_csv(folder / "results.csv", RESULT_COLUMNS, [_cells(rows[key]) for key in sorted(rows)])
    entries = [_entry(study, folder, item, harvests.get(item.page)) for item in built]
    write_study_index(study, folder, entries)
    write_crate(study, folder, built, provenance)
    own = {name for item in built for name in item.files}
    outputs = {name: digest for name, digest in hash_files(folder).items() if name not in own}
    reports = [asdict(item) for item in built]
    _write_json(folder / PROVENANCE_FILE, {**provenance, "outputs": outputs, "reports": reports})


def list_kept(known: Iterable[str], previous: Path, pages: Iterable[str]) -> list[Built]:
    """List the reports of the previous build that were not asked for this time, if they are known still."""
    wanted = set(known) - set(pages)
    return [
        item
        for item in read_built(previous)
        if item.page in wanted and all((previous / name).is_file() for name in item.files)
    ]


def carry_over(items: Iterable[Built], previous: Path, folder: Path) -> None:
    """Copy reports of the previous build."""
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for name in (name for item in items for name in item.files):
        shutil.copyfile(previous / name, folder / name)


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
        text = (folder / item.notebook).read_text(encoding="utf-8")
        return harvest(json.loads(text), item.report)
    except (OSError, ReportError):
        return None


def _write_figures(folder: Path, item: Built, gathered: Harvest) -> None:
    for figure in gathered.figures:
        folder.mkdir(exist_ok=True)
        (folder / name_figure(item.stem, figure.label)).write_text(figure.svg, encoding="utf-8")


def _write_tables(folder: Path, item: Built, gathered: Harvest) -> None:
    for table in gathered.tables:
        folder.mkdir(exist_ok=True)
        rows = [[format_cell(value) for value in row] for row in table.rows]
        _write_csv(folder / name_table(item.stem, table.label), table.columns, rows)


def _describe(study: Study, folder: Path, item: Built, gathered: Harvest) -> None:
    """Say beside the tables of a report what they and its figures are; nothing where there are none."""
    if not (gathered.tables or gathered.figures):
        return
    folder.mkdir(exist_ok=True)
    lang: Language = "id" if item.lang == "id" else "en"
    title = name_page(gathered.title, name_place(study, item.place, lang))
    content = describe_tables(item.stem, gathered, title=title, lang=lang, kind=study.kind)
    _write_json(folder / f"{item.stem}{DESCRIPTOR}", content)


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
        tables=[(f"tables/{name_table(item.stem, table.label)}", table.caption) for table in tables],
    )


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
