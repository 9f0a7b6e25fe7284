"""Where a run works: one run at a time, in folders that the next one clears if this one is killed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from evalkit.errors import UsageError
from evalkit.study.shelf import put_back

#: Folder inside ``reports/`` in which studies are built before they are put in place.
BUILDING: Final = ".building"
#: Folder in that one for the records of reports that are finished, by study.
FINISHED: Final = ".finished"
#: What an index over all studies has near its end.
INDEX_MARK: Final = "<!-- made from "
#: Files of which every study folder that was built has some.
_OWN: Final = ("provenance.json", "results.csv", "index.json", "ro-crate-metadata.json")
#: Folder of the workbench for what a later run can use again.
PRIVATE: Final = ".evalkit"
_LONGEST: Final = 90  # bytes of a folder's path that leave room for the name of a socket


@contextmanager
def only_run(reports: Path) -> Iterator[None]:
    """Let one run at a time write reports, and put right what a killed one left.

    Raises
    ------
    UsageError
        If another run is at it, or ``reports`` is no folder.
    PermissionError
        If nothing may be written there.
    """
    if not reports.is_dir() and (reports.exists() or reports.is_symlink()):
        raise UsageError(f"{reports} must be a folder, and is none; move it away, and run again")
    reports.mkdir(exist_ok=True)
    with (reports / ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"Another run is writing {reports.name}/; wait until it ends") from error
        clear_leftovers(reports)
        try:
            (reports / BUILDING).mkdir(exist_ok=True)
            yield
        finally:
            clear_leftovers(reports)


def has_leftovers(reports: Path) -> bool:
    """Tell whether a run is at it, or left something when it was killed."""
    return (reports / BUILDING).is_dir()


def refuse_foreign(reports: Path, places: Iterable[Path]) -> None:
    """Raise if a run would write over what is not evalkit's, in a folder that only has the same name.

    Parameters
    ----------
    places
        The folders of the studies that are to be built, inside ``reports``.

    Raises
    ------
    UsageError
        Naming all that is in the way.
    """
    is_known = any(reports.glob("*/provenance.json"))
    pages = [file for file in reports.glob("index*.html") if not (is_known or _is_index(file))]
    folders = [
        place
        for place in places
        if place.is_dir() and any(place.iterdir()) and not any((place / name).exists() for name in _OWN)
    ]
    if found := [*pages, *folders]:
        names = ", ".join(f"{reports.name}/{path.name}" for path in sorted(found))
        raise UsageError(
            f"{names}: not made by evalkit, and a run would write over it. Move it away, or run in another "
            "folder"
        )


def _is_index(file: Path) -> bool:
    """Tell whether a page is an index over studies, edited by hand or not."""
    return INDEX_MARK.encode() in file.read_bytes()


def clear_leftovers(reports: Path) -> None:
    """Remove what a run left that did not end, but for the reports that it finished: the next one takes them.

    A folder that a killed run had moved aside is put back.
    """
    building = reports / BUILDING
    for left in building.glob("*.old"):  # killed between two renames
        place = reports / left.name.removesuffix(".old")
        if not place.exists():
            left.rename(place)
    for shelf in (building / FINISHED).glob("*"):
        put_back(building / shelf.name, shelf)
    for folder in [*building.glob("*"), *(building / FINISHED).glob("*")]:
        if folder.name != FINISHED and not any((building / FINISHED / folder.name).glob("*.json")):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (building / FINISHED, building):
        with suppress(OSError):  # it holds finished reports, or is not there
            folder.rmdir()


def private_folder(root: Path) -> Path:
    """Return ``.evalkit/``, for its owner alone: results about single people lie in it."""
    folder = root / PRIVATE
    folder.mkdir(exist_ok=True, mode=0o700)
    with suppress(OSError):  # somebody else's is as they made it
        folder.chmod(0o700)
    return folder


@contextmanager
def runtime_folder(reports: Path) -> Iterator[Path]:
    """Make a private folder for sockets; short, as their paths may have 107 bytes, and always the same."""
    name = f"evalkit-{os.getuid()}-{hashlib.sha256(str(reports).encode()).hexdigest()[:10]}"
    folder = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(folder)) > _LONGEST:
        folder = Path("/tmp") / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
