"""Zip archives (xlsx, ods): looked through member by member before anything else reads them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.refusals import (
    EncryptedFileError,
    OversizedFileError,
    UnreadableFileError,
    UnsafeFileError,
)

_CHUNK: Final = 1 << 22
_UNSAFE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: The same in UTF-16, which readers of XML understand too.
_UNSAFE_WIDE: Final = re.compile(
    rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P|E\x00?N\x00?T\x00?I\x00?T)"
)
_OVERLAP: Final = 32
_BROKEN: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_NO_BOMB: Final = "Copy its cells into a new workbook, save that, and read it."


def check_archive(path: Path, limits: Limits = LIMITS) -> ZipFile:
    """Open an archive that keeps to the limits, is whole, and has neither document types nor entities.

    Every member is unpacked once and forgotten: what a directory says of sizes need not be true.

    Raises
    ------
    RefusedFileError
        If it is broken, encrypted, too large or unsafe.
    """
    archive = open_archive(path)
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedFileError(f"{path.name} is encrypted. Save it without a password, and read that file.")
    _check_sizes(path, members, limits)
    for member in members:
        _check_member(path, archive, member)
    return archive


def open_archive(path: Path) -> ZipFile:
    """Open an archive; only its directory is read.

    Raises
    ------
    UnreadableFileError
        If it has none.
    """
    try:
        return ZipFile(path)
    except _BROKEN:
        raise _broken(path) from None


def _check_sizes(path: Path, members: list[ZipInfo], limits: Limits) -> None:
    """Refuse by what the directory says; what it hides makes unpacking fail at the first byte too many."""
    n_unpacked = sum(member.file_size for member in members)
    n_packed = max(1, path.stat().st_size)
    if len(members) > limits.n_members:
        raise OversizedFileError(
            f"{path.name} holds {len(members):,} packed files; at most {limits.n_members:,} are read. "
            f"{_NO_BOMB}"
        )
    if n_unpacked > limits.n_unpacked:
        raise OversizedFileError(
            f"{path.name} unpacks to {n_unpacked / 1e6:,.0f} MB; at most {limits.n_unpacked / 1e6:,.0f} MB "
            "are read. "
            "Split it into several files, or save the sheet as CSV."
        )
    if n_unpacked > limits.n_small and n_unpacked > limits.ratio * n_packed:
        raise OversizedFileError(
            f"{path.name} unpacks to {n_unpacked / n_packed:,.0f} times its size; at most {limits.ratio} "
            "times is "
            f"read. {_NO_BOMB}"
        )


def _check_member(path: Path, archive: ZipFile, member: ZipInfo) -> None:
    is_markup = not member.filename.lower().endswith(
        (".png", ".jpg", ".jpeg", ".emf", ".wmf", ".bin", ".gif")
    )
    before = b""
    for chunk in unpack(path, archive, member.filename):
        if is_markup and (_UNSAFE.search(before + chunk) or _UNSAFE_WIDE.search(before + chunk[:_CHUNK])):
            raise UnsafeFileError(
                f"{path.name} has a document type or an entity in {_safe(member.filename)}, which no "
                "spreadsheet "
                f"program writes. It is not read. {_NO_BOMB}"
            )
        before = chunk[-_OVERLAP:]


def unpack(path: Path, archive: ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member in pieces of a few megabytes.

    Raises
    ------
    UnreadableFileError
        If it is broken.
    """
    try:
        with archive.open(name) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except (*_BROKEN, KeyError):
        raise _broken(path) from None


def _broken(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} is broken: it cannot be unpacked. Open it in the program that made it, save it anew, "
        "and "
        "read that file."
    )


def _safe(name: str) -> str:
    """Return the name of a member as far as it can be printed."""
    return "".join(letter for letter in name[:80] if letter.isprintable())
