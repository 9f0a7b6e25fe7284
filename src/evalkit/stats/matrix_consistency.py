"""Is a category that two ratings decide together the same, were both made anew? By simulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

#: Takes categories (b, n) and the two scores (b, n, 2) of one group; returns the categories that are given.
Allocation = Callable[[NDArray[np.intp], Floats], NDArray[np.intp]]

_BATCHES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PairConsistency(Shown):
    """Agreement of two replicates of the same people.

    Attributes
    ----------
    agreement, agreement_error
        Share of people with the same category in both, and its Monte Carlo standard error.
    kappa, kappa_error
        Cohen's kappa, agreement beyond chance, and its error. NaN where everyone gets one category.
    n_draws
        Draws of all people.
    """

    agreement: float
    agreement_error: float
    kappa: float
    kappa_error: float
    n_draws: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoScores(Shown):
    """The normal model of two scores: their means (2,), and covariances (2, 2) of universe and error."""

    means: Floats
    universe: Floats
    error: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryMatrix(Shown):
    """How two scores give one category.

    Attributes
    ----------
    cuts
        Where the second and the third level of each score begin, shape (2, 2).
    categories
        Category by level of the first and of the second score, shape (3, 3).
    """

    cuts: Floats
    categories: NDArray[np.intp]

    def rate(self, scores: Floats) -> NDArray[np.intp]:
        """Return the category of each pair of scores, shape (…, 2) to (…)."""
        level = (scores >= self.cuts[:, 0]).astype(np.intp) + (scores >= self.cuts[:, 1])
        return np.asarray(self.categories[level[..., 0], level[..., 1]], dtype=np.intp)


def simulate_pair_consistency(
    model: TwoScores,
    matrix: CategoryMatrix,
    *,
    sizes: Sequence[int],
    allocations: Sequence[Allocation | None] = (),
    n_draws: int,
    rng: np.random.Generator,
) -> PairConsistency:
    """Draw people, rate each twice with errors of their own, and count who gets the same category again.

    Parameters
    ----------
    model
        Means, universe and error covariances of the two scores, taken as normal.
    sizes
        People in each group, shape (g,): whole groups are drawn.
    allocations
        What makes each group's categories follow a distribution that is set for the group; None, or nothing,
        leaves them as rated.
    n_draws
        Draws of all groups, 20 or more.

    Raises
    ------
    DesignError
        If there are too few draws, or a matrix is no covariance matrix.

    Examples
    --------
    Without error, everyone is rated the same again:

    >>> model = TwoScores(means=np.zeros(2), universe=np.eye(2), error=np.zeros((2, 2)))
    >>> matrix = CategoryMatrix(cuts=np.array([[-1.0, 1], [-1, 1]]), categories=np.arange(9).reshape(3, 3))
    >>> simulate_pair_consistency(
    ...     model, matrix, sizes=[50], n_draws=20, rng=np.random.default_rng(1)
    ... ).agreement
    1.0
    """
    noise = draw_noise(sizes, n_draws=n_draws, rng=rng)
    return measure_pair_consistency(noise, model, matrix, sizes=sizes, allocations=allocations)


def draw_noise(sizes: Sequence[int], *, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw what two replicates are made of: standard normal, shape (3, n_draws, people, 2)."""
    if n_draws < _BATCHES or min(sizes, default=0) < 1:
        raise DesignError(
            f"Consistency needs groups of at least one and {_BATCHES} draws for its error; "
            f"there are {n_draws} draws of {len(sizes)} groups."
        )
    return rng.normal(size=(3, n_draws, sum(sizes), 2))


def measure_pair_consistency(
    noise: Floats,
    model: TwoScores,
    matrix: CategoryMatrix,
    *,
    sizes: Sequence[int],
    allocations: Sequence[Allocation | None] = (),
) -> PairConsistency:
    """Count who gets the same category twice, with given noise: two models can share it."""
    universe = model.means + noise[0] @ _root(model.universe, "universe").T
    error = _root(model.error, "error").T
    twice = [_decide(universe + each @ error, matrix, sizes, allocations) for each in noise[1:]]
    k = int(matrix.categories.max()) + 1
    batches = np.arange(noise.shape[1]) * _BATCHES // noise.shape[1]
    code = (batches[:, None] * k + twice[0]) * k + twice[1]
    counts = np.bincount(code.ravel(), minlength=_BATCHES * k * k).reshape(_BATCHES, k, k)
    agreement, kappa = _agree(counts[counts.any(axis=(1, 2))])
    whole = _agree(counts.sum(axis=0, keepdims=True))
    return PairConsistency(
        agreement=float(whole[0][0]),
        agreement_error=_error_of_mean(agreement),
        kappa=float(whole[1][0]),
        kappa_error=_error_of_mean(kappa),
        n_draws=noise.shape[1],
    )


def _decide(
    scores: Floats, matrix: CategoryMatrix, sizes: Sequence[int], allocations: Sequence[Allocation | None]
) -> NDArray[np.intp]:
    """Rate everyone, then let each group follow its own distribution."""
    rated = matrix.rate(scores)
    ends = np.cumsum(sizes)
    for size, end, allocate in zip(sizes, ends, allocations, strict=False):
        if allocate is not None:
            group = slice(end - size, end)
            rated[:, group] = allocate(rated[:, group], scores[:, group])
    return rated


def _agree(counts: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return agreement and kappa of each table, shape (b, k, k)."""
    shares = counts / counts.sum(axis=(1, 2), keepdims=True)
    agreement = np.trace(shares, axis1=1, axis2=2)
    chance = np.sum(shares.sum(axis=1) * shares.sum(axis=2), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa = np.where(chance < 1 - 1e-12, (agreement - chance) / (1 - chance), np.nan)
    return agreement, kappa


def _error_of_mean(batches: Floats) -> float:
    return float(np.std(batches, ddof=1) / len(batches) ** 0.5) if len(batches) > 1 else float("nan")


def _root(covariance: ArrayLike, name: str) -> Floats:
    """Return a root of a covariance matrix, which may be singular."""
    given = np.asarray(covariance, dtype=np.float64)
    if given.shape != (2, 2) or not np.isfinite(given).all():
        raise DesignError(f"The {name} covariances of two scores are a finite 2 × 2 matrix.")
    values, vectors = np.linalg.eigh(given)
    if values[0] < -1e-9 * max(1.0, float(values[1])):
        raise DesignError(f"The {name} covariances are not those of any two scores.")
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
