"""Code of a report as HTML, with classes for its colours."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


def highlight_code(source: str, **_: Any) -> str:
    """Return Python as HTML.

    What nbconvert's filter returns, whose lexer and table of styles are made anew for every cell.

    Examples
    --------
    >>> print(highlight_code("x"))
    <div class=" highlight hl-python3"><pre><span></span><span class="n">x</span>
    </pre></div>
    <BLANKLINE>
    """
    return str(highlight(source or " ", *_tools()))


@cache
def _tools() -> tuple[Any, Any]:
    return PythonLexer(), HtmlFormatter(cssclass=" highlight hl-python3")
