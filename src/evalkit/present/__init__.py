"""Figures, tables and words: the only part that draws or words anything."""

from evalkit.present.figures import (
    plot_acceptability,
    plot_dependability,
    plot_heat,
    plot_intervals,
    plot_reference,
    plot_scores,
    plot_shares,
    plot_weights,
)
from evalkit.present.publish import Findings, Published, publish
from evalkit.present.rows import row_labels, tabulate_designs
from evalkit.present.tables import Table, make_table
from evalkit.present.wording import say_evidence

__all__ = [
    "Findings",
    "Published",
    "Table",
    "make_table",
    "plot_acceptability",
    "plot_dependability",
    "plot_heat",
    "plot_intervals",
    "plot_reference",
    "plot_scores",
    "plot_shares",
    "plot_weights",
    "publish",
    "row_labels",
    "say_evidence",
    "tabulate_designs",
]
