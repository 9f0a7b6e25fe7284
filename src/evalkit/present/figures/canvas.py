"""A fresh sheet to draw on, with numbers as the reader writes them."""

from __future__ import annotations

from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, PercentFormatter, ScalarFormatter

from evalkit.present.language import reader_language, translator
from evalkit.present.theme import WIDTH
from evalkit.present.withheld import mark_own
from evalkit.vocabulary import Language

_SWAP: Final = str.maketrans({",": ".", ".": ","})


def new_axes(*, height: float = 4.0, width: float = WIDTH, lang: Language | None = None) -> Axes:
    """Return the axes of a new figure of the width of a report's column; heights in inches."""
    axes: Axes = new_panels(figsize=(width, height), layout="constrained", lang=lang)[1]
    return axes


def new_panels(
    n_rows: int = 1, n_columns: int = 1, *, lang: Language | None = None, **settings: Any
) -> tuple[Figure, Any]:
    """Return a new figure and its axes, as `matplotlib.pyplot.subplots`; their numbers are the reader's."""
    figure, axes = plt.subplots(n_rows, n_columns, **settings)
    mark_own(figure)
    if reader_language(lang) == "id":
        for ax in np.ravel(axes):
            ax.xaxis.set_major_formatter(CommaFormatter())
            ax.yaxis.set_major_formatter(CommaFormatter())
    return figure, axes


def new_grid(
    n: int, n_columns: int, *, height: float, lang: Language | None = None, **settings: Any
) -> tuple[Figure, list[Axes]]:
    """Return a new figure of the width of a report's column with n axes, row by row.

    Parameters
    ----------
    height
        Of one row, in inches.
    settings
        As for `matplotlib.pyplot.subplots`, such as ``sharex``.
    """
    n_rows = -(-n // n_columns)
    size = (WIDTH, 0.6 + height * n_rows)
    figure, axes = new_panels(
        n_rows, n_columns, figsize=size, layout="constrained", lang=lang, squeeze=False, **settings
    )
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    return figure, list(axes.flat[:n])


def say_nothing(reason: str, *, lang: Language | None = None) -> Axes:
    """Return the axes of a low figure that says, in the reader's language, why nothing is drawn."""
    ax = new_axes(height=0.5, lang=lang)
    ax.set_axis_off()
    ax.text(0.0, 0.5, translator(lang)(reason), va="center", transform=ax.transAxes)
    return ax


def name_axes(figure: Figure, *, x: str, y: str) -> None:
    """Write once, for all panels, what their axes are."""
    figure.supxlabel(x, fontsize=10.5)
    figure.supylabel(y, fontsize=10.5)


class CommaFormatter(ScalarFormatter):
    """Writes the numbers of an axis with a decimal comma."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Write a number as matplotlib would, but for the comma."""
        return super().__call__(x, pos).translate(_SWAP)


class _ShortCommaFormatter(FormatStrFormatter):
    def __call__(self, x: float, pos: int | None = None) -> str:
        return super().__call__(x, pos).translate(_SWAP)


def short_numbers(lang: Language | None = None) -> FormatStrFormatter:
    """Return what writes the numbers of an axis as short as they are, such as 0.5 and 2."""
    return _ShortCommaFormatter("%g") if reader_language(lang) == "id" else FormatStrFormatter("%g")


def percentages() -> PercentFormatter:
    """Return what writes shares on an axis as the text does: 40 %.

    Examples
    --------
    >>> percentages().format_pct(0.4, 1) == "40\N{NO-BREAK SPACE}%"
    True
    """
    return PercentFormatter(1.0, decimals=0, symbol="\N{NO-BREAK SPACE}%")


def legend_above(ax: Axes, *, n_columns: int) -> None:
    """Put the legend above the axes, across the whole figure, so that it takes no room beside them."""
    if figure := ax.get_figure(root=True):
        figure.legend(loc="outside upper left", ncols=n_columns, fontsize=9.5, borderpad=0.2)
