"""An executed notebook is written as any program of Jupyter reads it."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evalkit.study.execute import write_notebook


def test_a_written_notebook_is_read_as_it_was_and_has_a_line_for_each_cell(tmp_path):
    data = {
        "text/html": "<b>é</b>\n<i>−1</i>",
        "image/svg+xml": "<svg>\n</svg>",
        "application/json": {"b": [1, None]},
    }
    outputs = [new_output("display_data", data=data), new_output("stream", text="a\nb\n")]
    notebook = new_notebook(
        cells=[new_markdown_cell("# T\n\nx", id="a"), new_code_cell("1\n2", id="b", outputs=outputs)],
        metadata={"language_info": {"name": "python"}},
    )
    write_notebook(notebook, tmp_path / "a.ipynb")
    assert nbformat.read(tmp_path / "a.ipynb", as_version=4) == notebook
    lines = (tmp_path / "a.ipynb").read_text(encoding="utf-8").splitlines()
    assert [line[:16] for line in lines[1:3]] == ['{"cell_type": "m', '{"cell_type": "c']


def test_a_notebook_without_cells_is_one_too(tmp_path):
    write_notebook(new_notebook(), tmp_path / "a.ipynb")
    assert nbformat.read(tmp_path / "a.ipynb", as_version=4) == new_notebook()


def test_what_is_no_notebook_is_not_written(tmp_path):
    wrong = new_notebook(cells=[new_markdown_cell("a")])
    wrong.cells[0].cell_type = "song"
    with pytest.raises(nbformat.ValidationError):
        write_notebook(wrong, tmp_path / "a.ipynb")
    assert not (tmp_path / "a.ipynb").exists()
