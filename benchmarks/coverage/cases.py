"""Intervals of waiting times, rates, paces and steps."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import Ends, ends, simulate
from evalkit import stats


@simulate(
    "80 cases of 8 days on average, a quarter still open",
    share_open_after_8_days=np.exp(-1),
    median_days=8 * np.log(2),
)
def survival(rng: Generator) -> Ends:
    days, seen = rng.exponential(8, 80), rng.uniform(0, 32, 80)
    found = stats.estimate_survival(np.minimum(days, seen), days <= seen)
    at = np.searchsorted(found.days, 8, side="right") - 1
    return [(found.conf_low[at], found.conf_high[at]), (found.median_low, found.median_high)]


@simulate("20 cases of about 4 whole days, some still open", whole_days_median=4.0)
def short_survival(rng: Generator) -> Ends:
    days, seen = np.ceil(rng.exponential(5, 20)), rng.integers(1, 40, 20)
    found = stats.estimate_survival(np.minimum(days, seen), days <= seen)
    return [(found.median_low, found.median_high)]


@simulate("7 complaints expected", exact=True, exact_rate=0.7)
def rate(rng: Generator) -> Ends:
    return ends(stats.estimate_rate(int(rng.poisson(7)), 10.0))


@simulate("12 units of 20 cases, ratios with SD .3", ratio_less_truth=0.0, spread_of_ratios=0.3)
def shrunken_ratios(rng: Generator) -> Ends:
    true = rng.gamma(1 / 0.09, 0.09, 12)
    found = stats.estimate_shrunken_ratios(rng.poisson(20 * true), np.full(12, 20.0))
    return [(found.conf_low[0] - true[0], found.conf_high[0] - true[0]), *ends(found, "spread")]


@simulate("12 units of 40 cases, paces with SD .2, some still open", pace_less_truth=0.0)
def paces(rng: Generator) -> Ends:
    true, group = rng.gamma(25, 1 / 25, 12), np.repeat(np.arange(12), 40)
    days = np.ceil(rng.exponential(8 / true[group]))
    found = stats.estimate_paces(np.minimum(days, 25), days < 25, group)
    pace = true[0] / true.mean()  # of the place that these units make up
    return [(found.conf_low[0] - pace, found.conf_high[0] - pace)]


@simulate("40 weeks of 4 cases, a step of 1 sigma before the 26th", week_of_a_step=25.0, size_of_a_step=1.0)
def step(rng: Generator) -> Ends:
    means = rng.normal(size=40) / 2 + (np.arange(40) >= 25)
    return ends(stats.estimate_step(means, np.full(40, 4.0), 1.0), "first", "conf")
