"""Exponentially weighted moving averages: charts that see small changes that last."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.stats.control_charts import ControlChart, check_points

Values = NDArray[np.float64]

#: Weight of the newest point, and limits in sigma: one false alarm in 370 points, as three sigma give.
EWMA_WEIGHT: Final = 0.2
EWMA_WIDTH: Final = 2.859
_NODES: Final = 80  # of the integral equation


def chart_ewma(
    values: ArrayLike,
    n: ArrayLike | None = None,
    *,
    n_baseline: int = 0,
    centre: float | None = None,
    sigma: float | None = None,
    weight: float = EWMA_WEIGHT,
    width: float = EWMA_WIDTH,
) -> ControlChart:
    """Chart an exponentially weighted moving average, which sees small changes that last.

    Parameters
    ----------
    values
        Means of ``n`` cases each (1 by default).
    weight
        Of the newest point, above 0 and at most 1.
    width
        Distance of the limits in the chart's own sigma, exact from the first point on.
    n_baseline, centre, sigma
        As for `chart_individuals`; sigma is that of one case.

    Raises
    ------
    DesignError
        If limits would rest on under eight points, a value is missing, or the weight is out of range.

    References
    ----------
    Roberts (1959), Technometrics 1:239–250, doi:10.1080/00401706.1959.10489860; Lucas & Saccucci (1990),
    Technometrics 32:1–12, doi:10.1080/00401706.1990.10484583.

    Examples
    --------
    >>> chart = chart_ewma([0.2, -0.5, 0.1, 1.4, 1.2, 1.8, 1.1, 1.6], centre=0.0, sigma=1.0)
    >>> chart.points.round(2).tolist()[-1], chart.first_signal
    (0.95, 7)
    """
    known = centre is not None and sigma is not None
    x = check_points(values, n_baseline, known=known)
    sizes = np.ones(len(x)) if n is None else np.asarray(n, dtype=np.float64)
    if not 0 < weight <= 1 or sizes.shape != x.shape or not (sizes > 0).all():
        raise DesignError(
            f"An EWMA needs a weight above 0 and at most 1, and cases for each point; it is {weight:g}."
        )
    until = n_baseline or len(x)
    middle = float(np.average(x[:until], weights=sizes[:until])) if centre is None else centre
    spread = _spread_of_means(x[:until], sizes[:until]) if sigma is None else sigma
    points, variances = _smooth(x, middle, spread**2 / sizes, weight)
    half = width * np.sqrt(variances)
    return ControlChart(
        kind="ewma",
        points=points,
        centre=middle,
        lower=middle - half,
        upper=middle + half,
        sigma=spread,
        rules=("ewma",),
        signals=(np.abs(points - middle) > half)[None, :],
        n_baseline=0 if known else until,
        ranges=np.empty(0),
        range_limit=float("nan"),
    )


def _smooth(x: Values, start: float, variances: Values, weight: float) -> tuple[Values, Values]:
    """Return the moving average and its variance at each point."""
    average, variance = start, 0.0
    points, errors = np.empty_like(x), np.empty_like(x)
    for i, (value, own) in enumerate(zip(x, variances, strict=True)):
        average = weight * value + (1 - weight) * average
        variance = weight**2 * own + (1 - weight) ** 2 * variance
        points[i], errors[i] = average, variance
    return points, errors


def _spread_of_means(x: Values, sizes: Values) -> float:
    """Return sigma of one case, from differences of neighbouring means."""
    scaled = np.abs(np.diff(x)) / np.sqrt(1 / sizes[1:] + 1 / sizes[:-1])
    return float(scaled.mean() * np.sqrt(np.pi / 2))


def ewma_run_length(*, weight: float = EWMA_WEIGHT, width: float = EWMA_WIDTH, shift: float = 0.0) -> float:
    """Return after how many points an EWMA with constant limits signals on average; centre and sigma known.

    Points are independent and normal, ``shift`` sigma off the centre. From the integral equation, by
    Gauss–Legendre quadrature.

    References
    ----------
    Crowder (1987), Technometrics 29:401–407, doi:10.1080/00401706.1987.10488267.

    Examples
    --------
    >>> round(ewma_run_length(weight=0.2, width=2.962)), round(ewma_run_length(), 0)
    (500, 370.0)
    """
    limit = width * np.sqrt(weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    at = limit * nodes
    kernel = norm.pdf((at[None, :] - (1 - weight) * at[:, None]) / weight - shift) / weight
    lengths = np.linalg.solve(np.eye(_NODES) - limit * weights * kernel, np.ones(_NODES))
    first = norm.pdf(at / weight - shift) / weight
    return float(1 + limit * (weights * first) @ lengths)
