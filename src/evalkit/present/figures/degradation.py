"""What decisions lose as evidence is spoiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evalkit.lab import BASELINES, Breakdown
from evalkit.present.figures.canvas import new_panels, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_MOST_PANELS: Final = 12
_REACH: Final = 2  # Monte Carlo errors to each side
_DASHES: Final = ("--", ":")
_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")


def plot_degradation(
    found: Breakdown, *, xlabel: str, ylabel: str, lang: Language | None = None
) -> Figure | None:
    """Draw decision loss against the dial, a panel a corruption and a labelled line a method.

    Bands reach two Monte Carlo errors to each side. Baselines are grey and dashed. Nothing is drawn where
    nothing was diagnosed.
    """
    curves = found.curves
    kinds = list(dict.fromkeys(curves["corruption"]))[:_MOST_PANELS]
    if not kinds:
        return None
    n_rows = -(-len(kinds) // 2)
    figure, axes = new_panels(
        n_rows,
        2,
        figsize=(WIDTH, 0.6 + 2.35 * n_rows),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
        lang=lang,
    )
    styles = _style([str(name) for name in curves["method"].unique()])
    ends = curves["estimate"] + _REACH * curves["mc_error"]
    top = float(np.nanmax(ends)) * 1.05
    for ax, kind in zip(axes.ravel(), kinds, strict=False):
        _draw(ax, curves[curves["corruption"] == kind], styles, top, lang)
        ax.set_title(cell_label(kind, lang), fontsize=10)
    for ax in axes.ravel()[len(kinds) :]:
        ax.set_visible(False)
    figure.supxlabel(translator(lang)(xlabel), fontsize=10.5)
    figure.supylabel(translator(lang)(ylabel), fontsize=10.5)
    return figure


def _style(methods: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Give every method a colour and a marker, and every baseline a dashed grey."""
    named = [name for name in methods if name not in BASELINES]
    styles: dict[str, Mapping[str, str]] = {
        name: {"color": colour, "marker": marker, "linestyle": "-"}
        for name, colour, marker in zip(named, COLOURS, _MARKERS, strict=False)
    }
    dashed = zip(BASELINES, _DASHES, strict=True)
    return styles | {
        name: {"color": NEUTRAL, "marker": "", "linestyle": dash} for name, dash in dashed if name in methods
    }


def _draw(
    ax: Axes, rows: pd.DataFrame, styles: Mapping[str, Mapping[str, str]], top: float, lang: Language | None
) -> None:
    last = float(rows["dial"].max())
    ends = {}
    for method, style in styles.items():
        curve = rows[(rows["method"] == method) & rows["estimate"].notna()]
        if curve.empty:
            continue
        x, y, error = (curve[name].to_numpy(dtype=float) for name in ("dial", "estimate", "mc_error"))
        ax.plot(x, y, linewidth=1.6, markersize=3.5, **style)  # type: ignore[arg-type]
        ax.fill_between(
            x, y - _REACH * error, y + _REACH * error, color=style["color"], alpha=0.2, linewidth=0
        )
        ends[method] = float(y[-1])
    for method, height in spread_labels(ends, gap=0.085 * top, top=0.95 * top).items():
        # a plain line from point to label: an arrow would be clipped at its text, ten times as slowly
        ax.add_line(Line2D([last, last * 1.055], [ends[method], height], linewidth=0.5, color=NEUTRAL))
        ax.text(
            last * 1.07,
            height,
            cell_label(method, lang),
            fontsize=7.5,
            va="center",
            color="#374151" if method in BASELINES else styles[method]["color"],
        )
    ax.set_xlim(0, last * 1.75)
    ax.set_xticks(np.linspace(0, last, 3))
    ax.set_ylim(0, top)
    ax.yaxis.set_major_formatter(percentages())


def spread_labels(positions: Mapping[str, float], *, gap: float, top: float) -> dict[str, float]:
    """Move labels apart until neighbours are a gap from each other, in their order, between 0 and top.

    Examples
    --------
    >>> spread_labels({"a": 1.0, "b": 1.0, "c": 5.0}, gap=1, top=5)
    {'a': 0.5, 'b': 1.5, 'c': 5.0}
    >>> spread_labels({"a": 5.0, "b": 5.0}, gap=1, top=5)
    {'a': 4.0, 'b': 5.0}
    """
    groups: list[tuple[list[str], float]] = []
    for name in sorted(positions, key=lambda each: positions[each]):
        names, middle = [name], _keep(positions[name], 1, gap, top)
        while groups and middle - groups[-1][1] < gap * (len(names) + len(groups[-1][0])) / 2:
            before, centre = groups.pop()
            total = len(before) + len(names)
            names, middle = [*before, *names], (centre * len(before) + middle * len(names)) / total
            middle = _keep(middle, total, gap, top)
        groups.append((names, middle))
    return {
        name: middle + gap * (i - (len(names) - 1) / 2)
        for names, middle in groups
        for i, name in enumerate(names)
    }


def _keep(middle: float, n: int, gap: float, top: float) -> float:
    """Keep the middle of n labels where all of them stand between 0 and top."""
    reach = gap * (n - 1) / 2
    return max(reach, min(middle, top - reach))
