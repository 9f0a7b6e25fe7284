"""The first steps of a scoring statement: what counts, its points, and the means within a rater."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from evalkit.methods.checking import find_scale
from evalkit.methods.specification import CAP, Component, MethodSpecification

Slots = dict[tuple[str, str], int]


def number_slots(specification: MethodSpecification) -> Slots:
    """Give every component and source a number: small numbers are compared faster than names."""
    pairs = [(part.name, source) for part in specification.components for source in part.sources]
    return {pair: number for number, pair in enumerate(pairs, start=1)}


def write_rating(
    specification: MethodSpecification, scales: pd.DataFrame, slots: Slots, repeated: Collection[str]
) -> str:
    """Write the step that gives one value in points per rater, component, source and occasion."""
    single = [part for part in specification.components if part.name not in repeated]
    several = [part for part in specification.components if part.name in repeated]
    branches = []
    if single:
        branches.append(
            "  SELECT place, unit, employee, period, slot, points, 1::DOUBLE AS n\n  FROM (\n"
            f"{_observations(single, scales, slots)}\n  )"
        )
    if several:
        branches.append(
            "  SELECT place, unit, employee, period, slot, avg(points) AS points,"
            " count(*)::DOUBLE AS n\n  FROM (\n"
            f"{_observations(several, scales, slots)}\n  )\n"
            f"  GROUP BY place, unit, employee, period, slot, {_within(several, slots)}"
        )
    return "\n  UNION ALL\n".join(branches)


def _within(components: Sequence[Component], slots: Slots) -> str:
    """Write within what values are averaged first: a rater, or a question of a satisfaction survey."""
    questions = [
        slots[part.name, source]
        for part in components
        for source in part.sources
        if part.transform.kind == "skm"
    ]
    if not questions:
        return "rater"
    by_question = "concat(indicator, '/', item)"
    if all(part.transform.kind == "skm" for part in components):
        return by_question
    return f"CASE WHEN slot IN ({', '.join(map(str, questions))}) THEN {by_question} ELSE rater END"


def _observations(components: Sequence[Component], scales: pd.DataFrame, slots: Slots) -> str:
    """Write a selection of recorded observations, numbered by component and source, in points."""
    cases = []
    for component in components:
        for source in component.sources:
            tests = [among("indicator", component.indicators), f"source = {quote(source)}"]
            tests.append("employee = ''" if component.level == "unit" else "employee <> ''")
            tests += [among("item", component.items)] if component.items else []
            slot = slots[component.name, source]
            cases.append(
                f"        WHEN {' AND '.join(tests)} THEN {slot}::TINYINT  -- {component.name}, {source}"
            )
    lines = "\n".join(cases)
    names = list(dict.fromkeys(name for part in components for name in part.indicators))
    return (
        "    SELECT place, unit, employee, period, indicator, item, rater,\n"
        f"      CASE\n{lines}\n      END AS slot,\n{_points(components, scales)} AS points\n"
        f"    FROM evidence\n    WHERE status = 'recorded' AND {among('indicator', names)}"
    )


def _points(components: Sequence[Component], scales: pd.DataFrame) -> str:
    """Write how a value becomes points: one expression, or a case by indicator where they differ."""
    by_expression: dict[str, list[str]] = {}
    for component in components:
        for indicator in component.indicators:
            names = by_expression.setdefault(_transform(component, indicator, scales), [])
            names += [indicator] if indicator not in names else []
    if len(by_expression) == 1:
        return f"      {next(iter(by_expression))}"
    cases = "\n".join(
        f"        WHEN {among('indicator', names)} THEN {text}" for text, names in by_expression.items()
    )
    return f"      CASE\n{cases}\n      END"


def _transform(component: Component, indicator: str, scales: pd.DataFrame) -> str:
    transform = component.transform
    if transform.kind == "skm":
        return "25 * value"
    if transform.kind == "share":
        return "100 * value"
    if transform.kind == "percent_of_target":
        return f"least(value, {CAP})"
    if transform.kind == "standard_over_actual":
        return f"least(coalesce(100 * {transform.standard:.15g} / nullif(value, 0), {CAP}), {CAP})"
    low, high = find_scale(transform, indicator, scales)
    value = "value"
    if transform.low is not None or transform.high is not None:
        value = f"least(greatest(value, {low:.15g}), {high:.15g})"
    if scales.loc[scales["indicator"] == indicator, "lower_is_better"].any():
        return f"100 * ({high:.15g} - {value}) / ({high:.15g} - {low:.15g})"
    return f"100 * ({value} - {low:.15g}) / ({high:.15g} - {low:.15g})"


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def among(column: str, names: Sequence[str]) -> str:
    """Write the test that a column holds one of some names."""
    if len(names) == 1:
        return f"{column} = {quote(names[0])}"
    return f"{column} IN ({', '.join(quote(name) for name in names)})"
