"""What an import does, or would do: every table, sheet and file of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from evalkit.errors import Fault
from evalkit.intake.importing.batch import Batch
from evalkit.intake.importing.store import Placed
from evalkit.rules import mask_nip

MASK = "•••"


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A file, or a sheet of one, of which nothing is taken.

    Attributes
    ----------
    why
        Why; empty for a sheet without a table in a file that has others, which is no failure.
    """

    file: str
    sheet: str
    why: str = ""
    is_failure: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Imported:
    """What an import does, or would do.

    Attributes
    ----------
    study
        Name of the study.
    placed
        Every table that is taken, with what becomes of it.
    refused
        Tables with faults, of which nothing is taken.
    unread
        Files and sheets that could not be used at all.
    faults
        What would be wrong with the study; then nothing was written.
    written
        Whether the study was changed.
    key_file
        The file of a key that was made; None where none was.
    masks
        Names of people in small letters, which are shown nowhere.
    """

    study: str
    placed: tuple[Placed, ...]
    refused: tuple[Batch, ...]
    unread: tuple[Unread, ...]
    faults: tuple[Fault, ...] = ()
    written: bool = False
    key_file: Path | None = None
    masks: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that was given is taken."""
        return not (self.refused or self.faults or any(each.is_failure for each in self.unread))

    @property
    def batches(self) -> tuple[Batch, ...]:
        """Every table that was read, taken or not."""
        return (*(each.batch for each in self.placed), *self.refused)

    def hide(self, text: str) -> str:
        """Return a text without names of files and sheets that hold a name of a person, and without NIP."""
        for name in self._personal():
            text = text.replace(name, MASK)
        return mask_nip(text)

    def _personal(self) -> list[str]:
        readings = [batch.reading for batch in self.batches]
        named = {each.workbook.file for each in readings} | {each.sheet.name for each in readings}
        named |= {each.file for each in self.unread} | {each.sheet for each in self.unread}
        found = [name for name in named if any(mask in name.casefold() for mask in self.masks)]
        return sorted(found, key=len, reverse=True)
