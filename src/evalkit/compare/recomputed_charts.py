"""How published answers about durations and control charts are recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evalkit.compare.recomputed_agreement import Answers, Recomputation
from evalkit.evidence import Evidence
from evalkit.stats import average_run_length, estimate_survival, ewma_run_length

_SHIFTS: Final = {"": 0.0, "_half": 0.5, "_one": 1.0, "_two": 2.0}


def _remissions(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = estimate_survival(data["weeks"], data["ended"])
    shares = {
        f"week_{day:.0f}": float(share) for day, share in zip(found.days, found.share_open, strict=True)
    }
    return {**shares, "median": found.median, "median_low": found.median_low}


def _run_rules(data: Mapping[str, Any], _: Evidence) -> Answers:
    named = {digits: [f"western_electric_{digit}" for digit in digits] for digits in data["rules"]}
    lengths = {f"rules_{digits}": average_run_length(rules) for digits, rules in named.items()}
    return {**lengths, "rules_1_shifted": average_run_length(named["1"], shift=1.0)}


def _ewma(data: Mapping[str, Any], _: Evidence) -> Answers:
    return {
        f"weight_{name}{suffix}": ewma_run_length(weight=weight, width=width, shift=shift)
        for name, (weight, width) in data["charts"].items()
        for suffix, shift in _SHIFTS.items()
    }


ON_CHARTS: Final[dict[str, Recomputation]] = {
    "remissions_6mp": _remissions,
    "run_rules": _run_rules,
    "ewma_run_lengths": _ewma,
}
