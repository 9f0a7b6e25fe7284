"""Sentences written from results. No sentence carries a number that its result does not."""

from typing import TYPE_CHECKING

from evalkit.lean_imports import load_later

if TYPE_CHECKING:
    from evalkit.present.wording.advice import say_advice, say_attribution, tabulate_advice
    from evalkit.present.wording.agreement import say_agreement
    from evalkit.present.wording.band_calibration import say_band_calibration
    from evalkit.present.wording.differences import say_differences
    from evalkit.present.wording.evidence import describe_rater_design, say_evidence
    from evalkit.present.wording.fairness import say_fairness
    from evalkit.present.wording.interval_coverage import say_coverage
    from evalkit.present.wording.losses import say_losses, tabulate_losses
    from evalkit.present.wording.methods import say_methods
    from evalkit.present.wording.needs import say_need_recovery, say_needs
    from evalkit.present.wording.origins import say_origins
    from evalkit.present.wording.pitfalls import describe_pitfalls, say_pitfalls
    from evalkit.present.wording.place import say_place
    from evalkit.present.wording.principles import say_principles
    from evalkit.present.wording.profiles import say_profiles
    from evalkit.present.wording.public_edition import say_public_edition
    from evalkit.present.wording.reliability import describe_band, say_reliability
    from evalkit.present.wording.robustness import say_robustness
    from evalkit.present.wording.score_dependability import say_score_dependability
    from evalkit.present.wording.scores import say_scores
    from evalkit.present.wording.service_survey import say_service_survey
    from evalkit.present.wording.small_place import say_small_place
    from evalkit.present.wording.synthesis import say_synthesis
    from evalkit.present.wording.validation import say_validation
    from evalkit.present.wording.validity import say_validity
    from evalkit.present.wording.waiting import say_waiting
else:
    __getattr__ = load_later(__name__, __file__)

__all__ = [
    "describe_band",
    "describe_pitfalls",
    "describe_rater_design",
    "say_advice",
    "say_agreement",
    "say_attribution",
    "say_band_calibration",
    "say_coverage",
    "say_differences",
    "say_evidence",
    "say_fairness",
    "say_losses",
    "say_methods",
    "say_need_recovery",
    "say_needs",
    "say_origins",
    "say_pitfalls",
    "say_place",
    "say_principles",
    "say_profiles",
    "say_public_edition",
    "say_reliability",
    "say_robustness",
    "say_score_dependability",
    "say_scores",
    "say_service_survey",
    "say_small_place",
    "say_synthesis",
    "say_validation",
    "say_validity",
    "say_waiting",
    "tabulate_advice",
    "tabulate_losses",
]
