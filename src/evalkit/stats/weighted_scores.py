"""Dependability of a weighted composite: what the parts' errors do to their sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedScore(Shown):
    """Universe score and error of a weighted sum of parts.

    Attributes
    ----------
    universe_variance, error_variance
        Variance of the composite's universe score, and of its error.
    phi
        Their share: universe / (universe + error).
    sem
        Standard error of measurement of the composite, in its points.
    universe_shares, error_shares
        What each part contributes to both variances, shape (k,); they add up to 1 (NaN where there is none).
    """

    universe_variance: float
    error_variance: float
    phi: float
    sem: float
    universe_shares: Floats
    error_shares: Floats


def combine_dependability(universe: ArrayLike, error: ArrayLike, weights: ArrayLike) -> WeightedScore:
    """Work out the dependability of Σ w_j x_j from those of its parts.

    A composite of parts that go together is more dependable than its parts; one of parts that do not is not,
    and a large weight on an undependable part spoils it.

    Parameters
    ----------
    universe
        Covariance matrix of the parts' universe scores, shape (k, k).
    error
        Error variances, shape (k,), where errors are independent (other raters for each part), or their
        covariance matrix, shape (k, k), where the same raters judged several parts.
    weights
        Shape (k,); they need not add up to 1.

    Raises
    ------
    DesignError
        If shapes differ, or a matrix is no covariance matrix.

    References
    ----------
    Mosier (1943), Psychometrika 8:161–168, doi:10.1007/BF02288700. Brennan (2001), Generalizability Theory,
    chapter 10, doi:10.1007/978-1-4757-3456-0.

    Examples
    --------
    Two parts with Φ = .5 and r = 1 between their universe scores:

    >>> found = combine_dependability([[1, 1], [1, 1]], [1, 1], [0.5, 0.5])
    >>> round(found.phi, 3), round(found.sem, 3)
    (0.667, 0.707)
    """
    w = np.asarray(weights, dtype=np.float64)
    universe_matrix = _covariance(universe, "universe", len(w))
    given = np.asarray(error, dtype=np.float64)
    error_matrix = _covariance(np.diag(given) if given.ndim == 1 else given, "error", len(w))
    of_universe, of_error = w * (universe_matrix @ w), w * (error_matrix @ w)
    signal, noise = float(of_universe.sum()), float(of_error.sum())
    if signal + noise <= 0:
        raise DesignError("A composite needs a variance above 0; the weights leave none.")
    return WeightedScore(
        universe_variance=signal,
        error_variance=noise,
        phi=signal / (signal + noise),
        sem=float(np.sqrt(max(noise, 0.0))),
        universe_shares=_shares(of_universe),
        error_shares=_shares(of_error),
    )


def _shares(parts: Floats) -> Floats:
    total = parts.sum()
    return parts / total if total > 0 else np.full(len(parts), np.nan)


def _covariance(given: ArrayLike, name: str, k: int) -> Floats:
    """Return a covariance matrix, or refuse it."""
    matrix = np.asarray(given, dtype=np.float64)
    if matrix.shape != (k, k):
        raise DesignError(f"The {name} covariances of {k} weights have shape ({k}, {k}), not {matrix.shape}.")
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T):
        raise DesignError(f"The {name} covariances must be finite and symmetric.")
    if np.linalg.eigvalsh(matrix)[0] < -1e-9 * max(1.0, float(np.abs(matrix).max())):
        raise DesignError(
            f"The {name} covariances are not those of any scores: a combination has a variance below 0."
        )
    return matrix
