"""Do scores go with what they are for? Association with independent criteria, within places first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
)
from evalkit.compare.criterion_pairs import CriterionPair, measure_increment, measure_pair, pair_criterion
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

_ENDS: Final = ("estimate", "conf_low", "conf_high")
_LEVELS: Final = ("pooled", "within_units", "between_units")
#: Numbers of an association without an interval of their own.
_ALONE: Final = ("disattenuated", "score_reliability", "criterion_reliability")
_ABOUT: Final = ("method", "indicator", "source", "level")
_COLUMNS: Final[dict[str, list[str]]] = {
    "associations": [
        *_ABOUT, *_ENDS, *(f"{name}{end}" for name in _LEVELS for end in ("", "_low", "_high")),
        *_ALONE, "n", "n_units", "n_places", "caveat",
    ],
    "increments": [
        "method", "over", *_ABOUT[1:], *_ENDS, "semipartial", "semipartial_low", "semipartial_high",
        "r2_before", "n", "n_units", "caveat",
    ],
    "refusals": ["method", "indicator", "source", "reason"],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriterionValidity:
    """How far the score of each method goes with criteria that are independent of it.

    Attributes
    ----------
    contamination
        A row per method and criterion: whether it is independent, contained, or of the method's own source.
    associations
        A row per method and independent criterion. Of people (level employee): r within places (estimate),
        pooled over places, within units, between the means of units. Of units: r between units of one place
        (estimate), and pooled; nothing about people in a unit. Beside them r freed of the error of both
        (disattenuated, without an interval), the reliabilities behind it, n (people, or units), n_units,
        n_places, caveat. Every criterion is turned so that more is better.
    increments
        Rise of R² within places when ``method`` joins ``over`` (another method, or the overall rating).
    refusals
        method, indicator, source, reason: what was not computed; a method alone: nothing was left for it.
    conf_level, n_boot
        Level of the intervals, resamples of whole units behind them.
    """

    contamination: pd.DataFrame
    associations: pd.DataFrame
    increments: pd.DataFrame
    refusals: pd.DataFrame
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold associations to independent criteria, and R² to its bounds."""
        free = self.contamination[self.contamination["verdict"] == INDEPENDENT]
        allowed = set(free[list(_ABOUT)].itertuples(index=False, name=None))
        if not set(self.associations[list(_ABOUT)].itertuples(index=False, name=None)) <= allowed:
            raise ValueError("a method was validated against a criterion that is not independent of it")
        if not (self.increments["estimate"] + self.increments["r2_before"] <= 1 + 1e-9).all():
            raise ValueError("two scores explain more than all of a criterion")

    @property
    def independent(self) -> pd.DataFrame:
        """The pairs of method and criterion that could be compared."""
        return self.contamination[self.contamination["verdict"] == INDEPENDENT]

    def to_frame(self) -> pd.DataFrame:
        """Return the associations, one tidy row each."""
        return self.associations.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        first = self.associations["level"].map({"employee": "within_place", "unit": "between_units_of_place"})
        frames = [
            self.associations.assign(quantity="criterion_correlation_" + first),
            *(self._level(name) for name in _LEVELS),
            *(self._alone(name) for name in _ALONE),
            self.increments.assign(quantity="rise_of_r2", method_b=self.increments["over"]),
            self.refusals.assign(quantity="criterion_correlation_refused", caveat=self.refusals["reason"]),
        ]
        rows = pd.concat([frame for frame in frames if len(frame)]) if any(map(len, frames)) else frames[0]
        rows = rows.rename(columns={"method": "method_a", "indicator": "item", "source": "group"})
        columns = ["quantity", "method_a", "method_b", "group", "item", *_ENDS, "n", "caveat"]
        rows = rows.reindex(columns=columns).reset_index(drop=True)
        text = [name for name in columns if name not in (*_ENDS, "n")]
        return rows.assign(**{name: rows[name].astype("object").fillna("") for name in text})

    def _level(self, name: str) -> pd.DataFrame:
        known = self.associations[self.associations[name].notna()]
        named = {name: "estimate", f"{name}_low": "conf_low", f"{name}_high": "conf_high"}
        rows = known.drop(columns=list(_ENDS)).rename(columns=named)
        return rows.assign(quantity=f"criterion_correlation_{name}")

    def _alone(self, name: str) -> pd.DataFrame:
        known = self.associations[self.associations[name].notna()]
        blank = dict.fromkeys(_ENDS[1:], np.nan)
        return known.assign(quantity=f"criterion_{name}", estimate=known[name], **blank)

    def _repr_html_(self) -> str:
        return self.associations.to_html(index=False)


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
    reliabilities = average_reliabilities(dependability)
    associations = [measure_pair(pair, reliabilities, sampling) for pair in pairs]
    return CriterionValidity(
        contamination=found,
        associations=pd.DataFrame(associations, columns=_COLUMNS["associations"]),
        increments=pd.DataFrame(_increments(pairs, sampling), columns=_COLUMNS["increments"]),
        refusals=pd.DataFrame(
            [*_refuse_whole(scores, named, found), *refusals], columns=_COLUMNS["refusals"]
        ),
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
    pairs, refusals = [], []
    for _, row in found.iterrows():
        key = {name: str(row[name]) for name in ("method", "indicator", "source")}
        try:
            refuse_dependent(row)
            criterion = by_name[key["indicator"], key["source"]]
            pairs.append(pair_criterion(table[key["method"]], evidence, criterion))
        except DesignError as error:
            refusals.append({**key, "reason": str(error)})
    return pairs, refusals


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
