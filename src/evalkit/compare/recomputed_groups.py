"""How published answers about groups are recomputed: odds ratios, ordinal models, spread of effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from evalkit.compare.recomputed_agreement import Answers, Recomputation
from evalkit.evidence import Evidence
from evalkit.stats import estimate_heterogeneity, estimate_mantel_haenszel, fit_proportional_odds
from evalkit.stats.crossed_factors import Codes, Floats
from evalkit.stats.mantel_haenszel import DELTA


def _admissions(data: Mapping[str, Any], _: Evidence) -> Answers:
    counts = np.array(data["departments"])
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    found = estimate_mantel_haenszel(cells % 2 == 0, cells % 4 >= 2, cells // 4)
    return {
        "odds_ratio": found.odds_ratio,
        "conf_low": float(np.exp(found.conf_high / DELTA)),
        "conf_high": float(np.exp(found.conf_low / DELTA)),
        "chi_squared": found.statistic,
        "p": found.p_value,
    }


def _tenants(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = fit_proportional_odds(*rows_of_tenants(data["counts"]))
    names = ("influence_medium", "influence_high", "apartment", "atrium", "terrace", "contact_high")
    values = [*found.slopes.tolist(), *found.thresholds.tolist(), -2 * found.log_likelihood]
    return dict(zip((*names, "low_medium", "medium_high", "deviance"), values, strict=True))


def rows_of_tenants(counts: Any) -> tuple[Codes, Floats]:
    """Return satisfaction and the dummies of influence, type and contact, one row a tenant."""
    table = np.array(counts)
    cell = np.repeat(np.arange(table.size), table.ravel())
    row, satisfied = cell // 3, cell % 3
    influence, kind, contact = row % 3, row // 3 % 4, row // 12
    dummies = [influence == 1, influence == 2, kind == 1, kind == 2, kind == 3, contact == 1]
    return satisfied, np.column_stack(dummies).astype(np.float64)


def _trials(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = estimate_heterogeneity(*risks_of_trials(data["trials"]))
    return {
        "variance": found.estimate**2,
        "variance_low": found.conf_low**2,
        "variance_high": found.conf_high**2,
        "q": found.statistic,
    }


def risks_of_trials(trials: Any) -> tuple[Floats, Floats]:
    """Return the logarithm of the relative risk of each trial, and its sampling variance."""
    a, b, c, d = np.array(trials, dtype=np.float64).T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


ON_GROUPS: Final[dict[str, Recomputation]] = {
    "berkeley_admissions": _admissions,
    "housing_satisfaction": _tenants,
    "bcg_trials": _trials,
}
