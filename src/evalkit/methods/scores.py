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
from evalkit.evidence.coded import share_texts
from evalkit.methods.coverage import (
    Content,
    describe_coverage,
    drop_absent_sources,
    drop_source,
    find_repeated,
    list_contents,
    list_contents_by_period,
)
from evalkit.methods.mappings import Mappings, apply_mappings
from evalkit.methods.overlap import list_evidence_weights
from evalkit.methods.reading import quote
from evalkit.methods.specification import MethodSpecification
from evalkit.methods.sql import EACH_PERIOD, WHO, employee_sql, refuse_faulty, scoring_sql, shared_sql
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

Methods = Mapping[str, MethodSpecification] | Iterable[MethodSpecification]
Tables = tuple[pd.DataFrame, pd.DataFrame]


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


def score_methods(evidence: Evidence, methods: Methods, *, mappings: Mappings | None = None) -> MethodScores:
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
    specifications = _apply(methods, mappings, evidence)
    with connect_again() as connection:
        _read_evidence(connection, evidence)
        contents = list_contents(connection)
        coverage = describe_coverage(specifications, contents)
        tables = _score(connection, _list_estimable(specifications, coverage), contents, evidence.indicators)
    return _gather(tables, coverage, specifications, mappings)


def score_periods(
    evidence: Evidence, methods: Methods, *, mappings: Mappings | None = None
) -> dict[str, MethodScores]:
    """Score each period as if it were all there is, as `score_methods` would, in one pass over the evidence.

    Returns
    -------
    dict
        The scores by period, the first one first; what has no period is among them.
    """
    specifications = _apply(methods, mappings, evidence)
    with connect_again() as connection:
        _read_evidence(connection, evidence, EACH_PERIOD)
        contents = list_contents_by_period(connection)
        coverage = {period: describe_coverage(specifications, some) for period, some in contents.items()}
        estimable = _list_estimable(specifications, pd.concat(coverage.values()))
        everything = sorted({one for some in contents.values() for one in some})
        tables = _score(connection, estimable, everything, evidence.indicators, EACH_PERIOD)
    return {
        period: _gather(_pick(tables, period, carried), carried, specifications, mappings)
        for period, carried in coverage.items()
    }


def score_without_sources(
    evidence: Evidence, methods: Methods, without: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], pd.DataFrame]:
    """Score people by methods without one of their sources each, in one pass over the evidence.

    Parameters
    ----------
    methods
        Methods as they were applied, with what is mapped to them.
    without
        Names of a method and of a source that it is to do without.

    Returns
    -------
    dict
        By method and source, the scores as in `MethodScores`, without what was counted; nobody has a score
        where what is left is too little.
    """
    specifications = _apply(methods, None, evidence)
    with connect_again() as connection:
        _read_evidence(connection, evidence)
        contents = list_contents(connection)
        left = {pair: drop_source(specifications[pair[0]], pair[1]) for pair in without}
        present = [drop_absent_sources(one, contents) for one in left.values()]
        repeated = {name for one in present for name in find_repeated(one, contents)}
        first, statements = shared_sql(present, evidence.indicators, repeated=repeated)
        for statement in first:
            connection.execute(statement.replace("TABLE", "TEMP TABLE", 1))
        return {
            (method, source): _fetch(connection, method, f"* {_in_order(statement, WHO)}", WHO)
            for (method, source), statement in zip(left, statements, strict=True)
        }


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


def _read_evidence(
    connection: duckdb.DuckDBPyConnection, evidence: Evidence, keys: Sequence[str] = WHO
) -> None:
    """Hand the evidence to DuckDB in the order of its key, so that sums do not depend on the rows' order.

    Texts are handed over as numbered names, which DuckDB sorts and groups faster.
    """
    rows, employees = evidence.observations, evidence.employees
    numbered = {name: _number_names(rows[name], employees.get(name)) for name in (*EVIDENCE_KEY, "status")}
    connection.register("observations", pd.DataFrame({**numbered, "value": rows["value"].to_numpy()}))
    connection.register("employees", employees)
    connection.execute(f"CREATE TEMP TABLE evidence AS SELECT {_READ} FROM observations ORDER BY ALL")
    connection.execute(employee_sql(keys).replace("TABLE", "TEMP TABLE", 1))
    if len(employees):
        periods = "(SELECT DISTINCT period FROM evidence)"
        rows_of = f"employees CROSS JOIN {periods}" if "period" in keys else "employees"
        known = ", ".join(key for key in keys if key != "unit")
        connection.execute(
            f"INSERT INTO employee BY NAME SELECT DISTINCT {known}, coalesce(unit, '') AS unit FROM {rows_of}"
            f" ANTI JOIN employee USING ({known})"
        )


