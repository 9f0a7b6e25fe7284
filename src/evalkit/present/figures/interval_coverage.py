"""How often intervals held the truth, beside the range in which they should."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.compare import IntervalCoverage
from evalkit.present.figures.canvas import legend_above, new_axes, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.vocabulary import Language

_ROW = 0.24  # inches
_BAND = 0.02


def plot_coverage(
    found: IntervalCoverage, *, xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the coverage of each interval with two Monte Carlo errors, over the band around its nominal level.

    Filled dots are as promised; diamonds are not (too low, or needlessly high).
    """
    rows = found.rows
    ax = ax or new_axes(lang=lang, height=1.2 + _ROW * len(rows))
    tr = translator(lang)
    places = range(len(rows))
    nominal, coverage, error = rows["nominal"], rows["coverage"], rows["mc_error"]
    ax.barh(
        places,
        2 * _BAND,
        left=nominal - _BAND,
        height=1.0,
        color=NEUTRAL,
        alpha=0.18,
        label=tr("as promised"),
    )
    ax.hlines(places, coverage - 2 * error, coverage + 2 * error, color=NEUTRAL, linewidth=1.6)
    kept = rows["verdict"].isin(["within", "exact"]).to_numpy()
    for mask, marker, colour, label in (
        (kept, "o", COLOURS[0], tr("holds its promise")),
        (~kept, "D", COLOURS[3], tr("does not")),
    ):
        if mask.any():
            at = [place for place, chosen in zip(places, mask, strict=True) if chosen]
            ax.plot(coverage[mask], at, marker, color=colour, markersize=5.5, label=label)
    ax.set_yticks(list(places), [cell_label(str(name), lang) for name in rows["interval"]], fontsize=8.5)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.xaxis.set_major_formatter(percentages())
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=3)
    return ax
