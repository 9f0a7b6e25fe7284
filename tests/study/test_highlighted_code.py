"""Code is coloured as nbconvert colours it."""

import json

import pytest
from nbconvert.filters.highlight import Highlight2HTML

from evalkit.study.html.code import _colour, colour_ahead, highlight_code


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        'def f(a: int = 2) -> str:\n    """Say it."""\n    return f"{a!r} < {a:.2f}"  # why\n',
        "@a\nclass B:\n\tpass\n\n\n",
        "if a &",
        "%matplotlib inline\n!ls",
    ],
)
def test_code_is_coloured_as_nbconvert_colours_it(source):
    assert highlight_code(source) == Highlight2HTML(pygments_lexer="python3")(source)


def test_what_was_coloured_before_changes_nothing():
    before = highlight_code("x = 1")
    highlight_code("'''never ended")
    assert highlight_code("x = 1") == before


def test_code_that_was_coloured_ahead_is_not_coloured_again(tmp_path):
    source = "#| label: fig-one\ny = 1234567  # coloured ahead"
    cells = [{"cell_type": "code", "source": [source]}, {"cell_type": "markdown", "source": ["# T"]}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    colour_ahead([tmp_path / "a.ipynb"])
    before = _colour.cache_info().misses
    assert "1234567" in highlight_code("y = 1234567  # coloured ahead")
    assert _colour.cache_info().misses == before
