"""A place over the quarters, as its public may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evalkit.compare import PublicEdition
from evalkit.present.figures.canvas import new_panels, percentages
from evalkit.present.language import Translator, translator
from evalkit.present.theme import COLOURS, NEUTRAL, WIDTH
from evalkit.vocabulary import Language

_MARKERS: Final = ("o", "s", "^", "D", "v", "P")


def plot_public_edition(edition: PublicEdition, *, lang: Language | None = None) -> Figure:
    """Draw the mean score, the IKM and the shares in time of the whole place, one point a quarter."""
    tr = translator(lang)
    figure, axes = new_panels(1, 3, figsize=(WIDTH, 3.8), layout="constrained", lang=lang)
    panels = (
        ("public_mean_score", tr("mean score")),
        ("public_ikm", tr("IKM")),
        ("public_on_time_share", tr("closed in time")),
    )
    for ax in axes[:2]:
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    for ax, (quantity, title) in zip(axes, panels, strict=True):
        ax.set_title(title)
        _draw(ax, edition.pick(quantity, units=False), edition.periods, tr)
    axes[-1].yaxis.set_major_formatter(percentages())
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, periods: Sequence[str], tr: Translator) -> None:
    """Draw one line for each thing that a number is about; a number that is not shown leaves a gap."""
    known = rows[rows["estimate"].notna()]
    ax.set_xticks(range(len(periods)), [period[2:] for period in periods], fontsize=8.5)
    ax.set_xlim(-0.5, len(periods) - 0.5)
    if known.empty:
        ax.text(0.5, 0.5, tr("not shown"), transform=ax.transAxes, ha="center", color=NEUTRAL, style="italic")
        ax.set_yticks([])
        return
    items = sorted(set(known["item"]))
    for i, item in enumerate(items):
        own = known[known["item"] == item].set_index("period").reindex(list(periods))
        offset = 0.14 * (i - (len(items) - 1) / 2)
        ends = np.abs(own[["conf_low", "conf_high"]].to_numpy().T - own["estimate"].to_numpy())
        ax.errorbar(
            np.arange(len(periods)) + offset,
            own["estimate"],
            yerr=ends,
            fmt=f"{_MARKERS[i % len(_MARKERS)]}-",
            color=COLOURS[i % len(COLOURS)],
            markersize=5,
            linewidth=1,
            elinewidth=2,
            label=tr.label(item),
        )
    if len(items) > 1:
        ax.legend(fontsize=8.5, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=1)
