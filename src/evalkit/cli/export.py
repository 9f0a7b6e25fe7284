"""``evalkit export STUDY``: tables and figures of built reports for Excel, Word and print."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from evalkit.cli.command import Command, argument, complain, several
from evalkit.vocabulary import LANGUAGES

_FORMATS: Final = ("xlsx", "csv", "docx", "svg", "png", "pdf")


def _export(chosen: argparse.Namespace) -> int:
    """Export a study's reports, and return 1 where some of them are not whole."""
    from evalkit.study.export import export_study

    exported = export_study(
        chosen.study,
        only=chosen.only,
        languages=chosen.lang,
        formats=chosen.formats,
        locale=chosen.locale,
        folder=Path(chosen.to) if chosen.to else None,
        people=chosen.people,
        tell=_tell,
    )
    for warning in exported.warnings:
        complain(warning)
    print(f"{exported.n_files:,} files: {exported.folder}")
    return 1 if exported.left_out else 0


def _tell(line: str) -> None:
    """Say on a terminal how far it has come."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)


EXPORT: Final = Command(
    name="export",
    help="write tables and figures for Excel, Word and print",
    description="Write the tables, figures and published numbers of built reports in the formats of an "
    "office: all tables of a report as one Excel workbook (xlsx) or one Word document (docx), each table "
    "as CSV that a spreadsheet opens by a double click, figures at the size of print (svg, pdf, png of 300 "
    "dots an inch). Nothing is computed again. Beside them, a text has the captions.",
    epilog="Exit codes: 0 done; 1 a report is not whole and was left out; 2 bad usage, or reports that are "
    "not built, nothing was written; 130 interrupted.",
    arguments=(
        argument("study", metavar="STUDY", help="name or folder"),
        several("--only", metavar="REPORT", help="export these reports only"),
        argument("--lang", choices=LANGUAGES, action="append", default=[], help="export this language only"),
        several(
            "--format",
            dest="formats",
            choices=_FORMATS,
            help="xlsx, csv or docx for tables; svg, png or pdf for figures (default: xlsx docx png)",
        ),
        argument(
            "--locale",
            choices=LANGUAGES,
            help="how csv and docx write numbers: 0,5 and ; between cells (id), or 0.5 and , (en); default: "
            "that of the report's language",
        ),
        argument("--to", metavar="FOLDER", help="where to (default: exports/STUDY)"),
        argument(
            "--people",
            action="store_true",
            help="export what is about single people of a protected study: marked, to exports/STUDY.people/",
        ),
    ),
    run=_export,
)
