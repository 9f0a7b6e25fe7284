"""Scores as the methods give them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit.compare.disclosure import LEAST
from evalkit.present.figures.canvas import new_axes
from evalkit.present.language import translator
from evalkit.present.suppression import is_protecting
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.present.withheld import mark_filtered
from evalkit.vocabulary import Language

_JITTER = 0.12


def plot_scores(
    scores: pd.DataFrame,
    *,
    names: dict[str, str],
    xlabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw every score as a dot, one row a method, with the middle half as a bar and the median as a line.

    Where people are protected, there are no dots, and nothing stands for fewer than 20 people.

    Parameters
    ----------
    scores
        Columns ``method`` and ``score``; missing scores are left out.
    names
        Text for each method, in the order of the rows. A method without a score keeps an empty row.
    """
    ax = ax or new_axes(lang=lang, height=0.9 + 0.62 * max(len(names), 2))
    tr = translator(lang)
    nothing = tr("not estimable")
    for position, method in enumerate(names):
        values = scores.loc[scores["method"] == method, "score"].dropna().sort_values().to_numpy()
        if len(values):
            _draw_row(ax, position, values)
        else:
            ax.text(
                0.5,
                position,
                nothing,
                transform=ax.get_yaxis_transform(),
                ha="center",
                va="center",
                color=NEUTRAL,
                style="italic",
            )
    mark_filtered(ax.get_figure(root=True))
    ax.set_yticks(range(len(names)), list(names.values()))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False, axis="y")
    return ax


def _draw_row(ax: Axes, position: int, values: np.ndarray) -> None:
    """Spread the dots by a fixed pattern, so that the same scores always give the same picture."""
    spread = _JITTER * np.sin(2.4 * np.arange(len(values)))
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    if is_protecting():
        if len(values) < 4 * LEAST:  # fewer than five people lie beyond a quartile
            return
    else:
        ax.plot(values, position + spread, "o", color=NEUTRAL, markersize=3.5, alpha=_alpha(len(values)))
    ax.barh(position, high - low, left=low, height=0.5, color=COLOURS[0], alpha=0.25, zorder=3)
    ax.vlines(middle, position - 0.25, position + 0.25, color=COLOURS[0], linewidth=2, zorder=4)


def _alpha(n_dots: int) -> float:
    """Let many dots show the bar below them, and each of them still be seen where it lies alone."""
    return max(0.2, min(0.7, 150 / n_dots))
