"""Coefficients, components and curves of what the design of the evidence identifies."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from evalkit.compare import (
    DecisionDesigns,
    Reliability,
    average_components,
    is_told_by_source,
    mark_kinds,
    middle_curves,
)
from evalkit.present.figures.canvas import new_axes
from evalkit.present.figures.dependability import plot_dependability, plot_shares
from evalkit.present.figures.intervals import plot_intervals
from evalkit.present.labels import cell_label
from evalkit.present.rows import row_labels
from evalkit.present.theme import COLOURS, NEUTRAL


def plot_coefficients(
    shown: pd.DataFrame, reliability: Reliability, *, xlabel: str, ax: Axes | None = None
) -> Axes | None:
    """Draw each coefficient with its interval; where there are many, a dot each and their median, by source.

    Parameters
    ----------
    shown
        The coefficients as `tabulate_coefficients` returns them.
    """
    if not is_told_by_source(reliability):
        several = shown.groupby("place")["indicator"].nunique().max() > 1
        about = ["place", "source", "indicator"] if several else ["place"]
        rows = row_labels(shown, *about, "quantity", "of")
        return plot_intervals(shown, rows=rows, xlabel=xlabel, reference=reliability.target, ax=ax)
    groups = list(mark_kinds(reliability).groupby(["source", "facet", "kind"], sort=True))
    ax = ax or new_axes(height=1.2 + 0.38 * len(groups))
    for row, (_, group) in enumerate(groups):
        ax.plot(group["estimate"], [row] * len(group), "o", color=COLOURS[0], alpha=0.3, markersize=6)
        ax.plot(group["estimate"].median(), row, "|", color="black", markersize=16, markeredgewidth=2)
    names = [_name_kind(*map(str, key), n=len(group)) for key, group in groups]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.axvline(reliability.target, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_xlabel(xlabel)
    ax.grid(visible=False, axis="y")
    return ax


def plot_components(reliability: Reliability, *, xlabel: str, ax: Axes | None = None) -> Axes | None:
    """Draw the share of each component of one rating, a bar per indicator; nothing if there is none.

    Where there are many, a bar per source holds the means of the shares.
    """
    frame = reliability.components
    if frame.empty:
        return None
    if is_told_by_source(reliability):
        means = average_components(reliability)
        keys = zip(means.index.get_level_values(0), means.index.get_level_values(1), means["n"], strict=True)
        names = [_name_group(source, facet, n=n) for source, facet, n in keys]
        bars = means.drop(columns="n").rename(columns=_PARTS).set_axis(names, axis=0)
        return plot_shares(bars[[name for name in _PARTS.values() if name in bars]], xlabel=xlabel, ax=ax)
    named = frame.assign(label=_names(frame), part=frame["component"].map(_PARTS))
    table = named.pivot_table(index="label", columns="part", values="estimate", fill_value=0.0, sort=False)
    order = [name for name in _PARTS.values() if name in table]
    return plot_shares(table[order], xlabel=xlabel, ax=ax)


def plot_curves(reliability: Reliability, *, xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes | None:
    """Draw Φ by the number of ratings with its band, a curve per indicator; nothing if none.

    Where there are many, a curve per source is the median, without a band.
    """
    if reliability.curves.empty:
        return None
    if is_told_by_source(reliability):
        curves = middle_curves(reliability)
        groups = zip(curves["source"], curves["facet"], curves["n"], strict=True)
        curves = curves.assign(place=[_name_group(source, facet, n=n) for source, facet, n in groups])
    else:
        curves = reliability.curves.assign(place=_names(reliability.curves))
    names = {name: name for name in dict.fromkeys(curves["place"])}
    return plot_dependability(
        curves, names=names, xlabel=xlabel, ylabel=ylabel, target=reliability.target, ax=ax
    )


def plot_designs(designs: DecisionDesigns, *, ax: Axes | None = None) -> Axes:
    """Draw Φ by the number of inner conditions, one curve per number of outer ones, and the target."""
    ax = ax or new_axes(height=3.8)
    for colour, (n_outer, curve) in zip(COLOURS, designs.designs.groupby("n_outer"), strict=False):
        name = f"{n_outer} {designs.outer}{'' if n_outer == 1 else 's'}"
        ax.plot(curve["n_inner"], curve["estimate"], "o-", color=colour, linewidth=2, label=name)
    ax.axhline(designs.target, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_ylim(0, 1)
    ax.set_xlabel(f"{designs.inner}s on each {designs.outer}")
    ax.set_ylabel("dependability Φ")
    ax.legend(loc="lower right", ncols=2)
    return ax


_PARTS = {
    "rated": "who is rated",
    "rater": "who rates",
    "occasion": "the occasion",
    "residual": "everything else",
}


def _name_group(source: str, facet: str, *, n: int) -> str:
    """Name what is drawn of several indicators and places at once."""
    return f"{cell_label(source)} · over {facet} ({n})"


def _name_kind(source: str, facet: str, kind: str, *, n: int) -> str:
    """Name a row of coefficients."""
    texts = {"one": f"one {facet.removesuffix('s')}", "at_hand": f"mean of the {facet} at hand"}
    return f"{cell_label(source)} · {texts.get(kind, f'α over {facet}')} ({n})"


def _names(frame: pd.DataFrame) -> list[str]:
    """Name each row by its place, its indicator where a place has several, and what was averaged."""
    several = frame.groupby(["place", "facet"])["indicator"].nunique().max() > 1
    columns = ["place", "indicator", "facet"] if several else ["place", "facet"]
    return [" · ".join(cell_label(str(text)) for text in row) for row in frame[columns].to_numpy()]
