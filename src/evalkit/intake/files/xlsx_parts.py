"""What is asked of the XML of an xlsx before its cells are read: how far they reach, which have no value.

The reader of cells gives a rectangle for every sheet and an empty cell for a formula that was never computed
or one that ended in an error, so both must be known beforehand. The XML is searched and not parsed: a million
rows take seconds.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

from evalkit.intake.files.archives import unpack
from evalkit.intake.files.refusals import UnreadableFileError
from evalkit.intake.files.workbook import Unusable

_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_MOST_DECLARED: Final = 65_537 * 257  # cells of a sheet of an xls
_MOST_NAMES: Final = 50_000_000  # bytes of the two lists that name the sheets
_PLACE: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Za-z]{1,4})(\d{1,9})"')
#: The same as spreadsheet programs write it, in two searches that are five times as fast.
_COLUMN: Final = re.compile(rb'<c r="([A-Z]{1,4})')
_ROW: Final = re.compile(rb'<c r="[A-Z]{1,4}(\d{1,9})"')
#: A cell with a formula and without a value; a text that a formula gives may be empty (t="str").
_NOT_COMPUTED: Final = re.compile(
    rb'<(?:\w+:)?c\s(?![^<>]*?\bt="str")(?:[^<>]*?\s)?r="([A-Za-z]{1,4})(\d{1,9})"[^<>]*>\s*'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<>]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR: Final = re.compile(rb'<(?:\w+:)?c\s(?=[^<>]*?\bt="e")(?:[^<>]*?\s)?r="([A-Za-z]{1,4})(\d{1,9})"')
_MOST_UNUSABLE: Final = 1_000_000


@dataclass(slots=True)
class Extent:
    """How far the cells of a sheet reach, counted from 0, what is declared, and which cannot be used."""

    last_row: int = -1
    last_column: int = -1
    declared: int = 0
    unusable: dict[tuple[int, int], Unusable] = field(default_factory=dict)

    @property
    def n_cells(self) -> int:
        """Number of cells of the rectangle from the first cell to the last, or what is declared of many."""
        filled = (self.last_row + 1) * (self.last_column + 1)
        return self.declared if self.declared > _MOST_DECLARED else filled


def find_sheets(path: Path, archive: ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each sheet, by the sheet's name."""
    targets = {
        each.get("Id"): (each.get("Target", ""), each.get("Type", ""))
        for each in _parse(path, archive, "xl/_rels/workbook.xml.rels")
    }
    sheets = {}
    for each in _parse(path, archive, "xl/workbook.xml").iter():
        link = next((value for key, value in each.attrib.items() if key.endswith("}id")), None)
        target, kind = targets.get(link, ("", ""))
        if each.tag.endswith("}sheet") and kind.endswith("/worksheet"):
            sheets[each.get("name", "")] = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
    return sheets


def _parse(path: Path, archive: ZipFile, name: str) -> ElementTree.Element:
    """Parse a short part; the archive is known to have no document type."""
    wanted = next((each for each in archive.namelist() if each.lower() == name), name)
    if wanted in archive.namelist() and archive.getinfo(wanted).file_size > _MOST_NAMES:
        raise UnreadableFileError(f"{path.name} is no workbook: its list of sheets has no end. Save it anew.")
    text = b"".join(unpack(path, archive, wanted))
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise UnreadableFileError(
            f"{path.name} is no workbook: the list of its sheets cannot be read. Open it in its program "
            "and save it anew."
        ) from None


def measure_sheet(path: Path, archive: ZipFile, part: str) -> Extent:
    """Measure a sheet, and find the cells that cannot be used."""
    extent = Extent()
    for piece in _whole_cells(unpack(path, archive, part)):
        columns, rows = _places(piece)
        extent.last_row = max(extent.last_row, *map(int, rows), 0)
        extent.last_column = max(extent.last_column, *map(_column, columns), 0)
        extent.unusable.update(_find_unusable(piece))
        if len(extent.unusable) > _MOST_UNUSABLE:
            raise UnreadableFileError(
                f"{path.name} has more than {_MOST_UNUSABLE:,} formulas without a value. Open it in its "
                "program, "
                "let it compute, and save it."
            )
    extent.last_row -= extent.last_row >= 0
    if extent.last_row >= _MOST_ROWS or extent.last_column >= _MOST_COLUMNS:
        raise UnreadableFileError(
            f"{path.name} names a cell beyond the last one that a sheet can have. Save it anew in its "
            "program."
        )
    return extent


def _places(piece: bytes) -> tuple[set[bytes], set[bytes]]:
    """Return the letters and the row numbers that name the cells of a piece."""
    columns = _COLUMN.findall(piece)
    rows = _ROW.findall(piece)
    if len(columns) == len(rows) == piece.count(b"<c ") and b":c " not in piece:
        return set(columns), set(rows)
    places = _PLACE.findall(piece)
    return {column for column, _ in places}, {row for _, row in places}


def _find_unusable(piece: bytes) -> Iterator[tuple[tuple[int, int], Unusable]]:
    for signs, pattern, why in (
        ((b"<f", b":f"), _NOT_COMPUTED, Unusable.NOT_COMPUTED),
        ((b't="e"',), _ERROR, Unusable.ERROR),
    ):
        if any(sign in piece for sign in signs):
            for column, row in pattern.findall(piece):
                yield (int(row) - 1, _column(column)), why


def _whole_cells(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that end where a cell ends."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = max(text.rfind(b"</c>"), text.rfind(b"</row>"), text.rfind(b":c>")) + 1
        if cut <= 0:
            rest = text if len(text) < 1 << 26 else b""
            continue
        yield text[: text.find(b">", cut) + 1]
        rest = text[text.find(b">", cut) + 1 :]
    yield rest


def _column(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = 26 * number + letter - ord("A") + 1
    return number - 1
