"""Agreement of scores."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from scipy.stats import norm

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, pairs, simulate
from evalkit import stats
from evalkit.stats import bootstrap


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
