"""Families of comparisons as ``study.yaml`` declares them, and the scores that belong to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from evalkit.compare.design import method_design, require
from evalkit.compare.details import join_details
from evalkit.compare.shared_unit import find_shared_points, find_shared_scale
from evalkit.errors import DesignError, StudyError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

_FAMILY_KEYS: Final = ("by", "table", "places", "sources", "indicators", "because")
_MARGIN_KEYS: Final = ("value", "because")
_PERSON: Final = ["unit", "employee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTable:
    """What one family compares, in one place or over several.

    Attributes
    ----------
    place
        Where these people are; "pooled" where in several places.
    people
        One row per person, one column per condition.
    units, places
        Unit and place of each person.
    unit_of_measure
        What a difference of one is, in words.
    caveat
        Doubt about the whole table.
    """

    place: str
    people: pd.DataFrame
    units: pd.Series
    places: pd.Series
    unit_of_measure: str
    caveat: str = ""


def check_families(families: Mapping[str, Any], margins: Mapping[str, Any]) -> None:
    """Refuse families and margins that cannot be read; every fault at once.

    Raises
    ------
    StudyError
        If a key is unknown, ``by`` is missing, a margin belongs to no family or is no number above zero.
    """
    faults = []
    for kind, entries, known in (
        ("families", families, _FAMILY_KEYS),
        ("margins", margins, _MARGIN_KEYS),
    ):
        for name, entry in entries.items():
            keys = entry if isinstance(entry, Mapping) else {"": None}
            faults += [
                f"{kind}: {name}: unknown key {key!r}: {did_you_mean(str(key), known)}"
                for key in keys
                if key not in known
            ]
    faults += [
        f"families: {name}: by is missing" for name, entry in families.items() if not _get(entry, "by")
    ]
    faults += [
        f"margins: {name}: there is no such family: {did_you_mean(name, families)}"
        for name in margins
        if name not in families
    ]
    faults += [
        f"margins: {name}: value must be a number above zero; found {_get(entry, 'value')!r}"
        for name, entry in margins.items()
        if not (isinstance(_get(entry, "value"), int | float) and _get(entry, "value") > 0)
    ]
    if faults:
        raise StudyError(
            "The study's families cannot be read:\n" + "\n".join(f"  - {one}" for one in faults),
            found=[(0, one) for one in faults],
        )


def read_family(
    evidence: Evidence, declared: Mapping[str, Any], scores: MethodScores | None
) -> list[FamilyTable]:
    """Return what a family compares, one table per place.

    Raises
    ------
    DesignError
        If methods are one instrument or one method, conditions share no unit, or there is nothing to compare.
    """
    if declared["by"] == "method":
        return _methods(evidence, scores, declared)
    return _conditions(evidence, declared)


def _methods(
    evidence: Evidence, scores: MethodScores | None, declared: Mapping[str, Any]
) -> list[FamilyTable]:
    if scores is None:
        raise UsageError("A family by method needs the scores of its methods; pass them under its name.")
    evidence = _select(evidence, declared, "places")
    known = scores.scores["place"].isin(evidence.observations["place"])
    scores = replace(scores, scores=scores.scores[known])
    require("mean_differences", method_design(scores, evidence))
    unit = find_shared_points(scores, evidence)
    rows = scores.scores[scores.scores["status"] == "scored"]
    return _by_place(rows.rename(columns={"score": "value", "method": "condition"}), unit)


def _conditions(evidence: Evidence, declared: Mapping[str, Any]) -> list[FamilyTable]:
    """Return conditions that were rated on one scale by one source."""
    evidence = _select(evidence, declared, "places", "indicators", "sources")
    table, by = declared.get("table", ""), str(declared["by"])
    rows = join_details(evidence, table) if table else evidence.observations
    rows = rows[rows["status"] == "recorded"]
    if by not in rows:
        raise UsageError(f"There is no column {by!r} to compare: {did_you_mean(by, map(str, rows))}")
    if rows.empty:
        raise DesignError("The evidence holds no recorded value of this family.")
    _refuse_mixed(rows, by)
    unit = find_shared_scale(evidence, sorted(rows["indicator"].unique()))
    return _by_place(rows.assign(condition=rows[by].astype(str)), unit)


def _select(evidence: Evidence, declared: Mapping[str, Any], *keys: str) -> Evidence:
    """Return the evidence that belongs to the family; a key that is not declared selects everything."""
    try:
        return evidence.select(**{key: tuple(declared.get(key, ())) for key in keys})
    except UsageError as error:
        raise DesignError(f"The family cannot be formed: {error}.") from error


def _refuse_mixed(rows: pd.DataFrame, by: str) -> None:
    """Refuse conditions that differ in more than their name."""
    mixed = [name for name in ("source", "rater") if _differs(rows, by, name)]
    if by != "indicator" and rows["indicator"].nunique() > 1:
        mixed.append("indicator")
    if mixed:
        raise DesignError(
            f"A difference between values of {by} needs them to be alike in everything else; they differ in "
            f"{' and '.join(mixed)} too, so the two cannot be told apart. Compare those that share it."
        )


def _differs(rows: pd.DataFrame, by: str, column: str) -> bool:
    """Tell whether two conditions have different values in a column."""
    return len({frozenset(names.unique()) for _, names in rows.groupby(by)[column]}) > 1


def _by_place(rows: pd.DataFrame, unit: str) -> list[FamilyTable]:
    """Return one row per person; several values of one condition are averaged first."""
    tables = []
    for place, part in rows.groupby("place", sort=True):
        values = part.pivot_table(index=_PERSON, columns="condition", values="value", sort=False).sort_index()
        units = pd.Series(values.index.get_level_values("unit"), index=values.index)
        places = pd.Series(str(place), index=values.index)
        tables.append(
            FamilyTable(place=str(place), people=values, units=units, places=places, unit_of_measure=unit)
        )
    return tables


def _get(entry: object, key: str) -> Any:
    return entry.get(key) if isinstance(entry, Mapping) else None
