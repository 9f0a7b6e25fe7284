"""Which method for which purpose, in sentences that someone who decides can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evalkit.lab import Synthesis
from evalkit.lab.baselines import BASELINES
from evalkit.lab.fitness import AT_MOST, FIT, UNIT_LEVEL
from evalkit.lab.purpose_ranks import CLEAR, PurposeRanks
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_MOST_NAMED: Final = 3
#: From which share of draws on something counts as mostly so.
MOSTLY: Final = 0.5
_MISTAKES: Final = {
    "pay": mark("{share} ({interval}) of pairs one standard deviation apart are not told apart ({method})"),
    "training": mark(
        "{share} ({interval}) of those sent to training are not among the 15 % that need it most ({method})"
    ),
    "recognition": mark(
        "{share} ({interval}) of those recognised are not among the 10 % that deserve it most ({method})"
    ),
}
_LIMITS: Final = (
    mark(
        "Not measured: what people do to their numbers once something hangs on them, whether staff accept a method, what it costs beside "
        "minutes, whether training or recognition then helps. The laboratory treats groups alike, so fairness tells no methods apart."
    ),
    mark(
        "Decisions are held to the truth of simulated people, units to that of further samples of them, the public's weight to the "
        "specifications. That real people, records and raters are alike is an assumption; nothing here says what is right for a city."
    ),
    mark(
        "A share of draws is no probability of being right: every opinion on what counts is drawn as often as any other."
    ),
)


def say_synthesis(found: Synthesis, lang: Language | None = None) -> Findings:
    """Say which method leads for each purpose, what it gets wrong, what it costs, and what is not known."""
    tr = translator(lang)
    if not found.ranks:
        return Findings((_nothing(found, tr),))
    sentences = [
        _overall(found, tr),
        *(_purpose(found, one, tr) for one in found.ranks.values()),
        *_unanswered(found, tr),
        *_turned(found, tr),
        *_unit_level(found, tr),
        *_mistakes(found, tr),
        *_burden(found, tr),
    ]
    return Findings(tuple(sentences), tuple(map(tr, _LIMITS)))


def _nothing(found: Synthesis, tr: Translator) -> str:
    """Say in one sentence why no purpose can be answered."""
    names = _titles(found, list(found.purposes.purposes), tr)
    methods = tr.plural("{n} method", "{n} methods", len(found.methods))
    if not found.scenarios:
        return tr(
            "Which of {methods} serves which purpose ({purposes}) cannot be said: that takes evidence whose truth is known, simulated many "
            "times, and this study has none.",
            purposes=names,
            methods=methods,
        )
    return tr(
        "Which of {methods} serves which purpose ({purposes}) cannot be said: fewer than two methods can be ranked for any of them.",
        purposes=names,
        methods=methods,
    )


def _overall(found: Synthesis, tr: Translator) -> str:
    n_clear = sum(one.verdict == CLEAR for one in found.ranks.values())
    about = {
        "purposes": tr.plural("{n} purpose", "{n} purposes", len(found.ranks)),
        "methods": tr.plural("{n} method", "{n} methods", len(found.methods)),
        "draws": tr.number(found.n_draws),
        "scenarios": tr.plural("{n} scenario", "{n} scenarios", len(found.scenarios)),
        "limit": tr.share(found.purposes.clear),
    }
    if not n_clear:
        return tr(
            "For none of {purposes} is there a clear answer: of {methods} none is best in {limit} of {draws} draws over opinions on what counts "
            "and over {scenarios} of how evidence turns out.",
            **about,
        )
    return tr(
        "For {clear} of {purposes} there is a clear answer: one of {methods} is best in {limit} of {draws} draws over opinions on what "
        "counts and over {scenarios} of how evidence turns out.",
        clear=tr.number(n_clear),
        **about,
    )


def _purpose(found: Synthesis, one: PurposeRanks, tr: Translator) -> str:
    """Say who leads for one purpose, whether anyone is dependable enough, and what a baseline would do."""
    return " ".join([_leaders(one, tr), *_dependable(found, one, tr), *_beaten(one, tr)])


def _leaders(one: PurposeRanks, tr: Translator) -> str:
    title = one.purpose.title[tr.lang]
    first, *rest = one.leaders
    about = {
        "purpose": title[:1].upper() + title[1:],
        "first": tr.label(first),
        "share": tr.share(one.share(first)),
        "ends": tr.interval(*one.ends[first], share=True),
    }
    if one.verdict == CLEAR:
        return tr("{purpose}: {first}, best in {share} of the draws ({ends} by kind of scenario).", **about)
    others = [
        tr("{method} in {share}", method=tr.label(name), share=tr.share(one.share(name)))
        for name in rest[:_MOST_NAMED]
    ]
    return tr(
        "{purpose}: no clear winner. {first} is best in {share} of the draws ({ends} by kind of scenario), {others}.",
        others=tr.listed(others),
        **about,
    )


def _dependable(found: Synthesis, one: PurposeRanks, tr: Translator) -> list[str]:
    """Say that no method is shown to be dependable enough for a purpose, where that is so."""
    rows = found.fitness[found.fitness["purpose"] == one.purpose.name]
    held = rows[rows["verdict"] != UNIT_LEVEL]
    if held.empty or (held["verdict"] == FIT).any():
        return []
    limit = tr.number(one.purpose.least_dependability)
    bounds = held.loc[held["verdict"] == AT_MOST, "estimate"]
    if bounds.empty:
        return [tr("None is shown to be dependable enough for it (Φ of at least {limit}).", limit=limit)]
    return [
        tr(
            "None is shown to be dependable enough for it (Φ of at least {limit}): Φ, {high} at most, counts what one rater alone sees as the person's own, and so is an upper bound.",
            limit=limit,
            high=tr.number(float(bounds.max())),
        )
    ]


def _beaten(one: PurposeRanks, tr: Translator) -> list[str]:
    """Say where a baseline is better than the first method in most draws."""
    first = one.leaders[0]
    beaten = [
        f"{tr.label(row['baseline'])} ({tr.share(1 - row['share'])})"
        for row in one.against
        if row["method"] == first and row["share"] < MOSTLY
    ]
    if not beaten:
        return []
    return [tr("Better than it in most draws: {beaten}.", beaten=tr.listed(beaten))]


def _turned(found: Synthesis, tr: Translator) -> list[str]:
    """Say which answers turn to another method when one criterion does not count."""
    turned: dict[str, dict[str, list[str]]] = {}
    for one in found.ranks.values():
        for row in one.without:
            if row["leaders"][0] != one.leaders[0]:
                by_method = turned.setdefault(row["criterion"], {})
                by_method.setdefault(row["leaders"][0], []).append(one.purpose.title[tr.lang])
    if not turned:
        return [tr("No answer turns to another method when one criterion does not count.")]
    told = [
        tr(
            "without “{criterion}” {lead}",
            criterion=found.purposes.criteria[criterion].title[tr.lang],
            lead=", ".join(
                tr("{method} leads for {purposes}", method=tr.label(method), purposes=tr.listed(purposes))
                for method, purposes in by_method.items()
            ),
        )
        for criterion, by_method in turned.items()
    ]
    return [tr("What an answer hangs on: {told}.", told="; ".join(told))]


def _unit_level(found: Synthesis, tr: Translator) -> list[str]:
    """Say which methods say too little of persons."""
    rows = found.fitness[found.fitness["verdict"] == UNIT_LEVEL].drop_duplicates("method")
    return [
        tr(
            "{method} is ranked for no decision on persons: {share} of its weight is about whole units.",
            method=tr.label(row["method"]),
            share=tr.share(row["estimate"]),
        )
        for row in rows.to_dict("records")
    ]


def _unanswered(found: Synthesis, tr: Translator) -> list[str]:
    """Say which purposes have no answer."""
    names = [name for name in found.purposes.purposes if name not in found.ranks]
    if not names:
        return []
    return [
        tr(
            "Cannot be answered, since fewer than two methods can be ranked: {purposes}.",
            purposes=_titles(found, names, tr),
        )
    ]


def _mistakes(found: Synthesis, tr: Translator) -> list[str]:
    """Say how many of those selected are the wrong ones, and what that asks for."""
    parts = []
    for decision, rows in found.mistakes.groupby("decision", sort=False):
        best = rows.sort_values("estimate", kind="stable").iloc[0]
        parts.append(
            tr(
                _MISTAKES[str(decision)],
                method=tr.label(best["method"]),
                share=tr.share(best["estimate"]),
                interval=tr.interval(best["conf_low"], best["conf_high"], share=True),
            )
        )
    if not parts:
        return []
    return [
        tr(
            "Mistakes of the method that makes fewest: {mistakes}. So no score decides on a person alone; whoever is decided on may see the "
            "evidence, answer it, and have someone else decide again.",
            mistakes="; ".join(parts),
        )
    ]


def _burden(found: Synthesis, tr: Translator) -> list[str]:
    """Say which methods nothing beats on both minutes and loss."""
    rows = found.front[~found.front["method"].isin(BASELINES)]
    if rows.empty:
        return []
    front = rows[rows["front_share"] >= MOSTLY].sort_values("minutes", kind="stable")
    if front.empty:
        return [tr("Burden: every method is beaten on both minutes and decisions by something else.")]
    told = [
        tr(
            "{method} ({minutes}, loss {loss})",
            method=tr.label(row["method"]),
            minutes=tr.plural("{n} minute", "{n} minutes", round(row["minutes"])),
            loss=tr.share(row["decision_loss"]),
        )
        for row in front.to_dict("records")
    ]
    return [
        tr(
            "Burden, in minutes per employee and year: nothing that costs no more decides better than {told}.",
            told=tr.listed(told),
        )
    ]


def _titles(found: Synthesis, names: Sequence[str], tr: Translator) -> str:
    return tr.listed([found.purposes.purposes[name].title[tr.lang] for name in names])
