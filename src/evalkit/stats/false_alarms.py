"""How often control charts signal though nothing has changed, when their limits were estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.moving_averages import EWMA_WEIGHT, EWMA_WIDTH
from evalkit.stats.run_rules import WESTERN_ELECTRIC, find_rule_signals

Values = NDArray[np.float64]

_FEWEST: Final = 8  # points that limits may rest on


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms(Shown):
    """Share of charts that signal after their baseline though nothing has changed.

    Attributes
    ----------
    estimate, mc_error
        The share, and its Monte Carlo standard error.
    """

    estimate: float
    mc_error: float
    n_samples: int


def simulate_false_alarms(
    n_baseline: int,
    n_points: int,
    *,
    rules: Sequence[str] = WESTERN_ELECTRIC,
    known_sigma: bool = False,
    n_samples: int = 2000,
    rng: np.random.Generator,
) -> FalseAlarms:
    """Simulate how often a chart signals though nothing has changed, its limits estimated from a baseline.

    Points are independent and normal. Rule "ewma" stands for an EWMA with the default weight and limits, the
    other rules for a chart of individuals whose sigma is the mean moving range over 1.128. With known limits
    the share is that of `signal_probability`.

    Parameters
    ----------
    n_baseline, n_points
        Points that limits rest on, at least eight, and points after them; 0 points of baseline: limits are
        known.
    known_sigma
        Whether the baseline gives the centre alone.

    Raises
    ------
    DesignError
        If the baseline has fewer points, or none follow.

    References
    ----------
    Quesenberry (1993), J Qual Technol 25:237–247, doi:10.1080/00224065.1993.11979470; Jones, Champ & Rigdon
    (2001), Technometrics 43:156–167, doi:10.1198/004017001750386279.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = simulate_false_alarms(20, 52, rules=["western_electric_1"], rng=rng)
    >>> 0.2 < found.estimate < 0.35
    True
    """
    if n_points < 1 or n_baseline < 0 or 0 < n_baseline < _FEWEST or n_samples < 1:
        raise DesignError(
            f"False alarms need a baseline of at least {_FEWEST} points, or 0 where limits are known, and "
            f"points after it; there are {n_baseline} and {n_points}."
        )
    x = rng.standard_normal((n_samples, n_baseline + n_points))
    z = _standardise(x, n_baseline, known_sigma=known_sigma)
    by_rule = _ewma_signals(z)[None] if tuple(rules) == ("ewma",) else find_rule_signals(z, rules)
    share = float(by_rule[:, :, n_baseline:].any(axis=(0, 2)).mean())
    return FalseAlarms(
        estimate=share,
        mc_error=float(np.sqrt(share * (1 - share) / n_samples)),
        n_samples=n_samples,
    )


def _standardise(x: Values, n_baseline: int, *, known_sigma: bool) -> Values:
    """Return points in the sigma that their baseline gives, from the centre that it gives."""
    if not n_baseline:
        return x
    base = x[:, :n_baseline]
    if known_sigma:
        centred: Values = x - base.mean(axis=1, keepdims=True)
        return centred
    sigma = np.abs(np.diff(base, axis=1)).mean(axis=1, keepdims=True) * np.sqrt(np.pi) / 2
    standard: Values = (x - base.mean(axis=1, keepdims=True)) / sigma
    return standard


def _ewma_signals(z: Values) -> NDArray[np.bool_]:
    average, variance = np.zeros(len(z)), 0.0
    found = np.zeros(z.shape, dtype=bool)
    for i in range(z.shape[1]):
        average = EWMA_WEIGHT * z[:, i] + (1 - EWMA_WEIGHT) * average
        variance = EWMA_WEIGHT**2 + (1 - EWMA_WEIGHT) ** 2 * variance
        found[:, i] = np.abs(average) > EWMA_WIDTH * np.sqrt(variance)
    return found
