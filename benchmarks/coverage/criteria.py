"""Correlation with criteria, and what the truth shows of scores."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from scipy.stats import norm

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, pairs, simulate
from evalkit import stats
from evalkit.stats import bootstrap

THREE_PLACES = np.repeat(np.arange(3), 80)
THIRTY_UNITS = np.repeat(np.arange(30), 8)


def in_units(rng: Generator, between: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Draw columns for 3 places of 10 units of 8; units make a fifth of the variance."""
    k = len(between)
    units = rng.multivariate_normal(np.zeros(k), 0.2 * between, size=30)[THIRTY_UNITS]
    return units + rng.multivariate_normal(np.zeros(k), 0.8 * within, size=240)


@simulate(
    "3 places of 10 units of 8, correlation .6 of units and .4 within them, their means apart",
    criterion_r_within_places=0.44,
    criterion_r_within_units=0.4,
    criterion_r_between_units=0.16 / 0.3,
)
def criterion_correlation(rng: Generator) -> Ends:
    x, y = in_units(rng, np.array([[1, 0.6], [0.6, 1]]), np.array([[1, 0.4], [0.4, 1]])).T
    apart = 0.5 * (THREE_PLACES - 1)
    options = {"strata": THREE_PLACES, "clusters": THIRTY_UNITS, "n_boot": N_BOOT, "rng": rng}
    found = stats.estimate_criterion_correlation(x + apart, y + apart, **options)
    return ends(found, "within", "within_clusters", "between_clusters")


@simulate(
    "3 places of 10 units of 8, correlation .44, their means apart",
    error_after_calibration=float(np.sqrt(1 - 0.44**2)),
)
def calibrated_error(rng: Generator) -> Ends:
    r = np.array([[1, 0.44], [0.44, 1]])
    x, y = in_units(rng, r, r).T
    apart = 0.5 * (THREE_PLACES - 1)
    options = {"strata": THREE_PLACES, "clusters": THIRTY_UNITS}
    return ends(stats.estimate_calibrated_error(x + apart, y + apart, **options))


@simulate("30 pairs of unit means in 3 places, correlation .5", criterion_r_of_units=0.5)
def unit_criterion(rng: Generator) -> Ends:
    x, y = pairs(rng, 30, 0.5).T
    places = np.repeat(np.arange(3), 10)
    found = stats.estimate_criterion_correlation(x, y, strata=places, n_boot=N_BOOT, rng=rng)
    return ends(found, "within")


@simulate(
    "3 places of 10 units of 8, correlations .4, .4 and .5",
    rise_of_R2=0.04 / 0.75,
    semipartial_correlation=0.2 / np.sqrt(0.75),
)
def criterion_increment(rng: Generator) -> Ends:
    r = np.array([[1, 0.4, 0.5], [0.4, 1, 0.4], [0.5, 0.4, 1]])
    x, y, z = in_units(rng, r, r).T
    options = {"strata": THREE_PLACES, "clusters": THIRTY_UNITS, "n_boot": N_BOOT, "rng": rng}
    found = stats.estimate_criterion_increment(x, y, z, **options)
    return ends(found, "conf", "semipartial")


@simulate("3 places of 10 units of 8, nothing added", rise_of_R2_of_nothing=0.0)
def criterion_increment_of_nothing(rng: Generator) -> Ends:
    r = np.array([[1, 0.2, 0.5], [0.2, 1, 0.4], [0.5, 0.4, 1]])
    x, y, z = in_units(rng, r, r).T
    options = {"strata": THREE_PLACES, "clusters": THIRTY_UNITS, "n_boot": N_BOOT, "rng": rng}
    return ends(stats.estimate_criterion_increment(x, y, z, **options))


FAR = 72 / 79 * norm.cdf(1 / np.sqrt(2)) + 7 / 79 * norm.cdf(1 / np.sqrt(1.6))


@simulate("3 places of 10 units of 8, 15 % with the condition, one SD apart", area_under_ROC=float(FAR))
def discrimination(rng: Generator) -> Ends:
    has = rng.random(240) < 0.15
    x = in_units(rng, np.eye(1), np.eye(1))[:, 0] + has
    options = {"strata": THREE_PLACES, "clusters": THIRTY_UNITS, "n_boot": N_BOOT, "rng": rng}
    return ends(stats.estimate_discrimination(x, has, **options))


@simulate(
    "3 places of 10 units of 8, correlation .44",
    mean_of_the_highest_tenth=0.44 * float(norm.pdf(norm.ppf(0.9))) / 0.1,
    mean_of_the_fifth_tenth=0.44 * float(norm.pdf(norm.ppf(0.4)) - norm.pdf(norm.ppf(0.5))) / 0.1,
)
def tenths(rng: Generator) -> Ends:
    r = np.array([[1, 0.44], [0.44, 1]])
    x, y = in_units(rng, r, r).T
    tenth = np.concatenate([np.argsort(np.argsort(x[place == THREE_PLACES])) // 8 for place in range(3)])
    apart = y - np.repeat([y[place == THREE_PLACES].mean() for place in range(3)], 80)
    inside = np.equal.outer(tenth, [9, 4]).astype(float)
    found = bootstrap(
        stats.weighted_group_means, apart, inside, n_boot=N_BOOT, rng=rng, clusters=THIRTY_UNITS
    )
    return bootstrapped(found)
