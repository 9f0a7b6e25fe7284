"""Decisions of several places, and what they cost against the best that could be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evalkit.lab.decisions import (
    RECOGNITION,
    TRAINING,
    area_under_curve,
    count_selected,
    place_lower,
    select_highest,
    select_lowest,
    sum_products,
)
from evalkit.lab.rank_recovery import TruthOrder

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

_NOTHING: Final = 1e-12  # what could be gained where truths do not differ, but for rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """Who is to be found in one place: those whose truth is lowest.

    Attributes
    ----------
    n
        How many are chosen.
    truths
        Shape (target, person); with the other sign where the highest are to be found.
    chance
        Probability to be truly among them, of the same shape.
    """

    n: int
    truths: Values
    chance: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """True performance of the people of one place, and who of them is to be trained and to be recognised."""

    people: Codes
    order: TruthOrder
    training: Side
    recognition: Side


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """Probabilities to be trained and to be recognised, shape (method, employee)."""

    trained: Values
    recognised: Values


def know_place(people: Codes, truths: Values) -> Place:
    """Return what there is to be found among some people; truths of everyone, shape (target, employee)."""
    here = truths[:, people]
    return Place(
        people=people,
        order=TruthOrder(here),
        training=_find(here, TRAINING),
        recognition=_find(-here, RECOGNITION),
    )


def _find(truths: Values, share: float) -> Side:
    n = count_selected(truths.shape[1], share)
    return Side(n=n, truths=truths, chance=select_lowest(truths, n))


def decide(places: Sequence[Place], year: Values) -> Decided:
    """Select the lowest and the highest of each place by their scores, shape (method, employee)."""
    trained, recognised = np.zeros_like(year), np.zeros_like(year)
    for one in places:
        trained[:, one.people] = select_lowest(year[:, one.people], one.training.n)
        recognised[:, one.people] = select_highest(year[:, one.people], one.recognition.n)
    return Decided(trained=trained, recognised=recognised)


def judge_decisions(places: Sequence[Place], year: Values) -> dict[str, Values]:
    """Return losses, sensitivities, specificities and areas under the curve, shape (method, target) each.

    A loss is what the truth of those selected falls short of the best possible selection, as a share of what
    that of a lot falls short: 0 is perfect, 1 a lot.
    """
    now = decide(places, year)
    found = {
        **_judge_side("training", places, now.trained, year),
        **_judge_side("recognition", places, now.recognised, -year),
    }
    return {**found, "decision_loss": (found["training_loss"] + found["recognition_loss"]) / 2}


def _judge_side(name: str, places: Sequence[Place], chosen: Values, year: Values) -> dict[str, Values]:
    sides: list[Side] = [getattr(one, name) for one in places]
    parts = [
        _judge(side, chosen[:, one.people], year[:, one.people])
        for side, one in zip(sides, places, strict=True)
    ]
    gained, possible, hit, spared, area = (np.sum(part, axis=0) for part in zip(*parts, strict=True))
    n, n_chosen = year.shape[1], sum(side.n for side in sides)
    differs = possible > _NOTHING
    loss = np.where(differs, 1 - gained / np.where(differs, possible, 1), np.nan)
    return {
        f"{name}_loss": loss,
        f"sensitivity_{name}": hit / n_chosen,
        f"specificity_{name}": spared / (n - n_chosen),
        f"auc_{name}": area / n,
    }


def _judge(side: Side, chosen: Values, scores: Values) -> tuple[Values, ...]:
    """Compare who is chosen in one place with who should be.

    Returns
    -------
    tuple
        By how much the truth of those chosen is lower than that of all, and by how much it could be; those
        rightly chosen and rightly not; area under the curve, times the number of people. Shape (method,
        target) each.
    """
    n, k = side.truths.shape[1], side.n
    total = k * side.truths.mean(axis=1)
    gained = total - sum_products(chosen, side.truths)
    possible = np.broadcast_to(total - (side.chance * side.truths).sum(axis=1), gained.shape)
    hit = sum_products(chosen, side.chance)
    area = n * area_under_curve(side.chance, place_lower(scores), k).T
    return gained, possible, hit, n - 2 * k + hit, area
