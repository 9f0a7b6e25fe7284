"""One look for every figure: readable, colour-blind safe, the same bytes from the same numbers."""

from __future__ import annotations

from typing import Final

import seaborn as sns
from matplotlib.colors import to_rgb

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


def ink_on(colour: str) -> str:
    """Return black or white, whichever stands out more on a colour (contrast of WCAG 2.2).

    Examples
    --------
    >>> ink_on(COLOURS[0]), ink_on(COLOURS[1])
    ('white', 'black')
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "white" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "black"
