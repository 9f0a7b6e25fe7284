"""What the principles report found, in sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from evalkit.compare import (
    AdverseImpact,
    Ceiling,
    DecisionDesigns,
    Dependability,
    Halo,
    IrrelevantInfluence,
)
from evalkit.present.numbers import format_interval, format_number, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.evidence import MANY_AT_THE_TOP
from evalkit.present.wording.grammar import count, listed
from evalkit.present.wording.reliability import say_designs

_LIMITS = (
    "These are published data on other people in other countries; they show how a principle can behave, "
    "not how it behaves in any Indonesian city.",
    "What people rate is an opinion; a dependable opinion can still be about the wrong thing.",
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
) -> Findings:
    """Say how dependable each principle is, and what spoils it."""
    return Findings(
        (
            _one_rating(students),
            _counted(output, students),
            say_designs(designs),
            *_halo(halo),
            *_ceiling(ceiling),
            _influence(influence),
            *_impact(impact),
        ),
        _LIMITS,
    )


def _one_rating(students: Dependability) -> str:
    """Say what one rating by a student is worth, and how many are enough."""
    share = _share_of_rated(students)
    return (
        f"One rating by one of those served says little about the person rated: {format_share(share['share'])} of its "
        f"variance ({format_interval(share['share_low'], share['share_high'], share=True)}; {students.n:,} ratings of "
        f"{int(share['n_levels']):,} lecturers) belongs to the lecturer. {_enough(students)}"
    )


def _counted(output: Dependability, students: Dependability) -> str:
    """Say what one counted score is worth, and whether that is clearly more than one rating."""
    share, other = _share_of_rated(output), _share_of_rated(students)
    lead = (
        "One score of counted output says more"
        if share["share_low"] > other["share_high"]
        else "Counted output may say more or less than a rating; the people are too few to tell"
    )
    return (
        f"{lead}: {format_share(share['share'])} of its variance belongs to the worker "
        f"({format_interval(share['share_low'], share['share_high'], share=True)}; {count(output.n, 'score')} of "
        f"{count(int(share['n_levels']), 'worker')}). {_enough(output)}"
    )


def _share_of_rated(dependability: Dependability) -> pd.Series:
    return dependability.components.iloc[0]


def _enough(dependability: Dependability) -> str:
    """Say how many ratings reach the target, over the whole interval."""
    needed = dependability.ratings_needed
    if not math.isfinite(needed.estimate):
        return f"No number of ratings reaches a dependability of {needed.target:.2f}."
    most = f"to {needed.conf_high:.0f}" if math.isfinite(needed.conf_high) else "or more, without a bound"
    return (
        f"The mean of {count(int(needed.estimate), 'rating')} ({needed.conf_low:.0f} {most}) reaches a dependability of "
        f"{needed.target:.2f}."
    )


def _halo(halo: Halo) -> list[str]:
    shares = halo.shares.query("quantity == 'first_component_share'")
    sentences = []
    for row in shares.to_dict("records"):
        interval = format_interval(row["conf_low"], row["conf_high"], share=True)
        sentences.append(
            f"In {_place(row['place'])}, one component carries {format_share(row['estimate'])} ({interval}) of "
            f"{count(row['n_items'], 'rating')} of {row['n']} {'officials' if row['place'] == 'us_judges' else 'departments'}: "
            f"{'they are close to one opinion' if row['conf_low'] > 0.7 else 'they say more than one thing'}."
        )
    return sentences


def _ceiling(ceiling: Ceiling) -> list[str]:
    shares = ceiling.shares
    top = shares[shares["estimate"] >= MANY_AT_THE_TOP].sort_values("estimate", ascending=False)
    if top.empty:
        return []
    parts = [
        f"{format_share(row['estimate'])} ({format_interval(row['conf_low'], row['conf_high'], share=True)}) in "
        f"{_place(row['place'])}"
        for row in top.head(3).to_dict("records")
    ]
    return [f"Ratings crowd at the best value of the scale: {listed(parts)}."]


def _influence(influence: IrrelevantInfluence) -> str:
    """Name the traits whose interval leaves out zero, or say that none does."""
    slopes = influence.slopes
    clear = slopes[(slopes["conf_low"] > 0) | (slopes["conf_high"] < 0)]
    n = f"{count(int(slopes['n'].max()), 'course')} of {count(int(slopes['n_employees'].max()), 'professor')}"
    if clear.empty:
        return f"No trait outside the job moves ratings of teaching by an amount whose interval leaves out zero ({n})."
    parts = [
        f"{_trait(row)} {format_number(row['estimate'])} SD ({format_interval(row['conf_low'], row['conf_high'])})"
        for row in clear.to_dict("records")
    ]
    return f"Traits that have nothing to do with the job move ratings of teaching: {listed(parts)}; {n}."


def _trait(row: Mapping[Hashable, Any]) -> str:
    return f"{row['trait']} ({row['level']})" if row["level"] else f"{row['trait']} (per SD)"


def _impact(impact: AdverseImpact) -> list[str]:
    """Say the ratio of each group over everybody, and for how many decisions no number can be shown."""
    ratios = impact.ratios[(impact.ratios["stratum"] == "") & (impact.ratios["group"] != impact.reference)]
    shown = ratios[ratios["estimate"].notna()]
    parts = [
        f"{format_number(row['estimate'])} ({format_interval(row['conf_low'], row['conf_high'])}) for "
        f"{str(row['group']).capitalize()} candidates (n = {row['n']})"
        for row in shown.to_dict("records")
    ]
    if not parts:
        return []
    n_hidden = len(ratios) - len(shown)
    hidden = (
        f" {count(n_hidden, 'further ratio')} would rest on a cell under five people and {'is' if n_hidden == 1 else 'are'} not shown."
        if n_hidden
        else ""
    )
    return [
        f"One cut-off passes groups at different rates. The rate over that of {impact.reference} candidates "
        f"(n = {ratios['n_reference'].max()}) is {listed(parts)}.{hidden}"
    ]


def _place(place: object) -> str:
    return _PLACES.get(str(place), str(place).replace("_", " "))


_PLACES = {
    "attitude": "a survey of departments by their staff",
    "insteval": "students' ratings of lecturers",
    "teaching_ratings": "students' ratings of courses",
    "us_judges": "lawyers' ratings of judges",
}
