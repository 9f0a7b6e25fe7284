"""Groups of people side by side: ratios of selection rates, differences in scores, bias of items."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from evalkit.compare import Fairness, ItemBias
from evalkit.present.fairness_rows import name_contrasts, pick_furthest
from evalkit.present.figures.canvas import new_axes, new_panels, say_nothing, short_numbers
from evalkit.present.figures.intervals import plot_intervals
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

#: The foreign screening line, and its mirror where being selected is no benefit.
SCREENING: Final = (0.8, 1.25)
_ROW: Final = 0.16  # inches of one measure of a group
_PANELS: Final = {
    "group_difference": mark("means"),
    "conditional_difference": mark("at equal performance"),
}
_NOTHING: Final = mark("nothing could be compared")


def plot_impact(found: Fairness, *, lang: Language | None = None) -> Figure:
    """Draw the ratio of each group's selection rate to that of its reference, one panel a decision.

    Dashed: the screening line of .8, and its mirror at 1.25. What was suppressed is not drawn.
    """
    tr = translator(lang)
    ratios = found.decisions[found.decisions["group"] != found.decisions["reference"]]
    ratios = ratios[(ratios["stratum"] == "") & ratios["estimate"].notna()]
    panels = [(tr.label(name), rows) for name, rows in ratios.groupby("decision", sort=False)]
    figure, axes = _draw_panels(panels, lang, xlabel=tr("ratio of rates"))
    for ax in axes:
        ax.axvline(1.0, color=NEUTRAL, linewidth=1.2)
        for line in SCREENING:
            ax.axvline(line, color=NEUTRAL, linestyle="--", linewidth=1.2)
        ax.set_xscale("log")
        limits = ax.get_xlim()
        ax.set_xticks([0.25, 0.5, 0.8, 1, 1.25, 2, 4])
        ax.xaxis.set_major_formatter(short_numbers(lang))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlim(limits)
    _share_limits(axes)
    return figure


def plot_group_differences(found: Fairness, *, lang: Language | None = None) -> Figure:
    """Draw each group's mean less that of its reference, and below it the same at equal performance."""
    tr = translator(lang)
    panels = [
        (tr(title), found.contrasts[found.contrasts["quantity"] == quantity])
        for quantity, title in _PANELS.items()
    ]
    panels = [(title, rows) for title, rows in panels if len(rows)]
    figure, axes = _draw_panels(panels, lang, xlabel=tr("difference, SD"))
    for ax in axes:
        ax.axvline(0.0, color=NEUTRAL, linewidth=1.2)
    _share_limits(axes)
    return figure


def plot_item_bias(found: ItemBias, *, most: int = 20, lang: Language | None = None) -> Axes:
    """Draw the items furthest from equal on ETS's delta scale; inside the band a difference is negligible."""
    tr = translator(lang)
    rows = pick_furthest(found.items, most)
    if rows.empty:
        return say_nothing(_NOTHING, lang=lang)
    texts = [
        f"{cell_label(item, lang)} · {name}"
        for item, name in zip(rows["item"], name_contrasts(rows, lang=lang), strict=True)
    ]
    ax = new_axes(lang=lang, height=0.9 + 0.38 * max(len(rows), 2))
    ax.axvspan(-1.0, 1.0, color=COLOURS[7], alpha=0.18, zorder=0)
    plot_intervals(rows, rows=texts, xlabel=tr("delta"), reference=0.0, lang=lang, ax=ax)
    return ax


def _draw_panels(
    panels: Sequence[tuple[str, pd.DataFrame]], lang: Language | None, *, xlabel: str
) -> tuple[Figure, list[Axes]]:
    """Draw panels below one another: a row per group, a colour per measure."""
    if not panels:
        return say_nothing(_NOTHING, lang=lang).figure, []  # type: ignore[return-value]
    measures = list(dict.fromkeys(name for _, rows in panels for name in rows["measure"]))
    heights = [0.75 + _height(rows) for _, rows in panels]
    figure, axes = new_panels(
        len(heights),
        1,
        figsize=(WIDTH, sum(heights) + 0.5),
        height_ratios=heights,
        layout="constrained",
        lang=lang,
        squeeze=False,
    )
    drawn = list(axes[:, 0])
    for ax, (title, rows) in zip(drawn, panels, strict=True):
        _draw_groups(ax, rows, measures, lang)
        ax.set_title(title, loc="left")
        ax.set_xlabel(translator(lang)(xlabel))
    if len(measures) > 1:
        handles = [
            Line2D(
                [], [], marker="o", linestyle="", color=_colour(measures, name), label=cell_label(name, lang)
            )
            for name in measures
            if name  # decisions of the study itself belong to no measure
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=9.5, borderpad=0.2)
    return figure, drawn


def _colour(measures: Sequence[str], name: str) -> str:
    return COLOURS[measures.index(name) % len(COLOURS)]


def _height(rows: pd.DataFrame) -> float:
    return max(0.34 * len(_keys(rows)), _ROW * len(rows))


def _keys(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["by", "group", "reference"]].drop_duplicates()


def _draw_groups(ax: Axes, rows: pd.DataFrame, measures: Sequence[str], lang: Language | None) -> None:
    keys = _keys(rows)
    place = {key: i for i, key in enumerate(keys.itertuples(index=False, name=None))}
    for _, own in rows.groupby(["by", "group"], sort=False):
        step = 0.7 / len(own)
        at = place[tuple(own.iloc[0][["by", "group", "reference"]])]
        y = at + step * (np.arange(len(own)) - (len(own) - 1) / 2)
        colours = [_colour(measures, name) for name in own["measure"]]
        ax.hlines(y, own["conf_low"], own["conf_high"], colors=colours, linewidth=2)
        ax.scatter(own["estimate"], y, c=colours, s=26, zorder=3)
    texts = [fill(text, 34) for text in name_contrasts(keys, lang=lang)]
    ax.set_yticks(range(len(texts)), texts)
    ax.set_ylim(len(texts) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


def _share_limits(axes: Sequence[Axes]) -> None:
    """Give all panels one scale, so that lengths can be compared."""
    if axes:
        ends = np.array([ax.get_xlim() for ax in axes])
        for ax in axes:
            ax.set_xlim(ends[:, 0].min(), ends[:, 1].max())
