"""Tables of what the people of one place can show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evalkit.compare import SmallPlace
from evalkit.present.language import mark, translator
from evalkit.vocabulary import Language

#: Units of a table; all are in results.csv.
MOST: Final = 20
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_QUESTIONS: Final[Mapping[tuple[str, str], str]] = {
    ("smallest_correlation", ""): mark("Correlation of two scores, people of one unit compared"),
    ("smallest_difference", "halves"): mark("Difference between two halves, in SD"),
    ("smallest_difference", "trained"): mark("Difference between the lowest fifth and the others, in SD"),
    ("smallest_change", ""): mark("Change from one quarter to the next, in SD of change"),
    ("half_width", "share"): mark("Interval of a share of about a half: to each side"),
    ("half_width", "mean"): mark("Interval of a mean, in SD: to each side"),
    ("people_needed", "correlation"): mark("People it takes to show a correlation of 0.3"),
}


def tabulate_smallest(found: SmallPlace, *, lang: Language | None = None) -> pd.DataFrame:
    """Return what so many people can show, one row a question in words."""
    tr = translator(lang)
    rows = found.smallest
    asked = [tr(_QUESTIONS[key]) for key in zip(rows["quantity"], rows["item"], strict=True)]
    counts = rows["quantity"] == "people_needed"
    shown = [
        "–" if pd.isna(value) else tr.number(value, digits=0 if count else 2)
        for value, count in zip(rows["estimate"], counts, strict=True)
    ]
    return pd.DataFrame({"question": asked, "shown": shown})


def tabulate_small_ranks(found: SmallPlace, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the pairs of methods, those that order people most alike first."""
    tr = translator(lang)
    rows = found.ranks.sort_values("estimate", ascending=False, kind="stable")
    pairs = [
        tr.listed([tr.label(a), tr.label(b)]) for a, b in zip(rows["method_a"], rows["method_b"], strict=True)
    ]
    return rows.assign(pair=pairs)[["pair", *_ENDS, "p_adjusted", "n"]]


def tabulate_small_units(found: SmallPlace, *, lang: Language | None = None) -> pd.DataFrame:
    """Return the units furthest from the mean of the place, with their means plain and drawn toward it."""
    known = found.units.dropna(subset=["estimate"]).astype({"estimate": float})
    away = (known["estimate"] - known["estimate"].mean()).abs()
    kept = known.loc[away.sort_values(ascending=False, kind="stable").index[:MOST]]
    rows = kept.sort_values("estimate", ascending=False, kind="stable")
    return rows[["unit", "mean", *_ENDS, "n"]].reset_index(drop=True)
