"""Statistics: arrays in, frozen results out."""

from evalkit.stats.balance import FAR_APART, Balance, compare_before
from evalkit.stats.bounded_discontinuity import BoundedDiscontinuity, estimate_bounded_discontinuity
from evalkit.stats.calibration import CalibratedError, estimate_calibrated_error, weighted_group_means
from evalkit.stats.category_consistency import CategoryConsistency, estimate_category_consistency
from evalkit.stats.category_weights import category_weights
from evalkit.stats.chance_agreement import ChanceAgreement, estimate_chance_agreement
from evalkit.stats.change import (
    ReliableChange,
    estimate_reliable_change,
    expected_fallback,
    expected_regression,
    standard_error_of_measurement,
)
from evalkit.stats.change_point import Step, estimate_step
from evalkit.stats.classification import Classification, classify_beta_binomial, estimate_classification
from evalkit.stats.composites import (
    RandomPairs,
    correlate_by_overlap,
    correlate_composites,
    draw_disjoint_subsets,
    draw_random_pairs,
    estimate_rank_acceptability,
)
from evalkit.stats.concordance import LinConcordance, estimate_lin_concordance, weighted_lin_concordance
from evalkit.stats.confirmatory import FactorModel, fit_confirmatory_factors, fit_factors_to_moments
from evalkit.stats.contrasts import Contrast, estimate_contrast
from evalkit.stats.control_charts import ControlChart, chart_individuals, chart_shares
from evalkit.stats.covariance_components import CovarianceComponents
from evalkit.stats.criterion_correlation import (
    CriterionCorrelation,
    CriterionIncrement,
    estimate_criterion_correlation,
    estimate_criterion_increment,
)
from evalkit.stats.crossings import Crossing, estimate_crossing
from evalkit.stats.decision_agreement import DecisionAgreement, estimate_decision_agreement
from evalkit.stats.decision_grid import DecisionGrid, estimate_decision_grid
from evalkit.stats.decision_stability import DecisionStability, measure_stability, select_share
from evalkit.stats.deming import ErrorsInBothLine, estimate_deming, estimate_passing_bablok
from evalkit.stats.dependability import DependabilityCurve, RatingsNeeded, estimate_dependability
from evalkit.stats.derived_importance import DerivedImportance, estimate_derived_importance
from evalkit.stats.design_coefficients import DesignCoefficients
from evalkit.stats.detectable import (
    people_for_correlation,
    smallest_change,
    smallest_correlation,
    smallest_difference,
)
from evalkit.stats.discrimination import Discrimination, estimate_discrimination, trace_roc
from evalkit.stats.effect_sizes import standardise_differences
from evalkit.stats.element_index import ElementIndex, estimate_element_index
from evalkit.stats.equivalence import Equivalence, adjust_p_values, assess_equivalence
from evalkit.stats.event_study import EventStudy, estimate_event_study
from evalkit.stats.exact_ranks import ExactRankAgreement, estimate_exact_rank_agreement
from evalkit.stats.factor_fit import ModelFit
from evalkit.stats.factor_likelihood import INVARIANCES, Invariance
from evalkit.stats.factor_moments import Moments, summarise_items
from evalkit.stats.factor_omega import FactorOmega, estimate_factor_omega
from evalkit.stats.factors import CommonShare, estimate_common_share
from evalkit.stats.false_alarms import FalseAlarms, simulate_false_alarms
from evalkit.stats.group_means import GroupMeans, estimate_group_means
from evalkit.stats.heterogeneity import Heterogeneity, estimate_heterogeneity
from evalkit.stats.index_change import IndexChange, estimate_index_change
from evalkit.stats.intraclass import (
    INTRACLASS_FORMS,
    IntraclassCorrelation,
    IntraclassForm,
    estimate_intraclass_correlation,
    weighted_intraclass_correlation,
)
from evalkit.stats.invariance import InvarianceComparison, compare_invariance
from evalkit.stats.krippendorff import KrippendorffAlpha, estimate_krippendorff
from evalkit.stats.limits import Limits, estimate_limits
from evalkit.stats.mantel_haenszel import BiasSize, MantelHaenszel, estimate_mantel_haenszel
from evalkit.stats.matrix_consistency import (
    Allocation,
    CategoryMatrix,
    PairConsistency,
    TwoScores,
    draw_noise,
    measure_pair_consistency,
    simulate_pair_consistency,
)
from evalkit.stats.medians import Median, estimate_median
from evalkit.stats.moving_averages import EWMA_WEIGHT, EWMA_WIDTH, chart_ewma, ewma_run_length
from evalkit.stats.multiple_imputation import Imputations, impute_with_shifts
from evalkit.stats.multitrait import MultitraitSummary, disattenuate, spearman_brown, summarise_multitrait
from evalkit.stats.omega import Omega, estimate_omega
from evalkit.stats.ordinal_dif import OrdinalDif, estimate_ordinal_dif
from evalkit.stats.paces import estimate_paces
from evalkit.stats.partial_pooling import PartialPooling, pool_partially
from evalkit.stats.product_means import estimate_covariance_components
from evalkit.stats.proportional_odds import ProportionalOdds, fit_proportional_odds
from evalkit.stats.proportions import (
    ImpactRatio,
    Share,
    estimate_ceiling,
    estimate_impact_ratio,
    estimate_share,
)
from evalkit.stats.rank_agreement import (
    Concordance,
    RankAgreement,
    estimate_concordance,
    estimate_rank_agreement,
)
from evalkit.stats.rank_association import Association, correlation_interval, estimate_association
from evalkit.stats.rank_tests import (
    Friedman,
    RankContrasts,
    compare_rank_pairs,
    compare_ranks,
    nemenyi_quantile,
)
from evalkit.stats.rates import Rate, ShrunkenRatios, estimate_rate, estimate_shrunken_ratios
from evalkit.stats.rating_products import RatingTable
from evalkit.stats.regression import Slope, estimate_slope
from evalkit.stats.regression_discontinuity import Discontinuity, estimate_discontinuity
from evalkit.stats.reliability import RELIABILITY_BANDS, Alpha, estimate_alpha, name_reliability
from evalkit.stats.replicate_limits import estimate_replicate_limits
from evalkit.stats.resampling import (
    Bootstrap,
    bootstrap,
    weighted_correlation,
    weighted_covariance,
    weighted_mean,
)
from evalkit.stats.row_ranks import rank_rows
from evalkit.stats.run_rules import (
    RUN_RULES,
    WESTERN_ELECTRIC,
    RunRule,
    average_run_length,
    find_rule_signals,
    signal_probability,
)
from evalkit.stats.score_designs import ScoreDesigns, estimate_score_designs
from evalkit.stats.score_heaping import DensityBreak, Heaping, find_density_break, find_heaping
from evalkit.stats.shrinkage import ShrunkenMeans, shrink_group_means
from evalkit.stats.smaa import Acceptability, estimate_acceptability
from evalkit.stats.stratified import estimate_stratified_mean
from evalkit.stats.superiority import Superiority, estimate_superiority
from evalkit.stats.survival import Survival, estimate_survival
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
from evalkit.stats.weight_space import draw_weights, weigh_points
from evalkit.stats.weighted_kappa import WeightedKappa, classification_agreement, estimate_weighted_kappa
from evalkit.stats.weighted_scores import WeightedScore, combine_dependability
from evalkit.stats.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

