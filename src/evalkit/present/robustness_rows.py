"""Robustness made ready for people: one row a method and decision, one column a method."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare import LeftOut, MissingEvidence, WeightRobustness
from evalkit.lab.breakdown import NEXT, Breakdown
from evalkit.present.language import Translator, mark, translator
from evalkit.present.wording.scenarios import name_scenario
from evalkit.vocabulary import Language

_VERDICTS: Final = {
    "from the start": mark("from the start"),
    "never": mark("not up to {dial}"),
    "unclear": mark("not told apart"),
}


def tabulate_weight_turns(found: WeightRobustness, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what weights turn, in each method's place with most people, errors and ranges as texts."""
    tr = translator(lang)
    frame = _in(found.decisions, found.largest())
    ends = zip(frame["usual_least"], frame["usual_most"], strict=True)
    changed = [
        f"{tr.share(share, digits=1)} ± {tr.share(error, digits=2)}"
        for share, error in frame[["estimate", "mc_error"]].itertuples(index=False)
    ]
    return frame.assign(changed=changed, usual=[tr.interval(low, high, share=True) for low, high in ends])


def tabulate_left_out(found: LeftOut) -> pd.DataFrame:
    """Return what leaving out each source does, in each method's place with most people."""
    return _in(found.sources, _largest(found.sources))


def tabulate_units_left_out(found: LeftOut) -> pd.DataFrame:
    """Return what leaving out one unit does, in each method's place with most people."""
    return _in(found.units, _largest(found.units))


def tabulate_missing(found: MissingEvidence) -> pd.DataFrame:
    """Return ranks and decisions by supposition, in each method's place with most people; a column each."""
    frame = _in(found.shifts, _largest(found.shifts))
    wide = frame.pivot_table(
        index=["method", "place", "delta", "n_incomplete", "n"],
        columns="quantity",
        values="estimate",
        sort=False,
    )
    names = ["tau", "recognition_changed", "training_changed", "predikat_changed"]
    return wide.reindex(columns=[f"missing_{name}" for name in names]).reset_index().rename_axis(columns=None)


def tabulate_refused(
    *found: WeightRobustness | LeftOut | MissingEvidence, lang: Language | None = None
) -> pd.DataFrame:
    """Return what was refused, each reason once with the methods and places that it is about."""
    rows = pd.concat([each.refused for each in found], ignore_index=True)
    groups = rows.groupby("reason", sort=False)
    tr = translator(lang)
    about = [
        {
            "methods": tr.listed([tr.label(name) for name in dict.fromkeys(each["method"])]),
            "reason": str(reason),
        }
        for reason, each in groups
    ]
    return pd.DataFrame(about, columns=["methods", "reason"])


def tabulate_breakdown(
    found: Breakdown, *, against: str = NEXT, lang: Language | None = None
) -> pd.DataFrame:
    """Return from which dial on each method decides worse: a row a corruption, a column a method.

    The Monte Carlo error stands after ±; what the replicates do not tell apart says so.
    """
    tr = translator(lang)
    frame = found.of_base()
    frame = frame[frame["against"] == against]
    texts = frame.assign(text=[_level(row, tr) for row in frame.to_dict("records")])
    return _spread(texts, "corruption", "text")


def tabulate_conclusions(found: Breakdown, *, lang: Language | None = None) -> pd.DataFrame:
    """Return in how many comparisons the base scenario's conclusion holds, a row a scenario."""
    tr = translator(lang)
    frame = found.conclusions
    counts = frame[["n_held", "n", "n_unclear"]].astype(int).itertuples(index=False)
    texts = [_held(tr, *row) for row in counts]
    names = [name_scenario(str(name), lang) for name in frame["scenario"]]
    return _spread(frame.assign(text=texts, scenario=names), "scenario", "text")


def _held(tr: Translator, held: int, n: int, unclear: int) -> str:
    if not unclear:
        return tr("{count} of {n}", count=tr.number(held), n=tr.number(n))
    return tr(
        "{held} of {n}; {unclear} unclear", held=tr.number(held), n=tr.number(n), unclear=tr.number(unclear)
    )


def tabulate_check(check: pd.DataFrame, *, lang: Language | None = None) -> pd.DataFrame:
    """Return a spot check with scenarios and spoiled evidence named in words."""
    tr = translator(lang)
    names = [name_scenario(str(name), lang) for name in check["scenario"]]
    spoiled = [
        " + ".join(_name_part(part, tr) for part in str(name).split("+")) if name else tr("evidence as it is")
        for name in check["corruption"]
    ]
    return check.assign(scenario=names, corruption=spoiled)


def _name_part(text: str, tr: Translator) -> str:
    """Name a corruption and its dial, such as ``refusal=0.5``."""
    kind, _, dial = text.partition("=")
    return f"{tr.label(kind)} {tr.number(float(dial))}"


def _level(row: Mapping[Hashable, Any], tr: Translator) -> str:
    verdict = str(row["verdict"])
    if verdict == "within":
        return f"{tr.number(row['estimate'])} ± {tr.number(row['mc_error'])}"
    return tr(_VERDICTS[verdict], dial=tr.number(row["largest_dial"], digits=0))


def _spread(frame: pd.DataFrame, row: str, value: str) -> pd.DataFrame:
    wide = frame.pivot_table(index=row, columns="method", values=value, aggfunc="first", sort=False)
    return wide.fillna("–").reset_index().rename_axis(columns=None)


def _largest(frame: pd.DataFrame) -> list[tuple[str, str]]:
    most = frame.assign(people=frame["n"] + frame.get("n_lost", 0))
    order = most.sort_values("people", ascending=False, kind="stable").drop_duplicates("method")
    places = dict(zip(order["method"], order["place"], strict=True))
    return [(name, places[name]) for name in dict.fromkeys(frame["method"])]


def _in(frame: pd.DataFrame, chosen: list[tuple[str, str]]) -> pd.DataFrame:
    keys = pd.Series(list(zip(frame["method"], frame["place"], strict=True)), index=frame.index, dtype=object)
    return frame[np.array([key in chosen for key in keys], dtype=bool)].reset_index(drop=True)
