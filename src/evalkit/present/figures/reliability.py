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
from evalkit.present.language import mark, translator
from evalkit.present.rows import row_labels
from evalkit.present.theme import COLOURS, NEUTRAL
from evalkit.present.withheld import draws_aggregates
from evalkit.vocabulary import Language


@draws_aggregates
def plot_coefficients(
    shown: pd.DataFrame,
    reliability: Reliability,
    *,
    xlabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
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
        rows = row_labels(shown, *about, "quantity", "of", lang=lang)
        return plot_intervals(shown, rows=rows, xlabel=xlabel, reference=reliability.target, lang=lang, ax=ax)
    groups = list(mark_kinds(reliability).groupby(["source", "facet", "kind"], sort=True))
    ax = ax or new_axes(lang=lang, height=1.2 + 0.38 * len(groups))
    for row, (_, group) in enumerate(groups):
        ax.plot(group["estimate"], [row] * len(group), "o", color=COLOURS[0], alpha=0.3, markersize=6)
        ax.plot(group["estimate"].median(), row, "|", color="black", markersize=16, markeredgewidth=2)
    names = [_name_kind(*map(str, key), n=len(group), lang=lang) for key, group in groups]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.axvline(reliability.target, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False, axis="y")
    return ax


@draws_aggregates
def plot_components(
    reliability: Reliability, *, xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes | None:
    """Draw the share of each component of one rating, a bar per indicator; nothing if there is none.

    Where there are many, a bar per source holds the means of the shares.
    """
    frame = reliability.components
    if frame.empty:
        return None
    parts = {code: translator(lang)(name) for code, name in _PARTS.items()}
    if is_told_by_source(reliability):
        means = average_components(reliability)
        keys = zip(means.index.get_level_values(0), means.index.get_level_values(1), means["n"], strict=True)
        names = [_name_group(source, facet, n=n, lang=lang) for source, facet, n in keys]
        bars = means.drop(columns="n").rename(columns=parts).set_axis(names, axis=0)
        order = [name for name in parts.values() if name in bars]
        return plot_shares(bars[order], xlabel=xlabel, lang=lang, ax=ax)
    named = frame.assign(label=_names(frame, lang), part=frame["component"].map(parts))
    table = named.pivot_table(index="label", columns="part", values="estimate", fill_value=0.0, sort=False)
    order = [name for name in parts.values() if name in table]
    return plot_shares(table[order], xlabel=xlabel, lang=lang, ax=ax)


def plot_curves(
    reliability: Reliability,
    *,
    xlabel: str,
    ylabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes | None:
    """Draw Φ by the number of ratings with its band, a curve per indicator; nothing if none.

    Where there are many, a curve per source is the median, without a band.
    """
    if reliability.curves.empty:
        return None
    if is_told_by_source(reliability):
        curves = middle_curves(reliability)
        groups = zip(curves["source"], curves["facet"], curves["n"], strict=True)
        told = [_name_group(source, facet, n=n, lang=lang) for source, facet, n in groups]
        curves = curves.assign(place=told)
    else:
        curves = reliability.curves.assign(place=_names(reliability.curves, lang))
    names = {name: name for name in dict.fromkeys(curves["place"])}
    return plot_dependability(
        curves, names=names, xlabel=xlabel, ylabel=ylabel, target=reliability.target, lang=lang, ax=ax
    )


def plot_designs(designs: DecisionDesigns, *, lang: Language | None = None, ax: Axes | None = None) -> Axes:
    """Draw Φ by the number of inner conditions, one curve per number of outer ones, and the target."""
    tr = translator(lang)
    ax = ax or new_axes(lang=lang, height=3.8)
    for colour, (n_outer, curve) in zip(COLOURS, designs.designs.groupby("n_outer"), strict=False):
        name = tr.plural("{n} {name}", "{n} {name}s", int(str(n_outer)), name=tr.label(designs.outer))
        ax.plot(curve["n_inner"], curve["estimate"], "o-", color=colour, linewidth=2, label=name)
    ax.axhline(designs.target, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_ylim(0, 1)
    inner, outer = tr.label(designs.inner), tr.label(designs.outer)
    ax.set_xlabel(tr("{inner}s on each {outer}", inner=inner, outer=outer))
    ax.set_ylabel(tr("dependability Φ"))
    ax.legend(loc="lower right", ncols=2)
    return ax


_PARTS = {
    "rated": mark("who is rated"),
    "rater": mark("who rates"),
    "occasion": mark("the occasion"),
    "residual": mark("everything else"),
}


def _name_group(source: str, facet: str, *, n: int, lang: Language | None) -> str:
    """Name what is drawn of several indicators and places at once."""
    tr = translator(lang)
    return tr("{source} · over {facet} ({n})", source=tr.label(source), facet=tr.label(facet), n=tr.number(n))


def _name_kind(source: str, facet: str, kind: str, *, n: int, lang: Language | None) -> str:
    """Name a row of coefficients."""
    tr = translator(lang)
    one, several = tr.label(facet.removesuffix("s")), tr.label(facet)
    texts = {"one": tr("one {facet}", facet=one), "at_hand": tr("mean of the {facet} at hand", facet=several)}
    text = texts.get(kind) or tr("α over {facet}", facet=several)
    return f"{tr.label(source)} · {text} ({tr.number(n)})"


def _names(frame: pd.DataFrame, lang: Language | None) -> list[str]:
    """Name each row by its place, its indicator where a place has several, and what was averaged."""
    several = frame.groupby(["place", "facet"])["indicator"].nunique().max() > 1
    columns = ["place", "indicator", "facet"] if several else ["place", "facet"]
    return [" · ".join(cell_label(str(text), lang) for text in row) for row in frame[columns].to_numpy()]
