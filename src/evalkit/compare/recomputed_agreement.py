"""How published answers on agreement, reliability and change are recomputed; see ``recomputed``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from evalkit.evidence import Evidence
from evalkit.stats import (
    INTRACLASS_FORMS,
    classification_agreement,
    classify_beta_binomial,
    estimate_association,
    estimate_chance_agreement,
    estimate_concordance,
    estimate_intraclass_correlation,
    estimate_krippendorff,
    estimate_limits,
    estimate_reliable_change,
    estimate_replicate_limits,
    estimate_weighted_kappa,
    expected_regression,
    name_reliability,
)
from evalkit.stats.krippendorff import Metric

Answers = dict[str, float]
Recomputation = Callable[[Mapping[str, Any], Evidence], Answers]


def _bland_altman(data: Mapping[str, Any], _: Evidence) -> Answers:
    first, second = data["first"][0], data["second"][0]
    found = estimate_limits(first, second)
    return {
        "bias": found.bias,
        "sd": found.sd,
        "se_bias": found.sd / found.n**0.5,
        "bias_low": found.bias_low,
        "bias_high": found.bias_high,
        "lower_two_sd": found.bias - 2 * found.sd,
        "upper_two_sd": found.bias + 2 * found.sd,
        "r_first": estimate_association(first, second).estimate,
    }


def _replicates(data: Mapping[str, Any], _: Evidence) -> Answers:
    first, second = np.array(data["first"]), np.array(data["second"])
    people = np.tile(np.arange(first.shape[1]), len(first))
    found = estimate_replicate_limits(first.ravel(), people, second.ravel(), people)
    return {"sd_corrected": found.sd}


def _alpha(ratings: np.ndarray, metric: Metric) -> float:
    rng = np.random.default_rng(1)  # for the interval, of which nothing is compared
    return estimate_krippendorff(ratings, metric=metric, n_boot=20, rng=rng).estimate


def _krippendorff(data: Mapping[str, Any], _: Evidence) -> Answers:
    ratings = np.array(data["ratings"], dtype=np.float64).T
    metrics: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
    return {metric: _alpha(ratings, metric) for metric in metrics}


def _gwet(data: Mapping[str, Any], _: Evidence) -> Answers:
    ratings = np.array(data["ratings"], dtype=np.float64).T
    ac1 = estimate_chance_agreement(ratings)
    ac2 = estimate_chance_agreement(ratings, weights="quadratic")
    fleiss = estimate_chance_agreement(ratings, coefficient="fleiss")
    by_squares = estimate_chance_agreement(ratings, coefficient="fleiss", weights="quadratic")
    even = estimate_chance_agreement(ratings, coefficient="brennan_prediger")
    return {
        "raw": ac1.observed,
        "ac1": ac1.estimate,
        "ac1_low": ac1.conf_low,
        "fleiss": fleiss.estimate,
        "fleiss_low": fleiss.conf_low,
        "conger": estimate_chance_agreement(ratings, coefficient="conger").estimate,
        "brennan_prediger": even.estimate,
        "krippendorff": _alpha(ratings, "nominal"),
        "ac2_quadratic": ac2.estimate,
        "ac2_quadratic_low": ac2.conf_low,
        "fleiss_quadratic": by_squares.estimate,
        "krippendorff_quadratic": _alpha(ratings, "interval"),
    }


def _fleiss_1971(data: Mapping[str, Any], _: Evidence) -> Answers:
    ratings = np.array([[float(digit) for digit in row] for row in data["diagnoses"]])
    return {
        "kappa": estimate_chance_agreement(ratings, coefficient="fleiss").estimate,
        "randolph": estimate_chance_agreement(ratings, coefficient="brennan_prediger").estimate,
    }


def _fleiss_1981(data: Mapping[str, Any], _: Evidence) -> Answers:
    counts = np.array(data["counts"])
    first, second = (np.repeat(codes.ravel(), counts.ravel()) for codes in np.indices(counts.shape))
    found = estimate_weighted_kappa(first, second, weights="identity")
    return {"kappa": found.estimate, "std_error": found.std_error}


def _cohen(data: Mapping[str, Any], _: Evidence) -> Answers:
    shares, disagreement = np.array(data["shares"]), np.array(data["disagreement"], dtype=np.float64)
    first, second = (codes.ravel().astype(np.float64) for codes in np.indices(shares.shape))
    weights = {"kappa": np.eye(len(shares)), "weighted_kappa": 1 - disagreement / disagreement.max()}
    return {
        name: float(classification_agreement(shares.reshape(1, -1), first, second, closeness=closeness)[0, 2])
        for name, closeness in weights.items()
    }


def _siegel(data: Mapping[str, Any], _: Evidence) -> Answers:
    rng = np.random.default_rng(1)  # for the interval, of which nothing is compared
    rankings = np.array(data["rankings"], dtype=np.float64).T
    return {"w": estimate_concordance(rankings, n_boot=20, rng=rng).estimate}


def _shrout_fleiss(data: Mapping[str, Any], _: Evidence) -> Answers:
    answers: Answers = {}
    for form in INTRACLASS_FORMS:
        for averaged in (False, True):
            found = estimate_intraclass_correlation(data["ratings"], form=form, averaged=averaged)
            name = f"{form}_{found.n_averaged:g}"
            answers |= {name: found.estimate, f"{name}_low": found.conf_low, f"{name}_high": found.conf_high}
    return answers


def _koo_li(data: Mapping[str, Any], _: Evidence) -> Answers:
    grid = [step / data["n_steps"] for step in range(data["n_steps"] + 1)]
    named = {
        word: [value for value in grid if name_reliability(value) == word] for word in ("moderate", "good")
    }
    return {
        "moderate_from": named["moderate"][0],
        "moderate_to": named["moderate"][-1],
        "good_to": named["good"][-1],
    }


def _jacobson_truax(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = estimate_reliable_change(
        [data["before"]], [data["after"]], sd=data["sd"], reliability=data["reliability"]
    )
    return {"sem": found.sem, "sem_difference": found.sem_difference, "index": float(found.index[0])}


def _livingston_lewis(data: Mapping[str, Any], _: Evidence) -> Answers:
    found = classify_beta_binomial(**data)
    return {"accuracy": found.accuracy, "consistency": found.consistency, "kappa": found.kappa}


def _regression(data: Mapping[str, Any], _: Evidence) -> Answers:
    return {"gain": expected_regression(data["correlation"], share=data["share"])}


#: By entry: recompute its answers from its data.
ON_AGREEMENT: Final[dict[str, Recomputation]] = {
    "bland_altman_1986": _bland_altman,
    "bland_altman_1986_replicates": _replicates,
    "krippendorff_2011": _krippendorff,
    "gwet_2014": _gwet,
    "fleiss_1971": _fleiss_1971,
    "fleiss_1981": _fleiss_1981,
    "cohen_1968": _cohen,
    "siegel_1956": _siegel,
    "shrout_fleiss_1979": _shrout_fleiss,
    "koo_li_2016": _koo_li,
    "jacobson_truax_1991": _jacobson_truax,
    "livingston_lewis": _livingston_lewis,
    "regression_to_the_mean": _regression,
}
