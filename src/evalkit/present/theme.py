"""One look for every figure: readable, colour-blind safe, the same bytes from the same numbers."""

from __future__ import annotations

from typing import Final

import seaborn as sns

#: Widths in inches: a figure fills the text column of a report, and stays readable on a phone.
WIDTH: Final = 7.0

COLOURS: Final = tuple(sns.color_palette("colorblind").as_hex())
NEUTRAL: Final = "#6b7280"

_SETTINGS: Final = {
    "axes.axisbelow": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.figsize": (WIDTH, 4.0),
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "font.size": 10.5,
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "evalkit",
}


def use_theme() -> None:
    """Set the look of every figure that follows."""
    sns.set_theme(context="notebook", style="whitegrid", palette="colorblind", rc=_SETTINGS)
