"""Simulate how often every interval of evalkit.stats holds the truth; writes src/evalkit/stats/coverage.csv.

Each simulation draws data from a known population and asks for intervals. Its streams hang on its name, the
seed and the number of the batch alone, so any number of workers gives the same figures. An interval that was
withheld (NaN) is no replicate. ``--only NAME`` simulates some again and keeps the other rows.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import inspect
import multiprocessing
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.random import Generator
from scipy.stats import multivariate_normal, norm

from evalkit import stats
from evalkit.compare import judge_coverage
from evalkit.stats import bootstrap

TABLE = Path(__file__).parents[1] / "src" / "evalkit" / "stats" / "coverage.csv"
COLUMNS = [
    "simulation", "interval", "design", "kind", "n_replicates", "coverage", "mc_error", "nominal", "verdict",
    "made_by",
]  # fmt: skip
SEED = 20260101
BATCH = 100
N_BOOT = 299

Ends = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Draws one data set and returns the ends of one interval for each truth."""

    draw: Callable[[Generator], Ends]
    design: str
    truths: dict[str, float]
    n: int
    exact: bool
    nominal: float

    @property
    def name(self) -> str:
        """Name of the function that draws, which also names the random streams."""
        return self.draw.__name__

    @property
    def made_by(self) -> str:
        """Mark of this simulation's own text: a row of the table is stale when it differs."""
        return hashlib.sha256(inspect.getsource(self.draw).encode()).hexdigest()[:12]


SIMULATIONS: dict[str, Simulation] = {}


def simulate(
    design: str, *, n: int = 2000, exact: bool = False, nominal: float = 0.95, **truths: float
) -> Callable[[Callable[[Generator], Ends]], Callable[[Generator], Ends]]:
    def keep(draw: Callable[[Generator], Ends]) -> Callable[[Generator], Ends]:
        named = {name.replace("_", " "): truth for name, truth in truths.items()}
        found = Simulation(draw=draw, design=design, truths=named, n=n, exact=exact, nominal=nominal)
        SIMULATIONS[found.name] = found
        return draw

    return keep


def ends(found: object, *names: str) -> list[tuple[float, float]]:
    """Read the ends of intervals by the stem of their names, ``conf`` by default."""
    return [(getattr(found, f"{name}_low"), getattr(found, f"{name}_high")) for name in names or ("conf",)]


def bootstrapped(found: stats.Bootstrap) -> list[tuple[float, float]]:
    return list(zip(np.atleast_1d(found.conf_low), np.atleast_1d(found.conf_high), strict=True))


def pairs(rng: Generator, n: int, rho: float) -> np.ndarray:
    return rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n)


def items(rng: Generator, n: int, loadings: Sequence[float]) -> np.ndarray:
    part = np.asarray(loadings)
    return rng.normal(size=(n, 1)) * part + rng.normal(size=(n, len(part))) * np.sqrt(1 - part**2)


# shares, means, correlations


@simulate("7 % of 43", exact=True, exact_share=0.07)
def share(rng: Generator) -> Ends:
    return ends(stats.estimate_share(int(rng.binomial(43, 0.07)), 43))


@simulate("40 of a group at 30 %, 80 others at 60 %", impact_ratio=0.5)
def impact_ratio(rng: Generator) -> Ends:
    return ends(stats.estimate_impact_ratio(int(rng.binomial(40, 0.3)), 40, int(rng.binomial(80, 0.6)), 80))


@simulate("43 normal scores", mean_percentile=0.0)
def mean(rng: Generator) -> Ends:
    found = bootstrap(stats.weighted_mean, rng.normal(size=43), n_boot=N_BOOT, rng=rng)
    return bootstrapped(found)


@simulate("30 clusters of 8, intraclass correlation .2", mean_cluster_percentile=0.0)
def cluster_mean(rng: Generator) -> Ends:
    units = np.repeat(np.arange(30), 8)
    y = 0.5 * rng.normal(size=30)[units] + rng.normal(size=240)
    return bootstrapped(bootstrap(stats.weighted_mean, y, n_boot=N_BOOT, rng=rng, clusters=units))


@simulate("12 clusters of 8, intraclass correlation .2", mean_cluster_percentile=0.0)
def few_cluster_mean(rng: Generator) -> Ends:
    units = np.repeat(np.arange(12), 8)
    y = 0.5 * rng.normal(size=12)[units] + rng.normal(size=96)
    return bootstrapped(bootstrap(stats.weighted_mean, y, n_boot=N_BOOT, rng=rng, clusters=units))


