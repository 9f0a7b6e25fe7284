"""Whether a study's reports are there, whole, and what the study as it stands would give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evalkit.errors import UsageError
from evalkit.study.built import Built, read_built, read_provenance
from evalkit.study.crate_files import CRATE_FILE, notebook_path
from evalkit.study.expected import find_changes
from evalkit.study.provenance import describe_environment, describe_study, hash_file
from evalkit.study.reports import list_reports, page_name
from evalkit.study.study_file import Study


def check_current(study: Study, root: Path, folder: Path) -> None:
    """Raise if a report of a study is missing, not whole, edited or out of date; all faults at once.

    Raises
    ------
    UsageError
        Naming what is to be built again.
    """
    faults = list(_find_faults(study, root, folder))
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise UsageError(
            f"The reports of {study.name} are not what the study would give now:\n{lines}\n"
            f"Run 'evalkit run {study.name}' first."
        )


def _find_faults(study: Study, root: Path, folder: Path) -> Iterator[str]:
    built = read_built(folder)
    there = {item.page for item in built}
    pages = [
        page_name(study, report.name, lang)
        for report in list_reports(study, root)
        for lang in study.languages
    ]
    missing = [page for page in pages if page not in there or not (folder / page).is_file()]
    if missing:
        yield f"not built: {', '.join(missing)}"
    if failed := [item.page for item in built if item.failed]:
        yield f"not whole: {', '.join(failed)}"
    if older := sorted({path for item in built if (path := _changed_notebook(item, root))}):
        yield f"changed since: {', '.join(older)}"
    if built and (changes := _find_changed_inputs(study, root, folder)):
        yield f"changed since: {', '.join(changes)}"
    if edited := _find_edited(folder):
        yield f"edited or removed by hand: {', '.join(edited)}"


def _changed_notebook(item: Built, root: Path) -> str:
    path = notebook_path(item.report, item.place)
    file = root / path
    return "" if file.is_file() and hash_file(file) == item.notebook_sha256 else path


def _find_changed_inputs(study: Study, root: Path, folder: Path) -> list[str]:
    """Name what a rebuild would read otherwise; another Python or commit alone changes no number."""
    before = read_provenance(folder)
    now = {**describe_environment(root), **describe_study(study)}
    same = {name: before.get(name) for name in ("python", "packages")}
    return find_changes(before, {**now, **same})


def _find_edited(folder: Path) -> list[str]:
    """Name the files that are not what their description says."""
    try:
        graph = json.loads((folder / CRATE_FILE).read_text(encoding="utf-8"))["@graph"]
    except (OSError, ValueError, KeyError):
        return [CRATE_FILE] if folder.is_dir() else []
    said = {entity["name"]: entity["sha256"] for entity in graph if "contentSize" in entity}
    return sorted(
        name
        for name, digest in said.items()
        if not (folder / name).is_file() or hash_file(folder / name) != digest
    )
