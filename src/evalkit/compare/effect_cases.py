"""What was given by one rule, the people whom it was about, and the ledger of what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from evalkit.compare.assignment import Assignment
from evalkit.compare.disclosure import LEAST
from evalkit.compare.outcomes import Outcomes, spread_within
from evalkit.errors import DesignError
from evalkit.evidence import Evidence

_WHO: Final = ("place", "kind", "assigned_by", "rule")
_ENDS: Final = ("estimate", "conf_low", "conf_high")

#: Columns of each table of what is found.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "effects": (
        *(*_WHO, "design", "is_main", "outcome", "period", *_ENDS),
        *("known_effect", "n_given", "n", "caveat"),
    ),
    "benchmarks": (
        *(*_WHO, "period", "observed_change", "expected_change", "change_of_others"),
        *("n_given", "n"),
    ),
    "tests": (*_WHO, "quantity", "outcome", "estimate", "p_value", "n"),
    "steps": (*_WHO, "outcome", "step", *_ENDS, "n_given", "n"),
    "spread": ("place", "kind", "outcome", "period", *_ENDS, "mean", "n", "n_given", "caveat"),
    "points": (*_WHO, "period", "score", "outcome_mean", "n"),
    "refused": ("place", "kind", "assigned_by", "period", "reason"),
}
_TEXTS: Final = {*_WHO, "design", "outcome", "period", "quantity", "caveat", "reason"}


FEWEST_UNITS: Final = 10
TOO_FEW: Final = f"fewer than {LEAST} people were given it, or were not; of so few nothing is shown"
FEW_UNITS: Final = f"under {FEWEST_UNITS} units: people are taken as independent"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One kind of intervention, given in one quarter by one rule, in one place or in several."""

    parts: tuple[Assignment, ...]

    @property
    def by(self) -> str:
        """How people were chosen."""
        return self.parts[0].by

    @property
    def kind(self) -> str:
        """What was given."""
        return self.parts[0].kind

    @property
    def period(self) -> str:
        """When it was given."""
        return self.parts[0].period

    @property
    def who(self) -> dict[str, str]:
        """Columns that name the case; no place where there are several."""
        rule = self.parts[0].score.rule if self.parts[0].score else ""
        place = self.parts[0].place if len(self.parts) == 1 else ""
        return {"place": place, "kind": self.kind, "assigned_by": self.by, "rule": rule}

    def list_people(self) -> pd.DataFrame:
        """Return a row for each person: place, given, and how far the score is from the cut-off."""
        parts = []
        for one in self.parts:
            frame = pd.DataFrame({"place": one.place, "given": one.given})
            if one.score:
                own = one.score.of_people
                frame = frame.loc[own.index].assign(distance=(own - one.score.cutoff).round(9))
            parts.append(frame)
        return pd.concat(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What effects are estimated from, and rows of what is found."""

    outcomes: Outcomes
    evidence: Evidence
    conf_level: float
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Add rows to one of the tables."""
        self.rows[table] += map(dict, rows)

    def refuse(self, case: Case, reason: str) -> None:
        """Add why a case shows nothing."""
        self.add("refused", {**case.who, "period": case.period, "reason": reason})

    def frame(self, table: str) -> pd.DataFrame:
        """Return one table of what was found."""
        frame = pd.DataFrame(self.rows[table], columns=list(COLUMNS[table]))
        texts = [name for name in frame if name in _TEXTS]
        numbers = [name for name in frame if name not in _TEXTS]
        frame[texts] = frame[texts].astype("object").fillna("")
        return frame.astype(dict.fromkeys(numbers, "float64"))

    def tables_at(self, quarter: str) -> list[tuple[str, pd.DataFrame]]:
        """Return the outcomes that are known of a quarter."""
        return [(name, table) for name, table in self.outcomes.tables.items() if quarter in table.columns]

    def known_effect(self, case: Case, outcome: str, quarter: str, people: pd.DataFrame) -> float:
        """Return what it did to those given it beyond what it did to the others, in SDs; NaN if unknown."""
        without = self.outcomes.unaffected.get(case.kind, {}).get(outcome)
        if without is None or not people["given"].any() or people["given"].all():
            return float("nan")
        gain = (self.outcomes.tables[outcome][quarter] - without[quarter]).reindex(people.index)
        gain = gain / people["spread"]
        return float(gain[people["given"]].mean() - gain[~people["given"]].mean())

    def find_clusters(self, people: pd.DataFrame) -> pd.Series | None:
        """Return the unit of each person, or nothing where units are too few to take them as clusters."""
        employees = self.evidence.employees
        names = employees["employee"].astype(str)
        unit = employees.set_index(names)["unit"].astype(str).reindex(people.index)
        return unit if unit.nunique() >= FEWEST_UNITS and (unit != "").all() else None


def add_outcome(people: pd.DataFrame, table: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return the people whose outcome is known, with it in SDs from the mean of their place.

    Raises
    ------
    DesignError
        If they are too few.
    """
    joined = people.assign(y=table[quarter].reindex(people.index)).dropna(subset=["y"])
    if min(int(joined["given"].sum()), int((~joined["given"]).sum())) < LEAST:
        raise DesignError(TOO_FEW)
    spread = spread_within(joined["y"], joined["place"])
    centred = joined["y"] - joined.groupby("place")["y"].transform("mean")
    return joined.assign(y=centred / spread, spread=spread).dropna(subset=["y"])
