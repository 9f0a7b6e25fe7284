"""Databases in memory, for statements of SQL over files and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def connect(**config: str | int) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that says nothing, not even how far a long statement is.

    Parameters
    ----------
    config
        Settings of DuckDB, such as ``threads``.

    Examples
    --------
    >>> with connect(threads=1) as connection:
    ...     connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    [(False,)]
    """
    import duckdb  # not loaded before it is used

    connection = duckdb.connect(config={**config})
    [(has_bar,)] = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if has_bar:  # where it cannot be shown it is off, and DuckDB refuses to set it
        connection.execute("SET enable_progress_bar = false")
    return connection
