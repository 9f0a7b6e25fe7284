"""Intervals of few people."""

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import N_BOOT, Ends, ends, items, pairs, simulate
from evalkit import stats


def few(rng: Generator, rho: float) -> Ends:
    """Two scores of 13 and 14 people, in units of which one is far better by both."""
    unit = np.arange(27) // 14
    x, y = pairs(rng, 27, rho).T + 2 * unit
    return ends(stats.estimate_exact_rank_agreement(x, y, strata=unit, rng=rng))


@simulate("27 people in 2 units far apart, unrelated within", tau_within_units=0.0)
def few_unrelated(rng: Generator) -> Ends:
    return few(rng, 0.0)


@simulate("27 people in 2 units far apart, r = .5 within", tau_within_units=1 / 3)
def few_related(rng: Generator) -> Ends:
    return few(rng, 0.5)


@simulate("27 people in 2 units far apart, r = .8 within", tau_within_units=float(2 / np.pi * np.arcsin(0.8)))
def few_alike(rng: Generator) -> Ends:
    return few(rng, 0.8)


@simulate("27 people in 2 units, intraclass correlation .2", mean_CR3=0.0)
def two_units(rng: Generator) -> Ends:
    unit = np.arange(27) // 14
    y = 0.5 * rng.normal(size=2)[unit] + rng.normal(size=27)
    return ends(stats.estimate_contrast(y, clusters=unit))


@simulate("150 people in 8 units, intraclass correlation .2", mean_CR3=0.0)
def eight_units(rng: Generator) -> Ends:
    unit = np.arange(150) * 8 // 150
    y = 0.5 * rng.normal(size=8)[unit] + rng.normal(size=150)
    return ends(stats.estimate_contrast(y, clusters=unit))


@simulate("27 people by 5 rankings, correlation .3", Kendall_W=(1 + 4 * 6 / np.pi * np.arcsin(0.15)) / 5)
def concordance_of_few(rng: Generator) -> Ends:
    return ends(stats.estimate_concordance(items(rng, 27, [0.3**0.5] * 5), n_boot=N_BOOT, rng=rng))
