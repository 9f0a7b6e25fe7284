"""Export what a study's reports hold to the files of an office: all of it is written, or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evalkit.errors import UsageError
from evalkit.study.export.captions import write_captions
from evalkit.study.export.choice import Choice, choose
from evalkit.study.export.content import Content, Figure
from evalkit.study.export.document import write_document
from evalkit.study.export.locales import write_csv
from evalkit.study.export.pictures import PICTURES, draw
from evalkit.study.export.results import numbers_as_csv, numbers_as_workbook, read_numbers
from evalkit.study.export.workbook import write_workbook
from evalkit.study.html.words import words
from evalkit.study.people import APART, name_reports, people_of
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study, find_study
from evalkit.vocabulary import Language

#: What tables and figures can be exported to.
FORMATS: Final = ("xlsx", "csv", "docx", *PICTURES)
#: What they are exported to unless something else is asked for.
STANDARD: Final = ("xlsx", "docx", "png")

_OWN: Final = 0o700  # for its owner alone

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written.

    Attributes
    ----------
    left_out
        Pages of reports that are not whole, of which nothing was written.
    """

    folder: Path
    n_files: int
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]


def export_study(
    name: str | Path,
    *,
    only: Sequence[str] = (),
    languages: Sequence[Language] = (),
    formats: Sequence[str] = (),
    locale: Language | None = None,
    folder: Path | None = None,
    people: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Export the tables, figures and published numbers of built reports.

    Parameters
    ----------
    name
        A study by name or folder.
    only, languages
        Reports (as of ``evalkit run --only``) and languages; all that are built by default.
    formats
        Some of `FORMATS`; `STANDARD` by default.
    locale
        How numbers are written as text; as in the language of each report by default.
    folder
        Where to; ``exports/STUDY`` of the workbench by default. Files of the same names are replaced, others
        stay as they are.
    people
        Export the reports about single people of a protected study: marked, and to a folder apart, whose name
        ends in ``.people`` and that only its owner can open.
    tell
        Is told of each report, before it is written.

    Raises
    ------
    UsageError
        If what was asked for is not built, people are to be shown who are published anyway, or nothing can be
        written there; then nothing is.
    """
    root = find_root()
    study = find_study(name, root=root)
    reports = root / "reports" / name_reports(study.name, people_of(study, shown=people))
    target = _check_target(folder or root / "exports" / reports.name, root, study)
    _keep_apart(target, people=people)
    choice = choose(study, root, reports, only=only, languages=languages)
    wanted = tuple(dict.fromkeys(formats)) or STANDARD
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        new.mkdir(mode=_OWN if people else 0o777)
        names = [*_write(new, _export_reports(choice, wanted, locale, tell))]
        names += _write(new, _export_numbers(study, reports, choice, wanted, locale))
        _put_in_place(new, target, names)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Exported(folder=target, n_files=len(names), warnings=choice.warnings, left_out=choice.left_out)


def _check_target(folder: Path, root: Path, study: Study) -> Path:
    """Refuse a folder that a run would clear, or that holds what reports are made from."""
    target = folder.absolute()
    if target.exists() and not target.is_dir():
        raise UsageError(f"{folder} is a file; --to must name a folder.")
    if target.resolve() == study.folder.resolve():
        raise UsageError(f"--to {folder} is the study itself. Name another folder.")
    for taken in (root / "reports", root / "data"):
        if target.resolve().is_relative_to(taken.resolve()):
            raise UsageError(
                f"--to {folder} lies inside {taken.name}/, which is evalkit's own. Name another."
            )
    return target


def _keep_apart(target: Path, *, people: bool) -> None:
    """Refuse to mix what tells of single people with what does not; the former is for its owner alone."""
    if (target.suffix == APART) != people:
        raise UsageError(
            f"Reports about single people stand apart: --to must name a folder that ends in {APART}, such as "
            f"{target.name}{APART}."
            if people
            else f"--to {target.name} is for reports about single people. Name a folder that does not end in "
            f"{APART}, or add --people."
        )


def _export_reports(
    choice: Choice, wanted: Sequence[str], locale: Language | None, tell: Callable[[str], None]
) -> Files:
    for at, content in enumerate(choice.contents, start=1):
        tell(f"[{at}/{len(choice.contents)}] {content.stem}")
        yield f"{content.stem}.txt", write_captions(content)
        yield from _export_tables(content, wanted, locale or content.lang)
        for figure in content.figures:
            yield from _export_figure(content, figure, [form for form in wanted if form in PICTURES])


def _export_tables(content: Content, wanted: Sequence[str], locale: Language) -> Files:
    if content.tables and "xlsx" in wanted:
        yield f"{content.stem}.xlsx", write_workbook(content)
    if content.tables and "docx" in wanted:
        yield f"{content.stem}.docx", write_document(content, locale=locale)
    if "csv" in wanted:
        for table in content.tables:
            header = [column.title for column in table.columns]
            text = write_csv(header, table.rows, locale=locale, words=content.lang)
            yield f"tables/{content.stem}-{table.label}.csv", text


def _export_figure(content: Content, figure: Figure, forms: Sequence[str]) -> Files:
    if not forms:
        return
    try:
        svg = figure.file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"figures/{figure.file.name} cannot be read. Run the report again.") from error
    title = f"{content.heading}: {figure.caption}"
    for form in forms:
        picture = draw(svg, form, name=f"figures/{figure.file.name}", title=title, alt=figure.alt)
        yield f"figures/{content.stem}-{figure.label}.{form}", picture


def _export_numbers(
    study: Study, reports: Path, choice: Choice, wanted: Sequence[str], locale: Language | None
) -> Files:
    """Export every published number; its words are codes, the same in each language."""
    if not {"xlsx", "csv"} & set(wanted):
        return
    rows = read_numbers(reports, choice.reports)
    marks = {"people_mark": reports.suffix == APART, "synthetic_mark": study.kind == "synthetic"}
    mark = "".join(f"{words('en')[name]}. " for name, holds in marks.items() if holds)
    if "xlsx" in wanted:
        yield "results.xlsx", numbers_as_workbook(f"{mark}{study.heading('en')}: results.csv", rows)
    if "csv" in wanted:
        locales = dict.fromkeys([locale] if locale else [content.lang for content in choice.contents])
        for one in locales or {"en": None}:
            yield "results.csv" if one == "en" else f"results.{one}.csv", numbers_as_csv(rows, one)


def _write(folder: Path, files: Files) -> Iterator[str]:
    for name, content in files:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        yield name


def _put_in_place(new: Path, target: Path, names: Sequence[str]) -> None:
    """Move files that are written to where they belong: the folder at once if there is none yet."""
    if not target.exists():
        new.rename(target)
        return
    if taken := [name for name in names if (target / name).is_dir()]:
        raise UsageError(f"{target / taken[0]} is a folder; move it away, and export again.")
    if target.suffix == APART:
        target.chmod(_OWN)
    for name in names:
        (target / name).parent.mkdir(exist_ok=True)
        (new / name).replace(target / name)
