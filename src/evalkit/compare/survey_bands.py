"""How probable each band of the IKM is, given the error of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.rules.skm import BANDS
from evalkit.stats import PartialPooling, pool_partially
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.partial_pooling import FEWEST as FEWEST_UNITS

#: Bands from the lowest to the highest, and where each of the last three begins, before rounding.
BAND_NAMES: Final = tuple(band for band, _ in reversed(BANDS))
BAND_LIMITS: Final = tuple(float(low) - 0.005 for _, low in reversed(BANDS[:-1]))
#: What is assumed of true IKMs before the answers are seen.
POOLED: Final = "drawn towards the units of the place"
ALONE: Final = f"under {FEWEST_UNITS} units in the place, so each stands for itself"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandProbabilities:
    """Probability of each band for each unit, shape (k, 4), lowest band first; and where units are drawn to.

    Attributes
    ----------
    pooled
        What the units say of one another; nothing where they are too few.
    """

    probabilities: Floats
    pooled: PartialPooling | None


def rate_bands(
    estimates: ArrayLike, std_errors: ArrayLike, *, dfs: ArrayLike, conf_level: float = 0.95
) -> BandProbabilities:
    """Return the probability of each band of the true IKM of each unit of one place.

    From three units on, true IKMs of units are taken for draws from a normal distribution whose mean and
    spread are unknown, with flat priors (`pool_partially`), and errors for normal with the variance of t.
    Fewer stand for themselves: a flat prior on each true IKM, and t for the error.

    Parameters
    ----------
    estimates, std_errors, dfs
        IKM of each unit, its error and degrees of freedom, shape (k,).

    Examples
    --------
    >>> found = rate_bands([80.0], [2.0], dfs=[39])
    >>> dict(zip(BAND_NAMES, found.probabilities[0].round(2).tolist()))
    {'D': 0.0, 'C': 0.05, 'B': 0.95, 'A': 0.0}
    """
    y, s = np.asarray(estimates, dtype=np.float64), np.asarray(std_errors, dtype=np.float64)
    free = np.asarray(dfs, dtype=np.float64)
    if len(y) >= FEWEST_UNITS:
        pooled = pool_partially(y, s * _widen(free), conf_level=conf_level)
        below = [pooled.probability_below(limit) for limit in BAND_LIMITS]
        return BandProbabilities(probabilities=_between(below), pooled=pooled)
    below = [np.asarray(student.cdf((limit - y) / s, free)) for limit in BAND_LIMITS]
    return BandProbabilities(probabilities=_between(below), pooled=None)


def _widen(dfs: Floats) -> Floats:
    """Return how much wider the error is with the variance of t: that of few answers is unsure itself."""
    return np.asarray(np.sqrt(dfs / np.maximum(dfs - 2, 1.0)))


def _between(below: list[Floats]) -> Floats:
    """Turn probabilities below each limit into those of the bands between them."""
    edges = np.stack([np.zeros_like(below[0]), *below, np.ones_like(below[0])], axis=1)
    return np.maximum(np.diff(edges, axis=1), 0.0)  # a sum of many shares may pass 1 by a rounding
