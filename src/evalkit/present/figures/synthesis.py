"""Which method for which purpose: how often each has each rank, and what decisions cost."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evalkit.lab import Synthesis
from evalkit.lab.baselines import BASELINES
from evalkit.lab.purpose_ranks import PurposeRanks
from evalkit.present.figures.canvas import new_axes, new_panels, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import reader_language, translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_DARK, _LIGHT = np.array([0x01, 0x4B, 0x7A]), np.array([0xE3, 0xE8, 0xEE])
_MOSTLY = 0.5
_READABLE = 0.07  # a bar that is shorter has no room for its number


def plot_purposes(found: Synthesis, *, xlabel: str, lang: Language | None = None) -> Figure | None:
    """Draw the share of draws in which each method has each rank, one panel a purpose; nothing without one.

    The darkest part is the first rank, with its share; the methods stand from the most to the least often
    first.
    """
    if not found.ranks:
        return None
    counts = [len(one.methods) for one in found.ranks.values()]
    figure, panels = new_panels(
        len(counts),
        1,
        figsize=(WIDTH, 0.9 + 0.36 * sum(counts) + 0.5 * len(counts)),
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": [count + 0.6 for count in counts]},
        layout="constrained",
        lang=lang,
    )
    for ax, one in zip(panels[:, 0], found.ranks.values(), strict=True):
        _draw_ranks(ax, one, lang)
        title = one.purpose.title[reader_language(lang)]
        ax.set_title(title[:1].upper() + title[1:], fontweight="bold")
    longest = max(found.ranks.values(), key=lambda one: len(one.methods))
    handles = [
        Rectangle((0, 0), 1, 1, color=_shade(rank, len(longest.methods)))
        for rank in range(len(longest.methods))
    ]
    tr = translator(lang)
    names = [tr("rank {n}", n=str(rank + 1)) for rank in range(len(handles))]
    figure.legend(handles, names, loc="outside upper left", ncols=len(names), fontsize=9.5, borderpad=0.2)
    panels[-1, 0].set_xlabel(translator(lang)(xlabel))
    return figure


def _draw_ranks(ax: Axes, one: PurposeRanks, lang: Language | None) -> None:
    order = np.argsort(-one.found.ranks[:, 0], kind="stable")
    left = np.zeros(len(order))
    for rank in range(len(order)):
        shares = one.found.ranks[order, rank]
        ax.barh(
            range(len(order)), shares, left=left, height=0.78, color=_shade(rank, len(order)), linewidth=0
        )
        left = left + shares
    for place, share in enumerate(one.found.ranks[order, 0]):
        if share >= _READABLE:
            ax.text(
                share / 2,
                place,
                translator(lang).share(share),
                color="white",
                ha="center",
                va="center",
                fontsize=9,
            )
    ax.set_yticks(range(len(order)), [cell_label(one.methods[i], lang) for i in order])
    ax.set_ylim(len(order) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(percentages())
    ax.grid(visible=False)


def _shade(rank: int, n: int) -> tuple[float, float, float]:
    """Return the colour of a rank: dark is first."""
    away = rank / max(n - 1, 1)
    red, green, blue = ((1 - away**0.7) * _DARK + away**0.7 * _LIGHT) / 255
    return float(red), float(green), float(blue)


def plot_front(found: Synthesis, *, xlabel: str, ylabel: str, lang: Language | None = None) -> Axes | None:
    """Draw loss of decisions against minutes with the middle 95 % of draws; nothing where they are not known.

    A ring marks what nothing beats on both in most draws.
    """
    rows = found.front
    if rows.empty:
        return None
    ax = new_axes(lang=lang, height=4.6)
    for i, row in enumerate(rows.to_dict("records")):
        colour = NEUTRAL if row["method"] in BASELINES else COLOURS[i % len(COLOURS)]
        across = [[row["minutes"] - row["minutes_low"]], [row["minutes_high"] - row["minutes"]]]
        along = [
            [row["decision_loss"] - row["decision_loss_low"]],
            [row["decision_loss_high"] - row["decision_loss"]],
        ]
        at = [row["minutes"]], [row["decision_loss"]]
        ax.errorbar(*at, xerr=across, yerr=along, fmt="o", color=colour, markersize=6, linewidth=1.2)
        if row["front_share"] >= _MOSTLY:
            ax.plot(*at, "o", color="black", fillstyle="none", markersize=12)
        ax.annotate(
            cell_label(str(row["method"]), lang), (row["minutes"], row["decision_loss"]), xytext=(7, 7),
            textcoords="offset points", fontsize=9.5,
        )  # fmt: skip
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.yaxis.set_major_formatter(percentages())
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    return ax
