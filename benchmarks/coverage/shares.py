"""Shares, means and correlations."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import N_BOOT, Ends, bootstrapped, ends, pairs, simulate
from evalkit import stats
from evalkit.stats import bootstrap


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


@simulate("5 groups of 5 to 25 of one spread", mean_of_the_smallest_group=0.0, mean_of_all=2.0)
def group_means(rng: Generator) -> Ends:
    groups = np.repeat(np.arange(5), [5, 10, 15, 20, 25])
    found = stats.estimate_group_means(rng.normal(groups * 0.75, 2.0), groups)
    return [(found.conf_low[0], found.conf_high[0]), *ends(found, "overall")]


@simulate("45 lognormal durations", exact=True, exact_median=1.0)
def median(rng: Generator) -> Ends:
    return ends(stats.estimate_median(rng.lognormal(size=45)))


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
