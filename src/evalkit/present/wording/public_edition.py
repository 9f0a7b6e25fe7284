"""What a public edition says, in sentences that a citizen can read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import PublicEdition
from evalkit.present.labels import name_methods
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.rules import band_ikm
from evalkit.vocabulary import Language

Row = Mapping[Hashable, Any]
_LIMITS: Final = (
    mark(
        "Nobody is named, no number is about fewer than five people, and what is close to nobody or to everybody is not told "
        "from it."
    ),
    mark(
        "This holds for this edition and its files alone. The other reports of the study have finer numbers and are not for "
        "the public; beside them nothing here would be protected."
    ),
    mark(
        "A place and its method cannot be told apart: a higher mean in another place may be another method, and no better work."
    ),
)


def say_public_edition(edition: PublicEdition, lang: Language | None = None) -> Findings:
    """Say what the last quarter of an edition shows, and how much is not shown."""
    tr = translator(lang)
    last = edition.periods[-1]
    sentences = [
        *_score(tr, edition, last),
        *_satisfaction(tr, edition, last),
        *_service(tr, edition, last),
        *_predikat(tr, edition, last),
        *_not_shown(tr, edition),
    ]
    if edition.cells["estimate"].isna().all():
        return Findings((_nothing(tr, edition),), tuple(map(tr, _LIMITS)))
    return Findings(tuple(sentences), tuple(map(tr, _LIMITS)))


def _only(edition: PublicEdition, quantity: str, period: str) -> Row | None:
    rows = edition.pick(quantity, period=period, units=False)
    known = rows[rows["estimate"].notna()].to_dict("records")
    return known[0] if known else None


def _when(tr: Translator, edition: PublicEdition, period: str) -> str:
    """Write the place, and the quarter where there is one."""
    place = tr.label(edition.place)
    return tr("{place}, {period}", place=place, period=period) if period else place


def _score(tr: Translator, edition: PublicEdition, period: str) -> list[str]:
    row = _only(edition, "public_mean_score", period)
    if row is None:
        return []
    return [
        tr(
            "{when}: the mean score is {mean} of 100 points ({interval}; n = {n}), by the method of {method}.",
            when=_when(tr, edition, period),
            mean=tr.number(row["estimate"], digits=0),
            interval=tr.interval(row["conf_low"], row["conf_high"], digits=0),
            n=tr.number(int(row["n"])),
            method=tr.label(edition.method),
        )
    ]


def _satisfaction(tr: Translator, edition: PublicEdition, period: str) -> list[str]:
    row = _only(edition, "public_ikm", period)
    if row is None:
        return []
    return [
        tr(
            "Those who were served rate it {ikm} on the satisfaction index (IKM, {interval}; {answers}): band {band}.",
            ikm=tr.number(row["estimate"]),
            interval=tr.interval(row["conf_low"], row["conf_high"], digits=0),
            answers=tr.plural("{n} respondent", "{n} respondents", int(row["n"])),
            band=band_ikm(row["estimate"]),
        )
    ]


def _service(tr: Translator, edition: PublicEdition, period: str) -> list[str]:
    """Say of each kind of case which share was closed in time, and how long half of them took at most."""
    shares = edition.pick("public_on_time_share", period=period, units=False)
    days = edition.pick("public_median_days", period=period, units=False).set_index("item")["estimate"]
    parts = [
        tr(
            "{kind} {share} ({interval}; n = {n}{days})",
            kind=tr.label(row["item"]),
            share=tr.share(row["estimate"]),
            interval=tr.interval(row["conf_low"], row["conf_high"], share=True),
            n=tr.number(int(row["n"])),
            days=_days(tr, days.get(row["item"], float("nan"))),
        )
        for row in shares[shares["estimate"].notna()].to_dict("records")
    ]
    return [tr("Closed in time: {parts}.", parts="; ".join(parts))] if parts else []


def _days(tr: Translator, days: float) -> str:
    if pd.isna(days):
        return ""
    text = tr.number(int(days)) if float(days).is_integer() else tr.number(days, digits=1)
    return tr.plural(
        "; half took at most {days} day", "; half took at most {days} days", int(days), days=text
    )


def _predikat(tr: Translator, edition: PublicEdition, period: str) -> list[str]:
    rows = edition.pick("public_predikat_share", period=period)
    known = rows[rows["estimate"].notna()]
    if known.empty:
        return []
    row = known.sort_values("estimate", kind="stable").iloc[-1]
    hidden = int((rows["estimate"].isna() & (rows["item"] != "no_predikat")).sum())
    text = tr(
        "The most frequent predikat is {predikat}: {interval} of the people (n = {n}).",
        predikat=tr.label(row["item"]),
        interval=tr.interval(row["conf_low"], row["conf_high"], share=True),
        n=tr.number(int(row["n"])),
    )
    if not hidden:
        return [text]
    return [
        f"{text} "
        + tr.plural(
            "{n} predikat is not shown, since it may be that of fewer than five.",
            "{n} predikats are not shown, since each may be that of fewer than five.",
            hidden,
        )
    ]


def _not_shown(tr: Translator, edition: PublicEdition) -> list[str]:
    hidden = int(edition.cells["estimate"].isna().sum())
    return [
        tr(
            "Of {all} numbers of this edition {hidden} are not shown, each with its reason; what is shown is rounded as stated "
            "below.",
            all=tr.number(len(edition.cells)),
            hidden=tr.number(hidden),
        )
    ]


def _nothing(tr: Translator, edition: PublicEdition) -> str:
    reasons = list(dict.fromkeys(edition.cells["caveat"]))[:2]
    return tr(
        "What the public may see of {place} cannot be said: {reasons} (n = {n}).",
        place=tr.label(edition.place),
        reasons="; ".join(name_methods(reason, tr.lang) for reason in reasons),
        n=tr.number(edition.n),
    )
