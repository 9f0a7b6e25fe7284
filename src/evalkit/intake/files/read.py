"""One door for every file: what it is, is told by its first bytes and not by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zipfile import is_zipfile

from evalkit.intake.files.archives import open_archive
from evalkit.intake.files.excel import read_xls, read_xlsx
from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.ods import read_ods
from evalkit.intake.files.refusals import EmptyFileError, OversizedFileError, UnreadableFileError
from evalkit.intake.files.spss import read_sav
from evalkit.intake.files.text import read_text
from evalkit.intake.files.workbook import Workbook, is_empty

_Reader = Callable[[Path, Limits], Workbook]
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_SPSS: Final = (b"$FL2", b"$FL3")
_OTHERS: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        b"%PDF": "a PDF",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"PAR1": "Parquet",
        b"<!DO": "a web page",
        b"<htm": "a web page",
        b"<?xm": "XML",
        b"{\\rt": "a document of a word processor",
    }
)
_READ_ARE: Final = "xlsx, xls, ods, sav (SPSS) and text with a delimiter (csv, tsv, txt) are read"


def read_workbook(path: Path | str, limits: Limits = LIMITS) -> Workbook:
    """Read a file that somebody sent, whatever its name says that it is.

    Parameters
    ----------
    path
        An xlsx, xls, ods, sav, or text with any delimiter, in UTF-8, UTF-16 or Windows-1252.

    Raises
    ------
    RefusedFileError
        If it is missing, broken, encrypted, unsafe, empty or beyond the limits. The message says what to do.
    """
    path = Path(path)
    start = _read_start(path, limits)
    workbook = _choose_reader(path, start)(path, limits)
    if not any(not is_empty(value) for sheet in workbook.sheets for row in sheet.rows for value in row):
        raise EmptyFileError(f"{path.name} holds no filled cell. Check that it is the file that you mean.")
    return workbook


def _read_start(path: Path, limits: Limits) -> bytes:
    if path.is_dir():
        raise UnreadableFileError(f"{path.name} is a folder. Name one file in it.")
    try:
        with path.open("rb") as file:
            start = file.read(8)
        n_bytes = path.stat().st_size
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}. Check its name and folder.") from None
    except OSError as problem:
        raise UnreadableFileError(
            f"{path.name} cannot be read: {problem.strerror}. Check its permissions."
        ) from None
    if not n_bytes:
        raise EmptyFileError(f"{path.name} is empty (0 bytes). Copy it anew from where it came from.")
    if n_bytes > limits.n_bytes:
        raise OversizedFileError(
            f"{path.name} has {n_bytes / 1e6:,.0f} MB; at most {limits.n_bytes / 1e6:,.0f} MB are read. "
            "Split it."
        )
    return start


def _choose_reader(path: Path, start: bytes) -> _Reader:
    if start == _COMPOUND:
        return read_xls
    if start.startswith(_SPSS):
        return read_sav
    if start.startswith(b"PK"):
        return _choose_archive(path)
    if name := next(
        (name for magic, name in _OTHERS.items() if start.lower().startswith(magic.lower())), None
    ):
        raise UnreadableFileError(f"{path.name} is {name}; {_READ_ARE}. Save the table as one of them.")
    return read_text


def _choose_archive(path: Path) -> _Reader:
    if not is_zipfile(path):
        raise UnreadableFileError(
            f"{path.name} is broken: it begins as an archive and has no end. Copy it anew."
        )
    with open_archive(path) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return read_xlsx
    if "content.xml" in names:
        return read_ods
    what = "a binary workbook (xlsb)" if "xl/workbook.bin" in names else "an archive without a workbook"
    raise UnreadableFileError(f"{path.name} is {what}; {_READ_ARE}. Save the table as one of them.")
