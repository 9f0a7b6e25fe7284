"""The two ratings of PermenPANRB 6/2022, work result and behaviour, as parts of a score make them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.compare.score_fit import FittedScore
from evalkit.methods import MethodSpecification
from evalkit.rules import PREDIKAT_MATRIX
from evalkit.stats import CategoryMatrix
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
