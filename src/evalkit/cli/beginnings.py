"""The commands of a study's first hour: make it, and find what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from evalkit.cli.command import EXIT_CODES, LANG, Command, argument
from evalkit.errors import UsageError
from evalkit.vocabulary import LANGUAGES
from evalkit.whole_file import write_whole


def _new(chosen: argparse.Namespace) -> int:
    """Make a study, and say what comes next."""
    from evalkit.study.new import create_study

    folder = create_study(chosen.folder, lang=chosen.lang)
    print(_NEXT[chosen.lang].format(folder=folder))
    return 0


_NEXT: Final = {
    "en": "{folder} is ready; {folder}/README.md leads on. Put evidence in, then: evalkit check {folder}",
    "id": "{folder} siap; {folder}/README.md memandu Anda. Isi bukti, lalu: evalkit check {folder} --lang id",
}


def _check(chosen: argparse.Namespace) -> int:
    """Check a study, and return 0 where nothing is wrong with it."""
    target = None if chosen.html is None else Path(chosen.html)
    if target and not target.resolve().parent.is_dir():
        raise UsageError(f"--html {target}: there is no folder {target.parent}. Make it first.")
    from evalkit.study.check import check_study

    check = check_study(chosen.study)
    print(check.describe(chosen.lang))
    if target:
        write_whole(target, check.to_html(chosen.lang))
    return 0 if check.is_clean else 1


NEW: Final = Command(
    name="new",
    help="make a study folder with templates",
    description="Make a folder for a study of your own: commented settings, an empty table of evidence, a "
    "README that leads through it, and templates of every table as workbooks and as CSV.",
    epilog=EXIT_CODES,
    arguments=(
        argument("folder", metavar="PATH", help="a new folder; its name is that of the study"),
        argument(
            "--lang",
            choices=LANGUAGES,
            default="en",
            help="language of comments, notes and reports (default: en)",
        ),
    ),
    run=_new,
)
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
