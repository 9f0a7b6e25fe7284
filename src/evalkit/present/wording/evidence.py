"""What the evidence report found, in sentences."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare import Carelessness, Ceiling, Completeness
from evalkit.present.labels import cell_label
from evalkit.present.numbers import format_interval, format_share
from evalkit.present.publish import Findings
from evalkit.present.wording.grammar import count, listed

#: A share of answers at the top of the scale from which a report speaks of a ceiling.
MANY_AT_THE_TOP: Final = 0.2

#: What the design of raters lets anyone say.
RATER_DESIGNS: Final[dict[str, str]] = {
    "absent": "no rater is named, so nothing can be said about raters",
    "one_per_ratee": "each person has one rater, or ratings that were already averaged, so nothing can be said about the severity of raters",
    "nested_in_ratee": "every rater rates one person only, so severity is part of the error",
    "crossed": "every rater rates everyone, so severity can be separated",
    "nested_in_unit": "no rater rates in two units, so units cannot be compared free of their raters",
    "partly_linked": "raters overlap in part, so severity can be separated where they are linked",
}


def say_evidence(
    completeness: Completeness, carelessness: Carelessness, ceiling: Ceiling, designs: pd.DataFrame
) -> Findings:
    """Say how complete the evidence is, how the scales are used, and what its design allows."""
    return Findings(
        (_complete(completeness), *_straight(carelessness), *_at_the_top(ceiling), *_raters(designs)),
        (
            "Rows that were never written down cannot be counted here; completeness is that of what was listed.",
        ),
    )


def describe_rater_design(code: str) -> str:
    """Return in words what a design of raters allows.

    Examples
    --------
    >>> describe_rater_design("absent")
    'no rater is named, so nothing can be said about raters'
    """
    return RATER_DESIGNS[code]


def _complete(completeness: Completeness) -> str:
    counts = completeness.counts
    n, recorded = int(counts["n"].sum()), int(counts["n_recorded"].sum())
    head = f"{count(n, 'observation')} from {count(counts['place'].nunique(), 'place')}: "
    if recorded == n:
        return head + "every one that was listed holds a value; none is marked as refused or missing."
    worst = counts.sort_values("estimate").iloc[0]
    interval = format_interval(worst["conf_low"], worst["conf_high"], share=True)
    return head + (
        f"{format_share(recorded / n, digits=1)} hold a value. The least complete is {cell_label(worst['indicator'])} from "
        f"{cell_label(worst['source'])} in {cell_label(worst['place'])}: {format_share(worst['estimate'])} ({interval}, n = {worst['n']:,})."
    )


def _straight(carelessness: Carelessness) -> list[str]:
    lines = carelessness.straight_lines
    if lines.empty:
        return []
    most = lines.sort_values("estimate").iloc[-1]
    interval = format_interval(most["conf_low"], most["conf_high"], share=True)
    return [
        f"In {cell_label(most['place'])}, {format_share(most['estimate'])} of {count(int(most['n']), 'rating sheet')} give one "
        f"answer to everything ({interval})."
    ]


def _at_the_top(ceiling: Ceiling) -> list[str]:
    top = ceiling.shares[ceiling.shares["estimate"] >= MANY_AT_THE_TOP]
    if top.empty:
        return [
            f"No scale is crowded at its best value: less than {format_share(MANY_AT_THE_TOP)} of answers everywhere."
        ]
    most = top.sort_values("estimate").iloc[-1]
    interval = format_interval(most["conf_low"], most["conf_high"], share=True)
    return [
        f"{format_share(most['estimate'])} of the answers to {cell_label(most['indicator'])} in {cell_label(most['place'])} "
        f"stand at the best value ({interval}, n = {most['n']:,}): differences among the best are not seen."
    ]


def _raters(designs: pd.DataFrame) -> list[str]:
    """Say for each kind of design in which places it is found and what it allows."""
    places = designs.groupby("raters")["place"].unique()
    return [
        f"In {listed([cell_label(name) for name in names])}, {describe_rater_design(str(code))}."
        for code, names in places.items()
    ]
