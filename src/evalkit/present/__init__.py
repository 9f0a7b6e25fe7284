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
from evalkit.present.rows import (
    categories_of,
    curves_of,
    positions_of,
    row_labels,
    shares_of,
    tabulate_designs,
    tabulate_ranks,
    tabulate_steps,
)
from evalkit.present.specifications import (
    tabulate_assumptions,
    tabulate_components,
    tabulate_mappings,
    tabulate_methods,
    tabulate_texts,
    titles,
)
from evalkit.present.tables import Table, make_table
from evalkit.present.wording import say_evidence, say_methods, say_principles, say_profiles, say_scores

__all__ = [
    "Findings",
    "Published",
    "Table",
    "categories_of",
    "curves_of",
    "make_table",
    "plot_acceptability",
    "plot_dependability",
    "plot_heat",
    "plot_intervals",
    "plot_reference",
    "plot_scores",
    "plot_shares",
    "plot_weights",
    "positions_of",
    "publish",
    "row_labels",
    "say_evidence",
    "say_methods",
    "say_principles",
    "say_profiles",
    "say_scores",
    "shares_of",
    "tabulate_assumptions",
    "tabulate_components",
    "tabulate_designs",
    "tabulate_mappings",
    "tabulate_methods",
    "tabulate_ranks",
    "tabulate_steps",
    "tabulate_texts",
    "titles",
]
