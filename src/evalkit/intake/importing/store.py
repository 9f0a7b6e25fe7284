"""Which files of a study a batch becomes, and what ``datapackage.json`` says of it.

Each table of a batch is a file of its own whose name has a hash of what it holds, and the descriptor lists them:
replacing the descriptor is the one moment at which an import happens.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import duckdb
import pandas as pd

from evalkit.errors import UsageError
from evalkit.evidence import TABLES, read_descriptor, write_schema
from evalkit.intake.importing.batch import Batch
from evalkit.intake.pseudonyms import PseudonymKey, digest
from evalkit.rules import holds_nip, mask_nip

DESCRIPTOR: Final = "datapackage.json"
FOLDER: Final = "imported"
_TABLES: Final = ("evidence", "recorded", "employees")
_ABOUT: Final = "evalkit"


@dataclass(frozen=True, kw_only=True, eq=False)
class Placed:
    """A batch with its name in the study.

    Attributes
    ----------
    name
        Its name: the same for the same sheet of the same file about the same unit and quarter.
    state
        new, replaces (an earlier content of the same sheet), unchanged, or same_as (another batch has it).
    other
        The file and sheet of that other batch.
    files
        Content by path in the study; nothing where the batch is there already.
    """

    batch: Batch
    name: str
    state: str
    other: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """What an import makes of a study.

    Attributes
    ----------
    placed
        Every batch.
    package
        The descriptor as it will be.
    files
        New files by their path.
    stale
        Paths of files that it names no longer.
    """

    placed: tuple[Placed, ...]
    package: Mapping[str, Any]
    files: Mapping[str, bytes]
    stale: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the descriptor as it is written."""
        return json.dumps(self.package, indent=2, ensure_ascii=False) + "\n"


def plan_import(
    folder: Path, batches: Sequence[Batch], key: PseudonymKey, *, masks: frozenset[str] = frozenset()
) -> Plan:
    """Plan what batches change in a study; nothing is written.

    Parameters
    ----------
    masks
        Names of people: no name of a file or a sheet that holds one is written down.

    Raises
    ------
    StudyError
        If ``datapackage.json`` is missing or cannot be used.
    UsageError
        If the study is synthetic, or says that its people are named by a published source.
    """
    read_descriptor(folder)
    package = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
    _check_kind(package, batches)
    changed = copy.deepcopy(package)
    writer = _Writer(folder, changed, key, masks)
    placed = tuple(writer.place(batch) for batch in _only_last(batches, writer))
    writer.write_employees(placed)
    before, after = _paths(package), _paths(changed)
    stale = tuple(path for path in before if path not in after and _is_ours(path))
    return Plan(placed=placed, package=changed, files=writer.files, stale=stale)


def _check_kind(package: Mapping[str, Any], batches: Sequence[Batch]) -> None:
    about = package.get(_ABOUT, {})
    if about.get("kind") != "real":
        raise UsageError(
            "The study is synthetic: what offices recorded is real evidence. Import it into another one."
        )
    if about.get("persons") == "published" and any(batch.people for batch in batches):
        raise UsageError(
            'datapackage.json says "persons": "published", and the files are about people of an office. Import them '
            'into another study, or write "protected" there.'
        )


def _only_last(batches: Sequence[Batch], writer: _Writer) -> list[Batch]:
    """Return batches; of the same sheet given twice, the last."""
    return list({writer.name(batch): batch for batch in batches}.values())


