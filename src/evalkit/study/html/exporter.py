"""An nbconvert exporter for reports: one file, no request, words for every figure."""

# mypy: disable-error-code="no-untyped-call, override"
# (nbconvert says that it is typed, and leaves most of what is called here without types.)
from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import pass_context
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from evalkit.study.bundles import bundles_of
from evalkit.study.html.around import bibtex, neighbours
from evalkit.study.html.code import highlight_code
from evalkit.study.html.findings import fold_findings
from evalkit.study.html.glossary import Glossary
from evalkit.study.html.inline import keep_together
from evalkit.study.html.markdown import Contents, box, write_markdown
from evalkit.study.html.numbering import Item, link_references, number_items
from evalkit.study.html.prepare import prepare
from evalkit.study.html.script import policy, read_script
from evalkit.study.html.tables import dress_table, fit_on_paper
from evalkit.study.html.words import say_in, words
from evalkit.study.references import RESULTS
from evalkit.vocabulary import FINDINGS_MIME, TABLE_MIME, Language

TEMPLATES: Final = Path(__file__).parent / "templates"
_EMPTY_HEADER: Final = re.compile(r"<th(?:\s[^>]*)?>\s*</th>")
_SECTION: Final = re.compile(r"^## ", re.MULTILINE)
_PRIORITY: Final = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")


@dataclass(kw_only=True)
class _Page:
    """What one page collects while it is rendered: headings, numbers of figures and tables, terms.

    Attributes
    ----------
    tables
        The unrounded tables of the notebook, by their labels.
    """

    words: Mapping[str, str]
    items: Mapping[str, Item]
    glossary: Glossary
    tables: Mapping[str, Mapping[str, Any]]
    stem: str = ""
    contents: Contents = field(default_factory=Contents)

    def markdown(self, source: str, attachments: Mapping[str, Any]) -> str:
        """Render text: formulas, links to figures and tables, terms that are explained."""
        if _SECTION.search(source):
            self.glossary.begin_section()
        html = write_markdown(source, self.contents, attachments=attachments, region=self.words["table"])
        return self.glossary.mark(link_references(html, self.items, self.words))

    def output(self, data: Mapping[str, Any]) -> str:
        """Return the HTML of an output with what a page adds to findings and tables."""
        html = add_scopes("".join(data["text/html"]), self.words["table"])
        if FINDINGS_MIME in data:
            return self.glossary.mark(fold_findings(html, self.words))
        if TABLE_MIME not in data:
            return html
        label = data[TABLE_MIME]["label"]
        payload = self.tables[label]
        file = f"{self.stem}-{label}.csv" if self.stem else f"{label}.csv"
        name = self.items[label].name(self.words)
        return dress_table(html, payload, name=name, words=self.words, file=file)

    def number(self, label: str) -> str:
        """Return what text calls a figure or table; empty for one without a number."""
        return self.items[label].name(self.words) if label in self.items else ""

    def data_of(self, label: str) -> list[tuple[str, str]]:
        """Return where the numbers of a figure stand: addresses and their names."""
        data = self.items[label].data if label in self.items else ()
        return [(name, name) if name == RESULTS else (f"#{name}", self.number(name)) for name in data]

    def introduce_data(self, label: str) -> str:
        """Return what a caption says before where the numbers of its figure stand."""
        return self.words["summed_up" if self.items[label].summed_up else "data_behind"]


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
            default_preprocessors=[],  # none changes anything here, and each has the notebook checked
            **settings,
        )

    def _file_extension_default(self) -> str:
        return ".html"

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Yield the filters of templates; Markdown collects its headings."""
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html
        yield "data_uri", data_uri
        yield "terminal", show_terminal
        yield "script", read_script
        yield "policy", policy
        yield "highlight_code", highlight_code
        yield "keep_together", keep_together

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Render Markdown, and collect its headings for the contents."""
        attachments = context.get("cell", {}).get("attachments", {})
        return str(context["resources"]["around"].markdown(source, attachments))

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **settings: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render a notebook; ``resources["page"]`` holds what stands around it."""
        resources = self._init_resources(resources)
        page = resources.setdefault("page", {})
        lang = page.get("lang", "en")
        resources["around"] = _Page(
            words=words(lang),
            items=number_items(nb),
            glossary=Glossary(lang),
            tables={data["label"]: data for data in bundles_of(nb, TABLE_MIME)},
            stem=page.get("stem", ""),
        )
        self.register_filter(
            "filter_data_type",
            WidgetsDataTypeFilter(notebook_metadata=nb["metadata"], parent=self, resources=resources),
        )
        html, resources = super().from_notebook_node(
            prepare(nb, resources["page"].get("lang", "en")), resources, **settings
        )
        return html, resources


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


def add_scopes(html: str, region: str = "Table") -> str:
    """Say of each table header that lacks it what it heads, and put bare tables into a box that scrolls.

    A header without words, such as the corner of a data frame, heads nothing and becomes a cell.

    Examples
    --------
    >>> add_scopes("<thead><tr><th></th><th>a</th></tr></thead>")
    '<thead><tr><td></td><th scope="col">a</th></tr></thead>'
    """
    parts = re.split(r"(<tbody.*?</tbody>)", _EMPTY_HEADER.sub("<td></td>", html), flags=re.DOTALL)
    scoped = "".join(
        re.sub(r"<th(?=[\s>])(?![^>]*\bscope=)", f'<th scope="{"row" if i % 2 else "col"}"', part)
        for i, part in enumerate(parts)
    )
    scoped = scoped.replace(' border="1"', "")
    if "<table" not in scoped or "table-box" in scoped:
        return scoped
    return fit_on_paper(box(scoped, region))


@cache
def _exporter() -> ReportExporter:
    return ReportExporter()


def render_report(notebook: Mapping[str, Any], page: Mapping[str, Any], *, lang: Language = "en") -> str:
    """Render an executed notebook as a page.

    Parameters
    ----------
    page
        What stands around the notebook: ``title``, ``study``, ``kind``, ``failure`` (text, empty when
        whole), ``facts`` (names and values for the footer), ``cite`` and, where there are such, ``stem``
        (name of its files), ``date`` (of the evidence), ``index`` (file of the study's index in this
        language), ``alternate`` and ``alternate_lang`` (file of the report in the other language),
        ``reports`` (mappings of ``title`` and ``page``, in reading order).
    """
    failure = "\n".join(map(partial(_translate_line, lang=lang), str(page.get("failure", "")).split("\n")))
    around = {**page, "failure": failure, "lang": lang, "words": words(lang), **neighbours(page)}
    around["bibtex"] = bibtex(page)
    html, _ = _exporter().from_notebook_node(notebook, {"page": around})
    return str(html)


def _translate_line(line: str, *, lang: Language) -> str:
    """Return a line of a failure in the language, as far as the catalogue knows it."""
    text = line.lstrip()
    return line[: len(line) - len(text)] + say_in(text, lang)
