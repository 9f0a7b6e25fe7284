"""What the validity report found, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import CriterionValidity
from evalkit.compare.criteria import NO_METHOD
from evalkit.lab.recovery import Recovery
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.criteria import name_criterion
from evalkit.present.wording.recovery import say_recovery
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]

_ATTENUATED: Final = mark(
    "A low correlation is no proof that a score is invalid: error in score and criterion lowers it, and so does "
    "comparing only people who were hired, who differ less than all who applied. What is freed of error stands beside; "
    "the narrower range is not undone."
)
_NOT_TRUTH: Final = mark(
    "A criterion is not true performance: an outcome also depends on what no employee decides."
)
_UNKNOWN: Final = mark(
    "True performance is not known here, so nothing can be said of how many decisions are right."
)
_NO_METHOD: Final = mark(
    "No score can be held to a criterion here: no method could be formed from this evidence."
)
_NO_CRITERIA: Final = mark(
    "No score can be held to a criterion here: the evidence holds no outcome of the service, and the study names none."
)


def say_validity(
    found: CriterionValidity, recovery: Recovery | None, lang: Language | None = None
) -> Findings:
    """Say how far scores go with independent criteria, or why that cannot be said, and what the truth shows."""
    tr = translator(lang)
    if found.associations.empty:
        sentences = _nothing(tr, found)
    else:
        sentences = [_independent(tr, found), *_people(tr, found), *_units(tr, found), *_added(tr, found)]
    compared = [] if found.associations.empty else [_ATTENUATED, _NOT_TRUTH]
    if recovery is None:
        return Findings(tuple(sentences), tuple(map(tr, [*compared, _UNKNOWN])))
    truth = say_recovery(recovery, lang)
    return Findings((*sentences, *truth.sentences), (*map(tr, compared), *truth.limits))


def _nothing(tr: Translator, found: CriterionValidity) -> list[str]:
    """Say why nothing could be compared."""
    if found.contamination.empty:
        unformed = (found.refusals["reason"] == NO_METHOD).any()
        return [tr(_NO_METHOD if unformed else _NO_CRITERIA)]
    return [_refused(tr, row) for row in found.contamination.to_dict("records")[:2]]


def _refused(tr: Translator, row: Row) -> str:
    names = {
        "method": tr.label(row["method"]),
        "criterion": tr.label(row["indicator"]),
        "source": tr.label(row["source"]),
        "people": tr.plural("{n} person", "{n} people", int(row["n"])),
    }
    if row["verdict"] == "contained":
        return tr(
            "{method} ({people} scored) is not validated against {criterion}: it contains that very indicator ({share} of its weight).",
            share=tr.share(row["contained_weight"]),
            **names,
        )
    return tr(
        "{method} ({people} scored) is not validated against {criterion}: the same source gave both ({source}, {share} of its weight), so their "
        "correlation would show one opinion twice.",
        share=tr.share(row["source_weight"]),
        **names,
    )


def _independent(tr: Translator, found: CriterionValidity) -> str:
    """Say how many comparisons are allowed, and for which methods none is."""
    text = tr(
        "Of {pairs} of a score and a criterion, {n} can be judged: the score neither contains the criterion nor reads its source.",
        pairs=tr.plural("{n} pair", "{n} pairs", len(found.contamination)),
        n=tr.number(len(found.independent)),
    )
    free = set(found.independent["method"])
    none = [name for name in dict.fromkeys(found.contamination["method"]) if name not in free]
    if not none:
        return text
    return f"{text} " + tr(
        "Nothing is left for {methods}.", methods=tr.listed([tr.label(name) for name in none])
    )


def _people(tr: Translator, found: CriterionValidity) -> list[str]:
    """Say with which outcome of people which score goes most, and least."""
    rows = found.associations[found.associations["level"] == "employee"].sort_values("estimate")
    if rows.empty:
        return []
    most, least = rows.iloc[-1], rows.iloc[0]
    text = tr(
        "Among the people of one place, {score} goes most with {criterion}: r {r} ({interval}; n = {n}){freed}.",
        r=tr.number(most["estimate"]),
        interval=tr.interval(most["conf_low"], most["conf_high"]),
        n=tr.number(int(most["n"])),
        freed=_freed(tr, most),
        **_names(tr, most),
    )
    if len(rows) == 1:
        return [text]
    return [
        f"{text} "
        + tr(
            "The least is {score} with {criterion}: r {r} ({interval}){freed}.",
            r=tr.number(least["estimate"]),
            interval=tr.interval(least["conf_low"], least["conf_high"]),
            freed=_freed(tr, least),
            **_names(tr, least),
        )
    ]


def _freed(tr: Translator, row: pd.Series) -> str:
    if pd.isna(row["disattenuated"]):
        return ""
    return tr("; freed of the error of both {r}", r=tr.number(row["disattenuated"]))


def _units(tr: Translator, found: CriterionValidity) -> list[str]:
    """Say what holds between units, and that it says nothing of people."""
    rows = found.associations[found.associations["level"] == "unit"].sort_values("estimate")
    if rows.empty:
        return []
    most = rows.iloc[-1]
    return [
        tr(
            "Between units, {score} goes most with {criterion}: r {r} ({interval}; {units}). What is recorded of whole units says "
            "nothing of the people within one.",
            r=tr.number(most["estimate"]),
            interval=tr.interval(most["conf_low"], most["conf_high"]),
            units=tr.plural("{n} unit", "{n} units", int(most["n"])),
            **_names(tr, most),
        )
    ]


def _added(tr: Translator, found: CriterionValidity) -> list[str]:
    """Say what a method adds to one overall rating."""
    rows = found.increments
    rows = rows[(rows["over"] == "overall_rating") & (rows["level"] == "employee")].sort_values("estimate")
    if rows.empty:
        return []
    most = rows.iloc[-1]
    return [
        tr(
            "Beside one overall rating by the supervisor, {score} explains the most more: {share} of the variance of {criterion} within "
            "places ({interval}) on top of {before}.",
            share=tr.share(most["estimate"]),
            interval=tr.interval(most["conf_low"], most["conf_high"], share=True),
            before=tr.share(most["r2_before"]),
            **_names(tr, most),
        )
    ]


def _names(tr: Translator, row: pd.Series) -> dict[str, str]:
    return {"score": tr.label(row["method"]), "criterion": name_criterion(tr, row)}
