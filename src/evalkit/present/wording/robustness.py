"""What the robustness report found: weights, what is left out or missing, and how much spoiling decisions stand."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import LeftOut, MissingEvidence, WeightRobustness
from evalkit.compare.left_out import ONE_SOURCE, ONE_UNIT
from evalkit.compare.missing_evidence import NOTHING_MISSING
from evalkit.lab import Breakdown
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.wording.breakdown import say_breakdown
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]

_LIMITS: Final = (
    mark(
        "Ranges of weights are assumptions. A decision that they can turn is not thereby wrong, and one that they cannot is not thereby right."
    ),
    mark("No score here is meant to decide on a person."),
)
_REFUSED: Final = {
    ONE_SOURCE: mark("There is one source, so what leaving one out would do cannot be asked."),
    ONE_UNIT: mark("There is one unit, so what leaving one out would do cannot be asked."),
}


def say_robustness(
    weights: WeightRobustness,
    left_out: LeftOut,
    missing: MissingEvidence,
    breakdown: Breakdown,
    *,
    study: str,
    kind: str,
    lang: Language | None = None,
) -> Findings:
    """Say what weights turn, what a source is worth, what is missing could do, and what spoiling decisions stand.

    Parameters
    ----------
    study, kind
        Name of the study, and whether its evidence is real or synthetic.
    """
    tr = translator(lang)
    lab = say_breakdown(breakdown, study, kind, tr)
    rest = [_weights(weights, tr), " ".join([*_left_out(left_out, tr), *_missing(missing, tr)])]
    found = [*rest, *lab] if breakdown.levels.empty else [*lab, *rest]
    return Findings(tuple(filter(None, found)), tuple(map(tr, _LIMITS)))


def _weights(found: WeightRobustness, tr: Translator) -> str:
    frame = found.decisions
    chosen = frame[[key in found.largest() for key in zip(frame["method"], frame["place"], strict=True)]]
    if chosen.empty:
        return tr("What weights could turn cannot be said: nobody has a score that hangs on them.")
    if chosen["method"].nunique() == 1:
        return _one_method(found, chosen, tr)
    row = chosen.sort_values("estimate", kind="stable").iloc[-1]
    least = chosen[chosen["decision"] == row["decision"]].sort_values("estimate", kind="stable").iloc[0]
    secure = chosen[chosen["decision"] == "recognition"].sort_values("secure_share", kind="stable")
    return tr(
        "Weights alone can turn decisions: other weights within the assumed ranges give another {decision} to {most} of {n} people under "
        "{most_method} on average ({usual} in the middle 95 % of weightings), and to {least} under {least_method}. Of those whom {low_method} recognises, {low} stay recognised in "
        "{level} of the weightings or more, of those of {high_method} {high}.",
        decision=tr.label(row["decision"]),
        most=tr.share(row["estimate"]),
        n=tr.number(int(row["n"])),
        most_method=tr.label(row["method"]),
        usual=tr.interval(row["usual_least"], row["usual_most"], share=True),
        least=tr.share(least["estimate"]),
        least_method=tr.label(least["method"]),
        low_method=tr.label(secure.iloc[0]["method"]),
        low=tr.share(secure.iloc[0]["secure_share"]),
        high_method=tr.label(secure.iloc[-1]["method"]),
        high=tr.share(secure.iloc[-1]["secure_share"]),
        level=tr.share(found.level),
    )


def _one_method(found: WeightRobustness, chosen: pd.DataFrame, tr: Translator) -> str:
    row = chosen.sort_values("estimate", kind="stable").iloc[-1]
    parts = [
        tr("{decision} {share}", decision=tr.label(each["decision"]), share=tr.share(each["settled_share"]))
        for each in chosen.to_dict("records")
    ]
    return tr(
        "Other weights within the assumed ranges decide at most {share} of the {n} people whom {method} scores otherwise on average ({decision}; {usual} in the "
        "middle 95 % of weightings; Monte Carlo error {error}). The decision is the same in {level} of the weightings or more for these shares of the people: {parts}.",
        method=tr.label(row["method"]),
        n=tr.number(int(row["n"])),
        share=tr.share(row["estimate"], digits=1),
        decision=tr.label(row["decision"]),
        usual=tr.interval(row["usual_least"], row["usual_most"], share=True),
        error=tr.share(row["mc_error"], digits=2),
        level=tr.share(found.level),
        parts=tr.listed(parts),
    )


def _left_out(found: LeftOut, tr: Translator) -> list[str]:
    known = found.sources.dropna(subset=["estimate"])
    refused = [tr(text) for reason, text in _REFUSED.items() if (found.refused["reason"] == reason).any()]
    if known.empty:
        return [" ".join(refused)] if refused else []
    place = known.sort_values("n", ascending=False, kind="stable").iloc[0]["place"]
    mine = known[known["place"] == place].sort_values("estimate", kind="stable")
    first, last = mine.iloc[0], mine.iloc[-1]
    return [
        tr(
            "Scores hang on who is asked: without the source {source}, {method} ranks {n} people in {place} with τ {tau} to its own ranking, and decides "
            "{training} of them otherwise on training. The least comes of leaving out {last_source} under {last_method} (τ {last_tau}).",
            source=tr.label(first["source"]),
            method=tr.label(first["method"]),
            n=tr.number(int(first["n"])),
            place=tr.label(first["place"]),
            tau=tr.number(first["estimate"]),
            training=tr.share(first["training_changed"]),
            last_source=tr.label(last["source"]),
            last_method=tr.label(last["method"]),
            last_tau=tr.number(last["estimate"]),
        )
    ]


def _missing(found: MissingEvidence, tr: Translator) -> list[str]:
    changed = found.shifts[found.shifts["quantity"] == "missing_training_changed"]
    if changed.empty:
        nothing = (found.refused["reason"] == NOTHING_MISSING).any()
        return (
            [tr("Nothing is missing in this evidence, so nothing had to be supposed about it.")]
            if nothing
            else []
        )
    worst = changed.sort_values("estimate", kind="stable").iloc[-1]
    like = changed[
        (changed["method"] == worst["method"])
        & (changed["place"] == worst["place"])
        & (changed["delta"] == 0)
    ]
    return [
        tr(
            "Of {n} people scored by {method} in {place}, {lack} lack a part. If that was {delta} SD from what people like them have, {share} would be "
            "decided otherwise on training (Monte Carlo error {error}); if it was like theirs, {even}.",
            n=tr.number(int(worst["n"])),
            method=tr.label(worst["method"]),
            place=tr.label(worst["place"]),
            lack=tr.number(int(worst["n_incomplete"])),
            delta=tr.number(worst["delta"], digits=1),
            share=tr.share(worst["estimate"], digits=1),
            error=tr.share(worst["mc_error"], digits=1),
            even=tr.share(like["estimate"].iloc[0], digits=1) if len(like) else "–",
        )
    ]
