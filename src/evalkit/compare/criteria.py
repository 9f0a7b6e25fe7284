"""Do scores go with what they are for? Association with independent criteria, within places first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.contamination import (
    INDEPENDENT,
    Criterion,
    choose_criteria,
    list_contamination,
    refuse_dependent,
    select_criterion,
)
from evalkit.compare.criterion_pairs import CriterionPair, measure_increment, measure_pair, pair_criterion
from evalkit.compare.criterion_validity import COLUMNS, CriterionValidity
from evalkit.compare.pairs import Resampling
from evalkit.compare.score_dependability import ScoreDependability
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores

#: A single verdict on a person as a whole, which every method is set beside.
OVERALL: Final = "overall_rating"
NO_CRITERIA: Final = "The evidence holds no outcome of the service, and the study names no criteria."
NO_METHOD: Final = (
    "No method could be formed from this evidence, so no score can be compared with a criterion."
)
NONE_INDEPENDENT: Final = (
    "No criterion is left that it does not contain and that comes from a source it does not read."
)


def measure_criterion_validity(
    scores: MethodScores,
    evidence: Evidence,
    *,
    criteria: Iterable[Criterion] = (),
    dependability: ScoreDependability | None = None,
    baseline: str = OVERALL,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> CriterionValidity:
    """Compare each method's score with criteria that it does not contain, from sources that it does not read.

    Scores and criteria are means over the periods at hand. Both are centred within places, so that places
    which differ make no method look valid; whole units are resampled. A criterion of whole units is compared
    with the mean score of each unit: what it says holds between units, and not of people in them.

    Parameters
    ----------
    criteria
        Criteria of the study; by default every outcome of the service that was recorded.
    dependability
        Where given, correlations are also freed of the error of score and criterion.
    baseline
        Indicator of an overall rating that methods are set beside, where the evidence has it.

    Raises
    ------
    UsageError
        If a criterion is not in the evidence.
    """
    named = choose_criteria(evidence, criteria)
    overall = baseline if (evidence.observations["indicator"] == baseline).any() else ""
    found = list_contamination(scores, evidence, named, baseline=overall)
    table = _tabulate_scores(scores, evidence, overall)
    sampling = Resampling(n_boot=n_boot, rng=rng, conf_level=conf_level)
    pairs, refusals = _pair_all(found, table, evidence, named)
    associations = _associate(pairs, average_reliabilities(dependability), sampling, refusals)
    return CriterionValidity(
        contamination=found,
        associations=pd.DataFrame(associations, columns=COLUMNS["associations"]),
        increments=pd.DataFrame(_increments(pairs, sampling), columns=COLUMNS["increments"]),
        refusals=pd.DataFrame([*_refuse_whole(scores, named, found), *refusals], columns=COLUMNS["refusals"]),
        conf_level=conf_level,
        n_boot=n_boot,
    )


def average_reliabilities(dependability: ScoreDependability | None) -> Mapping[str, float]:
    """Return Eρ² of each method's reported score, averaged over places by their people.

    Examples
    --------
    >>> average_reliabilities(None)
    {}
    """
    if dependability is None:
        return {}
    rows = dependability.coefficients
    rows = rows[(rows["design"] == "as reported") & (rows["quantity"] == "score_generalizability")]
    return {
        str(method): float(np.average(part["estimate"], weights=part["n"]))
        for method, part in rows.groupby("method")
    }


def _tabulate_scores(scores: MethodScores, evidence: Evidence, overall: str) -> pd.DataFrame:
    """Return scores by place, unit and employee, one column a method and one of the overall rating."""
    who = ["place", "unit", "employee"]
    scored = scores.scores[scores.scores["status"] == "scored"]
    table = scored.pivot_table(index=who, columns="method", values="score", sort=False)
    if not overall:
        return table
    rows = evidence.observations
    rows = rows[(rows["indicator"] == overall) & (rows["status"] == "recorded")]
    return table.join(rows.groupby(who)["value"].mean().rename(overall), how="outer")


def _pair_all(
    found: pd.DataFrame, table: pd.DataFrame, evidence: Evidence, criteria: Iterable[Criterion]
) -> tuple[list[CriterionPair], list[dict[str, str]]]:
    """Bring each method and each independent criterion together, or say why they were not."""
    by_name = {(one.indicator, one.source): one for one in criteria}
    narrow = {  # each method looks through the few rows of a criterion only
        one: replace(evidence, observations=select_criterion(evidence, one)) for one in by_name.values()
    }
    pairs, refusals = [], []
    for _, row in found.iterrows():
        key = {name: str(row[name]) for name in ("method", "indicator", "source")}
        try:
            refuse_dependent(row)
            criterion = by_name[key["indicator"], key["source"]]
            pairs.append(pair_criterion(table[key["method"]], narrow[criterion], criterion))
        except DesignError as error:
            refusals.append({**key, "reason": str(error)})
    return pairs, refusals


def _associate(
    pairs: list[CriterionPair],
    reliabilities: Mapping[str, float],
    sampling: Resampling,
    refusals: list[dict[str, str]],
) -> list[dict[str, Any]]:
    """Return a row of each pair; what cannot be computed joins the refusals, and leaves the pairs."""
    rows = []
    for pair in list(pairs):
        try:
            rows.append(measure_pair(pair, reliabilities, sampling))
        except DesignError as error:
            about = {"method": pair.method, "indicator": pair.criterion.indicator}
            refusals.append({**about, "source": pair.criterion.source, "reason": str(error)})
            pairs.remove(pair)
    return rows


def _increments(pairs: list[CriterionPair], sampling: Resampling) -> list[dict[str, Any]]:
    """Set each method beside each other one, and the overall rating, that has the same criterion."""
    return [
        measure_increment(first, second, sampling)
        for first, second in permutations(pairs, 2)
        if first.criterion == second.criterion and first.method != OVERALL
    ]


def _refuse_whole(
    scores: MethodScores, criteria: tuple[Criterion, ...], found: pd.DataFrame
) -> list[dict[str, str]]:
    """Say why there is nothing at all, or nothing for one method."""
    blank = {"method": "", "indicator": "", "source": ""}
    if scores.scores.empty:
        return [{**blank, "reason": NO_METHOD}]
    if not criteria:
        return [{**blank, "reason": NO_CRITERIA}]
    free = found[found["verdict"] == INDEPENDENT]["method"]
    methods = [name for name in dict.fromkeys(found["method"]) if name not in set(free)]
    return [{**blank, "method": str(name), "reason": NONE_INDEPENDENT} for name in methods]
