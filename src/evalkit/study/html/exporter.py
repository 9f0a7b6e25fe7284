"""An nbconvert exporter for reports: one file, no request, words for every figure."""

# mypy: disable-error-code="no-untyped-call, override"
# (nbconvert says that it is typed, and leaves most of what is called here without types.)
from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import Any, Final

import nbformat
from jinja2 import pass_context
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from evalkit.study.harvest import figures_of, is_figure, read_options, without_title
from evalkit.study.html.words import say_in, words
from evalkit.vocabulary import Language

TEMPLATES: Final = Path(__file__).parent / "templates"
_HIDDEN_INPUT: Final = {"remove-input", "remove_input"}
_TAG: Final = re.compile(r"<[^>]+>")
_PRIORITY: Final = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")


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


class _Renderer(IPythonRenderer):
    """Renders Markdown and collects its headings."""

    def __init__(self, contents: Contents, **settings: Any) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, **settings)
        self.contents = contents

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f'<h{level} id="{self.contents.add(text, level)}">{text}</h{level}>\n'

    def table(self, text: str) -> str:
        return _box(f"<table>{text}</table>")

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head else ("td", "")
        style = f' class="{"number" if align == "right" else align}"' if align else ""
        return f"<{tag}{scope}{style}>{text}</{tag}>\n"


class ReportExporter(TemplateExporter):
    """Renders an executed notebook as a self-contained page."""

    export_from_notebook = "evalkit report"
    output_mimetype = "text/html"

    @property
    def default_config(self) -> Config:
        """Take the parent's, and show what is richest without a script."""
        config = Config({"NbConvertBase": {"display_data_priority": list(_PRIORITY)}})
        inherited: Config = super().default_config.copy()
        inherited.merge(config)
        return inherited

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            template_name="evalkit",
            template_file="report.html.j2",
            extra_template_basedirs=[str(TEMPLATES)],
            extra_template_paths=[str(TEMPLATES)],
            **settings,
        )

    def _file_extension_default(self) -> str:
        return ".html"

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Yield the filters of templates; Markdown collects its headings."""
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html
        yield "data_uri", data_uri
        yield "scoped", add_scopes
        yield "terminal", show_terminal

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Render Markdown, and collect its headings for the contents."""
        cell = context.get("cell", {})
        renderer = _Renderer(context["resources"]["contents"], attachments=cell.get("attachments", {}))
        return str(MarkdownWithMath(renderer=renderer).render(source))

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **settings: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render a notebook; ``resources["page"]`` holds what stands around it."""
        resources = self._init_resources(resources)
        resources["contents"] = Contents()
        resources.setdefault("page", {})
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python3", parent=self))
        self.register_filter(
            "filter_data_type",
            WidgetsDataTypeFilter(notebook_metadata=nb.metadata, parent=self, resources=resources),
        )
        page, resources = super().from_notebook_node(
            prepare(nb, resources["page"].get("lang", "en")), resources, **settings
        )
        return page, resources


def prepare(notebook: Any, lang: Language = "en") -> Any:
    """Return a copy without what readers need not see, and with the words of figures beside them."""
    copy = nbformat.from_dict(notebook)
    copy.cells = [cell for cell in copy.cells if "remove-cell" not in _tags(cell) and not _is_blank(cell)]
    titled = False
    for cell in copy.cells:
        if cell.cell_type == "markdown" and not titled and cell.source.lstrip().startswith("# "):
            cell.source, titled = without_title(cell.source), True
        if cell.cell_type == "code":
            _prepare_code(cell, lang)
    return copy


def _prepare_code(cell: Any, lang: Language) -> None:
    figures = iter(figures_of(cell))
    for output in cell.outputs:
        if is_figure(output):
            figure = next(figures)
            output.metadata.figure = {
                "id": figure.label,
                "alt": say_in(figure.alt, lang),
                "caption": say_in(figure.caption, lang),
            }
    tags = _tags(cell)
    if "remove-output" in tags or "remove_output" in tags:
        cell.outputs = []
    if any(map(is_figure, cell.outputs)):  # what a plotting call returned is no news beside its figure
        cell.outputs = [output for output in cell.outputs if not _is_bare_result(output)]
    cell.outputs = [output for output in cell.outputs if not _is_message_only(output)]
    cell.metadata.shown_source = "" if tags & _HIDDEN_INPUT else read_options(cell.source)[1]


def _is_bare_result(output: Any) -> bool:
    return output.output_type == "execute_result" and set(output.data) == {"text/plain"}


def _is_message_only(output: Any) -> bool:
    """Tell whether an output speaks to the runner alone, such as the rows for ``results.csv``."""
    data = output.get("data", {})
    return any(mime.startswith("application/vnd.evalkit.") for mime in data) and "text/html" not in data


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _is_blank(cell: Any) -> bool:
    return not cell.source.strip()


def data_uri(svg: str) -> str:
    """Return an SVG as an address, so that ids of two figures on a page never meet.

    Examples
    --------
    >>> data_uri("<svg/>")
    'data:image/svg+xml;base64,PHN2Zy8+'
    """
    return "data:image/svg+xml;base64," + base64.b64encode("".join(svg).encode()).decode("ascii")


def show_terminal(text: str) -> str:
    r"""Return what a terminal would show, in the colours of the page only: others may be too faint.

    Examples
    --------
    >>> show_terminal("\x1b[38;5;28mgreen\x1b[0m \x1b[31mred\x1b[0m")
    '<span>green</span> <span class="ansi-red-fg">red</span>'
    """
    return re.sub(r'(<span[^>]*?) style="[^"]*"', r"\1", ansi2html(text))


def add_scopes(html: str) -> str:
    """Say of each table header that lacks it what it heads, and put bare tables into a box that scrolls.

    Examples
    --------
    >>> add_scopes("<thead><tr><th>a</th></tr></thead>")
    '<thead><tr><th scope="col">a</th></tr></thead>'
    """
    parts = re.split(r"(<tbody.*?</tbody>)", html, flags=re.DOTALL)
    scoped = "".join(
        re.sub(r"<th(?=[\s>])(?![^>]*\bscope=)", f'<th scope="{"row" if i % 2 else "col"}"', part)
        for i, part in enumerate(parts)
    )
    scoped = scoped.replace(' border="1"', "")
    if "<table" not in scoped or "table-box" in scoped:
        return scoped
    return _box(scoped)


def _box(table: str) -> str:
    return f'<div class="table-box" tabindex="0" role="region" aria-label="Table">{table}</div>'


@cache
def _exporter() -> ReportExporter:
    return ReportExporter()


def render_report(notebook: Mapping[str, Any], page: Mapping[str, Any], *, lang: Language = "en") -> str:
    """Render an executed notebook as a page.

    Parameters
    ----------
    page
        What stands around the notebook: ``title``, ``study``, ``kind``, ``failure`` (text, empty when
        whole), ``facts`` (names and values for the footer) and ``cite``.
    """
    node = nbformat.from_dict(notebook)
    failure = "\n".join(map(partial(_translate_line, lang=lang), str(page.get("failure", "")).split("\n")))
    resources = {"page": {**page, "failure": failure, "lang": lang, "words": words(lang)}}
    html, _ = _exporter().from_notebook_node(node, resources)
    return str(html)


def _translate_line(line: str, *, lang: Language) -> str:
    """Return a line of a failure in the language, as far as the catalogue knows it."""
    text = line.lstrip()
    return line[: len(line) - len(text)] + say_in(text, lang)
