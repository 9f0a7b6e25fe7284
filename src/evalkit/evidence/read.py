"""Read one file of a study as text cells, numbered as a spreadsheet numbers its rows.

Everything is read as text first, through DuckDB, so that a cell that breaks its column is shown as it stands.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import mmap
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from evalkit.databases import connect
from evalkit.errors import Fault, did_you_mean
from evalkit.evidence.descriptor import DESCRIPTOR, Resource
from evalkit.rules import mask_nip

_CHUNK: Final = 1 << 20
_NULS_IN_UTF_16: Final = 2  # among the first four bytes, where plain letters are written with two bytes
_SIGNATURES: Final = {
    b"PK\x03\x04": "this is a workbook (xlsx), so export its sheet as CSV UTF-8",
    b"PAR1": 'this is Parquet, so state "format": "parquet"',
}
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "upright bars"}
#: DuckDB reports each cell that a row lacks or has too many; the first that is lacking, or the last that is
#: too many, tells the number of cells.
_REJECTS: Final = """
    SELECT line, min(error_type) AS error,
           CASE WHEN error = 'TOO MANY COLUMNS' THEN max(column_idx) ELSE min(column_idx) END AS n_cells
    FROM reject_errors GROUP BY line ORDER BY line
"""
FIRST_ROW: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """A file as it was read.

    Attributes
    ----------
    resource
        Which file, and what it must hold.
    cells
        Its cells as text, empty where nothing stands, each distinct text a category; the index is the
        spreadsheet row.
    n_rows
        Rows in the file, those that could not be read included.
    """

    resource: Resource
    cells: pd.DataFrame
    n_rows: int


def read_raw(folder: Path, resource: Resource) -> tuple[RawTable | None, list[Fault]]:
    """Read a file; None where nothing of it can be used, and every fault of the file as a whole."""
    path = folder / resource.file
    if not path.is_file():
        return None, [_fault(resource, "the file is missing; add it, or take it out of datapackage.json")]
    if path.stat().st_size == 0:
        return None, [_fault(resource, "the file is empty; it needs at least its header")]
    faults = _check_hash(path, resource)
    if resource.format == "csv" and (unreadable := _check_text(path, resource)):
        return None, [*faults, unreadable]
    try:
        raw, more = (_read_csv if resource.format == "csv" else _read_parquet)(path, resource)
    except duckdb.Error:
        raw, more = (
            None,
            [_fault(resource, f"must be a {resource.format} file, and is none that can be read")],
        )
    return raw, faults + more


def _fault(resource: Resource, rule: str, *, row: int = 0, column: str = "", value: str = "") -> Fault:
    return Fault(resource.file, row, mask_nip(column), rule, mask_nip(value))


def _check_hash(path: Path, resource: Resource) -> list[Fault]:
    """Hold the file to the hash that the descriptor states."""
    if not resource.sha256:
        return []
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found == resource.sha256:
        return []
    return [
        _fault(
            resource,
            f"the file has changed since {DESCRIPTOR} was written; "
            f'if the change is meant, set its "hash" there to sha256:{found}',
        )
    ]


def _check_text(path: Path, resource: Resource) -> Fault | None:
    """Hold a CSV file to UTF-8, and say where it first is not."""
    with path.open("rb") as file:
        start = file.read(4)
    for signature, remedy in _SIGNATURES.items():
        if start.startswith(signature):
            return _fault(resource, f"must be a CSV text file; {remedy}")
    rule = 'must be UTF-8 text; save it as "CSV UTF-8" from the spreadsheet'
    if start.count(b"\0") == _NULS_IN_UTF_16:
        return _fault(resource, rule, value="UTF-16")
    place = _find_bad_byte(path)
    if place is None:
        return None
    return _fault(resource, rule, value=f"byte {place[0]:,}, line {place[1]:,}")


def _find_bad_byte(path: Path) -> tuple[int, int] | None:
    """Return the first byte that is not UTF-8 and its line, both counted from 1."""
    decoder, n_bytes, n_lines = codecs.getincrementaldecoder("utf-8")(), 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            n_pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = max(error.start - n_pending, 0)
                return n_bytes - n_pending + error.start + 1, n_lines + chunk[:before].count(b"\n")
            if not chunk:
                return None
            n_bytes, n_lines = n_bytes + len(chunk), n_lines + chunk.count(b"\n")


def _read_csv(path: Path, resource: Resource) -> tuple[RawTable | None, list[Fault]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    faults, usable = _check_header(resource, header)
    if not usable:
        return None, faults
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in header)
    source = (
        f"read_csv({_literal(str(path))}, columns={{{columns}}}, auto_detect=false, header=true, delim=',', "
        "quote='\"', escape='\"', ignore_errors=true, store_rejects=true)"
    )
    with connect() as connection:
        cells = _read_texts(connection, header, source)
        rejects = connection.execute(_REJECTS).fetchall()
    faults += [_ragged_fault(resource, line, error, n_cells, len(header)) for line, error, n_cells in rejects]
    passed_over = [*(line for line, _, _ in rejects), *_blank_rows(path)]
    n_rows = len(cells) + len(rejects)
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(cells) + len(passed_over))
    if passed_over:
        rows = np.setdiff1d(rows, passed_over)
    return _raw(resource, cells.set_index(rows[: len(cells)]), n_rows), faults


def _blank_rows(path: Path) -> list[int]:
    """List the rows with nothing at all in them, which DuckDB passes over but a spreadsheet numbers."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(b"\n\n") < 0 and text.find(b"\n\r\n") < 0:
            return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [i for i, record in enumerate(csv.reader(lines), 1) if not record]


