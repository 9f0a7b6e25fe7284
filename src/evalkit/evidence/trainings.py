"""The catalogue of trainings: what each is for, how long it takes, and what is assumed of its effect."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from evalkit.errors import EvidenceError, Fault, did_you_mean
from evalkit.evidence.check import convert_cells, list_faults
from evalkit.evidence.descriptor import Resource
from evalkit.evidence.read import read_raw
from evalkit.evidence.schema import Column, Table

#: Name of the file in a study folder.
TRAININGS_FILE: Final = "trainings.csv"
TOPICS: Final = ("it", "communication", "service", "discipline")
TRAININGS: Final = Table(
    "trainings",
    (
        Column("training", filled=True),
        Column("name_id", filled=True),
        Column("name_en", filled=True),
        Column("topic", filled=True, codes=TOPICS),
        Column("indicators", filled=True),
        Column("provider", required=False),
        Column("hours", "number", filled=True, low=0.5, high=2000),
        Column("effect", "number", filled=True, low=0, high=1),
        Column("effect_low", "number", required=False, low=0, high=1),
        Column("effect_high", "number", required=False, low=0, high=1),
    ),
    ("training",),
)
_REMEDY: Final = "Correct the file; what each column must hold stands beside its fault."


def load_trainings(path: Path, indicators: pd.DataFrame) -> pd.DataFrame:
    """Read and check a catalogue of trainings.

    Parameters
    ----------
    indicators
        Every indicator that the study may use; a training names those that it is meant to raise, with spaces
        between them.

    Returns
    -------
    One row per training; ``indicators`` is a tuple. ``effect`` is the share of a shortfall that a training is
    assumed to close; ``effect_low`` and ``effect_high``, its range, are the effect itself where none is
    given.

    Raises
    ------
    EvidenceError
        If the file breaks its rules; every fault with its row and column.
    """
    resource = Resource(
        name="trainings", file=path.name, format="csv", table=TRAININGS, sha256="", part="trainings"
    )
    raw, faults = read_raw(path.parent, resource)
    if raw is None:
        raise EvidenceError(faults, remedy=_REMEDY)
    frame, more = convert_cells(raw.cells, TRAININGS, path.name)
    faults += more
    if set(TRAININGS.column_names) <= set(frame.columns):
        faults += [*_check_indicators(frame, indicators, path.name), *_check_range(frame, path.name)]
    if frame.empty:
        faults.append(Fault(path.name, 0, "", "the catalogue needs at least one training"))
    if faults:
        raise EvidenceError(faults, remedy=_REMEDY)
    ends = {name: frame[name].fillna(frame["effect"]) for name in ("effect_low", "effect_high")}
    names = frame["indicators"].map(lambda text: tuple(text.split()))
    return frame.assign(indicators=names, **ends).reset_index(drop=True)


def _check_indicators(frame: pd.DataFrame, indicators: pd.DataFrame, file: str) -> list[Fault]:
    """List the names that are no indicators, each with the nearest one that is."""
    known = indicators["indicator"].tolist()
    return [
        fault
        for row, text in frame["indicators"].items()
        for name in text.split()
        if name not in known
        for fault in list_faults(
            file,
            "indicators",
            f"must name indicators, with spaces between them; {did_you_mean(name, known)}",
            pd.Series([name], index=[row]),
        )
    ]


def _check_range(frame: pd.DataFrame, file: str) -> list[Fault]:
    """List ranges that do not hold the effect that is assumed."""
    checks = (
        ("effect_low", "must be at most the effect", frame["effect_low"] > frame["effect"]),
        ("effect_high", "must be at least the effect", frame["effect_high"] < frame["effect"]),
    )
    return [
        fault
        for column, rule, wrong in checks
        for fault in list_faults(file, column, rule, frame.loc[wrong, column].astype("str"))
    ]
