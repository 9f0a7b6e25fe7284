"""Compute, from evidence alone, the figures that profiles are calibrated to, the way their studies did."""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd

from evalkit.lab.ratings import ABOUT, ASKED
from evalkit.stats import fit_variance_components

NO_EFFECTS = MappingProxyType(dict.fromkeys(("training", "mentoring", "recognition"), 0.0))
LEFT_OUT = ("overall_rating", "staff_conduct")
SHARED = ASKED["self"]


def ratings_of(evidence, source, period, indicators=()):
    """Return a frame with a row for each employee, columns (indicator, number of the rater)."""
    rows = evidence.observations
    names = indicators or [name for name in ASKED[source] if name not in LEFT_OUT]
    chosen = (rows["source"] == source) & (rows["period"] == period) & rows["indicator"].isin(names)
    rows = rows.loc[chosen & (rows["employee"] != ""), ["employee", "rater", "indicator", "value"]]
    rows = rows.astype({"employee": str, "rater": str, "indicator": str})
    number = rows.groupby("employee")["rater"].rank("dense").astype(int)
    return rows.assign(number=number).pivot_table(
        index="employee", columns=["indicator", "number"], values="value"
    )


def composites(evidence, source, period, indicators=()):
    """Return the mean over indicators, one column a rater."""
    return ratings_of(evidence, source, period, indicators).T.groupby("number").mean().T


def r(a, b):
    return float(np.corrcoef(a, b)[0, 1])


def mean_r(a, b):
    return float(np.mean([r(a[i], b[j]) for i in a for j in b]))


def colleagues(evidence):
    """Correlations of single raters' composites, leniency, and records against ratings."""
    supervisor, peer, self_ = (composites(evidence, s, "2025Q1") for s in ("supervisor", "peer", "self"))
    agreement = r(supervisor[1], supervisor[2])
    quarters = {f"2025Q{q}": composites(evidence, "supervisor", f"2025Q{q}") for q in (1, 2, 3)}
    waves = [quarter[1] for quarter in quarters.values()]
    own, boss = (composites(evidence, s, "2025Q1", SHARED)[1] for s in ("self", "supervisor"))
    return {
        "supervisor with supervisor": agreement,
        "peer with peer": r(peer[1], peer[2]),
        "supervisor with peer": mean_r(supervisor, peer),
        "supervisor with self": mean_r(supervisor, self_),
        "peer with self": mean_r(peer, self_),
        "self above supervisor, d": (own.mean() - boss.mean()) / np.sqrt((own.var() + boss.var()) / 2),
        "records with supervisor": records(evidence, quarters, agreement),
        "supervisor, wave 1 with 2": r(waves[0], waves[1]),
        "supervisor, wave 2 with 3": r(waves[1], waves[2]),
        "supervisor, wave 1 with 3": r(waves[0], waves[2]),
    }


def records(evidence, quarters, agreement):
    """Productivity against the supervisor of the same quarter, both freed of their error."""
    rows = evidence.observations
    rows = rows[(rows["indicator"] == "productivity")].astype({"employee": str, "period": str})
    wide = rows.pivot_table(index="employee", columns="period", values="value")
    reliable = np.mean([r(wide[a], wide[b]) for a, b in combinations(wide, 2)])
    observed = np.mean([mean_r(wide[[quarter]], ratings) for quarter, ratings in quarters.items()])
    return observed / np.sqrt(reliable * agreement)


def shares_of_single_answers(evidence):
    """Scullen's shares: what two sources share, what one rater's parallel items share beyond, the rest."""
    supervisor, peer = (ratings_of(evidence, s, "2025Q1") for s in ("supervisor", "peer"))
    both = [name for name in ASKED["peer"] if name in ASKED["supervisor"]]
    ratee = np.mean([mean_r(supervisor[name], peer[name]) for name in both])
    source = np.mean([r(supervisor[name][1], supervisor[name][2]) for name in both])
    parallel = [
        r(supervisor[a][k], supervisor[b][k])
        for a, b in combinations(supervisor.columns.unique("indicator"), 2)
        if ABOUT[a] == ABOUT[b]
        for k in (1, 2)
    ]
    within = np.mean(parallel)
    return {
        "share of the ratee": ratee,
        "share of the rater": within - source,
        "share of error": 1 - within,
    }


def shares_of_citizens(evidence):
    """Crossed variance components of single ratings, as lme4 gives them for InstEval."""
    rows = evidence.observations
    rows = rows[
        (rows["source"] == "citizen")
        & (rows["indicator"] == "service_quality")
        & (rows["period"] == "2025Q1")
    ]
    factors = {"ratee": rows["employee"].astype(str), "rater": rows["rater"].astype(str)}
    found = fit_variance_components(rows["value"], factors).components
    total = sum(found.values())
    return {
        "citizens: share of the rater": found["rater"] / total,
        "citizens: share of the ratee": found["ratee"] / total,
        "citizens: share of the rest": found["residual"] / total,
    }


def monte_carlo(compute, simulate_one, n_replicates):
    """Return the mean of each figure over replicates, and its Monte Carlo error."""
    found = pd.DataFrame([compute(simulate_one(seed)) for seed in range(1, n_replicates + 1)])
    return found.mean(), found.std() / np.sqrt(n_replicates)
