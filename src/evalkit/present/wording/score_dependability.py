"""What the scores of the methods are worth: dependability, and the same predikat twice."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare import PredikatConsistency, ScoreDependability
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.counts import count_facet
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]

_BASES: Final = {
    "raters and occasions": mark("over raters and occasions"),
    "occasions": mark("over occasions only, since raters cannot be told apart for every part of it"),
    "raters": mark("over raters only, since there is one occasion"),
}


def say_score_dependability(
    worth: ScoreDependability, again: PredikatConsistency, lang: Language | None = None
) -> Findings:
    """Say of each method's score, in the place with most people, what it is worth and what would be enough."""
    tr = translator(lang)
    found = [_score(row, worth, tr) for row in _largest(worth.coefficients)]
    repeated = [_predikat(row, again, tr) for row in _largest(again.consistency)]
    n_places = worth.coefficients["place"].nunique()
    others = [tr("Other places stand in the table.")] if n_places > 1 else []
    return Findings((*(found or [_nothing(worth, tr)]), *repeated, *others))


def _largest(frame: pd.DataFrame) -> list[Row]:
    """Return the first row of each method in its place with most people."""
    ordered = frame.sort_values("n", ascending=False, kind="stable")
    methods = list(dict.fromkeys(frame["method"]))
    first = ordered.drop_duplicates("method").set_index("method", drop=False).loc[methods]
    return [*first.to_dict("records")]


def _nothing(worth: ScoreDependability, tr: Translator) -> str:
    """Say that no score's dependability can be estimated, with the reasons of those that were formed."""
    names = tr.listed([tr.label(name) for name in dict.fromkeys(worth.refused["method"])])
    return tr(
        "How dependable the score is cannot be estimated for {methods}; the reasons stand in the table below.",
        methods=names,
    )


def _score(row: Row, worth: ScoreDependability, tr: Translator) -> str:
    mine = worth.coefficients[
        (worth.coefficients["method"] == row["method"]) & (worth.coefficients["place"] == row["place"])
    ].set_index(["design", "quantity"])
    reported = mine.loc["as reported"]
    text = tr(
        "The score of {method} in {place} (n = {n}) has Φ {phi} {basis}, and a standard error of {sem} points.",
        method=tr.label(row["method"]),
        place=tr.label(row["place"]),
        n=tr.number(int(row["n"])),
        phi=_number(reported.loc["score_dependability"], tr),
        basis=tr(_BASES[str(row["basis"])]),
        sem=_number(reported.loc["score_standard_error"], tr),
    )
    if ("one occasion", "score_dependability") in mine.index:
        single = _number(mine.loc[("one occasion", "score_dependability")], tr)
        text += " " + tr("The report of one occasion has Φ {phi}.", phi=single)
    return f"{text} {_enough(row, worth, tr)}"


def _enough(row: Row, worth: ScoreDependability, tr: Translator) -> str:
    """Name the cheapest design that reaches the target."""
    cheapest = worth.cheapest()
    at = cheapest[(cheapest["method"] == row["method"]) & (cheapest["place"] == row["place"])].iloc[0]
    target = tr.number(worth.target)
    if np.isnan(at["estimate"]):
        return tr("No design that was tried reaches Φ ≥ {target}.", target=target)
    return tr(
        "The least work that reaches Φ ≥ {target} is {design} (Φ {phi}; {minutes} minutes a person).",
        target=target,
        design=name_design(int(at["n_occasions"]), float(at["raters"]), tr.lang, basis=str(at["basis"])),
        phi=_number(at, tr),
        minutes=tr.number(float(at["minutes"]), digits=0),
    )


def name_design(n_occasions: int, raters: float, lang: Language | None = None, *, basis: str) -> str:
    """Name a design in words.

    Examples
    --------
    >>> name_design(2, 3, basis="raters and occasions"), name_design(1, 1, basis="occasions")
    ('2 occasions with 3 times the raters', '1 occasion')
    """
    tr = translator(lang)
    occasions = count_facet(tr, "occasions", n_occasions)
    times = tr.number(int(raters))
    if basis == "occasions":
        return occasions
    if basis == "raters":
        return tr("the raters of today") if raters == 1 else tr("{times} times the raters", times=times)
    if raters == 1:
        return tr("{occasions} with the raters of today", occasions=occasions)
    return tr("{occasions} with {times} times the raters", occasions=occasions, times=times)


def _predikat(row: Row, again: PredikatConsistency, tr: Translator) -> str:
    found = again.consistency
    mine = found[(found["method"] == row["method"]) & (found["place"] == row["place"])].set_index("quantity")
    share, kappa = mine.loc["same_predikat_share"], mine.loc["predikat_kappa"]
    return tr(
        "Appraised twice by {method} in {place} (n = {n}), {share} ({interval}) would get the same predikat; κ {kappa}.",
        method=tr.label(row["method"]),
        place=tr.label(row["place"]),
        n=tr.number(int(row["n"])),
        share=tr.share(share["estimate"]),
        interval=tr.interval(share["conf_low"], share["conf_high"], share=True),
        kappa=_number(kappa, tr),
    )


def _number(row: Any, tr: Translator) -> str:
    """Write a number with its interval."""
    return f"{tr.number(row['estimate'])} ({tr.interval(row['conf_low'], row['conf_high'])})"
