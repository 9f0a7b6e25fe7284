"""Scores for many replicates: one pass over the evidence for all methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb
import pandas as pd

from evalkit.evidence import Evidence
from evalkit.methods import MethodSpecification, describe_coverage
from evalkit.methods.coverage import CONTENTS_SQL, drop_absent_sources, find_repeated
from evalkit.methods.sql import EMPLOYEE_SQL, shared_sql

_COLUMNS: Final = ("method", "place", "unit", "employee", "score", "result_points", "behaviour_points")


def score_at_once(evidence: Evidence, methods: Mapping[str, MethodSpecification]) -> pd.DataFrame:
    """Score everyone by every method that the evidence can carry, as `score_methods` does, but faster.

    What methods share is averaged once, nothing is counted, and the order of rows may change the last digit.

    Returns
    -------
    DataFrame
        method, place, unit, employee, score, result_points, behaviour_points; a score without enough evidence
        is NaN.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("evidence", evidence.observations)
        contents = connection.execute(CONTENTS_SQL).df()
        coverage = describe_coverage(methods, contents)
        estimable = [
            drop_absent_sources(methods[name], contents)
            for name in coverage.loc[coverage["estimable"], "method"]
        ]
        if not estimable:
            return pd.DataFrame(columns=list(_COLUMNS))
        repeated = {name for one in estimable for name in find_repeated(one, contents)}
        first, statements = shared_sql(estimable, evidence.indicators, repeated=repeated)
        for statement in (EMPLOYEE_SQL, *first):
            connection.execute(statement)
        tables = [
            connection.execute(f"SELECT {', '.join(_COLUMNS[1:])} FROM ({statement})")
            .df()
            .assign(method=name)
            for name, statement in statements.items()
        ]
    return pd.concat(tables, ignore_index=True)[list(_COLUMNS)]
