"""Files of offices on their way into a study: what was found, what it becomes, and what was left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evalkit.errors import EvalkitError, Fault
from evalkit.evidence import read_indicators
from evalkit.intake.files import Workbook, read_workbook
from evalkit.intake.importing import (
    WITH_PEOPLE,
    Given,
    check_given,
    find_links,
    list_names,
    make_batch,
    tidy_text,
)
from evalkit.intake.importing.outcome import Imported, Unread
from evalkit.intake.importing.staging import check_import, only_import, write_import
from evalkit.intake.importing.store import DESCRIPTOR, Plan, plan_import
from evalkit.intake.layouts import LayoutError, Reading, read_tables
from evalkit.intake.pseudonyms import PseudonymKey, default_key_file, make_key, read_key, throwaway_key
from evalkit.study.study_file import find_study
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    import pandas as pd

CSV_COLUMNS: Final = ("file", "sheet", "layout", "what", "cell", "field", "why", "n")


def describe_import(imported: Imported, lang: Language = "en") -> str:
    """Say what becomes of every file, sheet, row and changed cell; no name and no NIP is repeated."""
    from evalkit.present.wording.imports import say_import

    return imported.hide("\n".join(say_import(imported, lang)))


def render_import(imported: Imported, lang: Language = "en") -> str:
    """Write a page about an import that needs nothing else."""
    from evalkit.present.wording.imports import tell_import
    from evalkit.study.html.index import environment

    page = environment().get_template("evalkit/import.html.j2")
    return imported.hide(page.render(lang=lang, study=imported.study, **tell_import(imported, lang)))


def table_of_import(imported: Imported) -> str:
    """Write every row left out, every kind of changed cell and every refusal as CSV; no formula starts."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in _rows(imported):
        cells = [tidy_text(imported.hide(cell))[0] if isinstance(cell, str) else cell for cell in row]
        writer.writerow(cells)
    return text.getvalue()


def _rows(imported: Imported) -> Iterator[tuple[str | int, ...]]:
    for batch in imported.batches:
        where = (batch.reading.workbook.file, batch.reading.sheet.name, batch.reading.layout)
        yield from ((*where, "mapped", "", name, became, 0) for name, became in batch.used.items())
        yield from ((*where, step.code, "", step.field, "", step.n) for step in batch.reading.steps)
        yield from ((*where, "changed", "", each.field, each.code, each.n) for each in batch.changes)
        yield from ((*where, "faulty", batch.cell_of(each), each.field, each.why, 1) for each in batch.faults)
    for each in imported.unread:
        yield (each.file, each.sheet, "", "unread", "", "", each.why, 0)


@dataclass(kw_only=True)
class _Found:
    """What was found in files so far."""

    readings: list[Reading] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def import_files(
    files: Sequence[Path | str],
    folder: Path,
    given: Given,
    *,
    sheet: str | None = None,
    layout: str = "auto",
    key_file: Path | None = None,
    write: bool = False,
) -> Imported:
    """Read files of offices, say what they become in a study, and write it if that is asked for.

    Parameters
    ----------
    folder
        The folder of the study.
    key_file
        The key of its pseudonyms; by default a file of its name outside the study. It is made where it is
        needed, to write a first pseudonym.
    write
        Whether the study is changed; else everything is only tried.

    Raises
    ------
    EvalkitError
        If options or the study cannot be used, or nothing in the files can be read.
    """
    given = check_given(given)
    indicators = read_indicators(folder)
    found = _read(files, sheet=sheet, layout=layout, given=given)
    with only_import(folder):
        file = key_file or default_key_file(folder)
        was_there = file.exists()
        key = _find_key(found.readings, folder, file, write=write, is_named=key_file is not None)
        imported = _take(folder, found, given, key, indicators, write=write)
        if was_there or not file.exists():
            return imported
        if imported.written:
            return replace(imported, key_file=file)
        file.unlink()  # it was made for rows that were not written
    return imported


