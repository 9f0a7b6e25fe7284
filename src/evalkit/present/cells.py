"""Rows and columns of a table as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

_LONG: Final = 40
#: A number with its interval or error, such as 0.82 (0.80 to 0.84) or 22 % ± 0.9 %.
_MEASURED: Final = re.compile(r"–|[-−]?\d[\d.,]*( ?%)?( \([^()]{3,32}\)| ± \d[\d.,]*( ?%)?)?")
#: A range between two numbers, such as 10 % to 40 %.
_RANGE: Final = re.compile(r"–|[-−]?\d[\d.,]*( ?%)? (to|sampai) [-−]?\d[\d.,]*( ?%)?")
_DIGIT: Final = re.compile(r"\d")
_ERROR: Final = re.compile(r"\([^()]*\)| ± .*")
#: A hyphen that stands for a minus, as in a reason; the one of a code or a date follows a letter or digit.
_MINUS: Final = re.compile(r"(?<![\w\N{EN DASH}-])-(?=\d)")
#: A short code that ends in a number, such as semarang-unit-024.
_CODE: Final = re.compile(r"(?<![\w<&/-])(?=[\w-]{4,24}(?![\w-]))[^\W\d_]\w*(?:-\w+)*-\d+(?![\w-])")


def kind_of(numeric: bool, texts: Sequence[str]) -> str:
    """Name the kind of a column: numbers and ranges stand to the right; sentences get room.

    Examples
    --------
    >>> kind_of(False, ["0.82 (0.80 to 0.84)", "–"]), kind_of(False, ["2025Q1"])
    ('measured', '')
    >>> kind_of(False, ["10 % to 40 %", "–"]), kind_of(False, ["–"])
    ('number', '')
    """
    if numeric:
        return "number"
    if any("(" in text or "±" in text for text in texts) and all(map(_MEASURED.fullmatch, texts)):
        return "measured"
    if any(map(_DIGIT.search, texts)) and all(map(_RANGE.fullmatch, texts)):
        return "number"
    return "long" if any(len(text) > _LONG for text in texts) else ""


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
        shown = _hold_together(text) if kinds[name] == "measured" else text
        html = hold_codes(escape(_MINUS.sub("−", shown)))
        cells.append(f"<{tag}{class_of(kinds[name])}>{html}</{tag[:2]}>")
    return f'<tr role="row">{"".join(cells)}</tr>'


def hold_codes(html: str) -> str:
    """Keep the code of a unit or person on one line.

    Examples
    --------
    >>> hold_codes("least settled is dumai-unit-098: 75")
    'least settled is <span class="whole">dumai-unit-098</span>: 75'
    >>> hold_codes("PermenPANRB 6/2022, 2025-01-31, a well-known D-study")
    'PermenPANRB 6/2022, 2025-01-31, a well-known D-study'
    """
    return _CODE.sub(r'<span class="whole">\g<0></span>', html)


def _hold_together(text: str) -> str:
    """Let a measured number break before its bracket only."""
    return _ERROR.sub(lambda part: part[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
