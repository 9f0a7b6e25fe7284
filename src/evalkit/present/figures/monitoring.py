"""Control charts of one unit, and of a recorded series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.compare import Monitoring, RecordedSeries, draw_chart
from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.present.figures.canvas import new_panels
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.present.withheld import draws_people
from evalkit.stats import ControlChart
from evalkit.vocabulary import Language

_PANEL = 1.75  # inches
_SIGNAL = COLOURS[3]


def choose_monitored(found: Monitoring, unit: str = "") -> tuple[str, str] | None:
    """Return the unit and kind whose charts are drawn: the largest change, of all units or of one.

    Raises
    ------
    UsageError
        If there is no such unit.
    """
    if not found.series:
        return None
    units = dict.fromkeys(name for name, _ in found.series)
    if unit and unit not in units:
        raise UsageError(
            f"parameter monitored: there are no cases of unit {unit!r}: {did_you_mean(unit, units)}"
        )
    rows = found.drifts[found.drifts["unit"] == unit] if unit else found.drifts
    if rows.empty:
        return next(((name, kind) for name, kind in found.series if name == unit), None)
    row = rows.sort_values("p_value", kind="stable").iloc[0]
    best = rows[rows["p_value"] == row["p_value"]]
    row = best.iloc[int(np.argmax(np.abs(np.log(best["estimate"].to_numpy(dtype=float)))))]
    return str(row["unit"]), str(row["kind"])


@draws_people
def plot_unit_charts(found: Monitoring, *, unit: str = "", lang: Language | None = None) -> Figure | None:
    """Draw the charts of one unit below one another, over time; nothing if there is none.

    Limits rest on the shaded weeks. Points with a signal are marked; the band is where the most likely step
    lies, if it is beyond chance.
    """
    chosen = choose_monitored(found, unit)
    if chosen is None:
        return None
    tr = translator(lang)
    series = found.series[chosen]
    due = series.weeks[series.weeks["n_due"] > 0]
    times = {
        "individuals": series.cases["opened_on"],
        "shares": due["starts_on"],
        "ewma": series.weeks["starts_on"],
    }
    charts = {name: chart for name in times if (chart := _try(found, chosen, name)) is not None}
    panels = _panels(charts, times)
    n = max(len(panels), 1)
    figure, axes = new_panels(
        n,
        1,
        figsize=(WIDTH, 0.7 + _PANEL * n),
        sharex=True,
        squeeze=False,
        layout="constrained",
        lang=lang,
    )
    titles = {
        "individuals": tr("days of single cases"),
        "ranges": tr("moving range (ratio of neighbouring cases)"),
        "shares": tr("share late, by week"),
        "ewma": tr("days, smoothed (EWMA)"),
    }
    for ax, (name, panel) in zip(axes[:, 0], panels.items(), strict=False):
        _draw_panel(ax, panel)
        ax.set_title(titles[name])
        _mark_step(ax, found, chosen)
    if not panels:
        axes[0, 0].text(0.5, 0.5, tr("too few cases for a chart"), ha="center", va="center")
    axes[-1, 0].xaxis.set_major_formatter(mdates.DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]
    figure.suptitle(f"{chosen[0]} · {cell_label(chosen[1], lang)}", fontsize=11, x=0.02, ha="left")
    return figure


def _try(found: Monitoring, chosen: tuple[str, str], name: str) -> ControlChart | None:
    try:
        return draw_chart(found.series[chosen], name)
    except DesignError:
        return None


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """What one panel draws: points at times, limits, signals, and the end of the baseline (none: all)."""

    times: Any
    points: Any
    centre: float
    lower: Any
    upper: Any
    signals: Any
    end: Any = None


def _panels(charts: dict[str, ControlChart], times: dict[str, Any]) -> dict[str, _Panel]:
    """Return the panel of each chart, and below the single cases that of their moving ranges."""
    panels: dict[str, _Panel] = {}
    for name, chart in charts.items():
        at = times[name].to_numpy()
        end = at[chart.n_baseline - 1]
        back = np.asarray if name == "shares" else np.exp  # days, where their logarithm is charted
        panels[name] = _panel_of_points(chart, at, back, end)
        if name == "individuals":
            panels["ranges"] = _panel_of_ranges(chart, at, back, end)
    return panels


def _panel_of_points(chart: ControlChart, at: Any, back: Callable[[Any], Any], end: Any) -> _Panel:
    return _Panel(
        times=at,
        points=back(chart.points),
        centre=float(back(chart.centre)),
        lower=back(chart.lower),
        upper=back(chart.upper),
        signals=chart.signals.any(axis=0),
        end=end,
    )


def _panel_of_ranges(chart: ControlChart, at: Any, back: Callable[[Any], Any], end: Any) -> _Panel:
    return _Panel(
        times=at,
        points=back(chart.ranges),
        centre=float(back(chart.sigma * 2 / np.sqrt(np.pi))),
        lower=np.full(len(at), np.nan),
        upper=back(np.full(len(at), chart.range_limit)),
        signals=chart.ranges > chart.range_limit,
        end=end,
    )


def _draw_panel(ax: Axes, of: _Panel) -> None:
    if of.end is not None:
        ax.axvspan(of.times[0], of.end, color=COLOURS[7], alpha=0.15, zorder=0, linewidth=0)
    ax.plot(of.times, of.points, color=COLOURS[0], linewidth=0.9, marker=".", markersize=3.5)
    ax.axhline(of.centre, color=NEUTRAL, linewidth=1.0)
    for limit in (of.lower, of.upper):
        ax.plot(of.times, limit, color=NEUTRAL, linewidth=1.0, linestyle="--")
    ax.plot(of.times[of.signals], of.points[of.signals], "o", color=_SIGNAL, markersize=4.5, zorder=3)


def _mark_step(ax: Axes, found: Monitoring, chosen: tuple[str, str]) -> None:
    rows = found.changed
    rows = rows[(rows["unit"] == chosen[0]) & (rows["kind"] == chosen[1])]
    for row in rows.to_dict("records"):
        ax.axvspan(row["since_low"], row["since_high"], color=COLOURS[1], alpha=0.25, zorder=0, linewidth=0)


def plot_series(found: RecordedSeries, *, lang: Language | None = None) -> Figure | None:
    """Draw the first recorded series with its limits and moving ranges; nothing if there is none."""
    if not found.charts:
        return None
    tr = translator(lang)
    name, (chart, periods) = next(iter(found.charts.items()))
    at = pd.PeriodIndex(periods, freq="Q").start_time.to_numpy()
    figure, (top, below) = new_panels(
        2, 1, figsize=(WIDTH, 4.6), sharex=True, height_ratios=(2, 1), layout="constrained", lang=lang
    )
    _draw_panel(top, _panel_of_points(chart, at, np.asarray, None))
    _draw_panel(below, _panel_of_ranges(chart, at, np.asarray, None))
    top.set_title(cell_label(name, lang))
    below.set_title(tr("moving range"))
    return figure
