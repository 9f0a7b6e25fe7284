"""Did training, mentoring and recognition help? By the design that the way of choosing people allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.assignment import NO_SCORE, Assignment, find_assignments
from evalkit.compare.disclosure import LEAST
from evalkit.compare.effect_by_lot import estimate_by_lot, estimate_by_volunteers
from evalkit.compare.effect_by_score import estimate_by_score
from evalkit.compare.effect_cases import TOO_FEW, Case, Ledger
from evalkit.compare.effect_spread import measure_spread
from evalkit.compare.outcomes import follow_outcomes
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodSpecification
from evalkit.shown import show_frame

NOTHING_GIVEN: Final = "the evidence has no table of what was given to whom"
NO_LATER: Final = "no later quarter is observed"
_CHANGES: Final = ("observed_change", "expected_change", "change_of_others")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterventionEffects:
    """What was given, what it did, and what would have been seen had it done nothing.

    Attributes
    ----------
    effects
        One row per place ("": all with one rule), kind, way of choosing (assigned_by), rule, design, outcome
        and quarter: estimate in SDs of the outcome within places, with its interval; known_effect where the
        laboratory knows it; n_given, n (with a score: those near the cut-off), caveat. is_main: 1 for the
        design whose interval is to be read, where two fit.
    benchmarks
        One row per place, kind and rule: change of those chosen by a score from the quarter that chose them
        (observed_change), what chance alone makes of such a choice (expected_change), change of the others;
        in SDs of the supervisor's rating.
    tests
        What a design rests on: score_heaping (share of people at the first score that counts, of three),
        density_break, pre_trend (change before anything was given); estimate, p_value, n.
    steps
        Change of volunteers beyond that of the others, quarter by quarter from the one before.
    spread
        How far an effect varies over the leaders of units: SD with its interval, mean, n leaders.
    points
        Mean outcome by distance from the cut-off, of at least five people each, for figures.
    refused
        place, kind, assigned_by, period and reason of what cannot be estimated.
    """

    effects: pd.DataFrame
    benchmarks: pd.DataFrame
    tests: pd.DataFrame
    steps: pd.DataFrame
    spread: pd.DataFrame
    points: pd.DataFrame
    refused: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold each estimate to its interval, and counts to one another."""
        for frame in (self.effects, self.spread):
            known = frame.dropna(subset=["estimate"])
            low, high = known["conf_low"], known["conf_high"]
            if ((low > known["estimate"]) | (known["estimate"] > high)).any():
                raise ValueError("an estimate lies outside of its interval")
            if ((low.isna() | high.isna()) & (known["caveat"] == "")).any():
                raise ValueError("an estimate has neither an interval nor a reason for none")
        if (self.effects["n_given"] > self.effects["n"]).any():
            raise ValueError("more people were given it than there are")
        if (self.effects["n_given"] < LEAST).any() and len(self.points[self.points["n"] < LEAST]):
            raise ValueError("a group of under five people is shown")

    @property
    def main(self) -> pd.DataFrame:
        """The effects by the design whose interval is to be read."""
        return self.effects[self.effects["is_main"] == 1]

    def to_frame(self) -> pd.DataFrame:
        """Return the effects, one tidy row each."""
        return self.effects.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal with its reason."""
        effects = _name(self.effects, "intervention_effect", "assigned_by", "rule", "outcome")
        known = effects.dropna(subset=["known_effect"])
        known = known.assign(quantity="known_effect", estimate=known["known_effect"], caveat="")
        changes = _name(self.benchmarks, "", "assigned_by", "rule")
        several = [changes.assign(quantity=name, estimate=changes[name]) for name in _CHANGES]
        tests = _name(self.tests, "", "assigned_by", "rule", "outcome").assign(
            quantity=self.tests["quantity"]
        )
        gaps = _name(self.refused, "intervention_effect", "assigned_by")
        frames = [
            effects.assign(group=effects["design"]),
            known.assign(group=known["design"], conf_low=np.nan, conf_high=np.nan),
            *several,
            tests.assign(caveat=[f"p = {p:.3f}" if np.isfinite(p) else "" for p in tests["p_value"]]),
            _name(self.steps, "change_by_quarter", "assigned_by", "outcome").assign(
                group=[f"{step:+.0f}" for step in self.steps["step"]]
            ),
            _name(self.spread, "effect_spread", "outcome"),
            gaps.assign(caveat=gaps["reason"]),
        ]
        key = ["quantity", "place", "period", "group", "item"]
        columns = [*key, "estimate", "conf_low", "conf_high", "n", "caveat"]
        kept = [one.reindex(columns=columns) for one in frames]
        return pd.concat([one for one in kept if len(one)] or kept[:1], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.effects)


def _name(frame: pd.DataFrame, quantity: str, *parts: str) -> pd.DataFrame:
    """Name the rows of a table for ``results.csv``: the quantity, and what it is about as the item."""
    texts = [frame[name] for name in ("kind", *parts)]
    item = [", ".join(part for part in row if part) for row in zip(*texts, strict=True)]
    return frame.assign(quantity=quantity, item=item)


def estimate_intervention_effects(
    evidence: Evidence,
    methods: Mapping[str, MethodSpecification] | None = None,
    *,
    mappings: Mapping[str, Any] | None = None,
    unaffected: Mapping[str, Evidence] | None = None,
    conf_level: float = 0.95,
) -> InterventionEffects:
    """Estimate what was gained by what was given, place by place and over all places with one rule.

    Where a score decided, by the jump at its cut-off; where a lot did, by analysis of covariance; where
    people volunteered, by an event study, which shows whether they were on the way up already. Beside what a
    score decided stands what would have been seen without any effect: people chosen for a low score rise,
    those chosen for having improved fall back. Outcomes are of the first quarter after.

    Parameters
    ----------
    methods, mappings
        Their scores of the later quarter are outcomes too.
    unaffected
        By kind, the same people observed had this kind had no effect (`evalkit.lab` can draw them): what is
        known then stands beside what is estimated.

    References
    ----------
    As :func:`evalkit.stats.estimate_discontinuity`, :func:`evalkit.stats.estimate_slope`,
    :func:`evalkit.stats.estimate_event_study` and :func:`evalkit.stats.expected_regression`.
    """
    assignments = find_assignments(evidence)
    outcomes = follow_outcomes(evidence, methods or {}, assignments, mappings=mappings, unaffected=unaffected)
    ledger = Ledger(outcomes=outcomes, evidence=evidence, conf_level=conf_level)
    if not assignments:
        ledger.add("refused", {"reason": NOTHING_GIVEN})
    for case in _list_cases(assignments):
        try:
            _estimate(case, ledger)
        except DesignError as error:
            ledger.refuse(case, str(error))
    frames = {name: ledger.frame(name) for name in ledger.rows}
    return InterventionEffects(**frames, conf_level=conf_level)


def _estimate(case: Case, ledger: Ledger) -> None:
    """Add what one case shows; refuse where nothing can be shown."""
    people, score = case.list_people(), case.parts[0].score
    if min(int(people["given"].sum()), int((~people["given"]).sum())) < LEAST:
        raise DesignError(TOO_FEW)
    if not ledger.outcomes.after(case.period):
        raise DesignError(NO_LATER)
    if case.by == "volunteer":
        estimate_by_volunteers(case, people, ledger)
    elif case.by == "lot":
        estimate_by_lot(case, people, ledger)
        measure_spread(case, people, ledger)
    elif score is None:
        raise DesignError(NO_SCORE)
    else:
        estimate_by_score(case, score, people, ledger)


def _list_cases(assignments: list[Assignment]) -> list[Case]:
    """List those of several places that were chosen by one rule together, then each assignment."""
    groups: dict[tuple[str, ...], list[Assignment]] = {}
    for one in assignments:
        if one.by != "score" or one.score is not None:
            rule = one.score.rule if one.score else ""
            groups.setdefault((one.kind, one.by, one.period, rule), []).append(one)
    together = [Case(parts=tuple(some)) for some in groups.values() if len(some) > 1]
    return together + [Case(parts=(one,)) for one in assignments]
