"""Since when has a unit drifted? Control charts and change points of the stream of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.case_series import CaseSeries, list_series
from evalkit.compare.cases import FEW_CASES, NO_CASES, read_cases
from evalkit.compare.unit_charts import count_signals, draw_chart, signal_after_baseline
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import adjust_p_values, estimate_step

#: The laboratory's table of units that it slowed down.
KNOWN_CHANGES: Final = "service_changes"
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_WEEK: Final = pd.Timedelta(days=6)  # from its first day to its last


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Monitoring:
    """What charts and change points say of each unit and kind of case.

    Attributes
    ----------
    drifts
        One row per unit and kind: how many times as long cases take after the most likely step (estimate,
        with its interval), since (first day of the first week after it), since_low and since_high (days
        between which it lies), signal_on (first day of the week of the first signal of the EWMA chart after
        its baseline), p_value, p_adjusted (Holm, over all units and kinds of a place), verdict (slower,
        faster, steady), n, n_weeks, caveat.
    alarms
        Charts that signal and those that would by chance; see `count_signals`.
    known
        Changes that the laboratory made, with what was found: place, unit, kind, since, factor, is_found
        (called slower), is_held (its day lies between since_low and since_high); empty for real evidence.
    refused
        place, kind and reason of what could not be monitored.
    series
        What charts are drawn from, by unit and kind.
    first_day
        Day on which the first case was opened.
    """

    drifts: pd.DataFrame
    alarms: pd.DataFrame
    known: pd.DataFrame
    refused: pd.DataFrame
    series: dict[tuple[str, str], CaseSeries]
    first_day: pd.Timestamp
    conf_level: float

    def __post_init__(self) -> None:
        """Hold steps to their own intervals, and adjusted p-values to the unadjusted."""
        rows = self.drifts
        if not ((rows["since_low"] <= rows["since"]) & (rows["since"] <= rows["since_high"])).all():
            raise ValueError("a step lies outside of its interval")
        if (rows["p_adjusted"] < rows["p_value"]).any():
            raise ValueError("an adjusted p-value is below its own")

    @property
    def changed(self) -> pd.DataFrame:
        """Units that chance does not explain, the largest change first."""
        rows = self.drifts[self.drifts["verdict"] != "steady"]
        order = np.argsort(-np.abs(np.log(rows["estimate"].to_numpy(dtype=float))), kind="stable")
        return rows.iloc[order].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per unit and kind."""
        return self.drifts.copy()

    def to_results(self) -> pd.DataFrame:
        """Return steps, their days (counted from the first day), signals and what chance gives."""
        rows = self.drifts.rename(columns={"kind": "item"})
        key = ["place", "unit", "item", "n", "caveat"]
        factors = rows[[*key, *_ENDS]].assign(quantity="drift_factor")
        since = rows[key].assign(quantity="drift_since")
        for name, column in zip(_ENDS, ("since", "since_low", "since_high"), strict=True):
            since[name] = (rows[column] - self.first_day).dt.days.astype(float)
        gaps = self.refused.rename(columns={"kind": "item", "reason": "caveat"}).assign(n=0)
        parts = [factors, since, *self._signals(), gaps.assign(quantity="drifted_units"), self._drifted()]
        rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
        return rows.reindex(columns=["quantity", "place", "unit", "item", "group", *_ENDS, "n", "caveat"])

    def _signals(self) -> list[pd.DataFrame]:
        rows = self.alarms.rename(columns={"kind": "item", "chart": "group", "n_charts": "n"})
        key = ["place", "item", "group", "n", "caveat"]
        found = rows[key].assign(quantity="chart_signals", estimate=rows["n_signals"].astype(float))
        chance = rows[key].assign(quantity="chart_signals_by_chance")
        for name, column in zip(_ENDS, ("by_chance", "by_chance_low", "by_chance_high"), strict=True):
            chance[name] = rows[column].astype(float)
        return [found, chance]

    def _drifted(self) -> pd.DataFrame:
        grouped = self.drifts.groupby(["place", "kind"], sort=False)["verdict"]
        counts = grouped.agg(estimate=lambda of: float((of != "steady").sum()), n="size").reset_index()
        return counts.rename(columns={"kind": "item"}).assign(quantity="drifted_units")

    def _repr_html_(self) -> str:
        return show_frame(self.changed)


