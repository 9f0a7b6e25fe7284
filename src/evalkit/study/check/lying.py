"""Files that lie in a study folder and that nothing reads; most often somebody meant them to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from evalkit.errors import UsageError
from evalkit.evidence import TABLES
from evalkit.rules import mask_nip
from evalkit.study.declared import list_paths

#: What offices send, and 'evalkit import' reads.
_SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".sav"})
_TABLES: Final = frozenset({".csv", ".parquet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A file that nothing reads.

    Attributes
    ----------
    file
        Its name in the study folder.
    kind
        sheet: a workbook or the like, to be imported; table: a table of a known name, to be declared.
    """

    file: str
    kind: Literal["sheet", "table"]


def find_lying(folder: Path) -> tuple[Lying, ...]:
    """List the sheets and known tables on the first level of a folder that its descriptor does not name."""
    declared = list_paths(folder)
    found = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name in declared or path.name.startswith((".", "~$")):
            continue
        if path.suffix.lower() in _SHEETS:
            found.append(Lying(file=mask_nip(path.name), kind="sheet"))
        elif path.suffix.lower() in _TABLES and path.stem in TABLES:
            found.append(Lying(file=path.name, kind="table"))
    return tuple(found)


def refuse_file(path: Path) -> UsageError:
    """Return the error that says what to do with a file that was given for a study."""
    name = mask_nip(str(path))
    if path.suffix.lower() in _SHEETS | {".csv"}:
        return UsageError(
            f"{name} is a file, and a study is a folder. 'evalkit audit {name}' checks this sheet alone; "
            f"'evalkit import {name} --into STUDY' takes it into a study."
        )
    return UsageError(f"{name} is a file; name its folder: {path.parent}")
