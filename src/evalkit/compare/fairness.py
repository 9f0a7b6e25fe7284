"""Do groups come out alike? In decisions, at equal performance, and in what a score foretells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.group_contrasts import (
    JOINED,
    KEY,
    PERSON,
    compare_decisions,
    complete_contrasts,
    complete_decisions,
    contrast_groups,
    select_people,
)
from evalkit.compare.groupings import FEWEST_OF_GROUP, find_groupings, name_groups
from evalkit.compare.measures import Performance, find_performance, list_measures, measures_that_read
from evalkit.evidence import Evidence
from evalkit.methods import MethodScores
from evalkit.shown import show_frame

NO_GROUPS: Final = (
    f"No two groups of people with {FEWEST_OF_GROUP} or more each are known (sex, age, grade, places of ten "
    "units, or a group that the study declares)."
)
NO_PERFORMANCE: Final = (
    "Nothing here stands for performance itself apart from what is scored, so people who perform alike "
    "cannot be compared: only means differ or do not."
)
#: What each quantity of a contrast is: in SD of the score (first two) or of performance (last two).
QUANTITIES: Final = ("group_difference", "conditional_difference", "prediction_intercept", "prediction_slope")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fairness:
    """How groups of people differ in decisions, in scores, and in what scores foretell.

    Attributes
    ----------
    decisions
        One row per measure, decision, grouping and group: rate, ratio to that of the reference (estimate)
        with its interval, p_value, p_adjusted (Holm over all ratios), n, n_reference, stratum, caveat.
        Suppressed cells are empty.
    contrasts
        One row per quantity, measure, grouping and group. group_difference: mean score less that of the
        reference, within places, in SD; conditional_difference: the same at equal performance;
        prediction_intercept: performance at an equal score, in SD; prediction_slope: how much more
        performance rises with a SD of the score. p_adjusted: Holm over all rows of one quantity.
    performance
        What stands for performance: ``true_performance``, an indicator, or nothing.
    of_methods
        Whether the measures are methods; else they are single indicators.
    refused
        question and reason of what the evidence cannot answer.
    n
        People who have a score, or a value of an indicator.
    conf_level
        Level of all intervals; a row is told apart where p_adjusted is below its complement.
    """

    decisions: pd.DataFrame
    contrasts: pd.DataFrame
    performance: str
    of_methods: bool
    refused: pd.DataFrame
    n: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold rates to their bounds, and adjusted p-values to the unadjusted."""
        if not self.decisions["rate"].dropna().between(0, 1).all():
            raise ValueError("a rate lies between 0 and 1")
        for frame in (self.decisions, self.contrasts):
            known = frame.dropna(subset=["p_value"])
            if (known["p_adjusted"] < known["p_value"]).any():
                raise ValueError("an adjusted p-value is below its own")

    def told_apart(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that chance does not explain, all of their family taken into account."""
        return frame[frame["p_adjusted"] < 1 - self.conf_level]

    def verdicts(self) -> pd.DataFrame:
        """Say what a difference of means comes to once performance is held equal, one row per comparison.

        ``not_told_apart``: neither means nor people of equal performance are. ``means_only``: means are, and
        people of equal performance are not. ``unequal``: people of equal performance are. ``unknown``:
        means are told apart, and nothing stands for performance.
        """
        key = list(KEY)
        found = self.contrasts[self.contrasts["quantity"] == "group_difference"].set_index(key)
        given = self.contrasts[self.contrasts["quantity"] == "conditional_difference"].set_index(key)
        alpha = 1 - self.conf_level
        conditional = given["p_adjusted"].reindex(found.index)
        apart = (found["p_adjusted"] < alpha).to_numpy()
        verdict = np.where(apart, "means_only", "not_told_apart")
        verdict = np.where(apart & conditional.isna(), "unknown", verdict)
        verdict = np.where(conditional < alpha, "unequal", verdict)
        return found.index.to_frame(index=False).assign(verdict=verdict)

    def to_frame(self) -> pd.DataFrame:
        """Return the contrasts, one tidy row each."""
        return self.contrasts.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``, and every refusal as a row with its reason."""
        decisions = self.decisions.assign(item=self.decisions["decision"], group=name_groups(self.decisions))
        ratios = decisions[self.decisions["group"] != self.decisions["reference"]]
        rates = decisions.assign(
            quantity="selection_rate",
            estimate=decisions["rate"],
            conf_low=np.nan,
            conf_high=np.nan,
            group=self.decisions["by"] + ": " + self.decisions["group"],
        )
        given = self.contrasts["quantity"].isin(QUANTITIES[1:]).map({True: self.performance, False: ""})
        contrasts = self.contrasts.assign(item=given, group=name_groups(self.contrasts), stratum="")
        rows = pd.concat([rates, ratios.assign(quantity="adverse_impact_ratio"), contrasts])
        measured = (rows["measure"] + ", " + rows["item"]).str.strip(", ")
        rows = rows.assign(
            unit=rows["stratum"],
            method_a=rows["measure"] if self.of_methods else "",
            item=rows["item"] if self.of_methods else measured,
        )
        gaps = self.refused.rename(columns={"question": "item", "reason": "caveat"})
        columns = [
            "quantity",
            "place",
            "unit",
            "method_a",
            "group",
            "item",
            "estimate",
            "conf_low",
            "conf_high",
        ]
        rows = rows[[*columns, "n", "caveat"]]
        return pd.concat([rows, gaps.assign(quantity="refused_fairness")], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.contrasts)


def measure_fairness(
    evidence: Evidence,
    scores: MethodScores,
    *,
    declared: Mapping[str, Any] | None = None,
    criterion: str = "",
    conf_level: float = 0.95,
) -> Fairness:
    """Compare groups of people in decisions, in scores at equal performance, and in prediction.

    A difference in means is none in treatment: groups may perform unlike. So scores are compared at equal
    performance where something stands for performance, and it is said where nothing does.

    Parameters
    ----------
    declared
        Groups of the study's own tables; see `find_groupings`.
    criterion
        Indicator that stands for performance; by default truth, where it is known.

    Raises
    ------
    StudyError, DesignError
        If declared groups cannot be read, or nobody has a value of the criterion.

    References
    ----------
    Cleary (1968), J Educ Meas 5:115–124, doi:10.1111/j.1745-3984.1968.tb00613.x (prediction); Uniform
    Guidelines, 29 CFR 1607.4 D (the line of .8, without force here).
    """
    groupings = find_groupings(evidence, declared)
    performance = find_performance(evidence, criterion)
    measures, of_methods = list_measures(scores, evidence)
    circular = measures_that_read(performance, scores, evidence, of_methods=of_methods)
    decided = [
        compare_decisions(one.people, one, conf_level).assign(measure="", by=one.by)
        for one in groupings
        if one.decisions
    ]
    contrasts: list[dict[str, object]] = []
    for name, people in measures.groupby("measure", sort=False):
        chosen = select_people(people)
        held = None if str(name) in circular else performance
        for grouping in groupings:
            about = {"measure": str(name), "by": grouping.by}
            if not (grouping.decisions or grouping.by == "place"):  # places select alike
                rows = chosen.merge(grouping.people[JOINED], on=PERSON)
                decided.append(compare_decisions(rows, grouping, conf_level).assign(**about))
            contrasts += [{**about, **row} for row in contrast_groups(chosen, grouping, held, conf_level)]
    return Fairness(
        decisions=complete_decisions(decided, conf_level),
        contrasts=complete_contrasts(contrasts),
        performance=performance.name,
        of_methods=of_methods,
        n=measures[PERSON].drop_duplicates().shape[0],
        refused=_refusals(contrasts, performance, circular),
        conf_level=conf_level,
    )


def _refusals(rows: list[dict[str, object]], performance: Performance, circular: set[str]) -> pd.DataFrame:
    """Return what cannot be answered, with the reason."""
    refused = []
    if not rows:
        refused.append(("groups", NO_GROUPS))
    elif not performance.name:
        refused.append(("equal_performance", NO_PERFORMANCE))
    elif circular:
        shared = ", ".join(sorted(circular))
        reason = f"{performance.name} is no criterion for {shared}: they come from one source."
        refused.append(("equal_performance", reason))
    return pd.DataFrame(refused, columns=["question", "reason"], dtype="str")
