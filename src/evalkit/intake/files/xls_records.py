"""The records of an xls that its reader passes over: formulas without a value, and error values.

Source: [MS-CFB] on compound files, [MS-XLS] 2.4.127 (Formula), 2.5.133 (FormulaValue), 2.4.24 (BoolErr),
2.4.28 (BoundSheet8).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from evalkit.intake.files.workbook import Unusable

_END: Final = 0xFFFFFFFA  # sectors from here on are marks
_BOF, _EOF, _BOUND_SHEET, _FORMULA, _BOOL_ERR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
_STREAMS: Final = ("Workbook", "Book")


def find_unusable_xls(content: bytes) -> dict[str, dict[tuple[int, int], Unusable]]:
    """Return by sheet the cells of an xls that hold an error or a formula that was not computed.

    A file that is broken gives what was found before; its reader refuses it afterwards.
    """
    found: dict[str, dict[tuple[int, int], Unusable]] = {}
    try:
        stream = _find_stream(content)
        for start, name in _list_sheets(stream):
            found[name] = dict(_find_in_sheet(stream, start))
    except (struct.error, IndexError, UnicodeDecodeError):
        return found
    return found


def _find_stream(content: bytes) -> bytes:
    """Return the stream of the workbook: by its table of sectors, or from the table of small ones."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first_directory, small_limit, first_small = (
        struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60)
    )
    if size not in (512, 4096):
        return b""
    table = _read_table(content, size)
    directory = _follow(content, size, table, first_directory, offset=size)
    root = b""
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        n_letters, (start, length) = (
            struct.unpack_from("<H", entry, 64)[0],
            struct.unpack_from("<II", entry, 116),
        )
        name = entry[: max(0, min(n_letters, 64) - 2)].decode("utf-16-le", "replace")
        if entry[66] == 5:
            root = _follow(content, size, table, start, offset=size)
        elif name in _STREAMS and length < small_limit:
            links = _words(_follow(content, size, table, first_small, offset=size))
            return _follow(root, 64, links, start, offset=0)[:length]
        elif name in _STREAMS:
            return _follow(content, size, table, start, offset=size)[:length]
    return b""


def _read_table(content: bytes, size: int) -> list[int]:
    """Return which sector follows each sector."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    more, n_more = struct.unpack_from("<II", content, 68)
    for _ in range(min(n_more, len(content) // size)):
        if more >= _END:
            break
        block = _words(content[(more + 1) * size : (more + 2) * size])
        sectors += block[:-1]
        more = block[-1]
    inside = [each for each in sectors if each < _END]
    return [word for each in inside for word in _words(content[(each + 1) * size : (each + 2) * size])]


def _words(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))


def _follow(content: bytes, size: int, table: list[int], sector: int, *, offset: int) -> bytes:
    """Join the sectors of a chain; one that runs in a circle ends after as many as there are."""
    parts = []
    for _ in range(len(table)):
        if sector >= _END or sector >= len(table):
            break
        at = offset + sector * size
        parts.append(content[at : at + size])
        sector = table[sector]
    return b"".join(parts)


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


def _find_in_sheet(stream: bytes, start: int) -> Iterator[tuple[tuple[int, int], Unusable]]:
    for kind, data in _records(stream, start):
        if kind == _FORMULA and len(data) >= 16:
            row, column, _, result = struct.unpack_from("<HHH8s", data)
            if result[6:] == b"\xff\xff" and result[0] == 2:
                yield (row, column), Unusable.ERROR
            elif not any(result) or (result[6:] == b"\xff\xff" and result[0] == 3):
                # Nothing was stored, or an empty text, which stands for nothing where a number is needed.
                yield (row, column), Unusable.NOT_COMPUTED
        elif kind == _BOOL_ERR and len(data) >= 8 and data[7] == 1:
            row, column = struct.unpack_from("<HH", data)
            yield (row, column), Unusable.ERROR
