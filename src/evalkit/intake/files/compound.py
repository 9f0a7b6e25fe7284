"""Compound files, which an xls is: looked through before their reader follows chains that may have no end.

Source: [MS-CFB]. The reader of cells follows a chain until its end, and reserves what a sector's number or a
stream's length asks for; a circle, or a number beyond the file, would take all memory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_CHAIN_END: Final = 0xFFFFFFFE
_FIRST_MARK: Final = 0xFFFFFFFA  # sectors from here on are marks
_STREAMS: Final = ("Workbook", "Book")
_ENTRY, _SMALL, _LIMIT = 128, 64, 4096


class BrokenCompoundError(ValueError):
    """A compound file that must not reach its reader."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stream or storage of the directory."""

    name: str
    start: int
    length: int


class Compound:
    """The streams of a compound file.

    Raises
    ------
    BrokenCompoundError
        If a chain runs in a circle or out of the file, or a stream is longer than the file.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._read()
        except struct.error:
            raise BrokenCompoundError from None

    def workbook(self) -> bytes:
        """Return the stream of the workbook; empty if there is none."""
        for entry in self._entries[1:]:
            if entry.name in _STREAMS:
                return self._stream(entry)[: entry.length]
        return b""

    def _read(self) -> None:
        self._size = 1 << struct.unpack_from("<H", self._content, 30)[0]
        directory, small = (struct.unpack_from("<I", self._content, at)[0] for at in (48, 60))
        if self._size not in (512, 4096):
            raise BrokenCompoundError
        self._n_sectors = len(self._content) // self._size + 1
        self._steps = 0
        self._table = self._read_table()
        self._entries = self._read_entries(self._chain(directory))
        self._small_table = _words(self._chain(small)) if small != _CHAIN_END else []
        self._root = self._chain(self._entries[0].start)
        for entry in self._entries[1:]:
            self._stream(entry)

    def _read_table(self) -> list[int]:
        """Return which sector follows each sector."""
        sectors = list(struct.unpack_from("<109I", self._content, 76))
        more, seen = struct.unpack_from("<I", self._content, 68)[0], set()
        while more < _FIRST_MARK:
            if more in seen:
                raise BrokenCompoundError
            seen.add(more)
            block = _words(self._sector(more))
            sectors += block[:-1]
            more = block[-1]
        inside = [each for each in sectors if each < _FIRST_MARK]
        return [word for each in inside for word in _words(self._sector(each))]

    def _read_entries(self, directory: bytes) -> list[_Entry]:
        entries: list[_Entry] = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            n_letters = min(struct.unpack_from("<H", directory, at + 64)[0], 64)
            start, low, high = struct.unpack_from("<III", directory, at + 116)
            length = low + (high << 32 if self._size == 4096 else 0)
            name = directory[at : at + max(0, n_letters - 2)].decode("utf-16-le", "replace")
            if name and length > len(self._content):
                raise BrokenCompoundError
            if name or not entries:
                entries.append(_Entry(name, start, length))
        if not entries:
            raise BrokenCompoundError
        return entries

    def _stream(self, entry: _Entry) -> bytes:
        if entry.length >= _LIMIT:
            return self._chain(entry.start)
        if not self._small_table and entry.start in (0, _CHAIN_END):
            return b""
        n_small = len(self._root) // _SMALL
        numbers = self._follow(entry.start, self._small_table, n_small)
        return b"".join(self._root[number * _SMALL : (number + 1) * _SMALL] for number in numbers)

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._follow(start, self._table, self._n_sectors)))

    def _follow(self, number: int, table: list[int], n_sectors: int) -> list[int]:
        """Return the numbers of a chain, which ends within the file, and all chains within its size."""
        numbers = []
        while number != _CHAIN_END:
            self._steps += 1
            if number >= min(n_sectors, len(table)) or self._steps > 16 * (len(self._content) // _SMALL):
                raise BrokenCompoundError
            numbers.append(number)
            number = table[number]
            if len(numbers) > len(table):
                raise BrokenCompoundError
        return numbers

    def _sector(self, number: int) -> bytes:
        if number >= self._n_sectors:
            raise BrokenCompoundError
        return self._content[(number + 1) * self._size : (number + 2) * self._size]


def _words(block: bytes) -> list[int]:
    if len(block) < 4:
        raise BrokenCompoundError
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
