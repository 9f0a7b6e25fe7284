"""Agreement of methods, and of raters of different kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evalkit.present.figures.canvas import legend_above, new_axes, new_panels
from evalkit.present.figures.heat import plot_heat
from evalkit.present.labels import cell_label
from evalkit.present.language import translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.present.withheld import draws_aggregates, draws_people
from evalkit.vocabulary import Language

_MOST_LINES: Final = 60  # more lines than this cannot be told apart


@draws_aggregates
def plot_overlap(
    pairs: pd.DataFrame,
    *,
    rows: Sequence[str],
    xlabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the agreement of each pair beside what shared evidence alone would give.

    Parameters
    ----------
    pairs
        Columns ``estimate``, ``conf_low``, ``conf_high`` and ``overlap_alone``; a pair without an estimate
        shows the latter only.
    rows
        Text of each pair.
    """
    tr = translator(lang)
    ax = ax or new_axes(lang=lang, height=1.3 + 0.38 * len(pairs))
    at = np.arange(len(pairs))
    alone = pairs["overlap_alone"]
    text = tr("shared evidence alone")
    ax.plot(alone, at, "D", color=COLOURS[1], markersize=6, label=text, clip_on=False)
    if pairs["estimate"].notna().any():
        ax.hlines(at, pairs["conf_low"], pairs["conf_high"], color=COLOURS[0], linewidth=2)
        text = tr("observed, with interval")
        ax.plot(pairs["estimate"], at, "o", color=COLOURS[0], markersize=6.5, label=text)
    ax.set_yticks(at, list(rows))
    ax.set_ylim(len(pairs) - 0.4, -0.6)
    ax.set_xlim(min(0.0, float(pairs[["overlap_alone", "conf_low"]].min().min())) - 0.02, 1)
    ax.set_xlabel(tr(xlabel))
    ax.grid(visible=False, axis="y")
    legend_above(ax, n_columns=2)
    return ax


@draws_people
def plot_differences(
    points: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    names: Mapping[str, str],
    unit: str,
    lang: Language | None = None,
) -> Figure | None:
    """Draw a Bland–Altman panel for each pair of methods in one unit; nothing where there is none.

    Parameters
    ----------
    points, differences
        As in `MethodAgreement`: mean and difference of each person, unnamed; bias and limits with intervals,
        of which those over all places are drawn.
    names
        Text of each method.
    """
    drawn = differences[differences["place"].isin(["", "pooled"]) & differences["quantity"].isin(_LINES)]
    pairs = list(dict.fromkeys(zip(drawn["method_a"], drawn["method_b"], strict=True)))
    if not pairs:
        return None
    tr, unit = translator(lang), cell_label(unit, lang)
    figure, panels = new_panels(
        len(pairs), 1, figsize=(WIDTH, 3.4 * len(pairs)), squeeze=False, layout="constrained", lang=lang
    )
    for ax, (a, b) in zip(panels[:, 0], pairs, strict=True):
        pair = points.query("method_a == @a and method_b == @b")
        ax.plot(pair["mean"], pair["difference"], "o", color=NEUTRAL, markersize=4, alpha=0.7)
        for row in drawn.query("method_a == @a and method_b == @b").to_dict("records"):
            style = _LINES[row["quantity"]]
            ax.axhspan(row["conf_low"], row["conf_high"], color=COLOURS[0], alpha=0.15, linewidth=0)
            ax.axhline(row["estimate"], color=COLOURS[0], linestyle=style, linewidth=1.6)
        ax.set_title(tr("{a} less {b}", a=names[a], b=names[b]))
        ax.set_xlabel(tr("mean of both ({unit})", unit=unit))
        ax.set_ylabel(tr("difference ({unit})", unit=unit))
    return figure


_LINES = {"bias": "-", "lower_limit_of_agreement": "--", "upper_limit_of_agreement": "--"}


@draws_people
def plot_rank_slopes(
    scores: pd.DataFrame,
    *,
    names: Mapping[str, str],
    ylabel: str,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes | None:
    """Draw the rank of each person, unnamed, under each method; nothing where fewer than two are compared.

    Lines that cross are people whom two methods rank otherwise. Rank 1 is the highest score. Of many people
    some are drawn, evenly spaced by their rank under the first method, and the axis says how many.

    Parameters
    ----------
    scores
        One row per person, one column per method.
    """
    complete = scores.dropna()
    if complete.shape[1] < 2 or complete.empty:
        return None
    ax = ax or new_axes(lang=lang, height=4.2)
    ranks, n = complete.rank(ascending=False), len(complete)
    tr = translator(lang)
    text = tr(ylabel)
    if n > _MOST_LINES:
        ranks = ranks.sort_values(ranks.columns[0]).iloc[np.linspace(0, n - 1, _MOST_LINES).astype(int)]
        text = tr("{text} ({shown} of {n} people)", text=text, shown=tr.number(_MOST_LINES), n=tr.number(n))
    at = np.arange(ranks.shape[1])
    ax.plot(at, ranks.to_numpy().T, color=COLOURS[0], alpha=0.35, linewidth=1, marker="o", markersize=3)
    ax.set_xticks(at, [names[str(name)] for name in ranks])
    ax.set_ylim(n + 0.5, 0.5)
    ax.set_ylabel(text)
    ax.grid(visible=False)
    return ax


def plot_multitrait(
    matrices: Mapping[str, pd.DataFrame],
    *,
    rows: Mapping[str, str],
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes | None:
    """Draw the lower half of a multitrait matrix, with a frame around each trait rated by two sources.

    A study without a matrix shows nothing; of several, the first is drawn.

    Parameters
    ----------
    matrices
        Symmetric tables whose rows and columns are trait_source.
    rows
        Text of each variable; what is missing stands for itself.
    """
    if not matrices:
        return None
    table = next(iter(matrices.values()))
    k = len(table)
    lower = table.where(np.tril(np.ones((k, k), dtype=bool), -1)).iloc[1:, :-1]
    codes = [str(name).replace("_", ", ") for name in table]
    texts = [rows.get(str(name)) or cell_label(code, lang) for name, code in zip(table, codes, strict=True)]
    lower.index, lower.columns = pd.Index(texts[1:]), pd.Index(texts[:-1])
    ax = plot_heat(lower, xlabel="", ylabel="", digits=2, lang=lang, ax=ax)
    ax.grid(visible=False)
    traits = [str(name).rpartition("_")[0] for name in table]
    for i in range(1, k):
        for j in range(i):
            if traits[i] == traits[j]:
                ax.add_patch(Rectangle((j, i - 1), 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=2.5))
    return ax
