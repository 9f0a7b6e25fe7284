"""Scores of each quarter on its own, each place by the methods that are meant for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.evidence import Evidence
from evalkit.methods import MethodScores, MethodSpecification, score_periods
from evalkit.shown import Shown

_SCORES: Final = ["method", "place", "unit", "employee", "period", "score"]
_COMPONENTS: Final = [*_SCORES[:5], "component", "level", "points"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuarterScores(Shown):
    """Scores and components of each quarter on its own.

    Attributes
    ----------
    scores
        method, place, unit, employee, period, score (NaN with too little evidence).
    components
        The same with component, level and points instead of the score.
    periods
        Quarters, the first one first; empty where the evidence names none.
    """

    scores: pd.DataFrame
    components: pd.DataFrame
    periods: tuple[str, ...]


def score_quarters(evidence: Evidence, scores: MethodScores) -> QuarterScores:
    """Score each quarter of the evidence as if it were all there is.

    A place is scored by its own method where that is one of the methods, else by all of them; what a method
    would say of another city's people is a question for other reports.

    Parameters
    ----------
    scores
        Scores over all quarters: they say which methods can be scored, with what the study mapped to them.
    """
    periods = tuple(sorted(name for name in evidence.observations["period"].unique() if name))
    found = [
        (period, one)
        for methods, places in (_group_places(scores) if periods else ())
        for period, one in score_periods(_select(evidence, methods, places), methods).items()
        if period
    ]
    tables = {
        name: [getattr(one, name).assign(period=period) for period, one in found]
        for name in ("scores", "components")
    }
    return QuarterScores(
        scores=_stack(tables["scores"], _SCORES),
        components=_stack(tables["components"], _COMPONENTS),
        periods=periods,
    )


def list_own_methods(scores: MethodScores) -> dict[str, list[str]]:
    """Return by place the methods by which its people are judged: its own, or where it has none, all.

    Only methods that scored someone there count. Places stand in the order of the methods.
    """
    pairs = scores.scores.loc[scores.scores["status"] == "scored", ["place", "method"]].drop_duplicates()
    order = {specification.place: i for i, specification in enumerate(scores.specifications.values())}
    found: dict[str, list[str]] = {}
    for place, methods in pairs.groupby("place", sort=True)["method"]:
        own = [name for name in methods if scores.specifications[name].place == place]
        found[str(place)] = own or methods.tolist()
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _group_places(scores: MethodScores) -> Iterator[tuple[list[MethodSpecification], list[str]]]:
    """Yield methods with the places that they judge, each place once."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for place, methods in list_own_methods(scores).items():
        groups.setdefault(tuple(methods), []).append(place)
    for names, places in groups.items():
        yield [scores.specifications[name] for name in names], places


def _select(evidence: Evidence, methods: list[MethodSpecification], places: list[str]) -> Evidence:
    """Return what the methods read of some places; the rest is read by nobody and would only take time."""
    recorded = set(evidence.observations["indicator"].unique())
    names = dict.fromkeys(name for method in methods for name in method.indicators if name in recorded)
    return evidence.select(places=places, indicators=tuple(names))


def _stack(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]
