"""Agreement of categories, ranks and decisions."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from scipy.stats import multivariate_normal, norm

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, items, pairs, simulate
from evalkit import stats
from evalkit.stats import bootstrap

PREVALENCE = np.array([0.1, 0.25, 0.4, 0.25])
GIVEN = np.array([[0.7, 0.3, 0, 0], [0.15, 0.7, 0.15, 0], [0, 0.15, 0.7, 0.15], [0, 0, 0.3, 0.7]])
JOINT = np.einsum("t,ti,tj->ij", PREVALENCE, GIVEN, GIVEN)  # two raters' ratings of one unit
MARGIN = JOINT.sum(axis=0)
LINEAR = 1 - np.abs(np.subtract.outer(np.arange(4), np.arange(4))) / 3
MIDDLE = np.cumsum(MARGIN) - MARGIN / 2


def beyond_chance(weights: np.ndarray, expected: float) -> float:
    return float((np.sum(weights * JOINT) - expected) / (1 - expected))


def by_gwet(weights: np.ndarray) -> float:
    return beyond_chance(weights, float(weights.sum() / 12 * np.sum(MARGIN * (1 - MARGIN))))


def by_margin(weights: np.ndarray) -> float:
    return beyond_chance(weights, float(MARGIN @ weights @ MARGIN))


def less_disagreement(distance: np.ndarray) -> float:
    return float(1 - np.sum(distance * JOINT) / (MARGIN @ distance @ MARGIN))


def ratings(rng: Generator, n: int, raters: int) -> np.ndarray:
    true = rng.choice(4, size=n, p=PREVALENCE)
    return (
        (rng.random((n, raters, 1)) > np.cumsum(GIVEN, axis=1)[true][:, None, :3]).sum(axis=2).astype(float)
    )


@simulate(
    "60 units by 3 raters, 4 categories, one rating in ten missing",
    AC1=by_gwet(np.eye(4)),
    AC2_linear=by_gwet(LINEAR),
    Fleiss_kappa=by_margin(np.eye(4)),
    Conger_kappa=by_margin(np.eye(4)),
)
def chance_agreement(rng: Generator) -> Ends:
    x = ratings(rng, 60, 3)
    x[rng.random(x.shape) < 0.1] = np.nan
    options = {"categories": range(4)}
    return [
        ends(stats.estimate_chance_agreement(x, **options))[0],
        ends(stats.estimate_chance_agreement(x, weights="linear", **options))[0],
        ends(stats.estimate_chance_agreement(x, coefficient="fleiss", **options))[0],
        ends(stats.estimate_chance_agreement(x, coefficient="conger", **options))[0],
    ]


@simulate(
    "60 units by 3 raters, 4 categories",
    Krippendorff_alpha_nominal=less_disagreement(1 - np.eye(4)),
    Krippendorff_alpha_ordinal=less_disagreement(np.subtract.outer(MIDDLE, MIDDLE) ** 2),
)
def krippendorff(rng: Generator) -> Ends:
    x = ratings(rng, 60, 3)
    metrics: tuple[stats.krippendorff.Metric, ...] = ("nominal", "ordinal")
    return [
        ends(stats.estimate_krippendorff(x, metric=metric, n_boot=N_BOOT, rng=rng))[0] for metric in metrics
    ]


@simulate("60 units by 2 raters, 4 categories", weighted_kappa_linear=by_margin(LINEAR))
def kappa(rng: Generator) -> Ends:
    return ends(stats.estimate_weighted_kappa(*ratings(rng, 60, 2).T, categories=range(4)))


@simulate(
    "60 persons by 2 methods, 4 categories",
    raw_agreement_percentile=float(np.trace(JOINT)),
    AC2_linear_percentile=by_gwet(LINEAR),
    weighted_kappa_percentile=by_margin(LINEAR),
)
def classes(rng: Generator) -> Ends:
    first, second = ratings(rng, 60, 2).T
    found = bootstrap(
        lambda w, a, b: stats.classification_agreement(w, a, b, closeness=LINEAR),
        first,
        second,
        n_boot=N_BOOT,
        rng=rng,
    )
    return bootstrapped(found)


@simulate("43 persons by 5 rankings, correlation .6", Kendall_W=(1 + 4 * 6 / np.pi * np.arcsin(0.3)) / 5)
def concordance(rng: Generator) -> Ends:
    return ends(stats.estimate_concordance(items(rng, 43, [np.sqrt(0.6)] * 5), n_boot=N_BOOT, rng=rng))


@simulate("43 normal pairs, correlation .7", Kendall_tau_b_percentile=2 / np.pi * np.arcsin(0.7))
def rank_agreement(rng: Generator) -> Ends:
    return ends(stats.estimate_rank_agreement(*pairs(rng, 43, 0.7).T, n_boot=N_BOOT, rng=rng))


CUT = norm.ppf(0.2)
BOTH = multivariate_normal.cdf([CUT, CUT], mean=[0, 0], cov=[[1, 0.7], [0.7, 1]])


@simulate("100 persons, correlation .7, a fifth selected", selected_by_both=float(BOTH) / 0.2)
def decisions(rng: Generator) -> Ends:
    x, y = pairs(rng, 100, 0.7).T
    found = stats.estimate_decision_agreement(x, y, selected_share=0.2, n_boot=N_BOOT, rng=rng)
    return ends(found)
