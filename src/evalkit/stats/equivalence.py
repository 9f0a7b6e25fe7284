"""Are two means close enough? Two one-sided tests against a margin, and p-values of a family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence(Shown):
    """Two one-sided tests (TOST) that a difference lies inside ±margin.

    Attributes
    ----------
    p_value
        The larger of the two one-sided p-values, of "at most -margin" (p_lower) and "at least margin"
        (p_upper).
    conf_low, conf_high
        Interval of level 1 - 2α, such as 90 % for α = .05: inside the margin exactly when p_value < α.
    equivalent
        Whether p_value < α, which is 1 - conf_level.
    """

    p_value: float
    p_lower: float
    p_upper: float
    conf_low: float
    conf_high: float
    margin: float
    equivalent: bool


def assess_equivalence(
    estimate: float, std_error: float, df: float, *, margin: float, conf_level: float = 0.95
) -> Equivalence:
    """Test whether a difference is smaller than a margin that was fixed beforehand.

    A difference that is not told apart from zero is not thereby shown to be small; this is the test that can
    show it. It takes an estimate with its standard error and degrees of freedom, so that it also serves
    cluster-robust ones.

    Parameters
    ----------
    margin
        Largest difference that does not matter, in the unit of the estimate, above zero.
    conf_level
        1 - α: 0.95 tests at α = .05 and gives a 90 % interval.

    Raises
    ------
    DesignError
        If the margin is not above zero, or there is no standard error.

    References
    ----------
    Schuirmann (1987), J Pharmacokinet Biopharm 15:657–680, doi:10.1007/BF01068419.

    Examples
    --------
    >>> found = assess_equivalence(0.2, 0.1, 30, margin=0.5)
    >>> found.equivalent, round(found.p_value, 4), round(found.conf_high, 2)
    (True, 0.0027, 0.37)
    """
    if not margin > 0:
        raise DesignError(
            f"A margin of equivalence must be above zero, and fixed beforehand; it is {margin}."
        )
    if not (std_error > 0 and df > 0 and np.isfinite(estimate)):
        raise DesignError(
            "Equivalence needs an estimate with a standard error and degrees of freedom above zero; they are "
            f"{estimate}, {std_error} and {df}."
        )
    p_lower = float(stats.t.sf((estimate + margin) / std_error, df))
    p_upper = float(stats.t.cdf((estimate - margin) / std_error, df))
    half = float(stats.t.ppf(conf_level, df)) * std_error
    p_value = max(p_lower, p_upper)
    return Equivalence(
        p_value=p_value,
        p_lower=p_lower,
        p_upper=p_upper,
        conf_low=estimate - half,
        conf_high=estimate + half,
        margin=margin,
        equivalent=p_value < 1 - conf_level,
    )


def adjust_p_values(p_values: ArrayLike) -> Floats:
    """Adjust the p-values of one family by Holm's step-down procedure.

    The chance of one or more false findings in the family stays below the level at which the adjusted values
    are read, whatever the dependence between tests. A NaN stays NaN and does not count.

    References
    ----------
    Holm (1979), Scand J Stat 6:65–70, https://www.jstor.org/stable/4615733.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    # Own code: multipletests of statsmodels collects all garbage at each call (0.1 s). A test compares them.
    p = np.asarray(p_values, dtype=np.float64)
    known = np.isfinite(p)
    if p.ndim != 1 or ((p[known] < 0) | (p[known] > 1)).any():
        raise UsageError("p-values to adjust must stand in one row and lie between 0 and 1.")
    adjusted = np.full(p.shape, np.nan)
    if known.any():
        order = np.flatnonzero(known)[np.argsort(p[known])]
        steps = np.arange(len(order), 0, -1)
        adjusted[order] = np.minimum(np.maximum.accumulate(steps * p[order]), 1.0)
    return adjusted
