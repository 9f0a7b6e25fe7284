"""How published answers about factors and consistency are recomputed, from printed covariances and means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.stats import (
    compare_invariance,
    estimate_alpha,
    estimate_factor_omega,
    estimate_omega,
    fit_confirmatory_factors,
)

Floats = NDArray[np.float64]


def _consistency(data: Mapping[str, Any], _: Evidence) -> dict[str, float]:
    items, _schools = rows_of_moments(data["schools"])
    scales = np.array(data["factor_of"])
    rng = np.random.default_rng(1)  # for the intervals, of which nothing is compared
    together = estimate_factor_omega(items, data["factor_of"], n_boot=2, rng=rng)
    answers = {
        f"omega_{name}": float(value) for name, value in zip(together.factors, together.estimate, strict=True)
    }
    for name in together.factors:
        own = items[:, scales == name]
        answers[f"alpha_{name}"] = estimate_alpha(own).estimate
        answers[f"omega_{name}_alone"] = estimate_omega(own, n_boot=2, rng=rng).estimate
    return answers


def _factors(data: Mapping[str, Any], _: Evidence) -> dict[str, float]:
    items, _schools = rows_of_moments(data["schools"])
    fit = fit_confirmatory_factors(items, data["factor_of"]).fit
    indices = ("df", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr")
    return {"chi_squared": fit.statistic, **{name: float(getattr(fit, name)) for name in indices}}


def _invariance(data: Mapping[str, Any], _: Evidence) -> dict[str, float]:
    items, schools = rows_of_moments(data["schools"])
    found = compare_invariance(items, data["factor_of"], schools, min_per_group=data["min_per_group"])
    return {
        f"{quantity}_{model.invariance}": float(value)
        for model in found.models
        for quantity, value in (("chi_squared", model.fit.statistic), ("df", model.fit.df))
    }


def rows_of_moments(groups: Mapping[str, Mapping[str, Any]]) -> tuple[Floats, NDArray[np.str_]]:
    """Return made-up rows that have exactly the printed covariances and means, and the group of each.

    What is recomputed here depends on the rows through these alone, so that no person's scores are needed.

    Examples
    --------
    >>> items, groups = rows_of_moments({"a": {"n": 5, "means": [1, 2], "covariances": [[4], [1, 9]]}})
    >>> np.cov(items, rowvar=False).round(6).tolist(), groups.tolist()
    ([[4.0, 1.0], [1.0, 9.0]], ['a', 'a', 'a', 'a', 'a'])
    """
    rng = np.random.default_rng(1)
    parts = [_rows(group, rng) for group in groups.values()]
    return np.vstack(parts), np.repeat(list(groups), [len(part) for part in parts])


def _rows(group: Mapping[str, Any], rng: np.random.Generator) -> Floats:
    k = len(group["means"])
    lower = np.zeros((k, k))
    lower[np.tril_indices(k)] = np.concatenate(group["covariances"])
    covariance = lower + np.tril(lower, -1).T
    made = rng.normal(size=(group["n"], k))
    made -= made.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(made, rowvar=False)), made.T)
    return np.asarray((np.linalg.cholesky(covariance) @ white).T + group["means"], dtype=np.float64)


#: By entry, as in `evalkit.compare.recomputed`.
ON_FACTORS: Final[dict[str, Callable[[Mapping[str, Any], Evidence], dict[str, float]]]] = {
    "holzinger_swineford_consistency": _consistency,
    "holzinger_swineford_factors": _factors,
    "holzinger_swineford_invariance": _invariance,
}
