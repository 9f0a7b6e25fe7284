"""Statistics: arrays in, frozen results out."""

from evalkit.stats.composites import (
    RandomPairs,
    correlate_by_overlap,
    correlate_composites,
    draw_disjoint_subsets,
    draw_random_pairs,
    estimate_rank_acceptability,
)
from evalkit.stats.contrasts import Contrast, estimate_contrast
from evalkit.stats.dependability import DependabilityCurve, RatingsNeeded, estimate_dependability
from evalkit.stats.effect_sizes import standardise_differences
from evalkit.stats.equivalence import Equivalence, adjust_p_values, assess_equivalence
from evalkit.stats.factors import CommonShare, estimate_common_share
from evalkit.stats.proportions import (
    ImpactRatio,
    Share,
    estimate_ceiling,
    estimate_impact_ratio,
    estimate_share,
)
from evalkit.stats.rank_association import Association, estimate_association
from evalkit.stats.rank_tests import (
    Friedman,
    RankContrasts,
    compare_rank_pairs,
    compare_ranks,
    nemenyi_quantile,
)
from evalkit.stats.regression import Slope, estimate_slope
from evalkit.stats.reliability import Alpha, estimate_alpha
from evalkit.stats.resampling import (
    Bootstrap,
    bootstrap,
    weighted_correlation,
    weighted_covariance,
    weighted_mean,
)
from evalkit.stats.superiority import Superiority, estimate_superiority
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
from evalkit.stats.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

__all__ = [
    "RESIDUAL",
    "Alpha",
    "Association",
    "Bootstrap",
    "CommonShare",
    "Contrast",
    "DependabilityCurve",
    "Equivalence",
    "Friedman",
    "ImpactRatio",
    "RandomPairs",
    "RankContrasts",
    "RatingsNeeded",
    "Share",
    "Slope",
    "Superiority",
    "VarianceComponentIntervals",
    "VarianceComponents",
    "WildBootstrap",
    "adjust_p_values",
    "assess_equivalence",
    "bootstrap",
    "bootstrap_interval",
    "combine_codes",
    "compare_rank_pairs",
    "compare_ranks",
    "correlate_by_overlap",
    "correlate_composites",
    "draw_disjoint_subsets",
    "draw_random_pairs",
    "estimate_alpha",
    "estimate_association",
    "estimate_ceiling",
    "estimate_common_share",
    "estimate_contrast",
    "estimate_dependability",
    "estimate_impact_ratio",
    "estimate_rank_acceptability",
    "estimate_share",
    "estimate_slope",
    "estimate_superiority",
    "fit_variance_components",
    "nemenyi_quantile",
    "profile_interval",
    "standardise_differences",
    "weighted_correlation",
    "weighted_covariance",
    "weighted_mean",
    "wild_cluster_bootstrap",
]
