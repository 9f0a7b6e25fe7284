"""A spot check: stored numbers, run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.montecarlo import COMPARED, KEY
from evalkit.lab.plan import load_plan_methods
from evalkit.lab.replicate import run_scenario
from evalkit.lab.scenarios import Scenario
from evalkit.lab.workers import Run
from evalkit.methods import MethodSpecification

#: Samples are kept with six decimals; scores are rounded before anyone is ranked, so that the order of a sum,
#: which differs between processors, decides nothing.
TOLERANCE: Final = 1e-5
_KEY: Final = ("scenario", *KEY)


def recompute_sample(
    diagnosis: Diagnosis,
    n: int = 4,
    *,
    rng: np.random.Generator,
    methods: Mapping[str, MethodSpecification] | None = None,
    run: Run = run_scenario,
) -> pd.DataFrame:
    """Run a few of a diagnosis' evidences again and set their numbers beside the stored ones.

    Each is the first replicate of a scenario, spoiled in one way, and as it was before. Two take about a
    second.

    Parameters
    ----------
    n
        How many spoiled evidences are drawn.
    methods
        Specifications of the plan's methods; the shipped ones and the baselines by default.

    Returns
    -------
    DataFrame
        scenario, corruption, method, target, quantity, stored, recomputed, difference, agrees: within
        `TOLERANCE`, or neither is a number.
    """
    known = dict(methods) if methods is not None else load_plan_methods(diagnosis.plan)
    plan = diagnosis.plan
    parts = [
        run(scenario, 0, seed=plan.seed, sizes=plan.sizes, methods=known)
        for scenario in _draw(diagnosis, n, rng)
    ]
    again = pd.concat(parts, ignore_index=True).drop_duplicates(list(_KEY))
    again = again[again["quantity"].isin(COMPARED)]
    stored = diagnosis.sample[diagnosis.sample["replicate"] == 0]
    chosen = pd.MultiIndex.from_frame(again[["scenario", "corruption"]]).unique()
    stored = stored[pd.MultiIndex.from_frame(stored[["scenario", "corruption"]]).isin(chosen)]
    return _compare(stored, again)


def _draw(diagnosis: Diagnosis, n: int, rng: np.random.Generator) -> list[Scenario]:
    """Return some scenarios whose first replicate is stored, each with one way of spoiling, or with none."""
    stored = diagnosis.sample.loc[diagnosis.sample["replicate"] == 0, "scenario"].unique()
    single = [
        replace(scenario, corruptions=scenario.corruptions[i : i + 1])
        for scenario in diagnosis.plan.scenarios
        if scenario.name in stored
        for i in range(max(1, len(scenario.corruptions)))
    ]
    drawn = rng.choice(len(single), size=min(n, len(single)), replace=False)
    return [single[i] for i in sorted(drawn)]


def _compare(stored: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    columns = [*_KEY, "value"]
    both = stored[columns].merge(
        again[columns], on=list(_KEY), how="outer", suffixes=("_stored", "_again"), sort=False
    )
    both = both.rename(columns={"value_stored": "stored", "value_again": "recomputed"})
    both["difference"] = both["recomputed"] - both["stored"]
    neither = both["stored"].isna() & both["recomputed"].isna()
    return both.assign(agrees=neither | (both["difference"].abs() <= TOLERANCE))
