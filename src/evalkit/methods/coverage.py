"""Which share of a method's weight some evidence can carry at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from evalkit.methods.specification import Component, MethodSpecification

#: What an evidence table holds: one row per indicator, source, item and level.
CONTENTS_SQL = """\
SELECT indicator, source, item, if(employee = '', 'unit', 'employee') AS level, count(*) AS n
FROM evidence
WHERE status = 'recorded'
GROUP BY ALL
ORDER BY ALL"""


def describe_coverage(
    specifications: Mapping[str, MethodSpecification], contents: pd.DataFrame
) -> pd.DataFrame:
    """Return the weight of each method that the evidence can carry, and whether that is enough.

    A component is carried if at least one value of its indicators, sources, items and level was recorded.

    Parameters
    ----------
    contents
        indicator, source, item, level of what was recorded.

    Returns
    -------
    DataFrame
        method, covered_weight, estimable, reason (what is missing; empty where the method is estimable).
    """
    rows = []
    for method, specification in specifications.items():
        missing = [part for part in specification.components if find_contents(part, contents).empty]
        covered = max(0.0, 1 - sum(part.weight for part in missing))
        estimable = covered >= specification.minimum_weight - 1e-9
        reason = "" if estimable else _say_missing(specification, covered, missing, contents)
        rows.append((method, round(covered, 12), estimable, reason))
    return pd.DataFrame(rows, columns=["method", "covered_weight", "estimable", "reason"])


def find_contents(component: Component, contents: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an evidence's contents that a component reads."""
    read = (
        contents["indicator"].isin(component.indicators)
        & contents["source"].isin(component.sources)
        & (contents["level"] == component.level)
    )
    if component.items:
        read &= contents["item"].isin(component.items)
    return contents[read]


def find_repeated(specification: MethodSpecification, contents: pd.DataFrame) -> tuple[str, ...]:
    """List the components to which one rater may have given several values on one occasion."""
    return tuple(
        component.name
        for component in specification.components
        if (find_contents(component, contents).groupby("source").size() > 1).any()
    )


def drop_absent_sources(specification: MethodSpecification, contents: pd.DataFrame) -> MethodSpecification:
    """Return a method that does not look for sources from which nothing was recorded.

    The scores are the same, since a source without a value has no weight in a mean; the statement is shorter.
    """
    components = []
    for component in specification.components:
        found = set(find_contents(component, contents)["source"])
        sources = tuple(source for source in component.sources if source in found)
        components.append(replace(component, sources=sources or component.sources))
    return replace(specification, components=tuple(components))


def _say_missing(
    specification: MethodSpecification,
    covered: float,
    missing: Iterable[Component],
    contents: pd.DataFrame,
) -> str:
    lacks = "; ".join(
        f"{part.name} ({_join(part.indicators)} from {_join(part.sources)}"
        f"{', recorded for the unit' if part.level == 'unit' else ''})"
        for part in missing
    )
    found = _join(sorted(contents["source"].unique())) or "nobody"
    return (
        f"Not estimable: the evidence carries {covered:.0%} of the weight, and "
        f"{specification.minimum_weight:.0%} is needed. Missing: {lacks}. The evidence comes from {found}."
    ).replace("%", " %")


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)
