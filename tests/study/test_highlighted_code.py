"""Code is coloured as nbconvert colours it."""

import pytest
from nbconvert.filters.highlight import Highlight2HTML

from evalkit.study.html.code import highlight_code


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
