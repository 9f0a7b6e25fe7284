"""Which files of a study folder are part of the study.

What no descriptor names may be anything, such as the sheet with the names from which evidence was taken: it
is not read, not listed and not passed on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from evalkit.study.study_file import Study

DESCRIPTOR: Final = "datapackage.json"
_ALWAYS: Final = ("study.yaml", DESCRIPTOR, "trainings.csv", "purposes.yaml", "README.md")
_DIAGNOSIS: Final = "diagnosis/"


def read_package(study: Study) -> dict[str, Any]:
    """Return what ``datapackage.json`` holds."""
    content = json.loads((study.folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
    return content if isinstance(content, dict) else {}


def read_persons(package: Mapping[str, Any]) -> str:
    """Return whether the people of a study are ``published`` or ``protected``, as its descriptor says.

    People are protected unless the descriptor says that a published source names them, or that the evidence
    is synthetic and about nobody. What cannot be read protects.

    Examples
    --------
    >>> read_persons({"evalkit": {"kind": "real"}}), read_persons({"evalkit": {"kind": "synthetic"}})
    ('protected', 'published')
    """
    about = package.get("evalkit")
    if not isinstance(about, Mapping):
        return "protected"
    usual = "published" if about.get("kind") == "synthetic" else "protected"
    return "published" if about.get("persons", usual) == "published" else "protected"


def list_tables(study: Study) -> dict[str, Mapping[str, Any]]:
    """Return how ``datapackage.json`` describes tables, by their path; nothing where it cannot be read."""
    try:
        entries = read_package(study).get("resources", ())
        return {path: entry for entry in entries for path in _paths(entry["path"])}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}  # that is refused when evidence is checked


def list_paths(folder: Path) -> set[str]:
    """Return the paths of all tables that the descriptor of a folder names; none where it cannot be read."""
    try:
        content = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
        paths = [entry["path"] for entry in content["resources"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return set()
    return {one for path in paths for one in _paths(path)}


def _paths(stated: object) -> list[str]:
    """Return the paths of a table: it has one file, or several."""
    return [str(path) for path in stated] if isinstance(stated, list) else [str(stated)]


def find_evidence(study: Study) -> tuple[str, ...]:
    """Return the paths of the files with the evidence inside the folder; none where none is named."""
    tables = list_tables(study).items()
    return tuple(path for path, entry in tables if entry.get("name") == "evidence")


def list_declared(study: Study) -> tuple[Path, ...]:
    """Return the files that make up a study, whichever of them are there, in the order of their paths."""
    known = {*_ALWAYS, *study.method_files, *list_tables(study)}
    return tuple(
        sorted(
            path
            for path in study.folder.rglob("*")
            if path.is_file() and _is_among(path.relative_to(study.folder).as_posix(), known)
        )
    )


def _is_among(name: str, known: set[str]) -> bool:
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not hidden and (name in known or is_diagnosis(name))


def is_diagnosis(name: str) -> bool:
    """Tell whether a file, by its path in the folder, holds what the laboratory counted."""
    return name.startswith(_DIAGNOSIS)
