"""What the reliability report found, in plain sentences: what it means first, then the number."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import DecisionQuality, Reliability, ScoreDependability, is_told_by_source
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.counts import count_facet
from evalkit.present.wording.decisions import FACET_KEY, MOST_TOLD, say_decisions
from evalkit.present.wording.sources import say_sources
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any] | pd.Series

_LIMITS: Final = (
    mark(
        "A dependable rating can be about the wrong thing: reliability says that others would say the same, not that it is true."
    ),
    mark(
        "Words such as good stand for both ends of an interval (Koo and Li 2016); they are a convention and no norm for decisions."
    ),
)
#: An end of an interval that is shown with two decimals must be seen to miss the target.
_SHOWN_APART: Final = 0.005
_LITTLE, _MUCH = 0.5, 0.75
_BANDS: Final = {
    "poor": mark("poor"),
    "moderate": mark("moderate"),
    "good": mark("good"),
    "excellent": mark("excellent"),
}
_FORMS: Final = {"icc_one_way": mark("one-way ICC"), "icc_agreement": mark("agreement ICC")}
_MEANING: Final = {
    ("raters", "little"): mark(
        "Two raters seldom agree in {place} ({indicator}): who is rated explains {share} of what makes single ratings differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
    ("raters", "some"): mark(
        "Two raters agree only in part in {place} ({indicator}): who is rated explains {share} of what makes single ratings differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
    ("raters", "much"): mark(
        "Two raters mostly agree in {place} ({indicator}): who is rated explains {share} of what makes single ratings differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
    ("occasions", "little"): mark(
        "One occasion says little about the next in {place} ({indicator}): who is rated explains {share} of what makes them differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
    ("occasions", "some"): mark(
        "One occasion says something about the next in {place} ({indicator}): who is rated explains {share} of what makes them differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
    ("occasions", "much"): mark(
        "One occasion says much about the next in {place} ({indicator}): who is rated explains {share} of what makes them differ "
        "({form}, {interval}: {band}; n = {n})."
    ),
}


def say_reliability(
    reliability: Reliability,
    scores: ScoreDependability,
    quality: DecisionQuality,
    lang: Language | None = None,
) -> Findings:
    """Say what the evidence tells about reliability, how many ratings are enough, and what it cannot tell."""
    tr = translator(lang)
    many = is_told_by_source(reliability)
    told = [
        *_facets(tr, reliability),
        *say_decisions(quality, lang),
        *_parts(tr, reliability),
    ]
    return Findings(
        (
            *(say_sources(reliability, quality, lang) if many else told),
            *_refused(tr, reliability),
            *_scores(tr, scores),
        ),
        tuple(map(tr, _LIMITS)),
    )


def describe_band(low: str, high: str, lang: Language | None = None) -> str:
    """Return in words the bands of both ends of an interval.

    Examples
    --------
    >>> describe_band("poor", "moderate"), describe_band("good", "good"), describe_band("", "")
    ('poor to moderate', 'good', 'no band')
    >>> describe_band("poor", "moderate", "id")
    'buruk sampai sedang'
    """
    tr = translator(lang)
    if not (low and high):
        return tr("no band")
    if low == high:
        return tr(_BANDS[low])
    return tr("{low} to {high}", low=tr(_BANDS[low]), high=tr(_BANDS[high]))


def _facets(tr: Translator, reliability: Reliability) -> list[str]:
    """Say of the first indicators what one rating is worth, and how many are enough."""
    frame = reliability.coefficients.dropna(subset="estimate")
    singles = frame[(frame["n_averaged"] == 1) & frame["quantity"].isin(list(_FORMS))]
    sentences = [_one_facet(tr, single, reliability) for _, single in singles.head(MOST_TOLD).iterrows()]
    rest = len(singles) - MOST_TOLD
    if rest > 0:
        sentences.append(
            tr.plural(
                "{n} further indicator stands in the tables below.",
                "{n} further indicators stand in the tables below.",
                rest,
            )
        )
    return sentences


def _one_facet(tr: Translator, single: pd.Series, reliability: Reliability) -> str:
    facet = "raters" if single["facet"] == "raters" else "occasions"
    level = "little" if single["conf_high"] < _LITTLE else "much" if single["conf_low"] >= _MUCH else "some"
    meaning = tr(
        _MEANING[facet, level],
        place=tr.label(single["place"]),
        indicator=tr.label(single["indicator"]),
        share=tr.share(single["estimate"]),
        form=f"{tr(_FORMS[single['quantity']])} {tr.number(single['estimate'])}",
        interval=tr.interval(single["conf_low"], single["conf_high"]),
        band=_band(tr, single),
        n=tr.number(int(single["n"])),
    )
    return f"{meaning} {_needed(tr, single, reliability)}"


def _band(tr: Translator, row: Row) -> str:
    return describe_band(row["band_low"], row["band_high"], tr.lang)


def _number(tr: Translator, row: Row) -> str:
    interval = tr.interval(row["conf_low"], row["conf_high"])
    return f"{tr.number(row['estimate'])} ({interval}: {_band(tr, row)})"


def _needed(tr: Translator, single: pd.Series, reliability: Reliability) -> str:
    """Answer in words how many ratings reach the target, and how many surely do not."""
    row = reliability.needed[(reliability.needed[FACET_KEY] == single[FACET_KEY]).all(axis=1)].iloc[0]
    target = tr.number(row["target"])
    if not math.isfinite(row["estimate"]):
        return tr("No number of them is dependable enough (Φ ≥ {target}).", target=target)
    low, high = tr.number(row["conf_low"], digits=0), tr.number(row["conf_high"], digits=0)
    reach = (
        tr("{low} to {high}", low=low, high=high)
        if math.isfinite(row["conf_high"])
        else tr("{low} or more, without a bound", low=low)
    )
    enough = count_facet(tr, single["facet"], int(row["estimate"]))
    curve = reliability.curves[(reliability.curves[FACET_KEY] == single[FACET_KEY]).all(axis=1)]
    short = curve[curve["conf_high"] < row["target"] - _SHOWN_APART]
    if short.empty:
        return tr(
            "It takes {enough} ({reach}) to be dependable enough (Φ ≥ {target}).",
            enough=enough,
            reach=reach,
            target=target,
        )
    last = short.iloc[-1]
    return tr.plural(
        "It takes {enough} ({reach}) to be dependable enough (Φ ≥ {target}); {n} is too few (Φ {phi}, {interval}).",
        "It takes {enough} ({reach}) to be dependable enough (Φ ≥ {target}); {n} are too few (Φ {phi}, {interval}).",
        int(last["n_ratings"]),
        enough=enough,
        reach=reach,
        target=target,
        phi=tr.number(last["estimate"]),
        interval=tr.interval(last["conf_low"], last["conf_high"]),
    )


def _parts(tr: Translator, reliability: Reliability) -> list[str]:
    """Say how the parts of each measure go together, and that this is not about raters."""
    frame = reliability.coefficients
    alphas = frame[(frame["quantity"] == "cronbach_alpha") & frame["facet"].isin(["indicators", "items"])]
    if alphas.empty:
        return []
    texts = [
        tr(
            "{place} (parts: {parts}) {alpha}, n = {n}",
            place=tr.label(row["place"]),
            parts=tr.number(int(row["n_averaged"])),
            alpha=_number(tr, row),
            n=tr.number(int(row["n"])),
        )
        for row in alphas.head(MOST_TOLD + 1).to_dict("records")
    ]
    return [
        tr(
            "How far the parts of a measure go together, which says nothing about raters (Cronbach's α; 1: entirely): {measures}.",
            measures="; ".join(texts),
        )
    ]


def _refused(tr: Translator, reliability: Reliability) -> list[str]:
    """Say once for how many indicators raters cannot be told apart."""
    raters = reliability.refused[reliability.refused["facet"] == "raters"]
    if raters.empty:
        return []
    indicators = tr.plural("{n} indicator", "{n} indicators", len(raters))
    places = [tr.label(name) for name in dict.fromkeys(raters["place"])]
    if len(places) > MOST_TOLD:
        return [
            tr(
                "Whether raters agree cannot be told for {indicators}, since no two raters can be told apart there; a table below "
                "gives the reasons.",
                indicators=indicators,
            )
        ]
    return [
        tr(
            "Whether raters agree cannot be told for {indicators} of {places}, since no two raters can be told apart there; a table below "
            "gives the reasons.",
            indicators=indicators,
            places=tr.listed(places),
        )
    ]


def _scores(tr: Translator, scores: ScoreDependability) -> list[str]:
    if scores.refused.empty:
        return []
    known = set(scores.coefficients["method"])
    if known & set(scores.refused["method"]):
        return [
            tr(
                "How dependable a score is cannot be told for {n} of {of} pairs of a method and a place; the last table gives the reasons.",
                n=tr.number(len(_pairs(scores.refused))),
                of=tr.number(len(_pairs(scores.refused) | _pairs(scores.coefficients))),
            )
        ]
    names = tr.listed([tr.label(name) for name in dict.fromkeys(scores.refused["method"])])
    return [
        tr(
            "How dependable the scores of {methods} are cannot be told; the last table gives the reasons.",
            methods=names,
        )
    ]


def _pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the pairs of a method and a place that a table speaks of."""
    return set(zip(frame["method"], frame["place"], strict=True))
