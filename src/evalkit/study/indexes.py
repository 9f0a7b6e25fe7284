"""Write the index of a study, and the index over all studies that have one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from evalkit.study.html import (
    IndexedStudy,
    IndexEntry,
    index_name,
    render_study_index,
    render_workbench_index,
    workbench_languages,
)
from evalkit.study.people import APART
from evalkit.study.provenance import combine, hash_files
from evalkit.study.study_file import Study
from evalkit.study.workspace import INDEX_MARK
from evalkit.whole_file import write_whole

#: What a study's folder says of itself to the index over all studies.
INDEX_FILE: Final = "index.json"
_MARK: Final = f"\n{INDEX_MARK}"


def write_study_index(
    study: Study, folder: Path, entries: Sequence[IndexEntry], *, files: Sequence[str] = ()
) -> None:
    """Write the index of a study in each of its languages, and the same for machines."""
    indexed = IndexedStudy(
        name=study.name,
        titles={lang: study.heading(lang) for lang in study.languages},
        kind=study.kind,
        entries=entries,
        date=evidence_date(study.folder),
        languages=study.languages,
    )
    for lang in study.languages:
        page = render_study_index(indexed, lang, files=files)
        (folder / index_name(lang, study.languages)).write_text(page, encoding="utf-8")
    (folder / INDEX_FILE).write_text(_to_json(indexed), encoding="utf-8")


def write_workbench_index(reports: Path, package: str) -> None:
    """Write ``reports/index.html`` over every study folder that has an index; a broken one counts as none.

    Its last line says what it was made from, so that a later run can tell whether it would be the same.

    Parameters
    ----------
    package
        Hash of the package.
    """
    studies = _read_indexes(reports)
    languages = workbench_languages(studies)
    for lang in languages:
        page = render_workbench_index(studies, lang)
        whole = f"{page}{_MARK}{_hash_mark(page, reports, package)}"
        write_whole(reports / index_name(lang, languages), whole)


def is_indexed(reports: Path, package: str) -> bool:
    """Tell whether the indexes over all studies are what the study folders and the package make them."""
    languages = workbench_languages(_read_indexes(reports))
    try:
        pages = [(reports / index_name(lang, languages)).read_text(encoding="utf-8") for lang in languages]
    except (OSError, ValueError):
        return False
    parts = [page.rpartition(_MARK) for page in pages]
    return all(mark == _hash_mark(page, reports, package) for page, _, mark in parts)


def _hash_mark(page: str, reports: Path, package: str) -> str:
    """Return the end of an index: one hash over the page, and over what it was made from."""
    made_from = hash_files(reports, _index_files(reports))
    return f"{combine({**made_from, 'package': package, 'page': page})} -->\n"


def _index_files(reports: Path) -> list[Path]:
    return sorted(file for file in reports.glob(f"*/{INDEX_FILE}") if file.parent.suffix != APART)


def _read_indexes(reports: Path) -> list[IndexedStudy]:
    studies = []
    for file in _index_files(reports):
        with suppress(OSError, ValueError, KeyError, TypeError):
            studies.append(_read_index(file))
    return studies


def evidence_date(folder: Path) -> str:
    """Return when the evidence of a study was observed, as its ``datapackage.json`` says; empty where not.

    That is ``"evalkit": {"observed": "1977"}``, or the day on which the package was created.
    """
    with suppress(OSError, ValueError, AttributeError, TypeError, RecursionError):
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        observed = package.get("evalkit", {}).get("observed") or package.get("created", "")[:10]
        return observed if isinstance(observed, str) else ""
    return ""


def _to_json(study: IndexedStudy) -> str:
    content = {key: value for key, value in asdict(study).items() if key not in ("name", "entries")}
    content["reports"] = [asdict(entry) for entry in study.entries]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _read_index(file: Path) -> IndexedStudy:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    entries = [IndexEntry(**entry) for entry in content.pop("reports")]
    return IndexedStudy(name=file.parent.name, entries=entries, **content)
