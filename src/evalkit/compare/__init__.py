"""One question about methods a module, one result class each."""

from evalkit.compare.acceptability import RankAcceptability, rank_acceptability
from evalkit.compare.adverse_impact import AdverseImpact, measure_adverse_impact
from evalkit.compare.carelessness import Carelessness, find_carelessness
from evalkit.compare.ceiling import Ceiling, measure_ceiling
from evalkit.compare.completeness import Completeness, measure_completeness
from evalkit.compare.dependability import Dependability, measure_dependability
from evalkit.compare.design import QUESTIONS, MethodDesign, answerable, method_design, require
from evalkit.compare.details import join_details
from evalkit.compare.differences import Differences, Family, compare_differences
from evalkit.compare.halo import Halo, measure_halo
from evalkit.compare.instrument import item_points, read_weights
from evalkit.compare.irrelevance import IrrelevantInfluence, measure_irrelevant_influence
from evalkit.compare.national_rules import RuleComparison, compare_rules
from evalkit.compare.pairwise import MeanComparison, compare_means
from evalkit.compare.profiles import ProfileComparison, compare_profiles
from evalkit.compare.score_summary import ScoreSummary, summarise_scores
from evalkit.compare.validation import Validation, list_references, validate_statistics

__all__ = [
    "QUESTIONS",
    "AdverseImpact",
    "Carelessness",
    "Ceiling",
    "Completeness",
    "Dependability",
    "Differences",
    "Family",
    "Halo",
    "IrrelevantInfluence",
    "MeanComparison",
    "MethodDesign",
    "ProfileComparison",
    "RankAcceptability",
    "RuleComparison",
    "ScoreSummary",
    "Validation",
    "answerable",
    "compare_differences",
    "compare_means",
    "compare_profiles",
    "compare_rules",
    "find_carelessness",
    "item_points",
    "join_details",
    "list_references",
    "measure_adverse_impact",
    "measure_ceiling",
    "measure_completeness",
    "measure_dependability",
    "measure_halo",
    "measure_irrelevant_influence",
    "method_design",
    "rank_acceptability",
    "read_weights",
    "require",
    "summarise_scores",
    "validate_statistics",
]
