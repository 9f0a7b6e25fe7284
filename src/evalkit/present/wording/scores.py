"""What the scores report found, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from evalkit.compare import RuleComparison, ScoreSummary
from evalkit.methods import MethodScores
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed
from evalkit.vocabulary import label

_LIMITS = (
    "A higher mean is not better measurement, and no score here is meant to decide on a person.",
    "Weights and cut-offs are assumptions; a score moves with them.",
)


def say_scores(summary: ScoreSummary, rules: RuleComparison, scores: MethodScores) -> Findings:
    """Say which methods the evidence can carry, how their scores spread, and whether the two rules agree."""
    return Findings(
        (
            *(_scored(row, scores) for row in summary.summary.to_dict("records")),
            *_not_estimable(summary),
            *(_flips(row) for row in rules.flips.to_dict("records")),
        ),
        _LIMITS,
    )


def _scored(row: Mapping[Hashable, Any], scores: MethodScores) -> str:
    coverage = scores.coverage.set_index("method").loc[row["method"]]
    covered = float(coverage["covered_weight"])
    parts = [
        component.name.replace("_", " ")
        for component in scores.specifications[row["method"]].components
        if _is_covered(scores, row["method"], component.name)
    ]
    part = (
        ""
        if covered > 1 - 1e-9
        else f" on the part that this evidence covers ({format_share(covered)} of its weight: {listed(parts)})"
    )
    return (
        f"{label(row['method'])} scores {count(row['n'], 'person', 'people')} in {_place(row['place'])}{part}: mean "
        f"{format_number(row['estimate'], digits=1)} points ({format_interval(row['conf_low'], row['conf_high'], digits=1)}), "
        f"middle half {format_interval(row['lower_quartile'], row['upper_quartile'], digits=1)}."
    )


def _is_covered(scores: MethodScores, method: str, component: str) -> bool:
    table = scores.components
    rows = table[(table["method"] == method) & (table["component"] == component)]
    return bool(rows["points"].notna().any())


def _not_estimable(summary: ScoreSummary) -> list[str]:
    """Say of every method without a score how much of its weight is there; the table gives the reasons."""
    coverage = summary.coverage
    absent = coverage[~coverage["estimable"].astype(bool)]
    if absent.empty:
        return []
    parts = [
        f"{label(row['method'])} ({format_share(row['covered_weight'])} of its weight)"
        for row in absent.to_dict("records")
    ]
    return [
        f"{listed(parts)} cannot be estimated from this evidence: what {'they read' if len(parts) > 1 else 'it reads'} was not "
        "recorded, and it is not guessed."
    ]


def _flips(row: Mapping[Hashable, Any]) -> str:
    """Say how many are rated otherwise, and whether the assumptions move that more than chance does."""
    people = count(row["n"], "person", "people")
    head = (
        f"Under {label(row['method'])}, the two national rules rate {format_share(row['estimate'])} of {people} differently "
        f"({format_interval(row['conf_low'], row['conf_high'], share=True)}) at the assumed cut-offs"
    )
    if row["flip_high"] - row["flip_low"] > row["conf_high"] - row["conf_low"]:
        spread = format_interval(row["flip_low"], row["flip_high"], share=True)
        head += f", and from {spread} over the ranges of cut-offs and conversion: the assumptions matter more than chance"
    doubt = str(row["caveat"])
    return f"{head}. {doubt[:1].upper()}{doubt[1:]}." if doubt else f"{head}."


def _place(place: object) -> str:
    return {"us_judges": "the judges' data"}.get(str(place), label(str(place)))
