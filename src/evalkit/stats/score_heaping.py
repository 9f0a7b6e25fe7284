"""Whether people moved themselves over a cut-off: too many, or too few, have just the score that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

#: How far the middle of three neighbouring shares may be from the mean of the outer two, as a share of all.
NONLINEARITY: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaping(Shown):
    """Number of people at the first score above a cut-off, against its neighbours.

    Attributes
    ----------
    n_at, n_beside
        People at that score, and at the next one on either side.
    share, low, high
        Share of the three that is at it, and the range that a smooth distribution allows.
    p_value
        Of a number as far outside of that range.
    """

    n_at: int
    n_beside: int
    share: float
    low: float
    high: float
    p_value: float


def find_heaping(score: ArrayLike, *, cutoff: float, nonlinearity: float = NONLINEARITY) -> Heaping:
    """Ask whether as many people have the first score above a cut-off as its neighbours would have expected.

    For scores of few, equally spaced values. Where the distribution is smooth, the middle of three
    neighbouring values holds about a third of their people. An excess on either side says that scores were
    chosen for the cut-off.

    Parameters
    ----------
    score
        Shape (n,), without gaps.
    nonlinearity
        How far from a straight line a distribution may be between three scores.

    Raises
    ------
    DesignError
        If no score stands on both sides, or nobody has one of the three.

    References
    ----------
    Frandsen (2017), Advances in Econometrics 38:281–315, doi:10.1108/S0731-905320170000038012.

    Examples
    --------
    >>> found = find_heaping(np.repeat([1.0, 2.0, 3.0, 4.0], [30, 30, 90, 30]), cutoff=3.0)
    >>> found.n_at, found.n_beside, found.p_value < 0.001
    (90, 60, True)
    """
    x = np.asarray(score, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise DesignError(
            f"Heaping is looked for in one score of each person, without gaps; the shape is {x.shape}."
        )
    values, counts = np.unique(np.round(x, 9), return_counts=True)
    at = int(np.searchsorted(values, round(cutoff, 9)))
    if not 0 < at < len(values) - 1:
        raise DesignError("The cut-off needs scores on both sides, two of them from it on.")
    n_at = int(counts[at])
    n_beside = int(counts[at - 1] + counts[at + 1])
    low = (1 - nonlinearity) / (3 - nonlinearity)
    high = (1 + nonlinearity) / (3 + nonlinearity)
    n = n_at + n_beside
    tails = float(binom.cdf(n_at, n, low)), float(binom.sf(n_at - 1, n, high))
    return Heaping(
        n_at=n_at, n_beside=n_beside, share=n_at / n, low=low, high=high, p_value=min(1.0, 2 * min(tails))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityBreak(Shown):
    """Break of the density of a score at a cut-off.

    Attributes
    ----------
    log_ratio, std_error, p_value
        Logarithm of the density above over that below, with its standard error, and the test that it is 0.
    bandwidth, bin_width
        Of the lines on each side, and of the bins that they are drawn through.
    """

    log_ratio: float
    std_error: float
    p_value: float
    bandwidth: float
    bin_width: float


def find_density_break(score: ArrayLike, *, cutoff: float) -> DensityBreak:
    """Ask whether the density of a continuous score breaks at a cut-off, as where people choose their score.

    Lines through fine bins on each side, triangular kernel; bandwidth from polynomials of fourth order.

    Raises
    ------
    DesignError
        If a side has under 20 people, or no density just at the cut-off.

    References
    ----------
    McCrary (2008), Journal of Econometrics 142:698–714, doi:10.1016/j.jeconom.2007.05.005.

    Examples
    --------
    >>> i = np.arange(1, 2001)
    >>> abs(find_density_break(i * 0.618034 % 1, cutoff=0.5).log_ratio) < 0.1
    True
    """
    x = np.asarray(score, dtype=np.float64) - cutoff
    if min(int((x < 0).sum()), int((x >= 0).sum())) < 20:
        raise DesignError("A density on each side of the cut-off needs 20 people there.")
    width = 2 * float(x.std(ddof=1)) / np.sqrt(len(x))
    sides = [_bin(x[x < 0], width), _bin(x[x >= 0], width)]
    sides = [(middles, heights / (len(x) * width)) for middles, heights in sides]
    h = float(np.mean([_bandwidth(*side) for side in sides]))
    below, above = (_line_at_zero(*side, h) for side in sides)
    if min(below, above) <= 0:
        raise DesignError("There is no density just at the cut-off on one of its sides.")
    ratio = float(np.log(above) - np.log(below))
    std_error = float(np.sqrt(24 / (5 * len(x) * h) * (1 / above + 1 / below)))
    p_value = float(2 * norm.sf(abs(ratio) / std_error))
    return DensityBreak(log_ratio=ratio, std_error=std_error, p_value=p_value, bandwidth=h, bin_width=width)


def _bin(x: Floats, width: float) -> tuple[Floats, Floats]:
    """Return middles and counts of bins of one width that begin at zero."""
    number = np.floor(x / width).astype(int)
    first = number.min()
    counts = np.bincount(number - first).astype(np.float64)
    return (np.arange(len(counts)) + first + 0.5) * width, counts


def _bandwidth(middles: Floats, heights: Floats) -> float:
    fit = np.polynomial.Polynomial.fit(middles, heights, min(4, len(middles) - 1))
    residual = float(((heights - fit(middles)) ** 2).sum() / max(len(middles) - 5, 1))
    curve = float((fit.deriv(2)(middles) ** 2).sum())
    span = float(np.ptp(middles)) or float(abs(middles[0]))
    return float(3.348 * (residual * span / curve) ** 0.2) if curve > 0 else span


def _line_at_zero(middles: Floats, heights: Floats, h: float) -> float:
    weights = np.maximum(0, 1 - np.abs(middles) / h)
    if (weights > 0).sum() < 2:
        return float(heights[np.argmin(np.abs(middles))])
    return float(np.polyfit(middles, heights, 1, w=np.sqrt(weights))[1])
