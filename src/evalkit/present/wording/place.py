"""What the report on one place found, as its officials would read it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from evalkit.compare import PlaceProfile, ScoreDependability
from evalkit.lab import NamedProblems, OneChange, PlaceOutlook
from evalkit.lab.one_change import HALF_STALE
from evalkit.lab.place_outlook import BESIDE, REAL
from evalkit.methods import MethodSpecification
from evalkit.present.language import Translator, mark, translator
from evalkit.present.place_rows import Row, name_change
from evalkit.present.published import Findings
from evalkit.present.wording.named_problems import say_problems, write_share
from evalkit.vocabulary import Language

_REACH: Final = 2  # Monte Carlo errors
_BASES: Final = {
    "raters and occasions": mark(
        "The score has dependability Φ {phi} ({interval}; n = {n}) over other raters and other quarters."
    ),
    "occasions": mark(
        "The score has dependability Φ {phi} ({interval}; n = {n}) over other quarters with the same raters; other raters were not seen."
    ),
    "raters": mark("The score has dependability Φ {phi} ({interval}; n = {n}) over other raters."),
}
_SYNTHETIC: Final = (
    mark(
        "It follows from simulated evidence: what would happen if evidence were like this. It says nothing of the real {place}."
    ),
    mark(
        "Loss: how far the people whom the method selects (the lowest 15 % for training, the highest 10 % for recognition) fall short of the "
        "best selection, as a share of what a lottery loses. After ± stands one Monte Carlo error."
    ),
    mark("No score here is meant to decide on a person."),
)


def say_place(
    profile: PlaceProfile,
    method: MethodSpecification | None,
    *,
    worth: ScoreDependability,
    outlook: PlaceOutlook,
    changes: OneChange,
    problems: NamedProblems,
    kind: str,
    lang: Language | None = None,
) -> Findings:
    """Say what the method of a place reads, how well it would do, what would improve it and what would spoil it.

    Parameters
    ----------
    method
        The method of the place; none where none is described for it.
    kind
        Whether the evidence is real or synthetic.
    """
    tr = translator(lang)
    if method is None:
        return Findings((_nothing(profile, tr),))
    sentences = [
        _outlook(outlook, method, tr),
        _change(changes, tr),
        *_fresh(changes, tr),
        *say_problems(problems, method, tr),
        _dependable(worth, tr),
        _reads(profile, method, tr),
    ]
    limits = _SYNTHETIC if kind == "synthetic" else _SYNTHETIC[2:]
    return Findings(tuple(sentences), tuple(tr(text, place=tr.label(profile.place)) for text in limits))


def _nothing(profile: PlaceProfile, tr: Translator) -> str:
    return tr(
        "What a method of its own would be worth to a place cannot be said: none is described for {place}. Its evidence has {n} observations "
        "of {people} people.",
        place=tr.label(profile.place),
        n=tr.number(int(profile.facts["n_observations"])),
        people=tr.number(int(profile.facts["n_people"])),
    )


def _reads(profile: PlaceProfile, method: MethodSpecification, tr: Translator) -> str:
    text = tr(
        "The method ({principle}) reads {n_components} components from these sources: {sources}. The evidence of {place} covers {n_people} people in {n_units} "
        "units over {n_occasions} quarters.",
        principle=method.principle[tr.lang],
        n_components=tr.number(len(profile.components)),
        sources=tr.listed([tr.label(source) for source in method.sources]),
        place=tr.label(profile.place),
        **{name: tr.number(int(profile.facts[name])) for name in ("n_people", "n_units", "n_occasions")},
    )
    share = profile.facts["weight_on_units"]
    if share == 0:
        return text
    on_units = tr(
        "{share} of its weight is observed on whole units and says nothing of the people within one.",
        share=tr.share(share),
    )
    return f"{text} {on_units}"


def _outlook(outlook: PlaceOutlook, method: MethodSpecification, tr: Translator) -> str:
    if outlook.reason == REAL:
        return tr(
            "How well its decisions would be cannot be said of real evidence, since true performance is not known."
        )
    loss, found = (outlook.of(method.name, name) for name in ("decision_loss", "sensitivity_training"))
    other = outlook.of(BESIDE, "decision_loss")
    text = tr(
        "In {n} simulated places of {people} people, decisions by the method of {place} lose {loss} of what a lottery loses (0 %: none could be better; {usual} "
        "in the middle 80 % of these places); they find {found} of those who most need training.",
        n=tr.number(int(loss["n"])),
        people=tr.number(outlook.n_people),
        place=tr.label(method.place),
        loss=write_share(tr, loss),
        usual=tr.interval(loss["usual_low"], loss["usual_high"], share=True),
        found=write_share(tr, found),
    )
    return f"{text} {tr(_beside(loss, other), other=write_share(tr, other))}"


def _beside(loss: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Choose what is said of one overall rating: better, worse, or not told apart."""
    away = other["estimate"] - loss["estimate"]
    if abs(away) <= _REACH * math.hypot(loss["mc_error"], other["mc_error"]):
        return mark("One supervisor's single overall rating loses {other}, which cannot be told from it.")
    if away < 0:
        return mark("One supervisor's single overall rating would do better: it loses {other}.")
    return mark("One supervisor's single overall rating would do worse: it loses {other}.")


