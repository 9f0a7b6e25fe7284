"""What stands around a report on its page: the study's other reports, its other language, its evidence."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from evalkit.study.harvest import page_title
from evalkit.study.html import home_name, index_name
from evalkit.study.html.words import words
from evalkit.study.indexes import evidence_date
from evalkit.study.language_cells import keep_language
from evalkit.study.plan import Task
from evalkit.study.reports import Report, name_page, name_place, page_name
from evalkit.study.study_file import Study
from evalkit.vocabulary import LANGUAGES, Language


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the pages of a study share.

    Attributes
    ----------
    reports
        The reports of the study; the titles of their notebooks stand in links between them.
    pages
        File names of the pages that the study's folder will hold; nothing else is linked to.
    """

    study: Study
    reports: Sequence[Report]
    pages: Collection[str]

    def of(self, task: Task) -> dict[str, Any]:
        """Return what the page of a task shows beside its own notebook (keys of ``render_report``)."""
        return {
            "stem": task.stem,
            "date": self._date,
            "index": index_name(task.lang, self.study.languages),
            "home": home_name(task.lang, self.study.languages),
            "reports": self._listed[task.lang],
            **self._alternate(task),
        }

    @cached_property
    def _date(self) -> str:
        return evidence_date(self.study.folder)

    @cached_property
    def _listed(self) -> dict[Language, list[dict[str, str]]]:
        return {lang: self._list(lang) for lang in LANGUAGES}

    def _list(self, lang: Language) -> list[dict[str, str]]:
        listed = []
        for report in self.reports:
            page = page_name(self.study, report.name, lang)
            if page in self.pages:
                title = read_title(report.file, lang) or report.name
                place = name_place(self.study, report.place, lang) if report.place else ""
                listed.append({"title": name_page(title, place), "page": page})
        return listed

    def _alternate(self, task: Task) -> dict[str, str]:
        others = [lang for lang in LANGUAGES if lang != task.lang]
        pages = {lang: page_name(self.study, task.report, lang) for lang in others}
        for lang, page in pages.items():
            if page in self.pages and page != task.page:
                name = words(lang)["language"]
                return {"alternate": page, "alternate_lang": lang, "alternate_name": name}
        return {"alternate": ""}


def read_title(notebook: Path, lang: Language) -> str:
    """Return the title of a notebook as it stands in its folder, in a language; empty if it has none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return page_title(keep_language(json.loads(notebook.read_text(encoding="utf-8")), lang))
    return ""
