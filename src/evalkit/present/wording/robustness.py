"""What the robustness report found: weights, what is left out or missing, and how much spoiling decisions stand."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import LeftOut, MissingEvidence, WeightRobustness
from evalkit.compare.left_out import ONE_SOURCE, ONE_UNIT
from evalkit.compare.missing_evidence import NOTHING_MISSING
from evalkit.lab import BASELINES, Breakdown
from evalkit.lab.breakdown import NEXT
from evalkit.present.language import Translator, mark, translator
from evalkit.present.publish import Findings
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
_TARGETS: Final = {
    "common": mark("the five dimensions of an employee's performance, all alike"),
    "own": mark("what each method itself aims at"),
    "any": mark("many weightings of the five dimensions"),
}


def say_robustness(
    weights: WeightRobustness,
    left_out: LeftOut,
    missing: MissingEvidence,
    breakdown: Breakdown,
    *,
    study: str,
    kind: str,
    lang: Language = "en",
) -> Findings:
    """Say what weights turn, what a source is worth, what is missing could do, and what spoiling decisions stand.

    Parameters
    ----------
    study, kind
        Name of the study, and whether its evidence is real or synthetic.
    """
    tr = translator(lang)
    lab = _lab(breakdown, study, kind, tr)
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


def _lab(found: Breakdown, study: str, kind: str, tr: Translator) -> list[str]:
    if found.levels.empty:
        if kind == "real":
            return [
                tr(
                    "How much spoiling decisions stand is asked in the laboratory, where the truth is known; this evidence is real."
                )
            ]
        return [
            tr(
                "How much spoiling decisions stand is not known yet: run evalkit diagnose {study} first.",
                study=study,
            )
        ]
    levels = found.of_base()
    return [
        *(
            _worse(levels[levels["against"] == name], name, found, tr)
            for name in (NEXT, *BASELINES)
            if (levels["against"] == name).any()
        ),
        *_held(found, tr),
    ]


_AGAINST: Final = {
    NEXT: mark(
        "Which spoiling first makes a method decide worse than the next best one, both seeing the same evidence? {list}. Held to {target}; n = {n} replicates, in brackets their Monte Carlo intervals."
    ),
    "overall_rating": mark("And worse than one supervisor's single overall rating? {list}."),
    "all_evidence": mark("And worse than the plain mean of all evidence? {list}."),
}


def _worse(rows: pd.DataFrame, against: str, found: Breakdown, tr: Translator) -> str:
    alike: dict[str, list[str]] = {}
    own = []
    for method, each in rows.groupby("method", sort=False):
        message = _summarise(each["verdict"])
        if message:
            alike.setdefault(message, []).append(tr.label(method))
        else:
            own.append(_first(str(method), each, tr))
    if against == NEXT:
        last = [name for name in found.curves["method"].unique() if name not in (*BASELINES, *rows["method"])]
        alike |= {_LAST: [tr.label(name) for name in last]} if last else {}
    parts = [*own, *(tr(message, methods=tr.listed(names)) for message, names in alike.items())]
    replicates = int(rows["n_replicates"].min())
    return tr(
        _AGAINST[against], list="; ".join(parts), target=tr(_TARGETS[found.target]), n=tr.number(replicates)
    )


_LAST: Final = mark("{methods} decides worst with clean evidence already")


def _summarise(verdicts: pd.Series[str]) -> str:
    """Return what is said of a method that has no dial from which it is worse; empty where it has one."""
    if (verdicts == "from the start").any():
        return mark("{methods} with clean evidence already")
    if (verdicts == "within").any():
        return ""
    if (verdicts == "never").all():
        return mark("{methods} under none, up to the whole dial")
    return mark("{methods} under none that is told apart")


def _first(method: str, rows: pd.DataFrame, tr: Translator) -> str:
    """Say the lowest dial from which a method is worse, with the corruption, of those that are told apart."""
    row = rows[rows["verdict"] == "within"].sort_values("estimate", kind="stable").iloc[0]
    message = (
        mark("{method} (next: {other}) from {dial} of {corruption}")
        if row["against"] == NEXT
        else mark("{method} from {dial} of {corruption}")
    )
    return tr(
        message,
        method=tr.label(method),
        other=tr.label(row["other"]),
        dial=f"{tr.number(row['estimate'])} ({tr.interval(row['conf_low'], row['conf_high'])})",
        corruption=tr.label(row["corruption"]),
    )


def _held(found: Breakdown, tr: Translator) -> list[str]:
    counts = found.conclusions
    if counts.empty:
        return []
    by_method = counts.groupby("method", sort=False)[["n_held", "n_other", "n"]].sum()
    shares = (by_method["n_held"] / by_method["n"]).sort_values(kind="stable")
    return [
        tr(
            "Do these conclusions hang on assumed variances? In {scenarios} other scenarios (each variance halved and doubled, other profiles) {share} of them hold and "
            "{other} turn round; the rest is not told apart. Fewest hold for {method} ({low}).",
            scenarios=tr.number(int(counts["scenario"].nunique())),
            share=tr.share(by_method["n_held"].sum() / by_method["n"].sum()),
            other=tr.share(by_method["n_other"].sum() / by_method["n"].sum()),
            method=tr.label(shares.index[0]),
            low=tr.share(shares.iloc[0]),
        )
    ]
