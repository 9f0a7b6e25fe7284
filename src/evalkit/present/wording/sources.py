"""What many reliability coefficients say together, source by source, in plain sentences."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare import DecisionQuality, Reliability, summarise_by_source
from evalkit.present.language import Translator, mark, translator
from evalkit.vocabulary import Language

_LITTLE, _MUCH = 0.5, 0.75
_LEADS: Final = {
    ("raters", "little"): mark("{source}: two raters seldom agree."),
    ("raters", "some"): mark("{source}: two raters agree only in part."),
    ("raters", "much"): mark("{source}: two raters mostly agree."),
    ("occasions", "little"): mark("{source}: one occasion says little about the next."),
    ("occasions", "some"): mark("{source}: one occasion says something about the next."),
    ("occasions", "much"): mark("{source}: one occasion says much about the next."),
}
_BODIES: Final = {
    "raters": mark(
        "The ICC of one rating is {one} (median of {n} indicators and places; {one_low} to {one_high}), that of the mean of the raters at hand "
        "{mean} ({mean_low} to {mean_high})."
    ),
    "occasions": mark(
        "The ICC of one occasion is {one} (median of {n} indicators and places; {one_low} to {one_high}), that of the mean of the occasions at "
        "hand {mean} ({mean_low} to {mean_high})."
    ),
}


def say_sources(
    reliability: Reliability, quality: DecisionQuality, lang: Language | None = None
) -> list[str]:
    """Say for each source what is common to its indicators in all places; the middle is the median."""
    tr = translator(lang)
    found = summarise_by_source(reliability)
    raters = found[found["kind"] != "parts"]
    return [
        *[_source(tr, rows, reliability.target) for _, rows in raters.groupby(["source", "facet"])],
        *_decisions(tr, quality),
        *_parts(tr, found[found["kind"] == "parts"]),
    ]


def _source(tr: Translator, rows: pd.DataFrame, target: float) -> str:
    """Say of one source what one rating is worth, and what the mean of those at hand."""
    found = {row["kind"]: row for row in rows.to_dict("records")}
    one, mean, facet = found["one"], found["at_hand"], str(rows["facet"].iloc[0])
    level = "little" if one["middle"] < _LITTLE else "much" if one["middle"] >= _MUCH else "some"
    source = tr.label(rows["source"].iloc[0])
    lead = tr(_LEADS[facet, level], source=source[:1].upper() + source[1:])
    body = tr(
        _BODIES[facet],
        one=tr.number(one["middle"]),
        one_low=tr.number(one["lowest"]),
        one_high=tr.number(one["highest"]),
        mean=tr.number(mean["middle"]),
        mean_low=tr.number(mean["lowest"]),
        mean_high=tr.number(mean["highest"]),
        n=tr.number(int(mean["n"])),
    )
    return f"{lead} {body} {_enough(tr, int(mean['n_enough']), int(mean['n']), target)}"


def _enough(tr: Translator, enough: int, n: int, target: float) -> str:
    about = {"n": tr.number(n), "target": tr.number(target)}
    if not enough:
        return tr("None of these {n} means reaches {target} with its whole interval.", **about)
    return tr(
        "{enough} of these {n} means reach {target} with their whole interval.",
        enough=tr.number(enough),
        **about,
    )


def _decisions(tr: Translator, quality: DecisionQuality) -> list[str]:
    """Say over all indicators how a cut at the middle of the scale decides with one rating."""
    rows = quality.qualities
    shares = rows[(rows["quantity"] == "decision_accuracy") & (rows["n_ratings"] == 1)]["estimate"].dropna()
    if shares.empty:
        return []
    return [
        tr(
            "With one rating, or one occasion, deciding who is above the middle of the scale, {low} to {high} of people end up on the right "
            "side (median of {n} indicators and places: {middle}).",
            low=tr.share(float(shares.min())),
            high=tr.share(float(shares.max())),
            middle=tr.share(float(shares.median())),
            n=tr.number(len(shares)),
        )
    ]


def _parts(tr: Translator, found: pd.DataFrame) -> list[str]:
    """Say how far the parts of measures go together, and that this is not about raters."""
    if found.empty:
        return []
    return [
        tr(
            "That the parts of a measure go together says nothing about raters. How far they do (Cronbach's α; 1: entirely): {low} to {high} "
            "over {n} measures.",
            low=tr.number(float(found["lowest"].min())),
            high=tr.number(float(found["highest"].max())),
            n=tr.number(int(found["n"].sum())),
        )
    ]
