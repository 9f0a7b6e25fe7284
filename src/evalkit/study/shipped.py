"""What comes with evalkit: notebooks, studies, templates, expected numbers; and where a run writes.

A *workbench* is a folder with studies in ``data/`` and perhaps notebooks in ``notebooks/``: a clone of the
repository, a zip of ``evalkit pack`` that was unpacked, or a folder of somebody's own. The wheel carries one,
which is read and never written to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import evalkit
from evalkit.errors import StudyError

#: Folder of the package that only a wheel has: a workbench.
SHIPPED: Final = "shipped"
_PACKAGE: Final = Path(evalkit.__file__).parent


def is_workbench(folder: Path) -> bool:
    """Tell whether a folder has a study in ``data/``, were it one that lacks a file or may not be read."""
    data = folder / "data"
    return data.is_dir() and os.access(data, os.R_OK | os.X_OK) and any(map(_may_be_study, data.iterdir()))


def _may_be_study(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    if not os.access(folder, os.X_OK):
        return True
    return any((folder / name).exists() for name in ("study.yaml", "datapackage.json"))


def find_root(start: Path | None = None) -> Path:
    """Return the folder that reports go to: the nearest workbench upward, or else the folder itself.

    Parameters
    ----------
    start
        Where to look; the current folder by default.

    Raises
    ------
    StudyError
        If the current folder was deleted.
    """
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise StudyError(
            "The current folder no longer exists. Change into another one and run the command again."
        ) from None
    return next((folder for folder in (here, *here.parents) if is_workbench(folder)), here)


def shipped_folder() -> Path:
    """Return the workbench that comes with the package: inside it, or the clone that it is run from."""
    inside = _PACKAGE / SHIPPED
    return inside if inside.is_dir() else _PACKAGE.parents[1]


def is_installed(folder: Path) -> bool:
    """Tell whether a folder is part of the installed package, and so not to be changed."""
    return folder.resolve().is_relative_to((_PACKAGE / SHIPPED).resolve())


def is_shipped(study: Path) -> bool:
    """Tell whether the folder of a study is one of those that come with evalkit."""
    return study.resolve().parent == (shipped_folder() / "data").resolve()


def find_shared(root: Path, name: str) -> Path:
    """Return a file of the workbench by its path there, or else the one that comes with evalkit."""
    own = root / name
    return own if is_workbench(root) and own.exists() else shipped_folder() / name


def templates_folder(study: Path) -> Path:
    """Return the folder with the files that a study without its own reads, such as ``trainings.csv``.

    Parameters
    ----------
    study
        Folder of the study. Where ``templates/`` stands beside it and has such files, that is meant.
    """
    beside = study.parent / "templates"
    known = shipped_folder() / "data" / "templates"
    return beside if any((beside / path.name).is_file() for path in known.glob("*.csv")) else known
