"""Which of a study's built reports are exported, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evalkit.errors import UsageError
from evalkit.study.built import Built, read_built
from evalkit.study.currency import find_faults
from evalkit.study.export.content import Content, read_content
from evalkit.study.people import APART, say_run
from evalkit.study.plan import check_reports
from evalkit.study.reports import list_reports
from evalkit.study.study_file import Study
from evalkit.vocabulary import Language

_OLD: Final = (
    "The reports of {study} were built by an older evalkit, which did not describe their tables. Run "
    "'{run}' first."
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is exported of a study.

    Attributes
    ----------
    reports
        Names of the reports that are whole, whether or not they hold tables and figures.
    warnings
        What is not as it should be, and is exported or left out all the same.
    left_out
        Pages of reports that were asked for, and are not whole.
    """

    contents: tuple[Content, ...]
    reports: frozenset[str]
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def choose(
    study: Study, root: Path, folder: Path, *, only: Sequence[str], languages: Sequence[Language]
) -> Choice:
    """Choose among the reports of a study that are built in a folder.

    Raises
    ------
    UsageError
        If a report is not known or not built, or none is whole.
    """
    asked = _find(study, root, folder, only, languages)
    whole = [item for item in asked if not item.failed]
    left_out = tuple(item.page for item in asked if item.failed)
    if not whole:
        raise UsageError(f"Not whole: {', '.join(left_out)}. Run '{say_run(folder.name)}' first.")
    contents = [found for item in whole if (found := _read(study, folder, item))]
    warnings = [*_out_of_date(study, root, folder, [item.page for item in whole])]
    warnings += [f"left out, as it is not whole: {page}" for page in left_out]
    return Choice(
        contents=tuple(contents),
        reports=frozenset(item.report for item in whole),
        warnings=tuple(warnings),
        left_out=left_out,
    )


def _find(
    study: Study, root: Path, folder: Path, only: Sequence[str], languages: Sequence[Language]
) -> list[Built]:
    """Return the built reports that were asked for; each name must have one."""
    built, run = read_built(folder), f"Run '{say_run(folder.name)}"
    if not built:
        about = " about single people" if folder.suffix == APART else ""
        raise UsageError(f"Study {study.name} has no reports{about} yet. {run}' first.")
    reports = list_reports(study, root)
    check_reports({study.name: reports}, only)
    for name in only:
        known = {report.name for report in reports if report.is_asked([name])}
        if not any(item.report in known for item in built):
            raise UsageError(f"The report {name!r} is not built yet. {run} --only {name}' first.")
    named = {report.name for report in reports if report.is_asked(only)}
    asked = [item for item in built if item.report in named and (not languages or item.lang in languages)]
    if not asked:
        lang = languages[0] if languages else "en"
        raise UsageError(
            f"These reports of {study.name} are not built in the language {lang!r}. {run} --lang {lang}' "
            "first."
        )
    return asked


def _read(study: Study, folder: Path, item: Built) -> Content | None:
    lang: Language = "id" if item.lang == "id" else "en"
    content = read_content(folder, item.stem, study=study.heading(lang))
    if content is None and any(folder.glob(f"*s/{item.stem}-*-*")):  # tables/ or figures/ has files of it
        raise UsageError(_OLD.format(study=study.name, run=say_run(folder.name)))
    return content


def _out_of_date(study: Study, root: Path, folder: Path, pages: Sequence[str]) -> list[str]:
    faults = find_faults(study, root, folder.parent, shown=folder.suffix == APART, pages=pages)
    if not faults:
        return []
    lines = "\n".join(f"  {fault}" for fault in faults)
    return [
        f"the reports of {study.name} are not what the study would give now:\n{lines}\n"
        f"They are exported as they were built; '{say_run(folder.name)}' builds them anew."
    ]
