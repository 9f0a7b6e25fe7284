"""What each method weighs, and how far the choice may move."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from evalkit.present.figures.canvas import new_panels, percentages
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, WIDTH
from evalkit.vocabulary import Language


def plot_weights(
    weights: pd.DataFrame, *, names: dict[str, str], xlabel: str, lang: Language | None = None
) -> Figure:
    """Draw the weight of every component of every method, with its range; one panel a method.

    Parameters
    ----------
    weights
        Columns ``method``, ``component`` (text), ``weight``, ``low`` and ``high``.
    names
        Title of each panel, in their order.
    """
    parts = {method: weights[weights["method"] == method] for method in names}
    rows = [len(part) for part in parts.values()]
    figure, panels = new_panels(
        len(names),
        1,
        figsize=(WIDTH, 0.7 + 0.31 * sum(rows) + 0.45 * len(rows)),
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": [count + 0.6 for count in rows]},
        layout="constrained",
        lang=lang,
    )
    for ax, (method, part) in zip(panels[:, 0], parts.items(), strict=True):
        positions = range(len(part))
        ax.hlines(positions, part["low"], part["high"], color=COLOURS[0], alpha=0.35, linewidth=6)
        ax.plot(part["weight"], positions, "o", color=COLOURS[0], markersize=6)
        ax.set_yticks(list(positions), list(part["component"]))
        ax.set_ylim(len(part) - 0.4, -0.6)
        ax.set_title(names[method], fontweight="bold")
        ax.grid(visible=False, axis="y")
        ax.xaxis.set_major_formatter(percentages())
        ax.set_xlim(left=0)
    panels[-1, 0].set_xlabel(translator(lang)(xlabel))
    return figure
