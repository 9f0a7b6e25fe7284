"""Score evidence that is too large for memory: Parquet files, a few places at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import duckdb
import pandas as pd

from evalkit.databases import connect
from evalkit.errors import UsageError
from evalkit.evidence import standard_indicators
from evalkit.methods.coverage import (
    CONTENTS_SQL,
    Content,
    describe_coverage,
    drop_absent_sources,
    find_repeated,
)
from evalkit.methods.reading import quote
from evalkit.methods.specification import MethodSpecification
from evalkit.methods.sql import employee_sql, refuse_faulty, shared_sql

#: Rows scored together: enough that starting a statement costs little, few enough to bound the memory.
_ROWS_PER_PIECE: Final = 6_000_000


def score_parquet(
    files: str | Path,
    methods: Mapping[str, MethodSpecification],
    destination: str | Path,
    *,
    indicators: pd.DataFrame | None = None,
    n_workers: int = 2,
    memory_limit: str = "6GB",
) -> pd.DataFrame:
    """Score all employees in Parquet evidence by every method, and write the scores as Parquet.

    Scores never cross places, so a few places are read at a time and memory stays bounded; files sorted by
    place are read once, unsorted ones once per piece. The statements are those of `shared_sql`.

    Parameters
    ----------
    files
        One file or a pattern such as ``evidence/*.parquet``, with the columns of the evidence table.
    destination
        A folder, made if need be, that gets one file per method and piece; it must be empty. The scores have
        the columns of `MethodScores` without the counts; components are left out.
    n_workers
        Pieces that are scored at the same time, each on one core.

    Returns
    -------
    DataFrame
        What the evidence carries (see `MethodScores`), with n_employees and n_scored by method.

    Raises
    ------
    UsageError
        If the destination is not empty.
    """
    folder = Path(destination)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty. Name a new folder for the scores.")
    with connect(threads=n_workers, memory_limit=memory_limit) as connection:
        connection.from_parquet(str(files)).create_view("evidence")
        by_place = connection.execute(CONTENTS_SQL.replace("SELECT", "SELECT place,", 1)).df()
    distinct = by_place.drop(columns=["place", "n"]).drop_duplicates()
    contents = [Content(*row) for row in distinct.itertuples(index=False)]
    places = by_place.groupby("place", as_index=False).agg({"n": "sum"})
    coverage = describe_coverage(methods, contents)
    names = coverage.loc[coverage["estimable"], "method"]
    estimable = [drop_absent_sources(methods[name], contents) for name in names]
    if not estimable:
        return coverage.assign(n_employees=0, n_scored=0)
    scales = standard_indicators() if indicators is None else indicators
    for one in estimable:
        refuse_faulty(one, scales)
    repeated = {name for one in estimable for name in find_repeated(one, contents)}
    first, each = shared_sql(estimable, scales, repeated=repeated)
    statements = dict(zip(names, each, strict=True))
    first.insert(0, employee_sql())
    pieces = list(_cut(places))
    counts = _score_pieces(
        str(files), (first, statements), folder, pieces, n_workers=n_workers, memory_limit=memory_limit
    )
    return coverage.merge(counts, on="method", how="left").fillna({"n_employees": 0, "n_scored": 0})


def _cut(places: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Cut sorted places into runs of about as many rows as a piece should have: first and last place."""
    run: list[str] = []
    n_rows = 0
    for place, n in zip(places["place"], places["n"], strict=True):
        if run and n_rows + n > _ROWS_PER_PIECE:
            yield run[0], run[-1]
            run, n_rows = [], 0
        run.append(place)
        n_rows += n
    if run:
        yield run[0], run[-1]


def _score_pieces(
    files: str,
    sql: tuple[Sequence[str], Mapping[str, str]],
    folder: Path,
    pieces: list[tuple[str, str]],
    *,
    n_workers: int,
    memory_limit: str,
) -> pd.DataFrame:
    """Score every piece, each worker with a one-core database of its own, and count."""
    databases: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
    amount, unit = float(memory_limit[:-2]), memory_limit[-2:]
    for _ in range(n_workers):
        connection = connect(threads=1, memory_limit=f"{amount / n_workers}{unit}")
        connection.execute("SET parquet_metadata_cache = true")
        connection.from_parquet(files).create_view("everything")
        databases.put(connection)

    def score(numbered: tuple[int, tuple[str, str]]) -> list[tuple[str, int, int]]:
        number, piece = numbered
        connection = databases.get()
        try:
            return _score_piece(connection, sql, folder, number, piece)
        finally:
            databases.put(connection)

    try:
        with ThreadPoolExecutor(n_workers) as pool:
            counts = [row for rows in pool.map(score, enumerate(pieces)) for row in rows]
    finally:
        for _ in range(n_workers):
            databases.get().close()
    frame = pd.DataFrame(counts, columns=["method", "n_employees", "n_scored"])
    return frame.groupby("method", as_index=False, sort=False).sum()


def _score_piece(
    connection: duckdb.DuckDBPyConnection,
    sql: tuple[Sequence[str], Mapping[str, str]],
    folder: Path,
    number: int,
    piece: tuple[str, str],
) -> list[tuple[str, int, int]]:
    low, high = (quote(place) for place in piece)
    connection.execute(
        f"CREATE OR REPLACE VIEW evidence AS FROM everything WHERE place BETWEEN {low} AND {high}"
    )
    first, statements = sql
    for statement in first:
        connection.execute(statement)
    counts = []
    for method, statement in statements.items():
        file = quote(str(folder / f"{method}-{number:04d}.parquet"))
        scores = f"SELECT {quote(method)} AS method, * FROM (\n{statement}\n)"
        connection.execute(f"COPY ({scores}) TO {file} (FORMAT parquet)")
        row = connection.execute(f"SELECT count(*), count(score) FROM {file}").fetchone()
        counts.append((method, *(row or (0, 0))))
    return counts
