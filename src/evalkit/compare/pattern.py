"""Make an agency's predikats follow the distribution that its achievement asks for."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import DesignError, did_you_mean
from evalkit.rules import ACHIEVEMENTS, PATTERNS, Bound
from evalkit.stats import Allocation
from evalkit.vocabulary import PREDIKATS

Predikats = NDArray[np.intp]
Floats = NDArray[np.float64]


def allocate_by(achievement: str) -> Allocation | None:
    """Return what makes an agency's predikats follow its pattern; None where nothing is known of it.

    Raises
    ------
    DesignError
        If there is no such achievement.
    """
    if not achievement:
        return None
    if achievement not in PATTERNS:
        raise DesignError(
            f"{achievement!r} is no achievement of an agency; {did_you_mean(achievement, ACHIEVEMENTS)}"
        )
    return partial(follow_pattern, achievement=achievement)


def follow_pattern(predikats: Predikats, scores: Floats, achievement: str) -> Predikats:
    """Move as few people as the bounds ask for, by their points.

    No regulation says who is moved. Here, where too many have a predikat, those with the fewest points get
    the one below; where too few have it, those with the fewest points among the better ones get it, then
    those with the most among the worse; where someone should have it, the one with the fewest points does.

    Parameters
    ----------
    predikats
        Position in `PREDIKATS`, shape (b, n): b draws of one agency.
    scores
        Both ratings in points, shape (b, n, 2); their sum orders people.

    Examples
    --------
    Seven of ten may have Sangat Baik where the agency is istimewa:

    >>> points = np.repeat(np.arange(10.0)[None, :, None], 2, axis=2)
    >>> follow_pattern(np.full((1, 10), 4), points, "istimewa").tolist()
    [[3, 3, 3, 4, 4, 4, 4, 4, 4, 4]]
    """
    points = scores.sum(axis=-1)
    followed = predikats.copy()
    needed = np.zeros(followed.shape, dtype=bool)
    for bound in PATTERNS[achievement]:
        followed = _hold(followed, points, bound, needed)
        if bound.relation == "at_least":
            has = followed == PREDIKATS.index(bound.predikats[0])
            needed |= _first(has, points, np.full(len(has), _least(bound, has.shape[1])))
    return followed


def _least(bound: Bound, n: int) -> int:
    """Return how many of n people a percentage asks for, rounded up."""
    return -(-bound.percent * n // 100)


def _hold(predikats: Predikats, points: Floats, bound: Bound, needed: NDArray[np.bool_]) -> Predikats:
    """Move people until one bound holds; not those whom an earlier bound needs where they are."""
    code = PREDIKATS.index(bound.predikats[0])
    has = predikats == code
    n, n_has = has.shape[1], np.sum(has, axis=1)
    match bound.relation:
        case "at_most" | "none":
            too_many = _first(has & ~needed, points, n_has - bound.percent * n // 100)
            return np.where(too_many, code - 1, predikats)
        case "at_least":
            better = predikats > code
            reach = np.abs(points).max() + 1
            order = np.where(better, points, 4 * reach - points)
            return np.where(_first(~has & ~needed, order, _least(bound, n) - n_has), code, predikats)
        case "some":
            named = np.isin(predikats, [PREDIKATS.index(name) for name in bound.predikats])
            missing = 1 - np.sum(named.any(axis=1, keepdims=True), axis=1)
            return np.where(_first(~named & ~needed, points, missing), code, predikats)


def _first(among: NDArray[np.bool_], order: Floats, count: Any) -> NDArray[np.bool_]:
    """Choose the first so many of some, in each row."""
    ranked = np.argsort(np.argsort(np.where(among, order, np.inf), axis=1, kind="stable"), axis=1)
    return np.asarray(among & (ranked < count[:, None]))
