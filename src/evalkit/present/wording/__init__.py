"""Sentences written from results. No sentence carries a number that its result does not."""

from evalkit.present.wording.evidence import describe_rater_design, say_evidence

__all__ = ["describe_rater_design", "say_evidence"]