@simulate(
    "43 normal pairs, correlation .7",
    Pearson=0.7,
    Spearman=6 / np.pi * np.arcsin(0.35),
    Kendall_tau_b=2 / np.pi * np.arcsin(0.7),
)
def correlations(rng: Generator) -> Ends:
    x, y = pairs(rng, 43, 0.7).T
    kinds = ("pearson", "spearman", "kendall")
    return [ends(stats.estimate_association(x, y, coefficient=kind))[0] for kind in kinds]


@simulate("43 normal pairs, correlation .9", Pearson_percentile=0.9)
def weighted_correlation(rng: Generator) -> Ends:
    x, y = pairs(rng, 43, 0.9).T
    return bootstrapped(bootstrap(stats.weighted_correlation, x, y, n_boot=N_BOOT, rng=rng))


# reliability


@simulate(
    "43 persons, 5 items of one strength, correlation .36", exact=True, alpha_Feldt=5 * 0.36 / (1 + 4 * 0.36)
)
def alpha(rng: Generator) -> Ends:
    return ends(stats.estimate_alpha(items(rng, 43, [0.6] * 5)))


@simulate("43 persons, 6 items, loadings .5 to .9", omega=4.2**2 / (4.2**2 + 6 - 3.08))
def omega(rng: Generator) -> Ends:
    x = items(rng, 43, [0.5, 0.5, 0.7, 0.7, 0.9, 0.9])
    return ends(stats.estimate_omega(x, n_boot=199, rng=rng))


@simulate("30 persons, 3 items, loadings .6 to .8", omega=2.1**2 / (2.1**2 + 3 - 1.49))
def omega_few(rng: Generator) -> Ends:
    return ends(stats.estimate_omega(items(rng, 30, [0.6, 0.7, 0.8]), n_boot=199, rng=rng))


TWO_FACTORS = np.array([0.8, 0.7, 0.6, 0.7, 0.6, 0.5])
APART_BY = np.kron([[1, 0.4], [0.4, 1]], np.ones((3, 3))) * np.outer(TWO_FACTORS, TWO_FACTORS)
np.fill_diagonal(APART_BY, 1.0)
MISFIT = APART_BY.copy()
MISFIT[0, 3] = MISFIT[3, 0] = APART_BY[0, 3] + 0.1  # two items of different factors share more than these
TRUE_MISFIT = stats.fit_factors_to_moments(
    {"all": stats.Moments(covariance=MISFIT, means=np.zeros(6), n=10**7)}, "aaabbb"
).fit.rmsea


@simulate(
    "100 persons, 2 factors of 3 items",
    omega_of_a_factor_loadings_8_to_6=2.1**2 / (2.1**2 + 3 - 1.49),
    omega_of_a_factor_loadings_7_to_5=1.8**2 / (1.8**2 + 3 - 1.1),
)
def factor_omega(rng: Generator) -> Ends:
    x = rng.multivariate_normal(np.zeros(6), APART_BY, size=100)
    found = stats.estimate_factor_omega(x, "aaabbb", n_boot=199, rng=rng)
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate("300 persons, 2 factors of 3 items that share more", nominal=0.9, RMSEA_90_percent=TRUE_MISFIT)
def misfit(rng: Generator) -> Ends:
    x = rng.multivariate_normal(np.zeros(6), MISFIT, size=300)
    return ends(stats.fit_confirmatory_factors(x, "aaabbb").fit, "rmsea")


