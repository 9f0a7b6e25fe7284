"""The index of a study's reports, and the index over all studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from evalkit.study.html.inline import keep_together
from evalkit.study.html.script import policy, read_script
from evalkit.study.html.words import words
from evalkit.vocabulary import Language

_TEMPLATES: Final = Path(__file__).parent / "templates"
#: Findings of a report that an index shows at once.
_SHOWN: Final = 3


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """One report in an index.

    Attributes
    ----------
    page
        File name of its page; empty where none could be made.
    tables
        Its tables as CSV: file in the study's folder, and caption.
    """

    report: str
    lang: Language
    title: str
    page: str
    findings: Sequence[str] = ()
    failed: bool = False
    tables: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, kw_only=True)
class IndexedStudy:
    """A study in an index.

    Attributes
    ----------
    name
        Its folder in ``reports/``.
    titles
        Its title by language.
    date
        When its evidence was observed; empty where that is not known.
    languages
        Its languages, the one of ``index.html`` first.
    """

    name: str
    titles: Mapping[str, str]
    kind: str
    entries: Sequence[IndexEntry]
    date: str = ""
    languages: Sequence[Language] = ("en",)

    def title(self, lang: Language) -> str:
        """Return its title in a language, or in the first that it has."""
        return self.titles.get(lang) or next(iter(self.titles.values()))


@dataclass(frozen=True, kw_only=True)
class _Card:
    """A report as an index in one language shows it."""

    entry: IndexEntry
    others: Sequence[IndexEntry] = field(default=())

    @property
    def first(self) -> Sequence[str]:
        return self.entry.findings[: self._n_shown]

    @property
    def rest(self) -> Sequence[str]:
        return self.entry.findings[self._n_shown :]

    @property
    def _n_shown(self) -> int:
        n = len(self.entry.findings)
        return n if n <= _SHOWN + 1 else _SHOWN  # nothing is folded to hide a single one


def index_name(lang: Language, languages: Sequence[Language]) -> str:
    """Return the file name of an index: the first language needs no mark.

    Examples
    --------
    >>> index_name("id", ("en", "id")), index_name("id", ("id",))
    ('index.id.html', 'index.html')
    """
    return "index.html" if lang == languages[0] or lang not in languages else f"index.{lang}.html"


def workbench_languages(studies: Iterable[IndexedStudy]) -> tuple[Language, ...]:
    """Return the languages of an index over studies, English first where some study has it."""
    found = dict.fromkeys(lang for study in studies for lang in study.languages)
    return tuple(sorted(found, key=lambda lang: lang != "en")) or ("en",)


def render_study_index(study: IndexedStudy, lang: Language, *, files: Sequence[str] = ()) -> str:
    """Render the index of one study: each report with its findings and tables, then other files."""
    return _render(
        [study],
        lang,
        study.languages,
        title=study.title(lang),
        study=study,
        files=files,
        home=f"../{home_name(lang, study.languages)}",
    )


def render_workbench_index(studies: Sequence[IndexedStudy], lang: Language) -> str:
    """Render the index over all studies."""
    return _render(studies, lang, workbench_languages(studies), title=words(lang)["workbench"])


def home_name(lang: Language, languages: Sequence[Language]) -> str:
    """Return the file name of the index over all studies for the pages of a study in some language."""
    return f"index.{lang}.html" if lang != "en" and "en" in languages and lang in languages else "index.html"


def _render(
    studies: Sequence[IndexedStudy], lang: Language, languages: Sequence[Language], **values: Any
) -> str:
    statuses = {entry.failed for study in studies for entry in study.entries}
    filters = {
        "kind": sorted({study.kind for study in studies}),
        "status": ["whole", "failed"] if len(statuses) > 1 else [],
        "date": sorted({study.date for study in studies if study.date}),
    }
    page = environment().get_template("evalkit/index.html.j2")
    return str(
        page.render(
            lang=lang,
            say=words(lang),
            sections=[(study, _cards(study, lang)) for study in studies],
            filters={name: options for name, options in filters.items() if len(options) > 1},
            alternates=[
                (other, index_name(other, languages), words(other)["language"])
                for other in languages
                if other != lang
            ],
            index_name=index_name,
            words=words,
            **values,
        )
    )


def _cards(study: IndexedStudy, lang: Language) -> list[_Card]:
    """Gather the languages of each report; the one of the index comes first, where there is such."""
    reports: dict[str, list[IndexEntry]] = {}
    for entry in study.entries:
        reports.setdefault(entry.report, []).append(entry)
    cards = []
    for entries in reports.values():
        first, *others = sorted(entries, key=lambda entry: entry.lang != lang)
        cards.append(_Card(entry=first, others=[entry for entry in others if entry.page]))
    return cards


@cache
def environment() -> Any:
    """Return what finds and fills the templates of pages."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=False, trim_blocks=True)
    environment.filters |= {"policy": policy, "script": read_script, "keep_together": keep_together}
    return environment
