"""The commands that build, verify and pack reports."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from evalkit.cli.command import EXIT_CODES, SCHEDULER, STUDIES, Command, OneOf, argument, jobs, several
from evalkit.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from evalkit.study.worker import Outcome


def _run(chosen: argparse.Namespace) -> int:
    from evalkit.study.runner import run_studies

    run = run_studies(
        chosen.studies,
        only=chosen.only,
        settings=chosen.settings,
        languages=chosen.lang,
        jobs=chosen.jobs,
        scheduler=chosen.scheduler,
        keep_valid=chosen.keep_valid,
        people=chosen.people,
        force=chosen.force,
    )
    _complain_of_failures(run.failed)
    print(_count_reports(len(run.outcomes), len(run.failed), run.n_same) + f": {run.reports / 'index.html'}")
    return 1 if run.failed else 0


def _count_reports(n_built: int, n_failed: int, n_same: int) -> str:
    """Say how many reports were built, and how many are as they were.

    Examples
    --------
    >>> _count_reports(3, 1, 0), _count_reports(1, 0, 47)
    ('2 of 3 reports built', '1 of 1 reports built, 47 unchanged')
    """
    if not n_built:
        return f"{n_same} reports unchanged"
    return f"{n_built - n_failed} of {n_built} reports built" + (f", {n_same} unchanged" if n_same else "")


def _complain_of_failures(failed: Sequence[Outcome]) -> None:
    for outcome in failed:
        assert outcome.failure
        where = ", ".join(filter(None, (outcome.task.study, outcome.task.place)))
        print(f"\n{where}: {outcome.failure.message()}", file=sys.stderr)


def _verify(chosen: argparse.Namespace) -> int:
    from evalkit.study.verify import verify_studies

    verification = verify_studies(chosen.studies, only=chosen.only, jobs=chosen.jobs, update=chosen.update)
    _complain_of_failures(verification.run.failed)
    for study in verification.studies:
        print(study.describe(shown=sys.maxsize if chosen.all else 20))
    return 0 if verification.holds else 1


def _pack(chosen: argparse.Namespace) -> int:
    from pathlib import Path

    from evalkit.study.pack import pack_study

    file = Path(chosen.file) if chosen.file else None
    print(pack_study(chosen.study, file, people=chosen.people).describe())
    return 0


RUN: Final = Command(
    name="run",
    help="build the reports of studies",
    description="Execute the notebooks of studies and build their reports: in reports/ of the clone, or "
    "outside one in reports/ of the current folder.",
    epilog=f"'evalkit parameters' lists what -p can set. {EXIT_CODES}",
    arguments=(
        STUDIES,
        several(
            "--only",
            metavar="REPORT",
            help="build these reports only; 'place' is one report for each place, 'place_dumai' one of them",
        ),
        argument(
            "-p", metavar="NAME=VALUE", dest="settings", action="append", default=[], help="set a parameter"
        ),
        argument("--lang", choices=LANGUAGES, action="append", default=[], help="build this language only"),
        OneOf((jobs("kernels at a time"), SCHEDULER)),
        argument(
            "--keep-valid", action="store_true", help="leave faulty rows of evidence out, counted, and go on"
        ),
        argument(
            "--people",
            action="store_true",
            help="show single people of a protected study, too: watermarked, in reports/STUDY.people/",
        ),
        argument("--force", action="store_true", help="build every report, though nothing has changed"),
    ),
    run=_run,
)
VERIFY: Final = Command(
    name="verify",
    help="compute the published numbers anew and compare them",
    description="Compute the numbers of studies anew, from nothing, and compare each with the expected one "
    "in reports/expected/, within the tolerances that reports/README.md tells of. The reports stay as they "
    "are.",
    epilog="Exit codes: 0 all numbers are as expected; 1 a number differs, or a report failed; 2 bad usage "
    "or input; 130 interrupted.",
    arguments=(
        STUDIES,
        several("--only", metavar="REPORT", help="compare the numbers of these reports only"),
        jobs("kernels at a time"),
        argument("--all", action="store_true", help="show every difference, and not the first twenty"),
        argument(
            "--update", action="store_true", help="write the numbers as the expected ones; say what changed"
        ),
    ),
    run=_verify,
)
PACK: Final = Command(
    name="pack",
    help="make one zip of a study and its reports",
    description="Put a study, its notebooks and its reports into one zip, to e-mail or deposit. The "
    "reports must be whole and up to date. Of evidence without a licence, only the public edition is packed.",
    epilog="Exit codes: 0 done; 2 bad usage, or reports that are missing or out of date, nothing was "
    "written; 130 interrupted.",
    arguments=(
        argument("study", metavar="STUDY", help="name or folder"),
        argument("-o", metavar="FILE", dest="file", help="the zip (default: STUDY.zip)"),
        argument(
            "--people",
            action="store_true",
            help="pack what is about single people of a protected study: its evidence and such reports",
        ),
    ),
    run=_pack,
)
