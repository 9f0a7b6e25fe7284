"""Markdown of a report as HTML: headings for the contents, tables with scopes, formulas as MathML."""

# mypy: disable-error-code="no-untyped-call, override"
# (nbconvert says that it is typed, and leaves most of what is called here without types.)
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from evalkit.errors import ReportError
from evalkit.study.html.formulas import write_formula
from evalkit.study.html.tables import fit_on_paper

_TAG: Final = re.compile(r"<[^>]+>")
_LISTED: Final = (2, 3)
_MATHS: Final = ("$", "\\(", "\\[", "\\begin")


@dataclass
class Contents:
    """Headings of one page, collected while its Markdown is rendered; every id is used once."""

    entries: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, text: str, level: int) -> str:
        """Take a heading in, and return its id."""
        plain = unescape(_TAG.sub("", text)).strip()
        slug = re.sub(r"[^\w]+", "-", plain.lower()).strip("-") or "section"
        used = {entry[1] for entry in self.entries}
        n_same = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", identity) is not None for identity in used)
        identity = slug if slug not in used else f"{slug}-{n_same + 1}"
        self.entries.append((level, identity, plain))
        return identity

    @property
    def n_listed(self) -> int:
        """How many headings the contents show so far: the number of the newest, in every language alike."""
        return sum(level in _LISTED for level, _, _ in self.entries)


class _Renderer(IPythonRenderer):
    """Renders Markdown and collects its headings."""

    def __init__(self, contents: Contents, region: str, *, strict: bool, **settings: Any) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, **settings)
        self.contents = contents
        self.region = region
        self.strict = strict

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        identity = self.contents.add(text, level)
        place = f'<span id="part-{self.contents.n_listed}"></span>' if level in _LISTED else ""
        return f'<h{level} id="{identity}">{place}{text}</h{level}>\n'

    def table(self, text: str) -> str:
        return fit_on_paper(box(f"<table>{text}</table>", self.region))

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head and text.strip() else ("td", "")
        style = f' class="{"number" if align == "right" else align}"' if align else ""
        return f"<{tag}{scope}{style}>{text}</{tag}>\n"

    def inline_math(self, body: str) -> str:
        return self._formula(body)

    def block_math(self, body: str) -> str:
        return self._formula(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def _formula(self, latex: str, *, block: bool = False) -> str:
        """Write a formula; one that cannot be written is shown as it stands, unless that is to be told."""
        try:
            return write_formula(latex, block=block)
        except ReportError:
            if self.strict:
                raise
            return f"<code>${self.escape_html(latex)}$</code>"


def write_markdown(
    source: str, contents: Contents, *, attachments: Mapping[str, Any] | None = None, region: str = "Table"
) -> str:
    """Render Markdown, and collect its headings; ``region`` names a table to those who hear the page."""
    html = _render(source, contents, region, strict=False, attachments=attachments or {})
    return html.replace("<pre>", '<pre tabindex="0">')  # what scrolls must be reached by keys


def check_formulas(notebook: Mapping[str, Any]) -> None:
    """Check that every formula in the text of a notebook can be written.

    Raises
    ------
    ReportError
        If one cannot; the message shows it.
    """
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and any(mark in source for mark in _MATHS):
            _render(source, Contents(), "", strict=True, attachments=cell.get("attachments", {}))


def _render(source: str, contents: Contents, region: str, **settings: Any) -> str:
    return str(MarkdownWithMath(renderer=_Renderer(contents, region, **settings)).render(source))


def box(table: str, region: str) -> str:
    """Put a table into a box of its own that scrolls where a page is narrow.

    It is no landmark: those need names of their own, and a page may have several tables without a caption.
    """
    return f'<div class="table-box" tabindex="0" role="group" aria-label="{region}">{table}</div>'
