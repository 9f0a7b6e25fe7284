"""Run rules of control charts: where they signal, and how often they do so when nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRule(Shown):
    """Signals when ``hits`` of the last ``of`` points lie more than ``beyond`` sigma off, on one side."""

    hits: int
    of: int
    beyond: float


#: The rules by the names that the field gives them.
RUN_RULES: Final[Mapping[str, RunRule]] = MappingProxyType(
    {
        "western_electric_1": RunRule(hits=1, of=1, beyond=3.0),
        "western_electric_2": RunRule(hits=2, of=3, beyond=2.0),
        "western_electric_3": RunRule(hits=4, of=5, beyond=1.0),
        "western_electric_4": RunRule(hits=8, of=8, beyond=0.0),
        "nelson_2": RunRule(hits=9, of=9, beyond=0.0),
    }
)
WESTERN_ELECTRIC: Final = tuple(name for name in RUN_RULES if name.startswith("western"))

State = tuple[tuple[int, ...], ...]


def find_rule_signals(z: ArrayLike, rules: Sequence[str] = WESTERN_ELECTRIC) -> NDArray[np.bool_]:
    """Tell at which points each rule gives a signal.

    Parameters
    ----------
    z
        Points in sigma from the centre line, shape (…, n): one chart or several.

    Returns
    -------
    array
        Shape (rules, …, n); a signal stands at the point that completes the run.

    Raises
    ------
    DesignError
        If there is no rule of a name.

    References
    ----------
    Western Electric (1956), Statistical Quality Control Handbook, pp. 25–28; Nelson (1984), J Qual Technol
    16:237–239, doi:10.1080/00224065.1984.11978921.

    Examples
    --------
    >>> find_rule_signals([0.1, 2.2, -0.4, 2.1, 3.4]).any(axis=1).tolist()
    [True, True, False, False]
    """
    points = np.asarray(z, dtype=np.float64)
    return np.array([_signals(points, rule) for rule in _named(rules)])


def _signals(points: Values, rule: RunRule) -> NDArray[np.bool_]:
    found = np.zeros(points.shape, dtype=bool)
    for side in (-1, 1):
        beyond = side * points > rule.beyond
        total = np.cumsum(beyond, axis=-1)
        before = np.zeros_like(total)
        before[..., rule.of :] = total[..., : -rule.of]
        found |= beyond & (total - before >= rule.hits)
    return found


def _named(rules: Sequence[str]) -> list[RunRule]:
    unknown = [name for name in rules if name not in RUN_RULES]
    if unknown or not rules:
        raise DesignError(f"A chart needs run rules among {', '.join(RUN_RULES)}; found {unknown or 'none'}.")
    return [RUN_RULES[name] for name in rules]


def average_run_length(rules: Sequence[str] = WESTERN_ELECTRIC, *, shift: float = 0.0) -> float:
    """Return after how many points rules signal on average, centre and sigma being known.

    Points are independent and normal, ``shift`` sigma off the centre. Exact, from a Markov chain.

    References
    ----------
    Champ & Woodall (1987), Technometrics 29:393–399, doi:10.1080/00401706.1987.10488266.

    Examples
    --------
    >>> round(average_run_length(["western_electric_1"]), 2), round(average_run_length(), 2)
    (370.4, 91.75)
    """
    stay = _chain(tuple(_named(rules)), shift)
    solved = splu(eye_array(stay.shape[0], format="csc") - stay.tocsc()).solve(np.ones(stay.shape[0]))
    return float(solved[0])


def signal_probability(n: int, rules: Sequence[str] = WESTERN_ELECTRIC, *, shift: float = 0.0) -> float:
    """Return the probability of a signal within n points, centre and sigma being known.

    Examples
    --------
    >>> round(signal_probability(52, ["western_electric_1"]), 3), round(signal_probability(52), 2)
    (0.131, 0.43)
    """
    stay = _chain(tuple(_named(rules)), shift)
    left: Values = np.zeros(stay.shape[0])
    left[0] = 1.0
    for _ in range(n):
        left = np.asarray(stay.T @ left).ravel()
    return float(1 - left.sum())


@cache
def _chain(rules: tuple[RunRule, ...], shift: float) -> csr_array:
    """Return the probabilities of going from one state without a signal to another."""
    chances = _zones(rules, shift)
    start: State = tuple(() for _ in range(2 * len(rules)))
    numbers, left, entries = {start: 0}, [start], []
    while left:
        state = left.pop()
        for middle, chance in chances:
            after = _step(state, rules, middle)
            if after is None:
                continue
            if after not in numbers:
                numbers[after] = len(numbers)
                left.append(after)
            entries.append((numbers[state], numbers[after], chance))
    row, column, value = (np.array(part) for part in zip(*entries, strict=True))
    return csr_array((value, (row, column)), shape=(len(numbers), len(numbers)))


def _zones(rules: tuple[RunRule, ...], shift: float) -> list[tuple[float, float]]:
    """Return a point inside each zone between limits, and the probability of the zone."""
    limits = sorted({side * rule.beyond for rule in rules for side in (-1, 1)})
    cuts = np.array([-np.inf, *limits, np.inf])
    chances = np.diff(norm.cdf(cuts - shift))
    inside = np.clip(cuts, limits[0] - 2, limits[-1] + 2)
    return list(zip((inside[:-1] + inside[1:]) / 2, chances, strict=True))


def _step(state: State, rules: tuple[RunRule, ...], point: float) -> State | None:
    """Return the next state, or nothing where a rule signals.

    Of each rule and side a state holds how many points ago each point beyond was; those too old, or too few
    to matter, are forgotten.
    """
    after = []
    for i, (rule, side) in enumerate((rule, side) for rule in rules for side in (-1, 1)):
        ages = [age + 1 for age in state[i] if age + 1 < rule.of]
        if side * point > rule.beyond:
            ages.append(0)
            if len(ages) >= rule.hits:
                return None
        if rule.hits == rule.of and (not ages or ages[-1] != 0):
            ages = []  # a run of one side that was broken
        after.append(tuple(ages))
    return tuple(after)