def _change(changes: OneChange, tr: Translator) -> str:
    if changes.reason:
        return tr(
            "What one change would improve cannot be said: nothing was simulated for this method and this study."
        )
    best = changes.best()
    tried = changes.tried()
    if best is None:
        row = tried.iloc[0].to_dict()
        return tr(
            "None of the {n} changes that were tried improves its decisions beyond doubt; the largest gain is {gain} ({change}).",
            n=tr.number(len(tried)),
            gain=_gain(tr, row),
            change=name_change(row, tr),
        )
    text = tr(
        "Of the {n} changes that were tried, one would improve its decisions most: {change}. The loss falls from {before} to {after} (by {gain}), for "
        "{minutes} more minutes per employee and year.",
        n=tr.number(len(tried)),
        change=name_change(best, tr),
        before=tr.share(best["before"]),
        after=tr.share(best["after"]),
        gain=_gain(tr, best),
        minutes=tr.number(round(best["minutes"])),
    )
    cheapest = changes.cheapest()
    if cheapest is None or cheapest["to"] == best["to"]:
        return text
    more = tr(
        "Most for its minutes: {change}, {gain} for {minutes} minutes.",
        change=name_change(cheapest, tr),
        gain=_gain(tr, cheapest),
        minutes=tr.number(round(cheapest["minutes"])),
    )
    return f"{text} {more}"


def _fresh(changes: OneChange, tr: Translator) -> list[str]:
    """Say what fresh records would win back, where records are read."""
    rows = changes.changes[changes.changes["basis"] == HALF_STALE]
    if rows.empty:
        return []
    row = rows.iloc[0].to_dict()
    if row["mc_error"] == 0:
        return [tr("Fresher records would change nothing: the method reads none that could be stale.")]
    return [
        tr(
            "If half of the records were stale, fresh ones would win back {gain} (loss {before} instead of {after}).",
            gain=_gain(tr, row),
            before=tr.share(row["before"]),
            after=tr.share(row["after"]),
        )
    ]


def _dependable(worth: ScoreDependability, tr: Translator) -> str:
    rows = worth.coefficients
    rows = rows[(rows["design"] == "as reported") & (rows["quantity"] == "score_dependability")]
    if rows.empty:
        return tr("How dependable the score is cannot be estimated from this evidence; the table says why.")
    row = rows.iloc[0]
    message = _BASES[str(row["basis"])]
    return tr(
        message,
        phi=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
    )


def _gain(tr: Translator, row: Row | Any) -> str:
    return write_share(tr, row, digits=1)
