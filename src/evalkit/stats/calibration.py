"""How far a score is off, once a line has put it on the scale of what it should measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.cluster_sums import add_up_clusters, correlate
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedError(Shown):
    """Error of a score on the scale of a criterion, by the line of best fit within strata.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Root mean squared error, in the unit of the criterion.
    n, n_clusters
        Rows, and what was left out one at a time.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_clusters: int


def estimate_calibrated_error(
    score: ArrayLike,
    criterion: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> CalibratedError:
    """Estimate how far a score is off, in the unit of a criterion on which it has no scale of its own.

    The line is fitted within strata (places) on the same people, so the error is the least that a linear
    scale could have. What the fit takes off the error is given back by leaving out one cluster (unit) at a
    time, and so is the interval made (jackknife within strata, on the logarithm, t with as many degrees of
    freedom as clusters less strata).

    Raises
    ------
    DesignError
        If there are fewer than five people, a gap, no spread within a stratum, a cluster in two strata, or
        no stratum with two clusters.

    References
    ----------
    Shao & Tu (1995), The Jackknife and Bootstrap, doi:10.1007/978-1-4612-0795-5.

    Examples
    --------
    >>> score, truth = [1, 2, 3, 4, 5, 6], [0.0, 2.0, 2.0, 4.0, 4.0, 6.0]
    >>> found = estimate_calibrated_error(score, truth)
    >>> round(found.estimate, 2), found.n_clusters
    (0.62, 6)
    """
    sums = add_up_clusters([score, criterion], strata=strata, clusters=clusters)
    whole = np.ones((1, sums.n_clusters))
    if np.isnan(correlate(sums.squares(whole, "within"), n=sums.n)).any():
        raise DesignError("A score and its criterion must vary within places; one of them does not.")
    if np.bincount(sums.strata).max() < 2:
        raise DesignError("The error of a score needs a place with two units or more; leave units out.")

    def log_error(weights: Floats) -> Floats:
        squares = sums.squares(weights, "within")
        left = squares[:, 1, 1] - squares[:, 0, 1] ** 2 / squares[:, 0, 0]
        return np.asarray(np.log(np.maximum(left, 1e-24) / (weights @ sums.counts)) / 2)

    at, std_error, df = _jackknife(
        float(log_error(whole)[0]), log_error(1 - np.eye(sums.n_clusters)), sums.strata
    )
    unit = float(np.asarray(criterion, dtype=np.float64).std())
    reach = float(t.ppf((1 + conf_level) / 2, df)) * std_error
    estimate, low, high = (unit * float(np.exp(at + step)) for step in (0.0, -reach, reach))
    return CalibratedError(
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        n=sums.n,
        n_clusters=sums.n_clusters,
    )


def weighted_group_means(weights: Floats, values: Floats, inside: Floats) -> Floats:
    """Return the mean of each group under each row of weights; NaN where nobody of a group was drawn.

    Parameters
    ----------
    inside
        1 where a row belongs to a group, shape (n, k).

    Examples
    --------
    >>> groups = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> weighted_group_means(np.ones((1, 3)), np.array([1.0, 3.0, 5.0]), groups).tolist()
    [[2.0, 5.0]]
    """
    counts = weights @ inside
    return np.asarray((weights @ (inside * values[:, None])) / np.where(counts > 0, counts, np.nan))


def _jackknife(whole: float, left_out: Floats, strata: NDArray[np.intp]) -> tuple[float, float, int]:
    """Return an estimate freed of its bias, its standard error and degrees of freedom, from one left out."""
    bias = variance = 0.0
    for stratum in range(int(strata.max()) + 1):
        part = left_out[strata == stratum]
        bias += (len(part) - 1) * float(part.mean() - whole)
        variance += (len(part) - 1) / len(part) * float(np.sum((part - part.mean()) ** 2))
    return whole - bias, variance**0.5, len(strata) - int(strata.max()) - 1
