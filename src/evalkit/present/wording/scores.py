"""What the scores report found, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import RuleComparison, ScoreSummary
from evalkit.methods import MethodScores
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.unit_evidence import say_unit_evidence
from evalkit.vocabulary import Language

_WHOLE: Final = 1 - 1e-9
_MOST_NAMED: Final = 3
_LIMITS: Final = (
    mark("A higher mean is not better measurement, and no score here is meant to decide on a person."),
    mark("Weights and cut-offs are assumptions; a score moves with them."),
)
Row = Mapping[Hashable, Any]


def say_scores(
    summary: ScoreSummary, rules: RuleComparison, scores: MethodScores, lang: Language | None = None
) -> Findings:
    """Say which methods the evidence can carry, how their scores spread, and whether the two rules agree."""
    tr = translator(lang)
    flips = rules.flips.to_dict("records")
    units = say_unit_evidence(tr, summary.unit_weights())
    given = [*_all_scored(tr, summary.summary), *_in_part(tr, summary, scores), *_not_estimable(tr, summary)]
    if len(flips) > _MOST_NAMED:
        sentences = [*_flips_over_methods(tr, rules.flips), *units, *given]
    else:
        sentences = [*given, *units, *(sentence for row in flips for sentence in _flips(tr, row))]
    return Findings((*sentences, *_no_idea(tr, flips)), tuple(map(tr, _LIMITS)))


def _all_scored(tr: Translator, summary: pd.DataFrame) -> list[str]:
    """Say what each method gives, place by place, or over many places the lowest and the highest mean."""
    sentences = []
    for _, rows in summary.groupby("method", sort=False):
        scored = rows[rows["n"] > 0].sort_values("estimate", kind="stable")
        if len(scored) <= _MOST_NAMED:
            sentences += [_scored(tr, row) for row in rows.to_dict("records")]
            continue
        sentences.append(_over_places(tr, scored))
        sentences += [_scored(tr, row) for row in rows[rows["n"] == 0].to_dict("records")]
    return sentences


def _over_places(tr: Translator, rows: pd.DataFrame) -> str:
    low, high = rows.iloc[0], rows.iloc[-1]
    return tr(
        "{method} scores {people} in {places}. The mean is lowest in {low_place}, {low} points ({low_interval}), and highest in "
        "{high_place}, {high} ({high_interval}).",
        method=tr.label(low["method"]),
        people=_people(tr, int(rows["n"].sum())),
        places=tr.plural("{n} place", "{n} places", len(rows)),
        low=tr.number(low["estimate"], digits=1),
        low_interval=tr.interval(low["conf_low"], low["conf_high"], digits=1),
        low_place=tr.label(low["place"]),
        high=tr.number(high["estimate"], digits=1),
        high_interval=tr.interval(high["conf_low"], high["conf_high"], digits=1),
        high_place=tr.label(high["place"]),
    )


def _scored(tr: Translator, row: Row) -> str:
    about = {"method": tr.label(row["method"]), "place": tr.label(row["place"])}
    if not row["n"]:
        return tr("{method} scores nobody in {place}: there is too little evidence on each person.", **about)
    return tr(
        "In {place}, {method} gives {people} {mean} points on average ({interval}); the middle half have {middle}.",
        **about,
        people=_people(tr, row["n"]),
        mean=tr.number(row["estimate"], digits=1),
        interval=tr.interval(row["conf_low"], row["conf_high"], digits=1),
        middle=tr.interval(row["lower_quartile"], row["upper_quartile"], digits=1),
    )


def _in_part(tr: Translator, summary: ScoreSummary, scores: MethodScores) -> list[str]:
    """Say of every method that was scored on part of its weight which part that is."""
    weights = summary.coverage.set_index("method")["covered_weight"]
    return [
        tr(
            "What {method} gives stands for {share} of its weight only ({parts}); the rest was not recorded.",
            method=tr.label(method),
            share=tr.share(float(weights[method])),
            parts=tr.listed([tr.label(name) for name in _covered(scores, method)]),
        )
        for method in dict.fromkeys(summary.summary["method"])
        if weights[method] <= _WHOLE
    ]


def _covered(scores: MethodScores, method: str) -> list[str]:
    """List the components of a method that have points."""
    table = scores.components
    scored = set(table.loc[(table["method"] == method) & table["points"].notna(), "component"].unique())
    names = [component.name for component in scores.specifications[method].components]
    return [name for name in names if name in scored]


def _not_estimable(tr: Translator, summary: ScoreSummary) -> list[str]:
    """Say of every method without a score how much of its weight is there; the table gives the reasons."""
    coverage = summary.coverage
    absent = coverage[~coverage["estimable"].astype(bool)]
    if absent.empty:
        return []
    parts = [
        f"{tr.label(row['method'])} ({tr.share(row['covered_weight'])})" for row in absent.to_dict("records")
    ]
    return [
        tr.plural(
            "{methods} cannot be scored: only the share in brackets of what it weighs was recorded, and nothing is guessed.",
            "{methods} cannot be scored: only the share in brackets of what they weigh was recorded, and nothing is guessed.",
            len(parts),
            methods=tr.listed(parts),
        )
    ]


def _flips(tr: Translator, row: Row) -> list[str]:
    """Say how many are rated otherwise, and whether the assumptions move that more than chance does."""
    method = tr.label(row["method"])
    lead = tr(
        "For {share} of {people} scored by {method}, the two national rules give different ratings "
        "({interval}; at the assumed cut-offs).",
        share=tr.share(row["estimate"]),
        people=_people(tr, row["n"]),
        method=method,
        interval=tr.interval(row["conf_low"], row["conf_high"], share=True),
    )
    if not _hangs_on_assumptions(row):
        return [lead]
    spread = tr.interval(row["flip_low"], row["flip_high"], share=True)
    more = tr(
        "Other cut-offs and conversions within their assumed ranges would make that {spread} under {method}: the "
        "assumptions matter more than chance.",
        spread=spread,
        method=method,
    )
    return [lead, more]


def _hangs_on_assumptions(row: Row) -> bool:
    return bool(row["flip_high"] - row["flip_low"] > row["conf_high"] - row["conf_low"])


def _flips_over_methods(tr: Translator, flips: pd.DataFrame) -> list[str]:
    """Say of many methods under which most and fewest people are rated otherwise; the table has each."""
    rows = flips.sort_values("estimate", kind="stable").to_dict("records")
    low, high = rows[0], rows[-1]
    lead = tr(
        "At the assumed cut-offs, the two national rules rate {low} of people differently under {low_method} ({low_interval}; n = {low_n}) "
        "and {high} under {high_method} ({high_interval}; n = {high_n}); the other methods lie between.",
        **_flip_end(tr, "low", low),
        **_flip_end(tr, "high", high),
    )
    if not any(map(_hangs_on_assumptions, rows)):
        return [lead]
    more = tr(
        "Other cut-offs and conversions within their assumed ranges would make that anything from {low} to {high}, by method: the "
        "assumptions matter more than chance.",
        low=tr.share(min(row["flip_low"] for row in rows)),
        high=tr.share(max(row["flip_high"] for row in rows)),
    )
    return [lead, more]


def _flip_end(tr: Translator, end: str, row: Row) -> dict[str, str]:
    return {
        end: tr.share(row["estimate"]),
        f"{end}_method": tr.label(row["method"]),
        f"{end}_interval": tr.interval(row["conf_low"], row["conf_high"], share=True),
        f"{end}_n": tr.number(int(row["n"])),
    }


def _no_idea(tr: Translator, flips: list[dict[Hashable, Any]]) -> list[str]:
    """Say once what keeps everyone from the highest predikat."""
    if not any(row["caveat"] for row in flips):
        return []
    return [tr("No new idea was recorded, so nobody can reach Sangat Baik under PP 30/2019.")]


def _people(tr: Translator, n: int) -> str:
    return tr.plural("{n} person", "{n} people", n)
