"""Kendall's tau of few people in strata: against all orders that chance could have given, nothing assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

_FEWEST: Final = 8  # under so many pairs of scores an interval says nothing
_OF_OWN: Final = 5  # people of a stratum whose own mean is taken out
_DIGITS: Final = 9  # scores that are equal but for the order of adding them up must tie
_BLOCK: Final = 500  # permutations at once
_ALMOST: Final = 1e-9

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactRankAgreement(Shown):
    """Kendall's tau-b over pairs of people of one stratum, with a permutation test.

    Attributes
    ----------
    estimate
        Tau-b, all strata together; people of different strata are not compared.
    conf_low, conf_high
        Interval through Fisher's z with a delete-one jackknife error; without width where tau is 1 or -1.
    p_value
        Share of the orders of people within strata that give a tau at least as far from 0.
    exact
        Whether every order was counted; else ``n_permutations`` random ones, and the observed one.
    n, n_strata, n_pairs
        People of strata with two people or more, such strata, and pairs that are compared.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    p_value: float
    exact: bool
    n_permutations: int
    n: int
    n_strata: int
    n_pairs: int


def estimate_exact_rank_agreement(
    first: ArrayLike,
    second: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    rng: np.random.Generator,
    n_permutations: int = 9999,
    conf_level: float = 0.95,
) -> ExactRankAgreement:
    """Estimate how alike two scores rank people of the same stratum, when there are few of them.

    Permuting people within their stratum (unit) leaves what a stratum has in common out of the test, so it
    holds for any size and any distribution. Without ties all orders are counted, by convolving the numbers of
    inversions; with ties random orders are drawn.

    Parameters
    ----------
    strata
        Unit of each person, shape (n,); one by default. Whoever is alone in a unit is left out.

    Raises
    ------
    DesignError
        If fewer than eight people can be compared, there is a gap, or a score does not vary within strata.

    References
    ----------
    Kendall (1938), Biometrika 30:81–93, doi:10.1093/biomet/30.1-2.81 (exact distribution); Phipson & Smyth
    (2010), doi:10.2202/1544-6115.1585 (random orders); Arvesen (1969),
    doi:10.1214/aoms/1177697287 (jackknife).

    Examples
    --------
    >>> import numpy as np
    >>> first, second = [1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 2, 4, 5, 6, 8, 7]
    >>> found = estimate_exact_rank_agreement(first, second, rng=np.random.default_rng(1))
    >>> round(found.estimate, 2), found.exact, round(found.p_value, 5)
    (0.86, True, 0.00174)
    """
    x, y, groups = _arrange(first, second, strata)
    agree, in_x, in_y = _sums(x, y, groups)
    scale = np.sqrt(in_x.sum() * in_y.sum())
    if scale == 0:
        raise DesignError("Rank agreement within strata needs scores that vary; one is constant in all.")
    tau = float(agree.sum() / scale)
    sizes = np.bincount(groups)
    n_pairs = int(np.sum(sizes * (sizes - 1)) // 2)
    exact = bool(in_x.sum() == in_y.sum() == 2 * n_pairs)
    distance = abs(int(agree.sum()) // 2)
    p_value = (
        _count_orders(sizes, distance)
        if exact
        else _draw_orders((x, y, groups), distance, n_permutations=n_permutations, rng=rng)
    )
    low, high = _interval(tau, (agree, in_x, in_y), groups, conf_level)
    return ExactRankAgreement(
        estimate=tau,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        p_value=p_value,
        exact=exact,
        n_permutations=0 if exact else n_permutations,
        n=len(x),
        n_strata=len(sizes),
        n_pairs=n_pairs,
    )


def _arrange(first: ArrayLike, second: ArrayLike, strata: ArrayLike | None) -> tuple[Floats, Floats, Codes]:
    """Return the scores of whoever has somebody to be compared with, and strata as numbers from 0."""
    x, y = (np.asarray(scores, dtype=np.float64).round(_DIGITS) for scores in (first, second))
    named = np.zeros(len(x), int) if strata is None else np.asarray(strata)
    if x.ndim != 1 or x.shape != y.shape or named.shape != x.shape:
        raise DesignError(
            f"Rank agreement needs two scores and a stratum each; the shapes are {x.shape}, {y.shape} and "
            f"{named.shape}."
        )
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise DesignError("Rank agreement needs complete pairs of scores; drop those with a gap first.")
    _, codes, sizes = np.unique(named, return_inverse=True, return_counts=True)
    kept = sizes[codes] > 1
    if kept.sum() < _FEWEST:
        raise DesignError(
            f"Rank agreement of few people needs {_FEWEST} who share a stratum with somebody; there are "
            f"{int(kept.sum())}."
        )
    return x[kept], y[kept], np.unique(codes[kept], return_inverse=True)[1]


def _sums(x: Floats, y: Floats, groups: Codes) -> tuple[Floats, Floats, Floats]:
    """Return for each person: pairs in the same order less opposite, untied in x, and untied in y."""
    same = np.equal.outer(groups, groups)
    dx, dy = (np.sign(np.subtract.outer(scores, scores)) * same for scores in (x, y))
    return (dx * dy).sum(axis=1), np.abs(dx).sum(axis=1), np.abs(dy).sum(axis=1)


def _count_orders(sizes: Codes, distance: int) -> float:
    """Return the share of orders whose concordant less discordant pairs are at least so far from 0."""
    shares = np.ones(1)
    for size in sizes:
        for i in range(2, int(size) + 1):  # the i-th person is inverted with 0 to i - 1 of those before
            shares = np.convolve(shares, np.full(i, 1 / i))
    most = len(shares) - 1
    balance = np.abs(most - 2 * np.arange(most + 1))
    return float(min(1.0, shares[balance >= distance].sum()))


def _draw_orders(
    people: tuple[Floats, Floats, Codes], distance: int, *, n_permutations: int, rng: np.random.Generator
) -> float:
    """Return the share of random orders that are at least so far from 0, the observed one among them."""
    order = np.argsort(people[2], kind="stable")
    x, y, groups = people[0][order], people[1][order], people[2][order]
    ranks = np.unique(y, return_inverse=True)[1].astype(np.int32)
    reached = 1
    for start in range(0, n_permutations, _BLOCK):
        keys = groups + rng.random((min(_BLOCK, n_permutations - start), len(y)))
        drawn = np.ascontiguousarray(ranks[np.argsort(keys, axis=1)].T)
        reached += int(np.sum(np.abs(_count_agreement(x, drawn, groups)) >= distance))
    return reached / (n_permutations + 1)


def _count_agreement(x: Floats, drawn: NDArray[np.int32], groups: Codes) -> NDArray[np.float32]:
    """Return the pairs in the same order less those in the opposite one, shape (b,), of (n, b) drawn ranks.

    Groups lie together. A pair is met twice, with opposite signs, so it is enough to ask who stands higher.
    """
    total = np.zeros(drawn.shape[1], dtype=np.float32)  # whole numbers, exact
    ends = np.searchsorted(groups, groups, side="right")
    starts = np.searchsorted(groups, groups, side="left")
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        signs = np.sign(x[i] - x[start:end]).astype(np.float32)
        total += signs @ (drawn[i] > drawn[start:end]).astype(np.float32)
    return total


def _interval(
    tau: float, sums: tuple[Floats, Floats, Floats], groups: Codes, conf_level: float
) -> tuple[float, float]:
    """Return the ends through Fisher's z, from what tau would be without each person in turn.

    What these have in common in a stratum is taken out, except where it is too small to tell.
    """
    if abs(tau) > 1 - _ALMOST:
        return tau, tau
    agree, in_x, in_y = sums
    scale = np.sqrt((in_x.sum() - 2 * in_x) * (in_y.sum() - 2 * in_y))
    without = (agree.sum() - 2 * agree) / np.where(scale > 0, scale, np.nan)
    z = np.arctanh(np.clip(without, -1 + _ALMOST, 1 - _ALMOST))
    n = np.bincount(groups)
    centre = np.where(n >= _OF_OWN, np.bincount(groups, z) / n, z.mean())
    error = np.sqrt(np.sum(((n - 1) / n)[groups] * (z - centre[groups]) ** 2))
    half = float(stats.norm.ppf((1 + conf_level) / 2)) * error
    low, high = np.tanh([np.arctanh(tau) - half, np.arctanh(tau) + half]).tolist()
    return low, high
