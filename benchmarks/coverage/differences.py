"""Differences."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.random import Generator
from scipy.stats import norm

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, pairs, simulate
from evalkit import stats
from evalkit.stats import bootstrap

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


@simulate("3 places of 4, 6 and 8 clusters of 5, all half an SD apart", standardised_difference_of_places=0.5)
def effect_size_of_places(rng: Generator) -> Ends:
    return pooled_effect(rng, np.full(3, 0.5))


@simulate(
    "3 places of 4, 6 and 8 clusters of 5, from no difference to .9 SD",
    standardised_difference_of_places=(0.4 * 6 + 0.9 * 8) / 18,
)
def effect_size_of_unlike_places(rng: Generator) -> Ends:
    return pooled_effect(rng, np.array([0.0, 0.4, 0.9]))


def pooled_effect(rng: Generator, apart: np.ndarray) -> Ends:
    """Draw two scores of correlation .7 within places, a fifth of them from clusters; levels differ, too."""
    cov = [[1, 0.7], [0.7, 1]]
    units, people = (rng.multivariate_normal([0, 0], cov, size=n) for n in (18, 90))
    x = np.sqrt(0.2) * units[UNITS_OF_PLACES] + np.sqrt(0.8) * people
    x += np.array([-1.0, 0.0, 0.5])[PLACES, None] + np.outer(apart[PLACES], [1, 0])
    standardise = partial(stats.standardise_differences, strata=PLACES)
    return bootstrapped(bootstrap(standardise, x, n_boot=N_BOOT, rng=rng, clusters=UNITS_OF_PLACES))


APART = float(norm.cdf(0.8 / np.sqrt(2)))


@simulate("25 and 25 normal scores, .8 SD apart", Cliff_delta=2 * APART - 1)
def superiority(rng: Generator) -> Ends:
    return ends(stats.estimate_superiority(rng.normal(0.8, 1, 25), rng.normal(size=25)), "delta")


@simulate("43 pairs, one is higher in 70 %", Cliff_delta_paired=0.4)
def paired_superiority(rng: Generator) -> Ends:
    difference = rng.normal(norm.ppf(0.7), 1, 43)
    return ends(stats.estimate_superiority(difference, np.zeros(43), paired=True), "delta")


@simulate("six dials, differences that cross zero at .4 with errors of a tenth of their range", crossing=0.4)
def crossing(rng: Generator) -> Ends:
    dials = np.array([0, 0.1, 0.25, 0.5, 0.75, 1])
    error = np.full(6, 0.05)
    differences = 0.5 * (dials - 0.4) + error * rng.normal(size=6)
    return ends(stats.estimate_crossing(dials, differences, error, rng=rng, n_draws=1000))
