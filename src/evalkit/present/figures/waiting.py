"""How long cases stay open, and which units are slower than their place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evalkit.compare import Durations, UnitPaces
from evalkit.present.figures.canvas import name_axes, new_grid, percentages
from evalkit.present.figures.intervals import plot_intervals
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.present.waiting_rows import MOST, pick_paces
from evalkit.vocabulary import Language

_LEFT_OPEN = 0.01  # the axis ends where so few are open


def plot_waiting(found: Durations, *, lang: Language | None = None) -> Figure | None:
    """Draw the share of cases still open by age: a panel per kind, a line per place; nothing without cases.

    Bands are pointwise intervals; dashed lines are deadlines that all cases of a kind share.
    """
    if found.curves.empty:
        return None
    tr = translator(lang)
    kinds = list(dict.fromkeys(found.curves["kind"]))
    places = list(dict.fromkeys(found.curves["place"]))
    figure, axes = new_grid(len(kinds), 2, height=2.5, sharey=True, lang=lang)
    for ax, kind in zip(axes, kinds, strict=True):
        _draw_curves(ax, found.curves[found.curves["kind"] == kind], places)
        for deadline in found.places.loc[found.places["kind"] == kind, "deadline_days"].dropna().unique():
            ax.axvline(deadline, color=NEUTRAL, linestyle="--", linewidth=1.2)
        ax.set_title(cell_label(kind, lang))
        ax.yaxis.set_major_formatter(percentages())
    name_axes(figure, x=tr("days since it was opened"), y=tr("share still open"))
    _name_places(figure, places, lang)
    return figure


def _draw_curves(ax: Axes, curves: pd.DataFrame, places: list[str]) -> None:
    for place, of in curves.groupby("place", sort=False):
        colour = COLOURS[places.index(str(place)) % len(COLOURS)]
        days = np.concatenate([[0.0], of["days"]])
        share, low, high = (
            np.concatenate([[1.0], of[name]]) for name in ("estimate", "conf_low", "conf_high")
        )
        ax.step(days, share, where="post", color=colour, linewidth=1.6)
        ax.fill_between(days, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
    nearly = curves[curves["estimate"] <= _LEFT_OPEN].groupby("place")["days"].min()
    ax.set_xlim(0, float(nearly.max()) if len(nearly) else None)
    ax.set_ylim(0, 1)


def _name_places(figure: Figure, places: list[str], lang: Language | None) -> None:
    if len(places) > 1:
        handles = [
            Line2D([], [], color=COLOURS[i % len(COLOURS)], label=cell_label(place, lang))
            for i, place in enumerate(places)
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=9.5, borderpad=0.2)


def plot_unit_paces(found: UnitPaces, *, lang: Language | None = None) -> Axes | None:
    """Draw the units whose pace is told apart from that of their place, the furthest first; at most 20."""
    rows = pick_paces(found).head(MOST)
    texts = [
        f"{unit} · {cell_label(kind, lang)}" for unit, kind in rows[["unit", "kind"]].itertuples(index=False)
    ]
    tr = translator(lang)
    xlabel = tr("pace, as a ratio to that of the place")
    return plot_intervals(rows, rows=texts, xlabel=xlabel, reference=1.0, log=True, lang=lang)
