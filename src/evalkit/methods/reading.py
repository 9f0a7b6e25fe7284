"""The first steps of a scoring statement: what is read on one occasion, in points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.methods.checking import find_scale
from evalkit.methods.specification import CAP, Component, Level, Transform

_WHO: Final = "place, unit, employee, period"

#: One step of a statement: its name, what it does, and its SQL.
Step = tuple[str, str, str]
#: An indicator and a source, and whether its questions are averaged first; methods may do both.
Cell = tuple[str, str, bool]
Key = tuple[tuple[str, ...], str, tuple[str, ...], Level, Transform]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a component reads from one source; methods that read the same share the column.

    Attributes
    ----------
    column
        Name of the column with its mean points on one occasion; ``column__n`` counts observations.
    repeated
        Whether a rater may give several values to it on one occasion.
    counted
        Whether observations are counted as well, which costs as much as the mean.
    """

    column: str
    indicators: tuple[str, ...]
    source: str
    items: tuple[str, ...]
    level: Level
    transform: Transform
    repeated: bool
    counted: bool


def key_of(component: Component, source: str) -> Key:
    """Return what tells two readings apart."""
    return component.indicators, source, component.items, component.level, component.transform


def list_readings(
    components: Iterable[Component], *, repeated: Collection[str] | None, counted: Collection[str]
) -> dict[Key, Reading]:
    """List what components read, each thing once; ``repeated`` as in `scoring_sql`, by name of component."""
    readings: dict[Key, Reading] = {}
    columns: Counter[str] = Counter()
    for part in components:
        for source in part.sources:
            key = key_of(part, source)
            name = f"{part.name}__{source}"
            if key not in readings:
                columns[name] += 1
            known = readings.get(key)
            indicators, _, items, level, transform = key
            readings[key] = Reading(
                column=known.column if known else name + (f"__{columns[name]}" if columns[name] > 1 else ""),
                indicators=indicators,
                source=source,
                items=items,
                level=level,
                transform=transform,
                repeated=repeated is None or part.name in repeated or bool(known and known.repeated),
                counted=part.name in counted or bool(known and known.counted),
            )
    return readings


def write_occasions(readings: Iterable[Reading], level: Level, scales: pd.DataFrame) -> list[Step]:
    """Write the steps up to one row per employee (or unit) and occasion, with a column for each reading."""
    chosen = [reading for reading in readings if reading.level == level]
    if not chosen:
        return []
    prefix = "unit_" if level == "unit" else ""
    cells = dict.fromkeys(cell for reading in chosen for cell in _cells(reading))
    numbers = {cell: number for number, cell in enumerate(cells, start=1)}
    observations = _observations(numbers, level)
    means = ",\n    ".join(_mean(reading, numbers, scales) for reading in chosen)
    if not any(reading.repeated for reading in chosen):
        body = f"  SELECT {_WHO},\n    {means}\n{observations}\n  GROUP BY {_WHO}"
        return [(f"{prefix}occasion", "the mean over the raters of each source, in points", body)]
    rating = (
        f"  SELECT {_WHO}, source,\n    {means}\n{observations}\n"
        f"  GROUP BY {_WHO}, source, {_within(chosen, numbers)}"
    )
    again = ",\n    ".join(_mean_again(reading) for reading in chosen)
    occasion = f"  SELECT {_WHO},\n    {again}\n  FROM {prefix}rating\n  GROUP BY {_WHO}"
    return [
        (f"{prefix}rating", "the mean over a rater's items and indicators, in points", rating),
        (f"{prefix}occasion", "the mean over the raters of each source", occasion),
    ]


def _cells(reading: Reading) -> list[Cell]:
    by_question = reading.transform.kind == "skm"
    return [(indicator, reading.source, by_question) for indicator in reading.indicators]


def _mean_again(reading: Reading) -> str:
    """Write the mean over raters; a satisfaction survey has those of its most answered question."""
    column = reading.column
    raters = f"max({column}__n)" if reading.transform.kind == "skm" else f"count({column})"
    counts = f", sum({column}__n) AS {column}__n, {raters} AS {column}__raters" if reading.counted else ""
    return f"avg({column}) AS {column}{counts}"


def _observations(numbers: dict[Cell, int], level: Level) -> str:
    """Write the selection of what was recorded; a number for indicator and source is compared fast."""
    kind = "UTINYINT" if len(numbers) < 256 else "USMALLINT"
    values = ",\n".join(
        f"    ({quote(indicator)}, {quote(source)}, {number}::{kind})"
        for (indicator, source, _), number in numbers.items()
    )
    whom = "employee = ''" if level == "unit" else "employee <> ''"
    return (
        f"  FROM evidence\n  JOIN (VALUES\n{values}\n  ) AS reading (indicator, source, number)"
        f" USING (indicator, source)\n  WHERE status = 'recorded' AND {whom}"
    )


def _mean(reading: Reading, numbers: dict[Cell, int], scales: pd.DataFrame) -> str:
    """Write a mean; with many columns a CASE is a quarter faster than a FILTER."""
    test = _test([numbers[cell] for cell in _cells(reading)])
    test += f" AND {among('item', reading.items)}" if reading.items else ""
    by_points: dict[str, list[str]] = {}
    for indicator in reading.indicators:
        by_points.setdefault(write_points(reading.transform, indicator, scales), []).append(indicator)
    cases = [f"WHEN {test} THEN {points}" for points in by_points]
    if len(by_points) > 1:
        cases = [
            f"WHEN {test} AND {among('indicator', names)} THEN {points}"
            for points, names in by_points.items()
        ]
    mean = f"avg(CASE {' '.join(cases)} END) AS {reading.column}"
    return mean + (f", count(*) FILTER ({test}) AS {reading.column}__n" if reading.counted else "")


def _test(numbers: Sequence[int]) -> str:
    return f"number = {numbers[0]}" if len(numbers) == 1 else f"number IN ({', '.join(map(str, numbers))})"


def _within(readings: Iterable[Reading], numbers: dict[Cell, int]) -> str:
    """Write within what values are averaged first: a rater, or a question of a satisfaction survey."""
    chosen = list(readings)
    questions = [
        numbers[cell] for reading in chosen if reading.transform.kind == "skm" for cell in _cells(reading)
    ]
    if not questions:
        return "rater"
    question = "concat(indicator, '/', item)"
    if all(reading.transform.kind == "skm" for reading in chosen):
        return question
    return f"CASE WHEN {_test(questions)} THEN {question} ELSE rater END"


def write_points(transform: Transform, indicator: str, scales: pd.DataFrame) -> str:
    """Write how a value becomes points."""
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
    if scales["lower_is_better"].to_numpy()[scales["indicator"].tolist().index(indicator)]:
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
