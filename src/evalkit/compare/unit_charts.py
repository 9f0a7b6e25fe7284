"""Control charts of the units: which signal, and how many would if nothing had changed anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.case_series import CaseSeries
from evalkit.errors import DesignError
from evalkit.stats import (
    WESTERN_ELECTRIC,
    ControlChart,
    chart_ewma,
    chart_individuals,
    chart_shares,
    signal_probability,
    simulate_false_alarms,
)

#: Weeks from the first on that limits rest on.
BASELINE_WEEKS: Final = 13
#: Charts by name: of single cases, of shares of late cases by week, of the weekly mean, smoothed.
CHARTS: Final = ("individuals", "shares", "ewma")
#: Cases a week from which a share of late ones can be charted.
FEWEST_A_WEEK: Final = 4
_NO_CHART: Final = {
    "individuals": f"under eight cases in the first {BASELINE_WEEKS} weeks, which limits would rest on",
    "shares": f"under {FEWEST_A_WEEK} cases a week with a deadline, or all of them alike",
    "ewma": f"under eight weeks with cases among the first {BASELINE_WEEKS}, which limits would rest on",
}
_N_SAMPLES: Final = 1000


def draw_chart(series: CaseSeries, kind: str) -> ControlChart:
    """Return the chart of a unit's cases; limits rest on the first 13 weeks.

    Raises
    ------
    DesignError
        If too few cases stand in these weeks.
    """
    weeks = series.weeks
    if kind == "individuals":
        n_baseline = int((series.cases["week"] < BASELINE_WEEKS).sum())
        return _from_baseline(chart_individuals, series.cases["log_days"], n_baseline=n_baseline)
    n_baseline = int((weeks["week"] < BASELINE_WEEKS).sum())
    if kind == "ewma":
        return _from_baseline(
            chart_ewma, weeks["mean"], weeks["n"], n_baseline=n_baseline, sigma=series.sigma
        )
    due = weeks[weeks["n_due"] > 0]
    if due["n_due"].median() < FEWEST_A_WEEK:
        raise DesignError(_NO_CHART["shares"])
    n_baseline = int((due["week"] < BASELINE_WEEKS).sum())
    return _from_baseline(chart_shares, due["n_late"], due["n_due"], n_baseline=n_baseline)


def _from_baseline(
    chart: Callable[..., ControlChart], *values: Any, n_baseline: int, **known: Any
) -> ControlChart:
    if not n_baseline:  # which a chart reads as all points
        raise DesignError("No case was opened in the weeks that limits would rest on.")
    return chart(*values, n_baseline=n_baseline, **known)


def signal_after_baseline(chart: ControlChart) -> int:
    """Return the number of the first point after the baseline with a signal; -1 where there is none."""
    later = np.any(chart.signals, axis=0).reshape(-1)[chart.n_baseline :]
    return chart.n_baseline + int(np.argmax(later)) if later.any() else -1


def count_signals(all_series: Sequence[CaseSeries], rng: np.random.Generator) -> pd.DataFrame:
    """Count the charts that signal, by place, kind and chart, beside how many would by chance.

    Returns
    -------
    DataFrame
        place, kind, chart, n_charts, n_signals, by_chance_known (if limits were known), by_chance (limits
        estimated as here; ends two Monte Carlo errors away), n_baseline and n_points (medians), caveat.
    """
    frame = pd.DataFrame(list(_draw_all(all_series)))
    if frame.empty:
        return pd.DataFrame(columns=_COLUMNS)
    rows = [
        {"place": place, "kind": kind, "chart": chart, **_count(str(chart), of, rng)}
        for (place, kind, chart), of in frame.groupby(["place", "kind", "chart"], sort=False)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS: Final = [
    "place", "kind", "chart", "n_charts", "n_signals", "by_chance_known", "by_chance", "by_chance_low",
    "by_chance_high", "n_baseline", "n_points", "caveat",
]  # fmt: skip


def _draw_all(all_series: Sequence[CaseSeries]) -> Iterator[dict[str, Any]]:
    for series in all_series:
        for name in CHARTS:
            row: dict[str, Any] = {"place": series.place, "kind": series.kind, "chart": name, "drawn": False}
            try:
                chart = draw_chart(series, name)
            except DesignError:
                yield row
                continue
            n_points = len(chart.points) - chart.n_baseline
            if n_points > 0:
                row |= {"drawn": True, "n_baseline": chart.n_baseline, "n_points": n_points}
                row |= {"signals": signal_after_baseline(chart) >= 0}
            yield row


def _count(chart: str, of: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    drawn = of[of["drawn"]]
    if drawn.empty:
        return {"n_charts": 0, "caveat": _NO_CHART[chart]}
    n_baseline, n_points = (int(drawn[name].median()) for name in ("n_baseline", "n_points"))
    rules = ("ewma",) if chart == "ewma" else WESTERN_ELECTRIC
    estimated = simulate_false_alarms(
        n_baseline,
        n_points,
        rules=rules,
        known_sigma=chart != "individuals",
        n_samples=_N_SAMPLES,
        rng=rng,
    )
    n, reach = len(drawn), 2 * estimated.mc_error
    return {
        "n_charts": n,
        "n_signals": int(drawn["signals"].astype(bool).sum()),
        "by_chance_known": n * _if_known(chart, n_points, rng),
        "by_chance": n * estimated.estimate,
        "by_chance_low": n * max(estimated.estimate - reach, 0.0),
        "by_chance_high": n * min(estimated.estimate + reach, 1.0),
        "n_baseline": n_baseline,
        "n_points": n_points,
        "caveat": "",
    }


def _if_known(chart: str, n_points: int, rng: np.random.Generator) -> float:
    if chart != "ewma":
        return signal_probability(n_points)
    return simulate_false_alarms(0, n_points, rules=("ewma",), n_samples=_N_SAMPLES, rng=rng).estimate
