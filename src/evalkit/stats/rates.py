"""Counts over an exposure: rates, and which groups have more or fewer than is usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaln
from scipy.stats import chi2

from evalkit.errors import DesignError
from evalkit.shown import Shown

Values = NDArray[np.float64]

#: Largest standard deviation of true ratios that is thought possible.
LARGEST_SPREAD: Final = 1.0
_N_SPREADS: Final = 80
_STEPS: Final = 60  # halvings of the range in which an end is sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Shown):
    """A count over an exposure, with its exact interval."""

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    count: int
    exposure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkenRatios(Shown):
    """Observed over expected counts of groups, drawn towards what is usual as far as chance explains them.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Ratio of each group, shape (k,): posterior mean and equal-tailed interval.
    raw
        Observed over expected, shape (k,).
    spread, spread_low, spread_high
        Standard deviation of true ratios: posterior median and interval.
    """

    estimate: Values
    conf_low: Values
    conf_high: Values
    raw: Values
    spread: float
    spread_low: float
    spread_high: float
    conf_level: float


def estimate_rate(count: int, exposure: float, *, conf_level: float = 0.95) -> Rate:
    """Estimate a rate from a count, with its exact (Garwood) interval.

    Raises
    ------
    DesignError
        If the count is negative or the exposure is not above 0.

    References
    ----------
    Garwood (1936), Biometrika 28:437–442, doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> rate = estimate_rate(10, 100.0)
    >>> rate.estimate, round(rate.conf_low, 4), round(rate.conf_high, 4)
    (0.1, 0.048, 0.1839)
    """
    if count < 0 or not exposure > 0:
        raise DesignError(
            f"A rate needs a count of at least 0 and an exposure above 0; they are {count} and {exposure}."
        )
    tail = (1 - conf_level) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    high = chi2.ppf(1 - tail, 2 * count + 2) / 2
    return Rate(
        estimate=count / exposure,
        conf_low=float(low) / exposure,
        conf_high=float(high) / exposure,
        conf_level=conf_level,
        count=count,
        exposure=exposure,
    )


def estimate_shrunken_ratios(
    observed: ArrayLike, expected: ArrayLike, *, conf_level: float = 0.95
) -> ShrunkenRatios:
    """Estimate how many times the usual count each group has, with chance taken out.

    Counts are Poisson around ratio times expected; true ratios follow a gamma distribution with mean 1, whose
    variance may be anything from 0 to 1, all alike likely beforehand. A group of few cases is drawn further
    towards 1. The intervals carry that the spread itself is uncertain; a flat prior on the standard deviation
    would draw groups together more, and the intervals of a dozen groups would be too short.

    Raises
    ------
    DesignError
        If there are fewer than three groups, or a count or expectation cannot be.

    References
    ----------
    Clayton & Kaldor (1987), Biometrics 43:671–681, doi:10.2307/2532003; Gelman (2006), Bayesian Anal
    1:515–534, doi:10.1214/06-BA117A (uniform priors on a variance).

    Examples
    --------
    >>> found = estimate_shrunken_ratios([30, 10, 12, 8, 10], [14.0] * 5)
    >>> found.raw.round(2).tolist()
    [2.14, 0.71, 0.86, 0.57, 0.71]
    >>> found.estimate.round(2).tolist()
    [1.9, 0.77, 0.89, 0.66, 0.77]
    """
    o, e = _check_counts(observed, expected)
    spreads, weights = weigh_spreads(o, e)
    tail = (1 - conf_level) / 2
    cumulated = np.cumsum(weights)
    ends = [float(np.interp(p, cumulated, spreads)) for p in (0.5, tail, 1 - tail)]
    return ShrunkenRatios(
        estimate=mean_ratios(o, e, spreads, weights),
        conf_low=_mixture_quantile(o, e, spreads, weights, tail),
        conf_high=_mixture_quantile(o, e, spreads, weights, 1 - tail),
        raw=o / e,
        spread=ends[0],
        spread_low=ends[1],
        spread_high=ends[2],
        conf_level=conf_level,
    )


def _check_counts(observed: ArrayLike, expected: ArrayLike) -> tuple[Values, Values]:
    o, e = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if o.shape != e.shape or len(o) < 3 or (o < 0).any() or not (e > 0).all():
        raise DesignError(
            "Ratios to what is usual need at least three groups, counts of at least 0 and expectations above "
            f"0; there are {len(o)} groups, the lowest count is {np.min(o, initial=np.inf):g} and the lowest "
            f"expectation {np.min(e, initial=np.inf):g}."
        )
    return o, e


def weigh_spreads(observed: Values, expected: Values) -> tuple[Values, Values]:
    """Return possible spreads of true ratios, and how likely the counts make each of them."""
    spreads = LARGEST_SPREAD * (np.arange(_N_SPREADS) + 0.5) ** 2 / _N_SPREADS**2  # finer near 0
    width = np.gradient(spreads**2)  # all variances alike likely
    shape = spreads[:, None] ** -2.0
    likelihood = (
        gammaln(observed + shape)
        - gammaln(shape)
        + shape * np.log(shape)
        - (observed + shape) * np.log(expected + shape)
    ).sum(axis=1)
    weights = np.exp(likelihood - likelihood.max()) * width
    return spreads, weights / weights.sum()


def mean_ratios(observed: Values, expected: Values, spreads: Values, weights: Values) -> Values:
    """Return the posterior mean ratio of each group."""
    shape = spreads[:, None] ** -2.0
    means: Values = weights @ ((observed + shape) / (expected + shape))
    return means


def _mixture_quantile(
    observed: Values, expected: Values, spreads: Values, weights: Values, p: float
) -> Values:
    """Return the p-quantile of each group's mixture of gamma distributions, by halving a range."""
    kept = weights > 1e-9
    shape, share = spreads[kept, None] ** -2.0, weights[kept]
    low = np.zeros_like(observed)
    high = 2 + 5 * (observed + 5) / expected
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = share @ gammainc(observed + shape, (expected + shape) * middle) < p
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
