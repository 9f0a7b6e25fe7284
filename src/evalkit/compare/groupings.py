"""Which groups of people can be compared: sex, age and grade, places, and what a study's own tables say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError, StudyError, UsageError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.shown import Shown

#: A group of fewer people is compared with nobody.
FEWEST_OF_GROUP: Final = 10
#: A place of fewer units is compared with no other: between places, units are what was sampled.
FEWEST_UNITS: Final = 10
_KEYS: Final = ("table", "by", "places", "within", "decisions", "reference", "because")
_DECADE: Final = 10
_PERSON: Final = ["place", "employee"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping(Shown):
    """One way of dividing people into groups.

    Attributes
    ----------
    by
        What divides them, such as sex.
    reference
        The group that the others are compared with: the one that was declared, else the largest.
    people
        One row per person of a group that is large enough: place, unit, employee, group, stratum (what people
        are compared within, beside the place; empty where nothing was declared), and declared decisions.
    decisions
        Columns of decisions that the study declares.
    """

    by: str
    reference: str
    people: pd.DataFrame
    decisions: tuple[str, ...] = ()

    @property
    def others(self) -> list[str]:
        """The groups that are compared with the reference."""
        return sorted(set(self.people["group"].unique()) - {self.reference})


def find_groupings(evidence: Evidence, declared: Mapping[str, Any] | None = None) -> list[Grouping]:
    """Return every way of dividing the people of the evidence into two groups or more.

    Sex, ten-year band of age and grade come from the table of employees; places where several have ten units
    or more; the rest from the study's own tables.

    Parameters
    ----------
    declared
        By name: ``table``, ``by`` (columns of groups), ``places``, ``within`` (a column), ``decisions``
        (columns that are true or false), ``reference`` (by column) and ``because``.

    Raises
    ------
    StudyError
        If what is declared cannot be read.
    """
    _refuse_unknown(declared or {})
    found = list(_of_employees(evidence))
    for entry in (declared or {}).values():
        found += _of_table(evidence, entry)
    return [one for one in found if one is not None]


def name_groups(rows: pd.DataFrame) -> pd.Series:
    """Return which group is compared with which, as ``results.csv`` names it."""
    return rows["by"] + ": " + rows["group"] + " against " + rows["reference"]


def _of_employees(evidence: Evidence) -> Iterator[Grouping | None]:
    people = _people(evidence)
    for by, groups in (
        ("sex", people["sex"]),
        ("age", _age_bands(evidence, people)),
        ("grade", people["grade"]),
    ):
        yield _make(by, people.assign(group=groups))
    units = people.groupby("place")["unit"].transform("nunique")
    yield _make("place", people.assign(group=people["place"].where(units >= FEWEST_UNITS)))


def _people(evidence: Evidence) -> pd.DataFrame:
    """Return the employees that someone observed."""
    rows = evidence.employees
    observed = set(evidence.observations["employee"].unique())
    return rows[rows["employee"].isin(observed)].assign(stratum="").reset_index(drop=True)


def _age_bands(evidence: Evidence, people: pd.DataFrame) -> pd.Series:
    """Return ten-year bands of age in the last year of the evidence; nothing where it names no period."""
    last = str(evidence.observations["period"].astype(str).max())
    if not last[:4].isdigit():
        return pd.Series(pd.NA, index=people.index, dtype="str")
    birth = pd.to_numeric(people["birth_year"], errors="coerce")
    first = (int(last[:4]) - birth) // _DECADE * _DECADE
    return first.map(lambda age: f"{age:.0f}–{age + _DECADE - 1:.0f}" if np.isfinite(age) else pd.NA)


def _of_table(evidence: Evidence, entry: Mapping[str, Any]) -> Iterator[Grouping | None]:
    """Yield the groupings of one of the study's own tables."""
    name, columns = str(entry["table"]), list(entry["by"])
    if name not in evidence.extras:
        raise UsageError(f"{evidence.study} has no table {name!r}: {did_you_mean(name, evidence.extras)}")
    table, decisions = evidence.extras[name], tuple(entry.get("decisions", ()))
    within = str(entry.get("within", ""))
    for column in (*columns, *decisions, within, "employee"):
        if column and column not in table:
            raise UsageError(
                f"The table {name} has no column {column!r}: {did_you_mean(column, map(str, table))}"
            )
    people = _people(evidence)[["place", "unit", "employee", "stratum"]]
    if entry.get("places"):
        people = people[people["place"].isin(entry["places"])]
    for column in columns:
        needed = list(dict.fromkeys(["employee", column, *([within] if within else []), *decisions]))
        one = table[needed].drop_duplicates()
        if one["employee"].duplicated().any():
            raise DesignError(f"The table {name} says more than one thing about the {column} of a person.")
        rows = people.merge(one, on="employee").rename(columns={column: "group"})
        rows = rows.assign(stratum=rows[within]) if within else rows
        groups = rows["group"].map(_name_level)
        reference = str(entry.get("reference", {}).get(column, ""))
        yield _make(column, rows.assign(group=groups), reference=reference, decisions=decisions)


def _name_level(value: Any) -> Any:
    if pd.isna(value):
        return pd.NA
    return {True: "yes", False: "no"}[bool(value)] if isinstance(value, bool) else str(value)


def _make(
    by: str, people: pd.DataFrame, *, reference: str = "", decisions: Sequence[str] = ()
) -> Grouping | None:
    """Keep the people of groups that are large enough; nothing where fewer than two are."""
    groups = people["group"].astype("object").where(people["group"].notna(), "").astype(str)
    counts = groups[groups != ""].value_counts()
    large = sorted(counts.index[counts >= FEWEST_OF_GROUP])
    if reference and reference not in large:
        raise DesignError(
            f"The reference group {reference!r} of {by} has under {FEWEST_OF_GROUP} people, or none; groups "
            f"that are large enough: {', '.join(large) or 'none'}."
        )
    if len(large) < 2:
        return None
    kept = people.assign(group=groups)[groups.isin(large)]
    columns = ["place", "unit", "employee", "group", "stratum", *decisions]
    return Grouping(
        by=by,
        reference=reference or max(large, key=lambda name: counts[name]),
        people=kept[columns].reset_index(drop=True),
        decisions=tuple(decisions),
    )


def _refuse_unknown(declared: Mapping[str, Any]) -> None:
    faults = []
    for name, entry in declared.items():
        if not isinstance(entry, Mapping):
            faults.append(f"fairness: {name}: must be a mapping with a table and by")
            continue
        faults += [
            f"fairness: {name}: unknown key {key!r}: {did_you_mean(str(key), _KEYS)}"
            for key in entry
            if key not in _KEYS
        ]
        faults += [f"fairness: {name}: {key} is missing" for key in ("table", "by") if not entry.get(key)]
    if faults:
        raise StudyError(
            "The study's groups cannot be read:\n" + "\n".join(f"  - {one}" for one in faults),
            found=[(0, one) for one in faults],
        )