class _Writer:
    """Puts batches into a descriptor, one after the other."""

    def __init__(
        self, folder: Path, package: dict[str, Any], key: PseudonymKey, masks: frozenset[str]
    ) -> None:
        self._folder, self._package, self._key, self._masks = folder, package, key, masks
        self.files: dict[str, bytes] = {}

    def name(self, batch: Batch) -> str:
        """Name a batch by what it is and where it is from; the name tells nobody's number."""
        reading, given = batch.reading, batch.given
        parts = (
            reading.workbook.file,
            reading.sheet.name,
            str(reading.header.top),
            given.place,
            given.unit,
            given.period,
            given.source,
            given.indicator,
        )
        if any(self.mask(part) != part for part in parts):
            return f"{reading.layout}-{digest(self._key.name(chr(0).join(parts)))}"
        return f"{reading.layout}-{digest(*parts)}"

    def mask(self, text: str) -> str:
        """Return a name of a file or sheet without numbers and names of people."""
        folded = text.casefold()
        if any(name in folded for name in self._masks):
            return "•••"
        return mask_nip(text) if not holds_nip(text.replace("_", " ")) else "•••"

    def place(self, batch: Batch) -> Placed:
        """Put a batch into the descriptor, in place of an earlier one of the same name."""
        name = self.name(batch)
        tables = {each: write_table(batch.tables[each], each) for each in ("evidence", "recorded")}
        content = hashlib.sha256(b"\0".join(tables.values())).hexdigest()[:16]
        listed = self._imports()
        twin = next((each for each in listed if each["content"] == content and each["batch"] != name), None)
        if twin is not None:
            other = f"{twin['file']}, {twin['sheet']}" if twin["sheet"] else str(twin["file"])
            return Placed(batch=batch, name=name, state="same_as", other=other)
        earlier = next((each for each in listed if each["batch"] == name), None)
        self._remove(name, ("evidence", "recorded"))
        for table, written in tables.items():
            if len(batch.tables[table]):
                self._add(table, name, written)
        self._list(name, batch, content, earlier)
        state = "new" if earlier is None else "unchanged" if earlier["content"] == content else "replaces"
        return Placed(batch=batch, name=name, state=state)

    def _imports(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._package[_ABOUT].setdefault("imports", [])
        return found

    def _list(self, name: str, batch: Batch, content: str, earlier: dict[str, Any] | None) -> None:
        reading, given = batch.reading, batch.given
        entry = {
            "batch": name,
            "file": self.mask(reading.workbook.file),
            "sheet": self.mask(reading.sheet.name),
            "layout": reading.layout,
            "place": given.place,
            "unit": given.unit,
            "period": given.period,
            "n_rows": len(reading.rows) - batch.n_dropped,
            "content": content,
        }
        listed = self._imports()
        if earlier is None:
            listed.append(entry)
        else:
            listed[listed.index(earlier)] = entry
        if batch.people:
            self._package[_ABOUT]["pseudonym_key"] = self._key.fingerprint

    def _resource(self, table: str) -> dict[str, Any]:
        """Return the entry of a table whose path is a list; one that is not there is made."""
        resources = self._package["resources"]
        entry: dict[str, Any] | None = next((each for each in resources if each.get("name") == table), None)
        if entry is None:
            entry = {
                "name": table,
                "path": [],
                "format": "csv",
                "schema": write_schema(TABLES[table]),
                "hashes": {},
            }
            resources.append(entry)
        if not isinstance(entry["path"], list):
            entry["path"] = [entry["path"]]
            stated = entry.pop("hash", None)
            entry["hashes"] = {entry["path"][0]: stated} if stated else {}
        if entry.get("format", "csv") != "csv":
            raise UsageError(
                f"The table {table} of the study is in {entry['format']}, and imported rows are written as CSV. "
                "Import into a study whose tables are CSV."
            )
        entry.setdefault("hashes", {})
        return entry

    def _add(self, table: str, name: str, written: bytes) -> None:
        sha256 = hashlib.sha256(written).hexdigest()
        path = f"{FOLDER}/{name}.{table}.{sha256[:8]}.csv"
        entry = self._resource(table)
        entry["path"] = [*entry["path"], path]
        entry["hashes"][path] = f"sha256:{sha256}"
        entry["path"].sort(key=lambda each: (_is_ours(each), each))
        if not (self._folder / path).is_file():
            self.files[path] = written

    def _remove(self, name: str, tables: Sequence[str]) -> None:
        for table in tables:
            entry = next((each for each in self._package["resources"] if each.get("name") == table), None)
            if entry is None or not isinstance(entry.get("path"), list):
                continue
            gone = [path for path in entry["path"] if path.startswith(f"{FOLDER}/{name}.{table}.")]
            entry["path"] = [path for path in entry["path"] if path not in gone]
            entry["hashes"] = {
                path: each for path, each in entry.get("hashes", {}).items() if path not in gone
            }
            if not entry["path"]:
                self._package["resources"].remove(entry)

    def write_employees(self, placed: Sequence[Placed]) -> None:
        """List each person once: in the file of the first batch that names them."""
        done = [each for each in placed if each.state != "same_as" and len(each.batch.tables["employees"])]
        left = {each.name: self._left_behind(each.name, done) for each in done}
        for each in done:
            self._remove(each.name, ("employees",))
        listed = self._listed()
        for each in done:
            rows = pd.concat([each.batch.tables["employees"], left[each.name]])
            rows = rows[~rows["employee"].isin(listed)].drop_duplicates("employee").sort_values("employee")
            listed |= set(rows["employee"])
            if len(rows):
                self._add("employees", each.name, write_table(rows, "employees"))

    def _left_behind(self, name: str, done: Sequence[Placed]) -> pd.DataFrame:
        """Return the people whom an earlier content of a batch listed and other files still name."""
        paths = [path for path in self._files_of("employees") if path.startswith(f"{FOLDER}/{name}.")]
        rows = [self._read(path) for path in paths]
        if not rows:
            return pd.DataFrame(columns=list(TABLES["employees"].column_names))
        own = {f"{FOLDER}/{each.name}." for each in done}
        others = [path for table in ("evidence", "recorded") for path in self._files_of(table)]
        named: set[str] = set()
        for path in others:
            if not path.startswith(tuple(own)):
                named |= set(self._read(path)["employee"])
        found = pd.concat(rows)
        return found[found["employee"].isin(named)]

    def _listed(self) -> set[str]:
        return {employee for path in self._files_of("employees") for employee in self._read(path)["employee"]}

    def _files_of(self, table: str) -> list[str]:
        entry = next((each for each in self._package["resources"] if each.get("name") == table), None)
        return [] if entry is None else _list_paths(entry)

    def _read(self, path: str) -> pd.DataFrame:
        file = self._folder / path
        if path.endswith(".parquet"):
            with duckdb.connect() as connection:
                return connection.execute("SELECT * FROM read_parquet(?)", [str(file)]).df()
        return pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")


def write_table(frame: pd.DataFrame, table: str) -> bytes:
    """Write rows of a table as CSV, the same bytes for the same rows."""
    columns = list(TABLES[table].column_names)
    return frame[columns].to_csv(index=False, lineterminator="\n").encode()


def _paths(package: Mapping[str, Any]) -> set[str]:
    return {path for entry in package["resources"] for path in _list_paths(entry)}


def _list_paths(entry: Mapping[str, Any]) -> list[str]:
    path = entry["path"]
    return list(path) if isinstance(path, list) else [path]


def _is_ours(path: str) -> bool:
    return PurePosixPath(path).parts[0] == FOLDER
