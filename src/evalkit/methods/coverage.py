"""Which share of a method's weight some evidence can carry at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import duckdb
import pandas as pd

from evalkit.methods.specification import Component, MethodSpecification

#: What an evidence table holds: one row per indicator, source, item and level.
CONTENTS_SQL = """\
SELECT indicator, source, item, if(employee = '', 'unit', 'employee') AS level, count(*) AS n
FROM evidence
WHERE status = 'recorded'
GROUP BY ALL
ORDER BY ALL"""


class Content(NamedTuple):
    """That something was recorded: an indicator's item, by a source, of an employee or a unit."""

    indicator: str
    source: str
    item: str
    level: str


def list_contents(connection: duckdb.DuckDBPyConnection) -> list[Content]:
    """List what the table ``evidence`` of a connection holds."""
    return [Content(*row[:-1]) for row in connection.execute(CONTENTS_SQL).fetchall()]


def list_contents_by_period(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Content]]:
    """List what the table ``evidence`` of a connection holds of each period, also of those with nothing."""
    periods = connection.execute("SELECT DISTINCT period FROM evidence ORDER BY period").fetchall()
    contents: dict[str, list[Content]] = {period: [] for (period,) in periods}
    rows = connection.execute(CONTENTS_SQL.replace("SELECT", "SELECT period,", 1)).fetchall()
    for period, *content, _ in rows:
        contents[period].append(Content(*content))
    return contents


def describe_coverage(
    specifications: Mapping[str, MethodSpecification], contents: Sequence[Content]
) -> pd.DataFrame:
    """Return the weight of each method that the evidence can carry, and whether that is enough.

    A component is carried if at least one value of its indicators, sources, items and level was recorded.

    Parameters
    ----------
    contents
        What was recorded.

    Returns
    -------
    DataFrame
        method, covered_weight, estimable, reason (what is missing; empty where the method is estimable).
    """
    rows = []
    for method, specification in specifications.items():
        missing = [part for part in specification.components if not find_contents(part, contents)]
        covered = max(0.0, 1 - sum(part.weight for part in missing))
        estimable = covered >= specification.minimum_weight - 1e-9
        reason = "" if estimable else _say_missing(specification, covered, missing, contents)
        rows.append((method, round(covered, 12), estimable, reason))
    return pd.DataFrame(rows, columns=["method", "covered_weight", "estimable", "reason"])


def find_contents(component: Component, contents: Iterable[Content]) -> list[Content]:
    """List the contents of an evidence that a component reads."""
    return [
        one
        for one in contents
        if one.indicator in component.indicators
        and one.source in component.sources
        and one.level == component.level
        and (not component.items or one.item in component.items)
    ]


def find_repeated(specification: MethodSpecification, contents: Sequence[Content]) -> tuple[str, ...]:
    """List the components to which one rater may have given several values on one occasion."""
    return tuple(
        component.name
        for component in specification.components
        if any(n > 1 for n in Counter(one.source for one in find_contents(component, contents)).values())
    )


def drop_absent_sources(
    specification: MethodSpecification, contents: Sequence[Content]
) -> MethodSpecification:
    """Return a method that does not look for sources from which nothing was recorded.

    The scores are the same, since a source without a value has no weight in a mean; the statement is shorter.
    """
    components = []
    for component in specification.components:
        found = {one.source for one in find_contents(component, contents)}
        sources = tuple(source for source in component.sources if source in found)
        components.append(replace(component, sources=sources or component.sources))
    return replace(specification, components=tuple(components))


def drop_source(specification: MethodSpecification, source: str) -> MethodSpecification:
    """Return a method that does without a source, and without the components that nobody else answers."""
    components = [
        replace(component, sources=tuple(name for name in component.sources if name != source))
        for component in specification.components
    ]
    return replace(specification, components=tuple(part for part in components if part.sources))


def _say_missing(
    specification: MethodSpecification,
    covered: float,
    missing: Iterable[Component],
    contents: Iterable[Content],
) -> str:
    lacks = "; ".join(
        f"{part.name} ({_join(part.indicators)} from {_join(part.sources)}"
        f"{', recorded for the unit' if part.level == 'unit' else ''})"
        for part in missing
    )
    found = _join(sorted({one.source for one in contents})) or "nobody"
    return (
        f"Not estimable: the evidence carries {covered:.0%} of the weight, and "
        f"{specification.minimum_weight:.0%} is needed. Missing: {lacks}. The evidence comes from {found}."
    ).replace("%", " %")


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)