def _number_names(column: pd.Series, others: pd.Series | None) -> pd.Categorical:
    """Return a column of text as categories in alphabetical order, among them other names."""
    codes, names = pd.factorize(column)
    more = [] if others is None else others.fillna("").unique().tolist()
    known = pd.Index(sorted({*names.tolist(), *more}))
    position = np.append(known.get_indexer(names), -1)  # the code of a gap, -1, is the last place
    numbered: pd.Categorical = pd.Categorical.from_codes(position[codes], categories=known)
    return numbered


def _apply(methods: Methods, mappings: Mappings | None, evidence: Evidence) -> dict[str, MethodSpecification]:
    given = methods.values() if isinstance(methods, Mapping) else methods
    specifications = {one.name: apply_mappings(one, mappings) for one in given}
    refuse_never_scored(specifications, evidence)
    for one in specifications.values():
        refuse_faulty(one, evidence.indicators)
    return specifications


def _list_estimable(
    specifications: Mapping[str, MethodSpecification], coverage: pd.DataFrame
) -> dict[str, MethodSpecification]:
    names = set(coverage.loc[coverage["estimable"], "method"])
    return {name: one for name, one in specifications.items() if name in names}


def _score(
    connection: duckdb.DuckDBPyConnection,
    specifications: Mapping[str, MethodSpecification],
    contents: Sequence[Content],
    indicators: pd.DataFrame,
    keys: Sequence[str] = WHO,
) -> dict[str, Tables]:
    """Return the scores and the components by each method."""
    tables = {}
    for name, specification in specifications.items():
        present = drop_absent_sources(specification, contents)
        repeated = find_repeated(present, contents)
        statement = scoring_sql(present, indicators, repeated=repeated, keys=keys)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE scored AS {_in_order(statement, keys)}")
        scores = _fetch(connection, name, "* EXCLUDE (components) FROM scored", keys)
        parts = "unnest(components, recursive := true)"
        tables[name] = scores, _fetch(connection, name, f"{', '.join(keys)}, {parts} FROM scored", keys)
    return tables


def _in_order(statement: str, keys: Sequence[str]) -> str:
    return f"FROM (\n{statement}\n) ORDER BY {', '.join(keys)}"


def _fetch(
    connection: duckdb.DuckDBPyConnection, method: str, selected: str, keys: Sequence[str]
) -> pd.DataFrame:
    """Return what is selected, with the name of the method, and texts in place of numbered names."""
    found = connection.execute(f"SELECT {quote(method)} AS method, {selected}").df()
    return found.astype(dict.fromkeys(keys, "str"))


def _pick(tables: Mapping[str, Tables], period: str, coverage: pd.DataFrame) -> dict[str, Tables]:
    """Return the tables of one period, of the methods that it carries."""
    carried = coverage.loc[coverage["estimable"], "method"]
    return {
        name: (scores[scores["period"] == period], components[components["period"] == period])
        for name, (scores, components) in ((name, tables[name]) for name in carried)
    }


def _gather(
    tables: Mapping[str, Tables],
    coverage: pd.DataFrame,
    specifications: Mapping[str, MethodSpecification],
    mappings: Mappings | None,
) -> MethodScores:
    return MethodScores(
        scores=_stack([scores for scores, _ in tables.values()], SCORE_COLUMNS),
        components=_stack([components for _, components in tables.values()], COMPONENT_COLUMNS),
        coverage=coverage,
        specifications=specifications,
        mappings=dict(mappings or {}),
    )


def _stack(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=list(columns))
    return share_texts(pd.concat(tables, ignore_index=True)[list(columns)])
