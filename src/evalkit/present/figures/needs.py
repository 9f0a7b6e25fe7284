"""Where units stand in each component of the method of their place, against the target."""

from __future__ import annotations

from textwrap import fill
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evalkit.compare import Needs
from evalkit.present.figures.canvas import new_panels, say_nothing
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_NOTHING: Final = mark("no component could be measured")
_ROW: Final = 0.36  # inches of one component
_KEY: Final = ["place", "method", "component"]


def plot_needs(found: Needs, *, lang: Language | None = None) -> Figure:
    """Draw every unit as a dot in each component, one panel a place; units below the target stand out.

    A diamond with an interval is the mean of the place's units, a bar the target.
    """
    tr = translator(lang)
    panels = [(place, rows) for place, rows in found.levels.groupby("place", sort=False)]
    if not panels:
        return say_nothing(_NOTHING, lang=lang).figure  # type: ignore[return-value]
    heights = [0.5 + _ROW * len(rows[_KEY].drop_duplicates()) for _, rows in panels]
    figure, axes = new_panels(
        len(panels),
        1,
        figsize=(WIDTH, sum(heights) + 1.0),
        height_ratios=heights,
        sharex=True,
        layout="constrained",
        lang=lang,
        squeeze=False,
    )
    for ax, (place, rows) in zip(axes[:, 0], panels, strict=True):
        _draw_place(ax, rows, lang)
        ax.set_title(cell_label(str(place), lang), loc="left")
    axes[-1, 0].set_xlabel(tr("points"))
    _add_legend(figure, lang)
    return figure


def _draw_place(ax: Axes, rows: pd.DataFrame, lang: Language | None) -> None:
    """Draw the components of one place, the first on top."""
    components = list(dict.fromkeys(rows["component"]))
    y = rows["component"].map({name: i for i, name in enumerate(components)})
    place, units = rows["unit"] == "", rows["unit"] != ""
    short = units & (rows["verdict"] == "below")
    rest = units & ~short
    ax.scatter(rows.loc[rest, "estimate"], y[rest], s=16, color=COLOURS[0], alpha=0.45, linewidths=0)
    ax.scatter(rows.loc[short, "estimate"], y[short], s=26, color=COLOURS[1], marker="v", linewidths=0)
    ax.hlines(
        y[place] + 0.26, rows.loc[place, "conf_low"], rows.loc[place, "conf_high"], color=NEUTRAL, linewidth=2
    )
    ax.plot(rows.loc[place, "estimate"], y[place] + 0.26, "D", color=NEUTRAL, markersize=4.5)
    ax.vlines(rows.loc[place, "target"], y[place] - 0.4, y[place] + 0.4, color="black", linewidth=1.6)
    ax.set_yticks(range(len(components)), [fill(cell_label(name, lang), 30) for name in components])
    ax.set_ylim(len(components) - 0.5, -0.6)
    ax.grid(visible=False, axis="y")


def _add_legend(figure: Figure, lang: Language | None) -> None:
    tr = translator(lang)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=COLOURS[0], alpha=0.6, label=tr("a unit")),
        Line2D([], [], marker="v", linestyle="", color=COLOURS[1], label=tr("a unit below the target")),
        Line2D([], [], marker="D", color=NEUTRAL, label=tr("mean of units, with interval")),
        Line2D([], [], marker="|", markersize=12, linestyle="", color="black", label=tr("target")),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, fontsize=9.5, borderpad=0.2)
