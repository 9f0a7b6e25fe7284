"""Which method for which purpose? With how much confidence, and at what burden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare import ScoreDependability
from evalkit.errors import DesignError
from evalkit.lab.baselines import BASELINES, load_baselines
from evalkit.lab.criterion_draws import CriterionDraws, draw_criteria
from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.fitness import BARRED, draw_dependability, judge_fitness, tabulate_fitness
from evalkit.lab.mistakes import READ_BESIDE, measure_mistakes, trace_front
from evalkit.lab.purpose_ranks import PurposeRanks, rank_for_purpose
from evalkit.lab.purposes import Purpose, Purposes
from evalkit.lab.synthesis_results import list_results
from evalkit.methods import MethodSpecification
from evalkit.shown import show_frame

ALONE: Final = "Only one method can be ranked, so there is nothing to choose between."
NOBODY: Final = "No method can be ranked."
_CRITERIA: Final = [
    "criterion",
    "method",
    "estimate",
    "conf_low",
    "conf_high",
    "value",
    "n_replicates",
    "caveat",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Synthesis:
    """Criteria by methods, and for each purpose which methods lead.

    Attributes
    ----------
    purposes
        What was asked, with the anchors.
    methods
        Methods that were asked about; baselines are compared with and not ranked.
    criteria
        criterion, method, estimate (median of draws), conf_low, conf_high (middle 95 % of draws), value
        (mean, 0 to 1), n_replicates, caveat (why there is no number).
    ranks
        By purpose, how the methods rank; purposes that cannot be answered are left out.
    refused
        purpose, method (empty: all), reason.
    fitness
        purpose, method, verdict (fit, unfit, unclear, at_most, unit_level), estimate (Φ, or the weight known
        of units only), conf_low, conf_high, n (people), caveat.
    mistakes
        decision, method, estimate, conf_low, conf_high, n_replicates: share of those whom a method selects
        who are not among those truly to be selected; of pay, share of pairs one standard deviation apart that
        are not told apart.
    front
        method, loss and minutes with their ends, front_share: share of draws in which nothing else costs less
        and loses less.
    scenarios
        Names of the scenarios that were drawn from.
    n_draws, target
        Draws, and what decisions were held to.
    """

    purposes: Purposes
    methods: tuple[str, ...]
    criteria: pd.DataFrame
    ranks: Mapping[str, PurposeRanks] = field(repr=False)
    refused: pd.DataFrame
    fitness: pd.DataFrame
    mistakes: pd.DataFrame
    front: pd.DataFrame
    scenarios: tuple[str, ...]
    n_draws: int
    target: str

    def __post_init__(self) -> None:
        """Hold every purpose to an answer or a reason."""
        whole = set(self.refused.loc[self.refused["method"] == "", "purpose"])
        if set(self.purposes.purposes) != whole | set(self.ranks) or whole & set(self.ranks):
            raise ValueError("a purpose has neither an answer nor a reason, or both")

    def none_fit(self, purpose: str) -> bool:
        """Whether every method that could be ranked is barred from a purpose."""
        rows = self.fitness[self.fitness["purpose"] == purpose]
        return purpose in self.ranks and set(self.ranks[purpose].methods) <= set(
            rows.loc[rows["verdict"].isin(BARRED), "method"]
        )

    def to_frame(self) -> pd.DataFrame:
        """Return how often each method is best for each purpose, one tidy row each."""
        rows = [
            {"purpose": name, "method": method, "estimate": one.share(method), "leads": method in one.leaders}
            for name, one in self.ranks.items()
            for method in one.methods
        ]
        return pd.DataFrame(rows, columns=["purpose", "method", "estimate", "leads"])

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        return list_results(self)

    def _repr_html_(self) -> str:
        return show_frame(self.to_frame())


def synthesise(
    methods: Mapping[str, MethodSpecification],
    purposes: Purposes,
    *,
    diagnosis: Diagnosis | None,
    units: pd.DataFrame,
    dependability: ScoreDependability,
    rng: np.random.Generator,
    target: str = "common",
    n_draws: int = 10_000,
) -> Synthesis:
    """Rank methods for each purpose over all weights of its criteria and all that is uncertain.

    Barred from a purpose that decides on persons is a method that knows too much of units only, or whose
    score is not dependable enough (`judge_fitness`); where all are barred, those that know enough of persons
    are ranked all the same, and ``none_fit`` says so. A method without a number on some criterion is not
    ranked.

    Parameters
    ----------
    units
        What `measure_unit_order_of` found.
    dependability
        Of the scores of the study's evidence; a limit on it is held to that evidence alone.
    target
        What decisions are held to: "common" (all dimensions alike, of the employee) or "any".

    Raises
    ------
    DesignError
        If there are fewer than 100 draws.
    """
    if n_draws < 100:
        raise DesignError(f"Shares of draws need 100 draws or more; n_draws is {n_draws}.")
    everyone = {**methods, **{name: one for name, one in load_baselines().items() if name not in methods}}
    asked = {**purposes.criteria, **READ_BESIDE}
    draws = draw_criteria(
        asked, everyone, diagnosis=diagnosis, units=units, target=target, n_draws=n_draws, rng=rng
    )
    drawn = draw_dependability(dependability, n_draws=n_draws, rng=rng)
    fitness = tabulate_fitness(
        [
            row
            for one in purposes.purposes.values()
            for row in judge_fitness(one, methods, drawn, clear=purposes.clear)
        ]
    )
    ranks, refused = {}, []
    for one in purposes.purposes.values():
        found, reasons = _answer(one, list(methods), draws, purposes=purposes, fitness=fitness, rng=rng)
        refused += reasons
        if found is not None:
            ranks[one.name] = found
    return Synthesis(
        purposes=purposes,
        methods=tuple(methods),
        criteria=_tabulate(purposes, draws),
        ranks=ranks,
        refused=pd.DataFrame(refused, columns=["purpose", "method", "reason"]),
        fitness=fitness,
        mistakes=measure_mistakes(draws, list(methods)),
        front=trace_front(draws),
        scenarios=draws.scenarios,
        n_draws=n_draws,
        target=target,
    )


def _answer(
    purpose: Purpose,
    methods: Sequence[str],
    draws: CriterionDraws,
    *,
    purposes: Purposes,
    fitness: pd.DataFrame,
    rng: np.random.Generator,
) -> tuple[PurposeRanks | None, list[dict[str, Any]]]:
    """Rank the methods that may be ranked, and say of the others why not."""
    known = [name for name in (*methods, *BASELINES) if not _unknown(purpose, name, draws, purposes)]
    refused = [
        {"purpose": purpose.name, "method": name, "reason": _unknown(purpose, name, draws, purposes)}
        for name in methods
        if name not in known
    ]
    verdicts = fitness[fitness["purpose"] == purpose.name].set_index("method")["verdict"]
    fit = [name for name in methods if name in known and verdicts.get(name, "") not in BARRED]
    personal = [name for name in methods if name in known and verdicts.get(name, "") != "unit_level"]
    ranked = fit or personal
    if len(ranked) < 2:
        reason = refused[0]["reason"] if not ranked and refused else (ALONE if ranked else NOBODY)
        return None, [{"purpose": purpose.name, "method": "", "reason": reason}]
    baselines = [name for name in BASELINES if name in known and name not in methods]
    found = rank_for_purpose(
        purpose, ranked, baselines, draws, dict(purposes.criteria), clear=purposes.clear, rng=rng
    )
    return found, refused


def _unknown(purpose: Purpose, method: str, draws: CriterionDraws, purposes: Purposes) -> str:
    """Return why a method cannot be ranked, in words; empty if it can."""
    missing = [name for name in purpose.criteria if (name, method) in draws.reasons]
    if not missing:
        return ""
    titles = ", ".join(purposes.criteria[name].title.en for name in missing)
    return f"Not known: {titles}; {draws.reasons[missing[0], method]}."


def _tabulate(purposes: Purposes, draws: CriterionDraws) -> pd.DataFrame:
    """Return each criterion of each method: median and middle 95 % of its draws, and what it is worth."""
    rows = []
    for name, one in purposes.criteria.items():
        numbers = draws.numbers[name]
        ends = np.quantile(numbers, [0.025, 0.975], axis=0)
        worth = one.value(numbers).mean(axis=0)
        for i, method in enumerate(draws.methods):
            rows.append(
                {
                    "criterion": name,
                    "method": method,
                    "estimate": float(np.median(numbers[:, i])),
                    "conf_low": float(ends[0, i]),
                    "conf_high": float(ends[1, i]),
                    "value": float(worth[i]),
                    "n_replicates": draws.n_replicates[name],
                    "caveat": draws.reasons.get((name, method), ""),
                }
            )
    return pd.DataFrame(rows, columns=_CRITERIA)
