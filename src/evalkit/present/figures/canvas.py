"""A fresh sheet to draw on."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from evalkit.present.theme import WIDTH


def new_axes(*, height: float = 4.0, width: float = WIDTH) -> Axes:
    """Return the axes of a new figure of the width of a report's column; heights in inches."""
    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def legend_above(ax: Axes, *, n_columns: int) -> None:
    """Put the legend above the axes, across the whole figure, so that it takes no room beside them."""
    if figure := ax.get_figure(root=True):
        figure.legend(loc="outside upper left", ncols=n_columns, fontsize=9.5, borderpad=0.2)
