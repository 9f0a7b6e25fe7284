"""What one indicator's ratings can be compared over: raters, occasions, items, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from evalkit.evidence import Design, code_texts, describe_design

Facet = Literal["raters", "occasions"]

ONE_NAME: Final = (
    "all ratings stand under one rater ('{name}'): they were averaged before they were recorded, or one "
    "person rated everybody, so raters cannot be told apart"
)
ONE_RATER: Final = (
    "each person has one rater, so that rater's severity cannot be told from the person: "
    "only consistency over occasions can be estimated"
)
NO_RATER: Final = "no rater is named"
ONE_VALUE: Final = "there is one value of each, so occasions cannot be compared either"
ONE_RATEE: Final = "one person or unit is rated, so nobody can be told from another"
UNLINKED: Final = (
    "raters and rated fall into {n} groups that no rater links, so severity may differ between them unseen"
)
AVERAGED_PAIRS: Final = "several values of one rater about one person were averaged first"
UNNAMED: Final = "ratings without a named rater were left out: {n}"
ITEMS_FIRST: Final = "items of one occasion were averaged first"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatingLayout:
    """One indicator's ratings as a list of (ratee, condition, value).

    Attributes
    ----------
    facet
        What the conditions are: raters or occasions; empty where neither can be compared.
    rows
        Columns ratee, condition, value; one row per pair.
    crossed
        Whether conditions are shared by several ratees; else each rating is one of its own.
    refused
        Why raters (or anything) cannot be compared; empty where they can.
    shared_items
        Whether every ratee has values on the same several items, which are the parts of one measure.
    caveat
        What was done to the ratings first, or doubt about them.
    """

    facet: Facet | Literal[""]
    rows: pd.DataFrame
    crossed: bool
    refused: str
    shared_items: bool
    caveat: str

    @property
    def complete(self) -> bool:
        """Whether every ratee has one value in every condition."""
        sizes = self.rows["ratee"].nunique() * self.rows["condition"].nunique()
        return self.crossed and len(self.rows) == sizes


def name_ratees(observations: pd.DataFrame) -> pd.DataFrame:
    """Add who is rated, the employee or else the unit, and code all texts."""
    named = observations["employee"] != ""
    ratees = observations["employee"].where(named, observations["unit"])
    return code_texts(observations.assign(ratee=ratees))


def lay_out_ratings(observations: pd.DataFrame) -> RatingLayout:
    """Read from the ratings of one place, source and indicator what they can be compared over.

    Many of them are read faster where `name_ratees` was called on all of them before.

    Raters come first. Where they cannot be told apart, occasions are: periods, or items that belong to one
    ratee each (a course, a case). Items that all ratees share are parts of one measure and no occasions.
    """
    recorded = observations[observations["status"] == "recorded"]
    rows = recorded if "ratee" in recorded else name_ratees(recorded)
    design = describe_design(rows)
    if rows["ratee"].nunique() < 2:
        return _nothing(rows, ONE_RATEE)
    refused = _refuse_raters(design, rows)
    return _over_occasions(rows, refused) if refused else _over_raters(rows, design)


def _refuse_raters(design: Design, rows: pd.DataFrame) -> str:
    if design.raters == "absent":
        return NO_RATER
    if design.raters != "one_per_ratee":
        return ""
    if design.n_raters > 1:
        return ONE_RATER
    return ONE_NAME.format(name=rows.loc[rows["rater"] != "", "rater"].iloc[0])


def _over_raters(rows: pd.DataFrame, design: Design) -> RatingLayout:
    named = rows[rows["rater"] != ""]
    unlinked = design.n_components > 1 and design.raters != "nested_in_ratee"
    caveats = [
        UNNAMED.format(n=design.n_without_rater) if design.n_without_rater else "",
        AVERAGED_PAIRS if named.duplicated(["ratee", "rater"]).any() else "",
        UNLINKED.format(n=design.n_components) if unlinked else "",
    ]
    return RatingLayout(
        facet="raters",
        rows=_pairs(named, "rater"),
        crossed=design.raters != "nested_in_ratee",
        refused="",
        shared_items=False,
        caveat="; ".join(filter(None, caveats)),
    )


def _over_occasions(rows: pd.DataFrame, refused: str) -> RatingLayout:
    """Compare occasions of one rater, of an average, or of a count."""
    if rows["period"].nunique() > 1:
        first = ITEMS_FIRST if rows.duplicated(["ratee", "period"]).any() else ""
        pairs = _pairs(rows, "period")
        return RatingLayout(
            facet="occasions", rows=pairs, crossed=True, refused=refused, shared_items=False, caveat=first
        )
    per_item = rows.groupby("item")["ratee"].nunique()
    if rows["item"].nunique() > 1 and per_item.max() == 1:
        pairs = _pairs(rows, "item")
        return RatingLayout(
            facet="occasions", rows=pairs, crossed=False, refused=refused, shared_items=False, caveat=""
        )
    if rows["item"].nunique() > 1:
        return _nothing(rows, refused, shared_items=True)
    return _nothing(rows, f"{refused}; {ONE_VALUE}")


def _pairs(rows: pd.DataFrame, condition: str) -> pd.DataFrame:
    """Average what each ratee has in each condition; both are coded."""
    ratees, conditions = rows["ratee"].cat, rows[condition].cat
    n_conditions = len(conditions.categories)
    codes = ratees.codes.to_numpy(np.intp) * n_conditions + conditions.codes.to_numpy(np.intp)
    pairs, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    ratee, other = np.divmod(pairs, n_conditions)
    return pd.DataFrame(
        {
            "ratee": pd.Categorical.from_codes(ratee, ratees.categories),
            "condition": pd.Categorical.from_codes(other, conditions.categories),
            "value": np.bincount(which, weights=rows["value"], minlength=len(pairs)) / counts,
        }
    )


def _nothing(rows: pd.DataFrame, refused: str, *, shared_items: bool = False) -> RatingLayout:
    empty = rows.iloc[:0]
    return RatingLayout(
        facet="",
        rows=_pairs(empty, "rater"),
        crossed=False,
        refused=refused,
        shared_items=shared_items,
        caveat="",
    )
