"""The median with an exact interval between two order statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from evalkit.errors import DesignError
from evalkit.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Median(Shown):
    """A median with its distribution-free interval.

    Attributes
    ----------
    estimate, conf_low, conf_high
        The median, and the ``rank``-th smallest and largest value; ends are NaN where ``rank`` is 0.
    rank
        How far from the smallest and the largest value the ends stand: 1 is the value itself.
    n
        Number of values.
    conf_level
        Nominal coverage; the interval holds the median at least as often.
    """

    estimate: float
    conf_low: float
    conf_high: float
    rank: int
    n: int
    conf_level: float


def estimate_median(values: ArrayLike, *, conf_level: float = 0.95) -> Median:
    """Estimate a median; the interval needs no assumption on the distribution but independence.

    Ends are the k-th smallest and largest value, with the largest k for which fewer than k of n fair coins
    fall on one side in at most half of what the level leaves out. With ties it holds the median more often.

    Raises
    ------
    DesignError
        If there is no value, or one is missing.

    References
    ----------
    Hahn & Meeker (1991), Statistical Intervals, doi:10.1002/9780470316771, section 5.2.

    Examples
    --------
    >>> found = estimate_median(range(1, 11))
    >>> found.estimate, found.conf_low, found.conf_high, found.rank
    (5.5, 2.0, 9.0, 2)
    """
    x = np.sort(np.asarray(values, dtype=np.float64))
    if not len(x) or np.isnan(x).any():
        raise DesignError(
            f"A median needs values, and none missing; {int(np.isnan(x).sum())} of {len(x)} are missing."
        )
    rank = int(binom.ppf((1 - conf_level) / 2, len(x), 0.5))
    low, high = (float(x[rank - 1]), float(x[-rank])) if rank else (np.nan, np.nan)
    return Median(
        estimate=float(np.median(x)),
        conf_low=low,
        conf_high=high,
        rank=rank,
        n=len(x),
        conf_level=conf_level,
    )
