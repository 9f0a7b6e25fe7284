"""What each rater gave on each occasion, in the points that a method adds up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evalkit.databases import connect_again
from evalkit.evidence import EVIDENCE_KEY, Evidence
from evalkit.methods.reading import among, quote, write_points
from evalkit.methods.specification import Component, MethodSpecification

RATING_COLUMNS: Final = (
    "method",
    "component",
    "level",
    "source",
    "place",
    "unit",
    "employee",
    "period",
    "rater",
    "points",
    "n_observations",
)

#: Text columns of the ratings that repeat the same few words; what a method says, and what evidence says.
_SAID: Final = ("method", "component", "level")
_SEEN: Final = ("source", "place", "unit", "employee", "period", "rater")
_TEXTS: Final = ", ".join(f"{name}::VARCHAR AS {name}" for name in EVIDENCE_KEY)
_ENUMS: Final = ", ".join(f"{name}::{name}_names AS {name}" for name in _SEEN)


def list_rating_points(evidence: Evidence, specifications: Mapping[str, MethodSpecification]) -> pd.DataFrame:
    """Return the mean points that one rater gave to a component on one occasion; a row each.

    These are what the score averages over raters, then sources by their weights, then occasions. Several
    items or indicators of one rater on one occasion are averaged; a source that is no person has one empty
    rater. What was refused or is missing has no row.

    Parameters
    ----------
    specifications
        Methods as they were applied (`MethodScores.specifications`).

    Returns
    -------
    DataFrame
        method, component, level, source, place, unit, employee (empty where the unit is observed), period,
        rater, points, n_observations (what was averaged). Texts are categories in the order of the alphabet.
    """
    scales = evidence.indicators
    parts = [
        _select(name, component, scales)
        for name, one in specifications.items()
        for component in one.components
    ]
    if not parts:
        return pd.DataFrame(columns=list(RATING_COLUMNS))
    with connect_again() as connection:
        connection.register("observations", evidence.observations)
        connection.execute(
            f"CREATE TEMP TABLE texts AS SELECT {_TEXTS}, value FROM observations WHERE status = 'recorded'"
        )
        for name in _SEEN:
            names = f"SELECT DISTINCT {name} FROM texts ORDER BY {name}"
            connection.execute(f"CREATE TEMP TYPE {name}_names AS ENUM ({names})")
        connection.execute(
            f"CREATE TEMP TABLE evidence AS SELECT {_ENUMS}, indicator, item, value FROM texts"
        )
        rows = connection.execute("\nUNION ALL\n".join(parts)).df()
    return rows.astype(dict.fromkeys(_SAID, "category"))


def _select(method: str, component: Component, scales: pd.DataFrame) -> str:
    points = " ".join(
        f"WHEN indicator = {quote(name)} THEN {write_points(component.transform, name, scales)}"
        for name in component.indicators
    )
    tests = [
        among("indicator", component.indicators),
        among("source", component.sources),
        "employee = ''" if component.level == "unit" else "employee <> ''",
        *([among("item", component.items)] if component.items else []),
    ]
    return (
        f"SELECT {quote(method)} AS method, {quote(component.name)} AS component,"
        f" {quote(component.level)} AS level, source, place, unit, employee, period, rater,"
        f" avg(CASE {points} END) AS points, count(*)::INTEGER AS n_observations\n"
        f"FROM evidence WHERE {' AND '.join(tests)}\n"
        "GROUP BY source, place, unit, employee, period, rater"
    )
