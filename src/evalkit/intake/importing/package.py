"""``datapackage.json`` of a study while tables are added to it: the files of each, and their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from evalkit.databases import connect
from evalkit.errors import UsageError
from evalkit.evidence import COMMENTS, TABLES, Table, write_schema

FOLDER: Final = "imported"


class Package:
    """What a descriptor says, and files that are added to it.

    Attributes
    ----------
    content
        The descriptor; it is changed.
    files
        Content of new files, by path.
    """

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        self.content, self.files = content, dict[str, bytes]()
        self._folder = folder

    def find(self, table: str) -> dict[str, Any] | None:
        """Return the entry of a table."""
        entries: list[dict[str, Any]] = self.content["resources"]
        return next((entry for entry in entries if entry.get("name") == table), None)

    def paths(self, table: str) -> list[str]:
        """Return the files of a table."""
        entry = self.find(table)
        return [] if entry is None else list_paths(entry)

    def add(self, table: str, batch: str, written: bytes) -> None:
        """Add written rows as a file of a table; its name has a hash of what it holds."""
        sha256 = hashlib.sha256(written).hexdigest()
        path = f"{FOLDER}/{batch}.{table}.{sha256[:8]}.csv"
        entry = self._listing(table)
        entry["path"] = sorted({*entry["path"], path}, key=lambda each: (is_imported(each), each))
        entry["hashes"][path] = f"sha256:{sha256}"
        if not (self._folder / path).is_file():
            self.files[path] = written

    def remove(self, batch: str, table: str) -> None:
        """Take the file of a batch out of a table; a table without files is no longer there."""
        entry = self.find(table)
        if entry is None or not isinstance(entry.get("path"), list):
            return
        gone = {path for path in entry["path"] if path.startswith(f"{FOLDER}/{batch}.{table}.")}
        entry["path"] = [path for path in entry["path"] if path not in gone]
        hashes = entry.get("hashes", {})
        entry["hashes"] = {path: each for path, each in hashes.items() if path not in gone}
        if not entry["path"]:
            self.content["resources"].remove(entry)

    def read(self, path: str) -> pd.DataFrame:
        """Read a file of the study as text."""
        file = self._folder / path
        if path.endswith(".parquet"):
            with connect() as connection:
                return connection.execute("SELECT * FROM read_parquet(?)", [str(file)]).df().astype("str")
        return pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")

    def _listing(self, table: str) -> dict[str, Any]:
        """Return the entry of a table, its path a list; one that is not there is made."""
        entry = self.find(table)
        if entry is None:
            entry = {"name": table, "path": [], "format": "csv", "schema": write_schema(_find_table(table))}
            self.content["resources"].append(entry)
        if not isinstance(entry["path"], list):
            entry["path"], stated = [entry["path"]], entry.pop("hash", None)
            entry["hashes"] = {entry["path"][0]: stated} if stated else {}
        parquet = any(path.endswith(".parquet") for path in entry["path"])
        if parquet or entry.get("format", "csv") != "csv":
            raise UsageError(
                f"The table {table} of the study is in Parquet, and imported rows are written as CSV. Import "
                "into a study whose tables are CSV."
            )
        entry.setdefault("hashes", {})
        return entry


def write_rows(rows: pd.DataFrame, table: str) -> bytes:
    """Write rows of a table as CSV, the same bytes for the same rows."""
    columns = list(_find_table(table).column_names)
    text = _join_plain(rows[columns])
    return (rows[columns].to_csv(index=False, lineterminator="\n") if text is None else text).encode()


def _join_plain(rows: pd.DataFrame) -> str | None:
    """Join cells to lines, which is quick; None where a cell is no text, or has to be in quotation marks."""
    cells = [column.tolist() for _, column in rows.items()]
    try:
        lines = [",".join(rows.columns), *map(",".join, zip(*cells, strict=True))]
    except TypeError:
        return None
    text = "\n".join([*lines, ""])
    is_plain = text.count(",") == len(lines) * (rows.shape[1] - 1) and text.count("\n") == len(lines)
    return text if is_plain and '"' not in text and "\r" not in text else None


def _find_table(name: str) -> Table:
    """Return what a table holds: one of evidence, or the comments."""
    return COMMENTS if name == COMMENTS.name else TABLES[name]


def list_paths(entry: Mapping[str, Any]) -> list[str]:
    """Return the files of an entry of a descriptor."""
    path = entry["path"]
    return list(path) if isinstance(path, list) else [path]


def is_imported(path: str) -> bool:
    """Tell whether an import wrote a file."""
    return PurePosixPath(path).parts[0] == FOLDER
