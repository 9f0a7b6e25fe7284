"""Effects of what was given: jumps at cut-offs, intervals beside what is known, quarters before and after."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evalkit.compare import InterventionEffects
from evalkit.present.effect_rows import name_given, name_where
from evalkit.present.figures.canvas import new_axes, new_panels, say_nothing
from evalkit.present.language import Translator, mark, translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_NOTHING: Final = mark("nothing could be estimated")
_RATING: Final = "supervisor"
_PANELS: Final = 3
_LINE: Final = 3  # points that a line is drawn through


def plot_effects(found: InterventionEffects, *, lang: Language | None = None) -> Axes:
    """Draw the main effects on the supervisor's rating with intervals; a diamond where the truth is known."""
    tr = translator(lang)
    rows = found.main[found.main["outcome"] == _RATING]
    if rows.empty:
        return say_nothing(_NOTHING, lang=lang)
    rows = rows.sort_values(["kind", "rule", "assigned_by", "place"], kind="stable")
    ax, y = new_axes(lang=lang, height=1.1 + 0.42 * len(rows)), np.arange(len(rows))
    colours = [COLOURS[0] if place else COLOURS[3] for place in rows["place"]]
    ax.axvline(0.0, color=NEUTRAL, linewidth=1.2)
    ax.hlines(y, rows["conf_low"], rows["conf_high"], colors=colours, linewidth=2)
    ax.scatter(rows["estimate"], y, c=colours, s=30, zorder=3)
    ax.scatter(rows["known_effect"], y, marker="D", s=36, facecolors="none", edgecolors="black", zorder=4)
    texts = [
        fill(f"{name_given(tr, kind, by, rule)}: {name_where(tr, place)}", 46)
        for kind, by, rule, place in rows[["kind", "assigned_by", "rule", "place"]].itertuples(index=False)
    ]
    ax.set_yticks(y, texts)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(*_limits(rows))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(tr("effect on the rating, SD"))
    return ax


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Return limits that the widest intervals run out of, so that the others can be read."""
    ends = np.sort(np.abs(rows[["conf_low", "conf_high"]].to_numpy()).ravel())
    reach = 1.1 * float(ends[int(0.9 * (len(ends) - 1))])
    return -reach, reach


def plot_jumps(found: InterventionEffects, *, lang: Language | None = None) -> Figure:
    """Draw the mean later rating by distance from the cut-off, one panel a rule, a line on each side."""
    tr = translator(lang)
    key = ["kind", "assigned_by", "rule"]
    panels = []
    for name, rows in found.points.groupby(key, sort=False):
        sizes = rows.groupby("place")["n"].sum()
        panels.append((name, str(sizes.idxmax()), rows[rows["place"] == sizes.idxmax()]))
    panels = panels[:_PANELS]
    if not panels:
        return say_nothing(_NOTHING, lang=lang).figure  # type: ignore[return-value]
    size = (WIDTH, 2.6 * len(panels))
    figure, axes = new_panels(len(panels), 1, figsize=size, layout="constrained", lang=lang, squeeze=False)
    for ax, (name, place, rows) in zip(axes[:, 0], panels, strict=True):
        _draw_jump(ax, rows)
        ax.set_title(f"{name_given(tr, *map(str, name))}: {name_where(tr, place)}")
        ax.set_ylabel(tr("later rating, SD"))
        ax.set_xlabel(tr("distance of the score from the cut-off, points"))
    return figure


def _draw_jump(ax: Axes, rows: pd.DataFrame) -> None:
    ax.axvline(0.0, color=NEUTRAL, linestyle="--", linewidth=1.2)
    for colour, side in zip(COLOURS, (rows[rows["score"] < 0], rows[rows["score"] >= 0]), strict=False):
        ax.scatter(side["score"], side["outcome_mean"], s=4 * np.sqrt(side["n"]) + 4, color=colour)
        if len(side) >= _LINE:
            fit = np.polyfit(side["score"], side["outcome_mean"], 1, w=np.sqrt(side["n"]))
            ends = np.array([side["score"].iloc[0], side["score"].iloc[-1]])
            inner = np.where(np.abs(ends) == np.abs(ends).min(), 0.0, ends)
            ax.plot(inner, np.polyval(fit, inner), color=colour, linewidth=1.6)


def plot_quarters(found: InterventionEffects, *, lang: Language | None = None) -> Axes:
    """Draw the change of volunteers beyond the others, quarter by quarter, one colour an outcome."""
    tr = translator(lang)
    rows = found.steps
    if rows.empty:
        return say_nothing(_NOTHING, lang=lang)
    rows = rows[rows["place"] == (rows["place"].iloc[0])]
    ax = new_axes(lang=lang, height=3.2)
    handles: list[Line2D] = []
    for i, (outcome, own) in enumerate(rows.groupby("outcome", sort=False)):
        x = own["step"] + 0.06 * (i - 0.5)
        ax.vlines(x, own["conf_low"], own["conf_high"], color=COLOURS[i], linewidth=2)
        label = tr.label(outcome)
        handles += ax.plot(x, own["estimate"], marker="o", color=COLOURS[i], linewidth=1, label=label)
    ax.axhline(0.0, color=NEUTRAL, linewidth=1.2)
    ax.axvline(-0.5, color=NEUTRAL, linestyle="--", linewidth=1.2)
    _mark_quarters(ax, sorted(set(rows["step"])), tr)
    ax.legend(handles=handles, fontsize=9.5)
    return ax


def _mark_quarters(ax: Axes, steps: Sequence[float], tr: Translator) -> None:
    ax.set_xticks(list(steps), [f"{step:+.0f}" if step else "0" for step in steps])
    ax.set_xlabel(tr("quarters since it was given"))
    ax.set_ylabel(tr("change beyond the others, SD"))
