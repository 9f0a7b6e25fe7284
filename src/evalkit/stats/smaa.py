"""Which alternative is best, when neither the weights of criteria nor the values on them are certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

_TOLERANCE: Final = 1e-12  # totals that are nearer tie; they are sums of the same numbers in another order
_CELLS: Final = 2_000_000  # comparisons at a time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acceptability(Shown):
    """How often each of k alternatives holds each rank, over weights of m criteria and uncertain values.

    Attributes
    ----------
    ranks
        Rank acceptability, shape (k, k): share of draws in which the alternative of a row holds a rank; the
        first column is the best rank. Alternatives that tie share the ranks that they hold together.
    winning
        Pairwise winning index, shape (k, k): share of draws in which the row is better than the column; a
        tie counts half, and so does the diagonal.
    central
        Central weights, shape (k, m): mean of the weights under which an alternative is first; NaN if never.
    confidence
        Confidence factor, shape (k,): share of draws of the values in which an alternative is first under its
        central weights; NaN if it has none.
    n_draws
        Draws.
    """

    ranks: Floats
    winning: Floats
    central: Floats
    confidence: Floats
    n_draws: int

    def __post_init__(self) -> None:
        """Hold ranks to one alternative each, and pairs to one winner."""
        if not (np.allclose(self.ranks.sum(axis=0), 1) and np.allclose(self.ranks.sum(axis=1), 1)):
            raise ValueError("rank acceptability does not add up to 1 over alternatives or ranks")
        if not np.allclose(self.winning + self.winning.T, 1):
            raise ValueError("two alternatives do not win all draws between them")

    def std_error(self) -> Floats:
        """Return the Monte Carlo error of each rank acceptability, shape (k, k)."""
        return np.asarray(np.sqrt(self.ranks * (1 - self.ranks) / self.n_draws))


def estimate_acceptability(values: ArrayLike, weights: ArrayLike) -> Acceptability:
    """Rank alternatives by SMAA-2: weights and values are drawn, and shares of draws are counted.

    An alternative's total is the weighted mean of its values. Nothing is said of which weights are right:
    with weights spread evenly over all that add up to one (`draw_weights`) the first column of ``ranks`` is
    the share of all opinions, and of all that is uncertain, that makes an alternative the best one.

    Parameters
    ----------
    values
        Partial values on one scale for all criteria, higher is better: shape (n_draws, k, m), or (k, m)
        where they are certain.
    weights
        Shape (n_draws, m), not negative, each row above zero somewhere.

    Raises
    ------
    DesignError
        If there are fewer than two alternatives, shapes do not go together, or a number is missing.

    References
    ----------
    Lahdelma & Salminen (2001), Operations Research 49:444–454, doi:10.1287/opre.49.3.444.11220. Pairwise
    winning index: Leskinen, Viitanen, Kangas & Kangas (2006), Forest Science 52:304–312.

    Examples
    --------
    >>> import numpy as np
    >>> from evalkit.stats import draw_weights
    >>> weights = draw_weights([0, 0], [1, 1], n_draws=4000, rng=np.random.default_rng(1))
    >>> found = estimate_acceptability([[1, 0], [0, 1], [0.4, 0.4]], weights)
    >>> found.ranks[:, 0].round(1).tolist(), found.central[0].round(2).tolist()
    ([0.5, 0.5, 0.0], [0.75, 0.25])
    """
    w = _check_weights(weights)
    v = _check_values(values, w)
    k, m = v.shape[1:]
    ranks, winning, by_first = np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, m))
    for some in _chunks(len(w), k):
        held, better = _compare(_total(v[some] if len(v) > 1 else v, w[some]))
        ranks += held.sum(axis=0)
        winning += better.sum(axis=0)
        by_first += held[:, :, 0].T @ w[some]
    firsts = ranks[:, 0].copy()
    central = np.divide(by_first, firsts[:, None], out=np.full((k, m), np.nan), where=firsts[:, None] > 0)
    return Acceptability(
        ranks=ranks / len(w),
        winning=winning / len(w),
        central=central,
        confidence=_confidence(v, central),
        n_draws=len(w),
    )


def _total(values: Floats, weights: Floats) -> Floats:
    """Return the weighted mean of each alternative in each draw, shape (n_draws, k)."""
    shares = weights / weights.sum(axis=1, keepdims=True)
    if len(values) == 1:
        return np.asarray(shares @ values[0].T)
    return np.asarray(np.einsum("nkm,nm->nk", values, shares))


def _compare(totals: Floats) -> tuple[Floats, Floats]:
    """Return how much of each rank each alternative holds, and who is better, shape (n_draws, k, k) each."""
    gap = totals[:, :, None] - totals[:, None, :]
    tied = np.abs(gap) <= _TOLERANCE
    better = np.where(tied, 0.5, gap > 0)
    n_better = ((gap < 0) & ~tied).sum(axis=2)
    n_tied = tied.sum(axis=2)  # itself is one of them
    rank = np.arange(totals.shape[1])
    among = (rank >= n_better[:, :, None]) & (rank < (n_better + n_tied)[:, :, None])
    return among / n_tied[:, :, None], better


def _confidence(values: Floats, central: Floats) -> Floats:
    """Return how often each alternative is first under its central weights, over the draws of the values."""
    found = np.full(len(central), np.nan)
    for i in np.flatnonzero(np.isfinite(central).all(axis=1)):
        totals = values @ (central[i] / central[i].sum())
        best = totals >= totals.max(axis=1, keepdims=True) - _TOLERANCE
        found[i] = float((best[:, i] / best.sum(axis=1)).mean())
    return found


def _chunks(n: int, k: int) -> list[slice]:
    size = max(1, _CELLS // (k * k))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _check_weights(weights: ArrayLike) -> Floats:
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 2 or not w.size:
        raise DesignError(f"Weights need a row for each draw; their shape is {w.shape}.")
    if not np.isfinite(w).all() or (w < 0).any() or not (w.sum(axis=1) > 0).all():
        raise DesignError(
            "Weights must be finite and not negative, with at least one above zero in each draw."
        )
    return w


def _check_values(values: ArrayLike, weights: Floats) -> Floats:
    """Return the values with a dimension of draws, of length one where they are certain."""
    v = np.asarray(values, dtype=np.float64)
    v = v[None] if v.ndim == 2 else v
    n, m = weights.shape
    if v.ndim != 3 or v.shape[2] != m or len(v) not in (1, n):
        raise DesignError(
            f"Values need {m} criteria, and one draw or {n}; their shape is {np.shape(values)} (draws, "
            "alternatives, criteria)."
        )
    if v.shape[1] < 2:
        raise DesignError(f"Ranks need two alternatives; there is {v.shape[1]}.")
    if not np.isfinite(v).all():
        unknown = int((~np.isfinite(v)).any(axis=(0, 2)).sum())
        raise DesignError(
            f"{unknown} of {v.shape[1]} alternatives lack a value on some criterion; leave them out, and say "
            "so."
        )
    return v
