"""Means of groups whose error comes from the spread that all groups share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from evalkit.errors import DesignError
from evalkit.shown import Shown

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupMeans(Shown):
    """Means of groups, and of all together, with intervals from one spread.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Of each group, shape (k,), in the order of their numbers.
    overall, overall_low, overall_high
        Of all values; the groups are taken as given, so that only the spread inside them counts.
    sd
        Spread inside groups, pooled; at least the ``least_sd`` that was asked for.
    n
        Values of each group, shape (k,).
    conf_level
        Nominal coverage.
    """

    estimate: Floats
    conf_low: Floats
    conf_high: Floats
    overall: float
    overall_low: float
    overall_high: float
    sd: float
    n: NDArray[np.intp]
    conf_level: float


def estimate_group_means(
    values: ArrayLike, groups: ArrayLike, *, least_sd: float = 0.0, conf_level: float = 0.95
) -> GroupMeans:
    """Estimate the mean of each group with the pooled spread inside groups, as an analysis of variance does.

    The interval of a group then tells nothing of the spread inside that group, which a small group's own
    interval would: from a mean and a spread one could say how far apart its members can be.

    Parameters
    ----------
    values
        Shape (n,).
    groups
        Number of the group of each value, from 0 on; every number up to the largest must occur.
    least_sd
        Spread that is assumed where the pooled one is smaller.

    Raises
    ------
    DesignError
        If a value is not a number, a group has nobody, or no group has two values.

    References
    ----------
    Searle, Casella & McCulloch (1992), Variance Components, doi:10.1002/9780470316856, section 3.2.

    Examples
    --------
    >>> found = estimate_group_means([1, 3, 5, 7], [0, 0, 1, 1])
    >>> found.estimate.tolist(), round(found.sd, 3), round(float(found.conf_high[0]), 3)
    ([2.0, 6.0], 1.414, 6.303)
    """
    y, group = np.asarray(values, dtype=np.float64), np.asarray(groups, dtype=np.intp)
    n = np.bincount(group)
    left = len(y) - len(n)
    if not np.isfinite(y).all() or not n.all() or left < 1:
        raise DesignError(
            "Means of groups with a pooled spread need numbers, somebody in every group, two values in one; "
            f"there are {len(y)} values, {int((~np.isfinite(y)).sum())} of them missing, in {len(n)} groups, "
            f"{int((n == 0).sum())} of them empty."
        )
    means = np.bincount(group, weights=y) / n
    sd = max(float(np.sqrt(((y - means[group]) ** 2).sum() / left)), least_sd)
    half = float(t.ppf((1 + conf_level) / 2, left)) * sd
    overall = float(y.mean())
    return GroupMeans(
        estimate=means,
        conf_low=means - half / np.sqrt(n),
        conf_high=means + half / np.sqrt(n),
        overall=overall,
        overall_low=overall - half / float(np.sqrt(len(y))),
        overall_high=overall + half / float(np.sqrt(len(y))),
        sd=sd,
        n=n,
        conf_level=conf_level,
    )
