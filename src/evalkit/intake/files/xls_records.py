"""What is asked of the records of an xls before its cells are read: their reach, and which have no value.

Source: [MS-XLS] 2.4.127 (Formula), 2.5.133 (FormulaValue), 2.4.24 (BoolErr),
2.4.28 (BoundSheet8), 2.4.90 (Dimensions).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from evalkit.intake.files.compound import BrokenCompoundError, Compound
from evalkit.intake.files.workbook import Unusable
from evalkit.intake.files.xlsx_parts import Extent

_BOF, _EOF, _BOUND_SHEET, _FORMULA, _BOOL_ERR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
#: Numbers, texts, and several numbers side by side; an empty cell with a format is none.
_DIMENSIONS, _SEVERAL, _OF_BIFF8 = 0x0200, 0x00BD, 14
_CELLS: Final = frozenset({_FORMULA, _BOOL_ERR, _SEVERAL, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6})


def measure_xls(content: bytes) -> dict[str, Extent]:
    """Return by sheet how far the cells of an xls reach, and which hold an error or were never computed.

    Raises
    ------
    BrokenCompoundError
        If the file is broken in a way that its reader would not survive.
    """
    found: dict[str, Extent] = {}
    try:
        stream = Compound(content).workbook()
        for start, name in _list_sheets(stream):
            _measure_sheet(stream, start, found.setdefault(name, Extent()))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise BrokenCompoundError from None
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        at += 4 + length


def _list_sheets(stream: bytes) -> Iterator[tuple[int, str]]:
    for kind, data in _records(stream, 0):
        if kind == _BOUND_SHEET and len(data) > 8:
            start, n_letters, wide = struct.unpack_from("<I", data)[0], data[6], data[7] & 1
            letters = data[8 : 8 + n_letters * (1 + wide)]
            yield start, letters.decode("utf-16-le" if wide else "latin-1")


def _measure_sheet(stream: bytes, start: int, extent: Extent) -> None:
    for kind, data in _records(stream, start):
        if kind == _DIMENSIONS and len(data) >= _OF_BIFF8:
            # What is declared is reserved by the reader, whether or not cells stand there; a first row after
            # the last one wraps around, as it does there.
            first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", data)
            n_declared = ((last_row - first_row) % 2**32 + 1) * ((last_column - first_column) % 2**32 + 1)
            extent.declared = max(extent.declared, n_declared)
        elif kind in _CELLS and len(data) >= 6:
            row, column = struct.unpack_from("<HH", data)
            if kind == _SEVERAL:
                column = struct.unpack_from("<H", data, len(data) - 2)[0]
            extent.last_row, extent.last_column = max(extent.last_row, row), max(extent.last_column, column)
            if why := _why_unusable(kind, data):
                extent.unusable[row, column] = why


def _why_unusable(kind: int, data: bytes) -> Unusable | None:
    """Return why nobody can use the value of a cell; None for a value that stands there."""
    if kind == _BOOL_ERR and len(data) >= 8 and data[7] == 1:
        return Unusable.ERROR
    if kind != _FORMULA or len(data) < 16:
        return None
    result = data[6:14]
    is_text_or_error = result[6:] == b"\xff\xff"
    if is_text_or_error and result[0] == 2:
        return Unusable.ERROR
    # Nothing was stored, or an empty text, which stands for nothing where a number is needed.
    return Unusable.NOT_COMPUTED if not any(result) or (is_text_or_error and result[0] == 3) else None
