"""Which method answers one purpose, over all weights of its criteria and all that is uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evalkit.lab.criterion_draws import CriterionDraws
from evalkit.lab.purposes import Purpose, Yardstick
from evalkit.stats import Acceptability, draw_weights, estimate_acceptability

Values = NDArray[np.float64]

CLEAR: Final = "clear"
SEVERAL: Final = "several"
_LEAST: Final = 20  # draws of one scenario; with fewer nothing is said of it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurposeRanks:
    """How methods rank for one purpose.

    Attributes
    ----------
    purpose
        The purpose.
    methods
        Who is ranked, in the order of rows of ``found``.
    leaders
        The fewest methods that together are best in the clear share of draws, the most often best one first.
    found
        Acceptability over the ranked methods.
    without
        A row per criterion: criterion, leaders, share (of the first leader), held (whether the leaders are
        the same) when it does not count.
    scenarios
        A row per scenario: scenario, method (most often best), share, n.
    ends
        By method, the least and the most of its share of draws over the kinds of scenario.
    against
        A row per method and baseline: method, baseline, share of draws in which the method is better.
    """

    purpose: Purpose
    methods: tuple[str, ...]
    leaders: tuple[str, ...]
    found: Acceptability = field(repr=False)
    without: tuple[dict[str, Any], ...]
    scenarios: tuple[dict[str, Any], ...]
    ends: Mapping[str, tuple[float, float]]
    against: tuple[dict[str, Any], ...]

    @property
    def verdict(self) -> str:
        """Whether one method answers alone."""
        return CLEAR if len(self.leaders) == 1 else SEVERAL

    def share(self, method: str) -> float:
        """Return the share of draws in which a method is best."""
        return float(self.found.ranks[self.methods.index(method), 0])


def find_leaders(methods: Sequence[str], shares: Values, clear: float) -> tuple[str, ...]:
    """Return the fewest methods that together are best in the clear share of draws, the best one first.

    Examples
    --------
    >>> find_leaders(["a", "b", "c"], np.array([0.1, 0.55, 0.35]), 0.8)
    ('b', 'c')
    """
    order = np.argsort(-shares, kind="stable")
    enough = int(np.searchsorted(np.cumsum(shares[order]), clear - 1e-12)) + 1
    return tuple(methods[i] for i in order[:enough])


def rank_for_purpose(
    purpose: Purpose,
    ranked: Sequence[str],
    baselines: Sequence[str],
    draws: CriterionDraws,
    criteria: dict[str, Yardstick],
    *,
    clear: float,
    rng: np.random.Generator,
) -> PurposeRanks:
    """Rank methods for a purpose, with each of its criteria left out, and in each scenario.

    Parameters
    ----------
    ranked, baselines
        Methods with a number on every criterion; baselines are compared with and not ranked.
    """
    values = value_of(purpose.criteria, draws, criteria)
    weights = _draw(len(purpose.criteria), draws.n_draws, rng)
    own = [draws.methods.index(name) for name in ranked]
    found = estimate_acceptability(values[:, own], weights)
    leaders = find_leaders(ranked, found.ranks[:, 0], clear)
    return PurposeRanks(
        purpose=purpose,
        methods=tuple(ranked),
        leaders=leaders,
        found=found,
        without=tuple(_leave_out(purpose, ranked, values[:, own], leaders, clear=clear, rng=rng)),
        scenarios=tuple(_by_scenario(ranked, values[:, own], weights, draws)),
        ends=_over_kinds(ranked, values[:, own], weights, draws),
        against=tuple(_against(ranked, baselines, draws, values, weights)),
    )


def value_of(names: Sequence[str], draws: CriterionDraws, criteria: dict[str, Yardstick]) -> Values:
    """Return what the numbers of some criteria are worth, shape (n_draws, method, criterion)."""
    return np.stack([criteria[name].value(draws.numbers[name]) for name in names], axis=2)


def _draw(m: int, n_draws: int, rng: np.random.Generator) -> Values:
    return draw_weights(np.zeros(m), np.ones(m), n_draws=n_draws, rng=rng)


def _leave_out(
    purpose: Purpose,
    ranked: Sequence[str],
    values: Values,
    leaders: tuple[str, ...],
    *,
    clear: float,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Rank again with each criterion left out."""
    m = values.shape[2]
    if m < 2:
        return []
    weights, rows = _draw(m - 1, len(values), rng), []
    for i, name in enumerate(purpose.criteria):
        shares = estimate_acceptability(np.delete(values, i, axis=2), weights).ranks[:, 0]
        now = find_leaders(ranked, shares, clear)
        share = float(shares[ranked.index(leaders[0])])
        rows.append({"criterion": name, "leaders": now, "share": share, "held": set(now) == set(leaders)})
    return rows


def _by_scenario(
    ranked: Sequence[str], values: Values, weights: Values, draws: CriterionDraws
) -> list[dict[str, Any]]:
    """Return which method is most often best in each scenario."""
    rows = []
    for i, name in enumerate(draws.scenarios):
        some = draws.scenario == i
        if some.sum() >= _LEAST:
            shares = estimate_acceptability(values[some], weights[some]).ranks[:, 0]
            best = int(shares.argmax())
            rows.append(
                {"scenario": name, "method": ranked[best], "share": float(shares[best]), "n": int(some.sum())}
            )
    return rows


def _over_kinds(
    ranked: Sequence[str], values: Values, weights: Values, draws: CriterionDraws
) -> dict[str, tuple[float, float]]:
    """Return the least and the most of each method's share of draws over the kinds of scenario."""
    kind = np.array(draws.kinds)[draws.scenario] if draws.kinds else np.zeros(draws.n_draws)
    parts = [kind == one for one in np.unique(kind)]
    shares = [
        estimate_acceptability(values[some], weights[some]).ranks[:, 0]
        for some in parts
        if some.sum() >= _LEAST
    ]
    low, high = np.min(shares, axis=0), np.max(shares, axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(ranked)}


def _against(
    ranked: Sequence[str], baselines: Sequence[str], draws: CriterionDraws, values: Values, weights: Values
) -> list[dict[str, Any]]:
    """Return how often each method is better than each baseline."""
    names = [*ranked, *baselines]
    at = [draws.methods.index(name) for name in names]
    winning = estimate_acceptability(values[:, at], weights).winning
    return [
        {
            "method": method,
            "baseline": baseline,
            "share": float(winning[names.index(method), names.index(baseline)]),
        }
        for method in ranked
        for baseline in baselines
    ]
