"""What people are compared on, scores or single indicators; and what they are held equal in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.instrument import read_weights
from evalkit.errors import DesignError, did_you_mean
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

_PERSON: Final = ["place", "unit", "employee"]
_COLUMNS: Final = ["measure", *_PERSON, "score"]
TRUTH: Final = "true_performance"
_IDENTITY: Final = ("employee", "period")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """What stands for performance itself.

    Attributes
    ----------
    name
        ``true_performance`` in the laboratory, else the indicator that serves as criterion; empty where
        nothing does, and then people cannot be held equal in performance.
    of_people
        By place and employee.
    sources
        Of the criterion; none for truth.
    """

    name: str
    of_people: pd.Series
    sources: frozenset[str] = frozenset()


def list_measures(scores: MethodScores, evidence: Evidence) -> tuple[pd.DataFrame, bool]:
    """Return everyone's score by each measure, and whether the measures are methods.

    Where no method scored anyone, each indicator that is observed on persons is a measure: the mean of a
    person's values.

    Returns
    -------
    measure, place, unit, employee, score; a higher score is better.
    """
    rows = scores.scores
    rows = rows[(rows["status"] == "scored") & (rows["employee"] != "")]
    if len(rows):
        return rows.rename(columns={"method": "measure"})[_COLUMNS].reset_index(drop=True), True
    recorded = _persons(evidence)
    means = recorded.groupby(["indicator", *_PERSON], observed=True)["value"].mean().reset_index()
    lower = evidence.indicators.set_index("indicator")["lower_is_better"].astype(bool)
    better = np.where(means["indicator"].map(lower), -1.0, 1.0)
    return means.rename(columns={"indicator": "measure"}).assign(score=means["value"] * better)[
        _COLUMNS
    ], False


def find_performance(evidence: Evidence, criterion: str = "") -> Performance:
    """Return what stands for performance: a named criterion, else the laboratory's truth, else nothing.

    True performance is the mean of its dimensions over the periods, each counting alike.

    Raises
    ------
    DesignError
        If no person has a recorded value of the criterion.
    """
    if criterion:
        rows = _persons(evidence)
        rows = rows[rows["indicator"] == criterion]
        if rows.empty:
            known = _persons(evidence)["indicator"].astype(str).unique()
            raise DesignError(
                f"No person has a recorded value of the criterion {criterion!r}: "
                f"{did_you_mean(criterion, known)}"
            )
        lower = evidence.indicators.set_index("indicator").loc[criterion, "lower_is_better"]
        values = rows.groupby(["place", "employee"], observed=True)["value"].mean() * (
            -1.0 if bool(lower) else 1.0
        )
        return Performance(name=criterion, of_people=values, sources=frozenset(rows["source"].astype(str)))
    if evidence.truth.empty:
        return Performance(name="", of_people=pd.Series(dtype=float))
    dimensions = [name for name in evidence.truth.columns if name not in _IDENTITY]
    values = evidence.truth.set_index("employee")[dimensions].mean(axis=1).groupby(level=0).mean()
    places = evidence.employees.set_index("employee")["place"]
    values.index = pd.MultiIndex.from_arrays([places.reindex(values.index), values.index])
    return Performance(name=TRUTH, of_people=values)


def measures_that_read(
    performance: Performance, scores: MethodScores, evidence: Evidence, *, of_methods: bool
) -> set[str]:
    """Return the measures that contain the criterion, or come from its raters: one opinion shown twice."""
    if performance.name in ("", TRUTH):
        return set()
    if not of_methods:
        rows = _persons(evidence)
        return set(rows.loc[rows["source"].isin(performance.sources), "indicator"].astype(str))
    weights = read_weights(scores, evidence)
    return set(weights.loc[weights["source"].isin(performance.sources), "method"])


def _persons(evidence: Evidence) -> pd.DataFrame:
    rows = evidence.observations
    return rows[(rows["status"] == "recorded") & (rows["employee"] != "")]
