"""What the principles report found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import (
    AdverseImpact,
    Ceiling,
    DecisionDesigns,
    Dependability,
    Halo,
    IrrelevantInfluence,
)
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.designs import say_designs
from evalkit.present.wording.evidence import MANY_AT_THE_TOP, interval_of
from evalkit.present.wording.profiles import CLOSE_TO_ONE
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]

_HALF: Final = 0.5
_LIMITS: Final = (
    mark(
        "These are published data on other people in other countries. They show how a principle can behave, not how it "
        "behaves in any Indonesian city."
    ),
    mark("What people rate is an opinion; a dependable opinion can still be about the wrong thing."),
)


def say_principles(
    *,
    students: Dependability,
    output: Dependability,
    designs: DecisionDesigns,
    halo: Halo,
    ceiling: Ceiling,
    influence: IrrelevantInfluence,
    impact: AdverseImpact,
    lang: Language | None = None,
) -> Findings:
    """Say how dependable each principle is, and what spoils it."""
    tr = translator(lang)
    return Findings(
        (
            _one_rating(tr, students),
            _enough(tr, students),
            _counted(tr, output, students),
            _enough(tr, output),
            say_designs(designs, lang),
            *(_halo(tr, row) for row in _first_components(halo)),
            *_ceiling(tr, ceiling),
            _influence(tr, influence),
            *_impact(tr, impact),
        ),
        tuple(map(tr, _LIMITS)),
    )


def _one_rating(tr: Translator, students: Dependability) -> str:
    """Say what one rating by a student is worth."""
    share = _share_of_rated(students)
    message = (
        mark(
            "One student's rating says little about a lecturer: {share} of the differences between ratings is due to who is "
            "rated ({interval}; {ratings} of {rated})."
        )
        if share["share_high"] < _HALF
        else mark(
            "One student's rating says something about a lecturer: {share} of the differences between ratings is due to who "
            "is rated ({interval}; {ratings} of {rated})."
        )
    )
    return tr(
        message,
        share=tr.share(share["share"]),
        interval=tr.interval(share["share_low"], share["share_high"], share=True),
        ratings=tr.plural("{n} rating", "{n} ratings", students.n),
        rated=tr.plural("{n} lecturer", "{n} lecturers", int(share["n_levels"])),
    )


def _counted(tr: Translator, output: Dependability, students: Dependability) -> str:
    """Say what one counted score is worth, and whether that is clearly more than one rating."""
    share, other = _share_of_rated(output), _share_of_rated(students)
    message = (
        mark(
            "One score of counted output says more: {share} of the differences between scores is due to the worker "
            "({interval}; {scores} of {workers})."
        )
        if share["share_low"] > other["share_high"]
        else mark(
            "Whether counted output says more than a rating cannot be told from so few people. Of the differences between scores, {share} is due to the worker ({interval}; {scores} of {workers})."
        )
    )
    return tr(
        message,
        share=tr.share(share["share"]),
        interval=tr.interval(share["share_low"], share["share_high"], share=True),
        scores=tr.plural("{n} score", "{n} scores", output.n),
        workers=tr.plural("{n} worker", "{n} workers", int(share["n_levels"])),
    )


def _share_of_rated(dependability: Dependability) -> pd.Series:
    return dependability.components.iloc[0]


def _enough(tr: Translator, dependability: Dependability) -> str:
    """Say how many ratings reach the target, over the whole interval."""
    needed = dependability.ratings_needed
    about = {"place": tr.label(dependability.place), "target": tr.number(needed.target)}
    if not math.isfinite(needed.estimate):
        return tr("In {place}, no number of values averaged reaches a dependability of {target}.", **about)
    low = tr.number(round(needed.conf_low))
    reach = (
        tr("{low} to {high} values", low=low, high=tr.number(round(needed.conf_high)))
        if math.isfinite(needed.conf_high)
        else tr("{low} or more values, without a bound", low=low)
    )
    return tr.plural(
        "In {place}, {n} value for each person is dependable enough (dependability {target}; {reach}).",
        "In {place}, it takes the mean of {n} values for each person to be dependable (dependability {target}; {reach}).",
        int(needed.estimate),
        reach=reach,
        **about,
    )


def _first_components(halo: Halo) -> list[dict[Hashable, Any]]:
    return halo.shares.query("quantity == 'first_component_share'").to_dict("records")


def _halo(tr: Translator, row: Row) -> str:
    message = (
        mark(
            "In {place}, {ratings} of each are close to one opinion: what they have in common explains {share} of their differences ({interval}; n = {n}; first component)."
        )
        if row["conf_low"] > CLOSE_TO_ONE
        else mark(
            "In {place}, {ratings} of each say more than one thing: what they have in common explains {share} of their differences ({interval}; n = {n}; first component)."
        )
    )
    return tr(
        message,
        place=tr.label(row["place"]),
        ratings=tr.plural("{n} rating", "{n} ratings", int(row["n_items"])),
        share=tr.share(row["estimate"]),
        interval=interval_of(tr, row),
        n=tr.number(row["n"]),
    )


def _ceiling(tr: Translator, ceiling: Ceiling) -> list[str]:
    shares = ceiling.shares
    top = shares[shares["estimate"] >= MANY_AT_THE_TOP].sort_values("estimate", ascending=False)
    if top.empty:
        return []
    parts = [
        f"{tr.label(row['place'])} {tr.share(row['estimate'])} ({interval_of(tr, row)}; n = {tr.number(row['n'])})"
        for row in top.head(3).to_dict("records")
    ]
    return [
        tr(
            "Differences among the best are hidden where answers crowd at the best value of the scale: {parts}.",
            parts=tr.listed(parts),
        )
    ]


def _influence(tr: Translator, influence: IrrelevantInfluence) -> str:
    """Name the traits whose interval leaves out zero, or say that none does."""
    slopes = influence.slopes
    clear = slopes[(slopes["conf_low"] > 0) | (slopes["conf_high"] < 0)]
    about = {
        "courses": tr.plural("{n} course", "{n} courses", int(slopes["n"].max())),
        "professors": tr.plural("{n} professor", "{n} professors", int(slopes["n_employees"].max())),
    }
    if clear.empty:
        return tr(
            "Nothing outside the job clearly goes with ratings of teaching: every interval holds zero ({courses} of "
            "{professors}).",
            **about,
        )
    parts = [
        f"{_trait(tr, row)} {tr.number(row['estimate'])} ({tr.interval(row['conf_low'], row['conf_high'])})"
        for row in clear.to_dict("records")
    ]
    return tr(
        "What has nothing to do with the job goes with ratings of teaching, in standard deviations: {parts}; {courses} of "
        "{professors}.",
        parts=tr.listed(parts),
        **about,
    )


def _trait(tr: Translator, row: Row) -> str:
    level = tr.label(row["level"]) if row["level"] else tr("for each standard deviation")
    return f"{tr.label(row['trait'])} ({level})"


def _impact(tr: Translator, impact: AdverseImpact) -> list[str]:
    """Say the ratio of each group over everybody, and for how many decisions no number can be shown."""
    ratios = impact.ratios[(impact.ratios["stratum"] == "") & (impact.ratios["group"] != impact.reference)]
    shown = ratios[ratios["estimate"].notna()]
    if shown.empty:
        return []
    sentences = [
        _at_one_cut(tr, rows, str(decision), impact.reference)
        for decision, rows in shown.groupby("decision", sort=False)
    ]
    n_hidden = len(ratios) - len(shown)
    if n_hidden:
        sentences.append(
            tr.plural(
                "{n} further ratio would rest on fewer than five people and is not shown.",
                "{n} further ratios would rest on fewer than five people and are not shown.",
                n_hidden,
            )
        )
    return sentences


def _at_one_cut(tr: Translator, rows: pd.DataFrame, decision: str, reference: str) -> str:
    parts = [
        tr(
            "{ratio} times as high ({interval}) for {group} candidates (n = {n})",
            ratio=tr.number(row["estimate"]),
            interval=tr.interval(row["conf_low"], row["conf_high"]),
            group=tr.label(row["group"]),
            n=tr.number(row["n"]),
        )
        for row in rows.to_dict("records")
    ]
    return tr(
        "One cut-off can let groups through at different rates ({decision}). Compared with {reference} candidates (n = {n}), the rate is {parts}.",
        decision=tr.label(decision),
        reference=tr.label(reference),
        n=tr.number(int(rows["n_reference"].max())),
        parts=tr.listed(parts),
    )
