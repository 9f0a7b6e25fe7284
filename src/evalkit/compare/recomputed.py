"""How each published answer is recomputed: one function an entry of ``stats/reference_values.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from evalkit.compare.details import join_details
from evalkit.compare.recomputed_agreement import ON_AGREEMENT, Answers, Recomputation
from evalkit.compare.recomputed_charts import ON_CHARTS
from evalkit.compare.recomputed_effects import ON_EFFECTS
from evalkit.compare.recomputed_factors import ON_FACTORS
from evalkit.compare.recomputed_groups import ON_GROUPS
from evalkit.evidence import Evidence
from evalkit.stats import (
    combine_codes,
    compare_rank_pairs,
    compare_ranks,
    draw_weights,
    estimate_acceptability,
    estimate_impact_ratio,
    estimate_rank_acceptability,
    estimate_slope,
    fit_variance_components,
    nemenyi_quantile,
)


def _demsar(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = compare_ranks(-np.array(data["scores"]), correct_ties=False)
    pairs = compare_rank_pairs(found)
    std_error = pairs.critical_difference / nemenyi_quantile(found.k)
    variants = ("c45", "c45_m", "c45_cf", "c45_m_cf")
    return {
        **{f"mean_rank_{name}": float(rank) for name, rank in zip(variants, found.mean_ranks, strict=True)},
        **dict(zip(("z_m", "z_cf", "z_m_cf"), (pairs.difference[:3] / std_error).tolist(), strict=True)),
        "chi_squared": found.statistic,
        "f": found.f_statistic,
        "critical_difference_05": pairs.critical_difference,
        "critical_difference_10": compare_rank_pairs(found, conf_level=0.90).critical_difference,
    }


def _nemenyi(data: Mapping[str, Any], _: Evidence) -> Answers:
    return {f"k_{k}": nemenyi_quantile(k, conf_level=data["conf_level"]) for k in data["k"]}


def _conover(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = compare_ranks(data["scores"])
    return {"chi_squared": found.statistic, "f": found.f_statistic}


def _four_fifths(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = estimate_impact_ratio(**data)
    return {"rate": found.rate, "reference_rate": found.reference_rate, "ratio": found.estimate}


def _smaa(data: Mapping[str, Any], _: Evidence) -> Answers:
    rng = np.random.default_rng(data["seed"])
    shares = estimate_rank_acceptability(data["items"], n_draws=data["n_draws"], rng=rng)
    cells = {"first_a": (0, 0), "first_b": (1, 0), "first_c": (2, 0), "second_c": (2, 1), "third_c": (2, 2)}
    return {name: float(shares[cell]) for name, cell in cells.items()}


def _central_weights(data: Mapping[str, Any], _: Evidence) -> Answers:
    rng = np.random.default_rng(data["seed"])
    weights = draw_weights([0, 0], [1, 1], n_draws=data["n_draws"], rng=rng)
    found = estimate_acceptability(data["values"], weights)
    return {
        "central_a": float(found.central[0, 0]),
        "a_over_b": float(found.winning[0, 1]),
        "a_over_c": float(found.winning[0, 2]),
        "confidence_a": float(found.confidence[0]),
    }


def _insteval(data: Mapping[str, Any], evidence: Evidence) -> Answers:
    rows = join_details(evidence.select(places=[data["place"]]), data["table"])
    service = rows["service"].to_numpy(dtype=np.float64)
    factors = {
        "department_service": combine_codes(rows["unit"].to_numpy(), service),
        "student": rows["rater"].to_numpy(),
        "lecturer": rows["employee"].to_numpy(),
    }
    covariates = np.column_stack([np.ones(len(rows)), service])
    fit = fit_variance_components(rows["value"].to_numpy(), factors, covariates=covariates)
    sds = {f"sd_{name}": float(np.sqrt(variance)) for name, variance in fit.components.items()}
    return {**sds, "reml_criterion": fit.reml_criterion}


def _beauty(data: Mapping[str, Any], evidence: Evidence) -> Answers:
    rows = join_details(evidence.select(places=[data["place"]]), data["table"])
    found = estimate_slope(rows["value"], rows[data["trait"]], clusters=rows["employee"].to_numpy())
    return {"slope": found.estimate, "n_professors": found.n_clusters, "n_courses": found.n}


#: By entry: recompute its answers from its data, and from the evidence of the study that it names.
RECOMPUTED: Final[dict[str, Recomputation]] = {
    "demsar_2006": _demsar,
    "nemenyi_quantiles": _nemenyi,
    "conover_grasses": _conover,
    "four_fifths": _four_fifths,
    "smaa_three_alternatives": _smaa,
    "smaa_central_weights": _central_weights,
    "lme4_insteval": _insteval,
    "aer_teaching_ratings": _beauty,
    **ON_AGREEMENT,
    **ON_EFFECTS,
    **ON_FACTORS,
    **ON_GROUPS,
    **ON_CHARTS,
}
