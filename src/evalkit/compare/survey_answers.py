"""Answers to the public satisfaction survey (SKM): one row a respondent, one column an element."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.evidence import Evidence
from evalkit.rules import ELEMENTS
from evalkit.stats.crossed_factors import Floats

#: Indicator and source of the survey, and what respondents of it are known by.
SURVEY: Final = "public_satisfaction"
SOURCE: Final = "citizen"
RESPONDENT: Final = ["place", "unit", "period", "rater"]
#: Fewer different days than this in a unit say nothing of how alike the answers of one day are.
FEWEST_DAYS: Final = 10

NO_SURVEY: Final = (
    "No answers to the nine elements (U1 to U9) of the public satisfaction survey are in this evidence."
)
NO_RESPONDENTS: Final = (
    "The answers name no respondents, so neither who left an element out nor the error of the index can be "
    "told."
)
OFF_SCALE: Final = (
    "Answers to the survey are 1, 2, 3 or 4; others stand here, such as averages of several respondents."
)
SUPPRESSED: Final = f"fewer than {LEAST} respondents, not shown"
COMPLEMENT: Final = "would give a smaller cell away, not shown"
FEW_EMPLOYEES: Final = f"about fewer than {LEAST} employees, not shown"


def read_survey(evidence: Evidence) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the answers of every respondent, and the places that have none with the reason.

    Returns
    -------
    tuple
        Columns place, unit, period, rater, day (``recorded_on``) and U1 to U9, NaN where not answered; and
        the reason of each place that is left out.
    """
    rows = pick_answers(evidence, SURVEY)
    rows = rows[(rows["employee"] == "") & rows["item"].isin(ELEMENTS)]
    refused = {}
    for place in sorted(evidence.observations["place"].astype(str).unique()):
        own = rows[rows["place"] == place]
        if reason := _refusal(own):
            refused[place] = reason
    kept = rows[~rows["place"].isin(refused)]
    if kept.empty:
        return pd.DataFrame(columns=[*RESPONDENT, "day", *ELEMENTS]), refused
    days = kept.groupby(RESPONDENT, sort=True)["recorded_on"].min()
    wide = kept.pivot_table(index=RESPONDENT, columns="item", values="value").reindex(columns=list(ELEMENTS))
    return wide.assign(day=days).reset_index().rename_axis(columns=None), refused


def pick_answers(evidence: Evidence, indicator: str) -> pd.DataFrame:
    """Return what citizens recorded of one indicator; names as text."""
    observations = evidence.observations
    chosen = (
        (observations["indicator"] == indicator)
        & (observations["source"] == SOURCE)
        & (observations["status"] == "recorded")
    )
    names = ["place", "unit", "employee", "period", "rater", "item"]
    rows = observations.loc[chosen, [*names, "value", "recorded_on"]]
    return rows.astype(dict.fromkeys(names, "str"))


def answers_of(rows: pd.DataFrame) -> Floats:
    """Return the answers of some respondents, shape (n, 9)."""
    return rows[list(ELEMENTS)].to_numpy(dtype=np.float64)


def clusters_of(rows: pd.DataFrame) -> pd.Series[str] | None:
    """Return the day of each respondent of a unit, where days are many; else nothing."""
    known = rows["day"].notna()
    if known.all() and rows["day"].nunique() >= FEWEST_DAYS and rows["day"].duplicated().any():
        return rows["day"].astype("str")
    return None


def strata_of(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the unit of each respondent; units of a single respondent go together with another."""
    counts = rows["unit"].value_counts()
    single = list(counts.index[counts < 2])
    if not single:
        return rows["unit"]
    others = counts.drop(single)
    partner = single[0] if len(single) > 1 or others.empty else str(others.index[-1])
    return rows["unit"].where(~rows["unit"].isin(single), partner)


def find_hidden(counts: pd.Series[int], reason: str = SUPPRESSED) -> dict[str, str]:
    """Return which cells of a known total are not shown, with the reason.

    A cell below five goes, and the next smallest with it, until what is hidden is two cells of five or more
    together. Cells without a name are in the total and never shown.

    Examples
    --------
    >>> sorted(find_hidden(pd.Series({"a": 3, "b": 12, "c": 30})))
    ['a', 'b']
    >>> find_hidden(pd.Series({"a": 5, "b": 12}))
    {}
    """
    if not (counts < LEAST).any():
        return {}
    ordered = counts.sort_values(kind="stable")
    hidden = {str(name): reason for name, n in ordered.items() if n < LEAST or name == ""}
    for name in ordered.index:
        if len(hidden) > 1 and counts[list(hidden)].sum() >= LEAST:
            break
        hidden.setdefault(str(name), COMPLEMENT)
    return hidden


def _refusal(rows: pd.DataFrame) -> str:
    """Return why the answers of a place give no index; empty where they do."""
    if rows.empty:
        return NO_SURVEY
    if (rows["rater"] == "").any():
        return NO_RESPONDENTS
    return "" if rows["value"].isin((1, 2, 3, 4)).all() else OFF_SCALE
