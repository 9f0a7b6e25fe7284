"""From which quality of evidence on a method decides worse than others, in sentences."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.lab import BASELINES, Breakdown
from evalkit.lab.breakdown import NEXT
from evalkit.present.language import Translator, mark

_TARGETS: Final = {
    "common": mark("the five dimensions of an employee's performance, all alike"),
    "own": mark("what each method itself aims at"),
    "any": mark("many weightings of the five dimensions"),
}


def say_breakdown(found: Breakdown, study: str, kind: str, tr: Translator) -> list[str]:
    """Say what spoiling decisions stand, or why that is not known of this study."""
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
        "Which spoiling first makes a method decide worse than the next best one, both seeing the same evidence? {list}. Held to {target}; n = {n} replicates, of which {failed} failed; in brackets their Monte Carlo intervals."
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
    counts = {
        "n": tr.number(int(rows["n_replicates"].min())),
        "failed": tr.number(int(found.curves["n_failed"].max())),
    }
    return tr(_AGAINST[against], list="; ".join(parts), target=tr(_TARGETS[found.target]), **counts)


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
