"""What the simulated coverage of intervals shows, in sentences."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare import IntervalCoverage
from evalkit.present.language import Translator, mark, translator
from evalkit.present.published import Findings
from evalkit.vocabulary import Language

_NAMED: Final = 4
_LIMITS: Final = (
    mark(
        "This was simulated at the sizes of the shipped studies, in populations where the assumptions of an interval hold, or "
        "are bent in the way that the table says. In others it may be lower."
    ),
)


def say_coverage(found: IntervalCoverage, lang: Language | None = None) -> Findings:
    """Say how many intervals hold the truth as often as they promise, and name those that do not."""
    tr = translator(lang)
    sentences = (
        _kept(tr, found.rows),
        *_less_often(tr, found.rows),
        *_far_less_often(tr, found.rows),
        *_more_often(tr, found.rows),
    )
    return Findings(sentences, tuple(map(tr, _LIMITS)))


def _kept(tr: Translator, rows: pd.DataFrame) -> str:
    kept = int(rows["verdict"].isin(["within", "exact"]).sum())
    samples = _samples(tr, int(rows["n_replicates"].min()), int(rows["n_replicates"].max()))
    return tr.plural(
        "{n} of {intervals} holds the truth as often as it promises: within 2 points, or more often where it is exact "
        "({samples} each).",
        "{n} of {intervals} hold the truth as often as they promise: within 2 points, or more often where they are exact "
        "({samples} each).",
        kept,
        intervals=tr.plural("{n} simulated interval", "{n} simulated intervals", len(rows)),
        samples=samples,
    )


def _samples(tr: Translator, fewest: int, most: int) -> str:
    if fewest == most:
        return tr.plural("{n} sample", "{n} samples", most)
    return tr("{fewest} to {most} samples", fewest=tr.number(fewest), most=tr.number(most))


def _less_often(tr: Translator, rows: pd.DataFrame) -> list[str]:
    chosen = rows[rows["verdict"] == "caveat"]
    if chosen.empty:
        return []
    names = _name(tr, chosen)
    return [
        tr.plural(
            "{n} interval holds the truth less often than promised, by 2 to 5 points, and is shown with a caveat: {names}.",
            "{n} intervals hold the truth less often than promised, by 2 to 5 points, and are shown with a caveat: {names}.",
            len(chosen),
            names=names,
        )
    ]


def _far_less_often(tr: Translator, rows: pd.DataFrame) -> list[str]:
    chosen = rows[rows["verdict"] == "withheld"]
    if chosen.empty:
        return []
    names = _name(tr, chosen)
    return [
        tr.plural(
            "{n} interval misses the truth far too often, by more than 5 points, and is not shown in any report: {names}.",
            "{n} intervals miss the truth far too often, by more than 5 points, and are not shown in any report: {names}.",
            len(chosen),
            names=names,
        )
    ]


def _more_often(tr: Translator, rows: pd.DataFrame) -> list[str]:
    chosen = rows[rows["verdict"] == "too wide"]
    if chosen.empty:
        return []
    names = _name(tr, chosen)
    return [
        tr.plural(
            "{n} interval is wider than needed, since it holds the truth more often than promised: {names}.",
            "{n} intervals are wider than needed, since they hold the truth more often than promised: {names}.",
            len(chosen),
            names=names,
        )
    ]


def _name(tr: Translator, rows: pd.DataFrame) -> str:
    """Name intervals with their coverage, the worst first, up to a few."""
    worst = rows.assign(gap=rows["coverage"] - rows["nominal"]).sort_values("gap", kind="stable")
    shown = [
        f"{tr.label(row['interval'])} ({tr.share(row['coverage'], digits=1)})"
        for row in worst.head(_NAMED).to_dict("records")
    ]
    more = len(rows) - len(shown)
    return tr.listed(shown + ([tr("{n} more", n=tr.number(more))] if more else []))
