"""Scores for many replicates: as `score_methods` gives them, in arrays, and of the halves of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.lab.occasions import Observed, Occasions, arrange, average_occasions
from evalkit.methods import MethodSpecification
from evalkit.methods.reading import Key, key_of
from evalkit.methods.specification import PERSONS, Component

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

_WHO: Final = ("place", "unit", "employee")
_POINTS: Final = ("score", "result_points", "behaviour_points")
_HALVES: Final = {"score_odd": slice(0, None, 2), "score_even": slice(1, None, 2)}
_TOLERANCE: Final = 1e-9


def score_at_once(
    evidence: Evidence, methods: Mapping[str, MethodSpecification], *, halves: bool = False
) -> pd.DataFrame:
    """Score everyone in the evidence by every method that it can carry, as `score_methods` does, but faster.

    What methods share is averaged once, nothing is reported of what was counted, and the order of rows may
    change the last digit.

    Parameters
    ----------
    halves
        Score by the odd and by the even periods alone, too: the first, third… and the second, fourth… of
        those that occur. A minimum of evidence must then be met by the half.

    Returns
    -------
    DataFrame
        method, place, unit, employee, score, result_points, behaviour_points, and with ``halves`` score_odd
        and score_even; a score without enough evidence is NaN. Every method has the same people in the same
        order.
    """
    observed = arrange(evidence)
    reader, tables = _Reader(observed), []
    for name, method in methods.items():
        parts = [reader.read(component, method.raters) for component in method.components]
        if _is_carried(method, parts):
            scores = _score(method, parts, observed.office, halves=halves)
            tables.append(observed.people.assign(method=name, **scores))
    columns = ["method", *_WHO, *_POINTS, *(_HALVES if halves else ())]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]


class _Reader:
    """What components read of everyone; each source's answer is averaged once for all methods."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._known: dict[Key, Occasions | None] = {}

    def read(self, component: Component, weights: Mapping[str, float]) -> Occasions | None:
        """Return what was given for a component on every occasion, over sources by their weights."""
        found = {source: self._average(key_of(component, source)) for source in component.sources}
        present = {source: one for source, one in found.items() if one is not None}
        if len(present) < 2:
            return next(iter(present.values()), None)
        total = weight = np.zeros(1)
        for source, one in present.items():
            known = ~np.isnan(one.points)
            total = total + weights[source] * np.where(known, one.points, 0)
            weight = weight + weights[source] * known
        with np.errstate(invalid="ignore"):
            points = total / weight
        return Occasions(
            points=points,
            n=np.sum([one.n for one in present.values()], axis=0),
            raters=np.sum([one.raters for one in present.values()], axis=0),
        )

    def _average(self, key: Key) -> Occasions | None:
        if key not in self._known:
            found = average_occasions(self._observed, key)
            if found is not None and key[1] not in PERSONS:
                found = replace(found, raters=np.zeros_like(found.n))
            self._known[key] = found
        return self._known[key]


def _is_carried(method: MethodSpecification, parts: Sequence[Occasions | None]) -> bool:
    """Tell whether the evidence carries enough of a method's weight at all."""
    missing = sum(
        component.weight for component, part in zip(method.components, parts, strict=True) if part is None
    )
    return 1 - missing >= method.minimum_weight - _TOLERANCE


def _score(
    method: MethodSpecification, parts: Sequence[Occasions | None], office: Codes, *, halves: bool
) -> dict[str, Values]:
    """Return everyone's score and its two parts, and the scores by half of the periods."""
    both = list(zip(method.components, parts, strict=True))
    found = _average_parts(both, office, slice(None))
    scores = {"score": _add_up(method, found)}
    for part in ("result", "behaviour"):
        of_part = np.array([component.part == part for component in method.components])
        scores[f"{part}_points"] = _add_up(method, found, of_part)
    if halves:
        for name, chosen in _HALVES.items():
            scores[name] = _add_up(method, _average_parts(both, office, chosen))
    return scores


def _average_parts(
    parts: Sequence[tuple[Component, Occasions | None]], office: Codes, chosen: slice
) -> Values:
    """Return everyone's points of each component over some occasions, shape (component, person)."""
    found = np.full((len(parts), len(office)), np.nan)
    for i, (component, part) in enumerate(parts):
        if part is None:
            continue
        points = _average_part(component, part, chosen)
        # what is known of the unit stands for everyone in it
        found[i] = np.append(points, np.nan)[office] if component.level == "unit" else points
    return found


def _average_part(component: Component, part: Occasions, chosen: slice) -> Values:
    """Return the mean over some occasions; NaN below the minimum of evidence."""
    points, least = part.points[chosen], component.minimum
    known = ~np.isnan(points)
    occasions = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean: Values = np.where(known, points, 0).sum(axis=0) / occasions
    enough = (
        (part.n[chosen].sum(axis=0) >= least.observations)
        & (part.raters[chosen].max(axis=0, initial=0) >= least.raters)
        & (occasions >= least.occasions)
    )
    return np.where(enough, mean, np.nan)


def _add_up(method: MethodSpecification, found: Values, chosen: NDArray[np.bool_] | None = None) -> Values:
    """Return the points of all or some components by their weights, where enough of the weight is covered."""
    weights = np.array([component.weight for component in method.components])
    known = ~np.isnan(found)
    enough = weights @ known >= method.minimum_weight - _TOLERANCE
    used = weights if chosen is None else weights * chosen
    with np.errstate(invalid="ignore", divide="ignore"):
        points = used @ np.where(known, found, 0) / (used @ known)
    return np.where(enough, points, np.nan)