def _read(files: Sequence[Path | str], *, sheet: str | None, layout: str, given: Given) -> _Found:
    """Read every table of every file; one that cannot be read does not lose the others."""
    found = _Found()
    for file in files:
        try:
            workbook = read_workbook(file)
        except EvalkitError as error:
            if len(files) == 1:
                raise
            found.unread.append(Unread(file=Path(file).name, sheet="", why=str(error)))
            continue
        _read_sheets(workbook, found, sheet=sheet, layout=layout, given=given)
    if not found.readings and len(found.unread) == 1:
        raise LayoutError(found.unread[0].why)
    return found


def _read_sheets(workbook: Workbook, found: _Found, *, sheet: str | None, layout: str, given: Given) -> None:
    told: dict[str, Any] = {"layout": layout, "mapping": given.mapping, "dates": given.dates}
    told |= {"words": given.words, "steps": given.steps}
    visible = [each.name for each in workbook.sheets if not each.hidden]
    names = [sheet] if sheet is not None else visible
    blank: list[Unread] = []
    n_before, n_failed = len(found.readings), len(found.unread)
    for name in names:
        try:
            found.readings += read_tables(workbook, sheet=name, **told)
        except LayoutError:
            blank.append(Unread(file=workbook.file, sheet=name, is_failure=False))
        except EvalkitError as error:
            found.unread.append(Unread(file=workbook.file, sheet=name, why=str(error)))
    if len(found.readings) > n_before or len(found.unread) > n_failed:
        found.unread += blank
        return
    try:
        read_tables(workbook, sheet=sheet, **told)  # says it of the whole file at once
    except LayoutError as error:
        found.unread.append(Unread(file=workbook.file, sheet="", why=str(error)))


def _find_key(
    readings: Sequence[Reading], folder: Path, file: Path, *, write: bool, is_named: bool
) -> PseudonymKey:
    """Return the key of the study; one that is kept nowhere if nothing is written or nobody is named."""
    fingerprint = _fingerprint(folder)
    if not is_named and not any(each.layout in WITH_PEOPLE for each in readings):
        return throwaway_key() if not file.exists() else read_key(file, fingerprint)
    if file.exists():
        return read_key(file, fingerprint)
    if write:
        return make_key(file, fingerprint)
    if fingerprint:
        make_key(file, fingerprint)  # refuses: the study has pseudonyms, and their key is not there
    return throwaway_key()


def _fingerprint(folder: Path) -> str:
    about = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig")).get("evalkit")
    return str(about.get("pseudonym_key", "")) if isinstance(about, dict) else ""


def _take(
    folder: Path, found: _Found, given: Given, key: PseudonymKey, indicators: pd.DataFrame, *, write: bool
) -> Imported:
    batches, unread = [], list(found.unread)
    masks = frozenset(name.casefold() for reading in found.readings for name in list_names(reading))
    links = find_links(each for each in found.readings if each.layout in WITH_PEOPLE)
    for reading in found.readings:
        try:
            batches.append(make_batch(reading, given, key, indicators, links, names=masks))
        except EvalkitError as error:
            unread.append(Unread(file=reading.workbook.file, sheet=reading.sheet.name, why=str(error)))
    kept = [batch for batch in batches if not batch.is_refused]
    plan = plan_import(folder, kept, key, masks=masks)
    faults = _carry_out(folder, plan, write=write) if kept else ()
    return Imported(
        study=folder.resolve().name,
        placed=plan.placed,
        refused=tuple(batch for batch in batches if batch.is_refused),
        unread=tuple(unread),
        faults=faults,
        written=write and bool(kept) and not faults,
        masks=masks,
    )


def _carry_out(folder: Path, plan: Plan, *, write: bool) -> tuple[Fault, ...]:
    return write_import(folder, plan) if write else check_import(folder, plan)


def find_study_folder(name: str) -> Path:
    """Return the folder of a study, by its path or its name.

    Raises
    ------
    UsageError, StudyError
        If there is no such study.
    """
    if (Path(name) / DESCRIPTOR).is_file():
        return Path(name)
    return find_study(name).folder
