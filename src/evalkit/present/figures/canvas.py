"""A fresh sheet to draw on."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from evalkit.present.theme import WIDTH


def new_axes(*, height: float = 4.0, width: float = WIDTH) -> Axes:
    """Return the axes of a new figure of the width of a report's column; heights in inches."""
    return plt.subplots(figsize=(width, height), layout="constrained")[1]
