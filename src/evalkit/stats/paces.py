"""At which pace groups close cases, compared with all of them together: Cox's model with gamma frailties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.stats.rates import ShrunkenRatios, estimate_shrunken_ratios, mean_ratios, weigh_spreads

Values = NDArray[np.float64]

_CLOSE: Final = 1e-8
_MOST_ROUNDS: Final = 500


def estimate_paces(
    days: ArrayLike, closed: ArrayLike, group: ArrayLike, *, conf_level: float = 0.95
) -> ShrunkenRatios:
    """Estimate the pace at which each group closes cases, as a ratio to that of all.

    A ratio of .5 means that a case of this group has, at any age, half the chance of being closed next that a
    usual case has. Cases that are open count for as long as they were seen. Groups of few cases are drawn
    towards 1, as far as chance explains their difference. Groups are numbered from 0.

    Raises
    ------
    DesignError
        If there are fewer than three groups, or some has no case of above 0 days.

    Notes
    -----
    Breslow's baseline hazard and the posterior means of the ratios are computed in turn until both stay
    (an EM algorithm); the ratios' distribution is that of `estimate_shrunken_ratios`.

    References
    ----------
    Cox (1972), J R Stat Soc B 34:187–220, doi:10.1111/j.2517-6161.1972.tb00899.x; Klein (1992), Biometrics
    48:795–806, doi:10.2307/2532345.

    Examples
    --------
    >>> days = [1, 1, 2, 2, 3, 1, 2, 2, 3, 4, 4, 6, 7, 8, 9]
    >>> found = estimate_paces(days, [True] * 15, [0] * 5 + [1] * 5 + [2] * 5)
    >>> found.estimate.round(2).tolist()
    [1.88, 1.5, 0.51]
    """
    closings, at_risk = count_at_risk(days, closed, group)
    expected = expect_closings(closings, at_risk, _shrink)
    return estimate_shrunken_ratios(closings.sum(axis=1), expected, conf_level=conf_level)


def count_at_risk(days: ArrayLike, closed: ArrayLike, group: ArrayLike) -> tuple[Values, Values]:
    """Count the cases that each group closed at each age, and those that were open until then."""
    age, is_closed = np.asarray(days, dtype=np.float64), np.asarray(closed, dtype=bool)
    code = np.asarray(group, dtype=np.intp)
    ages = np.unique(age[is_closed])
    n_groups = int(code.max(initial=-1)) + 1
    last = np.searchsorted(ages, age, side="right")  # so many of the ages it was open at
    closings, ending = np.zeros((n_groups, len(ages))), np.zeros((n_groups, len(ages) + 1))
    np.add.at(closings, (code[is_closed], last[is_closed] - 1), 1.0)
    np.add.at(ending, (code, last), 1.0)
    at_risk = ending[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    without = int(np.sum(at_risk.sum(axis=1) == 0)) if len(ages) else n_groups
    if n_groups < 3 or without:
        raise DesignError(
            "Paces are compared among at least three groups, each with a case that was open when one was "
            f"closed; there are {n_groups} groups, and {without} have no such case."
        )
    return closings, at_risk


def expect_closings(
    closings: Values, at_risk: Values, ratios_of: Callable[[Values, Values], Values]
) -> Values:
    """Return how many cases each group would have closed at the usual pace, given how ratios follow."""
    observed = closings.sum(axis=1)
    ratios = np.ones(len(observed))
    for _ in range(_MOST_ROUNDS):
        hazard = closings.sum(axis=0) / (ratios @ at_risk)
        expected: Values = at_risk @ hazard
        anew = ratios_of(observed, expected)
        anew = anew * observed.sum() / (anew @ expected)
        settled = float(np.abs(anew - ratios).max()) < _CLOSE
        ratios = anew
        if settled:
            break
    usual: Values = at_risk @ (closings.sum(axis=0) / (ratios @ at_risk))
    return usual


def _shrink(observed: Values, expected: Values) -> Values:
    return mean_ratios(observed, expected, *weigh_spreads(observed, expected))
