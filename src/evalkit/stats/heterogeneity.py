"""How far do several estimates differ beyond their errors? The spread of what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.stats import chi2
from scipy.stats import t as student

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

AT_ZERO: Final = "at the boundary: no spread is the likeliest; the interval says how much is possible"
NONE_FITS: Final = "closer together than chance lets expect, so that no spread fits and there is no interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity(Shown):
    """Spread of the true values behind several estimates, and their mean.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Standard deviation of the true values (Paule and Mandel), with its Q-profile interval; the ends are
        NaN where no spread fits, since the estimates lie closer together than their errors let expect.
    mean, mean_low, mean_high
        Their mean, with Hartung and Knapp's t interval.
    statistic, df, p_value
        Cochran's Q: the probability of such a spread where all true values are equal.
    n
        Number of estimates.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    mean: float
    mean_low: float
    mean_high: float
    statistic: float
    df: int
    p_value: float
    n: int

    @property
    def caveat(self) -> str:
        """What is to be said beside the spread; mostly nothing."""
        if np.isnan(self.conf_high):
            return NONE_FITS
        return AT_ZERO if self.estimate == 0 else ""


def estimate_heterogeneity(
    estimates: ArrayLike, variances: ArrayLike, *, conf_level: float = 0.95
) -> Heterogeneity:
    """Estimate how far the true values behind several independent estimates lie apart.

    Parameters
    ----------
    estimates, variances
        Each estimate and its sampling variance, taken as known; shape (k,), k ≥ 3.

    Raises
    ------
    DesignError
        With fewer than three estimates, gaps, or a variance that is not above zero.

    References
    ----------
    Paule & Mandel (1982), J Res Natl Bur Stand 87:377–385, doi:10.6028/jres.087.022; Viechtbauer (2007), Stat
    Med 26:37–52, doi:10.1002/sim.2514 (interval); Knapp & Hartung (2003), Stat Med 22:2693–2710,
    doi:10.1002/sim.1482 (mean); DerSimonian & Kacker (2007), Contemp Clin Trials 28:105–114,
    doi:10.1016/j.cct.2006.04.004.

    Examples
    --------
    >>> found = estimate_heterogeneity([0.0, 1.0, 2.0, 3.0], [0.1, 0.1, 0.1, 0.1])
    >>> round(found.estimate, 3), found.mean, round(found.statistic, 1)
    (1.252, 1.5, 50.0)
    """
    y, v = _check(estimates, variances)
    k, alpha = len(y), 1 - conf_level
    spread = _solve(y, v, k - 1)
    weights = 1 / (v + spread)
    mean = float(weights @ y / weights.sum())
    error = float(np.sqrt(weights @ (y - mean) ** 2 / ((k - 1) * weights.sum())))
    half = float(student.ppf(1 - alpha / 2, k - 1)) * error
    statistic = _q(y, v, 0.0)
    lower, upper = (float(chi2.ppf(share, k - 1)) for share in (alpha / 2, 1 - alpha / 2))
    fits = statistic > lower
    return Heterogeneity(
        estimate=float(np.sqrt(spread)),
        conf_low=float(np.sqrt(_solve(y, v, upper))) if fits else float("nan"),
        conf_high=float(np.sqrt(_solve(y, v, lower))) if fits else float("nan"),
        conf_level=conf_level,
        mean=mean,
        mean_low=mean - half,
        mean_high=mean + half,
        statistic=statistic,
        df=k - 1,
        p_value=float(chi2.sf(statistic, k - 1)),
        n=k,
    )


def _q(y: Floats, v: Floats, spread: float) -> float:
    """Return the weighted sum of squares around the weighted mean; it falls as the spread grows."""
    weights = 1 / (v + spread)
    return float(weights @ (y - weights @ y / weights.sum()) ** 2)


def _solve(y: Floats, v: Floats, target: float) -> float:
    """Return the variance at which the sum of squares is the target; 0 where it is below that already."""
    if _q(y, v, 0.0) <= target:
        return 0.0
    top = float(v.max())
    while _q(y, v, top) > target:
        top *= 2
    return float(brentq(lambda spread: _q(y, v, spread) - target, 0.0, top, xtol=1e-14, rtol=1e-12))


def _check(estimates: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    y, v = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape or len(y) < 3:
        raise DesignError(
            f"A spread needs at least three estimates, each with its variance; found {y.shape} and {v.shape}."
        )
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise DesignError("Estimates must be complete and each variance above zero; leave out the others.")
    return y, v
