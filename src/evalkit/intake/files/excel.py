"""Workbooks of Excel: xlsx, looked through first, and xls."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from evalkit.intake.files.archives import check_archive
from evalkit.intake.files.compound import BrokenCompoundError
from evalkit.intake.files.limits import LIMITS, Limits
from evalkit.intake.files.merging import fill_merged
from evalkit.intake.files.refusals import EncryptedFileError, OversizedFileError, UnreadableFileError
from evalkit.intake.files.workbook import Merged, Sheet, Unusable, Value, Workbook
from evalkit.intake.files.xls_records import measure_xls
from evalkit.intake.files.xlsx_parts import Extent, find_sheets, measure_sheet

Read = TypeVar("Read")
#: How a compound file names the stream of an xlsx that has a password.
_PACKED: Final = "EncryptedPackage".encode("utf-16-le")
_Unusable = Mapping[tuple[int, int], Unusable]


def read_xlsx(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read an xlsx.

    Raises
    ------
    RefusedFileError
        If it is broken, encrypted, unsafe, or beyond the limits.
    """
    with check_archive(path, limits) as archive:
        extents = {
            name: measure_sheet(path, archive, part) for name, part in find_sheets(path, archive).items()
        }
    _refuse_large(path, extents, limits)
    return _read(path, "xlsx", {name: extent.unusable for name, extent in extents.items()}, limits)


def read_xls(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read an xls of Excel 97 to 2003.

    Raises
    ------
    RefusedFileError
        If it is broken, encrypted, or no workbook.
    """
    content = path.read_bytes()
    if _PACKED in content:
        raise _encrypted(path)
    try:
        extents = measure_xls(content)
    except BrokenCompoundError:
        raise _unreadable(path) from None
    _refuse_large(path, extents, limits)
    return _read(path, "xls", {name: extent.unusable for name, extent in extents.items()}, limits)


def _refuse_large(path: Path, extents: Mapping[str, Extent], limits: Limits) -> None:
    """Refuse a workbook whose sheets reach too far, before its reader fills the rectangles."""
    n_cells = sum(extent.n_cells for extent in extents.values())
    if n_cells > limits.n_cells:
        widest = max(extents, key=lambda name: extents[name].n_cells)
        extent = extents[widest]
        raise OversizedFileError(
            f"{path.name}, sheet {widest!r}: its cells reach from A1 to row {extent.last_row + 1:,} and "
            "column "
            f"{extent.last_column + 1:,}; at most {limits.n_cells:,} cells are read of a file. Copy the "
            "filled "
            "part into a new workbook, or save the sheet as CSV."
        )


def _read(path: Path, kind: str, unusable: Mapping[str, _Unusable], limits: Limits) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = _guarded(path, lambda: CalamineWorkbook.from_path(path))
    sheets = tuple(
        _read_sheet(path, book, metadata, unusable.get(metadata.name, {}), limits)
        for metadata in book.sheets_metadata
        if metadata.typ == SheetTypeEnum.WorkSheet
    )
    return Workbook(file=path.name, kind=kind, sheets=sheets)


def _read_sheet(path: Path, book: Any, metadata: Any, unusable: _Unusable, limits: Limits) -> Sheet:
    from python_calamine import SheetVisibleEnum

    sheet = _guarded(path, lambda: book.get_sheet_by_name(metadata.name))
    rows: list[list[Value]] = _guarded(path, lambda: sheet.to_python(skip_empty_area=False))
    merged = tuple(
        Merged(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    for (row, column), why in unusable.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
            rows[row][column] = why
    fill_merged(path, metadata.name, rows, merged, limits)
    return Sheet(
        name=metadata.name, rows=rows, hidden=metadata.visible != SheetVisibleEnum.Visible, merged=merged
    )


def _guarded(path: Path, read: Callable[[], Read]) -> Read:
    """Call the reader; whatever a broken file does to it, its panics too, is one refusal."""
    from python_calamine import PasswordError

    try:
        with _silent():
            return read()
    except PasswordError:
        raise _encrypted(path) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:
        if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
            raise
        raise _unreadable(path) from None


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what the reader prints of a panic, which is caught, from people who only named a broken file."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _unreadable(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} cannot be read as a workbook of Excel. Open it in its program, save it anew as "
        ".xlsx, "
        "and read that file."
    )


def _encrypted(path: Path) -> EncryptedFileError:
    return EncryptedFileError(f"{path.name} has a password. Save it without one, and read that file.")
