"""Scores of methods on the evidence of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from evalkit.databases import connect_again
from evalkit.errors import SpecificationError
from evalkit.evidence import EVIDENCE_KEY, Evidence
from evalkit.methods.coverage import (
    Content,
    describe_coverage,
    drop_absent_sources,
    find_repeated,
    list_contents,
)
from evalkit.methods.mappings import Mappings, apply_mappings
from evalkit.methods.overlap import list_evidence_weights
from evalkit.methods.specification import MethodSpecification
from evalkit.methods.sql import EMPLOYEE_SQL, scoring_sql
from evalkit.shown import show_frame

SCORE_COLUMNS: Final = (
    "method",
    "place",
    "unit",
    "employee",
    "score",
    "result_points",
    "behaviour_points",
    "covered_weight",
    "unit_weight",
    "n_observations",
    "n_raters",
    "status",
    "reason",
)
COMPONENT_COLUMNS: Final = (
    "method",
    "place",
    "unit",
    "employee",
    "component",
    "level",
    "points",
    "weight",
    "n_observations",
    "n_raters",
    "n_occasions",
)
_READ: Final = ", ".join((*EVIDENCE_KEY, "value", "status"))
_WHO: Final = ", ".join(f"{name}::VARCHAR AS {name}" for name in ("place", "unit", "employee"))


@dataclass(frozen=True, kw_only=True, eq=False)
class MethodScores:
    """Scores of every employee by every method that the evidence can carry.

    Attributes
    ----------
    scores
        One row per method and employee. ``score``, ``result_points`` and ``behaviour_points`` are in points,
        100 being the top of a scale or a target reached, and NaN with too little evidence; ``status`` is
        "scored" or "insufficient evidence", ``reason`` says what was too little. ``unit_weight`` is the
        weight of what was observed of the whole unit and not of the person. ``n_observations`` is all that
        the method read of the person and the unit. ``n_raters`` is the most ratings
        by different persons that any component got on one occasion. Someone recorded in two units is scored
        in each.
    components
        One row per method, employee and component; points are NaN below the minimum of evidence.
    coverage
        One row per method: the share of its weight that the evidence can carry, whether that suffices, and
        what is missing. A method that is not estimable has no rows in the other two tables.
    specifications
        The methods as they were applied, with the study's own evidence mapped in.
    mappings
        What was mapped in.
    """

    scores: pd.DataFrame
    components: pd.DataFrame
    coverage: pd.DataFrame
    specifications: Mapping[str, MethodSpecification]
    mappings: Mappings

    def to_frame(self) -> pd.DataFrame:
        """Return the scores as a tidy table of its own, unrounded."""
        return self.scores.copy()

    def evidence_weights(self) -> pd.DataFrame:
        """Return what each method reads, and with which weight: component, indicator, source, item."""
        return list_evidence_weights(self.specifications)

    def _repr_html_(self) -> str:
        return show_frame(self.coverage)


def score_methods(
    evidence: Evidence,
    methods: Mapping[str, MethodSpecification] | Iterable[MethodSpecification],
    *,
    mappings: Mappings | None = None,
) -> MethodScores:
    """Score every employee by every method.

    Everyone in the evidence or in the employees table is scored. What was refused or is missing never counts
    as 0: it lowers the covered weight, and below the method's minimum there is a reason in place of a score.
    The order of rows changes nothing, not even the last digit.

    Parameters
    ----------
    methods
        Specifications, by name or as a list.
    mappings
        By method and component, the study's own evidence that stands for it, with a reason.

    Raises
    ------
    SpecificationError
        If a method or mapping names an unknown indicator, component or source, or one that is never scored.
    """
    given = methods.values() if isinstance(methods, Mapping) else methods
    specifications = {one.name: apply_mappings(one, mappings) for one in given}
    refuse_never_scored(specifications, evidence)
    with connect_again() as connection:
        _read_evidence(connection, evidence)
        contents = list_contents(connection)
        coverage = describe_coverage(specifications, contents)
        statements = {
            name: _write(one, evidence.indicators, contents) for name, one in specifications.items()
        }
        estimable = coverage.loc[coverage["estimable"], "method"]
        tables = [_score(connection, name, statements[name]) for name in estimable]
    return MethodScores(
        scores=_stack([scores for scores, _ in tables], SCORE_COLUMNS),
        components=_stack([components for _, components in tables], COMPONENT_COLUMNS),
        coverage=coverage,
        specifications=specifications,
        mappings=dict(mappings or {}),
    )


def refuse_never_scored(specifications: Mapping[str, MethodSpecification], evidence: Evidence) -> None:
    """Raise if a method, its mappings applied, reads what the study keeps out of every score.

    Raises
    ------
    SpecificationError
        If one does; the message lists them all.
    """
    faults = [
        f"  {name} reads {indicator}, which {evidence.study} keeps out of every score"
        for name, specification in specifications.items()
        for indicator in specification.indicators
        if indicator in evidence.never_scored
    ]
    if faults:
        lines = "\n".join(faults)
        raise SpecificationError(
            f"A method reads what is never scored:\n{lines}\n"
            "Take it out of the method, or out of never_scored in datapackage.json."
        )


def _read_evidence(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> None:
    """Hand the evidence to DuckDB in the order of its key, so that sums do not depend on the rows' order.

    Texts are handed over as numbered names, which DuckDB sorts and groups faster.
    """
    rows, employees = evidence.observations, evidence.employees
    numbered = {name: _number_names(rows[name], employees.get(name)) for name in (*EVIDENCE_KEY, "status")}
    connection.register("observations", pd.DataFrame({**numbered, "value": rows["value"].to_numpy()}))
    connection.register("employees", employees)
    connection.execute(f"CREATE TEMP TABLE evidence AS SELECT {_READ} FROM observations ORDER BY ALL")
    connection.execute(EMPLOYEE_SQL.replace("CREATE", "CREATE TEMP", 1))
    if len(evidence.employees):
        connection.execute(
            "INSERT INTO employee SELECT place, coalesce(unit, ''), employee FROM employees"
            " ANTI JOIN employee USING (place, employee)"
        )


def _number_names(column: pd.Series, others: pd.Series | None) -> pd.Categorical:
    """Return a column of text as categories in alphabetical order, among them other names."""
    codes, names = pd.factorize(column)
    more = [] if others is None else others.dropna().unique().tolist()
    known = pd.Index(sorted({*names.tolist(), *more}))
    position = np.append(known.get_indexer(names), -1)  # the code of a gap, -1, is the last place
    numbered: pd.Categorical = pd.Categorical.from_codes(position[codes], categories=known)
    return numbered


def _write(specification: MethodSpecification, indicators: pd.DataFrame, contents: Sequence[Content]) -> str:
    present = drop_absent_sources(specification, contents)
    return scoring_sql(present, indicators, repeated=find_repeated(present, contents))


def _score(
    connection: duckdb.DuckDBPyConnection, method: str, statement: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE scored AS {statement}")
    scores = connection.execute(
        f"SELECT ? AS method, * EXCLUDE (components) REPLACE ({_WHO}) FROM scored"
        " ORDER BY place, unit, employee",
        [method],
    ).df()
    components = connection.execute(
        f"SELECT ? AS method, {_WHO}, unnest(components, recursive := true) FROM scored"
        " ORDER BY place, unit, employee",
        [method],
    ).df()
    return scores, components


def _stack(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(tables, ignore_index=True)[list(columns)]
