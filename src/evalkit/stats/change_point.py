"""Since when a series has run at another level: the most likely step, and how sure its time is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown

Values = NDArray[np.float64]

_TIE: Final = 1e-9  # splits as near as this are equally likely, and no order of sums decides between them
_FEWEST: Final = 6  # points
_N_SAMPLES: Final = 20_000
_SEED: Final = 20260101


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Shown):
    """The most likely step in the level of a series.

    Attributes
    ----------
    first
        Number of the first point after the step, from 0 on.
    first_low, first_high
        Interval of it: the points that are likely enough, from the earliest to the latest.
    estimate, conf_low, conf_high
        Level after less level before, at the most likely step.
    statistic
        Largest standardised difference between the levels after and before any point.
    p_value
        How often a series without a step has one as large.
    """

    first: int
    first_low: int
    first_high: int
    estimate: float
    conf_low: float
    conf_high: float
    statistic: float
    p_value: float
    conf_level: float
    n: int


def estimate_step(means: ArrayLike, n: ArrayLike, sigma: float, *, conf_level: float = 0.95) -> Step:
    """Estimate when the level of a series has changed, by how much, and whether chance explains it.

    Parameters
    ----------
    means, n
        Mean of each point, in order of time, and how many cases it is the mean of.
    sigma
        Standard deviation of one case around its level.

    Raises
    ------
    DesignError
        If there are under six points, or a mean, count or sigma cannot be.

    Notes
    -----
    The step is where the likelihood is highest (all splits tried), the first of
    those that are equally likely. Its interval holds the most likely splits
    up to the level, each with its likelihood, the unknown size of the step integrated out. The p-value is
    that of the largest of all splits, from simulated series of at least as many points; it is slightly large
    for shorter ones.

    References
    ----------
    Hinkley (1970), Biometrika 57:1–17, doi:10.1093/biomet/57.1.1; Samuel, Pignatiello & Calvin (1998), Qual
    Eng 10:521–527, doi:10.1080/08982119808919166; Smith (1975), Biometrika 62:407–416,
    doi:10.1093/biomet/62.2.407.

    Examples
    --------
    >>> step = estimate_step([0.1, -0.2, 0.0, 0.1, 1.1, 0.9, 1.2, 1.0], [4] * 8, sigma=0.5)
    >>> step.first, (step.first_low, step.first_high), round(step.estimate, 2)
    (4, (4, 4), 1.05)
    """
    x, size = _check(means, n, sigma)
    before, after = np.cumsum(size)[:-1], size.sum() - np.cumsum(size)[:-1]
    total = np.cumsum(x * size)[:-1]
    gap = ((x @ size) - total) / after - total / before
    error = sigma * np.sqrt(1 / before + 1 / after)
    z = gap / error
    best = int(np.argmax(np.abs(z) >= np.abs(z).max() * (1 - _TIE)))
    half = float(norm.ppf((1 + conf_level) / 2) * error[best])
    likely = _likely(z, error, conf_level)
    return Step(
        first=best + 1,
        first_low=int(likely.min()) + 1,
        first_high=int(likely.max()) + 1,
        estimate=float(gap[best]),
        conf_low=float(gap[best]) - half,
        conf_high=float(gap[best]) + half,
        statistic=float(abs(z[best])),
        p_value=_p_value(float(abs(z[best])), len(x)),
        conf_level=conf_level,
        n=len(x),
    )


def _likely(z: Values, error: Values, conf_level: float) -> NDArray[np.intp]:
    """Return the splits that are likely enough, the likeliest first."""
    weight = error * np.exp((z**2 - np.max(z**2)) / 2)
    order = np.argsort(-weight, kind="stable")
    cumulated = np.cumsum(weight[order]) / weight.sum()
    return order[: int(np.searchsorted(cumulated, conf_level - 1e-12)) + 1]


def _check(means: ArrayLike, n: ArrayLike, sigma: float) -> tuple[Values, Values]:
    x, size = np.asarray(means, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if x.shape != size.shape or len(x) < _FEWEST or not np.isfinite(x).all() or not (size > 0).all():
        raise DesignError(
            f"A step is sought in at least {_FEWEST} points, each the mean of some cases; there are {len(x)}."
        )
    if not sigma > 0:
        raise DesignError("A step is sought among values that vary; their standard deviation is 0.")
    return x, size


def _p_value(statistic: float, n: int) -> float:
    """Return the share of series without a step that have one as large; at least one in the samples."""
    lengths = 2 ** int(np.ceil(np.log2(n)))
    largest = _largest_without_step(lengths)
    above = len(largest) - int(np.searchsorted(largest, statistic))
    return (above + 1) / (len(largest) + 1)


@cache
def _largest_without_step(n: int) -> Values:
    """Return, sorted, the largest standardised difference of simulated series without a step."""
    rng = np.random.default_rng([_SEED, n])
    before = np.arange(1, n)
    scale = np.sqrt(n / (before * (n - before)))
    found = []
    for _ in range(_N_SAMPLES // 1000):
        walk = rng.standard_normal((1000, n)).cumsum(axis=1)
        bridge = walk[:, :-1] - walk[:, -1:] * before / n
        found.append(np.abs(bridge * scale).max(axis=1))
    return np.sort(np.concatenate(found))
