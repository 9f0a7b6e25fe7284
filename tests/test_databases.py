"""Databases say nothing while they work."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import evalkit
from evalkit.databases import connect, connect_again
from evalkit.processes import fork


def test_no_bar_of_progress_is_shown_even_where_a_notebook_turns_it_on(monkeypatch):
    plain = duckdb.connect

    def with_bar(**options):
        connection = plain(**options)
        connection.execute("SET enable_progress_bar = true")
        return connection

    monkeypatch.setattr(duckdb, "connect", with_bar)
    with connect(threads=1) as connection:
        told = connection.execute("SELECT current_setting('enable_progress_bar'), current_setting('threads')")
        assert told.fetchone() == (False, 1)


CODE = """
from evalkit.databases import connect
with connect(threads=1) as connection:
    print(connection.execute("SELECT 1 + 1").fetchall())
"""


def test_a_kernel_that_cannot_show_a_bar_has_databases_too(tmp_path):
    notebook = new_notebook(cells=[new_code_cell(CODE)])
    done = NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    assert "".join(output.text for output in done.cells[0].outputs) == "[(2,)]\n"


def test_every_database_of_the_package_is_such_a_one():
    package = Path(evalkit.__file__).parent
    callers = {
        file.name for file in package.rglob("*.py") if "duckdb.connect(" in file.read_text(encoding="utf-8")
    }
    assert callers == {"databases.py"}


def test_connections_of_a_process_share_no_table():
    with connect_again() as first, connect_again() as second:
        first.execute("CREATE TEMP TABLE rows AS SELECT 1 AS a")
        second.execute("CREATE TEMP TABLE rows AS SELECT 2 AS b")
        assert (first.execute("FROM rows").fetchall(), second.execute("FROM rows").fetchall()) == (
            [(1,)],
            [(2,)],
        )
    with connect_again() as third, pytest.raises(duckdb.CatalogException):
        third.execute("FROM rows")


def test_a_forked_process_has_a_database_of_its_own():
    def write() -> None:
        with connect_again() as connection:
            sys.exit(connection.execute("SELECT 41").fetchall() != [(41,)])

    with connect_again() as connection:
        assert connection.execute("SELECT 40").fetchall() == [(40,)]
        assert fork(write).wait() == 0
