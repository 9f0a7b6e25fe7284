"""What became different after something was given: cohorts against those who were never given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import f as f_distribution
from scipy.stats import t as t_distribution

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Codes, Floats
from evalkit.stats.numbering import number_clusters

_FEWEST_CLUSTERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStudy(Shown):
    """Change of those who were given something beyond the change of those who never were.

    Attributes
    ----------
    step
        Periods since it was given, shape (m,); -1, the period before, is what the others are compared with.
    estimate, std_error, conf_low, conf_high
        At each step, cohorts weighted by their size, with t(G - 1) intervals from leaving out one cluster at
        a time; 0 without error at step -1.
    n_given
        People behind each step, shape (m,).
    pre_p_value
        Joint test that all steps before -1 are 0; NaN where there are none.
    n, n_clusters
        People, and clusters.
    """

    step: Codes
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats
    conf_level: float
    n_given: Codes
    pre_p_value: float
    n: int
    n_clusters: int


def estimate_event_study(
    outcome: ArrayLike, given: ArrayLike, *, clusters: ArrayLike | None = None, conf_level: float = 0.95
) -> EventStudy:
    """Compare the change of each cohort with that of those never given anything, and average the cohorts.

    A regression with one dummy for "given" averages cohorts with weights that can be negative; here each
    cohort is compared with the never-given alone. It holds if both groups would have changed alike: steps
    before the giving show whether they did until then, which is no proof that they went on to.

    Parameters
    ----------
    outcome
        Shape (n, periods), without gaps.
    given
        Number of the period in which it was given, from 0 on; -1 for never. Shape (n,).
    clusters
        Labels, shape (n,); each person is one by default.

    Raises
    ------
    DesignError
        If values are missing, nobody was never given it, no cohort has a period before, or there are under
        three clusters.

    References
    ----------
    Sun & Abraham (2021), Journal of Econometrics 225:175–199, doi:10.1016/j.jeconom.2020.09.006; Callaway &
    Sant'Anna (2021), Journal of Econometrics 225:200–230, doi:10.1016/j.jeconom.2020.12.001.

    Examples
    --------
    >>> outcome = [[0, 1, 4], [1, 2, 5], [0, 1, 2], [2, 3, 4]]
    >>> found = estimate_event_study(outcome, [2, 2, -1, -1])
    >>> found.step.tolist(), found.estimate.tolist()
    ([-2, -1, 0], [0.0, 0.0, 2.0])
    """
    y, at = np.asarray(outcome, dtype=np.float64), np.asarray(given)
    groups = number_clusters(clusters, len(y))
    _refuse(y, at, groups)
    n_clusters = int(groups.max()) + 1
    steps = np.arange(-int(at.max()), y.shape[1] - int(at[at > 0].min()))
    estimate, n_given = _average(y, at, steps)
    left_out = [_average(y[groups != g], at[groups != g], steps)[0] for g in range(n_clusters)]
    spread = np.array(left_out) - estimate
    spread = np.where(np.isfinite(spread), spread, 0.0)  # a cohort that is one cluster is left as it is
    covariance = (n_clusters - 1) / n_clusters * spread.T @ spread
    std_error = np.sqrt(np.diag(covariance))
    reach = float(t_distribution.ppf((1 + conf_level) / 2, n_clusters - 1)) * std_error
    return EventStudy(
        step=steps,
        estimate=estimate,
        std_error=std_error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        conf_level=conf_level,
        n_given=n_given,
        pre_p_value=_test_before(steps, estimate, covariance, n_clusters),
        n=len(y),
        n_clusters=n_clusters,
    )


def _average(y: Floats, at: NDArray[np.int_], steps: Codes) -> tuple[Floats, Codes]:
    """Return the mean difference in differences of each step, and how many people were given it."""
    never = y[at < 0]
    total, count = np.zeros(len(steps)), np.zeros(len(steps), dtype=np.intp)
    for cohort in np.unique(at[at > 0]):
        own = y[at == cohort]
        gain = (own - own[:, [cohort - 1]]).mean(axis=0) - (never - never[:, [cohort - 1]]).mean(axis=0)
        where = cohort + steps
        inside = (where >= 0) & (where < y.shape[1])
        total[inside] += len(own) * gain[where[inside]]
        count[inside] += len(own)
    with np.errstate(invalid="ignore"):
        return total / count, count


def _test_before(steps: Codes, estimate: Floats, covariance: Floats, n_clusters: int) -> float:
    """Return the p-value of the steps before -1, all together."""
    before = steps < -1
    k = int(before.sum())
    part = covariance[np.ix_(before, before)]
    if not 0 < k < n_clusters or np.linalg.matrix_rank(part) < k:
        return float("nan")
    wald = float(estimate[before] @ np.linalg.solve(part, estimate[before]))
    return float(f_distribution.sf(wald * (n_clusters - k) / (k * (n_clusters - 1)), k, n_clusters - k))


def _refuse(y: Floats, at: NDArray[np.int_], groups: Codes) -> None:
    if y.ndim != 2 or at.shape != y.shape[:1] or len(groups) != len(y) or not np.isfinite(y).all():
        raise DesignError(
            "An event study needs the outcomes of each person in every period, without gaps, and when it was "
            f"given; the shapes are {y.shape} and {at.shape}."
        )
    if not (at < 0).any() or not (at > 0).any() or at.max() >= y.shape[1]:
        raise DesignError(
            "An event study needs people who were never given it, and people who were given it after the "
            f"first of {y.shape[1]} periods; there are {int((at < 0).sum())} and {int((at > 0).sum())}."
        )
    if groups.max() + 1 < _FEWEST_CLUSTERS:
        raise DesignError(f"An event study needs three clusters; there are {groups.max() + 1}.")
