"""Limits of agreement where each method measured each person several times."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.limits import Limits, mover, one_way


def estimate_replicate_limits(
    first: ArrayLike,
    first_persons: ArrayLike,
    second: ArrayLike,
    second_persons: ArrayLike,
    *,
    conf_level: float = 0.95,
    coverage: float = 0.95,
) -> Limits:
    """Estimate limits of agreement where each method measured each person several times, not in pairs.

    What is measured is taken to stay the same between the repeats. The variance of a single difference is
    that of the persons' mean differences plus what averaging took away.

    Parameters
    ----------
    first, first_persons
        Measurements by the first method and whose they are, both of shape (n,).
    second, second_persons
        The same for the second method, of shape (m,).

    Raises
    ------
    DesignError
        If the persons differ between the methods, or nobody was measured twice by a method.

    References
    ----------
    Bland & Altman (1999), Stat Methods Med Res 8:135–160, doi:10.1177/096228029900800204, section 5.1;
    Zou (2013), Stat Methods Med Res 22:630–642, doi:10.1177/0962280211402548.

    Examples
    --------
    >>> found = estimate_replicate_limits(
    ...     [5, 6, 7, 8, 4, 3, 9, 9], [1, 1, 2, 2, 3, 3, 4, 4],
    ...     [6, 7, 7, 4, 8], [1, 2, 2, 3, 4],
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    evalkit.errors.DesignError: Replicates are needed by both methods; the second measured 1 of 4 ...
    """
    sides = [
        _side(first, first_persons, "first"),
        _side(second, second_persons, "second"),
    ]
    (people, x_means, x_within, x_sizes), (others, y_means, y_within, y_sizes) = sides
    if not np.array_equal(people, others):
        raise DesignError("Limits of agreement need the same persons measured by both methods.")
    means = x_means - y_means
    parts = [(float(means.var(ddof=1)), len(means) - 1)]
    for within, sizes in ((x_within, x_sizes), (y_within, y_sizes)):
        parts.append(((1 - float(np.mean(1 / sizes))) * within, int(sizes.sum()) - len(sizes)))
    return mover(means, parts, n_differences=int(x_sizes.sum()), conf_level=conf_level, coverage=coverage)


def _side(values: ArrayLike, persons: ArrayLike, name: str) -> tuple[np.ndarray, Floats, float, Floats]:
    """Return the persons of one method in order, with means, the variance within, and counts."""
    x = np.asarray(values, dtype=np.float64)
    people, codes = np.unique(np.asarray(persons), return_inverse=True)
    if x.ndim != 1 or len(codes) != len(x) or not np.isfinite(x).all():
        raise DesignError(f"The {name} method needs one finite measurement and one person each.")
    means, within, sizes = one_way(x, codes)
    n_twice = int((sizes > 1).sum())
    if n_twice < 2:
        raise DesignError(
            f"Replicates are needed by both methods; the {name} measured {n_twice} of {len(people)} "
            "persons twice."
        )
    return people, means, within, sizes
