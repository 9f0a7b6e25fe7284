"""Traps of analysis: what each reading of samples comes to, beside the truth."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.lab.pitfalls import Pitfalls
from evalkit.present.figures.canvas import new_panels
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.present.wording.pitfalls import describe_pitfalls
from evalkit.vocabulary import Language

_ROW = 0.34  # inches of a reading
_REACH = 2  # Monte Carlo errors to each side


def plot_pitfalls(found: Pitfalls, *, xlabel: str, lang: Language | None = None) -> Figure:
    """Draw each reading with two Monte Carlo errors, one panel a trap; the dashed line is the truth.

    Dots are what reports use, diamonds the trap.
    """
    parts = list(describe_pitfalls(found, lang).groupby("pitfall", sort=False))
    heights = [0.95 + _ROW * len(part) for _, part in parts]
    figure, axes = new_panels(
        len(parts),
        1,
        figsize=(WIDTH, sum(heights)),
        height_ratios=heights,
        layout="constrained",
        lang=lang,
        squeeze=False,
    )
    for ax, (_, part) in zip(axes[:, 0], parts, strict=True):
        _draw(ax, part)
    axes[-1, 0].set_xlabel(translator(lang)(xlabel))
    return figure


def _draw(ax: Axes, part: pd.DataFrame) -> None:
    ax.axvline(float(part["truth"].iloc[0]), color=NEUTRAL, linestyle="--", linewidth=1.4)
    for at, row in enumerate(part.to_dict("records")):
        colour, marker = (COLOURS[0], "o") if row["sound"] else (COLOURS[3], "D")
        reach = _REACH * row["mc_error"]
        ax.hlines(at, row["estimate"] - reach, row["estimate"] + reach, color=colour, linewidth=2)
        ax.plot(row["estimate"], at, marker, color=colour, markersize=6)
    ax.set_yticks(range(len(part)), list(part["reading"]), fontsize=10)
    ax.set_ylim(len(part) - 0.4, -0.6)
    ax.margins(x=0.12)
    ax.set_title(str(part["trap"].iloc[0]))
    ax.grid(visible=False, axis="y")
