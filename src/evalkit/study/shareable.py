"""What of a study may be passed on: everything that is published anyway, and else what the public may see."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from evalkit.errors import UsageError
from evalkit.study.built import read_built
from evalkit.study.declared import is_diagnosis, list_declared, list_tables, read_package
from evalkit.study.notebooks import cite_notebook, list_own
from evalkit.study.study_file import Study

_NO_LICENCE: Final = "the evidence has no licence that lets it be passed on"
_PROTECTED: Final = "it is about single people, who are protected; --people packs it"
_PUBLIC: Final = "notebooks/public.ipynb"  # what the public edition of a place is made with

_WRITTEN: Final = ("reports/", ".evalkit/")


def is_published(study: Study) -> bool:
    """Tell whether a study's evidence may be passed on: it is synthetic, or each table states its licence."""
    if study.kind == "synthetic":
        return True
    package = read_package(study)
    return bool(package.get("licenses")) or all(entry.get("licenses") for entry in package["resources"])


def list_files(folder: Path) -> list[str]:
    """List the files in a folder, by their path inside it, without hidden ones."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))


def choose_files(
    study: Study, *, with_evidence: bool, hidden: bool = False
) -> tuple[list[str], dict[str, str]]:
    """List the files that make up a study, and those of its folder that are left out, with the reason.

    What a run that was started in the folder wrote there is neither.

    Parameters
    ----------
    hidden
        Evidence stays since people are protected, whatever its licence.
    """
    own = set(list_own(study))
    declared = {path.relative_to(study.folder).as_posix() for path in list_declared(study)} | own
    tables = list_tables(study)
    kept, left_out = [], {}
    for path in sorted(path for path in study.folder.rglob("*") if path.is_file()):
        name = path.relative_to(study.folder).as_posix()
        if name.startswith(_WRITTEN):
            continue
        if name not in declared:
            left_out[name] = "no descriptor names it"
        elif with_evidence or not (name in tables or name in own or is_diagnosis(name)):
            kept.append(name)
        else:
            left_out[name] = _PROTECTED if hidden else _NO_LICENCE
    return kept, left_out


def find_public(study: Study, folder: Path) -> frozenset[str]:
    """List the files of the public edition in a study's reports.

    Raises
    ------
    UsageError
        If there is none.
    """
    stems = {
        item.stem for item in read_built(folder) if cite_notebook(study, item.report, item.place) == _PUBLIC
    }
    names = {name for name in list_files(folder) for stem in stems if _is_of(name, stem)}
    if not names:
        raise UsageError(
            f"The evidence of {folder.name} has no licence, so only its public edition may be passed on, and "
            "there is none. Name 'public' among the notebooks in study.yaml, or state in datapackage.json "
            "the licence under which the evidence is published, and run again."
        )
    return frozenset(names)


def _is_of(name: str, stem: str) -> bool:
    own = (f"{stem}.html", f"notebooks/{stem}.ipynb")
    return name in own or name.startswith((f"figures/{stem}-", f"tables/{stem}-"))
