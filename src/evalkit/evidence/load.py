"""Load a study's evidence: all of it checked, nothing changed silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from evalkit.errors import EvidenceError, Fault
from evalkit.evidence.check import check_shared_key, convert_cells
from evalkit.evidence.corrections import apply_corrections
from evalkit.evidence.descriptor import Descriptor, read_descriptor
from evalkit.evidence.indicators import join_indicators
from evalkit.evidence.read import FIRST_ROW, RawTable, read_raw
from evalkit.evidence.relations import check_employees, check_observations, check_scale_ends
from evalkit.evidence.schema import TABLES
from evalkit.evidence.tables import Evidence

_REMEDY: Final = (
    "Correct the files, or list each change with its reason in a table named corrections. "
    "Faulty rows can also be left out, and counted, with --keep-valid."
)
_REMEDY_FILES: Final = (
    "Correct the files. Some of these faults concern a whole file or a correction, "
    "so --keep-valid does not help."
)

Raw = Mapping[str, RawTable]
Typed = dict[str, pd.DataFrame]


def load_evidence(folder: Path, *, keep_valid: bool = False, check_hashes: bool = True) -> Evidence:
    """Read every table of a study folder and check all of it before returning any of it.

    Parameters
    ----------
    folder
        A folder with a ``datapackage.json``.
    keep_valid
        Leave faulty rows out, and count them in ``steps``, instead of refusing the study. Faults of a whole
        file, and corrections that do not fit, are refused all the same.
    check_hashes
        Refuse files that have changed since ``datapackage.json`` was written.

    Raises
    ------
    StudyError
        If ``datapackage.json`` is missing or cannot be used.
    EvidenceError
        If anything in the files is wrong: every fault of every file, together.
    """
    folder = Path(folder)
    descriptor = read_descriptor(folder)
    if not check_hashes:
        descriptor = replace(
            descriptor, resources=tuple(replace(one, sha256="") for one in descriptor.resources)
        )
    raw, unread = _read_all(folder, descriptor)
    kept, corrections, misfits = apply_corrections(raw)
    tables, faults = _check_all(kept, descriptor)
    faults = unread + misfits + faults
    if faults and not keep_valid:
        raise EvidenceError(faults, remedy=_REMEDY_FILES if misfits or _of_files(faults) else _REMEDY)
    if misfits or _of_files(faults):
        raise EvidenceError(faults, remedy=_REMEDY_FILES)
    while faults:
        kept = _drop_faulty(kept, faults)
        tables, faults = _check_all(kept, descriptor)
        if _of_files(faults):
            raise EvidenceError(faults, remedy=_REMEDY_FILES)
    steps = _count_steps(raw, kept, corrections)
    joined = {name: _join(tables, _parts(kept, name)) for name in _names(kept) if name != "indicators"}
    joined["indicators"] = tables["indicators"]
    return _assemble(folder.resolve().name, descriptor, joined, corrections, steps)


def read_places(folder: Path) -> tuple[str, ...]:
    """Return the places that a study's evidence names, in the order in which they come, without checking it.

    A file that cannot be read has none; `load_evidence` says what is wrong with it.

    Raises
    ------
    StudyError
        If ``datapackage.json`` is missing or cannot be used.
    """
    files = [resource for resource in read_descriptor(folder).resources if resource.name == "evidence"]
    found = [read_raw(folder, resource)[0] for resource in files]
    columns = [table.cells["place"] for table in found if table is not None and "place" in table.cells]
    return tuple(dict.fromkeys(str(place) for column in columns for place in column.unique() if place))


def _read_all(folder: Path, descriptor: Descriptor) -> tuple[dict[str, RawTable], list[Fault]]:
    raw, faults = {}, []
    for resource in descriptor.resources:
        table, more = read_raw(folder, resource)
        faults += more
        if table is not None:
            raw[resource.part] = table
    return raw, faults


def _of_files(faults: list[Fault]) -> bool:
    """Tell whether some fault concerns more than a row of its own."""
    return any(fault.row < FIRST_ROW for fault in faults)


def _check_all(raw: Raw, descriptor: Descriptor) -> tuple[Typed, list[Fault]]:
    """Convert all tables, and list the faults within and between them."""
    tables, faults = {}, []
    for part, table in raw.items():
        tables[part], more = convert_cells(table.cells, table.resource.table, table.resource.file)
        faults += more
    whole = {part: table for part, table in raw.items() if _has_all_columns(table)}
    paths = {part: table.resource.file for part, table in raw.items()}
    for parts in _several(whole):
        same = {paths[part]: tables[part] for part in parts}
        faults += check_shared_key(raw[parts[0]].resource.table, same)
    if "indicators" in whole:
        faults += check_scale_ends(tables["indicators"], paths["indicators"])
    tables["indicators"] = join_indicators(tables.get("indicators"))
    if "indicators" in whole or all(each.name != "indicators" for each in descriptor.resources):
        for part in _parts(whole, "evidence"):
            faults += check_observations(tables[part], raw[part].cells, tables["indicators"], paths[part])
    faults += _check_rows(raw, whole)
    employees = _parts(whole, "employees")
    if employees and len(employees) == sum(each.name == "employees" for each in descriptor.resources):
        linked = {part: tables[part] for name in ("evidence", *_LINKED) for part in _parts(whole, name)}
        faults += check_employees(_join(tables, employees), linked, paths)
    return tables, faults


_LINKED: Final = ("employees", "events", "interventions", "recorded", "truth")


def _check_rows(raw: Raw, whole: Raw) -> list[Fault]:
    """List the file of the evidence if none of its files has a row."""
    parts = _parts(raw, "evidence")
    if not parts or any(part not in whole or len(whole[part].cells) for part in parts):
        return []
    file = raw[parts[0]].resource.file
    return [Fault(file, 0, "", "the table of evidence needs at least one valid row")]


def _parts(raw: Raw, name: str) -> list[str]:
    """Return the files of a table that were read."""
    return [part for part, table in raw.items() if table.resource.name == name]


def _several(raw: Raw) -> list[list[str]]:
    """Return the files of each table that has more than one."""
    return [parts for name in _names(raw) if len(parts := _parts(raw, name)) > 1]


def _names(raw: Raw) -> list[str]:
    return list(dict.fromkeys(table.resource.name for table in raw.values()))


def _join(tables: Typed, parts: Sequence[str]) -> pd.DataFrame:
    """Join the files of a table; nothing is copied where there is one."""
    frames = [tables[part] for part in parts]
    return frames[0] if len(frames) == 1 else pd.concat(frames)


def _has_all_columns(table: RawTable) -> bool:
    return all(column.name in table.cells for column in table.resource.table.columns if column.required)


def _drop_faulty(raw: Raw, faults: list[Fault]) -> dict[str, RawTable]:
    rows: dict[str, set[int]] = {}
    for fault in faults:
        rows.setdefault(fault.file, set()).add(fault.row)
    return {
        name: replace(
            table, cells=table.cells.drop(index=list(rows.get(table.resource.file, ())), errors="ignore")
        )
        for name, table in raw.items()
    }


def _count_steps(raw: Raw, kept: Raw, corrections: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of each file that were read, corrected, rejected and kept."""
    steps = []
    for name, table in kept.items():
        file, n_read, n_kept = table.resource.file, raw[name].n_rows, len(table.cells)
        n_corrected = corrections.loc[corrections["file"] == file, "row"].nunique()
        steps += [
            (file, "read", n_read),
            (file, "corrected", n_corrected),
            (file, "rejected", n_read - n_kept),
            (file, "kept", n_kept),
        ]
    return pd.DataFrame(steps, columns=["file", "step", "n_rows"])


def _assemble(
    study: str, descriptor: Descriptor, tables: Typed, corrections: pd.DataFrame, steps: pd.DataFrame
) -> Evidence:
    tables = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    standard = {name: tables[name] if name in tables else _empty(name) for name in _LINKED}
    return Evidence(
        study=study,
        kind=descriptor.kind,
        never_scored=descriptor.never_scored,
        observations=tables["evidence"],
        indicators=tables["indicators"],
        **standard,
        extras={name: frame for name, frame in tables.items() if name not in TABLES},
        corrections=corrections,
        steps=steps,
    )


def _empty(name: str) -> pd.DataFrame:
    """Return a standard table without rows, with the right columns and types."""
    return convert_cells(pd.DataFrame(index=range(0)), TABLES[name], name)[0]
