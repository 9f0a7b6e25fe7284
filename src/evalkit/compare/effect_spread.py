"""How far what was given by lot does more under some leaders than under others."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.effect_by_lot import adjust_before
from evalkit.compare.effect_cases import Case, Ledger, add_outcome
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.stats import estimate_heterogeneity

_OF_LEADER: Final = 2  # people who were given it, and who were not
_LEADERS: Final = 5
NO_LEADERS: Final = (
    f"under {_LEADERS} leaders have {_OF_LEADER} people who were given it and {_OF_LEADER} who were not"
)


def measure_spread(case: Case, people: pd.DataFrame, ledger: Ledger) -> None:
    """Add how far the effect varies over leaders, by outcome; empty with the reason where it is not said.

    A leader's own effect is the difference of means under that leader, given what was known before; its error
    comes from the spread of people under one leader. What varies beyond that is the spread of effects.
    """
    after = ledger.outcomes.after(case.period)
    leaders = find_leaders(ledger.evidence)
    for name, table in ledger.tables_at(after):
        row = {"place": case.who["place"], "kind": case.kind, "outcome": name, "period": after}
        some = adjust_before(case, add_outcome(people, table, after), ledger.outcomes, name)
        effects = _effects_by_leader(some, leaders)
        try:
            ledger.add("spread", {**row, **_estimate(effects, ledger.conf_level)})
        except DesignError as error:
            ledger.add("spread", {**row, "caveat": str(error)})


def _estimate(effects: pd.DataFrame, conf_level: float) -> dict[str, Any]:
    if len(effects) < _LEADERS:
        raise DesignError(NO_LEADERS)
    found = estimate_heterogeneity(effects["effect"], effects["variance"], conf_level=conf_level)
    return {
        "estimate": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "mean": found.mean,
        "n": found.n,
        "n_given": int(effects["n_given"].sum()),
        "caveat": found.caveat,
    }


def find_leaders(evidence: Evidence) -> pd.Series:
    """Return the leader of each employee: the supervisor, or where none is named the unit."""
    employees = evidence.employees
    supervisor, unit = employees["supervisor"].astype(str), employees["unit"].astype(str)
    leader = supervisor.where(~supervisor.isin(["", "nan"]), unit)
    return pd.Series(leader.to_numpy(), index=employees["employee"].astype(str))


def _effects_by_leader(some: pd.DataFrame, leaders: pd.Series) -> pd.DataFrame:
    """Return the effect under each leader who has enough people of both kinds, with its sampling variance."""
    own = some.assign(leader=leaders.reindex(some.index))
    own = own.assign(y=own["y"] - _slope_within(own) * own["before"])
    means = own.groupby(["leader", "given"])["y"].agg(["mean", "var", "count"])
    groups = means.unstack("given")  # noqa: PD010 (each occurs once; pivot_table is far slower)
    if groups.empty or groups.shape[1] < 6:
        return pd.DataFrame({"effect": [], "variance": [], "n_given": []}, dtype=float)
    enough = (groups["count"].to_numpy() >= _OF_LEADER).all(axis=1)
    groups = groups.take(np.flatnonzero(enough))
    sizes = groups["count"]
    freedom = float((sizes - 1).to_numpy().sum())
    noise = float(((sizes - 1) * groups["var"]).to_numpy().sum()) / freedom if freedom else float("nan")
    return pd.DataFrame(
        {
            "effect": groups["mean"][True] - groups["mean"][False],
            "variance": noise * (1 / sizes[True] + 1 / sizes[False]),
            "n_given": sizes[True],
        }
    )


def _slope_within(own: pd.DataFrame) -> float:
    """Return the slope of the outcome on what was known before, among the people of one leader."""
    values = own[["before", "y"]]
    x, y = (values - values.groupby([own["leader"], own["given"]]).transform("mean")).to_numpy().T
    return float(x @ y / (x @ x)) if np.any(x) else 0.0
