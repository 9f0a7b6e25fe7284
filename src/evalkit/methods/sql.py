"""Compile a specification to one SQL statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import pandas as pd

from evalkit.errors import SpecificationError
from evalkit.evidence import standard_indicators
from evalkit.methods.checking import check_specification
from evalkit.methods.reading import Slots, number_slots, write_rating
from evalkit.methods.specification import PERSONS, Component, MethodSpecification

_TOLERANCE: Final = 1e-9

#: The step that all methods share: who is scored. It is run once, before the methods' own statements.
EMPLOYEE_SQL: Final = """\
CREATE TABLE employee AS
SELECT DISTINCT place, unit, employee FROM evidence WHERE employee <> ''"""


def scoring_sql(
    specification: MethodSpecification,
    indicators: pd.DataFrame | None = None,
    *,
    repeated: Collection[str] | None = None,
) -> str:
    """Return the one SQL statement that scores a method, in DuckDB's dialect.

    It reads two relations: ``evidence`` in its long form, and ``employee`` (place, unit, employee) with
    everyone to be scored. Means are nested: over a rater's items and indicators, over the raters of a source,
    over sources by their weights, over occasions; then components by theirs. What was refused or is missing
    is left out of every mean and never counts as 0.

    Parameters
    ----------
    indicators
        The indicators with their scales; the standard ones by default.
    repeated
        Components to which a rater gives several values on one occasion (items or indicators); all by
        default. Where none does, the first mean changes nothing, and the statement runs faster without.

    Raises
    ------
    SpecificationError
        If an indicator does not exist or its scale is open.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> print(scoring_sql(load_methods()["surakarta"]).splitlines()[0])
    -- surakarta: one row per employee
    """
    scales = standard_indicators() if indicators is None else indicators
    if found := check_specification(specification, scales):
        lines = "\n".join(f"  {text}" for _, text in found)
        raise SpecificationError(
            f"{specification.name} cannot be scored:\n{lines}\nCorrect its specification."
        )
    slots = number_slots(specification)
    several = [part.name for part in specification.components] if repeated is None else repeated
    steps = (
        ("rating", "one value in points per rater", write_rating(specification, scales, slots, several)),
        ("occasion", "the mean over the raters of each source", _occasion(specification, slots)),
        ("whole", "sources by their weights, then the mean over occasions", _whole(specification)),
        (
            "sufficient",
            "components with the least evidence; the others stay empty",
            _sufficient(specification),
        ),
        ("covered", "how much of the weight has evidence", _covered(specification)),
    )
    text = ",\n".join(f"{name} AS (  -- {note}\n{body}\n)" for name, note, body in steps)
    return f"-- {specification.name}: one row per employee\nWITH {text}\n{_final(specification)}"


def _occasion(specification: MethodSpecification, slots: Slots) -> str:
    columns = ["place", "unit", "employee", "period"]
    for component in specification.components:
        name = component.name
        numbers = [slots[name, source] for source in component.sources]
        persons = [slots[name, source] for source in component.sources if source in PERSONS]
        columns += [
            f"avg(points) FILTER (slot = {slots[name, source]}) AS {name}__{source}"
            for source in component.sources
        ]
        columns.append(f"sum(n) FILTER ({_within(numbers)}) AS {name}__n")
        if persons:  # a satisfaction survey has as many respondents as its most answered question
            ratings = "max(n)" if component.transform.kind == "skm" else "count(*)"
            columns.append(f"{ratings} FILTER ({_within(persons)}) AS {name}__raters")
    return "  SELECT " + ",\n    ".join(columns) + "\n  FROM rating\n  GROUP BY ALL"


def _within(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"slot = {numbers[0]}"
    return f"slot IN ({', '.join(map(str, numbers))})"


def _whole(specification: MethodSpecification) -> str:
    columns = ["place", "unit", "employee"]
    for component in specification.components:
        name = component.name
        columns.append(f"avg({_across_sources(specification, component)}) AS {name}__points")
        columns.append(f"coalesce(sum({name}__n), 0)::INTEGER AS {name}__n")
        raters = f"coalesce(max({name}__raters), 0)" if _has_raters(component) else "0"
        columns.append(f"{raters}::INTEGER AS {name}__raters")
        columns.append(f"count({name}__n)::INTEGER AS {name}__occasions")
    return "  SELECT " + ",\n    ".join(columns) + "\n  FROM occasion\n  GROUP BY ALL"


def _has_raters(component: Component) -> bool:
    return any(source in PERSONS for source in component.sources)


def _across_sources(specification: MethodSpecification, component: Component) -> str:
    """Write the mean over the sources that have a value, by their weights."""
    columns = [(f"{component.name}__{source}", specification.raters[source]) for source in component.sources]
    if len(columns) == 1:
        return columns[0][0]
    total = " + ".join(f"{weight:.15g} * coalesce({column}, 0)" for column, weight in columns)
    weights = " + ".join(f"{weight:.15g} * ({column} IS NOT NULL)::INTEGER" for column, weight in columns)
    return f"({total}) / nullif({weights}, 0)"


def _sufficient(specification: MethodSpecification) -> str:
    columns = ["e.place", "e.unit", "e.employee"]
    for component in specification.components:
        name, minimum = component.name, component.minimum
        side = "office" if component.level == "unit" else "own"
        tests = [f"{side}.{name}__n >= {minimum.observations}"]
        tests += [f"{side}.{name}__raters >= {minimum.raters}"] if minimum.raters else []
        tests += [f"{side}.{name}__occasions >= {minimum.occasions}"] if minimum.occasions > 1 else []
        columns.append(f"CASE WHEN {' AND '.join(tests)} THEN {side}.{name}__points END AS {name}__points")
        columns += [
            f"coalesce({side}.{name}__{count}, 0) AS {name}__{count}"
            for count in ("n", "raters", "occasions")
        ]
    joins = "  LEFT JOIN whole AS own USING (place, unit, employee)"
    if any(component.level == "unit" for component in specification.components):
        joins += (
            "\n  LEFT JOIN whole AS office  -- what is known of the unit stands for everyone in it"
            "\n    ON office.place = e.place AND office.unit = e.unit AND office.employee = ''"
        )
    return "  SELECT " + ",\n    ".join(columns) + f"\n  FROM employee AS e\n{joins}"


def _sum(terms: Iterator[str]) -> str:
    return " + ".join(terms) or "0::DOUBLE"


def _covered(specification: MethodSpecification) -> str:
    def weight(*, part: str = "", level: str = "") -> str:
        return _sum(
            f"{component.weight:.15g}::DOUBLE * ({component.name}__points IS NOT NULL)::INTEGER"
            for component in specification.components
            if part in {"", component.part} and level in {"", component.level}
        )

    columns = ["*", f"{weight()} AS covered_weight", f"{weight(level='unit')} AS unit_weight"]
    columns += [f"{weight(part=part)} AS {part}_weight" for part in ("result", "behaviour")]
    return "  SELECT " + ",\n    ".join(columns) + "\n  FROM sufficient"


def _final(specification: MethodSpecification) -> str:
    components = specification.components

    def points(part: str = "") -> str:
        return _sum(
            f"{component.weight:.15g} * coalesce({component.name}__points, 0)"
            for component in components
            if part in {"", component.part}
        )

    enough = f"covered_weight >= {specification.minimum_weight - _TOLERANCE:.15g}"
    n = _sum(f"if({part.name}__points IS NULL, 0, {part.name}__n)" for part in components)
    raters = ", ".join(f"if({part.name}__points IS NULL, 0, {part.name}__raters)" for part in components)
    columns = [
        "place",
        "unit",
        "employee",
        f"CASE WHEN {enough} THEN ({points()}) / covered_weight END AS score",
        *(
            f"CASE WHEN {enough} THEN ({points(part)}) / nullif({part}_weight, 0) END AS {part}_points"
            for part in ("result", "behaviour")
        ),
        "covered_weight",
        "unit_weight",
        f"{n} AS n_observations",
        f"greatest({raters}) AS n_raters" if len(components) > 1 else f"{raters} AS n_raters",
        f"if({enough}, 'scored', 'insufficient evidence') AS status",
        f"if({enough}, '', {_reason(specification)}) AS reason",
        f"[\n    {_structs(specification)}\n  ] AS components",
    ]
    return "SELECT " + ",\n  ".join(columns) + "\nFROM covered"


def _reason(specification: MethodSpecification) -> str:
    """Write what is said of an employee with too little evidence."""
    needed = f"{specification.minimum_weight:.0%}".replace("%", " %%")
    lacks = []
    for component in specification.components:
        name, minimum = component.name, component.minimum
        counts = [
            (f"{name}__n", minimum.observations, "observation(s)"),
            (f"{name}__raters", minimum.raters, "rater(s)"),
            (f"{name}__occasions", minimum.occasions if minimum.occasions > 1 else 0, "occasions"),
        ]
        cases = " ".join(
            f"WHEN {column} < {least} THEN '{name}: ' || {column} || ' of {least} {what}'"
            for column, least, what in counts
            if least
        )
        lacks.append(f"CASE {cases} END")
    said = f"Evidence covers %.0f %% of the weight; {needed} is needed. Too little of "
    text = f"printf('{said}', 100 * covered_weight)"
    separator = ",\n      "
    return f"{text} || concat_ws('; ',\n      {separator.join(lacks)})"


def _structs(specification: MethodSpecification) -> str:
    return ",\n    ".join(
        f"{{component: '{part.name}', level: '{part.level}', points: {part.name}__points, "
        f"weight: {part.weight:.15g}::DOUBLE, n_observations: {part.name}__n, "
        f"n_raters: {part.name}__raters, n_occasions: {part.name}__occasions}}"
        for part in specification.components
    )
