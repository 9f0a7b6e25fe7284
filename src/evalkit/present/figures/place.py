"""What the named problems of a place would do to the decisions of its method."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.lab import NamedProblems
from evalkit.present.figures.canvas import legend_above, new_axes, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.vocabulary import Language

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_REACH = 2  # Monte Carlo errors


def plot_problems(
    problems: NamedProblems, *, xlabel: str, ylabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes | None:
    """Draw decision loss against the dial, a line a way of spoiling; dashed: evidence as it is.

    Bars reach two Monte Carlo errors. A way of spoiling that the method does not read lies on the dashed
    line. Nothing is drawn where nothing was measured.
    """
    rows = problems.problems
    rows = rows[rows["dial"].notna() & rows["estimate"].notna()].drop_duplicates(["through", "dial"])
    if rows.empty:
        return None
    ax = ax or new_axes(lang=lang, height=4.2)
    ax.axhline(problems.clean, color=NEUTRAL, linestyle="--", linewidth=1.2)
    for i, (kind, part) in enumerate(rows.groupby("through", sort=False)):
        reach = [0.0, *(_REACH * part["mc_error"])]
        ax.errorbar(
            [0.0, *part["dial"]], [problems.clean, *part["loss"]], yerr=reach,
            fmt=_MARKERS[i % len(_MARKERS)], linestyle="-", color=COLOURS[i % len(COLOURS)],
            markersize=5.5, linewidth=1.4, label=cell_label(str(kind), lang),
        )  # fmt: skip
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(percentages())
    legend_above(ax, n_columns=2)
    return ax
