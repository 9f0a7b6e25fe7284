"""What run rules cost in false alarms: with known limits, and with limits that were estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.shown import show_frame
from evalkit.stats import (
    WESTERN_ELECTRIC,
    average_run_length,
    ewma_run_length,
    signal_probability,
    simulate_false_alarms,
)

#: Points after the baseline: the weeks of a year.
POINTS: Final = 52
#: Points that limits are estimated from; 0: they are known.
BASELINES: Final = (0, 50, 20, 10)
_FIRST, _SECOND, _THIRD, _FOURTH = WESTERN_ELECTRIC
#: Sets of rules that are used together, by the codes of reports.
RULE_SETS: Final = {
    "we_1": (_FIRST,),
    "we_1_2": (_FIRST, _SECOND),
    "we_1_2_3": (_FIRST, _SECOND, _THIRD),
    "we_1_2_3_4": WESTERN_ELECTRIC,
    "we_1_nelson_2": (_FIRST, "nelson_2"),
    "ewma": ("ewma",),
}
_N_SAMPLES: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChartAlarms:
    """False alarms of sets of run rules.

    Attributes
    ----------
    rows
        One row per set of rules and baseline: run_length (points until a signal on average, exact; only where
        limits are known), estimate (share of charts that signal within 52 points though nothing changed)
        with ends two Monte Carlo errors away (none where it is exact), n samples.
    """

    rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per set of rules and baseline."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return run lengths and shares of charts with a false alarm."""
        named = self.rows.rename(columns={"rules": "group", "baseline": "item"})
        named["item"] = [str(n) if n else "known" for n in named["item"]]
        shares = named.drop(columns="run_length").assign(quantity="false_alarm_share")
        known = named.dropna(subset=["run_length"])
        lengths = known[["group", "item"]].assign(quantity="average_run_length", estimate=known["run_length"])
        return pd.concat([lengths, shares], ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def measure_chart_alarms(*, rng: np.random.Generator) -> ChartAlarms:
    """Measure how often sets of run rules signal though nothing has changed, by how limits were found."""
    rows = [_measure(name, n_baseline, rng) for name in RULE_SETS for n_baseline in BASELINES]
    return ChartAlarms(rows=pd.DataFrame(rows))


def _measure(name: str, n_baseline: int, rng: np.random.Generator) -> dict[str, Any]:
    rules = RULE_SETS[name]
    row: dict[str, Any] = {"rules": name, "baseline": n_baseline, "run_length": np.nan}
    if not n_baseline:
        row["run_length"] = ewma_run_length() if name == "ewma" else average_run_length(rules)
        if name != "ewma":
            share = signal_probability(POINTS, rules)
            return {**row, "estimate": share, "conf_low": np.nan, "conf_high": np.nan, "n": 0}
    found = simulate_false_alarms(n_baseline, POINTS, rules=rules, n_samples=_N_SAMPLES, rng=rng)
    reach = 2 * found.mc_error
    ends = {"conf_low": max(found.estimate - reach, 0.0), "conf_high": min(found.estimate + reach, 1.0)}
    return {**row, "estimate": found.estimate, **ends, "n": found.n_samples}
