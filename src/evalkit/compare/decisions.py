"""Decisions that scores lead to: recognition, training, and the predikat of the national matrix."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.methods import Expectation
from evalkit.rules import rate_matrix
from evalkit.stats import select_share
from evalkit.vocabulary import EXPECTATIONS, PREDIKATS

Floats = NDArray[np.float64]

#: Decisions by rank within a place: the share of people, and whether the lowest scores are meant.
SELECTIONS: Final = {"recognition": (0.10, False), "training": (0.15, True)}
PREDIKAT: Final = "predikat"
DECISIONS: Final = (*SELECTIONS, PREDIKAT)

_CODES: Final = np.array(
    [
        [PREDIKATS.index(rate_matrix(result, behaviour)) for behaviour in EXPECTATIONS]
        for result in EXPECTATIONS
    ]
)


def decide_by_rank(scores: Floats, decision: str) -> Floats:
    """Return how much of each person is selected and not, shape (n_draws, n, 2), by scores (n_draws, n).

    Examples
    --------
    >>> decide_by_rank(np.array([[50.0, 90.0, 70.0]]), "training")[0].tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    """
    share, lowest = SELECTIONS[decision]
    selected = select_share(scores, share, lowest=lowest)
    return np.moveaxis(np.stack([selected, 1 - selected]), 0, -1)  # each decision lies in one piece


def decide_predikat(result: Floats, behaviour: Floats, expectation: Expectation) -> Floats:
    """Return the predikat of each person as a table of ones, lowest predikat first: shape (n_draws, n, 5).

    Parameters
    ----------
    result, behaviour
        Points of both parts, shape (n_draws, n), without gaps.
    """
    codes = _CODES[_rate(result, expectation), _rate(behaviour, expectation)]
    given = np.stack([codes == code for code in range(len(PREDIKATS))]).astype(np.float64)
    return np.moveaxis(given, 0, -1)


def _rate(points: Floats, expectation: Expectation) -> NDArray[np.int64]:
    """Compare points with the cut-offs; nine decimals, so that a sum of fractions reaches its own total."""
    reached = np.round(points, 9)
    return np.asarray((reached >= expectation.meets).astype(np.int64) + (reached >= expectation.above))
