"""What the people of one place can show and what they cannot, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import SmallPlace
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_CANNOT: Final[Mapping[str, str]] = {
    "ranks": mark("whether two methods order them alike, since no two methods score the same people"),
    "shares": mark("how many are below Baik, since the method gives no predikat"),
    "units": mark("how much units differ from one another, which takes ten units or more"),
    "invariance": mark("whether ratings measure groups alike, which takes two groups of 200"),
    "groups": mark("whether groups of people are treated alike, which takes two groups of ten or more"),
}
_SMALL: Final = mark(
    "Under 40 people: intervals that lean on large samples are not used here. Orders of people are counted one by one or drawn at "
    "random, shares have exact intervals, and unit means are drawn toward the mean of the place."
)
_LIMITS: Final = (
    mark("What is not found among so few people may still be there: not found is not the same as absent."),
    mark(
        "How large an effect must be assumes people who are independent within their unit; where they are not, it must be larger."
    ),
)


def say_small_place(found: SmallPlace, lang: Language | None = None) -> Findings:
    """Say what so many people can show, what they show of ranks and shares, and what stays open."""
    tr = translator(lang)
    if not found.n:
        nobody = tr(
            "What the people of {place} can show cannot be told: no method scores them.",
            place=tr.label(found.place),
        )
        return Findings((nobody,))
    sentences = (
        _show(tr, found),
        *_together(tr, found),
        *_below(tr, found),
        *_units(tr, found),
        *_cannot(tr, found),
    )
    limits = (_SMALL, *_LIMITS) if found.is_small else _LIMITS
    return Findings(sentences, tuple(map(tr, limits)))


def _show(tr: Translator, found: SmallPlace) -> str:
    about = {"place": tr.label(found.place), "people": _people(tr, found.n)}
    about["units"] = tr.plural("{n} unit", "{n} units", found.n_units)
    sizes = found.smallest.set_index(["quantity", "item"])["estimate"]
    smallest = {
        "r": sizes["smallest_correlation", ""],
        "halves": sizes["smallest_difference", "halves"],
        "trained": sizes["smallest_difference", "trained"],
        "change": sizes["smallest_change", ""],
    }
    if pd.isna(list(smallest.values())).any():
        return tr(
            "{place} has {people} in {units}: too few to show a correlation or a difference, whatever its size.",
            **about,
        )
    return tr(
        "{place} has {people} in {units}. They would show four times in five: a correlation of {r}, a difference between two halves "
        "of {halves} SD, between the lowest fifth and the others of {trained} SD, and a change from one quarter to the next of "
        "{change} SD. Smaller ones pass unseen more often; a correlation of {medium} takes {needed}.",
        **about,
        **{name: tr.number(value) for name, value in smallest.items()},
        medium=tr.number(0.3, digits=1),
        needed=_people(tr, int(sizes["people_needed", "correlation"])),
    )


def _together(tr: Translator, found: SmallPlace) -> list[str]:
    """Say how many pairs of methods order the people of a unit alike beyond chance, and which most."""
    known = found.ranks[found.ranks["estimate"].notna()].sort_values("estimate", kind="stable")
    if known.empty:
        return []
    together = found.together()
    lead = tr(
        "Within units, {count} of {pairs} of methods order people alike beyond chance (permutation, Holm); most nearly {most}, least "
        "{least}.",
        count=tr.number(len(together)),
        pairs=tr.plural("{n} pair", "{n} pairs", len(known)),
        most=_pair(tr, known.iloc[-1].to_dict()),
        least=_pair(tr, known.iloc[0].to_dict()),
    )
    if len(together) == len(known):
        return [lead]
    return [lead, tr("Pairs that are not found to go together are not thereby unrelated.")]


def _pair(tr: Translator, row: Mapping[Any, Any]) -> str:
    return tr(
        "{first} and {second} (τ {tau}; {interval}; n = {n})",
        first=tr.label(row["method_a"]),
        second=tr.label(row["method_b"]),
        tau=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )


def _below(tr: Translator, found: SmallPlace) -> list[str]:
    """Say how many are below good by the method of the place, as exactly as so few allow."""
    rows = found.shares[found.shares["method_a"] == found.method].to_dict("records")
    return [
        tr(
            "By {method}, {share} of {people} would be rated below Baik (exact interval {interval}).",
            method=tr.label(found.method),
            share=tr.share(row["estimate"]),
            people=_people(tr, int(row["n"])),
            interval=tr.interval(row["conf_low"], row["conf_high"], share=True),
        )
        for row in rows
    ]


def _units(tr: Translator, found: SmallPlace) -> list[str]:
    """Say how far apart unit means are, and how far once each is drawn toward the mean of the place."""
    known = found.units.dropna(subset=["estimate"])
    if len(known) < 2:
        return []
    return [
        tr(
            "Mean scores of units by {method} lie {plain} points apart; drawn toward the mean of the place by as much as each is "
            "uncertain, {shrunken}.",
            method=tr.label(found.method),
            plain=tr.number(known["mean"].max() - known["mean"].min(), digits=1),
            shrunken=tr.number(known["estimate"].max() - known["estimate"].min(), digits=1),
        )
    ]


def _cannot(tr: Translator, found: SmallPlace) -> list[str]:
    told = [tr(_CANNOT[question]) for question in found.refused["question"]]
    if not told:
        return []
    return [
        tr("What {people} cannot show: {questions}.", people=_people(tr, found.n), questions="; ".join(told))
    ]


def _people(tr: Translator, n: int) -> str:
    return tr.plural("{n} person", "{n} people", n)
