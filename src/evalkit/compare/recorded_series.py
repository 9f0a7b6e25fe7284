"""Series over quarters that a study brings along, on charts of individual values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import WESTERN_ELECTRIC, ControlChart, average_run_length, chart_individuals

#: Name of the table that holds series: series, period, value.
SERIES: Final = "series"
_COLUMNS: Final = [
    "series", "n", "n_missing", "first", "last", "centre", "sigma", "autocorrelation", "n_signals",
    "by_chance", "caveat",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecordedSeries:
    """Charts of recorded series, limits from all their values.

    Attributes
    ----------
    rows
        One row per series: n values, n_missing, first and last period, centre, sigma (mean moving range over
        1.128), autocorrelation of neighbouring quarters, n_signals (points with a signal of a Western
        Electric rule), by_chance (how many there would be if quarters were independent and nothing had
        changed), caveat.
    charts
        By series, the chart and the periods of its points.
    """

    rows: pd.DataFrame
    charts: dict[str, tuple[ControlChart, tuple[str, ...]]]

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per series."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return signals, what chance gives, and the autocorrelation of each series."""
        names = {
            "series_signals": "n_signals",
            "series_signals_by_chance": "by_chance",
            "series_autocorrelation": "autocorrelation",
        }
        rows = self.rows.rename(columns={"series": "item"})
        parts = [
            rows[["item", "n", "caveat"]].assign(quantity=quantity, estimate=rows[column].astype(float))
            for quantity, column in names.items()
        ]
        return pd.concat(parts, ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def chart_recorded_series(evidence: Evidence) -> RecordedSeries:
    """Chart every series of the study's table of series; quarters without a value are passed over."""
    table = evidence.extras.get(SERIES, pd.DataFrame(columns=["series", "period", "value"]))
    rows, charts = [], {}
    for name, of in table.sort_values("period", kind="stable").groupby("series", sort=False):
        known = of.dropna(subset=["value"])
        row = {"series": str(name), "n": len(known), "n_missing": len(of) - len(known)}
        try:
            chart = chart_individuals(known["value"])
        except DesignError as error:
            rows.append({**row, "caveat": str(error)})
            continue
        charts[str(name)] = (chart, tuple(known["period"]))
        rows.append({**row, **_summarise(chart, of), "caveat": ""})
    return RecordedSeries(rows=pd.DataFrame(rows, columns=_COLUMNS), charts=charts)


def _summarise(chart: ControlChart, of: pd.DataFrame) -> dict[str, object]:
    values = of["value"].to_numpy(dtype=float)
    pairs = ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
    return {
        "first": of["period"].iloc[0],
        "last": of["period"].iloc[-1],
        "centre": chart.centre,
        "sigma": chart.sigma,
        "autocorrelation": float(np.corrcoef(values[1:][pairs], values[:-1][pairs])[0, 1]),
        "n_signals": int(chart.signals.any(axis=0).sum()),
        "by_chance": len(chart.points) / average_run_length(WESTERN_ELECTRIC),
    }
