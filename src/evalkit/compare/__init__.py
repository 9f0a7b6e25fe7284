"""One question about methods a module, one result class each."""

from evalkit.compare.acceptability import RankAcceptability, rank_acceptability
from evalkit.compare.adverse_impact import AdverseImpact, measure_adverse_impact
from evalkit.compare.agency_reports import AgencyReports, measure_agency_reports
from evalkit.compare.agreement import MethodAgreement, compare_agreement
from evalkit.compare.band_calibration import BandCalibration, read_band_calibration
from evalkit.compare.by_source import (
    average_components,
    is_told_by_source,
    mark_kinds,
    middle_curves,
    summarise_by_source,
)
from evalkit.compare.carelessness import Carelessness, find_carelessness
from evalkit.compare.case_series import CaseSeries
from evalkit.compare.ceiling import Ceiling, measure_ceiling
from evalkit.compare.chart_alarms import ChartAlarms, measure_chart_alarms
from evalkit.compare.complaint_persistence import PersistentComplaints, measure_persistent_complaints
from evalkit.compare.completeness import Completeness, measure_completeness
from evalkit.compare.contamination import Criterion, choose_criteria, list_contamination
from evalkit.compare.criteria import measure_criterion_validity
from evalkit.compare.criterion_validity import CriterionValidity
from evalkit.compare.decision_grid import DecisionDesigns, measure_decision_designs
from evalkit.compare.decision_quality import DecisionQuality, measure_decision_quality
from evalkit.compare.dependability import Dependability, measure_dependability
from evalkit.compare.design import QUESTIONS, MethodDesign, answerable, method_design, require
from evalkit.compare.details import join_details
from evalkit.compare.differences import Differences, compare_differences
from evalkit.compare.durations import Durations, measure_durations
from evalkit.compare.fairness import Fairness, measure_fairness
from evalkit.compare.family_comparison import Family
from evalkit.compare.groupings import Grouping, find_groupings
from evalkit.compare.halo import Halo, measure_halo
from evalkit.compare.instrument import item_points, read_weights
from evalkit.compare.interval_coverage import IntervalCoverage, judge_coverage, read_coverage
from evalkit.compare.intervention_effects import InterventionEffects, estimate_intervention_effects
from evalkit.compare.irrelevance import IrrelevantInfluence, measure_irrelevant_influence
from evalkit.compare.item_bias import ItemBias, measure_item_bias
from evalkit.compare.left_out import LeftOut, leave_out
from evalkit.compare.links import Link
from evalkit.compare.missing_evidence import MissingEvidence, vary_missing
from evalkit.compare.monitoring import Monitoring, monitor_units
from evalkit.compare.mtmm import PublishedMatrices, compare_sources
from evalkit.compare.national_rules import RuleComparison, compare_rules
from evalkit.compare.needs import Needs, find_needs
from evalkit.compare.pairwise import MeanComparison, compare_means
from evalkit.compare.place_profile import PlaceProfile, find_method_of, profile_place
from evalkit.compare.predikat_consistency import PredikatConsistency, simulate_predikat_consistency
from evalkit.compare.profiles import ProfileComparison, compare_profiles
from evalkit.compare.programme_benchmark import ProgrammeBenchmark, compare_programme
from evalkit.compare.public_edition import PublicEdition, make_public_edition
from evalkit.compare.quarters import QuarterScores, list_own_methods, score_quarters
from evalkit.compare.rater_bias import RaterBias, measure_rater_bias
from evalkit.compare.recorded_series import RecordedSeries, chart_recorded_series
from evalkit.compare.reliability import Reliability, measure_reliability
from evalkit.compare.reliable_changes import ReliableChanges, count_reliable_changes
from evalkit.compare.report_outlook import StudyFacts, describe_outlook
from evalkit.compare.score_dependability import ScoreDependability, measure_score_dependability
from evalkit.compare.score_summary import ScoreSummary, summarise_scores
from evalkit.compare.service_survey import ServiceSurvey, measure_service_survey, settled_bands
from evalkit.compare.slow_units import UnitPaces, measure_unit_paces
from evalkit.compare.small_place import SmallPlace, measure_small_place
from evalkit.compare.trait_ranks import TraitRanks, measure_trait_ranks
from evalkit.compare.unit_charts import draw_chart
from evalkit.compare.validation import Validation, list_elsewhere, list_references, validate_statistics
from evalkit.compare.weight_robustness import WeightRobustness, measure_weight_robustness

__all__ = [
    "QUESTIONS",
    "AdverseImpact",
    "AgencyReports",
    "BandCalibration",
    "Carelessness",
    "CaseSeries",
    "Ceiling",
    "ChartAlarms",
    "Completeness",
    "Criterion",
    "CriterionValidity",
    "DecisionDesigns",
    "DecisionQuality",
    "Dependability",
    "Differences",
    "Durations",
    "Fairness",
    "Family",
    "Grouping",
    "Halo",
    "IntervalCoverage",
    "InterventionEffects",
    "IrrelevantInfluence",
    "ItemBias",
    "LeftOut",
    "Link",
    "MeanComparison",
    "MethodAgreement",
    "MethodDesign",
    "MissingEvidence",
    "Monitoring",
    "Needs",
    "PersistentComplaints",
    "PlaceProfile",
    "PredikatConsistency",
    "ProfileComparison",
    "ProgrammeBenchmark",
    "PublicEdition",
    "PublishedMatrices",
    "QuarterScores",
    "RankAcceptability",
    "RaterBias",
    "RecordedSeries",
    "Reliability",
    "ReliableChanges",
    "RuleComparison",
    "ScoreDependability",
    "ScoreSummary",
    "ServiceSurvey",
    "SmallPlace",
    "StudyFacts",
    "TraitRanks",
    "UnitPaces",
    "Validation",
    "WeightRobustness",
    "answerable",
    "average_components",
    "chart_recorded_series",
    "choose_criteria",
    "compare_agreement",
    "compare_differences",
    "compare_means",
    "compare_profiles",
    "compare_programme",
    "compare_rules",
    "compare_sources",
    "count_reliable_changes",
    "describe_outlook",
    "draw_chart",
    "estimate_intervention_effects",
    "find_carelessness",
    "find_groupings",
    "find_method_of",
    "find_needs",
    "is_told_by_source",
    "item_points",
    "join_details",
    "judge_coverage",
    "leave_out",
    "list_contamination",
    "list_elsewhere",
    "list_own_methods",
    "list_references",
    "make_public_edition",
    "mark_kinds",
    "measure_adverse_impact",
    "measure_agency_reports",
    "measure_ceiling",
    "measure_chart_alarms",
    "measure_completeness",
    "measure_criterion_validity",
    "measure_decision_designs",
    "measure_decision_quality",
    "measure_dependability",
    "measure_durations",
    "measure_fairness",
    "measure_halo",
    "measure_irrelevant_influence",
    "measure_item_bias",
    "measure_persistent_complaints",
    "measure_rater_bias",
    "measure_reliability",
    "measure_score_dependability",
    "measure_service_survey",
    "measure_small_place",
    "measure_trait_ranks",
    "measure_unit_paces",
    "measure_weight_robustness",
    "method_design",
    "middle_curves",
    "monitor_units",
    "profile_place",
    "rank_acceptability",
    "read_band_calibration",
    "read_coverage",
    "read_weights",
    "require",
    "score_quarters",
    "settled_bands",
    "simulate_predikat_consistency",
    "summarise_by_source",
    "summarise_scores",
    "validate_statistics",
    "vary_missing",
]
