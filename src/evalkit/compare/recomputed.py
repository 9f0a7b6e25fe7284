"""How each published answer is recomputed: one function an entry of ``stats/reference_values.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from evalkit.compare.details import join_details
from evalkit.compare.recomputed_factors import ON_FACTORS
from evalkit.evidence import Evidence
from evalkit.stats import (
    combine_codes,
    compare_rank_pairs,
    compare_ranks,
    estimate_chance_agreement,
    estimate_impact_ratio,
    estimate_krippendorff,
    estimate_limits,
    estimate_rank_acceptability,
    estimate_replicate_limits,
    estimate_slope,
    fit_variance_components,
    nemenyi_quantile,
)
from evalkit.stats.krippendorff import Metric

Answers = dict[str, float]


def _demsar(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = compare_ranks(-np.array(data["scores"]), correct_ties=False)
    names = ("mean_rank_c45", "mean_rank_c45_m", "mean_rank_c45_cf", "mean_rank_c45_m_cf")
    return {
        **dict(zip(names, found.mean_ranks.tolist(), strict=True)),
        "chi_squared": found.statistic,
        "f": found.f_statistic,
        "critical_difference_05": compare_rank_pairs(found, conf_level=0.95).critical_difference,
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


def _bland_altman(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = estimate_limits(data["first"][0], data["second"][0])
    ends = {"bias_low": found.bias_low, "bias_high": found.bias_high}
    two_sd = {"lower_two_sd": found.bias - 2 * found.sd, "upper_two_sd": found.bias + 2 * found.sd}
    return {"bias": found.bias, "sd": found.sd, **ends, **two_sd, **_corrected_sd(data)}


def _corrected_sd(data: Mapping[str, Any]) -> Answers:
    first, second = np.array(data["first"]), np.array(data["second"])
    people = np.tile(np.arange(first.shape[1]), len(first))
    found = estimate_replicate_limits(first.ravel(), people, second.ravel(), people)
    return {"sd_corrected": found.sd}


def _krippendorff(data: Mapping[str, Any], _: Evidence) -> Answers:
    ratings = np.array(data["ratings"], dtype=np.float64).T
    metrics: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
    rng = np.random.default_rng(1)  # for the interval, of which nothing is compared
    return {
        metric: estimate_krippendorff(ratings, metric=metric, n_boot=20, rng=rng).estimate
        for metric in metrics
    }


def _gwet(data: Mapping[str, Any], _: Evidence) -> Answers:
    ratings = np.array(data["ratings"], dtype=np.float64).T
    ac1 = estimate_chance_agreement(ratings)
    fleiss = estimate_chance_agreement(ratings, coefficient="fleiss")
    return {
        "raw": ac1.observed,
        "ac1": ac1.estimate,
        "ac1_low": ac1.conf_low,
        "fleiss": fleiss.estimate,
        "fleiss_low": fleiss.conf_low,
        "ac2_quadratic": estimate_chance_agreement(ratings, weights="quadratic").estimate,
    }


#: By entry: recompute its answers from its data, and from the evidence of the study that it names.
RECOMPUTED: Final[dict[str, Callable[[Mapping[str, Any], Evidence], Answers]]] = {
    "demsar_2006": _demsar,
    "nemenyi_quantiles": _nemenyi,
    "conover_grasses": _conover,
    "four_fifths": _four_fifths,
    "smaa_three_alternatives": _smaa,
    "lme4_insteval": _insteval,
    "aer_teaching_ratings": _beauty,
    "bland_altman_1986": _bland_altman,
    "krippendorff_2011": _krippendorff,
    "gwet_2014": _gwet,
    **ON_FACTORS,
}
