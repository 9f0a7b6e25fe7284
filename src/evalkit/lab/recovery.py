"""How well does each method's score recover what people truly did? One evidence whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.pairs import Resampling
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.lab.baselines import load_baselines
from evalkit.lab.rank_recovery import correlate_ranks
from evalkit.lab.recovery_curves import calibrate, trace_decisions
from evalkit.lab.recovery_figures import ENDS, People, measure_target
from evalkit.lab.scoring import score_at_once
from evalkit.lab.targets import (
    COMMON_TARGET,
    TargetWeights,
    average_truth,
    draw_targets,
    find_own_target,
    weigh_truth,
)
from evalkit.lab.truth import DIMENSIONS
from evalkit.methods import MethodSpecification
from evalkit.shown import show_frame

NO_TRUTH: Final = (
    "True performance is not known here, so no score can be held to it; only simulated evidence has a truth."
)

_FIGURES: Final = (
    *("method", "target", "level", "quantity", *ENDS, "lowest", "highest"),
    *("n", "n_units", "n_places", "caveat"),
)
_ROC: Final = ("method", "target", "decision", "share", "false_alarms", "sensitivity")
_CALIBRATION: Final = ("method", "target", "decile", *ENDS, "n")
_TARGETS: Final = ("method", "target", "level", *DIMENSIONS, "unit_share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recovery:
    """What the scores of methods say of true performance, by target.

    Attributes
    ----------
    figures
        A row per method, target ("own": the method's own weights and level, "common": all dimensions alike,
        of the employee, "any": the mean over many weightings) and quantity: rank_recovery (Kendall's tau of
        people of one place), rank_recovery_in_units, rmse (after calibration, in SD of the truth
        within places),
        sensitivity, specificity and auc of training (the lowest 15 % of a place) and of recognition (the
        highest 10 %). Interval from whole units; of "any", the lowest and the highest over the weightings
        and no interval. n (people), n_units, n_places, caveat.
    targets
        Weights of each target: of the employee's dimensions, and the share of the unit's in all.
    roc
        False alarms and sensitivity of both decisions as the selected share grows, for the common target.
    calibration
        Mean common truth of each tenth of a place's people by score, in SD, with its interval.
    conf_level, n_boot
        Level of the intervals, and resamples behind them.
    """

    figures: pd.DataFrame
    targets: pd.DataFrame
    roc: pd.DataFrame
    calibration: pd.DataFrame
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold weights to their sum, and every missing figure to a reason."""
        if not np.allclose(self.targets[[*DIMENSIONS, "unit_share"]].sum(axis=1), 1):
            raise ValueError("the weights of a target do not add up to 1")
        if (self.figures["estimate"].isna() & (self.figures["caveat"] == "")).any():
            raise ValueError("a figure is missing without a reason")

    def to_frame(self) -> pd.DataFrame:
        """Return the figures, one tidy row each."""
        return self.figures.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number as a row of ``results.csv``; ends of "any" are the extremes over weightings."""
        figures = self.figures.rename(columns={"method": "method_a", "target": "group", "level": "item"})
        over = figures["group"] == "any"
        figures = figures.assign(
            conf_low=figures["conf_low"].mask(over, figures["lowest"]),
            conf_high=figures["conf_high"].mask(over, figures["highest"]),
        )
        deciles = self.calibration.rename(columns={"method": "method_a", "target": "group"})
        deciles = deciles.assign(quantity="mean_truth_of_tenth", item=deciles["decile"].map(str), caveat="")
        columns = ["quantity", "method_a", "group", "item", *ENDS, "n", "caveat"]
        return pd.concat([figures[columns], deciles[columns]], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.figures)


def measure_recovery(
    evidence: Evidence,
    methods: Mapping[str, MethodSpecification],
    *,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> Recovery:
    """Hold the scores of methods, and of two baselines, against the truth that comes with the evidence.

    People are compared within their place. These are figures of one data set: their intervals say what other
    units would have shown, and not what other evidence of the same people would.

    Raises
    ------
    DesignError
        If the truth is not known, or no method could be scored.
    """
    if evidence.truth.empty:
        raise DesignError(NO_TRUTH)
    specifications = {**methods, **load_baselines()}
    scores = _tabulate(evidence, specifications)
    people = _list_people(evidence)
    truth = average_truth(evidence)
    common = weigh_truth(truth, people.unit, [COMMON_TARGET])[0]
    sampling = Resampling(n_boot=n_boot, rng=rng, conf_level=conf_level)
    figures: list[dict[str, Any]] = []
    roc, calibration = [], []
    for name, score in scores.items():
        own = find_own_target(specifications[name])
        about = {"method": name, "target": "own", "level": name_level(own)}
        mine = weigh_truth(truth, people.unit, [own])[0]
        figures += [{**about, **row} for row in measure_target(score, mine, people, sampling)]
        about = {"method": name, "target": "common", "level": "employee"}
        figures += [{**about, **row} for row in measure_target(score, common, people, sampling)]
        figures.append({**about, "target": "any", **_any_target(score, truth, people)})
        named = {"method": name, "target": "common"}
        roc += [{**named, **row} for row in trace_decisions(score, common, people)]
        calibration += [{**named, **row} for row in calibrate(score, common, people, sampling)]
    return Recovery(
        figures=pd.DataFrame(figures, columns=list(_FIGURES)),
        targets=_list_targets({name: specifications[name] for name in scores}),
        roc=pd.DataFrame(roc, columns=list(_ROC)),
        calibration=pd.DataFrame(calibration, columns=list(_CALIBRATION)),
        conf_level=conf_level,
        n_boot=n_boot,
    )


def measure_recovery_if_known(
    evidence: Evidence,
    methods: Mapping[str, MethodSpecification],
    *,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> Recovery | None:
    """Return `measure_recovery` where the truth is known, and nothing of real evidence."""
    if evidence.truth.empty:
        return None
    return measure_recovery(evidence, methods, n_boot=n_boot, rng=rng, conf_level=conf_level)


def name_level(target: TargetWeights) -> str:
    """Name whose performance a target is about.

    Examples
    --------
    >>> name_level(COMMON_TARGET)
    'employee'
    """
    of_unit = sum(target.unit)
    if of_unit <= 0:
        return "employee"
    return "unit" if of_unit >= 1 - 1e-9 else "employee_and_unit"


def _tabulate(
    evidence: Evidence, specifications: Mapping[str, MethodSpecification]
) -> dict[str, NDArray[np.float64]]:
    """Return the scores of each method that the evidence can carry, in the order of the employees."""
    rows = score_at_once(evidence, specifications)
    wide = rows.pivot_table(index="employee", columns="method", values="score", dropna=False)
    wide = wide.reindex(evidence.employees["employee"])
    found = {
        name: wide[name].to_numpy(dtype=np.float64)
        for name in specifications
        if name in wide and wide[name].notna().any()
    }
    if not found:
        raise DesignError("No method could be scored from this evidence, so nothing is held to the truth.")
    return found


def _list_people(evidence: Evidence) -> People:
    """Return the place and unit of every employee, by number."""
    units = pd.MultiIndex.from_frame(evidence.employees[["place", "unit"]])
    place = pd.factorize(evidence.employees["place"])[0]
    return People(place=place, unit=pd.factorize(units)[0])


def _any_target(score: NDArray[np.float64], truth: NDArray[np.float64], people: People) -> dict[str, Any]:
    """Return the mean rank recovery over targets of any weights, with the least and the most."""
    truths = weigh_truth(truth, people.unit, draw_targets())
    sizes = np.bincount(people.place)
    taus = [
        correlate_ranks(score[None, people.place == place], truths[:, people.place == place])[0]
        for place in range(len(sizes))
    ]
    found = np.average(np.nan_to_num(np.array(taus)), axis=0, weights=sizes)
    return {
        "quantity": "rank_recovery",
        "estimate": float(found.mean()),
        "lowest": float(found.min()),
        "highest": float(found.max()),
        "n": int((~np.isnan(score)).sum()),
        "n_units": len(set(people.unit)),
        "n_places": len(sizes),
        "caveat": f"mean over {len(found)} weightings of the five dimensions, from the lowest to the highest",
    }


def _list_targets(specifications: Mapping[str, MethodSpecification]) -> pd.DataFrame:
    """Return the weights of each target."""
    targets = {(name, "own"): find_own_target(one) for name, one in specifications.items()}
    targets["", "common"] = COMMON_TARGET
    rows = [
        (method, target, name_level(weights), *weights.employee, sum(weights.unit))
        for (method, target), weights in targets.items()
    ]
    return pd.DataFrame(rows, columns=list(_TARGETS))
