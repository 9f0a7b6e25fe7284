"""Tables of counts or shares as shades, with the number in each cell."""

from __future__ import annotations

from functools import partial

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from evalkit.present.figures.canvas import new_axes
from evalkit.present.language import translator
from evalkit.present.numbers import format_number, format_share
from evalkit.vocabulary import Language


def plot_heat(
    table: pd.DataFrame,
    *,
    xlabel: str,
    ylabel: str,
    digits: int | None = None,
    vmin: float = 0.0,
    vmax: float | None = 1.0,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table of numbers as shades; a gap stays white.

    Parameters
    ----------
    table
        Numbers, with the texts of rows and columns as its labels.
    digits
        Decimals of the number in a cell; none: it is a share, and written in per cent.
    """
    ax = ax or new_axes(lang=lang, height=1.4 + 0.36 * len(table))
    sns.heatmap(
        table,
        annot=table.map(partial(_write, digits=digits, lang=lang)),
        fmt="",
        cmap="Blues",
        vmin=vmin,
        vmax=vmax,
        linewidths=1,
        cbar=False,
        annot_kws={"size": 9},
        ax=ax,
    )
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    ax.tick_params(axis="x", rotation=35)
    ax.tick_params(axis="y", rotation=0)
    for text in ax.get_xticklabels():
        text.set_horizontalalignment("right")
        text.set_rotation_mode("anchor")
    return ax


def _write(value: float, digits: int | None, lang: Language | None) -> str:
    if digits is None:
        return format_share(value, lang=lang)
    return format_number(value, digits=digits, lang=lang)
