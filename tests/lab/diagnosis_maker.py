"""A diagnosis made by hand: losses that follow a known rule, instead of simulated ones."""

import numpy as np
import pandas as pd

from evalkit.lab.bundles import load_bundles
from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.dose_designs import list_dose_scenarios
from evalkit.lab.plan import Plan

PRINCIPLE_LOSS = {
    "records": 0.5,
    "supervisor": 0.3,
    "peer": 0.4,
    "self": 0.7,
    "citizen": 0.5,
    "everyone": 0.2,
}


def loss_of(method, scenario):
    """Dumai loses least for most; Surakarta is cheap; more supervisors and quarters help both."""
    more = scenario.dose.supervisors * scenario.quarters
    if method == "dumai":
        return 0.2 + 0.2 / more, 30.0 * more
    if method == "surakarta":
        return 0.3 + 0.2 / more, 10.0 * more
    if method == "overall_rating":
        return 0.6, 3.0
    principle, _, aggregation = method.partition(" ")
    return PRINCIPLE_LOSS[principle] + 0.1 * (aggregation == "one_leads") - 0.01 * scenario.quarters, 1.0


def make_diagnosis(methods=("dumai", "surakarta", "overall_rating"), *, bundles=True, mc_error=0.004):
    """Return losses of methods and bundles under 27 numbers of raters and quarters."""
    scenarios = list_dose_scenarios(n_replicates=10)
    names = [*methods, *(load_bundles() if bundles else ())]
    rows = []
    for scenario in scenarios:
        for method in names:
            loss, minutes = loss_of(method, scenario)
            about = {
                "scenario": scenario.name,
                "corruption": "",
                "method": method,
                "n_replicates": 10,
                "n_failed": 0,
            }
            rows.append(
                about
                | {"target": "common", "quantity": "decision_loss", "estimate": loss, "mc_error": mc_error}
            )
            rows.append(about | {"target": "", "quantity": "minutes", "estimate": minutes, "mc_error": 0.0})
    plan = Plan(
        name="made",
        seed=1,
        sizes={"dumai": 100},
        methods=tuple(methods),
        scenarios=scenarios,
        target_error=0.01,
    )
    empty = pd.DataFrame()
    return Diagnosis(
        plan=plan, summary=pd.DataFrame(rows), contrasts=empty, sample=empty, scenarios=empty, versions={}
    )


def effect_of_lines(losses):
    """Return the share of a factor's main effect by hand, losses of shape (level, all else)."""
    away = np.asarray(losses) - np.mean(losses)
    return (away.mean(axis=1) ** 2).mean() / (away**2).mean()
