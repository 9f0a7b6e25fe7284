"""Both national rules on the same scores: the matrix of 2022 and the weighted sum of 2019."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.methods.scores import MethodScores
from evalkit.methods.specification import Expectation, MethodSpecification, Pp30
from evalkit.rules import rate_matrix, rate_sum, score_sum
from evalkit.vocabulary import EXPECTATIONS

Floats = NDArray[np.float64]

_RATINGS = np.array(EXPECTATIONS, dtype=object)  # the lowest first
_PREDIKATS = np.array(
    [[rate_matrix(result, behaviour) for behaviour in EXPECTATIONS] for result in EXPECTATIONS], dtype=object
)
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
    tables = []
    for method, people in read.groupby("method", sort=False):
        pairs = zip(people["place"].tolist(), people["employee"].tolist(), strict=True)
        new_idea = [pair in ideas for pair in pairs]
        tables.append(_rate_people(people, scores.specifications[str(method)], new_idea))
    rated = pd.concat(tables) if tables else read.reindex(columns=_COLUMNS)
    return rated.loc[read.index].reset_index(drop=True)


def _rate_people(
    people: pd.DataFrame, specification: MethodSpecification, new_idea: Sequence[bool]
) -> pd.DataFrame:
    """Rate the people of one method, all at once; who lacks points in a part gets no rating."""
    points = people[["result_points", "behaviour_points"]].to_numpy(dtype=np.float64).T
    known = ~np.isnan(points).any(axis=0)
    points = np.where(known, points, 0.0)
    codes = _rate(points, specification.expectation)
    totals = _sum(points, specification.pp30)
    bands = [rate_sum(total, new_idea=idea) for total, idea in zip(totals, new_idea, strict=True)]
    return people[_COLUMNS[:4]].assign(
        result_rating=np.where(known, _RATINGS[codes[0]], ""),
        behaviour_rating=np.where(known, _RATINGS[codes[1]], ""),
        predikat_6_2022=np.where(known, _PREDIKATS[codes[0], codes[1]], ""),
        pp30_score=np.where(known, totals, np.nan),
        pp30_category=np.where(known, bands, ""),
    )


def _rate(points: Floats, expectation: Expectation) -> NDArray[np.intp]:
    """Compare points with the cut-offs; nine decimals, so that a sum of fractions reaches its own total."""
    reached = np.round(points, 9)
    return np.asarray((reached >= expectation.meets) * 1 + (reached >= expectation.above), dtype=np.intp)


def _sum(points: Floats, pp30: Pp30) -> list[float]:
    """Return everyone's weighted sum under PP 30/2019, of points of both parts, shape (2, n)."""
    skp, conduct = np.round(points * pp30.top / 100, 9).tolist()
    weight = pp30.behaviour_weight
    return [score_sum(*parts, behaviour_weight=weight) for parts in zip(skp, conduct, strict=True)]


def _find_ideas(evidence: Evidence | None) -> set[tuple[str, str]]:
    if evidence is None:
        return set()
    rows = evidence.observations
    rows = rows[rows["value"] == 1]  # numbers first: comparing texts takes longest
    rows = rows[(rows["indicator"] == "new_idea") & (rows["status"] == "recorded")]
    return set(zip(rows["place"], rows["employee"], strict=True))
