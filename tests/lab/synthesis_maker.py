"""A diagnosis, units and dependability made by hand, so that the answers of a synthesis are known."""

import numpy as np
import pandas as pd

from evalkit.compare import ScoreDependability
from evalkit.lab.corruption import KINDS
from evalkit.lab.diagnosis import Diagnosis
from evalkit.lab.outcomes import QUANTITIES
from evalkit.lab.plan import Plan
from evalkit.lab.scenarios import Scenario

DIAL = 0.5
#: How good each method is; losses are one less, minutes 100 for all.
GOOD = {
    "semarang": 0.5,
    "dumai": 0.9,
    "bengkulu": 0.7,
    "surakarta": 0.6,
    "overall_rating": 0.4,
    "all_evidence": 0.95,
}
#: Taken from everyone when evidence is spoiled.
SPOILED = 0.1
SCENARIOS = (
    Scenario(name="administrative", n_replicates=10),
    Scenario(name="research", profile="research", n_replicates=10),
    Scenario(name="administrative half halo", part="halo", factor=0.5, n_replicates=10),
    Scenario(name="administrative double halo", part="halo", factor=2, n_replicates=10),
    Scenario(name="administrative self-leniency 0.6", self_leniency=0.6, n_replicates=10),
)
_KEY = ["method", "place", "basis"]


def make_diagnosis(good=None, *, mc_error=0.01, minutes=None, scenarios=SCENARIOS, by_scenario=None):
    """Return a diagnosis whose losses are 1 - good, whatever the quantity; ``by_scenario`` overrides some."""
    good = GOOD if good is None else good
    rows = []
    for scenario in scenarios:
        now = (by_scenario or {}).get(scenario.name, good)
        for corruption in ("", *(f"{kind}={DIAL:g}" for kind in KINDS)):
            about = {"scenario": scenario.name, "corruption": corruption, "n_replicates": 10, "n_failed": 0}
            for method, level in now.items():
                left = level - SPOILED * (corruption != "")
                rows += [
                    about
                    | {"method": method, "target": "common", "quantity": quantity, "mc_error": mc_error}
                    | {"estimate": 1 - left if "loss" in quantity else left}
                    for quantity in QUANTITIES
                ]
                cost = (minutes or {}).get(method, 100.0)
                rows.append(
                    about
                    | {
                        "method": method,
                        "target": "",
                        "quantity": "minutes",
                        "mc_error": 0.0,
                        "estimate": cost,
                    }
                )
    plan = Plan(
        name="made", seed=1, sizes={"dumai": 100}, methods=tuple(good), scenarios=scenarios, target_error=0.01
    )
    empty = pd.DataFrame()
    return Diagnosis(
        plan=plan, summary=pd.DataFrame(rows), contrasts=empty, sample=empty, scenarios=empty, versions={}
    )


def make_units(good=None, *, mc_error=0.01, kinds=("inaccurate_records", "stale_records", "kpi_gaming")):
    """Return how well units are ordered: as good as a method is, in two profiles."""
    rows = [
        {
            "profile": profile,
            "corruption": corruption,
            "method": method,
            "estimate": level,
            "mc_error": mc_error,
        }
        for profile in ("administrative", "research")
        for corruption in ("", *(f"{kind}={DIAL:g}" for kind in kinds))
        for method, level in (good or GOOD).items()
    ]
    return pd.DataFrame(rows).assign(n_replicates=4)


def make_dependability(phi=None, *, basis="raters and occasions", half=0.02):
    """Return a dependability of each method in two places, with intervals."""
    rows = [
        {
            "method": method,
            "place": place,
            "basis": basis,
            "design": "as reported",
            "quantity": quantity,
            "estimate": level,
            "conf_low": level - half,
            "conf_high": level + half,
            "n": n,
            "caveat": "",
        }
        for method, level in (phi or {}).items()
        for place, n in (("semarang", 300), ("dumai", 100))
        for quantity in ("score_dependability", "score_generalizability")
    ]
    columns = [*_KEY, "design", "quantity", "estimate", "conf_low", "conf_high", "n", "caveat"]
    parts = pd.DataFrame(columns=["method", "place", "universe_share"])
    return ScoreDependability(
        coefficients=pd.DataFrame(rows, columns=columns),
        designs=pd.DataFrame(columns=_KEY),
        parts=parts,
        refused=pd.DataFrame(columns=["method", "place", "reason"]),
        target=0.8,
        conf_level=0.95,
        n_boot=100,
        fits=(),
    )


def rng(seed=1):
    """Return a generator."""
    return np.random.default_rng(seed)
