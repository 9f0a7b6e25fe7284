"""``evalkit audit FILE``: what a sheet of an office records, against the same recomputed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from evalkit.cli.command import LANG, Command, argument
from evalkit.errors import UsageError

LAYOUTS: Final = ("auto", "skm", "skm-recap", "siasn", "sakip", "raters", "rater-items")


def _audit(chosen: argparse.Namespace) -> int:
    """Audit a file, and return 0 where nothing is wrong with it."""
    for option, name in (("--html", chosen.html), ("--csv", chosen.csv)):
        check_target(option, name, chosen.file)
    from evalkit.intake.mapping import SheetMapping, load_mapping
    from evalkit.study.audit import audit_file

    mapping = load_mapping(Path(chosen.mapping)) if chosen.mapping else SheetMapping()
    audited = audit_file(chosen.file, sheet=chosen.sheet, layout=chosen.layout, mapping=mapping)
    print(audited.describe(chosen.lang))
    if chosen.html:
        Path(chosen.html).write_text(audited.to_html(chosen.lang), encoding="utf-8")
    if chosen.csv:
        Path(chosen.csv).write_text(audited.to_csv(), encoding="utf-8-sig", newline="")
    return 0 if audited.is_clean else 1


def check_target(option: str, name: str | None, file: str) -> None:
    """Refuse to write over the file that is read, or into a folder that is not there."""
    if name is None:
        return
    target = Path(name)
    if target.exists() and Path(file).exists() and target.samefile(file):
        raise UsageError(f"{option} {name} is the file that is read. Name another one.")
    if not target.resolve().parent.is_dir():
        raise UsageError(f"{option} {name}: there is no folder {target.parent}. Make it first.")


AUDIT: Final = Command(
    name="audit",
    help="recompute what a sheet records, and look for known defects",
    description="Read a file of an office (xlsx, xls, ods, sav, csv), recompute the IKM, predikats and "
    "scores that it records, and look for known defects. Tables are found by their headings. Rows are "
    "named by their cells; no name or NIP is shown. No study is needed.",
    epilog="Exit codes: 0 nothing is wrong; 1 something differs, or a defect was found; 2 the file "
    "cannot be read.",
    arguments=(
        argument("file", metavar="FILE", help="the file"),
        argument("--sheet", metavar="NAME", help="read this sheet only (default: all that are not hidden)"),
        argument(
            "--layout",
            choices=LAYOUTS,
            default="auto",
            help="what the table is (default: what its headings say)",
        ),
        argument(
            "--mapping",
            metavar="FILE",
            help="YAML file that names fields for columns headed otherwise (columns: {Pertanyaan 1: U1})",
        ),
        LANG,
        argument("--html", metavar="FILE", help="write a page with everything that was found"),
        argument("--csv", metavar="FILE", help="write every value that differs, unrounded"),
    ),
    run=_audit,
)
