"""IKM over its bands, how probable each band is, and what to work on first."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.compare import BandCalibration, ServiceSurvey
from evalkit.present.figures.canvas import (
    legend_above,
    name_axes,
    new_axes,
    new_grid,
    percentages,
    say_nothing,
)
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, translator
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.vocabulary import Language

#: Bands from the lowest to the highest, with the IKM where each begins, and their names in the rule.
BANDS: Final = (("D", 25.0), ("C", 65.0), ("B", 76.61), ("A", 88.31))
BAND_COLOURS: Final = {"D": COLOURS[3], "C": COLOURS[1], "B": COLOURS[9], "A": COLOURS[0]}
_ROW: Final = 0.5  # inches
_NOTHING: Final = mark("no survey of those who are served")


def plot_ikm(found: ServiceSurvey, *, lang: Language | None = None) -> Axes:
    """Draw the IKM of each place with its interval over that of its units, before the bands of the rule."""
    tr = translator(lang)
    places = found.places.dropna(subset=["estimate"])
    if places.empty:
        return say_nothing(_NOTHING, lang=lang)
    ax = new_axes(lang=lang, height=1.2 + _ROW * max(len(places), 2))
    units = found.units.dropna(subset=["estimate"])
    for at, (_, row) in enumerate(places.iterrows()):
        own = units.loc[units["place"] == row["place"], "estimate"]
        ax.plot(own, np.full(len(own), at - 0.22), "|", color=NEUTRAL, markersize=9, alpha=0.7)
        ax.hlines(at + 0.12, row["conf_low"], row["conf_high"], color=COLOURS[0], linewidth=3)
        ax.plot([row["estimate"]], [at + 0.12], "o", color=COLOURS[0], markersize=7)
    ax.plot([], [], "o", color=COLOURS[0], label=tr("place, with interval"))
    ax.plot([], [], "|", color=NEUTRAL, markersize=9, linestyle="", label=tr("its units"))
    _shade_bands(ax, len(places))
    ax.set_yticks(range(len(places)), [cell_label(str(name), lang) for name in places["place"]])
    ax.set_ylim(len(places) - 0.4, -0.75)
    ax.set_xlabel("IKM")
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=2)
    return ax


def _shade_bands(ax: Axes, n: int) -> None:
    """Mark where each band begins, and name those in view."""
    low, high = ax.get_xlim()
    ends = [limit for _, limit in BANDS[1:]] + [100.0]
    for (band, start), end in zip(BANDS, ends, strict=True):
        left, right = max(start, low), min(end, high)
        if left < right:
            ax.axvspan(left, right, color=BAND_COLOURS[band], alpha=0.16, zorder=0, linewidth=0)
            ax.text((left + right) / 2, -0.58, band, ha="center", va="center", weight="bold")
    ax.set_xlim(low, high)


def plot_band_probabilities(found: ServiceSurvey, *, most: int = 20, lang: Language | None = None) -> Axes:
    """Draw how probable each band is for the units whose band is least settled, the least on top."""
    tr = translator(lang)
    units = found.bands[found.bands["unit"] != ""]
    if units.empty:
        return say_nothing(_NOTHING, lang=lang)
    wide = units.pivot_table(index=["place", "unit"], columns="band", values="estimate")
    wide = wide.loc[wide.max(axis=1).sort_values(kind="stable").index[:most]]
    ax = new_axes(lang=lang, height=1.2 + 0.28 * max(len(wide), 2))
    left = np.zeros(len(wide))
    for band, _ in BANDS:
        ax.barh(range(len(wide)), wide[band], left=left, color=BAND_COLOURS[band], height=0.8)
        left += wide[band].to_numpy()
    ax.set_yticks(range(len(wide)), [str(unit) for _, unit in wide.index], fontsize=9)
    ax.set_ylim(len(wide) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(percentages())
    ax.set_xlabel(tr("probability of the band"))
    ax.grid(visible=False)
    patches = [Patch(color=BAND_COLOURS[band], label=band) for band, _ in BANDS]
    if figure := ax.get_figure(root=True):
        figure.legend(handles=patches, loc="outside upper left", ncols=4, fontsize=9.5, borderpad=0.2)
    return ax


def plot_quadrants(found: ServiceSurvey, *, lang: Language | None = None) -> Figure | Axes:
    """Draw each element by its mean and its derived importance, both less the mean of the elements.

    One panel a place; an element that is placed in a quadrant beyond chance is filled, the others are hollow.
    """
    tr = translator(lang)
    known = found.elements.dropna(subset=["importance"])
    places = list(known["place"].unique())
    if not places:
        return say_nothing(_NOTHING, lang=lang)
    n_columns = min(2, len(places))
    figure, axes = new_grid(len(places), n_columns, height=2.7, sharex=True, sharey=True, lang=lang)
    for ax, place in zip(axes, places, strict=True):
        _draw_quadrants(ax, known[known["place"] == place])
        ax.set_title(cell_label(str(place), lang), loc="left")
    x = tr("mean of the element, less that of all (points of 1 to 4)")
    name_axes(figure, x=x, y=tr("importance, less that of all"))
    return figure


def _draw_quadrants(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the elements with two standard errors each way; name what stands out."""
    ax.axhline(0, color=NEUTRAL, linewidth=1)
    ax.axvline(0, color=NEUTRAL, linewidth=1)
    x, y = rows["gap"], rows["importance_gap"]
    wide, high = 2 * rows["gap_error"], 2 * rows["importance_gap_error"]
    ax.errorbar(x, y, xerr=wide, yerr=high, fmt="none", ecolor=NEUTRAL, alpha=0.35, linewidth=1)
    placed = (rows["quadrant"] != "not_told_apart").to_numpy()
    for mask, face in ((placed, COLOURS[0]), (~placed, "white")):
        ax.scatter(x[mask], y[mask], s=30, facecolor=face, edgecolor=COLOURS[0], zorder=3)
    named = (rows["side"] != 0) | placed
    for item, across, up in zip(rows["item"][named], x[named], y[named], strict=True):
        ax.annotate(str(item), (across, up), xytext=(4, 4), textcoords="offset points", fontsize=9)


def plot_band_calibration(found: BandCalibration, *, lang: Language | None = None) -> Figure:
    """Draw how often a band came true beside the probability that was said, one panel a design."""
    tr = translator(lang)
    designs = list(found.rows["design"].unique())
    figure, axes = new_grid(len(designs), 3, height=2.5, sharex=True, sharey=True, lang=lang)
    for ax, design in zip(axes, designs, strict=True):
        rows = found.rows[found.rows["design"] == design]
        ax.plot([0, 1], [0, 1], color=NEUTRAL, linestyle="--", linewidth=1)
        ax.errorbar(
            rows["said"], rows["estimate"], yerr=2 * rows["mc_error"], fmt="o", color=COLOURS[0], markersize=4
        )
        ax.set_title(tr(design).replace(", ", ",\n"), fontsize=9, loc="left")
        ax.xaxis.set_major_formatter(percentages())
        ax.yaxis.set_major_formatter(percentages())
    name_axes(figure, x=tr("probability that was said"), y=tr("share that came true"))
    return figure
