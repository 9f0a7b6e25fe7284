"""What a family of comparisons found over several places, in a sentence."""

from __future__ import annotations

from evalkit.compare import Family, MeanComparison
from evalkit.present.language import Translator, translator
from evalkit.vocabulary import Language


def say_pooled_differences(family: Family, lang: Language | None = None) -> str:
    """Give the largest difference over all places, how far it differs from place to place, and the verdicts."""
    tr = translator(lang)
    found = family.comparison
    row = found.pairs.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    differs = int(found.pairs["verdict"].isin(["differs", "differs_slightly"]).sum())
    return tr(
        "Pooled over {places} (these and no others, every person counting alike), the largest difference is that of {first} over "
        "{second}: {estimate} ({interval}; {unit}; {people}). In single places it runs from {lowest} to {highest}. Further "
        "apart than chance would give, pooled: {differs} of {pairs}.",
        places=tr.plural("{n} place", "{n} places", found.n_places),
        first=tr.label(row["first"]),
        second=tr.label(row["second"]),
        estimate=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        unit=tr.label(family.unit),
        people=_people(found, tr),
        lowest=tr.number(row["lowest"]),
        highest=tr.number(row["highest"]),
        differs=tr.number(differs, digits=0),
        pairs=tr.plural("{n} pair", "{n} pairs", len(found.pairs)),
    )


def _people(found: MeanComparison, tr: Translator) -> str:
    people = tr.plural("{n} person", "{n} people", found.n)
    if found.group_kind != "units" or found.n_groups == found.n:
        return people
    units = tr.plural("{n} unit", "{n} units", found.n_groups)
    return tr("{people} in {units}", people=people, units=units)
