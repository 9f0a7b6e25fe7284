"""Databases say nothing while they work."""

from __future__ import annotations

from pathlib import Path

import duckdb
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import evalkit
from evalkit.databases import connect


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