def _ragged_fault(resource: Resource, line: int, error: str, n_cells: int, n_columns: int) -> Fault:
    """Say what is wrong with a row that DuckDB could not split into the header's columns."""
    if error in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        return _fault(resource, f"must have {n_columns} cells like the header", row=line, value=str(n_cells))
    return _fault(resource, "must be a readable CSV row; look for an unclosed quote", row=line)


def _read_parquet(path: Path, resource: Resource) -> tuple[RawTable | None, list[Fault]]:
    source = f"read_parquet({_literal(str(path))})"
    with connect() as connection:
        header = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        faults, usable = _check_header(resource, header)
        if not usable:
            return None, faults
        cells = _read_texts(connection, header, source)
    return _raw(resource, cells.set_index(np.arange(FIRST_ROW, FIRST_ROW + len(cells))), len(cells)), faults


def _raw(resource: Resource, cells: pd.DataFrame, n_rows: int) -> RawTable:
    known = [name for name in cells.columns if name in resource.table.column_names]
    return RawTable(resource=resource, cells=cells[known], n_rows=n_rows)


def _check_header(resource: Resource, header: list[str]) -> tuple[list[Fault], bool]:
    """Compare the header with the table; it is unusable where two columns share a name."""
    known = resource.table.column_names
    for separator, words in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            rule = f"cells must be separated by commas; here they are separated by {words}"
            return [_fault(resource, rule, row=1)], False
    if not set(header) & set(known):
        return [_fault(resource, f"must name the columns, {', '.join(known)}; it names none", row=1)], False
    faults = [
        _fault(resource, "must name its column only once", row=1, column=name)
        for name, count in Counter(header).items()
        if count > 1
    ]
    usable = not faults
    faults += [
        _fault(resource, f"the table needs the column {column.name}", row=1, column=column.name)
        for column in resource.table.columns
        if column.required and column.name not in header
    ]
    faults += [
        _fault(resource, f"unknown column; {did_you_mean(name, known)}", row=1, column=name or "(no name)")
        for name in dict.fromkeys(header)
        if name not in known
    ]
    return faults, usable


def _read_texts(connection: duckdb.DuckDBPyConnection, header: list[str], source: str) -> pd.DataFrame:
    """Read cells as text, each distinct text of a column once: as categories."""
    names = [_quote(name) for name in header]
    texts = ", ".join(f"coalesce({name}::VARCHAR, '') AS {name}" for name in names)
    connection.execute(f"CREATE TABLE cells AS SELECT {texts} FROM {source}")
    for at, name in enumerate(names):
        connection.execute(f"CREATE TYPE texts_{at} AS ENUM (SELECT DISTINCT {name} FROM cells ORDER BY ALL)")
    coded = ", ".join(f"{name}::texts_{at} AS {name}" for at, name in enumerate(names))
    return connection.execute(f"SELECT {coded} FROM cells").df()


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
