"""Reports that an interrupted run finished: kept until a run asks for them.

Their files lie in the folder in which their study is built, and a record of each lies on the study's shelf. A
run that asks for other reports needs that folder for itself; meanwhile the files lie on the shelf, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from evalkit.study.built import Built

_FILES: Final = "files"


def set_aside(items: Iterable[Built], folder: Path, shelf: Path) -> None:
    """Move the files of reports from the folder in which their study is built to its shelf."""
    for name in (name for item in items for name in item.files):
        _move(folder / name, shelf / _FILES / name)


def put_back(folder: Path, shelf: Path) -> None:
    """Move what was set aside back to the folder in which the study is built."""
    aside = shelf / _FILES
    for path in [path for path in aside.rglob("*") if path.is_file()]:
        _move(path, folder / path.relative_to(aside))


def forget(stems: Iterable[str], shelf: Path) -> None:
    """Take the records of reports away; without one, its files are of no use."""
    for stem in stems:
        (shelf / f"{stem}.json").unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
