"""``corrections.csv``: each change to a cell is a row with a reason; the files themselves never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from evalkit.errors import Fault
from evalkit.evidence.check import convert_cells
from evalkit.evidence.read import RawTable
from evalkit.evidence.schema import TABLES
from evalkit.rules import mask_nip

_TABLE = TABLES["corrections"]


def apply_corrections(
    raw: Mapping[str, RawTable],
) -> tuple[dict[str, RawTable], pd.DataFrame, list[Fault]]:
    """Replace the cells that the table of corrections names.

    Returns
    -------
    tuple
        The tables, corrected and without the corrections; the corrections that were applied, with what looks
        like a NIP masked; and the faults of those that do not fit, none of which is passed over.
    """
    tables = {name: table for name, table in raw.items() if name != _TABLE.name}
    if _TABLE.name not in raw:
        return tables, pd.DataFrame(columns=list(_TABLE.column_names), dtype="str"), []
    file = raw[_TABLE.name].resource.file
    listed, faults = convert_cells(raw[_TABLE.name].cells, _TABLE, file)
    if faults:
        return tables, listed.iloc[:0], faults
    tables = {name: replace(table, cells=table.cells.astype("str")) for name, table in tables.items()}
    by_file = {table.resource.file: table.cells for table in tables.values()}
    for at, correction in zip(listed.index.tolist(), listed.to_dict("records"), strict=True):
        fault = _apply(by_file, correction, file, at)
        if fault is not None:
            faults.append(fault)
    shown = listed.assign(**{name: listed[name].map(mask_nip) for name in ("old", "new", "reason")})
    return tables, shown.reset_index(drop=True), faults


def _apply(by_file: Mapping[str, pd.DataFrame], correction: Mapping, file: str, at: int) -> Fault | None:  # type: ignore[type-arg]
    """Apply one correction to the cells, or say why it does not fit."""
    cells = by_file.get(correction["file"])
    if cells is None:
        return Fault(file, at, "file", f"must be one of {', '.join(by_file)}", mask_nip(correction["file"]))
    row, column, old = int(correction["row"]), correction["column"], correction["old"]
    if column not in cells:
        return Fault(file, at, "column", f"must be a column of {correction['file']}", mask_nip(column))
    if row not in cells.index:
        return Fault(file, at, "row", f"must be a row of {correction['file']}; its header is row 1", str(row))
    found = str(cells.loc[row, column])
    if not _same(found, old):
        return Fault(
            file, at, "old", "must be what the file holds", f"{mask_nip(old)}, file: {mask_nip(found)}"
        )
    cells.loc[row, column] = correction["new"]
    return None


def _same(found: str, old: str) -> bool:
    """Tell whether two cells are equal, as text or as numbers (a Parquet file turns 4 into 4.0)."""
    if found == old:
        return True
    try:
        return float(found) == float(old)
    except ValueError:
        return False
