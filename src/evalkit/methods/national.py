"""Both national rules on the same scores: the matrix of 2022 and the weighted sum of 2019."""

from __future__ import annotations

import math

import pandas as pd

from evalkit.evidence import Evidence
from evalkit.methods.scores import MethodScores
from evalkit.methods.specification import Expectation, MethodSpecification, Pp30
from evalkit.rules import rate_matrix, rate_sum, score_sum

_COLUMNS = [
    "method",
    "place",
    "unit",
    "employee",
    "result_rating",
    "behaviour_rating",
    "predikat_6_2022",
    "pp30_score",
    "pp30_category",
]


def apply_rules(scores: MethodScores, evidence: Evidence | None = None) -> pd.DataFrame:
    """Rate every score by PermenPANRB 6/2022 (a matrix) and by PP 30/2019 (a weighted sum).

    Cut-offs and the conversion to 0–120 are assumptions of each method's specification, to be varied. An
    employee without a score, or without points in one of the two parts, gets no rating: empty, and NaN.

    Parameters
    ----------
    evidence
        Where a recorded ``new_idea`` of 1 opens the top band of PP 30/2019; without it nobody has one.

    Returns
    -------
    DataFrame
        method, place, unit, employee, result_rating, behaviour_rating, predikat_6_2022, pp30_score,
        pp30_category.
    """
    ideas = _find_ideas(evidence)
    read = scores.scores[[*_COLUMNS[:4], "result_points", "behaviour_points"]]
    columns = [read[name].tolist() for name in read]  # rows of a frame of texts are slow to iterate
    rows = [
        (*who, *_apply(result, behaviour, scores.specifications[who[0]], (who[1], who[3]) in ideas))
        for *who, result, behaviour in zip(*columns, strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _apply(
    result: float, behaviour: float, specification: MethodSpecification, new_idea: bool
) -> tuple[str, str, str, float, str]:
    if math.isnan(result) or math.isnan(behaviour):
        return "", "", "", math.nan, ""
    ratings = [_rate(points, specification.expectation) for points in (result, behaviour)]
    total = _sum(result, behaviour, specification.pp30)
    return ratings[0], ratings[1], rate_matrix(*ratings), total, rate_sum(total, new_idea=new_idea)


def _rate(points: float, expectation: Expectation) -> str:
    """Compare points with the cut-offs; nine decimals, so that a sum of fractions reaches its own total."""
    reached = round(points, 9)
    if reached >= expectation.above:
        return "above"
    return "meets" if reached >= expectation.meets else "below"


def _sum(result: float, behaviour: float, pp30: Pp30) -> float:
    skp, conduct = (round(points * pp30.top / 100, 9) for points in (result, behaviour))
    return score_sum(skp, conduct, behaviour_weight=pp30.behaviour_weight)


def _find_ideas(evidence: Evidence | None) -> set[tuple[str, str]]:
    if evidence is None:
        return set()
    rows = evidence.observations
    rows = rows[rows["value"] == 1]  # numbers first: comparing texts takes longest
    rows = rows[(rows["indicator"] == "new_idea") & (rows["status"] == "recorded")]
    return set(zip(rows["place"], rows["employee"], strict=True))
