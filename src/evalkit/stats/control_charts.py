"""Control charts: limits within which a process that has not changed stays nearly always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.run_rules import WESTERN_ELECTRIC, find_rule_signals

Values = NDArray[np.float64]

#: Expected range of two normal values, in sigma; and the upper limit of their range over its mean.
_RANGE: Final = 2 / np.sqrt(np.pi)
_UPPER_RANGE: Final = 1 + 3 * np.sqrt(2 - 4 / np.pi) / _RANGE
_FEWEST: Final = 8  # points that limits may rest on


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart(Shown):
    """Points with the limits that were drawn for them.

    Attributes
    ----------
    kind
        "individuals", "shares" or "ewma".
    points, lower, upper, centre
        What is drawn, shape (n,); the centre is one number.
    sigma
        Standard deviation of one value: estimated, or as given.
    signals
        By rule (rows, named by ``rules``) and point; a point of the baseline can give one, too.
    n_baseline
        Points that the limits rest on; 0 where centre and sigma were given.
    ranges, range_limit
        Moving ranges (the first is NaN) and their upper limit; empty and NaN where there are none.
    """

    kind: str
    points: Values
    centre: float
    lower: Values
    upper: Values
    sigma: float
    rules: tuple[str, ...]
    signals: NDArray[np.bool_]
    n_baseline: int
    ranges: Values
    range_limit: float

    @property
    def first_signal(self) -> int:
        """Number of the first point with a signal, from 0 on; -1 where there is none."""
        any_rule = self.signals.any(axis=0)
        return int(np.argmax(any_rule)) if any_rule.any() else -1


def chart_individuals(
    values: ArrayLike,
    *,
    n_baseline: int = 0,
    centre: float | None = None,
    sigma: float | None = None,
    rules: Sequence[str] = WESTERN_ELECTRIC,
) -> ControlChart:
    """Chart single values with their moving ranges (I-MR).

    Sigma is the mean moving range over 1.128, so that a slow drift does not widen the limits.

    Parameters
    ----------
    n_baseline
        Points from the first on that the limits rest on; all by default.
    centre, sigma
        Where they are known; else they are estimated.

    Raises
    ------
    DesignError
        If limits would rest on under eight points, or a value is missing.

    References
    ----------
    Shewhart (1931), Economic Control of Quality of Manufactured Product; Montgomery (2013), Introduction to
    Statistical Quality Control, 7th ed., section 6.4.

    Examples
    --------
    >>> chart = chart_individuals([5, 6, 5, 7, 6, 5, 6, 7, 6, 15])
    >>> round(chart.centre, 1), round(float(chart.upper[0]), 1), chart.first_signal
    (6.8, 12.1, 9)
    """
    x = check_points(values, n_baseline, known=centre is not None and sigma is not None)
    base = x[: n_baseline or len(x)]
    middle = float(base.mean()) if centre is None else centre
    ranges = np.abs(np.diff(x))
    spread = float(np.abs(np.diff(base)).mean() / _RANGE) if sigma is None else sigma
    return ControlChart(
        kind="individuals",
        points=x,
        centre=middle,
        lower=np.full(len(x), middle - 3 * spread),
        upper=np.full(len(x), middle + 3 * spread),
        sigma=spread,
        rules=tuple(rules),
        signals=find_rule_signals(_standardise(x, middle, spread), rules),
        n_baseline=0 if centre is not None and sigma is not None else len(base),
        ranges=np.concatenate([[np.nan], ranges]),
        range_limit=float(_UPPER_RANGE * _RANGE * spread),
    )


def chart_shares(
    counts: ArrayLike,
    n: ArrayLike,
    *,
    n_baseline: int = 0,
    centre: float | None = None,
    rules: Sequence[str] = WESTERN_ELECTRIC,
) -> ControlChart:
    """Chart shares of cases, such as those that were late (p chart); limits widen where cases are few.

    Run rules are applied to the shares in their own sigma. With few cases the normal limits are rough.

    Raises
    ------
    DesignError
        If limits would rest on under eight points, a count cannot be, or all or none are counted.

    References
    ----------
    Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2.

    Examples
    --------
    >>> chart = chart_shares([2, 3, 1, 2, 2, 3, 2, 9], [20] * 8)
    >>> round(chart.centre, 2), round(float(chart.upper[0]), 2), chart.first_signal
    (0.15, 0.39, 7)
    """
    k, size = np.asarray(counts, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if k.shape != size.shape or not ((k >= 0) & (k <= size) & (size > 0)).all():
        raise DesignError("A chart of shares needs, for each point, a count between 0 and its n above 0.")
    shares = check_points(k / size, n_baseline, known=centre is not None)
    until = n_baseline or len(k)
    middle = float(k[:until].sum() / size[:until].sum()) if centre is None else centre
    if not 0 < middle < 1:
        raise DesignError(f"A chart of shares needs some cases of both kinds; the mean share is {middle:g}.")
    errors = np.sqrt(middle * (1 - middle) / size)
    return ControlChart(
        kind="shares",
        points=shares,
        centre=middle,
        lower=np.maximum(middle - 3 * errors, 0.0),
        upper=np.minimum(middle + 3 * errors, 1.0),
        sigma=float(np.sqrt(middle * (1 - middle))),
        rules=tuple(rules),
        signals=find_rule_signals((shares - middle) / errors, rules),
        n_baseline=0 if centre is not None else until,
        ranges=np.empty(0),
        range_limit=float("nan"),
    )


def _standardise(x: Values, centre: float, sigma: float) -> Values:
    if not sigma > 0:
        raise DesignError("A chart needs values that vary; these are all alike where limits would rest.")
    return (x - centre) / sigma


def check_points(values: ArrayLike, n_baseline: int, *, known: bool) -> Values:
    """Return the points of a chart; raise if its limits would rest on too few, or one is missing."""
    x = np.asarray(values, dtype=np.float64)
    base = len(x) if known else min(n_baseline or len(x), len(x))
    if not np.isfinite(x).all() or base < (1 if known else _FEWEST):
        raise DesignError(
            f"Limits rest on at least {_FEWEST} points, none of them missing; there are {base}, and "
            f"{int(np.sum(~np.isfinite(x)))} of all {len(x)} are missing."
        )
    return x
