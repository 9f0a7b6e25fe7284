"""Two further questions to those who are served: how complaints are handled, and how staff behave."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.survey_answers import (
    FEW_EMPLOYEES,
    SUPPRESSED,
    find_hidden,
    pick_answers,
    strata_of,
)
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.stats import estimate_element_index

#: Indicators that are asked like an element of the survey, on 1 to 4.
QUESTIONS: Final = ("complaint_handling", "staff_conduct")
_COLUMNS: Final = [
    "quantity",
    "place",
    "unit",
    "estimate",
    "conf_low",
    "conf_high",
    "n",
    "n_clusters",
    "caveat",
]
NOT_ASKED: Final = "Citizens were not asked about this in this evidence."
NO_RATERS: Final = "the answers name no respondents, so they have no interval"


def measure_questions(
    evidence: Evidence, *, conf_level: float = 0.95
) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Return each question as IKM is written, 25 times the mean, per place and unit; and what nobody asked.

    Answers of one respondent go together: one citizen may rate several people of a unit.

    Returns
    -------
    tuple
        Rows with quantity (the indicator and ``_index``), and (quantity, place, reason) of what is refused.
    """
    places = sorted(evidence.observations["place"].astype(str).unique())
    rows: list[dict[str, object]] = []
    refused = []
    for indicator in QUESTIONS:
        answers = pick_answers(evidence, indicator)
        for place in places:
            own = answers[answers["place"] == place]
            if own.empty:
                refused.append((f"{indicator}_index", place, NOT_ASKED))
                continue
            about = {"quantity": f"{indicator}_index", "place": place}
            hidden = _hide(own)
            rows.append({**about, "unit": "", **_measure(own, conf_level)})
            rows += [
                {**about, "unit": str(unit), **_measure(of, conf_level, hidden.get(str(unit), ""))}
                for unit, of in own[own["unit"] != ""].groupby("unit", sort=True)
            ]
    return pd.DataFrame(rows, columns=_COLUMNS), refused


def _hide(rows: pd.DataFrame) -> dict[str, str]:
    """Return the units that are not shown: of few respondents, or about few employees."""
    respondents = _respondents(rows).groupby(rows["unit"]).nunique()
    hidden = find_hidden(respondents)
    if (rows["employee"] == "").all():
        return hidden
    return find_hidden(rows.groupby("unit")["employee"].nunique(), FEW_EMPLOYEES) | hidden


def _respondents(rows: pd.DataFrame) -> pd.Series[str]:
    """Return who gave each answer; without names every answer is a respondent's own."""
    if (rows["rater"] != "").all():
        return rows["rater"]
    return pd.Series(range(len(rows)), index=rows.index).astype("str")


def _measure(rows: pd.DataFrame, conf_level: float, hidden: str = "") -> dict[str, object]:
    """Return the mean of one question in points, with its interval."""
    named = bool((rows["rater"] != "").all())
    respondents = _respondents(rows)
    employees = rows.loc[rows["employee"] != "", "employee"].nunique()
    if respondents.nunique() < LEAST or 0 < employees < LEAST:
        hidden = hidden or (SUPPRESSED if respondents.nunique() < LEAST else FEW_EMPLOYEES)
    if hidden:
        return {"n": np.nan, "caveat": hidden}
    try:
        found = estimate_element_index(
            rows[["value"]].to_numpy(),
            strata=_strata(rows, respondents) if rows["unit"].nunique() > 1 else None,
            clusters=respondents,
            conf_level=conf_level,
        )
    except DesignError as reason:
        return {"n": len(rows), "caveat": str(reason)}
    ends = (found.conf_low, found.conf_high) if named else (np.nan, np.nan)
    return {
        "estimate": found.estimate,
        "conf_low": ends[0],
        "conf_high": ends[1],
        "n": len(rows),
        "n_clusters": found.n_clusters,
        "caveat": found.caveat if named else NO_RATERS,
    }


def _strata(rows: pd.DataFrame, respondents: pd.Series[str]) -> pd.Series[str]:
    """Return the unit of each answer; units of a single respondent go together with another."""
    once = pd.DataFrame({"unit": rows["unit"], "who": respondents}).drop_duplicates()
    merged = dict(zip(once["unit"], strata_of(once), strict=True))
    return rows["unit"].map(merged)
