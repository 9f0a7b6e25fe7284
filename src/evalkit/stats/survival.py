"""How long cases stay open, with those that are still open counted for as long as they were seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival(Shown):
    """Share of cases that are still open, by their age (Kaplan–Meier).

    Attributes
    ----------
    days
        Ages at which cases were closed, ascending, shape (k,).
    share_open, conf_low, conf_high
        Share still open after each of these, with its pointwise interval, shape (k,).
    median, median_low, median_high
        Age by which half of the cases are closed, with its interval; infinite where that is not reached.
    n, n_closed
        Cases, and those of them that were closed.
    """

    days: Values
    share_open: Values
    conf_low: Values
    conf_high: Values
    median: float
    median_low: float
    median_high: float
    conf_level: float
    n: int
    n_closed: int


def estimate_survival(days: ArrayLike, closed: ArrayLike, *, conf_level: float = 0.95) -> Survival:
    """Estimate the share of cases still open by age, and the age by which half of them are closed.

    Dropping open cases, or counting their age so far as a duration, makes an office look faster than it is.

    Parameters
    ----------
    days
        Age of each case when it was closed, or when it was last seen open; at least 0.
    closed
        Whether it was closed.

    Raises
    ------
    DesignError
        If there are no cases, an age is negative or missing, or none was ever closed.

    Notes
    -----
    Intervals are symmetric in log(-log) of the share, with Greenwood's variance; the median's holds the ages
    at which that interval holds one half.

    References
    ----------
    Kaplan & Meier (1958), J Am Stat Assoc 53:457–481, doi:10.1080/01621459.1958.10501452; Kalbfleisch &
    Prentice (1980), The Statistical Analysis of Failure Time Data; Brookmeyer & Crowley (1982), Biometrics
    38:29–41, doi:10.2307/2530286.

    Examples
    --------
    >>> found = estimate_survival([1, 2, 2, 3, 5], [True, True, False, True, False])
    >>> found.days.tolist(), found.share_open.round(2).tolist(), found.median
    ([1.0, 2.0, 3.0], [0.8, 0.6, 0.3], 3.0)
    """
    age, is_closed = _check(days, closed)
    at, closings, at_risk = _count(age, is_closed)
    share = np.cumprod(1 - closings / at_risk, dtype=np.float64)
    low, high = _log_log_ends(share, _greenwood(closings, at_risk), conf_level)
    return Survival(
        days=at,
        share_open=share,
        conf_low=low,
        conf_high=high,
        median=_first(at, share <= 0.5 + 1e-12),
        median_low=_first(at, low <= 0.5),
        median_high=_first(at, high < 0.5),
        conf_level=conf_level,
        n=len(age),
        n_closed=int(is_closed.sum()),
    )


def _check(days: ArrayLike, closed: ArrayLike) -> tuple[Values, NDArray[np.bool_]]:
    age, is_closed = np.asarray(days, dtype=np.float64), np.asarray(closed, dtype=bool)
    n_wrong = int(np.sum(~(age >= 0)))
    if len(age) != len(is_closed) or not len(age) or n_wrong:
        raise DesignError(
            f"Durations need an age of at least 0 for each case; there are {len(age)} ages for "
            f"{len(is_closed)} cases, and {n_wrong} are negative or missing."
        )
    if not is_closed.any():
        raise DesignError(
            f"None of {len(age)} cases was closed, so nothing is known of how long they take; wait until "
            "some are."
        )
    return age, is_closed


def _count(age: Values, is_closed: NDArray[np.bool_]) -> tuple[Values, Values, Values]:
    """Return ages of closing, cases closed at each, and cases open until then.

    Own code: statsmodels' SurvfuncRight takes a hundred times as long. A test compares them.
    """
    at, closings = np.unique(age[is_closed], return_counts=True)
    at_risk = len(age) - np.searchsorted(np.sort(age), at, side="left")
    return at, closings.astype(float), at_risk.astype(float)


def _greenwood(closings: Values, at_risk: Values) -> Values:
    """Return the standard error of the logarithm of each share; 0 once nothing is left open."""
    left = at_risk - closings
    terms = np.divide(closings, at_risk * left, out=np.zeros_like(left), where=left > 0)
    error: Values = np.sqrt(np.cumsum(terms))
    return error


def _log_log_ends(share: Values, error: Values, conf_level: float) -> tuple[Values, Values]:
    """Return the ends of the interval; where nothing is left open, or everything, both are that share."""
    inside = (share > 0) & (share < 1)
    s = np.where(inside, share, 0.5)
    half = norm.ppf((1 + conf_level) / 2) * np.where(inside, error, 0.0) / np.abs(np.log(s))
    low, high = s ** np.exp(half), s ** np.exp(-half)
    return np.where(inside, low, share), np.where(inside, high, share)


def _first(at: Values, reached: NDArray[np.bool_]) -> float:
    return float(at[np.argmax(reached)]) if reached.any() else float("inf")
