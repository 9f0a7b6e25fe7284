"""Terms that a page explains where they stand: a button in the text opens the explanation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from evalkit.study.html.inline import change_text
from evalkit.vocabulary import LANGUAGES, Language
from evalkit.yaml_file import load_yaml

_FILE: Final = Path(__file__).with_name("glossary.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term in one language: its name, what it means, and where that stands."""

    code: str
    name: str
    meaning: str
    source: str


@cache
def load_terms(lang: Language) -> Mapping[str, Term]:
    """Return the terms of a language by each way in which text writes them."""
    terms: dict[str, Term] = {}
    for code, entry in all_entries().items():
        said = entry[lang]
        term = Term(code=code, name=said["name"], meaning=said["meaning"], source=entry["source"])
        terms |= dict.fromkeys(map(str, said.get("written") or entry["written"]), term)
    return terms


@cache
def _pattern(lang: Language) -> re.Pattern[str]:
    """Return what finds any term; of two that begin alike, the longer."""
    written = sorted(load_terms(lang), key=len, reverse=True)
    return re.compile(rf"(?<![\w@-])(?:{'|'.join(map(re.escape, written))})(?![\w-])")


@dataclass
class Glossary:
    """The terms that one page has used, in their order; each is marked once a section."""

    lang: Language
    used: dict[str, Term] = field(default_factory=dict)
    _marked: set[str] = field(default_factory=set)

    def begin_section(self) -> None:
        """Let every term be marked again."""
        self._marked.clear()

    def mark(self, html: str) -> str:
        """Make a button of the first appearance of each term in running text."""

        def button(match: re.Match[str]) -> str:
            term = load_terms(self.lang)[match[0]]
            if term.code in self._marked:
                return match[0]
            self._marked.add(term.code)
            self.used.setdefault(term.code, term)
            return f'<button type="button" class="term" popovertarget="term-{term.code}">{match[0]}</button>'

        return change_text(html, lambda text: _pattern(self.lang).sub(button, text))

    def to_html(self, heading: str) -> str:
        """Write the explanations: hidden until asked for on a screen, a list on paper."""
        if not self.used:
            return ""
        entries = "".join(_explain(term) for term in self.used.values())
        return f'<section class="glossary"><h2>{escape(heading)}</h2>{entries}</section>'


def _explain(term: Term) -> str:
    source = f' <span class="quiet">({escape(term.source)})</span>' if term.source else ""
    return (
        f'<div popover id="term-{term.code}" class="explained" role="note" tabindex="-1" autofocus>'
        f"<p><strong>{escape(term.name)}</strong>: {escape(term.meaning)}{source}</p></div>"
    )


@cache
def all_entries() -> Mapping[str, Mapping[str, Any]]:
    """Return the glossary as its file has it."""
    entries: Mapping[str, Mapping[str, Any]] = load_yaml(_FILE.read_text(encoding="utf-8"))
    return entries


def read_ahead() -> None:
    """Read the glossary in every language, so that processes that are forked later need not."""
    for lang in LANGUAGES:
        _pattern(lang)
