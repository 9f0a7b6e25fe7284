"""The commands of a study's first hour: make it, and find what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from evalkit.cli.command import LANG, Command, argument
from evalkit.errors import UsageError


def _check(chosen: argparse.Namespace) -> int:
    """Check a study, and return 0 where nothing is wrong with it."""
    target = None if chosen.html is None else Path(chosen.html)
    if target and not target.resolve().parent.is_dir():
        raise UsageError(f"--html {target}: there is no folder {target.parent}. Make it first.")
    from evalkit.study.check import check_study

    check = check_study(chosen.study)
    print(check.describe(chosen.lang))
    if target:
        new = target.with_name(f".{target.name}.part")
        new.write_text(check.to_html(chosen.lang), encoding="utf-8")
        new.replace(target)
    return 0 if check.is_clean else 1


CHECK: Final = Command(
    name="check",
    help="find everything that is wrong with a study",
    description="Check study.yaml, datapackage.json, every table, method and mapping of a study, all at "
    "once, with what to do about each fault, and say what each report can answer. Nothing is run, and the "
    "study is not changed.",
    epilog="Exit codes: 0 nothing is wrong; 1 faults were found; 2 there is no such study.",
    arguments=(
        argument("study", metavar="STUDY", help="name or folder"),
        LANG,
        argument("--html", metavar="FILE", help="write a page with everything that was found"),
    ),
    run=_check,
)
