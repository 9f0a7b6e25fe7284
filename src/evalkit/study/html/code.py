"""Code of a report as HTML, with classes for its colours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from evalkit.study.options import read_options


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
    return _colour(source)


def colour_ahead(notebooks: Iterable[Path]) -> None:
    """Colour the code of notebooks before their pages are made, where those who make them are forked."""
    for notebook in notebooks:
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                _colour(read_options("".join(cell["source"]))[1])


@lru_cache(maxsize=2048)
def _colour(source: str) -> str:
    from pygments import highlight  # who starts a run only names this module

    return str(highlight(source or " ", *_tools()))


@cache
def _tools() -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(), HtmlFormatter(cssclass=" highlight hl-python3")
