"""Dependability of the methods' scores."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.compare import ScoreDependability
from evalkit.present.figures.intervals import plot_intervals
from evalkit.present.labels import cell_label
from evalkit.vocabulary import Language


def plot_score_dependability(
    worth: ScoreDependability, *, xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes | None:
    """Draw Φ of each score as reported with its interval and the target; nothing if there is none."""
    frame = worth.coefficients
    shown = frame[(frame["quantity"] == "score_dependability") & (frame["design"] == "as reported")]
    if shown.empty:
        return None
    several = shown["place"].nunique() > 1
    columns = ["method", "place", "basis"] if several else ["method", "basis"]
    names = [" · ".join(cell_label(str(text), lang) for text in row) for row in shown[columns].to_numpy()]
    return plot_intervals(shown, rows=names, xlabel=xlabel, reference=worth.target, lang=lang, ax=ax)
