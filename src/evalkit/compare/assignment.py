"""Who was given what, when, and how that was decided: the design that an effect can be estimated by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import Evidence

#: What decides under each rule, the highest or the lowest of it.
RULES: Final = ("lowest", "highest", "improved", "fell")
NO_SCORE: Final = (
    "no score in the evidence (mean rating by the supervisor, score that the office recorded, in a quarter "
    "before, or their change) parts who was given it from who was not"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """The score that decided.

    Attributes
    ----------
    of_people
        Of each person of the place who could be given it and has one.
    cutoff
        Half-way between the last who was given it and the first who was not.
    below
        Whether it was given below the cut-off.
    rule
        What was chosen: ``lowest``, ``highest``, ``improved`` (the highest gains) or ``fell``.
    source
        ``supervisor`` (mean rating) or ``recorded`` (the office's own score).
    periods
        The quarter that it is of, or the two of a gain.
    """

    of_people: pd.Series
    cutoff: float
    below: bool
    rule: str
    source: str
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assignment:
    """One kind of intervention in one place and quarter, and how its people were chosen.

    Attributes
    ----------
    given
        Whether each person was given it; people of the place, less those given the same kind before.
    score
        The score that decided, where one did and it is found.
    """

    place: str
    kind: str
    by: str
    period: str
    given: pd.Series
    score: Score | None


def find_assignments(evidence: Evidence) -> list[Assignment]:
    """List what was given by place, kind, way of choosing and quarter, with the score that decided.

    The table of interventions says that a score decided and not which. It is looked for: the one that parts
    those who were given it from all others of the place without exception.
    """
    table, employees = evidence.interventions, evidence.employees
    if table.empty or employees.empty:
        return []
    where = employees.set_index(employees["employee"].astype(str))["place"].astype(str)
    rows = table.astype(str).assign(place=table["employee"].astype(str).map(where)).dropna(subset=["place"])
    scores = list(_candidates(evidence))
    found = []
    for (place, kind, by, period), some in rows.groupby(["place", "kind", "assigned_by", "period"]):
        before = rows[(rows["kind"] == kind) & (rows["period"] < period)]["employee"]
        people = where.index[(where == place) & ~where.index.isin(before)]
        given = pd.Series(people.isin(some["employee"]), index=people)
        score = _find_score(given, str(period), scores) if by == "score" else None
        found.append(
            Assignment(
                place=str(place), kind=str(kind), by=str(by), period=str(period), given=given, score=score
            )
        )
    return found


def mean_ratings(evidence: Evidence, source: str = "supervisor") -> pd.DataFrame:
    """Return the mean rating of each employee by one source, a column for each quarter.

    Of the indicators that the source rated on the scale that most of its ratings are on.
    """
    rows = evidence.observations
    rows = rows[(rows["source"] == source) & (rows["employee"] != "") & rows["value"].notna()]
    units = evidence.indicators.set_index("indicator")["unit"]
    kinds = rows["indicator"].astype(str).map(units)
    if rows.empty or kinds.dropna().empty:
        return pd.DataFrame(index=pd.Index([], name="employee", dtype="str"))
    rows = rows[(kinds == kinds.mode().iloc[0]).to_numpy()]
    names = rows[["employee", "period"]].astype(str).assign(value=rows["value"])
    table: pd.DataFrame = names.pivot_table(index="employee", columns="period", values="value")
    return table


def _candidates(evidence: Evidence) -> Iterator[tuple[str, tuple[str, ...], pd.Series]]:
    """Yield what may have decided: source, quarter or quarters, values; the latest first, gains last."""
    recorded = evidence.recorded[evidence.recorded["employee"] != ""].dropna(subset=["score"])
    office = pd.DataFrame(index=pd.Index([], dtype="str"))
    if len(recorded):
        office = recorded.astype({"employee": str, "period": str}).pivot_table(
            index="employee", columns="period", values="score"
        )
    for source, table in (("recorded", office), ("supervisor", mean_ratings(evidence))):
        quarters = sorted(table.columns)
        for quarter in reversed(quarters):
            yield source, (quarter,), table[quarter]
        for first, second in reversed(list(pairwise(quarters))):
            yield source, (first, second), (table[second] - table[first]).round(9)


def _find_score(
    given: pd.Series, period: str, scores: list[tuple[str, tuple[str, ...], pd.Series]]
) -> Score | None:
    for source, quarters, values in scores:
        if quarters[-1] >= period:
            continue
        known = values.reindex(given.index).dropna()
        chosen = given.loc[known.index].to_numpy()
        own, others = known.to_numpy()[chosen], known.to_numpy()[~chosen]
        if not len(own) or not len(others) or len(own) < given.sum():
            continue
        for below in (True, False):
            inner, outer = (own.max(), others.min()) if below else (own.min(), others.max())
            if (inner < outer) if below else (inner > outer):
                names = ("lowest", "highest") if len(quarters) == 1 else ("fell", "improved")
                return Score(
                    of_people=known,
                    cutoff=float(np.mean([inner, outer])),
                    below=below,
                    rule=names[0 if below else 1],
                    source=source,
                    periods=quarters,
                )
    return None
