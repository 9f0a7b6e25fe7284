"""Hold a specification to its own arithmetic: what the JSON Schema cannot see."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from evalkit.errors import did_you_mean
from evalkit.methods.specification import Component, MethodSpecification, Transform
from evalkit.yaml_file import Found

_SUM_TOLERANCE: Final = 1e-9


def check_specification(
    specification: MethodSpecification, indicators: pd.DataFrame | None = None
) -> list[Found]:
    """List what the schema cannot see: weights, ranges, repeated names, indicators, rater weights."""
    found: list[Found] = []
    components = specification.components
    total = sum(component.weight for component in components)
    if abs(total - 1) > _SUM_TOLERANCE:
        found.append((("components",), f"the weights must sum to 1; they sum to {total:.12g}"))
    low, high = (sum(component.range[end] for component in components) for end in (0, 1))
    if low > 1 + _SUM_TOLERANCE or high < 1 - _SUM_TOLERANCE:
        found.append(
            (("components",), f"no weights within the ranges sum to 1; they sum to {low:g} to {high:g}")
        )
    for i, component in enumerate(components):
        found += [(("components", i, *where), text) for where, text in _check_component(component)]
        if component.name in [other.name for other in components[:i]]:
            found.append((("components", i, "name"), f"{component.name!r} is used twice"))
        for other in components[:i]:
            found += [(("components", i), text) for text in _check_shared(component, other)]
            if component.transform != other.transform:
                both = sorted(set(component.indicators) & set(other.indicators))
                text = "is turned into points in another way by"
                found += [
                    (("components", i, "transform"), f"{name!r} {text} {other.name!r}") for name in both
                ]
        for j, source in enumerate(component.sources):
            if source not in specification.raters:
                where = ("components", i, "sources", j)
                found.append((where, f"{source!r} has no weight under raters"))
    found += _check_indicators(specification, indicators)
    for name in ("meets", "above"):
        value = getattr(specification.expectation, name)
        within = getattr(specification.expectation, f"{name}_range")
        found += [(("expectation", *where), text) for where, text in _check_range(name, value, within)]
    if specification.expectation.meets >= specification.expectation.above:
        found.append((("expectation",), "meets must be lower than above"))
    return found


def _check_shared(component: Component, other: Component) -> list[str]:
    """List what two components of one method both read; an observation may count once only."""
    if component.level != other.level:
        return []
    if component.items and other.items and not set(component.items) & set(other.items):
        return []
    return [
        f"{indicator!r} from {source!r} is read by {other.name!r} already; an observation counts once"
        for indicator in component.indicators
        for source in component.sources
        if indicator in other.indicators and source in other.sources
    ]


def _check_component(component: Component) -> list[Found]:
    found = _check_range("weight", component.weight, component.range)
    transform = component.transform
    if transform.kind == "standard_over_actual" and transform.standard is None:
        found.append((("transform",), "standard_over_actual needs a standard"))
    if transform.kind != "standard_over_actual" and transform.standard is not None:
        found.append((("transform", "standard"), f"means nothing to {transform.kind}"))
    if transform.kind != "linear" and (transform.low is not None or transform.high is not None):
        found.append((("transform",), f"low and high mean nothing to {transform.kind}"))
    if transform.low is not None and transform.high is not None and transform.low >= transform.high:
        found.append((("transform", "low"), "must be lower than high"))
    return found


def _check_range(name: str, value: float, within: tuple[float, float]) -> list[Found]:
    low, high = within
    key = "range" if name == "weight" else f"{name}_range"
    if low > high:
        return [((key,), f"must go from low to high; found [{low:g}, {high:g}]")]
    if not low <= value <= high:
        return [((name,), f"must lie in its range [{low:g}, {high:g}]; found {value:g}")]
    return []


def _check_indicators(specification: MethodSpecification, indicators: pd.DataFrame | None) -> list[Found]:
    """List indicators that do not exist, and linear scales that are open."""
    if indicators is None:
        return []
    known = indicators["indicator"].tolist()
    found: list[Found] = []
    for i, component in enumerate(specification.components):
        for j, name in enumerate(component.indicators):
            where = ("components", i, "indicators", j)
            if name not in known:
                found.append((where, f"there is no indicator {name!r}; {did_you_mean(name, known)}"))
                continue
            ends = find_scale(component.transform, name, indicators)
            if component.transform.kind == "linear" and any(math.isnan(end) for end in ends):
                found.append((where, f"the scale of {name!r} is open; state low and high under transform"))
    return found


def find_scale(transform: Transform, indicator: str, indicators: pd.DataFrame) -> tuple[float, float]:
    """Return the two ends of a linear scale: the transform's own, or the indicator's (NaN where open)."""
    row = indicators["indicator"].tolist().index(indicator)
    low, high = (float(indicators[end].to_numpy(dtype=float)[row]) for end in ("low", "high"))
    return (
        low if transform.low is None else transform.low,
        high if transform.high is None else transform.high,
    )