def monitor_units(evidence: Evidence, *, conf_level: float = 0.95, rng: np.random.Generator) -> Monitoring:
    """Chart the cases of every unit, and find since when some take longer or shorter than before.

    A unit counts as changed where the largest step in its weekly mean (of the logarithm of days) is beyond
    chance, Holm-adjusted over all units and kinds of its place; signals of charts are shown beside how many
    of them charts give by chance. Sigma is that of cases within units of the place.
    """
    cases = read_cases(evidence)
    all_series = list(list_series(cases)) if len(cases.rows) else []
    rows = [found for series in all_series if (found := _find_step(series, conf_level)) is not None]
    drifts = pd.DataFrame(rows, columns=_COLUMNS)
    if len(drifts):
        drifts["p_adjusted"] = drifts.groupby("place")["p_value"].transform(_holm)
        drifts["verdict"] = _judge(drifts, 1 - conf_level)
    return Monitoring(
        drifts=drifts.astype(
            dict.fromkeys(("since", "since_low", "since_high", "signal_on"), "datetime64[us]")
        ),
        alarms=count_signals(all_series, rng),
        known=_hold_to_known(drifts, evidence),
        refused=_refusals(cases.missing, cases.rows, drifts),
        series={(series.unit, series.kind): series for series in all_series},
        first_day=cases.rows["opened_on"].min(),
        conf_level=conf_level,
    )


_COLUMNS: Final = [
    "place", "unit", "kind", *_ENDS, "since", "since_low", "since_high", "signal_on", "p_value", "p_adjusted",
    "verdict", "n", "n_weeks", "caveat",
]  # fmt: skip


def _holm(p_values: pd.Series[float]) -> np.ndarray[Any, Any]:
    return np.asarray(adjust_p_values(p_values))


def _judge(drifts: pd.DataFrame, alpha: float) -> np.ndarray[Any, Any]:
    beyond = drifts["p_adjusted"] < alpha
    return np.select([beyond & (drifts["estimate"] > 1), beyond], ["slower", "faster"], "steady")


def _find_step(series: CaseSeries, conf_level: float) -> dict[str, Any] | None:
    """Return the most likely step of a unit, and when its EWMA chart first signalled."""
    weeks = series.weeks
    try:
        step = estimate_step(weeks["mean"], weeks["n"], series.sigma, conf_level=conf_level)
    except DesignError:
        return None
    starts = weeks["starts_on"].reset_index(drop=True)
    return {
        "place": series.place,
        "unit": series.unit,
        "kind": series.kind,
        **dict(zip(_ENDS, np.exp([step.estimate, step.conf_low, step.conf_high]).tolist(), strict=True)),
        "since": starts[step.first],
        "since_low": starts[step.first_low - 1],  # it may lie in the last week that seems as before
        "since_high": starts[step.first_high] + _WEEK,
        "signal_on": _signal_on(series, starts),
        "p_value": step.p_value,
        "n": len(series.cases),
        "n_weeks": step.n,
        "caveat": "",
    }


def _signal_on(series: CaseSeries, starts: pd.Series[Any]) -> pd.Timestamp | Any:
    try:
        at = signal_after_baseline(draw_chart(series, "ewma"))
    except DesignError:
        return pd.NaT
    return starts[at] if at >= 0 else pd.NaT


def _hold_to_known(drifts: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """Hold what was found to what the laboratory did."""
    columns = ["place", "unit", "kind", "since", "factor", "is_found", "is_held"]
    made = evidence.extras.get(KNOWN_CHANGES)
    if made is None or made.empty or drifts.empty:
        return pd.DataFrame(columns=columns)
    found = drifts.drop(columns=["place", "since"])
    joined = made.merge(found, on=["unit", "kind"], how="inner")
    held = joined["since"].between(joined["since_low"], joined["since_high"])
    return joined.assign(is_found=joined["verdict"] == "slower", is_held=held)[columns]


def _refusals(missing: pd.DataFrame, rows: pd.DataFrame, drifts: pd.DataFrame) -> pd.DataFrame:
    known = set(zip(drifts["place"], drifts["kind"], strict=True))
    pairs = rows[["place", "kind"]].drop_duplicates().itertuples(index=False, name=None)
    few = [(place, kind, FEW_CASES) for place, kind in pairs if (place, kind) not in known]
    none = [(gap["place"], gap["kind"], NO_CASES) for gap in missing.to_dict("records")]
    return pd.DataFrame([*few, *none], columns=["place", "kind", "reason"], dtype="str")
