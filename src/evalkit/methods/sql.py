"""Compile a specification to one SQL statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from evalkit.errors import SpecificationError
from evalkit.evidence import standard_indicators
from evalkit.methods.checking import check_specification
from evalkit.methods.reading import Key, Reading, Step, key_of, list_readings, write_occasions
from evalkit.methods.specification import PERSONS, Component, Level, MethodSpecification

_TOLERANCE: Final = 1e-9
_LEVELS: Final[tuple[Level, ...]] = ("employee", "unit")
_SIDES: Final[dict[Level, str]] = {"employee": "own", "unit": "office"}
_COUNTS: Final = ("n", "raters", "occasions")

#: Who is scored: each person of a unit, over all periods or in each by itself.
WHO: Final = ("place", "unit", "employee")
EACH_PERIOD: Final = ("period", *WHO)


def employee_sql(keys: Sequence[str] = WHO) -> str:
    """Return the step that all methods share: who is scored. It is run once, before their own statements."""
    return (
        "CREATE OR REPLACE TABLE employee AS\n"
        f"SELECT DISTINCT {', '.join(keys)} FROM evidence WHERE employee <> ''"
    )


def scoring_sql(
    specification: MethodSpecification,
    indicators: pd.DataFrame | None = None,
    *,
    repeated: Collection[str] | None = None,
    keys: Sequence[str] = WHO,
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
    keys
        `WHO`, or `EACH_PERIOD` to score each period as if it were all there is.

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
    refuse_faulty(specification, scales)
    components = specification.components
    counted = {part.name for part in components}
    readings = list_readings(components, repeated=repeated, counted=counted)
    first = [step for level in _LEVELS for step in write_occasions(readings.values(), level, scales)]
    return _statement(specification, readings, first, counted, keys)


def shared_sql(
    specifications: Sequence[MethodSpecification],
    scales: pd.DataFrame,
    *,
    repeated: Collection[str] | None = None,
) -> tuple[list[str], list[str]]:
    """Return the statements that score several methods with one pass over the evidence.

    What methods read is averaged over raters once for all of them, into the tables ``occasion`` and
    ``unit_occasion``; each method's statement is that of `scoring_sql` with these tables in place of its own
    first steps, and gives the same scores. Counts cost as much as means, so that they are left out where no
    minimum of evidence asks for them: there is no ``n_observations``, ``n_raters`` and ``components``.

    Parameters
    ----------
    specifications
        What `refuse_faulty` does not refuse, or a part of it: weights need not sum to 1.

    Returns
    -------
    tuple
        Statements to run first, and one statement for each method.
    """
    components = [part for one in specifications for part in one.components]
    counted = {part.name for part in components if _minima(part)}
    readings = list_readings(components, repeated=repeated, counted=counted)
    first = [write_occasions(readings.values(), level, scales) for level in _LEVELS]
    tables = []
    for steps in first:
        if steps:
            *before, (name, _, body) = steps
            inner = "".join(f"WITH {rating} AS (\n{text}\n)\n" for rating, _, text in before)
            tables.append(f"CREATE OR REPLACE TABLE {name} AS\n{inner}{body}")
    return tables, [_statement(one, readings, [], counted, WHO) for one in specifications]


def refuse_faulty(specification: MethodSpecification, scales: pd.DataFrame) -> None:
    """Raise if a specification does not add up, or reads an indicator that does not exist or has no scale.

    Raises
    ------
    SpecificationError
        If so; the message lists all faults.
    """
    if found := check_specification(specification, scales):
        lines = "\n".join(f"  {text}" for _, text in found)
        raise SpecificationError(
            f"{specification.name} cannot be scored:\n{lines}\nCorrect its specification."
        )


def _statement(
    specification: MethodSpecification,
    readings: Mapping[Key, Reading],
    first: Sequence[Step],
    counted: Collection[str],
    keys: Sequence[str],
) -> str:
    steps = [*first]
    for level in _LEVELS:
        components = [part for part in specification.components if part.level == level]
        if components:
            body = _whole(specification, components, readings, counted, keys)
            steps.append((_SIDES[level], "sources by their weights, then the mean over occasions", body))
    steps += [
        (
            "sufficient",
            "components below the minimum of evidence are empty",
            _sufficient(specification, counted, keys),
        ),
        ("covered", "how much of the weight has evidence", _covered(specification)),
    ]
    text = ",\n".join(f"{name} AS (  -- {note}\n{body}\n)" for name, note, body in steps)
    final = _final(specification, keys, full=bool(first))
    return f"-- {specification.name}: one row per employee\nWITH {text}\n{final}"


def _whole(
    specification: MethodSpecification,
    components: Sequence[Component],
    readings: Mapping[Key, Reading],
    counted: Collection[str],
    keys: Sequence[str],
) -> str:
    columns = [*keys]
    for component in components:
        name = component.name
        read = {source: readings[key_of(component, source)] for source in component.sources}
        weights = [(one.column, specification.raters[source]) for source, one in read.items()]
        columns.append(f"avg({_across_sources(weights)}) AS {name}__points")
        if name not in counted:
            continue
        counts = " + ".join(f"{one.column}__n" for one in read.values())
        persons = " + ".join(
            f"{one.column}__{'raters' if _is_rated_again(one, readings) else 'n'}"
            for source, one in read.items()
            if source in PERSONS
        )
        columns += [
            f"sum({counts})::INTEGER AS {name}__n",
            f"{f'max({persons})' if persons else '0'}::INTEGER AS {name}__raters",
            f"(count(*) FILTER ({counts} > 0))::INTEGER AS {name}__occasions",
        ]
    table = "unit_occasion" if components[0].level == "unit" else "occasion"
    return "  SELECT " + ",\n    ".join(columns) + f"\n  FROM {table}\n  GROUP BY {', '.join(keys)}"


def _is_rated_again(reading: Reading, readings: Mapping[Key, Reading]) -> bool:
    """Tell whether the occasions have a step for each rater before them, which counts raters apart."""
    return any(one.repeated for one in readings.values() if one.level == reading.level)


def _across_sources(columns: Sequence[tuple[str, float]]) -> str:
    """Write the mean over the sources that have a value, by their weights."""
    if len(columns) == 1:
        return columns[0][0]
    total = "\n      + ".join(f"{weight:.15g} * coalesce({column}, 0)" for column, weight in columns)
    weights = "\n      + ".join(
        f"{weight:.15g} * ({column} IS NOT NULL)::INTEGER" for column, weight in columns
    )
    return f"({total}) / nullif({weights}, 0)"


def _sufficient(specification: MethodSpecification, counted: Collection[str], keys: Sequence[str]) -> str:
    sides = [_SIDES[level] for level in _LEVELS if level in {part.level for part in specification.components}]
    columns = [f"e.{key}" for key in keys]
    for component in specification.components:
        name, side = component.name, _SIDES[component.level]
        points = f"{side}.{name}__points"
        tests = [f"{side}.{name}__{count} >= {least}" for count, least, _ in _minima(component)]
        if tests:
            points = f"CASE WHEN {' AND '.join(tests)} THEN {points} END"
        columns.append(f"{points} AS {name}__points")
        counts = _COUNTS if name in counted else ()
        columns += [f"coalesce({side}.{name}__{count}, 0) AS {name}__{count}" for count in counts]
    joins = [f"  LEFT JOIN own USING ({', '.join(keys)})"] if "own" in sides else []
    if "office" in sides:  # what is known of the unit stands for everyone in it
        same = " AND ".join(f"office.{key} = e.{key}" for key in keys if key != "employee")
        joins.append(f"  LEFT JOIN office ON {same}")
    return "  SELECT " + ",\n    ".join(columns) + "\n  FROM employee AS e\n" + "\n".join(joins)


def _minima(component: Component) -> list[tuple[str, int, str]]:
    """List the minima of evidence that do not hold wherever there is a value at all."""
    minimum = component.minimum
    rated = all(source in PERSONS for source in component.sources)
    minima = [
        ("n", minimum.observations, "observations", 1),
        ("raters", minimum.raters, "raters", 1 if rated else 0),
        ("occasions", minimum.occasions, "occasions", 1),
    ]
    return [(count, least, what) for count, least, what, sure in minima if least > sure]


def _sum(terms: Iterator[str]) -> str:
    return "\n    + ".join(terms) or "0::DOUBLE"


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


def _final(specification: MethodSpecification, keys: Sequence[str], *, full: bool) -> str:
    components = specification.components

    def points(part: str = "") -> str:
        return _sum(
            f"{component.weight:.15g} * coalesce({component.name}__points, 0)"
            for component in components
            if part in {"", component.part}
        )

    enough = f"covered_weight >= {specification.minimum_weight - _TOLERANCE:.15g}"
    columns = [
        *keys,
        f"CASE WHEN {enough} THEN ({points()}) / covered_weight END AS score",
        *(
            f"CASE WHEN {enough} THEN ({points(part)}) / nullif({part}_weight, 0) END AS {part}_points"
            for part in ("result", "behaviour")
        ),
        "covered_weight",
        "unit_weight",
        f"if({enough}, 'scored', 'insufficient evidence') AS status",
        f"if({enough}, '', {_reason(specification)}) AS reason",
    ]
    if full:
        n = _sum(f"{part.name}__n" for part in components)
        raters = ",\n    ".join(
            f"if({part.name}__points IS NULL, 0, {part.name}__raters)" for part in components
        )
        columns += [
            f"{n} AS n_observations",
            f"greatest(0, {raters}) AS n_raters",
            f"[\n    {_structs(specification)}\n  ] AS components",
        ]
    return "SELECT " + ",\n  ".join(columns) + "\nFROM covered"


def _reason(specification: MethodSpecification) -> str:
    """Write what is said of an employee with too little evidence."""
    needed = f"{specification.minimum_weight:.0%}".replace("%", " %%")
    lacks = []
    for component in specification.components:
        name = component.name
        cases = (
            [f"WHEN {name}__points IS NULL THEN '{name} (none)'"]
            if not _minima(component)
            else [
                f"WHEN {name}__{count} < {least} THEN '{name} (' || {name}__{count} || ' of {least} {what})'"
                for count, least, what in _minima(component)
            ]
        )
        lacks.append(f"CASE {' '.join(cases)} END")
    said = f"Evidence covers %.0f %% of the weight; {needed} is needed. Too little of "
    separator = ",\n      "
    return f"printf('{said}', 100 * covered_weight) || concat_ws(', ',\n      {separator.join(lacks)})"


def _structs(specification: MethodSpecification) -> str:
    return ",\n    ".join(
        f"{{component: '{part.name}', level: '{part.level}', points: {part.name}__points, "
        f"weight: {part.weight:.15g}::DOUBLE, n_observations: {part.name}__n, "
        f"n_raters: {part.name}__raters, n_occasions: {part.name}__occasions}}"
        for part in specification.components
    )
