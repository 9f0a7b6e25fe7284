"""Validity: scores beside criteria, and beside the truth where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.lab.recovery import Recovery
from evalkit.present.figures.canvas import legend_above, new_axes, new_panels
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.present.withheld import draws_people
from evalkit.vocabulary import Language

_STYLES: Final = ("-", "--", "-.", ":")
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8)  # of an axis whose end would touch the next one
_OFFSET: Final = 0.17  # between the two marks of a row


def plot_within_between(
    associations: pd.DataFrame, *, rows: Sequence[str], xlabel: str, lang: Language | None = None
) -> Axes | None:
    """Draw the correlation of each score and criterion among the people of a unit, and between units.

    A criterion of whole units has a mark between units alone. Nothing is drawn where nothing was compared.

    Parameters
    ----------
    associations
        As in `CriterionValidity`.
    rows
        Text of each row.
    """
    if associations.empty:
        return None
    tr = translator(lang)
    ax = new_axes(lang=lang, height=1.3 + 0.34 * len(associations))
    at = np.arange(len(associations), dtype=float)
    people = (associations["level"] == "employee").to_numpy()
    inside = associations[[f"within_units{end}" for end in ("", "_low", "_high")]].to_numpy(dtype=float)
    between = associations[[f"between_units{end}" for end in ("", "_low", "_high")]].to_numpy(dtype=float)
    alone = associations[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=float)
    between = np.where(people[:, None], between, alone)
    for values, colour, mark, shift, text in (
        (inside, COLOURS[0], "o", -_OFFSET, tr("among the people of a unit")),
        (between, COLOURS[1], "D", _OFFSET, tr("between units")),
    ):
        ax.hlines(at + shift, values[:, 1], values[:, 2], color=colour, linewidth=2)
        ax.plot(values[:, 0], at + shift, mark, color=colour, markersize=5.5, label=text)
    ax.axvline(0.0, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_yticks(at, list(rows), fontsize=9.5)
    ax.set_ylim(len(associations) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=2)
    return ax


def plot_recovery(recovery: Recovery | None, *, xlabel: str, lang: Language | None = None) -> Axes | None:
    """Draw how well each method orders people as they truly are: by its own target, the common one, any."""
    if recovery is None:
        return None
    tr = translator(lang)
    found = recovery.figures[recovery.figures["quantity"] == "rank_recovery"]
    methods = list(dict.fromkeys(found["method"]))
    ax = new_axes(lang=lang, height=1.4 + 0.5 * len(methods))
    at = np.arange(len(methods), dtype=float)
    marks = {"own": (COLOURS[0], "o", -0.22), "common": (COLOURS[1], "D", 0.0), "any": (NEUTRAL, "s", 0.22)}
    texts = {
        "own": tr("its own target"),
        "common": tr("all dimensions alike"),
        "any": tr("any weighting: mean, lowest to highest"),
    }
    for target, (colour, mark, shift) in marks.items():
        rows = found[found["target"] == target].set_index("method").loc[methods]
        ends = ("lowest", "highest") if target == "any" else ("conf_low", "conf_high")
        width = 1.2 if target == "any" else 2.2
        ax.hlines(at + shift, rows[ends[0]], rows[ends[1]], color=colour, linewidth=width)
        ax.plot(rows["estimate"], at + shift, mark, color=colour, markersize=5.5, label=texts[target])
    ax.set_yticks(at, [cell_label(name, lang) for name in methods])
    ax.set_ylim(len(methods) - 0.4, -0.6)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=3)
    return ax


@draws_people
def plot_roc(
    recovery: Recovery | None, *, xlabel: str, ylabel: str, lang: Language | None = None
) -> Figure | None:
    """Draw the ROC curve of each method for both decisions, a panel each."""
    if recovery is None:
        return None
    tr = translator(lang)
    titles = {"training": tr("needs training"), "recognition": tr("deserves recognition")}
    figure, panels = new_panels(1, 2, figsize=(WIDTH, 4.2), sharey=True, layout="constrained", lang=lang)
    for ax, (decision, title) in zip(panels, titles.items(), strict=True):
        rows = recovery.roc[recovery.roc["decision"] == decision]
        for i, (method, curve) in enumerate(rows.groupby("method", sort=False)):
            ax.plot(
                curve["false_alarms"],
                curve["sensitivity"],
                color=COLOURS[i % len(COLOURS)],
                linestyle=_STYLES[i % len(_STYLES)],
                linewidth=1.5,
                label=cell_label(str(method), lang) if ax is panels[0] else "",
            )
        ax.plot([0, 1], [0, 1], color=NEUTRAL, linewidth=1, linestyle=":")
        ax.set_title(title)
        ax.set_xlabel(translator(lang)(xlabel))
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=_TICKS)
    panels[0].set_ylabel(translator(lang)(ylabel))
    figure.legend(loc="outside upper left", ncols=4, fontsize=9, borderpad=0.2)
    return figure


@draws_people
def plot_calibration(
    recovery: Recovery | None, *, xlabel: str, ylabel: str, lang: Language | None = None
) -> Axes | None:
    """Draw the mean truth of each tenth of the people of a place by score, one line a method."""
    if recovery is None:
        return None
    ax = new_axes(lang=lang, height=4.4)
    for i, (method, rows) in enumerate(recovery.calibration.groupby("method", sort=False)):
        at = rows["decile"] + 0.09 * (i - 3)  # intervals beside one another
        colour = COLOURS[i % len(COLOURS)]
        ax.vlines(at, rows["conf_low"], rows["conf_high"], color=colour, linewidth=1, alpha=0.7)
        ax.plot(
            at,
            rows["estimate"],
            color=colour,
            linestyle=_STYLES[i % len(_STYLES)],
            marker="o",
            markersize=3,
            linewidth=1.3,
            label=cell_label(str(method), lang),
        )
    ax.axhline(0.0, color=NEUTRAL, linestyle="--", linewidth=1.0)
    ax.set_xticks(range(1, 11))
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    legend_above(ax, n_columns=4)
    return ax
