"""What a score's error means for one score, for a change between two, and for people chosen by the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReliableChange(Shown):
    """Changes of persons against what error alone would show.

    Attributes
    ----------
    sem
        Standard error of measurement of one score.
    sem_difference
        Standard error of the difference of two scores of an unchanged person.
    least
        Smallest change that is beyond error at conf_level, in points.
    index
        Change over its standard error, shape (n,).
    direction
        -1 fell, 0 within error, 1 rose, shape (n,).
    """

    sem: float
    sem_difference: float
    least: float
    index: Floats
    direction: NDArray[np.int64]
    conf_level: float


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """Return the error of one score, in its points: SD · √(1 - reliability).

    Examples
    --------
    >>> round(standard_error_of_measurement(7.5, 0.8), 2)
    3.35
    """
    if not sd > 0 or not 0 <= reliability <= 1:
        raise DesignError(
            "An error of measurement needs an SD above 0 and a reliability from 0 to 1; "
            f"found {sd:g} and {reliability:g}."
        )
    return float(sd * np.sqrt(1 - reliability))


def expected_regression(correlation: float, *, share: float) -> float:
    """Return the gain, in SDs, that people chosen for the lowest scores show though nothing was done.

    The highest lose as much. It is the benchmark for any training that a score decided: only what goes beyond
    it can be the training's. Scores are taken as normal, with the same mean and SD on both occasions.

    Parameters
    ----------
    correlation
        Between the two occasions, in a group that was not selected by its score.
    share
        Who was chosen: .25 for the lowest quarter.

    Raises
    ------
    DesignError
        If the correlation is not between -1 and 1, or the share not between 0 and 1.

    References
    ----------
    Davis (1976), American Journal of Epidemiology 104:493–498, doi:10.1093/oxfordjournals.aje.a112321.

    Examples
    --------
    >>> round(expected_regression(0.7, share=0.25), 2)
    0.38
    """
    if not -1 <= correlation <= 1 or not 0 < share < 1:
        raise DesignError(
            "Regression to the mean needs a correlation from -1 to 1 and a share of people between 0 and 1; "
            f"found {correlation:g} and {share:g}."
        )
    return float((1 - correlation) * norm.pdf(norm.ppf(share)) / share)


def expected_fallback(first_second: float, second_third: float, first_third: float, *, share: float) -> float:
    """Return the change, in SDs, that people chosen for having improved most show though nothing was done.

    It is a loss: who improved most from a first score to a second had luck in the second, which does not
    come again. Scores are jointly normal with one SD. A training that keeps its people where they are has
    then done something.

    Parameters
    ----------
    first_second, second_third, first_third
        Correlations of the scores before, at the choice, and after.
    share
        Share of people who are chosen, from above 0 to below 1.

    Raises
    ------
    DesignError
        If a correlation is not between -1 and 1, the first two scores are the same, the three contradict one
        another, or the share is not between 0 and 1.

    References
    ----------
    Davis (1976), American Journal of Epidemiology 104:493–498, doi:10.1093/oxfordjournals.aje.a112321, on one
    score; here on the difference of two, whose regression slope on it is the same by the normal law.

    Examples
    --------
    >>> round(expected_fallback(0.7, 0.7, 0.7, share=0.25), 2)
    -0.49
    """
    r = np.array([first_second, second_third, first_third])
    possible = 1 + 2 * r.prod() - (r**2).sum() >= -1e-12
    if not (np.abs(r) <= 1).all() or first_second == 1 or not possible or not 0 < share < 1:
        raise DesignError(
            "A fallback needs three correlations that can hold together, the first below 1, and a share of "
            f"people between 0 and 1; found {', '.join(f'{one:g}' for one in r)} and {share:g}."
        )
    slope = (second_third - 1 - first_third + first_second) / np.sqrt(2 * (1 - first_second))
    return float(slope * norm.pdf(norm.ppf(1 - share)) / share)


def estimate_reliable_change(
    before: ArrayLike, after: ArrayLike, *, sd: float, reliability: float, conf_level: float = 0.95
) -> ReliableChange:
    """Say which changes are larger than error alone would show.

    Persons chosen for a low first score rise by regression to the mean alone; this index does not correct it.

    Parameters
    ----------
    before, after
        Scores of the same persons, shape (n,), without gaps.
    sd, reliability
        Of scores before, in a group that was not selected by its score.

    Raises
    ------
    DesignError
        If the shapes differ, a score is missing, or the reliability is 1.

    References
    ----------
    Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59:12–19,
    doi:10.1037/0022-006X.59.1.12.

    Examples
    --------
    >>> found = estimate_reliable_change([47.5], [32.5], sd=7.5, reliability=0.8)
    >>> round(found.sem_difference, 2), round(float(found.index[0]), 2), found.direction.tolist()
    (4.74, -3.16, [-1])
    """
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape or not np.isfinite(first + second).all():
        raise DesignError(
            "Change needs two scores of each person, without gaps; "
            f"the shapes are {first.shape} and {second.shape}."
        )
    sem = standard_error_of_measurement(sd, reliability)
    if sem == 0:
        raise DesignError("With a reliability of 1 every change is beyond error; there is nothing to test.")
    spread = float(np.sqrt(2) * sem)
    index = (second - first) / spread
    critical = float(norm.ppf((1 + conf_level) / 2))
    return ReliableChange(
        sem=sem,
        sem_difference=spread,
        least=critical * spread,
        index=index,
        direction=np.where(np.abs(index) > critical, np.sign(index), 0).astype(np.int64),
        conf_level=conf_level,
    )
