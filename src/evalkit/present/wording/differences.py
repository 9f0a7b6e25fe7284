"""What the differences report found, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any, Final

from evalkit.compare import Differences, Family
from evalkit.present.labels import name_methods
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.pooled import say_pooled_differences
from evalkit.vocabulary import Language

_MEAN: Final = mark("A higher mean is not better measurement.")
_ALONE: Final = mark(
    "Each interval holds for its pair alone; p-values are adjusted (Holm) within a family that the study fixed beforehand."
)
_NO_METHODS: Final = mark("No difference on this page is one between methods of evaluation.")
#: A closed scale, as results name it.
_SCALE: Final = re.compile(r"points, (\S+) to (\S+)")
_ONLY: Final = re.compile(r"compares methods, and only (\w+) scored anyone")


def say_differences(found: Differences, lang: Language | None = None) -> Findings:
    """Say of each family how large its differences are, which matter, and what cannot be answered."""
    tr = translator(lang)
    between_methods = any(family.by == "method" for family in found.families)
    sentences = [
        *(sentence for family in _pooled_first(found) for sentence in _family(tr, family, found)),
        *(_refused(tr, row) for row in found.refused.to_dict("records")),
    ]
    limits = (_MEAN, _ALONE) if between_methods else (_NO_METHODS, _MEAN, _ALONE)
    nothing = tr("The study declares no family of comparisons, so no means are compared.")
    return Findings(tuple(sentences) or (nothing,), tuple(map(tr, limits)))


def _pooled_first(found: Differences) -> list[Family]:
    """Return the families as they were declared, each over all its places before single ones."""
    names = [family.name for family in found.families]
    return sorted(found.families, key=lambda family: (names.index(family.name), not family.pooled))


def _refused(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    if not row["place"]:
        return tr(
            "How far {family} differ cannot be said. {reason}",
            family=tr.label(row["family"]),
            reason=_reason(tr, row["reason"]),
        )
    return tr(
        "How far {family} differ in {place} cannot be said. {reason}",
        family=tr.label(row["family"]),
        place=_place(tr, row["place"]),
        reason=_reason(tr, row["reason"]),
    )


def _reason(tr: Translator, reason: str) -> str:
    """Give the reason; what to do instead, its last sentence, stands in the table."""
    if "weightings of one instrument" in reason:
        return tr(
            "They are weightings of one instrument: they share their errors, and agree whatever they measure."
        )
    if "compares methods, and none scored anyone" in reason:
        return tr("No method could be scored from this evidence.")
    if only := _ONLY.search(reason):
        return tr(
            "Of the methods, only {method} could be scored from this evidence.", method=tr.label(only[1])
        )
    *first, last = name_methods(reason, tr.lang).rstrip(".").split(". ")  # the catalogue knows whole reasons
    return f"{'. '.join(first or [last])}."


def _family(tr: Translator, family: Family, found: Differences) -> list[str]:
    """Say size and verdicts of a family; where it is the only one, what ranks alone show too.

    Of a family over several places the verdicts are said once, over all of them; the table has those of each.
    """
    if family.pooled:
        return [say_pooled_differences(family, tr.lang)]
    if any(other.pooled and other.name == family.name for other in found.families):
        return [_largest(tr, family)]
    sentences = [_largest(tr, family), _verdicts(tr, family)]
    return [*sentences, _ranks(tr, family)] if len(found.families) == 1 else sentences


def _largest(tr: Translator, family: Family) -> str:
    """Give the largest difference: its size, its interval, its people."""
    found = family.comparison
    row = found.pairs.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    return tr(
        "In {place}, {first} stands furthest above {second}: by {estimate} on average ({interval}; {unit}; {people}). It is the higher "
        "of the two for {share} of people ({share_interval}; ties count half).",
        place=_place(tr, family.place),
        first=tr.label(row["first"]),
        second=tr.label(row["second"]),
        estimate=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        unit=_unit(tr, family.unit),
        people=_people(tr, family),
        share=tr.share(row["superiority"]),
        share_interval=tr.interval(row["superiority_low"], row["superiority_high"], share=True),
    )


def _verdicts(tr: Translator, family: Family) -> str:
    """Count the pairs by what was shown of them."""
    found = family.comparison
    counts = {str(name): int(n) for name, n in found.pairs["verdict"].value_counts().items()}
    slight, differs = counts.get("differs_slightly", 0), counts.get("differs", 0)
    about = {"pairs": _pairs(tr, len(found.pairs)), "differ": tr.number(slight + differs)}
    if not found.margin > 0:
        return tr(
            "More than chance explains: {differ} of {pairs}. No margin was fixed beforehand, so none of the other {rest} is shown to "
            "be equal.",
            rest=tr.number(len(found.pairs) - differs - slight),
            **about,
        )
    return tr(
        "More than chance explains: {differ} of {pairs}, {slight} of them by less than matters (margin {margin}). Shown to be alike within "
        "that margin: {close} more. Undecided, which is not equal: {undecided}.",
        slight=tr.number(slight),
        margin=tr.number(found.margin),
        close=tr.number(counts.get("equivalent", 0)),
        undecided=tr.number(counts.get("undecided", 0)),
        **about,
    )


def _ranks(tr: Translator, family: Family) -> str:
    """Say what ranks alone show, as a check that leans on no scale."""
    found = family.comparison
    return tr(
        "As a check that uses only the order within each person: {apart} of {pairs} are told apart (mean ranks over {gap} apart; Nemenyi). "
        "How alike the orders of {people} are: {w} (Kendall's W, no interval; 0: not at all, 1: all the same).",
        apart=tr.number(int((found.pairs["nemenyi_p"] < 1 - found.conf_level).sum())),
        pairs=_pairs(tr, len(found.pairs)),
        gap=tr.number(found.critical_difference),
        w=tr.number(found.friedman.concordance),
        people=_people(tr, family),
    )


def _pairs(tr: Translator, n: int) -> str:
    return tr.plural("{n} pair", "{n} pairs", n)


def _people(tr: Translator, family: Family) -> str:
    return tr.plural("{n} person", "{n} people", family.comparison.n)


def _unit(tr: Translator, unit: str) -> str:
    if found := _SCALE.fullmatch(unit):
        return tr("points on a scale from {low} to {high}", low=found[1], high=found[2])
    return tr.label(unit)


def _place(tr: Translator, place: str) -> str:
    return tr("all places together") if place == "pooled" else tr.label(place)
