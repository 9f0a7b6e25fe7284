"""What weights can turn: how many people, and for whom it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.compare import WeightRobustness
from evalkit.present.figures.canvas import new_panels, percentages
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, WIDTH
from evalkit.present.withheld import draws_people
from evalkit.vocabulary import Language

_BANDS: Final = (COLOURS[0], "#c8d3dd", COLOURS[1])
_MOST_POINTS: Final = 150  # across one panel; more would not be seen


def plot_weight_turns(found: WeightRobustness, *, xlabel: str, lang: Language | None = None) -> Figure | None:
    """Draw the share of people whom weights decide otherwise, one panel a decision; nothing if there is none.

    A dot is the mean over weightings, a line the middle 95 % of them.
    """
    frame = found.decisions
    if frame.empty:
        return None
    keys = list(dict.fromkeys(zip(frame["method"], frame["place"], strict=True)))
    decisions = list(dict.fromkeys(frame["decision"]))
    figure, axes = new_panels(
        1,
        len(decisions),
        figsize=(WIDTH, 1.3 + 0.25 * max(len(keys), 2)),
        sharey=True,
        squeeze=False,
        layout="constrained",
        lang=lang,
    )
    for ax, decision in zip(axes[0], decisions, strict=True):
        rows = frame[frame["decision"] == decision].set_index(["method", "place"])
        at = [keys.index(key) for key in rows.index]
        ax.hlines(at, rows["usual_least"], rows["usual_most"], color=COLOURS[0], alpha=0.4, linewidth=4)
        ax.plot(rows["estimate"], at, "o", color=COLOURS[0], markersize=6)
        ax.set_title(cell_label(decision, lang))
        ax.set_xlim(left=0)
        ax.xaxis.set_major_formatter(percentages())
        ax.grid(visible=False, axis="y")
    axes[0, 0].set_yticks(range(len(keys)), _name_rows(keys, lang))
    axes[0, 0].set_ylim(len(keys) - 0.4, -0.6)
    figure.supxlabel(translator(lang)(xlabel), fontsize=10.5)
    return figure


@draws_people
def plot_weight_bands(
    found: WeightRobustness, *, bands: Sequence[str], xlabel: str, ylabel: str, lang: Language | None = None
) -> Figure | None:
    """Draw in how many weightings each person is recognised, neither or trained; one panel a method.

    Each method is drawn in its place with most people, who stand unnamed from the most to the least often
    recognised.
    """
    chosen = found.largest()
    if not chosen:
        return None
    n_rows = -(-len(chosen) // 2) if len(chosen) > 1 else 1
    figure, axes = new_panels(
        n_rows,
        2 if len(chosen) > 1 else 1,
        figsize=(WIDTH, 0.9 + 2.0 * n_rows),
        squeeze=False,
        layout="constrained",
        lang=lang,
    )
    panels = axes.ravel()
    for ax, (method, place) in zip(panels, chosen, strict=False):
        _draw_bands(ax, found.bands[method, place], list(map(translator(lang), bands)))
        ax.set_title(f"{cell_label(method, lang)} · {cell_label(place, lang)}")
    for ax in panels[len(chosen) :]:
        ax.set_visible(False)
    handles, texts = panels[0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside upper left", ncols=3, fontsize=9.5)
    figure.supxlabel(translator(lang)(xlabel), fontsize=10.5)
    figure.supylabel(translator(lang)(ylabel), fontsize=10.5)
    return figure


def _draw_bands(ax: Axes, shares: np.ndarray, bands: Sequence[str]) -> None:
    n = len(shares)
    at = np.unique(np.linspace(0, n - 1, min(n, _MOST_POINTS)).round().astype(int))
    tops = np.cumsum(shares[at], axis=1)
    bottom = np.zeros(len(at))
    for colour, name, top in zip(_BANDS, bands, tops.T, strict=True):
        ax.fill_between(at + 1, bottom, top, color=colour, label=name, linewidth=0, step="mid")
        bottom = top
    ax.set_xlim(1, max(n, 2))
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(percentages())
    ax.set_xticks([])
    ax.grid(visible=False)


def _name_rows(keys: Sequence[tuple[str, str]], lang: Language | None) -> list[str]:
    several = len({place for _, place in keys}) > 1
    return [" · ".join(cell_label(name, lang) for name in (key if several else key[:1])) for key in keys]
