"""The sample size that the survey guidelines take from Krejcie & Morgan."""

from __future__ import annotations

import math


def krejcie_morgan(
    population: int, *, chi_squared: float = 3.841, proportion: float = 0.5, margin: float = 0.05
) -> int:
    """Return the sample size for a proportion in a simple random sample from a finite population.

    n = X²·N·P·(1−P) / (d²·(N−1) + X²·P·(1−P)), rounded to the nearest whole number. It says nothing on the
    precision of an IKM, which is a mean, and nothing on samples that were not drawn at random.

    Parameters
    ----------
    population
        Size N of the population, at least 1.
    chi_squared
        X², chi-squared with one degree of freedom at the confidence level; 3.841 is 95 %.
    proportion
        P, the proportion expected; .5 asks for the largest sample.
    margin
        d, the margin of error.

    Raises
    ------
    ValueError
        If the population is below 1, or the proportion or margin is not between 0 and 1.

    References
    ----------
    Krejcie, R. V., & Morgan, D. W. (1970). Determining sample size for research activities. Educational and
    Psychological Measurement, 30, 607-610. https://doi.org/10.1177/001316447003000308

    Examples
    --------
    >>> [krejcie_morgan(size) for size in (100, 1_000, 10_000)]
    [80, 278, 370]
    """
    if population < 1:
        raise ValueError(f"population must be at least 1; found {population}")
    if not (0 < proportion < 1 and 0 < margin < 1 and chi_squared > 0):
        raise ValueError("proportion and margin must lie between 0 and 1, and chi_squared above 0")
    spread = chi_squared * proportion * (1 - proportion)
    return math.floor(spread * population / (margin**2 * (population - 1) + spread) + 0.5)
