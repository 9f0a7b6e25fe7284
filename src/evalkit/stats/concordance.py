"""Lin's concordance: how close pairs lie to the line of equality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.limits import check_pairs
from evalkit.stats.resampling import weighted_covariance

Divisor = Literal["n", "n-1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinConcordance(Shown):
    """Lin's concordance correlation coefficient with its interval through Fisher's z.

    Attributes
    ----------
    estimate
        Pearson's r times ``accuracy``: 1 only where all pairs are equal.
    correlation, accuracy
        How well pairs follow a line, and how close that line is to the line of equality.
    divisor
        What variances and covariance were divided by: "n" as Lin did, or "n-1".
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    correlation: float
    accuracy: float
    divisor: str
    n: int


def estimate_lin_concordance(
    first: ArrayLike, second: ArrayLike, *, divisor: Divisor = "n", conf_level: float = 0.95
) -> LinConcordance:
    """Estimate Lin's concordance correlation coefficient of two measurements in the same unit.

    It has no meaning across units, and rises with the spread of the people: give limits of agreement
    beside it.

    Parameters
    ----------
    divisor
        "n" (Lin 1989) or "n-1"; in small samples with a bias the two differ in the third decimal.

    Raises
    ------
    DesignError
        If there are fewer than four pairs, a gap, or a measurement that does not vary.

    References
    ----------
    Lin (1989), Biometrics 45:255–268, doi:10.2307/2532051, with the correction of 2000, 56:324–325,
    doi:10.1111/j.0006-341X.2000.00324.x.

    Examples
    --------
    >>> first, second = [1, 2, 3, 4, 5, 6], [3, 2, 5, 4, 7, 8]
    >>> [round(estimate_lin_concordance(first, second, divisor=form).estimate, 3) for form in ("n", "n-1")]
    [0.709, 0.733]
    """
    x, y = check_pairs("Lin's concordance", first, second, smallest=4)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise DesignError("Lin's concordance needs measurements that vary; one of them is constant.")
    n = len(x)
    (sxx, sxy), (_, syy) = np.cov(x, y, ddof=0 if divisor == "n" else 1).tolist()
    shift = float(x.mean() - y.mean()) ** 2
    estimate = 2 * sxy / (sxx + syy + shift)
    r = sxy / (sxx * syy) ** 0.5
    low, high = _interval(estimate, r, shift / (sxx * syy) ** 0.5, n, conf_level)
    return LinConcordance(
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        correlation=r,
        accuracy=2 * (sxx * syy) ** 0.5 / (sxx + syy + shift),
        divisor=divisor,
        n=n,
    )


def weighted_lin_concordance(weights: Floats, first: Floats, second: Floats) -> Floats:
    """Return Lin's coefficient (divisor n) under each row of weights, for the bootstrap."""
    pairs = np.column_stack([first, second])
    total = weights.sum(axis=1)
    cov = weighted_covariance(weights, pairs) * ((total - 1) / total)[:, None, None]
    means = (weights @ pairs) / total[:, None]
    spread = cov[:, 0, 0] + cov[:, 1, 1] + (means[:, 0] - means[:, 1]) ** 2
    varied = spread > 1e-12 * float(np.var(pairs))
    return np.where(varied, 2 * cov[:, 0, 1] / np.where(varied, spread, 1.0), np.nan)


def _interval(rho: float, r: float, u2: float, n: int, conf_level: float) -> tuple[float, float]:
    """Return Lin's interval; where pairs lie on a line, or show no relation, none can be given."""
    if abs(r) > 1 - 1e-12 or abs(r) < 1e-12:
        return (rho, rho) if abs(rho) > 1 - 1e-12 else (float("nan"), float("nan"))
    beyond = 1 - rho**2
    variance = (
        (1 - r**2) * rho**2 / (beyond * r**2)
        + 2 * rho**3 * (1 - rho) * u2 / (r * beyond**2)
        - rho**4 * u2**2 / (2 * r**2 * beyond**2)
    ) / (n - 2)
    half = float(norm.ppf((1 + conf_level) / 2)) * max(variance, 0.0) ** 0.5
    low, high = np.tanh([np.arctanh(rho) - half, np.arctanh(rho) + half]).tolist()
    return low, high
