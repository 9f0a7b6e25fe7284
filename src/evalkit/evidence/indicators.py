"""Indicators that a study may use: the standard ones, and its own before them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from evalkit.errors import EvidenceError
from evalkit.evidence.check import convert_cells
from evalkit.evidence.descriptor import read_descriptor
from evalkit.evidence.read import read_raw
from evalkit.evidence.schema import TABLES


@cache
def _standard_indicators() -> pd.DataFrame:
    with files("evalkit.evidence").joinpath("indicators.csv").open(encoding="utf-8") as file:
        cells = pd.read_csv(file, dtype="str", keep_default_na=False)
    return convert_cells(cells, TABLES["indicators"], "indicators.csv")[0]


def standard_indicators() -> pd.DataFrame:
    """Return the indicators that every study may use: unit, scale (NaN where open), direction and labels.

    Examples
    --------
    >>> standard_indicators().set_index("indicator").loc["integrity", ["low", "high"]].tolist()
    [1.0, 5.0]
    """
    return _standard_indicators().copy()


def join_indicators(own: pd.DataFrame | None) -> pd.DataFrame:
    """Add a study's own indicators to the standard ones; its own come first where both define one."""
    standard = standard_indicators()
    if own is None:
        return standard
    return pd.concat([own, standard]).drop_duplicates("indicator", ignore_index=True)


def read_indicators(folder: Path) -> pd.DataFrame:
    """Return the indicators that a study may use, without reading its evidence.

    Raises
    ------
    StudyError
        If ``datapackage.json`` is missing or cannot be used.
    EvidenceError
        If the table of indicators has faults.
    """
    own = next((each for each in read_descriptor(folder).resources if each.name == "indicators"), None)
    if own is None:
        return standard_indicators()
    raw, faults = read_raw(folder, own)
    if raw is not None and not faults:
        table, faults = convert_cells(raw.cells, own.table, own.file)
        if not faults:
            return join_indicators(table)
    raise EvidenceError(faults)
