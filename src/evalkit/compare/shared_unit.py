"""Do two scores share a unit? Only then does their difference mean anything."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.compare.instrument import read_weights
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.methods import Component, MethodScores

_SHOWN = 4
#: What points are read off, where it is no scale of answers.
_POINTS = {
    "percent_of_target": "points of a percentage of a target",
    "standard_over_actual": "points of a standard over what was measured",
    "share": "points of a share",
    "skm": "points of the public satisfaction index",
}


def find_shared_scale(evidence: Evidence, indicators: Sequence[str]) -> str:
    """Return in words what one unit is on the scale that several indicators share.

    Raises
    ------
    DesignError
        If they are in different units, on different scales, or differ in which end is the good one.
    """
    table = evidence.indicators.set_index("indicator").loc[list(indicators)]
    scales = table[["unit", "low", "high", "lower_is_better"]].drop_duplicates()
    if len(scales) > 1:
        firsts = [f"{name} ({_scale(table.loc[name])})" for name in scales.index[:_SHOWN]]
        raise DesignError(
            f"A difference of means needs one unit; these are on {len(scales)} scales: {', '.join(firsts)}. "
            "Compare ranks instead, or only indicators of one scale."
        )
    return _scale(scales.iloc[0])


def find_shared_points(scores: MethodScores, evidence: Evidence) -> str:
    """Return in words what one point is in every method, where it is the same in all.

    A point is the same by definition only where all methods read it off scales of one kind: 10 points are
    then the same step of an answer. A percentage of a target and a position on a rating scale both run from 0
    to 100 and are not the same unit.

    Raises
    ------
    DesignError
        If methods read points off different kinds of scales.
    """
    weights = read_weights(scores, evidence)
    units: dict[str, list[str]] = {}
    for row in weights.itertuples(index=False):
        component = _component(scores, str(row.method), str(row.component))
        users = units.setdefault(_points(evidence, component, str(row.indicator)), [])
        if row.method not in users:
            users.append(str(row.method))
    if len(units) > 1:
        shown = [f"{unit} ({', '.join(users)})" for unit, users in list(units.items())[:_SHOWN]]
        raise DesignError(
            "A difference of method means needs scores that share a unit by definition; here points are read "
            f"off {len(units)} kinds of scales: {'; '.join(shown)}. Compare ranks and decisions at equal "
            "selection rates instead."
        )
    return next(iter(units), "points")


def _component(scores: MethodScores, method: str, name: str) -> Component:
    return next(part for part in scores.specifications[method].components if part.name == name)


def _points(evidence: Evidence, component: Component, indicator: str) -> str:
    """Name what the points of a component are read off."""
    transform = component.transform
    if transform.kind != "linear":
        return _POINTS[transform.kind]
    scale = evidence.indicators.set_index("indicator").loc[indicator]
    low = scale["low"] if transform.low is None else transform.low
    high = scale["high"] if transform.high is None else transform.high
    return f"points, 0 to 100, of a scale from {low:g} to {high:g}"


def _scale(row: pd.Series) -> str:
    """Name one scale: its ends where it has any, else its unit."""
    ends = row[["low", "high"]]
    name = str(row["unit"]) if ends.isna().any() else f"points, {ends['low']:g} to {ends['high']:g}"
    return f"{name}, lower is better" if bool(row["lower_is_better"]) else name
