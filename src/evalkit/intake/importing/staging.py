"""An import is tried beside the study, checked as a whole, and put in place in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from evalkit.errors import EvidenceError, Fault, UsageError
from evalkit.evidence import load_evidence, read_descriptor
from evalkit.intake.importing.package import FOLDER
from evalkit.intake.importing.store import DESCRIPTOR, Plan

_STAGE: Final = ".import-"
_NO_ROW: Final = "the table of evidence needs at least one valid row"


@contextmanager
def only_import(folder: Path) -> Iterator[None]:
    """Let one import at a time change a study, and clear what a killed one left.

    Raises
    ------
    UsageError
        If another import is at it.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(f"{_STAGE}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    except BlockingIOError:
        raise UsageError(f"Another import is changing {folder.name}; wait until it ends.") from None
    finally:
        os.close(opened)


def check_import(folder: Path, plan: Plan) -> tuple[Fault, ...]:
    """Return what would be wrong with the study after an import; nothing in it is changed."""
    with tempfile.TemporaryDirectory(prefix="evalkit-import-") as stage:
        _lay_out(folder, Path(stage), plan)
        return _find_faults(Path(stage))


def write_import(folder: Path, plan: Plan) -> tuple[Fault, ...]:
    """Check an import, and if nothing is wrong, put it in place: all of it, or nothing if it is interrupted.

    Returns
    -------
    tuple of Fault
        What would be wrong with the study; then it is as it was.
    """
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=folder))
    try:
        _lay_out(folder, stage, plan)
        if faults := _find_faults(stage):
            return faults
        _put_in_place(folder, stage, plan)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return ()


def _lay_out(folder: Path, stage: Path, plan: Plan) -> None:
    """Write what is new, and link to what stays."""
    for path, content in plan.files.items():
        file = stage / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    (stage / DESCRIPTOR).write_text(plan.text, encoding="utf-8")
    for resource in read_descriptor(stage).resources:
        link = stage / resource.file
        if not link.exists() and (folder / resource.file).exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to((folder / resource.file).resolve())


def _find_faults(stage: Path) -> tuple[Fault, ...]:
    """Return the faults of the whole study; that it has recorded values and no evidence yet is none."""
    try:
        load_evidence(stage)
    except EvidenceError as error:
        return tuple(fault for fault in error.faults if fault.rule != _NO_ROW)
    return ()


def _put_in_place(folder: Path, stage: Path, plan: Plan) -> None:
    """Move new files to the study, then replace its descriptor, then remove what that names no longer."""
    if plan.text == (folder / DESCRIPTOR).read_text(encoding="utf-8-sig"):
        return
    if plan.files:
        (folder / FOLDER).mkdir(exist_ok=True)
    for path in plan.files:
        (stage / path).replace(folder / path)
    (stage / DESCRIPTOR).replace(folder / DESCRIPTOR)
    for path in plan.stale:
        (folder / path).unlink(missing_ok=True)
