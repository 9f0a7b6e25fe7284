"""Coefficients, components and curves of what the design of the evidence identifies."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from evalkit.compare import DecisionDesigns, Reliability
from evalkit.present.figures.canvas import new_axes
from evalkit.present.figures.dependability import plot_dependability, plot_shares
from evalkit.present.labels import cell_label
from evalkit.present.theme import COLOURS, NEUTRAL


def plot_components(reliability: Reliability, *, xlabel: str, ax: Axes | None = None) -> Axes | None:
    """Draw the share of each component of one rating, a bar per indicator; nothing if there is none."""
    frame = reliability.components
    if frame.empty:
        return None
    named = frame.assign(label=_names(frame), part=frame["component"].map(_PARTS))
    table = named.pivot_table(index="label", columns="part", values="estimate", fill_value=0.0, sort=False)
    order = [name for name in _PARTS.values() if name in table]
    return plot_shares(table[order], xlabel=xlabel, ax=ax)


def plot_curves(reliability: Reliability, *, xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes | None:
    """Draw Φ by the number of ratings with its band, a curve per indicator; nothing if none."""
    if reliability.curves.empty:
        return None
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


def _names(frame: pd.DataFrame) -> list[str]:
    """Name each row by its place, its indicator where a place has several, and what was averaged."""
    several = frame.groupby(["place", "facet"])["indicator"].nunique().max() > 1
    columns = ["place", "indicator", "facet"] if several else ["place", "facet"]
    return [" · ".join(cell_label(str(text)) for text in row) for row in frame[columns].to_numpy()]
