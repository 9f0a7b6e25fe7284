"""How much of an untrusted file is read; a file beyond a limit is refused before it takes memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one file.

    Attributes
    ----------
    n_bytes
        Size of the file itself.
    n_unpacked
        Size of everything that is packed in it.
    ratio
        Unpacked size by packed size, where more than `n_small` is unpacked. Sheets of offices reach 30.
    n_members
        Number of packed files.
    n_cells
        Cells of the rectangles that hold the filled cells of all sheets, empty ones among them. 32 bytes a
        cell while a sheet is read, and as much for its values, stay under 2 GB.
    n_letters
        Letters of one cell; a spreadsheet program holds no more.
    """

    n_bytes: int = 600_000_000
    n_unpacked: int = 1_200_000_000
    ratio: int = 250
    n_small: int = 20_000_000
    n_members: int = 5_000
    n_cells: int = 25_000_000
    n_letters: int = 32_767


LIMITS: Final = Limits()
