"""Estimates of several units drawn towards their mean, and the probability that each lies in a band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

FEWEST: Final = 3
_STEPS: Final = 400  # values of the spread over which is averaged
_HALVINGS: Final = 48  # of the range in which a quantile lies


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartialPooling(Shown):
    """What is known of each true value, given that the true values come from one normal distribution.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Posterior mean and central interval of each true value, shape (k,).
    spread, spread_low, spread_high
        Posterior median and interval of the standard deviation of the true values.
    mean, mean_error
        Posterior mean and standard deviation of the distribution's mean.
    weights
        Posterior probability of each spread that was tried, shape (s,).
    centres, errors
        Mean and standard deviation of each true value given a spread, shape (k, s).
    """

    estimate: Floats
    conf_low: Floats
    conf_high: Floats
    conf_level: float
    spread: float
    spread_low: float
    spread_high: float
    mean: float
    mean_error: float
    weights: Floats
    centres: Floats
    errors: Floats

    def probability_below(self, limit: float) -> Floats:
        """Return the probability that each true value lies below a limit, shape (k,)."""
        below: Floats = _below(np.full(len(self.centres), limit), self.centres, self.errors) @ self.weights
        return below


def pool_partially(
    estimates: ArrayLike, std_errors: ArrayLike, *, conf_level: float = 0.95
) -> PartialPooling:
    """Draw estimates towards their mean, as far as their errors say that they differ by chance.

    The true values are taken for draws from a normal distribution, with a flat prior on its mean and on its
    standard deviation, over which is averaged: the fewer units there are, the less is known of how far they
    truly lie apart, and the wider is each interval. Errors of the estimates are taken as normal and known.

    Parameters
    ----------
    estimates, std_errors
        Shape (k,), k ≥ 3: with two, a flat prior leaves the spread undetermined.

    Raises
    ------
    DesignError
        With fewer than three estimates, a gap, or an error that is not above zero.

    References
    ----------
    Rubin (1981), J Educ Stat 6:377–401, doi:10.3102/10769986006004377; Gelman et al. (2013), Bayesian Data
    Analysis, 3rd ed., sections 5.4–5.5; Gelman (2006), Bayesian Analysis 1:515–534, doi:10.1214/06-BA117A.

    Examples
    --------
    >>> found = pool_partially([70.0, 76.0, 79.0, 83.0], [2.0, 2.0, 2.0, 2.0])
    >>> found.estimate.round(1).tolist(), found.probability_below(76.605).round(2).tolist()
    ([70.7, 76.1, 78.8, 82.4], [1.0, 0.6, 0.13, 0.0])
    """
    y, s = _check(estimates, std_errors)
    spreads, weights, precision, middle = _weigh_spreads(y, s**2)
    kept = s[:, None] ** 2 / (s[:, None] ** 2 + spreads**2)  # how far each is drawn to the mean
    centres = (1 - kept) * y[:, None] + kept * middle
    errors = np.sqrt(s[:, None] ** 2 * (1 - kept) + kept**2 / precision)
    tails = ((1 - conf_level) / 2, (1 + conf_level) / 2)
    low, high = (_quantile(tail, centres, errors, weights) for tail in tails)
    spread = np.interp((tails[0], 0.5, tails[1]), np.cumsum(weights) - weights / 2, spreads)
    mean = float(weights @ middle)
    return PartialPooling(
        estimate=centres @ weights,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        spread=float(spread[1]),
        spread_low=float(spread[0]),
        spread_high=float(spread[2]),
        mean=mean,
        mean_error=float(np.sqrt(weights @ (1 / precision + (middle - mean) ** 2))),
        weights=weights,
        centres=centres,
        errors=errors,
    )


def _weigh_spreads(y: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return spreads with their probabilities, and the precision and centre of the mean given each."""
    scale = float(np.sqrt(np.median(v)) + y.std())
    at = (np.arange(_STEPS) + 0.5) / _STEPS
    spreads = scale * at / (1 - at)
    total = v[:, None] + spreads**2
    precision = (1 / total).sum(axis=0)
    middle = (y[:, None] / total).sum(axis=0) / precision
    squares = ((y[:, None] - middle) ** 2 / total).sum(axis=0)
    logs = -0.5 * (np.log(precision) + np.log(total).sum(axis=0) + squares) - 2 * np.log(1 - at)
    weights = np.exp(logs - logs.max())
    return spreads, weights / weights.sum(), precision, middle


def _below(limits: Floats, centres: Floats, errors: Floats) -> Floats:
    found: Floats = ndtr((limits[:, None] - centres) / np.maximum(errors, 1e-300))
    return found


def _quantile(tail: float, centres: Floats, errors: Floats, weights: Floats) -> Floats:
    """Find by halving where each mixture of normals has a given probability below it."""
    low, high = (centres - 9 * errors).min(axis=1), (centres + 9 * errors).max(axis=1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        less = _below(middle, centres, errors) @ weights < tail
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return np.asarray((low + high) / 2)


def _check(estimates: ArrayLike, std_errors: ArrayLike) -> tuple[Floats, Floats]:
    y, s = np.asarray(estimates, dtype=np.float64), np.asarray(std_errors, dtype=np.float64)
    if y.ndim != 1 or y.shape != s.shape or len(y) < FEWEST:
        raise DesignError(
            f"At least {FEWEST} estimates are drawn together, each with an error; found {y.shape}, {s.shape}."
        )
    if not (np.isfinite(y).all() and np.isfinite(s).all() and (s > 0).all()):
        raise DesignError("Estimates must be complete and each error above zero; leave out the others.")
    return y, s
