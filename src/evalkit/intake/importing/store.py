"""Which files of a study a batch becomes, and what ``datapackage.json`` says of it.

Each table of a batch is a file of its own whose name has a hash of what it holds, and the descriptor lists
them: replacing the descriptor is the one moment at which an import happens.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalkit.errors import UsageError
from evalkit.evidence import TABLES, read_descriptor
from evalkit.intake.importing.batch import Batch
from evalkit.intake.importing.package import FOLDER, Package, is_imported, list_paths, write_rows
from evalkit.intake.pseudonyms import PseudonymKey, digest
from evalkit.rules import holds_nip

DESCRIPTOR: Final = "datapackage.json"
_ABOUT: Final = "evalkit"
_TABLES: Final = ("evidence", "recorded")
_WRITTEN: Final = (*_TABLES, "comments")
_MASK: Final = "•••"


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
    """

    batch: Batch
    name: str
    state: str
    other: str = ""


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
        Names of people in small letters: no name of a file or a sheet that holds one is written down.

    Raises
    ------
    StudyError
        If ``datapackage.json`` is missing or cannot be used.
    UsageError
        If the study is synthetic, or says that its people are named by a published source.
    """
    read_descriptor(folder)
    before = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
    _check_kind(before, batches)
    package = Package(folder, copy.deepcopy(before))
    names = {name_batch(batch, key, masks): batch for batch in batches}
    placed = tuple(_place(package, name, batch, key, masks) for name, batch in names.items())
    _list_people(package, placed)
    kept = {path for entry in package.content["resources"] for path in list_paths(entry)}
    once = {path for entry in before["resources"] for path in list_paths(entry)}
    stale = tuple(sorted(path for path in once - kept if is_imported(path)))
    return Plan(placed=placed, package=package.content, files=package.files, stale=stale)


def _check_kind(package: Mapping[str, Any], batches: Sequence[Batch]) -> None:
    about = package[_ABOUT]
    if about.get("kind") != "real":
        raise UsageError(
            "The study is synthetic: what offices recorded is real evidence. Import it into another one."
        )
    if about.get("persons") == "published" and any(batch.given.keep_text for batch in batches):
        raise UsageError(
            'datapackage.json says "persons": "published", so reports would show free text as it is. '
            'Import it into another study, or write "protected" there.'
        )
    if about.get("persons") == "published" and any(batch.people for batch in batches):
        raise UsageError(
            'datapackage.json says "persons": "published", and the files are about people of an office. '
            'Import them into another study, or write "protected" there.'
        )


def name_batch(batch: Batch, key: PseudonymKey, masks: frozenset[str]) -> str:
    """Name a batch by what it is and where it is from; the name tells nobody's name or number."""
    reading, given = batch.reading, batch.given
    about = (given.place, given.unit, given.period, given.source, given.indicator)
    parts: tuple[str, ...] = (reading.workbook.file, reading.sheet.name, str(reading.header.top), *about)
    if any(_mask(part, masks) != part for part in parts):
        parts = (key.name("\0".join(parts)),)
    return f"{reading.layout}-{digest(*parts)}"


def _mask(text: str, masks: frozenset[str]) -> str:
    """Return a name of a file or sheet, unless a name or a number of a person is in it."""
    folded = text.casefold()
    is_personal = holds_nip(text.replace("_", " ")) or any(name in folded for name in masks)
    return _MASK if is_personal else text


def _place(package: Package, name: str, batch: Batch, key: PseudonymKey, masks: frozenset[str]) -> Placed:
    """Put a batch into the descriptor, in place of an earlier one of the same name."""
    own = [table for table in _WRITTEN if table in batch.tables]
    written = {table: write_rows(batch.tables[table], table) for table in own}
    content = hashlib.sha256(b"\0".join(written.values())).hexdigest()[:16]
    listed: list[dict[str, Any]] = package.content[_ABOUT].setdefault("imports", [])
    twin = next((each for each in listed if each["content"] == content and each["batch"] != name), None)
    for table in _WRITTEN:
        package.remove(name, table)
    if twin is not None:
        listed[:] = [each for each in listed if each["batch"] != name]
        other = ", ".join(filter(None, (twin["file"], twin["sheet"])))
        return Placed(batch=batch, name=name, state="same_as", other=other)
    for table in own:
        if len(batch.tables[table]):
            package.add(table, name, written[table])
    entry = _describe(name, batch, content, masks)
    at = next((at for at, each in enumerate(listed) if each["batch"] == name), len(listed))
    earlier = listed[at] if at < len(listed) else None
    listed[at:] = [entry, *listed[at + 1 :]]
    if batch.people:
        package.content[_ABOUT]["pseudonym_key"] = key.fingerprint
    state = "new" if earlier is None else "unchanged" if earlier["content"] == content else "replaces"
    return Placed(batch=batch, name=name, state=state)


def _describe(name: str, batch: Batch, content: str, masks: frozenset[str]) -> dict[str, Any]:
    """Return what the descriptor says of a batch: where it is from, and how to know it again."""
    reading, given = batch.reading, batch.given
    return {
        "batch": name,
        "file": _mask(reading.workbook.file, masks),
        "sheet": _mask(reading.sheet.name, masks),
        "layout": reading.layout,
        "place": given.place,
        "unit": given.unit,
        "period": given.period,
        "n_rows": len(reading.rows) - batch.n_dropped,
        "content": content,
    }


def _list_people(package: Package, placed: Sequence[Placed]) -> None:
    """List each person once: in the file of the first batch that names them."""
    done = [each for each in placed if each.state != "same_as" and len(each.batch.tables["employees"])]
    left = {each.name: _left_behind(package, each.name, done) for each in done}
    for each in done:
        package.remove(each.name, "employees")
    listed = {name for path in package.paths("employees") for name in package.read(path)["employee"]}
    for each in done:
        rows = pd.concat([each.batch.tables["employees"], left[each.name]])
        rows = rows[~rows["employee"].isin(listed)].drop_duplicates("employee").sort_values("employee")
        listed |= set(rows["employee"])
        if len(rows):
            package.add("employees", each.name, write_rows(rows, "employees"))


def _left_behind(package: Package, name: str, done: Sequence[Placed]) -> pd.DataFrame:
    """Return the people whom an earlier content of a batch listed and other files still name."""
    paths = [path for path in package.paths("employees") if path.startswith(f"{FOLDER}/{name}.")]
    if not paths:
        return pd.DataFrame(columns=list(TABLES["employees"].column_names))
    found = pd.concat([package.read(path) for path in paths])
    own = tuple(f"{FOLDER}/{each.name}." for each in done)
    others = [path for table in _TABLES for path in package.paths(table) if not path.startswith(own)]
    named = {employee for path in others for employee in package.read(path)["employee"]}
    return found[found["employee"].isin(named)]
