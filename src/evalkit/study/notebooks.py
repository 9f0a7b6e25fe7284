"""The notebooks that a study names: shared ones by their name, its own by their path in its folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from evalkit.errors import StudyError, did_you_mean
from evalkit.study.shipped import is_workbench, shipped_folder

if TYPE_CHECKING:
    from evalkit.study.study_file import Study
    from evalkit.yaml_file import Found

_ENDING: Final = ".ipynb"
_FOLDER: Final = "notebooks"
_PLAIN_NAME: Final = re.compile(r"[\w-]+")


def is_own(entry: str) -> bool:
    """Tell whether an entry of ``study.yaml`` is a path in the study's folder, and not a shared name.

    Examples
    --------
    >>> is_own("analysis/mine.ipynb"), is_own("01_methods")
    (True, False)
    """
    return entry.endswith(_ENDING)


def is_entry(entry: str) -> bool:
    """Tell whether an entry can be a notebook: its name becomes that of a page.

    Examples
    --------
    >>> [is_entry(entry) for entry in ("01_methods", "analysis/mine.ipynb", "analysis/my own.ipynb", "a/b")]
    [True, True, False, False]
    """
    return bool(_PLAIN_NAME.fullmatch(name_entry(entry) if is_own(entry) else entry))


def name_entry(entry: str) -> str:
    """Return the name of a notebook's report.

    Examples
    --------
    >>> name_entry("01_methods"), name_entry("analysis/mine.ipynb")
    ('01_methods', 'mine')
    """
    return PurePosixPath(entry).name.removesuffix(_ENDING)


def name_for_help(study: Study, entry: str) -> str:
    """Return what ``evalkit parameters`` calls a notebook: by its name, or an own one by its path."""
    return os.path.relpath(study.folder / entry) if is_own(entry) else entry


def find_own_faults(folder: Path, entries: Sequence[str]) -> list[Found]:
    """List the own notebooks of a study that are not there, or not inside its folder."""
    faults: list[Found] = []
    for i, entry in enumerate(entries):
        path = PurePosixPath(entry)
        if not is_own(entry):
            continue
        if path.is_absolute() or ".." in path.parts:
            faults.append((("notebooks", i), f"{entry!r} must lie inside the study folder"))
        elif not (folder / path).is_file():
            known = [found.relative_to(folder).as_posix() for found in folder.rglob(f"*{_ENDING}")]
            hint = did_you_mean(entry, known) if known else "there is no notebook in the study folder"
            faults.append((("notebooks", i), f"notebooks: there is no file {entry!r}: {hint}"))
    return faults


def list_own(study: Study) -> list[str]:
    """Return the paths of a study's own notebooks in its folder."""
    return [entry for entry in study.notebooks if is_own(entry)]


def list_notebooks(root: Path) -> dict[str, Path]:
    """Return the shared notebooks by name: those of the workbench, and those that come with evalkit."""
    folders = [shipped_folder() / _FOLDER, *([root / _FOLDER] if is_workbench(root) else [])]
    found = {path.stem: path for folder in folders for path in folder.glob(f"*{_ENDING}")}
    return dict(sorted(found.items()))


def locate_notebook(study: Study, entry: str, root: Path) -> Path:
    """Return where a notebook of a study would be; nothing says that it is there."""
    if is_own(entry):
        return study.folder / entry
    shared = root / _FOLDER / f"{entry}{_ENDING}"
    there = is_workbench(root) and shared.is_file()
    return shared if there else shipped_folder() / _FOLDER / f"{entry}{_ENDING}"


def find_notebook(study: Study, entry: str, root: Path) -> Path:
    """Return the file of a notebook of a study.

    Raises
    ------
    StudyError
        If there is none; the message names the nearest one.
    """
    path = locate_notebook(study, entry, root)
    if path.is_file():
        return path
    own = study.folder / f"{entry}{_ENDING}"
    hint = f"write '{own.name}' for the study's own" if own.is_file() else ""
    raise StudyError(
        f"{study.name}/study.yaml names the notebook {entry!r}, which is not in notebooks/: "
        f"{hint or did_you_mean(entry, list_notebooks(root))}"
    )


def cite_notebook(study: Study, report: str, place: str) -> str:
    """Return where the notebook of a report stands in a workbench.

    Parameters
    ----------
    report
        Name of the report, with its place where it is about one.

    Examples
    --------
    >>> from evalkit.study.study_file import Study
    >>> study = Study(name="x", folder=Path("x"), title={"en": "X"}, kind="real", notebooks=("a/mine.ipynb",))
    >>> cite_notebook(study, "place_dumai", "dumai"), cite_notebook(study, "mine", "")
    ('notebooks/place.ipynb', 'data/x/a/mine.ipynb')
    """
    from evalkit.study.reports import plain_place

    name = report.removesuffix(f"_{plain_place(place)}") if place else report
    own = next((entry for entry in list_own(study) if name_entry(entry) == name), None)
    return f"data/{study.name}/{own}" if own else f"{_FOLDER}/{name}{_ENDING}"


def show_path(notebook: Path) -> str:
    """Return how messages call a notebook: by its folder, or by the study that it belongs to.

    Examples
    --------
    >>> show_path(Path("/clone/notebooks/place.ipynb"))
    'notebooks/place.ipynb'
    """
    for folder in notebook.parents:
        if (folder / "study.yaml").is_file():
            return f"{folder.name}/{notebook.relative_to(folder).as_posix()}"
    return f"{_FOLDER}/{notebook.name}"
