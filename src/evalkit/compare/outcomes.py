"""What became of people, quarter by quarter: ratings, true performance, scores of methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.assignment import Assignment, mean_ratings
from evalkit.evidence import Evidence
from evalkit.methods import MethodSpecification, score_periods

#: The outcome that every design uses: it is there before and after, and on one scale.
RATING: Final = "supervisor"
TRUTH: Final = "true_performance"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """Outcomes of each person.

    Attributes
    ----------
    tables
        By name of the outcome: a row for each employee, a column for each quarter that is known.
    unaffected
        By kind of intervention, the same had it had no effect; empty where that is not known.
    quarters
        All quarters of the evidence, in their order.
    """

    tables: Mapping[str, pd.DataFrame]
    unaffected: Mapping[str, Mapping[str, pd.DataFrame]]
    quarters: tuple[str, ...]

    def after(self, period: str) -> str:
        """Return the quarter after a quarter; empty where none is observed."""
        return next((quarter for quarter in self.quarters if quarter > period), "")

    def up_to(self, period: str) -> list[str]:
        """Return the quarters until a quarter, itself among them."""
        return [quarter for quarter in self.quarters if quarter <= period]


def follow_outcomes(
    evidence: Evidence,
    methods: Mapping[str, MethodSpecification],
    assignments: Sequence[Assignment],
    *,
    mappings: Mapping[str, Any] | None,
    unaffected: Mapping[str, Evidence] | None,
) -> Outcomes:
    """Gather the outcomes; methods are scored on the quarters after something was given alone."""
    tables = _observe(evidence)
    quarters = tuple(sorted({quarter for table in tables.values() for quarter in table.columns}))
    later = {next((q for q in quarters if q > one.period), "") for one in assignments}
    chosen = sorted(later - {""}) if methods else []
    read = evidence.select(periods=chosen)
    for quarter, found in (score_periods(read, methods, mappings=mappings) if chosen else {}).items():
        for name, some in found.scores.dropna(subset=["score"]).groupby("method"):
            scores = some.set_index(some["employee"].astype(str))["score"].rename(quarter)
            tables[str(name)] = tables.get(str(name), pd.DataFrame()).join(scores, how="outer")
    same = {kind: _observe(without) for kind, without in (unaffected or {}).items()}
    return Outcomes(tables=tables, unaffected=same, quarters=quarters)


def _observe(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Return ratings and, where it is known, true performance; the mean of all its dimensions."""
    tables = {RATING: mean_ratings(evidence)}
    truth = evidence.truth
    if len(truth):
        values = truth.drop(columns=["employee", "period"]).mean(axis=1)
        frame = truth[["employee", "period"]].astype(str).assign(value=values)
        tables[TRUTH] = frame.pivot_table(index="employee", columns="period", values="value")
    return {name: table for name, table in tables.items() if len(table)}


def spread_within(values: pd.Series, place: pd.Series) -> float:
    """Return the standard deviation of people of one place, over all places; NaN where nobody differs."""
    centred = values - values.groupby(place).transform("mean")
    freedom = len(values) - place.nunique()
    spread = float(np.sqrt((centred**2).sum() / freedom)) if freedom > 0 else float("nan")
    return spread if spread > 0 else float("nan")
