"""Estimates with their intervals, one row each: the figure that most questions need."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit.present.figures.canvas import new_axes, percentages, short_numbers
from evalkit.present.language import translator
from evalkit.present.suppression import is_protecting, suppress, suppress_results
from evalkit.present.tables import MOST_WHOLE
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.present.withheld import mark_filtered
from evalkit.vocabulary import Language

LABEL_WIDTH: Final = 40  # characters of a line beside a row: longer texts leave the dots no room


def plot_intervals(
    frame: pd.DataFrame,
    *,
    rows: Sequence[str],
    xlabel: str,
    reference: float | None = None,
    share: bool = False,
    log: bool = False,
    most: int = 24,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes | None:
    """Draw one dot and interval per row, the first row on top; nothing if there is no row.

    Parameters
    ----------
    frame
        Columns ``estimate``, ``conf_low`` and ``conf_high``; an estimate without interval is a dot alone.
    rows
        Text of each row, as many as the frame has.
    reference
        Value to compare with, drawn as a dashed line.
    share
        Write the axis as percentages.
    log
        Logarithmic axis, for ratios.
    most
        Rows that are drawn of more than 48: the largest estimates; a title says of how many.

    Raises
    ------
    ValueError
        If there is not one text per row.
    """
    if len(rows) != len(frame):
        raise ValueError(f"{len(rows)} texts for {len(frame)} rows")
    if is_protecting():
        frame, rows = _without_few(frame, rows, share=share)
    if frame.empty:
        return None
    title = ""
    if len(frame) > MOST_WHOLE:
        tr = translator(lang)
        title = tr("the {shown} largest of {n}", shown=f"{most}", n=f"{len(frame)}")
        largest = np.argsort(-frame["estimate"].to_numpy(), kind="stable")[:most]
        frame, rows = frame.iloc[largest], [rows[i] for i in largest]
    ax = ax or new_axes(lang=lang, height=0.9 + 0.38 * max(len(frame), 2))
    mark_filtered(ax.get_figure(root=True))
    positions = range(len(frame))
    ax.hlines(positions, frame["conf_low"], frame["conf_high"], color=COLOURS[0], linewidth=2.5)
    ax.plot(frame["estimate"], positions, "o", color=COLOURS[0], markersize=7)
    ax.set_yticks(list(positions), [fill(text, LABEL_WIDTH) for text in rows])
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_title(title)
    ax.grid(visible=False, axis="y")
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(short_numbers(lang))
        ax.xaxis.set_minor_formatter(short_numbers(lang))
    if reference is not None:
        ax.axvline(reference, color=NEUTRAL, linestyle="--", linewidth=1.2)
    if share:
        ax.xaxis.set_major_formatter(percentages())
    return ax


def _without_few(
    frame: pd.DataFrame, rows: Sequence[str], *, share: bool
) -> tuple[pd.DataFrame, Sequence[str]]:
    """Return the rows that tell nothing of few people; where none is left, all of them without estimates."""
    shown = suppress(frame, shares=("estimate",) if share else ()).frame
    shown = suppress_results(shown).frame if "quantity" in shown else shown
    kept = (shown["estimate"].notna() | frame["estimate"].isna().to_numpy()).to_numpy()
    if not kept.any():
        return shown, rows
    return shown[kept], [row for row, stays in zip(rows, kept, strict=True) if stays]
