"""Tables on a page: their number, their unrounded data, and how they fit on paper."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any, Final

from evalkit.study.harvest import format_cell

_CAPTION: Final = re.compile(r"(<caption[^>]*>)")
_NOTE: Final = re.compile(r'(<p class="table-note"[^>]*>)')
_BOX: Final = '<div class="table-box"'
_TABLE: Final = re.compile(r"<table.*?</table>", re.DOTALL)
# What fits on A4 with the margins of style.css: width of a letter and of the padding of a cell, in points.
_LARGE: Final = (5.1, 5.0)
_SMALL: Final = (4.2, 4.0)
_BOLD: Final = 1.15
_PORTRAIT: Final = 504
_LANDSCAPE: Final = 751


def dress_table(
    html: str, payload: Mapping[str, Any], *, name: str, words: Mapping[str, str], file: str
) -> str:
    """Add to a table what ``present`` cannot know: its number, its data, and its place on paper.

    Parameters
    ----------
    payload
        The unrounded table, as the output carries it beside its HTML.
    name
        What text calls the table, such as "Table 2".
    file
        Name of the file into which its data are saved.
    """
    label = f'<span class="number-of">{escape(name)}.</span> '
    if "<table" not in html:
        return _NOTE.sub(lambda match: match[1] + label, html, count=1)
    numbered = _CAPTION.sub(lambda match: match[1] + label, html, count=1)
    sorts = f'<div data-sorts="{escape(words["sort_by"])}" class="table-box"'
    fitted = fit_on_paper(numbered.replace(_BOX, sorts, 1))
    if not payload["rows"]:
        return fitted
    link = (
        f'<p class="table-tools"><a download="{escape(file)}" href="{csv_address(payload)}">'
        f'{escape(words["download"])}<span class="unseen"> ({escape(name)})</span></a></p>'
    )
    at = fitted.rfind("</table></div>")
    end = at + len("</table></div>") if at >= 0 else len(fitted)
    return fitted[:end] + link + fitted[end:]


def csv_address(payload: Mapping[str, Any]) -> str:
    """Return a table as the address of a CSV file that the page itself holds.

    Examples
    --------
    >>> csv_address({"columns": ["a"], "rows": [[0.1], [None]]})
    'data:text/csv;charset=utf-8;base64,YQowLjEKIiIK'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(payload["columns"])
    writer.writerows([format_cell(value) for value in row] for row in payload["rows"])
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.getvalue().encode()).decode("ascii")


def fit_on_paper(html: str) -> str:
    """Mark the box of a table by what paper needs so that nothing is cut."""
    table = _TABLE.search(html)
    kind = paper_of(table[0]) if table else ""
    return html.replace(' class="table-box"', f' class="table-box paper-{kind}"', 1) if kind else html


def paper_of(table: str) -> str:
    """Name how a table is printed: as it is (empty), ``small``, ``wide``, or ``wide-small``.

    Words are not broken and numbers stay on one line, so the longest of each column decides.

    Examples
    --------
    >>> paper_of("<table><tr><td>a few words</td></tr></table>")
    ''
    >>> paper_of("<table><tr>" + "<td>considerable</td>" * 11 + "</tr></table>")
    'wide'
    """
    columns = _Columns()
    columns.feed(table)
    for kind, page, (letter, padding) in (
        ("", _PORTRAIT, _LARGE),
        ("small", _PORTRAIT, _SMALL),
        ("wide", _LANDSCAPE, _LARGE),
    ):
        if sum(columns.longest.values()) * letter + len(columns.longest) * padding <= page:
            return kind
    return "wide-small"


class _Columns(HTMLParser):
    """Finds how many letters each column of a table needs at least."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[int, float] = {}
        self._scale = 1.0
        self._column = -1
        self._whole = False
        self._held = False
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._column = -1
        if tag in ("td", "th"):
            self._column += 1
            self._inside = True
            self._scale = _BOLD if tag == "th" else 1.0
            self._whole = tag == "td" and "number" in (dict(attrs).get("class") or "")
            self.longest.setdefault(self._column, 0.0)

        self._held = tag == "span" and dict(attrs).get("class") == "whole"

    def handle_endtag(self, tag: str) -> None:
        self._held = False
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            words = [data] if self._whole or self._held else re.split(r"[ \n/–-]+", data)
            longest = max(map(len, words)) * self._scale
            self.longest[self._column] = max(self.longest[self._column], longest)
