"""Weightings of one instrument: what chance alone would show, and who leads under which weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit.present.figures.canvas import legend_above, new_axes, percentages
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.present.withheld import draws_people
from evalkit.vocabulary import Language


def plot_reference(
    frame: pd.DataFrame, *, rows: list[str], xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the observed agreement of each pair, its reference range, and what overlap alone would give.

    Parameters
    ----------
    frame
        Columns ``estimate``, ``conf_low``, ``conf_high`` (observed, with its interval), ``reference_low``,
        ``reference_high`` (middle 95 % of random mappings) and ``overlap_alone``.
    rows
        Text of each pair.
    """
    ax = ax or new_axes(lang=lang, height=1.3 + 0.42 * len(frame))
    tr = translator(lang)
    positions = np.arange(len(frame))
    ax.hlines(
        positions,
        frame["reference_low"],
        frame["reference_high"],
        color=NEUTRAL,
        alpha=0.35,
        linewidth=11,
        label=tr("random mappings, middle 95 %"),
    )
    ax.plot(
        frame["overlap_alone"],
        positions,
        "D",
        color=COLOURS[1],
        markersize=6,
        label=tr("overlap alone"),
        clip_on=False,
    )
    ax.hlines(positions, frame["conf_low"], frame["conf_high"], color=COLOURS[0], linewidth=2)
    text = tr("observed, with interval")
    ax.plot(frame["estimate"], positions, "o", color=COLOURS[0], markersize=6.5, label=text)
    ax.set_yticks(positions, rows)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=3)
    return ax


@draws_people
def plot_acceptability(
    shares: np.ndarray,
    *,
    bands: list[str],
    xlabel: str,
    ylabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw for each official, unnamed and in the order given, the share of weightings per rank band.

    Parameters
    ----------
    shares
        Shape (n officials, n bands); each row adds up to 1.
    bands
        Text of each band, best first.
    """
    ax = ax or new_axes(lang=lang, height=3.6)
    positions = np.arange(1, len(shares) + 1)
    bottom = np.zeros(len(shares))
    texts = map(translator(lang), bands)
    for colour, name, part in zip((COLOURS[0], "#c8d3dd", COLOURS[1]), texts, shares.T, strict=True):
        ax.bar(positions, part, bottom=bottom, width=0.9, color=colour, label=name, linewidth=0)
        bottom = bottom + part
    ax.set_xticks([])
    ax.set_xlim(0.4, len(shares) + 0.6)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(percentages())
    ax.set_xlabel(translator(lang)(xlabel), labelpad=8)
    ax.set_ylabel(translator(lang)(ylabel))
    ax.grid(visible=False)
    legend_above(ax, n_columns=3)
    return ax
