"""Where the differences between ratings come from, and how many ratings are enough."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from evalkit.present.figures.canvas import legend_above, new_axes, percentages
from evalkit.present.language import translator
from evalkit.present.numbers import format_share
from evalkit.present.theme import COLOURS, NEUTRAL, ink_on
from evalkit.vocabulary import Language

_READABLE = 0.12  # a shorter part of a bar has no room for its number beside long names


def plot_shares(
    shares: pd.DataFrame, *, xlabel: str, lang: Language | None = None, ax: Axes | None = None
) -> Axes:
    """Draw shares of a whole as one stacked bar a row.

    Parameters
    ----------
    shares
        One row a bar, one column a part; each row adds up to 1.
    """
    ax = ax or new_axes(lang=lang, height=1.5 + 0.55 * len(shares))
    left = pd.Series(0.0, index=shares.index)
    for colour, (name, part) in zip(COLOURS, shares.items(), strict=False):
        bars = ax.barh(range(len(shares)), part, left=left, height=0.6, color=colour, label=str(name))
        texts = [format_share(share, lang=lang) if share >= _READABLE else "" for share in part]
        ink = ink_on(colour)
        ax.bar_label(bars, labels=texts, label_type="center", color=ink, fontweight="bold", fontsize=10)
        left = left + part
    ax.set_yticks(range(len(shares)), list(shares.index))
    ax.set_ylim(len(shares) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(percentages())
    ax.set_xlabel(translator(lang)(xlabel))
    ax.grid(visible=False)
    legend_above(ax, n_columns=min(shares.shape[1], 5))
    return ax


def plot_dependability(
    curves: pd.DataFrame,
    *,
    names: dict[str, str],
    xlabel: str,
    ylabel: str,
    target: float = 0.8,
    lang: Language | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw dependability as a function of the number of ratings, with its band and the target.

    Parameters
    ----------
    curves
        Columns ``place``, ``n_ratings``, ``estimate``, ``conf_low`` and ``conf_high``.
    names
        Text of each curve, by place.
    """
    ax = ax or new_axes(lang=lang, height=3.8)
    for colour, (place, name) in zip(COLOURS, names.items(), strict=False):
        curve = curves[curves["place"] == place]
        ax.plot(curve["n_ratings"], curve["estimate"], color=colour, linewidth=2, label=name)
        ax.fill_between(curve["n_ratings"], curve["conf_low"], curve["conf_high"], color=colour, alpha=0.2)
    ax.axhline(target, color=NEUTRAL, linestyle="--", linewidth=1.2)
    ax.set_ylim(0, 1)
    ax.set_xlim(left=curves["n_ratings"].min())
    ax.set_xlabel(translator(lang)(xlabel))
    ax.set_ylabel(translator(lang)(ylabel))
    ax.legend(loc="lower right")
    return ax
