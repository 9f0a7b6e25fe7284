"""Tables of the service report on cases: waiting times, slow units, complaints, drifts and false alarms."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare import (
    ChartAlarms,
    Durations,
    Monitoring,
    PersistentComplaints,
    RecordedSeries,
    UnitPaces,
)
from evalkit.present.language import Translator, translator
from evalkit.present.reader import reader_language
from evalkit.vocabulary import Language

#: Rows of a table; all are in results.csv.
MOST: Final = 20
_ENDS: Final = ["estimate", "conf_low", "conf_high"]


def write_day(day: pd.Timestamp, lang: Language | None = None, *, short: bool = False) -> str:
    """Write a day as people do, its month perhaps shortened; a dash where there is none.

    Examples
    --------
    >>> write_day(pd.Timestamp("2025-08-13")), write_day(pd.Timestamp("2025-08-13"), "id")
    ('13 August 2025', '13 Agustus 2025')
    """
    from babel.dates import format_date

    return (
        "–"
        if pd.isna(day)
        else format_date(day, "d MMM y" if short else "d MMMM y", locale=reader_language(lang))
    )


def tabulate_waiting(found: Durations, *, lang: Language | None = None) -> pd.DataFrame:
    """Return waiting times and deadlines, one row a kind and place."""
    tr = translator(lang)
    rows = found.places.sort_values("kind", kind="stable", key=lambda kinds: kinds.map(_order(kinds)))
    medians = _write(tr, rows, ("median", "median_low", "median_high"), digits=0)
    shares = {"estimate": "on_time", "conf_low": "on_time_low", "conf_high": "on_time_high"}
    notes = [
        ". ".join(dict.fromkeys(text for text in texts if text))
        for texts in zip(rows["caveat_median"], rows["caveat_share"], strict=True)
    ]
    columns = ["kind", "place", "n", "n_open", "median_days", "deadline_days", "n_due", *_ENDS, "caveat"]
    told = rows.assign(median_days=medians, caveat=notes, **{name: rows[of] for name, of in shares.items()})
    return told[columns].reset_index(drop=True)


def _order(kinds: pd.Series[str]) -> dict[str, int]:
    return {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}


def _write(tr: Translator, rows: pd.DataFrame, names: tuple[str, str, str], *, digits: int) -> list[str]:
    """Write estimates with their intervals; an end that is not reached is open."""
    texts = []
    for estimate, low, high in rows[list(names)].itertuples(index=False, name=None):
        if np.isnan(estimate):
            texts.append("–")
            continue
        number = tr.number(estimate, digits=digits)
        open_end = tr("{low} or more", low=tr.number(low, digits=digits))
        ends = open_end if np.isnan(high) else tr.interval(low, high, digits=digits)
        texts.append(f"{number} ({ends})")
    return texts


def pick_paces(found: UnitPaces) -> pd.DataFrame:
    """Return the paces that are told apart from their place, the furthest first."""
    rows = found.rows[found.rows["verdict"] != "not_told_apart"]
    order = np.argsort(-np.abs(np.log(rows["estimate"].to_numpy(dtype=float))), kind="stable")
    return rows.iloc[order].reset_index(drop=True)


def tabulate_paces(found: UnitPaces) -> pd.DataFrame:
    """Return the units that are slower or faster than their place, the furthest first."""
    return pick_paces(found).head(MOST)[["unit", "kind", *_ENDS, "raw", "n", "verdict"]]


def tabulate_drifts(found: Monitoring, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the units that have changed beyond chance, the largest change first, with days in words."""
    rows = found.changed.head(MOST)
    days = {
        name: [write_day(day, lang, short=True) for day in rows[name]]
        for name in ("since", "since_low", "since_high", "signal_on")
    }
    columns = ["unit", "kind", *_ENDS, "since", "since_low", "since_high", "signal_on", "p_adjusted", "n"]
    return rows.assign(**days)[columns]


def tabulate_known_changes(found: Monitoring, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what the laboratory slowed down, and what was found of it."""
    since = [write_day(day, lang, short=True) for day in found.known["since"]]
    return found.known.assign(since=since)[["unit", "kind", "since", "factor", "is_found", "is_held"]]


def tabulate_signals(found: Monitoring) -> pd.DataFrame:
    """Return how many charts signal, beside how many would by chance, over all places."""
    known = found.alarms[found.alarms["n_charts"] > 0]
    columns = ["n_charts", "n_signals", "by_chance_known", "by_chance"]
    sums = known.groupby(["kind", "chart"], sort=False)[columns].sum().reset_index()
    return sums.astype({"n_charts": int, "n_signals": int})


def tabulate_complaints(found: PersistentComplaints) -> pd.DataFrame:
    """Return the rate of each place, then the units with most complaints for their people."""
    units = found.units.sort_values("ratio", ascending=False, kind="stable").head(MOST // 2)
    rows = pd.concat([found.places, units], ignore_index=True)
    columns = ["place", "unit", "n", "n_people", *_ENDS, "ratio", "quarters_above", "is_persistent", "caveat"]
    return rows[columns]


def tabulate_alarms(found: ChartAlarms) -> pd.DataFrame:
    """Return, a row per set of rules, how long until a false alarm, and how many charts give one."""
    wide = found.rows.pivot_table(index="rules", columns="baseline", values="estimate", sort=False)
    wide.columns = [f"from_{n}" if n else "known" for n in wide.columns]
    lengths = found.rows.dropna(subset=["run_length"]).set_index("rules")["run_length"]
    return wide.join(lengths).reset_index()[["rules", "run_length", *wide.columns]]


def tabulate_series(found: RecordedSeries) -> pd.DataFrame:
    """Return what charts of recorded series show."""
    columns = ["series", "n", "n_missing", "first", "last", "centre", "sigma", "autocorrelation"]
    return found.rows[[*columns, "n_signals", "by_chance", "caveat"]]
