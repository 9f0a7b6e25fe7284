"""``evalkit import FILE… --into STUDY``: files of offices as evidence, after a look at what they become."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evalkit.cli.audit import LAYOUTS, check_target
from evalkit.cli.command import LANG, Command, argument

if TYPE_CHECKING:
    from evalkit.intake.mapping import SheetMapping


def _import(chosen: argparse.Namespace) -> int:
    """Import files, and return 0 where all of them are taken."""
    for option, name in (("--html", chosen.html), ("--csv", chosen.csv)):
        for file in chosen.files:
            check_target(option, name, file)
    from evalkit.intake.importing import Given, read_scale
    from evalkit.intake.mapping import SheetMapping
    from evalkit.study.importing import (
        describe_import,
        find_study_folder,
        import_files,
        render_import,
        table_of_import,
    )

    told = _read_mapping(chosen) if chosen.mapping else SheetMapping()
    given = Given(
        place=chosen.place or told.place,
        unit=chosen.unit or told.unit,
        period=chosen.period or told.period,
        source=chosen.source or told.source,
        indicator=chosen.indicator or told.indicator,
        scale=read_scale(chosen.scale) or told.scale,
        dates=told.dates,
        mapping=told.columns,
        words=told.words,
        keep_valid=chosen.keep_valid,
        keep_text=chosen.keep_text,
    )
    imported = import_files(
        chosen.files,
        find_study_folder(chosen.into),
        given,
        sheet=chosen.sheet,
        layout=chosen.layout,
        key_file=Path(chosen.key) if chosen.key else None,
        write=chosen.write,
    )
    print(describe_import(imported, chosen.lang))
    if chosen.html:
        Path(chosen.html).write_text(render_import(imported, chosen.lang), encoding="utf-8")
    if chosen.csv:
        Path(chosen.csv).write_text(table_of_import(imported), encoding="utf-8-sig", newline="")
    return 0 if imported.is_whole else 1


def _read_mapping(chosen: argparse.Namespace) -> SheetMapping:
    """Read what a file tells of the sheets; what the command line says goes before it."""
    from evalkit.evidence import read_indicators
    from evalkit.intake.mapping import load_mapping
    from evalkit.study.importing import find_study_folder

    indicators = read_indicators(find_study_folder(chosen.into))
    return load_mapping(Path(chosen.mapping), indicators=indicators["indicator"].tolist())


IMPORT: Final = Command(
    name="import",
    help="take files of offices into a study: first shown, then written",
    description="Read files of offices (xlsx, xls, ods, sav, csv), find their tables by their headings, say "
    "what each column, row and cell becomes in a study. Nothing is written without --write. NIP and "
    "names become "
    "pseudonyms at once; free text is left out, or kept with --keep-text. The same file twice changes "
    "nothing; a corrected one takes the place of the earlier.",
    epilog="Example: evalkit import skm.xlsx --into my-study --place dumai --unit '{sheet}' --period 2025Q1. "
    "Exit codes: 0 all is taken; 1 something is not, and the report says what; 2 wrong usage, or nothing "
    "can be "
    "read: the study is as it was.",
    arguments=(
        argument("files", metavar="FILE", nargs="+", help="the files"),
        argument("--into", metavar="STUDY", required=True, help="folder or name of the study"),
        argument("--place", metavar="NAME", help="the place that the files are about, such as dumai"),
        argument(
            "--unit",
            metavar="NAME",
            help="the unit, where no column names it; '{sheet}' and '{file}' stand for names",
        ),
        argument("--period", metavar="QUARTER", help="2025Q1; or Q4, of the year that the sheet names"),
        argument(
            "--source", metavar="SOURCE", help="who rated: supervisor, peer, subordinate, self, citizen"
        ),
        argument("--indicator", metavar="NAME", help="what was rated, where the sheet does not say"),
        argument(
            "--scale", metavar="LOW-HIGH", help="scale of the ratings, such as 0-100; 5-1 where 1 is the best"
        ),
        argument(
            "--layout",
            choices=LAYOUTS,
            default="auto",
            help="what the tables are (default: what their headings say)",
        ),
        argument("--sheet", metavar="NAME", help="read this sheet only (default: all that are not hidden)"),
        argument(
            "--mapping",
            metavar="FILE",
            help="a YAML file of what the sheet does not say: columns (field by heading), place, unit, "
            "period, source, indicator, scale, reversed, dates, words (number by answer); such as columns: "
            "{Pertanyaan 1: U1}",
        ),
        argument(
            "--key",
            metavar="FILE",
            help="key of the pseudonyms (default: one outside the study, made when needed)",
        ),
        argument(
            "--keep-valid", action="store_true", help="leave faulty rows out, instead of refusing their table"
        ),
        argument(
            "--keep-text",
            action="store_true",
            help="take comments, too, without numbers and known names, for your own notebooks with --people",
        ),
        argument(
            "--write", action="store_true", help="change the study (default: only show what would be done)"
        ),
        LANG,
        argument("--html", metavar="FILE", help="write the report as a page"),
        argument("--csv", metavar="FILE", help="write it as a table"),
    ),
    run=_import,
)
