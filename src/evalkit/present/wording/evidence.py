"""What the evidence report found, in sentences."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from evalkit.compare import Carelessness, Ceiling, Completeness
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

#: A share of answers at the top of the scale from which a report speaks of a ceiling.
MANY_AT_THE_TOP: Final = 0.2

#: What the design of raters lets anyone say.
RATER_DESIGNS: Final[dict[str, str]] = {
    "absent": mark("no rater is named, so nothing can be said about raters"),
    "one_per_ratee": mark(
        "each person has one rater, or ratings that were already averaged, so nobody can tell how strict raters are"
    ),
    "nested_in_ratee": mark(
        "every rater rates one person only, so how strict raters are is part of the error"
    ),
    "crossed": mark("every rater rates everyone, so how strict raters are can be told apart"),
    "nested_in_unit": mark("no rater rates in two units, so units cannot be compared free of their raters"),
    "partly_linked": mark(
        "raters overlap in part, so how strict they are can be told apart where they are linked"
    ),
}
_LIMITS: Final = (
    mark("Rows that were never written down cannot be counted; what is complete here is what was listed."),
)


def say_evidence(
    completeness: Completeness,
    carelessness: Carelessness,
    ceiling: Ceiling,
    designs: pd.DataFrame,
    lang: Language | None = None,
) -> Findings:
    """Say how complete the evidence is, how the scales are used, and what its design allows."""
    tr = translator(lang)
    return Findings(
        (
            *_complete(tr, completeness),
            *_straight(tr, carelessness),
            *_at_the_top(tr, ceiling),
            *_raters(tr, designs),
        ),
        tuple(map(tr, _LIMITS)),
    )


def describe_rater_design(code: str, lang: Language | None = None) -> str:
    """Return in words what a design of raters allows.

    Examples
    --------
    >>> describe_rater_design("absent")
    'no rater is named, so nothing can be said about raters'
    """
    return translator(lang)(RATER_DESIGNS[code])


def interval_of(tr: Translator, row: Any) -> str:
    """Write the interval of a share in a row of a tidy table."""
    return tr.interval(row["conf_low"], row["conf_high"], share=True)


def _complete(tr: Translator, completeness: Completeness) -> list[str]:
    counts = completeness.counts
    n, recorded = int(counts["n"].sum()), int(counts["n_recorded"].sum())
    about = {
        "observations": tr.plural("{n} observation", "{n} observations", n),
        "places": tr.plural("{n} place", "{n} places", counts["place"].nunique()),
    }
    if recorded == n:
        return [tr("Everything that was listed holds a value ({observations} from {places}).", **about)]
    share = tr.share(recorded / n, digits=1)
    lead = tr(
        "Of what was listed, {share} holds a value ({observations} from {places}).", share=share, **about
    )
    return [lead, _emptiest(tr, counts.sort_values("estimate").iloc[0])]


def _emptiest(tr: Translator, row: Any) -> str:
    return tr(
        "The least complete is {indicator} in {place} (source: {source}): {share} of it holds a value ({interval}; n = {n}).",
        **{name: tr.label(row[name]) for name in ("indicator", "place", "source")},
        share=tr.share(row["estimate"]),
        interval=interval_of(tr, row),
        n=tr.number(row["n"]),
    )


def _straight(tr: Translator, carelessness: Carelessness) -> list[str]:
    lines = carelessness.straight_lines
    if lines.empty:
        return []
    most = lines.sort_values(["estimate", "n"]).iloc[-1]
    about = {
        "place": tr.label(most["place"]),
        "share": tr.share(most["estimate"]),
        "sheets": tr.plural("{n} rating sheet", "{n} rating sheets", int(most["n"])),
        "interval": interval_of(tr, most),
    }
    if most["estimate"] == 0:
        return [
            tr(
                "This sign of little care was not found: one answer to everything ({share} of {sheets} in {place}; {interval}).",
                **about,
            )
        ]
    return [
        tr(
            "One answer to everything may be a sign of little care. It is most frequent in {place}: "
            "{share} of {sheets} ({interval}).",
            **about,
        )
    ]


def _at_the_top(tr: Translator, ceiling: Ceiling) -> list[str]:
    if ceiling.shares.empty:
        return []
    most = ceiling.shares.sort_values("estimate").iloc[-1]
    message = (
        mark(
            "Differences among the best are hidden in {place}: {share} of the answers on {indicator} stand at the best value ({interval}; n = {n})."
        )
        if most["estimate"] >= MANY_AT_THE_TOP
        else mark(
            "Every scale has room at its top: at most {share} of the answers stand at the best value "
            "({indicator} in {place}: {interval}; n = {n})."
        )
    )
    return [
        tr(
            message,
            place=tr.label(most["place"]),
            indicator=tr.label(most["indicator"]),
            share=tr.share(most["estimate"]),
            interval=interval_of(tr, most),
            n=tr.number(most["n"]),
        )
    ]


def _raters(tr: Translator, designs: pd.DataFrame) -> list[str]:
    """Say for each kind of design in which places it is found and what it allows; by source if places have several."""
    if designs.groupby("place")["raters"].nunique().max() > 1:
        return _raters_by_source(tr, designs)
    places = designs.groupby("raters")["place"].unique()
    sentences = [
        tr(
            "{places}: {design}.",
            places=tr.listed([tr.label(name) for name in names]),
            design=tr(RATER_DESIGNS[str(code)]),
        )
        for code, names in places.items()
    ]
    return [f"{sentence[:1].upper()}{sentence[1:]}" for sentence in sentences]


def _raters_by_source(tr: Translator, designs: pd.DataFrame) -> list[str]:
    """Say for each kind of design how many indicators of which sources have it, and in how many places."""
    return [
        tr(
            "{indicators} of {sources} ({places}): {design}.",
            indicators=tr.plural(
                "{n} indicator", "{n} indicators", len(group[["source", "indicator"]].drop_duplicates())
            ),
            sources=tr.listed([tr.label(name) for name in sorted(group["source"].unique())]),
            places=tr.plural("{n} place", "{n} places", group["place"].nunique()),
            design=tr(RATER_DESIGNS[str(code)]),
        )
        for code, group in designs.groupby("raters")
    ]
