"""The index of a study's reports, and the index over all studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from evalkit.study.html.words import words
from evalkit.vocabulary import Language

_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """One report in an index.

    Attributes
    ----------
    page
        File name of its page; empty where none could be made.
    """

    report: str
    lang: Language
    title: str
    page: str
    findings: tuple[str, ...] = ()
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Section:
    entries: Sequence[IndexEntry]
    title: str = ""
    kind: str = ""
    link: str = ""
    base: str = ""


def render_study_index(
    *,
    title: str,
    kind: str,
    entries: Sequence[IndexEntry],
    files: Sequence[str] = (),
    lang: Language = "en",
) -> str:
    """Render the index of one study: each report with its findings, then the files."""
    return _render(
        title=title,
        kind=kind,
        sections=[_Section(entries=entries)],
        files=list(files),
        up="../index.html",
        lang=lang,
    )


def render_workbench_index(
    studies: Sequence[tuple[str, str, str, Sequence[IndexEntry]]], *, lang: Language = "en"
) -> str:
    """Render the index over all studies, given as folder name, title, kind and reports."""
    sections = [
        _Section(entries=entries, title=title, kind=kind, link=f"{name}/index.html", base=f"{name}/")
        for name, title, kind, entries in studies
    ]
    return _render(title=words(lang)["workbench"], sections=sections, lang=lang)


def _render(*, lang: Language, **values: Any) -> str:
    return str(
        _environment().get_template("evalkit/index.html.j2").render(lang=lang, say=words(lang), **values)
    )


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=False, trim_blocks=True)
