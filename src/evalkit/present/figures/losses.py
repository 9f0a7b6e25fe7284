"""What is lost on the way from true performance to a score."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from evalkit.lab import STEPS
from evalkit.present.figures.canvas import legend_above, new_axes
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS
from evalkit.vocabulary import Language

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_REACH = 2  # Monte Carlo errors
#: Steps that hold perfect scores to something else stand above, and lead nowhere.
_ASIDE = 2


def plot_losses(
    losses: pd.DataFrame, *, xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how well each method recovers performance, step by step from top to bottom.

    Lines join what is lost one after the other; the first two rows change only what the score is held to.
    """
    ax = ax or new_axes(lang=lang, height=4.6)
    for i, (method, part) in enumerate(losses.groupby("method", sort=False)):
        places = [STEPS.index(step) for step in part["step"]]
        colour, marker = COLOURS[i % len(COLOURS)], _MARKERS[i % len(_MARKERS)]
        reach, label = _REACH * part["mc_error"], cell_label(str(method), lang)
        ax.errorbar(
            part["estimate"], places, xerr=reach, fmt=marker, color=colour, markersize=5.5, label=label
        )
        joined = [
            (tau, place) for tau, place in zip(part["estimate"], places, strict=True) if place >= _ASIDE
        ]
        ax.plot(*zip(*joined, strict=True), color=colour, linewidth=1.2)
    ax.set_yticks(range(len(STEPS)), [cell_label(step, lang) for step in STEPS])
    ax.set_ylim(len(STEPS) - 0.5, -0.5)
    ax.set_xlabel(translator(lang)(xlabel))
    if len(losses):
        legend_above(ax, n_columns=4)
    return ax
