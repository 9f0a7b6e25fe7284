"""The reports of a study: one a notebook, or one a place where the notebook is about a place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evalkit.errors import StudyError
from evalkit.study.notebooks import locate_notebook, name_entry
from evalkit.study.parameters import read_parameters
from evalkit.study.places import list_places
from evalkit.study.study_file import Study
from evalkit.vocabulary import LANGUAGES, Language, label

#: Parameter of a notebook that is about one place; the runner sets it.
PLACE: Final = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of a study.

    Attributes
    ----------
    name
        Name of its page and of its numbers: that of the notebook, and of the place where it is about one.
    notebook
        Name of its notebook, without an ending.
    file
        The notebook itself, which may be missing.
    place
        The place that it is about; empty where it is about all.
    """

    name: str
    notebook: str
    file: Path
    place: str = ""

    def is_asked(self, only: Sequence[str]) -> bool:
        """Tell whether it is to be built, if only these are: by its own name, or by that of its notebook."""
        return not only or self.name in only or self.notebook in only


def list_reports(study: Study, root: Path) -> tuple[Report, ...]:
    """Return the reports of a study in reading order.

    A notebook whose parameters hold ``place: str`` gives one report for each place of the evidence, such as
    ``place_dumai``.

    Raises
    ------
    StudyError
        If two reports would have the same name.
    EvalkitError
        If the places of the study cannot be read.
    """
    places: Sequence[str] | None = None
    reports: list[Report] = []
    for entry in study.notebooks:
        notebook, file = name_entry(entry), locate_notebook(study, entry, root)
        if not _is_about_a_place(file):
            reports.append(Report(name=notebook, notebook=notebook, file=file))
            continue
        places = list_places(study, root) if places is None else places
        reports += [
            Report(name=f"{notebook}_{plain_place(place)}", notebook=notebook, file=file, place=place)
            for place in places
        ]
    names = [report.name for report in reports]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(
            f"Study {study.name}: two reports would be named {twice[0]!r}. Rename a notebook, or a place of "
            "the evidence."
        )
    return tuple(reports)


def _is_about_a_place(notebook: Path) -> bool:
    """Tell whether a notebook asks for one place; one that cannot be read is refused when it is planned."""
    try:
        return PLACE in read_parameters(notebook)
    except StudyError:
        return False


def plain_place(place: str) -> str:
    """Return a place as it stands in the name of a report.

    Examples
    --------
    >>> plain_place("kota dumai")
    'kota_dumai'
    """
    return re.sub(r"[^\w-]+", "_", place)


def name_place(study: Study, place: str, lang: Language) -> str:
    """Return what people call a place of a study; empty for no place.

    Examples
    --------
    >>> name_place(Study(name="x", folder=Path("x"), title={"en": "X"}, kind="real"), "dumai", "id")
    'Dumai'
    """
    names: Mapping[Language, str] = study.places.get(place, {})
    return names.get(lang) or next(iter(names.values()), "") or label(place, lang).replace("_", " ")


def name_page(title: str, place: str) -> str:
    """Return the title of a page, with the place that it is about.

    Examples
    --------
    >>> name_page("What the public may see", "Dumai")
    'What the public may see: Dumai'
    """
    return f"{title}: {place}" if place else title


def page_name(study: Study, report: str, lang: Language) -> str:
    """Return the file name of a report's page; the only language of a study needs no mark."""
    return f"{report}.html" if study.languages == (lang,) else f"{report}.{lang}.html"


def page_names(study: Study, reports: Sequence[Report]) -> list[str]:
    """Return the pages that a study can have, in the order of its reports, its own languages first."""
    languages = dict.fromkeys((*study.languages, *LANGUAGES))
    return [page_name(study, report.name, lang) for report in reports for lang in languages]
