"""The two ratings of PermenPANRB 6/2022, work result and behaviour, as scores with error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.compare.score_fit import FittedScore
from evalkit.methods import MethodSpecification
from evalkit.rules import PREDIKAT_MATRIX
from evalkit.stats import CategoryMatrix, TwoScores, bootstrap, weighted_mean
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

RATINGS: Final = ("result", "behaviour")


def weigh_ratings(fit: FittedScore, specification: MethodSpecification) -> list[NDArray[np.float64]]:
    """Return the weight of each part in the work result and in the behaviour."""
    names = [{one.name for one in specification.components if one.part == part} for part in RATINGS]
    return [fit.parts.weights(chosen) for chosen in names]


def read_matrix(specification: MethodSpecification) -> CategoryMatrix:
    """Return the cut-offs of a method and the matrix of predikats, as positions in `PREDIKATS`."""
    expected = specification.expectation
    cuts = np.array([[expected.meets, expected.above]] * 2, dtype=np.float64)
    table = [
        [PREDIKATS.index(PREDIKAT_MATRIX[result, behaviour]) for behaviour in EXPECTATIONS]
        for result in EXPECTATIONS
    ]
    return CategoryMatrix(cuts=cuts, categories=np.array(table, dtype=np.intp))


def model_ratings(
    means: NDArray[np.float64], fit: FittedScore, weights: list[NDArray[np.float64]]
) -> TwoScores:
    """Return the normal model of both ratings, with the error of the design at hand."""
    both = np.array(weights)
    return TwoScores(
        means=means,
        universe=both @ fit.components.universe @ both.T,
        error=both @ fit.components.error() @ both.T,
    )


def resample_ratings(
    fit: FittedScore,
    weights: list[NDArray[np.float64]],
    points: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    n_boot: int,
) -> Iterable[TwoScores]:
    """Yield the model under each resample of units or people."""
    pairs = ((0, 0), (0, 1), (1, 1))
    added = [fit.components.contributions(weights[i], weights[j]) for i, j in pairs]
    filled = np.where(np.isnan(points), np.nanmean(points, axis=0), points)
    columns = np.hstack([*added, filled])
    found = bootstrap(weighted_mean, columns, n_boot=n_boot, rng=rng, clusters=fit.parts.clusters)
    both = np.array(weights)
    moving = both @ fit.components.shift @ both.T / fit.components.n_occasions
    for row in found.replicates:
        variances = row[:12].reshape(3, 4)
        universe, error = (_square(each) for each in (variances[:, 0], variances[:, 1:].sum(axis=1)))
        yield TwoScores(means=row[12:], universe=_possible(universe), error=_possible(error + moving))


def _square(three: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([[three[0], three[1]], [three[1], three[2]]])


def _possible(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
