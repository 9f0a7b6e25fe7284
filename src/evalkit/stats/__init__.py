"""Statistics: arrays in, frozen results out."""

from evalkit.stats.change import (
    ReliableChange,
    estimate_reliable_change,
    standard_error_of_measurement,
)
from evalkit.stats.classification import Classification, classify_beta_binomial, estimate_classification
from evalkit.stats.composites import (
    RandomPairs,
    correlate_by_overlap,
    correlate_composites,
    draw_disjoint_subsets,
    draw_random_pairs,
    estimate_rank_acceptability,
)
from evalkit.stats.decision_grid import DecisionGrid, estimate_decision_grid
from evalkit.stats.dependability import DependabilityCurve, RatingsNeeded, estimate_dependability
from evalkit.stats.factors import CommonShare, estimate_common_share
from evalkit.stats.intraclass import (
    INTRACLASS_FORMS,
    IntraclassCorrelation,
    IntraclassForm,
    estimate_intraclass_correlation,
    weighted_intraclass_correlation,
)
from evalkit.stats.omega import Omega, estimate_omega
from evalkit.stats.proportions import (
    ImpactRatio,
    Share,
    estimate_ceiling,
    estimate_impact_ratio,
    estimate_share,
)
from evalkit.stats.rank_association import Association, estimate_association
from evalkit.stats.regression import Slope, estimate_slope
from evalkit.stats.reliability import RELIABILITY_BANDS, Alpha, estimate_alpha, name_reliability
from evalkit.stats.resampling import (
    Bootstrap,
    bootstrap,
    weighted_correlation,
    weighted_covariance,
    weighted_mean,
)
from evalkit.stats.unbalanced_intraclass import correlations_of_curve, estimate_unbalanced_correlations
from evalkit.stats.variance_components import (
    RESIDUAL,
    VarianceComponents,
    combine_codes,
    fit_variance_components,
)
from evalkit.stats.variance_intervals import (
    VarianceComponentIntervals,
    bootstrap_interval,
    profile_interval,
)
from evalkit.stats.weighted_scores import WeightedScore, combine_dependability

__all__ = [
    "INTRACLASS_FORMS",
    "RELIABILITY_BANDS",
    "RESIDUAL",
    "Alpha",
    "Association",
    "Bootstrap",
    "Classification",
    "CommonShare",
    "DecisionGrid",
    "DependabilityCurve",
    "ImpactRatio",
    "IntraclassCorrelation",
    "IntraclassForm",
    "Omega",
    "RandomPairs",
    "RatingsNeeded",
    "ReliableChange",
    "Share",
    "Slope",
    "VarianceComponentIntervals",
    "VarianceComponents",
    "WeightedScore",
    "bootstrap",
    "bootstrap_interval",
    "classify_beta_binomial",
    "combine_codes",
    "combine_dependability",
    "correlate_by_overlap",
    "correlate_composites",
    "correlations_of_curve",
    "draw_disjoint_subsets",
    "draw_random_pairs",
    "estimate_alpha",
    "estimate_association",
    "estimate_ceiling",
    "estimate_classification",
    "estimate_common_share",
    "estimate_decision_grid",
    "estimate_dependability",
    "estimate_impact_ratio",
    "estimate_intraclass_correlation",
    "estimate_omega",
    "estimate_rank_acceptability",
    "estimate_reliable_change",
    "estimate_share",
    "estimate_slope",
    "estimate_unbalanced_correlations",
    "fit_variance_components",
    "name_reliability",
    "profile_interval",
    "standard_error_of_measurement",
    "weighted_correlation",
    "weighted_covariance",
    "weighted_intraclass_correlation",
    "weighted_mean",
]
