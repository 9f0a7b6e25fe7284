"""Scores of PP 30/2019, recomputed from SKP and behaviour beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.intake.audit.precision import agrees, common_decimals
from evalkit.intake.layouts import Reading
from evalkit.rules import score_sum
from evalkit.rules.skp import BEHAVIOUR_WEIGHTS, TOP

_NOT_CAPPED: Final = "not_capped"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """The parts and the score of one person, with the decimals that scores have."""

    at: int
    skp: float
    behaviour: float
    score: float
    least: int

    def right(self, weight: float) -> float:
        return score_sum(self.skp, self.behaviour, behaviour_weight=weight)

    def is_right(self, weight: float) -> bool:
        return agrees(self.score, self.right(weight), least=self.least)

    def is_uncapped(self, weight: float) -> bool:
        uncapped = (1 - weight) * self.skp + weight * self.behaviour
        return max(self.skp, self.behaviour) > TOP and agrees(self.score, uncapped, least=self.least)


def audit_scores(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute scores by the weight of behaviour, .3 or .4, that more rows have."""
    if not reading.has("skp", "behaviour_points", "score"):
        return 0, [], []
    rows = _rows(reading)
    weight = max(BEHAVIOUR_WEIGHTS, key=lambda each: sum(row.is_right(each) for row in rows))
    differences = [
        Difference(
            cell=reading.name_cell(row.at, "score"),
            quantity="score",
            recorded=row.score,
            recomputed=row.right(weight),
            why=(_NOT_CAPPED,) if row.is_uncapped(weight) else (),
        )
        for row in rows
        if not row.is_right(weight)
    ]
    return len(rows), differences, [_capping(rows, differences)]


def _rows(reading: Reading) -> list[_Row]:
    table = reading.table[["skp", "behaviour_points", "score"]].dropna()
    least = common_decimals(table["score"])
    return [
        _Row(at=int(str(at)), skp=float(skp), behaviour=float(behaviour), score=float(score), least=least)
        for at, (skp, behaviour, score) in zip(table.index, table.to_numpy(), strict=True)
    ]


def _capping(rows: list[_Row], differences: list[Difference]) -> Defect:
    if any(_NOT_CAPPED in each.why for each in differences):
        return explain(_NOT_CAPPED, differences)
    over = any(max(row.skp, row.behaviour) > TOP for row in rows)
    return Defect(code=_NOT_CAPPED, verdict="not_found" if over else "unknown")