@simulate(
    "43 persons by 4 raters; variances 1, .3 and 1",
    exact=True,
    ICC_1=1 / 2.3,
    ICC_1_mean=1 / (1 + 1.3 / 4),
)
def one_way(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(1.3) * rng.normal(size=(43, 4))
    return [
        ends(stats.estimate_intraclass_correlation(x, form="one_way", averaged=mean))[0]
        for mean in (False, True)
    ]


@simulate("43 persons by 4 raters; variances 1, .3 and 1", ICC_A=1 / 2.3, ICC_C=0.5)
def two_way(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(0.3) * rng.normal(size=4) + rng.normal(size=(43, 4))
    forms: tuple[stats.IntraclassForm, ...] = ("agreement", "consistency")
    return [ends(stats.estimate_intraclass_correlation(x, form=form))[0] for form in forms]


@simulate("43 persons by 4 raters; variances 1, .3 and 1", ICC_C_percentile=0.5)
def resampled_icc(rng: Generator) -> Ends:
    x = rng.normal(size=(43, 1)) + np.sqrt(0.3) * rng.normal(size=4) + rng.normal(size=(43, 4))
    found = bootstrap(stats.weighted_intraclass_correlation("consistency"), x, n_boot=999, rng=rng)
    return bootstrapped(found)


@simulate("40 persons with 2 to 5 ratings each; variances 1 and 1.5", n=600, ICC_1_unbalanced=0.4)
def unbalanced_icc(rng: Generator) -> Ends:
    people = np.repeat(np.arange(40), np.tile([2, 3, 4, 5], 10))
    y = rng.normal(size=40)[people] + np.sqrt(1.5) * rng.normal(size=len(people))
    return ends(stats.estimate_unbalanced_correlations(y, people)[0])


@simulate(
    "40 persons, each rated by 4 of 12 raters; variances 1, .3 and 1",
    n=400,
    variance_of_persons_profile=1.0,
    variance_of_raters_profile=0.3,
    residual_variance_profile=1.0,
    share_of_persons_profile=1 / 2.3,
    phi_of_4_profile=1 / (1 + 1.3 / 4),
    generalizability_of_4_profile=0.8,
)
def profiles(rng: Generator) -> Ends:
    people = np.repeat(np.arange(40), 4)
    raters = np.concatenate([rng.choice(12, 4, replace=False) for _ in range(40)])
    y = rng.normal(size=40)[people] + np.sqrt(0.3) * rng.normal(size=12)[raters] + rng.normal(size=160)
    fit = stats.fit_variance_components(y, {"p": people, "r": raters})
    shares = {
        "share": lambda v: v["p"] / sum(v.values()),
        "phi": lambda v: v["p"] / (v["p"] + (v["r"] + v["residual"]) / 4),
        "rho": lambda v: v["p"] / (v["p"] + v["residual"] / 4),
    }
    found = stats.profile_interval(fit, functions=shares)
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate(
    "30 persons with 3 ratings each; variances 1 and 1",
    n=150,
    variance_of_persons_bootstrap=1.0,
    residual_variance_bootstrap=1.0,
    share_of_persons_bootstrap=0.5,
)
def refitted(rng: Generator) -> Ends:
    people = np.repeat(np.arange(30), 3)
    y = rng.normal(size=30)[people] + rng.normal(size=90)
    fit = stats.fit_variance_components(y, {"p": people})
    found = stats.bootstrap_interval(
        fit, n_boot=99, rng=rng, functions={"share": lambda v: v["p"] / (v["p"] + v["residual"])}
    )
    return list(zip(found.conf_low, found.conf_high, strict=True))


@simulate("43 persons, 6 items, correlation .8", first_component_share=0.8 + 0.2 / 6, mean_correlation=0.8)
def common_share(rng: Generator) -> Ends:
    x = items(rng, 43, [np.sqrt(0.8)] * 6)
    return ends(stats.estimate_common_share(x, n_boot=N_BOOT, rng=rng), "share", "mean_r")


# agreement

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


@simulate(
    "43 pairs, normal differences", exact=True, bias=0.5, limit_of_agreement_exact=0.5 + norm.ppf(0.975)
)
def limits(rng: Generator) -> Ends:
    x = rng.normal(0.5, 1, 43)
    return ends(stats.estimate_limits(x, np.zeros(43)), "bias", "upper")


@simulate(
    "40 persons with 3 pairs each; variances .5 and 1",
    bias_of_clusters=0.5,
    limit_of_agreement_MOVER=0.5 + norm.ppf(0.975) * np.sqrt(1.5),
)
def clustered_limits(rng: Generator) -> Ends:
    people = np.repeat(np.arange(40), 3)
    x = 0.5 + np.sqrt(0.5) * rng.normal(size=40)[people] + rng.normal(size=120)
    return ends(stats.estimate_limits(x, np.zeros(120), clusters=people), "bias", "upper")


@simulate(
    "40 persons measured 3 and 2 times; variances .2, 1 and 1",
    limit_of_agreement_replicates=norm.ppf(0.975) * np.sqrt(2.2),
)
def replicate_limits(rng: Generator) -> Ends:
    people, fewer = np.repeat(np.arange(40), 3), np.repeat(np.arange(40), 2)
    level, apart = rng.normal(size=40), np.sqrt(0.2) * rng.normal(size=40)
    first = (level + apart)[people] + rng.normal(size=120)
    second = level[fewer] + rng.normal(size=80)
    return ends(stats.estimate_replicate_limits(first, people, second, fewer), "upper")


@simulate("43 pairs, correlation .8, shifted by .3 SD", Lin_concordance=1.6 / 2.09)
def lin(rng: Generator) -> Ends:
    x, y = pairs(rng, 43, 0.8).T
    return ends(stats.estimate_lin_concordance(x, y + 0.3))


@simulate("43 pairs, correlation .8, shifted by .3 SD", Lin_concordance_percentile=1.6 / 2.09)
def weighted_lin(rng: Generator) -> Ends:
    x, y = pairs(rng, 43, 0.8).T
    return bootstrapped(bootstrap(stats.weighted_lin_concordance, x, y + 0.3, n_boot=N_BOOT, rng=rng))


@simulate("40 persons, both reliabilities .8, slope 1.2", Deming_slope=1.2, Deming_intercept=0.5)
def deming(rng: Generator) -> Ends:
    true = rng.normal(size=40)
    x, y = true + 0.5 * rng.normal(size=40), 0.5 + 1.2 * true + 0.6 * rng.normal(size=40)
    return ends(stats.estimate_deming(x, y, error_ratio=1.44), "slope", "intercept")


@simulate(
    "40 persons, both reliabilities .8, slope 1.2", Passing_Bablok_slope=1.2, Passing_Bablok_intercept=0.5
)
def passing_bablok(rng: Generator) -> Ends:
    true = rng.normal(size=40)
    x, y = true + 0.5 * rng.normal(size=40), 0.5 + 1.2 * true + 0.6 * rng.normal(size=40)
    return ends(stats.estimate_passing_bablok(x, y), "slope", "intercept")


@simulate(
    "60 persons, 4 occasions by 3 raters of their own, 2 parts",
    score_dependability=77.6 / (77.6 + 3.6 + 48.8 / 3 + 5.4),
    score_SEM=np.sqrt(3.6 + 48.8 / 3 + 5.4),
    score_dependability_one_occasion=77.6 / (77.6 + 14.4 + 48.8 / 3 + 21.6),
)
def weighted_score(rng: Generator) -> Ends:
    n, weights = 60, np.array([0.6, 0.4])
    person, occasion, rater, part = (index.ravel() for index in np.indices((n, 4, 3, 2)))
    covariances = {  # combined by the weights: 77.6, 14.4, 48.8 and 64.8
        (n, 1, 1): [[100, 60], [60, 80]],
        (n, 4, 1): [[20, 5], [5, 30]],
        (n, 1, 3): [[60, 40], [40, 50]],
        (n, 4, 3): [[100, 20], [20, 120]],
    }
    values = sum(rng.multivariate_normal([0, 0], cov, size=size) for size, cov in covariances.items())
    table = stats.RatingTable(
        values=np.ravel(values),
        objects=person,
        parts=part,
        occasions=occasion,
        raters=3 * person + rater,
        holder=np.arange(n),
    )
    components = stats.estimate_covariance_components(
        [table], n_parts=2, rated=[True, True], shared_panel=[False, False]
    )
    found = stats.estimate_score_designs(components, weights, [(1, 1)], n_boot=N_BOOT, rng=rng)
    phi, sem = zip(found.phi_low, found.phi_high, strict=True), (found.sem_low[0], found.sem_high[0])
    whole, single = phi
    return [whole, sem, single]


@simulate("100 persons, 2 traits by 3 methods", convergent_less_discriminant=0.25)
def multitrait(rng: Generator) -> Ends:
    trait, methods = [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]
    alike, same = np.equal.outer(trait, trait), np.equal.outer(methods, methods)
    r = np.where(alike, 0.5, np.where(same, 0.4, 0.25)) + 0.5 * np.eye(6)
    found = np.corrcoef(rng.multivariate_normal(np.zeros(6), r, size=100), rowvar=False)
    found = (found + found.T) / 2
    np.fill_diagonal(found, 1.0)
    return ends(stats.summarise_multitrait(found, [str(t) for t in trait], [str(m) for m in methods], n=100))


# differences

SIZES = np.array([4, 4, 5, 6, 6, 8, 8, 10, 12, 16, 20, 26])
UNITS = np.repeat(np.arange(12), SIZES)


def clustered(rng: Generator) -> np.ndarray:
    return 0.5 * rng.normal(size=12)[UNITS] + rng.normal(size=len(UNITS))


@simulate("43 paired differences", exact=True, mean_difference_t=0.0)
def paired(rng: Generator) -> Ends:
    return ends(stats.estimate_contrast(rng.normal(size=43)))


@simulate("43 paired differences", nominal=0.9, exact=True, equivalence_90_percent=0.2)
def equivalence(rng: Generator) -> Ends:
    found = stats.estimate_contrast(rng.normal(0.2, 1, 43))
    return ends(stats.assess_equivalence(found.estimate, found.std_error, found.df, margin=0.5))


@simulate(
    "12 clusters of 4 to 26, intraclass correlation .2",
    mean_difference_CR1=0.0,
    mean_difference_CR3=0.0,
    mean_difference_wild_bootstrap=0.0,
)
def cluster_robust(rng: Generator) -> Ends:
    y = clustered(rng)
    return [
        ends(stats.estimate_contrast(y, clusters=UNITS, correction="CR1"))[0],
        ends(stats.estimate_contrast(y, clusters=UNITS, correction="CR3"))[0],
        ends(stats.wild_cluster_bootstrap(y, clusters=UNITS, n_boot=199, rng=rng))[0],
    ]


PLACES = np.repeat(np.arange(3), [20, 30, 40])
UNITS_OF_PLACES = np.repeat(np.arange(18), 5)


@simulate(
    "3 places of 4, 6 and 8 clusters of 5, intraclass correlation .2, their means apart",
    mean_of_places_CR3=0.0,
    superiority_of_places=0.5,
)
def stratified(rng: Generator) -> Ends:
    places, units = PLACES, UNITS_OF_PLACES
    drawn = 0.5 * rng.normal(size=18)[units] + rng.normal(size=90)
    apart = drawn + np.array([-1.0, 0.0, 0.5])[places]
    return [
        ends(stats.estimate_stratified_mean(apart, strata=places, clusters=units))[0],
        ends(
            stats.estimate_superiority(drawn, np.zeros(90), paired=True, strata=places, clusters=units),
            "probability",
        )[0],
    ]


@simulate(
    "12 clusters of 4 to 26, 6 of them treated",
    contrast_of_clusters_CR1=0.0,
    contrast_of_clusters_CR3=0.0,
    contrast_of_clusters_wild_bootstrap=0.0,
)
def cluster_contrast(rng: Generator) -> Ends:
    y = clustered(rng)
    X = np.column_stack([np.ones(len(UNITS)), UNITS % 2])
    return [
        ends(stats.estimate_contrast(y, X, clusters=UNITS, correction="CR1"))[0],
        ends(stats.estimate_contrast(y, X, clusters=UNITS, correction="CR3"))[0],
        ends(stats.wild_cluster_bootstrap(y, X, clusters=UNITS, n_boot=199, rng=rng))[0],
    ]


@simulate("94 clusters of 5, predictor of the cluster", slope_cluster_robust=0.3)
def slope(rng: Generator) -> Ends:
    units = np.repeat(np.arange(94), 5)
    x = rng.normal(size=94)[units]
    y = 0.3 * x + 0.5 * rng.normal(size=94)[units] + rng.normal(size=470)
    return ends(stats.estimate_slope(y, x, clusters=units))


@simulate("20 clusters of 5, predictor of the cluster", slope_CR3=0.3)
def slope_few(rng: Generator) -> Ends:
    units = np.repeat(np.arange(20), 5)
    x = rng.normal(size=20)[units]
    y = 0.3 * x + 0.5 * rng.normal(size=20)[units] + rng.normal(size=100)
    return ends(stats.estimate_slope(y, x, clusters=units))


@simulate("43 rows, error that grows with the predictor", slope_HC3=0.3)
def slope_hc3(rng: Generator) -> Ends:
    x = rng.normal(size=43)
    return ends(stats.estimate_slope(0.3 * x + (0.5 + 0.5 * np.abs(x)) * rng.normal(size=43), x))


@simulate("43 normal pairs, correlation .7, half an SD apart", standardised_difference=0.5)
def effect_size(rng: Generator) -> Ends:
    x = pairs(rng, 43, 0.7) + np.array([0.5, 0.0])
    return bootstrapped(bootstrap(stats.standardise_differences, x, n_boot=N_BOOT, rng=rng))


APART = float(norm.cdf(0.8 / np.sqrt(2)))


@simulate("25 and 25 normal scores, .8 SD apart", Cliff_delta=2 * APART - 1)
def superiority(rng: Generator) -> Ends:
    return ends(stats.estimate_superiority(rng.normal(0.8, 1, 25), rng.normal(size=25)), "delta")


@simulate("43 pairs, one is higher in 70 %", Cliff_delta_paired=0.4)
def paired_superiority(rng: Generator) -> Ends:
    difference = rng.normal(norm.ppf(0.7), 1, 43)
    return ends(stats.estimate_superiority(difference, np.zeros(43), paired=True), "delta")


# groups of people


@simulate("2 groups of about 150 in 6 strata, odds ratio e^.5", delta_Mantel_Haenszel=2.35 * -0.5)
def mantel_haenszel(rng: Generator) -> Ends:
    strata, focal = rng.integers(0, 6, 300), rng.random(300) < 0.5
    passed = strata / 2 - 1 - 0.5 * focal + rng.logistic(size=300) > 0
    return ends(stats.estimate_mantel_haenszel(passed, focal, strata))


@simulate("2 groups of about 200, 5 categories, log odds -.4", uniform_item_bias=-0.4)
def ordinal_dif(rng: Generator) -> Ends:
    standing, focal = rng.normal(size=400), rng.random(400) < 0.5
    ratings = np.digitize(1.5 * standing - 0.4 * focal + rng.logistic(size=400), [-3.0, -1.5, 0.0, 1.5])
    return ends(stats.estimate_ordinal_dif(ratings, focal, standing))


@simulate("20 raters, SD .3, sampling variances .02 to .2", spread_Q_profile=0.3, mean_Knapp_Hartung=0.2)
def heterogeneity(rng: Generator) -> Ends:
    variances = rng.uniform(0.02, 0.2, 20)
    found = stats.estimate_heterogeneity(rng.normal(0.2, np.sqrt(0.09 + variances)), variances)
    return ends(found, "conf", "mean")


# running


def run_batch(name: str, batch: int, size: int) -> np.ndarray:
    """Tell of each replicate and interval whether it holds the truth; NaN where there is no interval."""
    found = SIMULATIONS[name]
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), batch])
    drawn = np.array([list(map(tuple, found.draw(rng))) for _ in range(size)], dtype=float)
    truth = np.array(list(found.truths.values()))
    held = (drawn[:, :, 0] <= truth) & (truth <= drawn[:, :, 1])
    return np.where(np.isnan(drawn).any(axis=2), np.nan, held)


