"""What charts and change points say of units and of series, in plain sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from evalkit.compare import Monitoring, RecordedSeries
from evalkit.present.language import Translator
from evalkit.present.waiting_rows import write_day

#: Units that a sentence names; it counts the others.
MOST_NAMED: Final = 4


def capitalise(text: str) -> str:
    """Begin a text with a capital letter, and leave the others as they are."""
    return text[:1].upper() + text[1:]


def say_changes(tr: Translator, found: Monitoring) -> list[str]:
    """Name the units that have changed beyond chance, since when and by how much."""
    if found.drifts.empty:
        return []
    n = tr.number(len(found.drifts))
    rows = found.changed
    if rows.empty:
        return [
            tr(
                "Drift: of {n} series of cases, one per unit and kind, none has changed its level beyond chance.",
                n=n,
            )
        ]
    named = [_change(tr, row) for row in rows.head(MOST_NAMED).to_dict("records")]
    return [
        tr(
            "Drift: of {n} series of cases, one per unit and kind, {k} changed beyond chance: {named}{more}.",
            n=n,
            k=tr.plural("{n} has", "{n} have", len(rows)),
            named="; ".join(named),
            more=say_more(tr, len(rows)),
        )
    ]


def say_more(tr: Translator, n: int) -> str:
    """Count those that are not named, or say nothing."""
    return "; " + tr("{n} more", n=tr.number(n - MOST_NAMED)) if n > MOST_NAMED else ""


def _change(tr: Translator, row: Mapping[Hashable, Any]) -> str:
    return tr(
        "{unit}, {kind}, {factor} times as long ({interval}; n = {n}) since the week of {since} (between {low} and {high})",
        unit=row["unit"],
        kind=tr.label(row["kind"]),
        factor=tr.number(row["estimate"]),
        interval=tr.interval(row["conf_low"], row["conf_high"]),
        n=tr.number(int(row["n"])),
        since=write_day(row["since"], tr.lang),
        low=write_day(row["since_low"], tr.lang),
        high=write_day(row["since_high"], tr.lang),
    )


def say_known_changes(tr: Translator, found: Monitoring) -> list[str]:
    """Say what was found of the changes that the laboratory made."""
    known = found.known
    if known.empty:
        return []
    right = set(zip(known["unit"], known["kind"], strict=True))
    false = [
        pair for pair in zip(found.changed["unit"], found.changed["kind"], strict=True) if pair not in right
    ]
    return [
        tr(
            "Here the truth is known: the laboratory slowed {n} of these series on a known day. Found: {k}; named wrongly: {false}; true day inside "
            "the interval: {held} of {n_found} found.",
            n=tr.number(len(known)),
            k=tr.number(int(known["is_found"].sum())),
            false=tr.number(len(false)),
            held=tr.number(int((known["is_held"] & known["is_found"]).sum())),
            n_found=tr.number(int(known["is_found"].sum())),
        )
    ]


def say_signals(tr: Translator, found: Monitoring) -> list[str]:
    """Say how many charts signal, and how many would by chance."""
    of = found.alarms[(found.alarms["chart"] == "ewma") & (found.alarms["n_charts"] > 0)]
    if of.empty:
        return []
    return [
        tr(
            "Real-time signals: {k} of {n} EWMA charts signalled after their first 13 weeks. With limits from so few weeks about {chance} would "
            "though nothing had changed, with known limits {known}: a signal is a reason to look, no finding.",
            k=tr.number(int(of["n_signals"].sum())),
            n=tr.number(int(of["n_charts"].sum())),
            chance=tr.number(float(of["by_chance"].sum()), digits=0),
            known=tr.number(float(of["by_chance_known"].sum()), digits=0),
        )
    ]


def say_series(tr: Translator, found: RecordedSeries) -> list[str]:
    """Say what a chart makes of a recorded series whose points hang together."""
    known = found.rows.dropna(subset=["n_signals"])
    return [
        tr(
            "{series}, {first} to {last}: {k} of {n} quarters give a signal of the Western Electric rules; {chance} would if quarters were "
            "independent. Neighbouring quarters correlate {r}, so most signals say that the series wanders, not when something happened.",
            series=capitalise(tr.label(row["series"])),
            first=row["first"],
            last=row["last"],
            k=tr.number(int(row["n_signals"])),
            n=tr.number(int(row["n"])),
            chance=tr.number(float(row["by_chance"]), digits=1),
            r=tr.number(float(row["autocorrelation"])),
        )
        for row in known.to_dict("records")
    ]
