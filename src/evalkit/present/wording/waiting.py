"""What the service report found in the stream of cases, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from evalkit.compare import (
    Durations,
    Monitoring,
    PersistentComplaints,
    RecordedSeries,
    UnitPaces,
)
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.present.waiting_rows import pick_paces
from evalkit.present.wording.drift import (
    MOST_NAMED,
    capitalise,
    say_changes,
    say_known_changes,
    say_more,
    say_series,
    say_signals,
)
from evalkit.vocabulary import Language

_NO_CASES: Final = mark(
    "How long people wait, which units are slow and since when cannot be said: this evidence holds no single cases (cards, "
    "certificates, permits, complaints) with the days on which they were opened and closed."
)
_LIMITS: Final = (
    mark(
        "Cases that are still open count for as long as they were seen; dropping them would make offices look faster than they are."
    ),
    mark(
        "A slow unit may have harder cases, fewer hands or older machines; nothing here says that its people work badly."
    ),
    mark(
        "Charts of many units give many signals by chance alone; only changes beyond chance, all units and kinds of a place taken "
        "together, are named. A unit that is not named may have changed all the same: few cases show large changes only."
    ),
)


def say_waiting(
    durations: Durations,
    paces: UnitPaces,
    complaints: PersistentComplaints,
    monitoring: Monitoring,
    series: RecordedSeries,
    *,
    lang: Language | None = None,
) -> Findings:
    """Say how long people wait, which units are slow or have changed since when, and where complaints persist."""
    tr = translator(lang)
    recorded = say_series(tr, series)
    if durations.rows.empty:
        return Findings((tr(_NO_CASES), *recorded))
    sentences = [
        *_waiting(tr, durations),
        *say_changes(tr, monitoring),
        *say_known_changes(tr, monitoring),
        *_paces(tr, paces),
        *_complaints(tr, complaints),
        *say_signals(tr, monitoring),
        *recorded,
    ]
    return Findings(tuple(sentences), tuple(map(tr, _LIMITS)))


def _waiting(tr: Translator, found: Durations) -> list[str]:
    """Say for each kind how long half of the cases take and how many meet the deadline, from place to place."""
    sentences = []
    for kind, of in found.places.groupby("kind", sort=False):
        known = of.dropna(subset=["median"])
        due = of.dropna(subset=["on_time"]).sort_values("on_time", kind="stable")
        if known.empty:
            continue
        sentence = tr(
            "{kind}: half of the cases are closed within {median}; n = {n}.",
            kind=capitalise(tr.label(kind)),
            median=_medians(tr, known),
            n=tr.number(int(known["n"].sum())),
        )
        if len(due):
            sentence = f"{sentence} {_deadline(tr, due)}"
        sentences.append(sentence)
    return sentences


def _medians(tr: Translator, known: pd.DataFrame) -> str:
    """Write the median, with its interval, of the only place or of the fastest and the slowest."""
    ordered = known.sort_values("median", kind="stable")
    fastest, slowest = ordered.iloc[0], ordered.iloc[-1]
    if len(known) == 1:
        return _median(tr, fastest, with_place=False)
    if fastest["median"] == slowest["median"]:
        ends = fastest.copy()
        ends[["median_low", "median_high"]] = (
            known["median_low"].min(),
            known["median_high"].max(skipna=False),
        )
        return tr("{median} in every place", median=_median(tr, ends, with_place=False))
    texts = (_median(tr, row, with_place=True) for row in (fastest, slowest))
    return tr("{fastest} to {slowest}", **dict(zip(("fastest", "slowest"), texts, strict=True)))


def _days(tr: Translator, days: float) -> str:
    return tr.plural("{n} day", "{n} days", int(days))


def _median(tr: Translator, row: pd.Series[Any], *, with_place: bool) -> str:
    reached = tr.interval(row["median_low"], row["median_high"], digits=0)
    open_end = tr("{low} or more", low=tr.number(row["median_low"], digits=0))
    interval = reached if pd.notna(row["median_high"]) else open_end
    place = tr.label(row["place"])
    if with_place:
        return tr(
            "{days} ({interval}; {place})", days=_days(tr, row["median"]), interval=interval, place=place
        )
    return tr("{days} ({interval})", days=_days(tr, row["median"]), interval=interval)


def _deadline(tr: Translator, due: pd.DataFrame) -> str:
    lowest, highest = due.iloc[0], due.iloc[-1]
    if len(due) == 1:
        return tr(
            "Within the deadline{deadline}: {share} ({interval}; n = {n}).",
            deadline=_of_days(tr, due),
            share=tr.share(lowest["on_time"]),
            interval=tr.interval(lowest["on_time_low"], lowest["on_time_high"], share=True),
            n=tr.number(int(lowest["n_due"])),
        )
    return tr(
        "Within the deadline{deadline}: from {lowest} to {highest}.",
        deadline=_of_days(tr, due),
        lowest=_share(tr, lowest),
        highest=_share(tr, highest),
    )


def _of_days(tr: Translator, due: pd.DataFrame) -> str:
    """Write the deadline that all share, or nothing."""
    known = due["deadline_days"].dropna().unique()
    return " " + tr("of {days}", days=_days(tr, known[0])) if len(known) == 1 and len(due) else ""


def _share(tr: Translator, row: pd.Series[Any]) -> str:
    return tr(
        "{share} ({interval}; {place}, n = {n})",
        share=tr.share(row["on_time"]),
        interval=tr.interval(row["on_time_low"], row["on_time_high"], share=True),
        place=tr.label(row["place"]),
        n=tr.number(int(row["n_due"])),
    )


def _paces(tr: Translator, found: UnitPaces) -> list[str]:
    """Say how many units are slower than their place, and which is slowest."""
    if found.rows.empty:
        return []
    slow = pick_paces(found)
    slow = slow[slow["verdict"] == "slower"]
    n = tr.number(len(found.rows))
    if slow.empty:
        return [tr("No unit is told apart as slower than its place ({n} units and kinds).", n=n)]
    row = slow.iloc[0]
    return [
        tr(
            "{k} of {n} units and kinds are slower than their place beyond chance; furthest: {unit}, {kind}, at {pace} times the pace of "
            "{place} ({interval}; n = {size}).",
            k=tr.number(len(slow)),
            n=n,
            unit=row["unit"],
            kind=tr.label(row["kind"]),
            pace=tr.number(row["estimate"]),
            place=tr.label(row["place"]),
            interval=tr.interval(row["conf_low"], row["conf_high"]),
            size=tr.number(int(row["n"])),
        )
    ]


def _complaints(tr: Translator, found: PersistentComplaints) -> list[str]:
    """Say how many complaints there are for the people, and where they persist."""
    known = found.places.dropna(subset=["estimate"]).sort_values("estimate", kind="stable")
    if known.empty:
        return []
    lowest, highest = (_rate(tr, known.iloc[i]) for i in (0, -1))
    persistent = found.units[found.units["is_persistent"].fillna(False).astype(bool)]
    sentence = tr(
        "Complaints per 100 people and quarter: {rates}.",
        rates=lowest if len(known) == 1 else tr("from {lowest} to {highest}", lowest=lowest, highest=highest),
    )
    if persistent.empty:
        nowhere = tr("In no unit do they persist.")
        return [f"{sentence} {nowhere}"]
    named = [_persistence(tr, row) for row in persistent.head(MOST_NAMED).to_dict("records")]
    told = tr(
        "They persist in {k} of {n}: {named}{more}.",
        k=tr.number(len(persistent)),
        n=tr.plural("{n} unit", "{n} units", len(found.units)),
        named="; ".join(named),
        more=say_more(tr, len(persistent)),
    )
    return [f"{sentence} {told}"]


def _rate(tr: Translator, row: pd.Series[Any]) -> str:
    return tr(
        "{rate} ({interval}; {place}, n = {n})",
        rate=tr.number(row["estimate"], digits=1),
        interval=tr.interval(row["conf_low"], row["conf_high"], digits=1),
        place=tr.label(row["place"]),
        n=tr.number(int(row["n"])),
    )


def _persistence(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    return tr(
        "{unit}, {ratio} times its share ({interval}; n = {n}), above it in {quarters} in a row",
        unit=row["unit"],
        ratio=tr.number(row["ratio"]),
        interval=tr.interval(row["ratio_low"], row["ratio_high"]),
        n=tr.number(int(row["n"])),
        quarters=tr.plural("{n} quarter", "{n} quarters", int(row["quarters_above"])),
    )
