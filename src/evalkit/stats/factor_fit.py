"""How well a model of covariances fits: chi-squared and the indices made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.factor_likelihood import GroupMoments

#: Coverage of RMSEA's interval, by convention, so that its lower end tests close fit at .05.
RMSEA_LEVEL: Final = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit(Shown):
    """Fit of a model of covariances (and means).

    Attributes
    ----------
    statistic, df, p_value
        Likelihood-ratio chi-squared against a model that fits the moments exactly, multiplied by n.
    cfi, tli
        Comparative fit index and Tucker–Lewis index, against items that are unrelated.
    rmsea, rmsea_low, rmsea_high
        Root mean square error of approximation with its 90 % interval; 0 without degrees of freedom.
    srmr
        Root mean square of what is left of the correlations.
    n
        Rows of all groups.
    """

    statistic: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    n: int


def assess_fit(
    statistic: float, df: int, moments: Sequence[GroupMoments], implied: Sequence[Floats]
) -> ModelFit:
    """Return the fit indices of a chi-squared.

    References
    ----------
    Bentler (1990), Psychological Bulletin 107:238–246, doi:10.1037/0033-2909.107.2.238 (CFI); Tucker & Lewis
    (1973), Psychometrika 38:1–10, doi:10.1007/BF02291170; Browne & Cudeck (1992), Sociological Methods &
    Research 21:230–258, doi:10.1177/0049124192021002005 and Steiger (1998), Structural Equation Modeling
    5:411–419, doi:10.1080/10705519809540115 (RMSEA in one group and several); Hu & Bentler (1999), Structural
    Equation Modeling 6:1–55, doi:10.1080/10705519909540118 (SRMR).
    """
    n, n_groups, k = sum(group.n for group in moments), len(moments), len(implied[0])
    null, null_df = _unrelated(moments), n_groups * k * (k - 1) // 2
    excess, null_excess = max(statistic - df, 0.0), max(null - null_df, statistic - df, 0.0)
    low, high = noncentrality_interval(statistic, df)
    per_row = n_groups / (df * n) if df else 0.0
    return ModelFit(
        statistic=statistic,
        df=df,
        p_value=float(chi2.sf(statistic, df)) if df else 1.0,
        cfi=1 - excess / null_excess if null_excess > 0 else 1.0,
        tli=1 - (statistic - df) / df * null_df / (null - null_df) if df and null != null_df else 1.0,
        rmsea=float(np.sqrt(excess * per_row)),
        rmsea_low=float(np.sqrt(low * per_row)),
        rmsea_high=float(np.sqrt(high * per_row)),
        srmr=_residual_correlation(moments, implied),
        n=n,
    )


def noncentrality_interval(
    statistic: float, df: int, *, conf_level: float = RMSEA_LEVEL
) -> tuple[float, float]:
    """Return the noncentralities under which a chi-squared has the two tail probabilities; 0 without df.

    Examples
    --------
    >>> low, high = noncentrality_interval(85.306, 24)
    >>> [round((end / (24 * 301)) ** 0.5, 3) for end in (low, high)]
    [0.071, 0.114]
    """
    if df == 0:
        return 0.0, 0.0
    tail = (1 - conf_level) / 2
    return _noncentrality(statistic, df, 1 - tail), _noncentrality(statistic, df, tail)


def _noncentrality(statistic: float, df: int, share_below: float) -> float:
    """Return the noncentrality at which this share of chi-squareds lies below the statistic, or 0."""
    if chi2.cdf(statistic, df) <= share_below:
        return 0.0
    top = 2.0 * statistic + 10
    while ncx2.cdf(statistic, df, top) > share_below:
        top *= 2
    return float(brentq(lambda nc: float(ncx2.cdf(statistic, df, nc)) - share_below, 1e-12, top, xtol=1e-9))


def _unrelated(moments: Sequence[GroupMoments]) -> float:
    """Return the chi-squared of a model in which no item is related to another."""
    total = 0.0
    for group in moments:
        sd = np.sqrt(np.diag(group.covariance[0]))
        total -= group.n * float(np.linalg.slogdet(group.covariance[0] / np.outer(sd, sd))[1])
    return total


def _residual_correlation(moments: Sequence[GroupMoments], implied: Sequence[Floats]) -> float:
    """Return the SRMR, averaged over groups by their rows."""
    of_groups, lower = [], np.tril_indices(len(implied[0]))
    for group, sigma in zip(moments, implied, strict=True):
        sd = np.sqrt(np.diag(group.covariance[0]))
        left = (group.covariance[0] - sigma) / np.outer(sd, sd)
        of_groups.append(float(np.sqrt(np.mean(left[lower] ** 2))))
    return float(np.average(of_groups, weights=[group.n for group in moments]))