__all__ = [
    "EWMA_WEIGHT",
    "EWMA_WIDTH",
    "FAR_APART",
    "INTRACLASS_FORMS",
    "INVARIANCES",
    "RELIABILITY_BANDS",
    "RESIDUAL",
    "RUN_RULES",
    "WESTERN_ELECTRIC",
    "Acceptability",
    "Allocation",
    "Alpha",
    "Association",
    "Balance",
    "BiasSize",
    "Bootstrap",
    "BoundedDiscontinuity",
    "CalibratedError",
    "CategoryConsistency",
    "CategoryMatrix",
    "ChanceAgreement",
    "Classification",
    "CommonShare",
    "Concordance",
    "Contrast",
    "ControlChart",
    "CovarianceComponents",
    "CriterionCorrelation",
    "CriterionIncrement",
    "Crossing",
    "DecisionAgreement",
    "DecisionGrid",
    "DecisionStability",
    "DensityBreak",
    "DependabilityCurve",
    "DerivedImportance",
    "DesignCoefficients",
    "Discontinuity",
    "Discrimination",
    "ElementIndex",
    "Equivalence",
    "ErrorsInBothLine",
    "EventStudy",
    "ExactRankAgreement",
    "FactorModel",
    "FactorOmega",
    "FalseAlarms",
    "Friedman",
    "GroupMeans",
    "Heaping",
    "Heterogeneity",
    "ImpactRatio",
    "Imputations",
    "IndexChange",
    "IntraclassCorrelation",
    "IntraclassForm",
    "Invariance",
    "InvarianceComparison",
    "KrippendorffAlpha",
    "Limits",
    "LinConcordance",
    "MantelHaenszel",
    "Median",
    "ModelFit",
    "Moments",
    "MultitraitSummary",
    "Omega",
    "OrdinalDif",
    "PairConsistency",
    "PartialPooling",
    "ProportionalOdds",
    "RandomPairs",
    "RankAgreement",
    "RankContrasts",
    "Rate",
    "RatingTable",
    "RatingsNeeded",
    "ReliableChange",
    "RunRule",
    "ScoreDesigns",
    "Share",
    "ShrunkenMeans",
    "ShrunkenRatios",
    "Slope",
    "Step",
    "Superiority",
    "Survival",
    "TwoScores",
    "VarianceComponentIntervals",
    "VarianceComponents",
    "WeightedKappa",
    "WeightedScore",
    "WildBootstrap",
    "adjust_p_values",
    "assess_equivalence",
    "average_run_length",
    "bootstrap",
    "bootstrap_interval",
    "category_weights",
    "chart_ewma",
    "chart_individuals",
    "chart_shares",
    "classification_agreement",
    "classify_beta_binomial",
    "combine_codes",
    "combine_dependability",
    "compare_before",
    "compare_invariance",
    "compare_rank_pairs",
    "compare_ranks",
    "correlate_by_overlap",
    "correlate_composites",
    "correlation_interval",
    "correlations_of_curve",
    "disattenuate",
    "draw_disjoint_subsets",
    "draw_noise",
    "draw_random_pairs",
    "draw_weights",
    "estimate_acceptability",
    "estimate_alpha",
    "estimate_association",
    "estimate_bounded_discontinuity",
    "estimate_calibrated_error",
    "estimate_category_consistency",
    "estimate_ceiling",
    "estimate_chance_agreement",
    "estimate_classification",
    "estimate_common_share",
    "estimate_concordance",
    "estimate_contrast",
    "estimate_covariance_components",
    "estimate_criterion_correlation",
    "estimate_criterion_increment",
    "estimate_crossing",
    "estimate_decision_agreement",
    "estimate_decision_grid",
    "estimate_deming",
    "estimate_dependability",
    "estimate_derived_importance",
    "estimate_discontinuity",
    "estimate_discrimination",
    "estimate_element_index",
    "estimate_event_study",
    "estimate_exact_rank_agreement",
    "estimate_factor_omega",
    "estimate_group_means",
    "estimate_heterogeneity",
    "estimate_impact_ratio",
    "estimate_index_change",
    "estimate_intraclass_correlation",
    "estimate_krippendorff",
    "estimate_limits",
    "estimate_lin_concordance",
    "estimate_mantel_haenszel",
    "estimate_median",
    "estimate_omega",
    "estimate_ordinal_dif",
    "estimate_paces",
    "estimate_passing_bablok",
    "estimate_rank_acceptability",
    "estimate_rank_agreement",
    "estimate_rate",
    "estimate_reliable_change",
    "estimate_replicate_limits",
    "estimate_score_designs",
    "estimate_share",
    "estimate_shrunken_ratios",
    "estimate_slope",
    "estimate_step",
    "estimate_stratified_mean",
    "estimate_superiority",
    "estimate_survival",
    "estimate_unbalanced_correlations",
    "estimate_weighted_kappa",
    "ewma_run_length",
    "expected_fallback",
    "expected_regression",
    "find_density_break",
    "find_heaping",
    "find_rule_signals",
    "fit_confirmatory_factors",
    "fit_factors_to_moments",
    "fit_proportional_odds",
    "fit_variance_components",
    "impute_with_shifts",
    "measure_pair_consistency",
    "measure_stability",
    "name_reliability",
    "nemenyi_quantile",
    "people_for_correlation",
    "pool_partially",
    "profile_interval",
    "rank_rows",
    "select_share",
    "shrink_group_means",
    "signal_probability",
    "simulate_false_alarms",
    "simulate_pair_consistency",
    "smallest_change",
    "smallest_correlation",
    "smallest_difference",
    "spearman_brown",
    "standard_error_of_measurement",
    "standardise_differences",
    "summarise_items",
    "summarise_multitrait",
    "trace_roc",
    "weigh_points",
    "weighted_correlation",
    "weighted_covariance",
    "weighted_group_means",
    "weighted_intraclass_correlation",
    "weighted_lin_concordance",
    "weighted_mean",
    "wild_cluster_bootstrap",
]
