"""What the restricted likelihood needs at one theta, from cross-products without rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.stats.compact_factors import CompactFactors, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """What solving for M = I + Theta Z'Z Theta gives; u = [Q, y] and E = M⁻¹ Theta Z'u.

    Attributes
    ----------
    logdet
        log|M|, which is log|H|.
    explained
        u'u - u'H⁻¹u, shape (q, q).
    gain, gram
        By factor, the largest first: the sum of 1 less the diagonal of M⁻¹, shape (k,), and E'E over its
        levels, shape (k, q, q).
    """

    logdet: float
    explained: Floats
    gain: Floats
    gram: Floats


def solve_compact(compact: CompactFactors, theta: Floats) -> Solved:
    """Solve for M block by block; see the module of the restricted likelihood for the algebra.

    The largest factor's levels are eliminated: with d = 1 + theta_0² count they leave S = I + D (Z_1'Z_1 -
    theta_0² sum pairs / d) D for the others, where D holds the others' theta.
    """
    squared = float(theta[0]) ** 2
    d = 1.0 + squared * compact.counts
    if len(theta) == 1:
        return _solve_one(compact, squared, d)
    b, k, q = compact.cross.shape[1:]
    scale = (theta[1:] @ compact.members).reshape(b, k, 1)
    reduced = compact.rest - _weigh(squared / d, compact.pairs)
    S = scale * reduced * scale.transpose(0, 2, 1)
    S[:, np.arange(k), np.arange(k)] += 1.0
    roots = np.diagonal(np.linalg.cholesky(S), axis1=1, axis2=2)
    inverse = np.linalg.inv(S)
    bottom = scale * (compact.sums - _weigh(squared / d, compact.cross))
    E = inverse @ bottom
    F = scale * E
    taken = _weigh(squared / d**2, compact.pairs)
    shared = float(np.sum(taken * (scale * inverse * scale.transpose(0, 2, 1))))
    mixed = _inner(F, _weigh(squared / d**2, compact.cross))
    flat = E.reshape(b * k, q)
    others = (compact.members[:, None, :] * flat.T) @ flat
    kept = compact.members @ (1.0 - np.diagonal(inverse, axis1=1, axis2=2).reshape(b * k))
    first = _weigh(squared / d**2, compact.own) - mixed - mixed.T + _inner(F, taken @ F)
    return Solved(
        logdet=float(compact.n_counts @ np.log(d) + 2.0 * np.log(roots).sum()),
        explained=_weigh(squared / d, compact.own) + _inner(bottom, E),
        gain=np.append(float(compact.n_counts @ (1.0 - 1.0 / d)) - shared, kept),
        gram=np.concatenate([first[None], others]),
    )


def _solve_one(compact: CompactFactors, squared: float, d: Floats) -> Solved:
    """Solve for M where there is one factor: it is diagonal."""
    return Solved(
        logdet=float(compact.n_counts @ np.log(d)),
        explained=_weigh(squared / d, compact.own),
        gain=np.array([compact.n_counts @ (1.0 - 1.0 / d)]),
        gram=_weigh(squared / d**2, compact.own)[None],
    )


def _weigh(weights: Floats, arrays: Floats) -> Floats:
    """Add up arrays with a weight for each."""
    return np.asarray((weights @ arrays.reshape(len(arrays), -1)).reshape(arrays.shape[1:]))


def _inner(left: Floats, right: Floats) -> Floats:
    """Return left'right over all blocks."""
    q = left.shape[-1]
    return np.asarray(left.reshape(-1, q).T @ right.reshape(-1, q))
