"""Orders: what a worker is told about one report, and what its page says about how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from evalkit.study.html.words import words
from evalkit.study.people import PEOPLE_VARIABLE
from evalkit.study.plan import Task
from evalkit.study.provenance import hash_file
from evalkit.study.reports import name_place
from evalkit.study.settings import KEEP_VALID_VARIABLE
from evalkit.study.study_file import STUDIES_VARIABLE, Study
from evalkit.study.surroundings import Surroundings
from evalkit.study.worker import Order

_SHOWN: Final = 12  # digits of a hash that a page shows; provenance.json has all of them


def make_order(
    study: Study, task: Task, folder: Path, provenance: Mapping[str, Any], around: Surroundings
) -> Order:
    """Return the order for one report, which puts its files into a folder."""
    environment = {
        STUDIES_VARIABLE: str(study.folder.parent),
        KEEP_VALID_VARIABLE: "1" if provenance["keep_valid"] else "0",
        PEOPLE_VARIABLE: provenance["people"],
    }
    heading = study.heading(task.lang)
    page = {
        "study": heading,
        "kind": study.kind,
        "people": provenance["people"],
        "place": name_place(study, task.place, task.lang),
        "facts": _facts(task, provenance, words(task.lang)),
        "cite": words(task.lang)["cited_as"].format(
            study_title=heading, version=provenance["evalkit"], study=study.name, report=task.report
        ),
        **around.of(task),
    }
    return Order(task=task, folder=folder, page=page, environment=environment)


def _facts(task: Task, provenance: Mapping[str, Any], say: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the footer of a page says about how it was made."""
    settings = [
        (f"{say[name]} ({name})", str(task.parameters[name]))
        for name in ("seed", "n_boot", "conf_level")
        if name in task.parameters
    ]
    return [
        ("evalkit", provenance["evalkit"]),
        ("Python", provenance["python"]),
        *settings,
        (f"{say['hashed_evidence']} (sha256)", provenance["evidence_sha256"][:_SHOWN]),
        (f"{say['hashed_notebook']} (sha256)", hash_file(task.notebook)[:_SHOWN]),
        (f"{say['hashed_package']} (sha256)", provenance["package_sha256"][:_SHOWN]),
    ]
