"""Databases in memory, for statements of SQL over files and tables."""

from __future__ import annotations

import os
from functools import cache
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


def connect_again() -> duckdb.DuckDBPyConnection:
    """Return a connection to the one database in memory of this process, which has one thread.

    To make a database takes thirty times as long. Tables and types that a connection makes must be ``TEMP``:
    they are its own, and go with it.

    Examples
    --------
    >>> for _ in range(2):
    ...     with connect_again() as connection:
    ...         print(connection.execute("CREATE TEMP TABLE one AS SELECT 1; FROM one").fetchall())
    [(1,)]
    [(1,)]
    """
    return _database(os.getpid()).cursor()


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """Return the database of a process, not of the one that it was forked from."""
    return connect(threads=1)
