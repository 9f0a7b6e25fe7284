"""Tables of the report on one place."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare import PlaceProfile, ScoreDependability
from evalkit.lab import NamedProblems, OneChange, PlaceOutlook
from evalkit.lab.one_change import ALONE, HALF_STALE, MAIN, STALE, UNREAD
from evalkit.methods import MethodSpecification, Named
from evalkit.present.language import Translator, mark, reader_language, translator
from evalkit.vocabulary import INTERVENTION_KINDS, SOURCES, Language

Row = Mapping[Hashable, Any]

#: Dials that a table shows; the CSV and results.csv have all.
DIALS: Final = (0.25, 0.5, 1.0)
_BASES: Final = {
    ALONE: "",
    MAIN: mark("no two designs differ in this alone: averaged over all designs"),
    HALF_STALE: mark("if half of the records were stale"),
    UNREAD: mark("the method asks none of them"),
}


def tabulate_place_components(profile: PlaceProfile, lang: Language | None = None) -> pd.DataFrame:
    """Return what the method reads: who is observed, weight with its range, mean points."""
    tr = translator(lang)
    rows = profile.components
    ranges = [tr.interval(low, high, share=True) for low, high in rows[["low", "high"]].to_numpy()]
    kept = rows[["component", "level", "weight", "estimate", "conf_low", "conf_high", "n", "caveat"]]
    return kept.assign(range=ranges)


def tabulate_worth(
    worth: ScoreDependability, outlook: PlaceOutlook, lang: Language | None = None
) -> pd.DataFrame:
    """Return how well the method would do: loss, order, who is found, dependability, or why not."""
    tr = translator(lang)
    rows = [*(_foreseen(tr, row) for row in outlook.figures.to_dict("records")), *_dependable(tr, worth)]
    if outlook.reason:
        rows.append({"quantity": tr.label("decision_loss"), "caveat": outlook.reason})
    columns = ["quantity", "method", "value", "usual", "n", "caveat"]
    return pd.DataFrame(rows, columns=columns).fillna(
        {"value": "–", "usual": "–", "method": "", "caveat": ""}
    )


def _foreseen(tr: Translator, row: Row) -> dict[str, Any]:
    as_share = row["quantity"] != "rank_recovery"
    write = tr.share if as_share else tr.number
    return {
        "quantity": tr.label(row["quantity"]),
        "method": tr.label(row["method"]),
        "value": f"{write(row['estimate'])} ± {_error(tr, row['mc_error'], share=as_share)}",
        "usual": tr.interval(row["usual_low"], row["usual_high"], share=as_share),
        "n": row["n"],
        "caveat": "",
    }


def _error(tr: Translator, error: float, *, share: bool) -> str:
    return tr.share(error, digits=1) if share else tr.number(error, digits=3)


def _dependable(tr: Translator, worth: ScoreDependability) -> list[dict[str, Any]]:
    names = {"score_dependability": "Φ", "score_standard_error": tr("standard error, points")}
    found = worth.coefficients[worth.coefficients["design"] == "as reported"]
    rows = [
        {
            "quantity": names[row["quantity"]],
            "method": tr.label(row["method"]),
            "value": tr.number(row["estimate"]),
            "usual": tr.interval(row["conf_low"], row["conf_high"]),
            "n": row["n"],
            "caveat": row["caveat"],
        }
        for row in found.to_dict("records")
        if row["quantity"] in names
    ]
    refused = [
        {"quantity": "Φ", "method": tr.label(row["method"]), "caveat": row["reason"].rstrip(".")}
        for row in worth.refused.to_dict("records")
    ]
    return [*rows, *refused]


def name_change(row: Row, tr: Translator) -> str:
    """Name one change: of what, from how many to how many."""
    if row["change"] == STALE:
        return tr("fresh records")
    names, before, after = (str(row[key]).split(", ") for key in ("change", "from", "to"))
    return ", ".join(
        tr("{what} {before} → {after}", what=tr.label(name), before=low, after=high)
        for name, low, high in zip(names, before, after, strict=True)
    )


def tabulate_changes(changes: OneChange, lang: Language | None = None) -> pd.DataFrame:
    """Return each change with its losses, the gain with two Monte Carlo errors, and its minutes."""
    tr = translator(lang)
    rows = changes.changes
    numbers = {
        "before": rows["before"],
        "after": rows["after"],
        "estimate": rows["estimate"],
        "conf_low": rows["estimate"] - 2 * rows["mc_error"],
        "conf_high": rows["estimate"] + 2 * rows["mc_error"],
        "minutes": rows["minutes"],
    }
    found = pd.DataFrame(numbers).astype(float)
    found.insert(0, "change", [name_change(row, tr) for row in rows.to_dict("records")])
    return found.assign(n=rows["n"], caveat=[_doubt(tr, basis) for basis in rows["basis"]])


def _doubt(tr: Translator, of: str) -> str:
    return tr(_BASES[of]) if _BASES[of] else ""


def tabulate_problems(
    problems: NamedProblems, method: MethodSpecification | None, lang: Language | None = None
) -> pd.DataFrame:
    """Return what each named problem adds to the loss at three dials, or why that is not measured."""
    tr = translator(lang)
    names = {one.code: one for one in (method.problems if method else ())}
    rows = []
    for (code, through), part in problems.problems.groupby(["problem", "through"], sort=False):
        named = names[str(code)]
        rows.append(
            {
                "problem": named[reader_language(lang)],
                "through": tr.label(through) if through else "–",
                **{f"dial_{dial:g}": _added(tr, part, dial) for dial in DIALS},
                "because": _why(tr, part, named),
            }
        )
    columns = ["problem", "through", *(f"dial_{dial:g}" for dial in DIALS), "because"]
    return pd.DataFrame(rows, columns=columns)


def _added(tr: Translator, part: pd.DataFrame, dial: float) -> str:
    """Write what is lost more at a dial, in points of loss."""
    rows = part[np.isclose(part["dial"].astype(float), dial) & part["estimate"].notna()]
    return _points(tr, rows.iloc[0].to_dict()) if len(rows) else "–"


def _points(tr: Translator, row: Row) -> str:
    return f"{tr.number(100 * row['estimate'], digits=1)} ± {tr.number(100 * row['mc_error'], digits=1)}"


def _why(tr: Translator, part: pd.DataFrame, named: Named) -> str:
    """Say what is left open: the note of the specification, or that the method reads nothing of it."""
    told = [] if named.note is None else [named.note[tr.lang]]
    known = part[part["estimate"].notna()]
    if len(known) and (known["mc_error"] == 0).all():
        told = [tr("This method reads nothing that this spoils.")]
    for row in known[known["dial"].isna()].to_dict("records"):
        told.append(tr("Alone, in place of the method: {points} points more.", points=_points(tr, row)))
    if known.empty and not told:
        told = [tr("The diagnosis of this study has not tried it.")]
    return " ".join(told)


def tabulate_named(
    profile: PlaceProfile, method: MethodSpecification | None, lang: Language | None = None
) -> pd.DataFrame:
    """Return each aim and each follow-up with everything that shows it, and what is left open."""
    tr = translator(lang)
    rows = [
        {
            "about": tr.label(about),
            "named": one[reader_language(lang)],
            "value": "; ".join(_shown(tr, row) for row in part.to_dict("records")) or "–",
            "because": _left_open(one, part, lang),
        }
        for about, named in (_list_named(method) if method else ())
        for one in named
        for part in [profile.named[(profile.named["about"] == about) & (profile.named["code"] == one.code)]]
    ]
    return pd.DataFrame(rows, columns=["about", "named", "value", "because"])


def _list_named(method: MethodSpecification) -> tuple[tuple[str, tuple[Named, ...]], ...]:
    return ("aim", method.aims), ("follow_up", method.follow_up)


def _left_open(one: Named, part: pd.DataFrame, lang: Language | None) -> str:
    if one.note:
        return one.note[reader_language(lang)]
    missing = part.loc[part["estimate"].isna(), "caveat"]
    return "; ".join(missing)


def _shown(tr: Translator, row: Row) -> str:
    """Name what shows it and its number."""
    if not row["through"]:
        return "–"
    number = "–" if np.isnan(row["estimate"]) else _value(tr, row)
    return f"{tr.label(row['through'])}: {number}"


def _value(tr: Translator, row: Row) -> str:
    if row["through"] in INTERVENTION_KINDS:
        return tr("{n} people", n=tr.number(int(row["estimate"])))
    if row["through"] in SOURCES:
        told = tr.interval(row["conf_low"], row["conf_high"], share=True)
        return tr("{share} given ({interval})", share=tr.share(row["estimate"]), interval=told)
    told = tr.interval(row["conf_low"], row["conf_high"], digits=1)
    return tr("{points} points ({interval})", points=tr.number(row["estimate"], digits=1), interval=told)
