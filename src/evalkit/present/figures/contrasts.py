"""Differences of means: a forest of contrasts, and ranks with their critical difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.compare import Differences, Family
from evalkit.present.figures.canvas import new_panels, say_nothing
from evalkit.present.labels import cell_label
from evalkit.present.language import mark, translator
from evalkit.present.numbers import format_number
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_ROW = 0.3  # inches of a contrast
_NOTHING = mark("nothing could be compared")


def plot_contrasts(found: Differences, *, xlabel: str, lang: Language | None = None) -> Figure:
    """Draw every pair's difference with its interval, one panel a family, the largest on top.

    The band is the margin of equivalence: differences inside it do not matter. What was found over several
    places stands below its places, with diamonds.
    """
    heights = [1.1 + _ROW * len(family.comparison.pairs) for family in found.families]
    figure, axes = _panels(heights, lang)
    for ax, family in zip(axes, found.families, strict=True):
        _draw_contrasts(ax, family, lang)
        ax.set_xlabel(f"{translator(lang)(xlabel)} ({cell_label(family.unit, lang)})")
    _share_scales(axes, [family.name for family in found.families])
    return figure


def plot_critical_difference(found: Differences, *, xlabel: str, lang: Language | None = None) -> Figure:
    """Draw mean ranks within people, one panel a family; bars join what the critical difference spans."""
    heights = [2.0 + 0.26 * ((len(family.comparison.means) + 1) // 2) for family in found.families]
    figure, axes = _panels(heights, lang)
    for ax, family in zip(axes, found.families, strict=True):
        means = family.comparison.means.sort_values("mean_rank", kind="stable")
        names = [cell_label(str(name), lang) for name in means["condition"]]
        draw_ranks(ax, means["mean_rank"].tolist(), names, family.comparison.critical_difference, lang=lang)
        ax.set_title(_title(family, lang))
        ax.set_xlabel(translator(lang)(xlabel))
    return figure


def draw_ranks(
    ax: Axes,
    ranks: Sequence[float],
    names: Sequence[str],
    critical_difference: float,
    *,
    lang: Language | None = None,
) -> None:
    """Draw ascending mean ranks as in Demšar (2006): labels on both sides, bars where not told apart."""
    k = len(ranks)
    half = (k + 1) // 2
    bars = find_bars(ranks, critical_difference)
    top = 0.35 + 0.28 * len(bars)
    for i, (rank, name) in enumerate(zip(ranks, names, strict=True)):
        left = i < half
        depth = -(i + 1) if left else -(k - i)
        end = 0.6 if left else k + 0.4
        ax.plot([rank, rank, end], [0, depth, depth], color=NEUTRAL, linewidth=1)
        ax.plot(rank, 0, "o", color=COLOURS[0], markersize=6, zorder=3)
        ax.text(end, depth, f"{name} " if left else f" {name}", ha="right" if left else "left", va="center")
    for level, (start, stop) in enumerate(bars):
        y = 0.35 + 0.28 * level
        ax.plot([ranks[start] - 0.04, ranks[stop] + 0.04], [y, y], color=COLOURS[1], linewidth=4)
    ax.plot([1, 1 + critical_difference], [top + 0.4] * 2, color="black", linewidth=2, marker="|")
    tr = translator(lang)
    text = tr("critical difference {value}", value=tr.number(critical_difference))
    ax.text(1, top + 0.6, text, va="bottom", fontsize=9.5)
    ax.set_ylim(-half - 0.7, top + 1.6)
    ax.set_xlim(-0.28 * k, 1.28 * k + 1)
    ax.set_xticks(range(1, k + 1))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def find_bars(ranks: Sequence[float], critical_difference: float) -> list[tuple[int, int]]:
    """Return the longest runs of ascending ranks that lie within one critical difference, two or more each.

    Examples
    --------
    >>> find_bars([1.0, 1.5, 3.0, 3.2], 1.0)
    [(0, 1), (2, 3)]
    """
    x = np.asarray(ranks)
    stops = [int(np.flatnonzero(x <= start + critical_difference)[-1]) for start in x]
    runs = [(i, stop) for i, stop in enumerate(stops) if stop > i]
    return [run for run in runs if not any(a <= run[0] and run[1] <= b for a, b in runs if (a, b) != run)]


def _draw_contrasts(ax: Axes, family: Family, lang: Language | None) -> None:
    pairs = family.comparison.pairs.sort_values("estimate", ascending=False, kind="stable")
    positions = range(len(pairs))
    if family.comparison.margin > 0:
        ax.axvspan(-family.comparison.margin, family.comparison.margin, color=COLOURS[7], alpha=0.18)
    ax.axvline(0.0, color=NEUTRAL, linestyle="--", linewidth=1.2)
    colour, mark = (COLOURS[1], "D") if family.pooled else (COLOURS[0], "o")
    ax.hlines(positions, pairs["conf_low"], pairs["conf_high"], color=colour, linewidth=2)
    ax.plot(pairs["estimate"], positions, mark, color=colour, markersize=5)
    names = [
        f"{cell_label(str(row.first), lang)} − {cell_label(str(row.second), lang)}"
        for row in pairs.itertuples()
    ]
    ax.set_yticks(list(positions), names, fontsize=10.5)
    ax.set_ylim(len(pairs) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_title(_title(family, lang))


def _share_scales(axes: Sequence[Axes], names: Sequence[str]) -> None:
    """Give the places of one family one scale, so that they can be compared by eye."""
    for name in set(names):
        panels = [ax for ax, other in zip(axes, names, strict=True) if other == name]
        ends = np.array([ax.get_xlim() for ax in panels])
        for ax in panels:
            ax.set_xlim(ends[:, 0].min(), ends[:, 1].max())


def _title(family: Family, lang: Language | None) -> str:
    place = f"{cell_label(family.place, lang)}, " if family.place != family.name else ""
    return f"{cell_label(family.name, lang)} ({place}n = {format_number(family.comparison.n, lang=lang)})"


def _panels(heights: Sequence[float], lang: Language | None) -> tuple[Figure, list[Axes]]:
    """Return one panel a family, each of its own height; without families a sheet that says so."""
    if not heights:
        return say_nothing(_NOTHING, lang=lang).figure, []  # type: ignore[return-value]
    figure, axes = new_panels(
        len(heights),
        1,
        figsize=(WIDTH, sum(heights)),
        height_ratios=heights,
        layout="constrained",
        lang=lang,
        squeeze=False,
    )
    return figure, list(axes[:, 0])
