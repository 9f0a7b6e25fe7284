"""What minutes buy: loss of decisions against burden, and what the differences between designs come from."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.lab import Advice, Attribution
from evalkit.lab.advice import mark_front
from evalkit.present.figures.canvas import legend_above, new_axes, new_panels, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_REACH = 2  # Monte Carlo errors


def plot_advice(
    advice: Advice, *, xlabel: str, ylabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the least loss of each method against minutes; rings mark the Pareto front of all.

    Faint dots are designs that another one of the same method beats at no more minutes.
    """
    ax = ax or new_axes(lang=lang, height=5.2)
    for i, (name, part) in enumerate(advice.designs.groupby("method", sort=False)):
        colour, marker = COLOURS[i % len(COLOURS)], _MARKERS[i % len(_MARKERS)]
        best = part[mark_front(part)].sort_values("minutes", kind="stable")
        ax.plot(part["minutes"], part["estimate"], marker, color=colour, markersize=3, alpha=0.3)
        ax.errorbar(
            best["minutes"], best["estimate"], yerr=_REACH * best["mc_error"],
            fmt=marker, linestyle="-", drawstyle="steps-post", color=colour, markersize=5.5, linewidth=1.4,
            label=cell_label(str(name), lang),
        )  # fmt: skip
    front = advice.front()
    ax.plot(front["minutes"], front["estimate"], "o", color="black", fillstyle="none", markersize=11)
    ax.set_xscale("log")
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.yaxis.set_major_formatter(percentages())
    legend_above(ax, n_columns=4)
    return ax


def plot_attribution(found: Attribution, *, xlabel: str, lang: Language | None = None) -> Figure:
    """Draw the mean loss of each bundle with its range over doses: filled all alike, hollow one leads."""
    order = found.levels.groupby("principle")["estimate"].min().sort_values(kind="stable").index
    figure, ax = new_panels(figsize=(WIDTH, 1.2 + 0.5 * len(order)), layout="constrained", lang=lang)
    for aggregation, shift, marker, colour in (
        ("alike", -0.14, "o", COLOURS[0]), ("one_leads", 0.14, "D", COLOURS[1]),
    ):  # fmt: skip
        part = found.levels[found.levels["aggregation"] == aggregation].set_index("principle").loc[order]
        places = [i + shift for i in range(len(order))]
        ax.hlines(places, part["lowest"], part["highest"], color=colour, linewidth=2)
        ax.plot(part["estimate"], places, marker, color=colour, label=cell_label(aggregation, lang))
    ax.axvline(1.0, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_yticks(range(len(order)), [cell_label(str(name), lang) for name in order])
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.xaxis.set_major_formatter(percentages())
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=2)
    return figure
