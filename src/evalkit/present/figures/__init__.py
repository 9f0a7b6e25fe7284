"""Figures over results; each returns what it drew on."""

from evalkit.present.figures.advice import plot_advice, plot_attribution
from evalkit.present.figures.agreement import (
    plot_differences,
    plot_multitrait,
    plot_overlap,
    plot_rank_slopes,
)
from evalkit.present.figures.contrasts import plot_contrasts, plot_critical_difference
from evalkit.present.figures.degradation import plot_degradation
from evalkit.present.figures.dependability import plot_dependability, plot_shares
from evalkit.present.figures.fairness import plot_group_differences, plot_impact, plot_item_bias
from evalkit.present.figures.heat import plot_heat
from evalkit.present.figures.interval_coverage import plot_coverage
from evalkit.present.figures.intervals import plot_intervals
from evalkit.present.figures.losses import plot_losses
from evalkit.present.figures.monitoring import plot_series, plot_unit_charts
from evalkit.present.figures.needs import plot_needs
from evalkit.present.figures.pitfalls import plot_pitfalls
from evalkit.present.figures.place import plot_problems
from evalkit.present.figures.profiles import plot_acceptability, plot_reference
from evalkit.present.figures.public_edition import plot_public_edition
from evalkit.present.figures.reliability import (
    plot_coefficients,
    plot_components,
    plot_curves,
    plot_designs,
)
from evalkit.present.figures.robustness import plot_weight_bands, plot_weight_turns
from evalkit.present.figures.score_dependability import plot_score_dependability
from evalkit.present.figures.scores import plot_scores
from evalkit.present.figures.service_survey import (
    plot_band_calibration,
    plot_band_probabilities,
    plot_ikm,
    plot_quadrants,
)
from evalkit.present.figures.synthesis import plot_front, plot_purposes
from evalkit.present.figures.validity import (
    plot_calibration,
    plot_recovery,
    plot_roc,
    plot_within_between,
)
from evalkit.present.figures.waiting import plot_unit_paces, plot_waiting
from evalkit.present.figures.weights import plot_weights

__all__ = [
    "plot_acceptability",
    "plot_advice",
    "plot_attribution",
    "plot_band_calibration",
    "plot_band_probabilities",
    "plot_calibration",
    "plot_coefficients",
    "plot_components",
    "plot_contrasts",
    "plot_coverage",
    "plot_critical_difference",
    "plot_curves",
    "plot_degradation",
    "plot_dependability",
    "plot_designs",
    "plot_differences",
    "plot_front",
    "plot_group_differences",
    "plot_heat",
    "plot_ikm",
    "plot_impact",
    "plot_intervals",
    "plot_item_bias",
    "plot_losses",
    "plot_multitrait",
    "plot_needs",
    "plot_overlap",
    "plot_pitfalls",
    "plot_problems",
    "plot_public_edition",
    "plot_purposes",
    "plot_quadrants",
    "plot_rank_slopes",
    "plot_recovery",
    "plot_reference",
    "plot_roc",
    "plot_score_dependability",
    "plot_scores",
    "plot_series",
    "plot_shares",
    "plot_unit_charts",
    "plot_unit_paces",
    "plot_waiting",
    "plot_weight_bands",
    "plot_weight_turns",
    "plot_weights",
    "plot_within_between",
]
