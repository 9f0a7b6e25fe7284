"""Intervals of many units at once, shrunken toward the mean of all."""

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import Ends, simulate
from evalkit import stats


def shrunken(rng: Generator, n_units: int, n_people: int, between: float, *, uneven: bool = False) -> Ends:
    """Draw units whose means have a standard deviation, people within them one; ends less the truth."""
    sizes = np.full(n_units, n_people)
    if uneven:
        sizes[::2] -= n_people // 2
    codes = np.repeat(np.arange(n_units), sizes)
    truth = 0.3 + between * rng.normal(size=n_units)
    found = stats.shrink_group_means(truth[codes] + rng.normal(size=len(codes)), codes)
    one = int(rng.integers(n_units))  # the promise is about units on average
    mean = float(truth[codes].mean())  # of the units that were observed
    deviation = truth[one] - mean
    return [
        (found.conf_low[one] - truth[one], found.conf_high[one] - truth[one]),
        (found.deviation_low[one] - deviation, found.deviation_high[one] - deviation),
        (found.overall_low - mean, found.overall_high - mean),
    ]


@simulate(
    "30 units of 10 or 20, SD of units .35 of that of people",
    level_of_a_unit_shrunken=0.0,
    deviation_of_a_unit=0.0,
    mean_of_units=0.0,
)
def shrunken_means(rng: Generator) -> Ends:
    return shrunken(rng, 30, 20, 0.35, uneven=True)


@simulate(
    "8 units of 20, SD of units .35 of that of people",
    level_of_a_unit_shrunken_8=0.0,
    deviation_of_a_unit_8=0.0,
    mean_of_units_8=0.0,
)
def shrunken_means_of_few(rng: Generator) -> Ends:
    return shrunken(rng, 8, 20, 0.35)


@simulate(
    "2 units of 13, SD of units .35 of that of people",
    level_of_a_unit_shrunken_2=0.0,
    deviation_of_a_unit_2=0.0,
    mean_of_units_2=0.0,
)
def shrunken_means_of_two(rng: Generator) -> Ends:
    return shrunken(rng, 2, 13, 0.35)


@simulate(
    "20 units with 4 quarters each, SD of units twice that of quarters",
    level_of_a_unit_of_quarters=0.0,
    deviation_of_a_unit_of_quarters=0.0,
    mean_of_units_of_quarters=0.0,
)
def shrunken_means_of_quarters(rng: Generator) -> Ends:
    return shrunken(rng, 20, 4, 2.0)