def rows_of(found: Simulation, held: np.ndarray) -> Iterator[dict[str, object]]:
    for name, column in zip(found.truths, held.T, strict=True):
        known = column[~np.isnan(column)]
        coverage = float(known.mean())
        error = float(np.sqrt(coverage * (1 - coverage) / len(known)))
        yield {
            "simulation": found.name,
            "interval": name,
            "design": found.design,
            "kind": "exact" if found.exact else "approximate",
            "n_replicates": len(known),
            "coverage": f"{coverage:.4f}",
            "mc_error": f"{error:.4f}",
            "nominal": found.nominal,
            "verdict": judge_coverage(round(coverage, 4), found.nominal, exact=found.exact),
            "made_by": found.made_by,
        }


def run(names: Sequence[str], workers: int) -> Iterator[dict[str, object]]:
    start = perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        jobs = {
            name: [
                pool.submit(run_batch, name, i, min(BATCH, SIMULATIONS[name].n - i * BATCH))
                for i in range(-(-SIMULATIONS[name].n // BATCH))
            ]
            for name in names
        }
        for name, batches in jobs.items():
            for row in rows_of(SIMULATIONS[name], np.concatenate([batch.result() for batch in batches])):
                figure = f"{row['coverage']} ± {row['mc_error']}  {row['verdict']:<9} {row['interval']}"
                print(f"{perf_counter() - start:5.0f} s  {figure}: {row['design']}", flush=True)
                yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=list(SIMULATIONS), choices=SIMULATIONS)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    kept: list[dict[str, object]] = []
    if set(options.only) != set(SIMULATIONS) and TABLE.exists():
        with TABLE.open(newline="", encoding="utf-8") as file:
            kept = [dict(row) for row in csv.DictReader(file) if row["simulation"] not in options.only]
    for row in run(options.only, options.workers):
        kept.append(row)
        write(kept)


def write(rows: list[dict[str, object]]) -> None:
    """Write the rows in the order of the simulations; as they come, so that a stopped run is not lost."""
    order = list(SIMULATIONS)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: order.index(str(row["simulation"]))))


if __name__ == "__main__":
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # as in a report; it is read when numpy is loaded
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, __file__, *sys.argv[1:]])
    main()
