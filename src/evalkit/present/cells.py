"""Rows and columns of a table as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import pandas as pd

_LONG: Final = 40


def kind_of(numeric: bool, texts: pd.Series) -> str:
    """Name the kind of a column: numbers stand to the right, sentences get room to be read."""
    if numeric:
        return "number"
    return "long" if texts.map(len).max() > _LONG else ""


def class_of(kind: str) -> str:
    """Write the attribute of a kind; none for plain text."""
    return f' class="{kind}"' if kind else ""


def write_row(row: Mapping[Any, str], kinds: Mapping[Any, str], headings: Mapping[Any, str]) -> str:
    """Write one row; each cell carries its heading for pages that stack them."""
    cells = []
    for position, (name, text) in enumerate(row.items()):
        tag = (
            'th scope="row" role="rowheader"'
            if position == 0
            else f'td role="cell" data-label="{headings[name]}"'
        )
        cells.append(f"<{tag}{class_of(kinds[name])}>{escape(text)}</{tag[:2]}>")
    return f'<tr role="row">{"".join(cells)}</tr>'
