"""How published answers about effects are recomputed: jumps at a cut-off, change by chance, a programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from evalkit.compare.programme_benchmark import compare_programme
from evalkit.compare.recomputed_agreement import Answers, Recomputation
from evalkit.evidence import Evidence
from evalkit.stats import estimate_discontinuity, expected_fallback
from evalkit.stats.crossed_factors import Floats


def _fallback(data: Mapping[str, Any], _: Evidence) -> Answers:
    r = data["correlation"]
    return {"change": expected_fallback(r, r, r, share=data["share"])}


def draw_by_formula(n: int) -> tuple[Floats, Floats]:
    """Return the score and the outcome that the entry describes."""
    i = np.arange(1, n + 1, dtype=np.float64)
    score: Floats = 2 * (i * 0.618034 % 1) - 1
    outcome: Floats = score + score**2 / 2 + (score >= 0) + np.sin(i**2)
    return score, outcome


def _jump(data: Mapping[str, Any], _: Evidence) -> Answers:
    score, outcome = draw_by_formula(data["n"])
    found = estimate_discontinuity(score, outcome, cutoff=0.0)
    steps = estimate_discontinuity(np.round(14 * score) / 14, outcome, cutoff=0.0)
    return {
        "bandwidth": found.bandwidth,
        "conventional": found.conventional,
        "corrected": found.estimate,
        "std_error": found.std_error,
        "low": found.conf_low,
        "high": found.conf_high,
        "steps_bandwidth": steps.bandwidth,
        "steps_conventional": steps.conventional,
        "steps_corrected": steps.estimate,
        "steps_std_error": steps.std_error,
    }


def _programme(data: Mapping[str, Any], evidence: Evidence) -> Answers:
    rows = compare_programme(evidence).estimates
    by_lot = rows[rows["comparable"] & (rows["adjusted"] == "none")]
    names = {"gain": "estimate", "n_trained": "n_given", "n_others": "n_others"}
    return {name: float(by_lot[column].to_numpy()[0]) for name, column in names.items()}


ON_EFFECTS: Final[dict[str, Recomputation]] = {
    "fallback_of_the_improved": _fallback,
    "rdrobust_by_formula": _jump,
    "dehejia_wahba_1999": _programme,
}
