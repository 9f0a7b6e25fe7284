"""The command line: thin; what it does stands in ``study`` and ``methods``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from evalkit import __version__
from evalkit.commands.audit import add_audit
from evalkit.errors import EvalkitError
from evalkit.processes import heeding_every_interrupt
from evalkit.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from evalkit.study.worker import Outcome

INTERRUPTED: Final = 130
_AS_THEY_WERE: Final = "interrupted; reports that were not finished are as they were."
_QUERY_STOPPED: Final = "Query interrupted"  # what DuckDB makes of Ctrl-C
_EXIT_CODES: Final = (
    "Exit codes: 0 done; 1 a report failed; 2 bad usage or input, nothing was written; 130 interrupted."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; a user's mistake gives a message, never a traceback."""
    try:
        chosen = _parser().parse_args(arguments)
        with heeding_every_interrupt():
            return int(chosen.run(chosen))
    except EvalkitError as error:
        _complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as stop:
        said = str(stop)
        if isinstance(stop, RuntimeError) and said != _QUERY_STOPPED:
            raise
        _complain(_AS_THEY_WERE if said in ("", _QUERY_STOPPED) else said)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PermissionError as error:
        _complain(f"may not write or read {error.filename}; check its permissions")
        return EvalkitError.exit_code
    except OSError as error:  # a full disk, a name that is too long, a file where a folder should be
        _complain(f"the system refuses {error.filename or 'to go on'}: {error.strerror}")
        return EvalkitError.exit_code


def _complain(message: str) -> None:
    """Say what is wrong; a number of a person that some file or option holds is not repeated."""
    from evalkit.rules import mask_nip

    print(mask_nip(f"evalkit: {message}"), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="evalkit",
        description="Compare ways of evaluating the performance of civil servants.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"evalkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_verify(commands)
    _add_pack(commands)
    _add_simulate(commands)
    _add_diagnose(commands)
    _add_methods(commands)
    _add_advise(commands)
    _add_parameters(commands)
    add_audit(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="build the reports of studies",
        description="Execute the notebooks of studies and build their reports in reports/.",
        epilog=f"'evalkit parameters' lists what -p can set. {_EXIT_CODES}",
        allow_abbrev=False,
    )
    run.add_argument("studies", metavar="STUDY", nargs="*", help="name or folder; all in data/ by default")
    run.add_argument(
        "--only",
        metavar="REPORT",
        action="extend",
        nargs="+",
        default=[],
        help="build these reports only; 'place' is one report for each place, 'place_dumai' one of them",
    )
    run.add_argument(
        "-p", metavar="NAME=VALUE", dest="settings", action="append", default=[], help="set a parameter"
    )
    run.add_argument(
        "--lang", choices=LANGUAGES, action="append", default=[], help="build this language only"
    )
    workers = run.add_mutually_exclusive_group()
    workers.add_argument("--jobs", metavar="N", type=int, default=2, help="kernels at a time (default: 2)")
    workers.add_argument("--scheduler", metavar="ADDRESS", help="use the workers of this Dask scheduler")
    run.add_argument(
        "--keep-valid", action="store_true", help="leave faulty rows of evidence out, counted, and go on"
    )
    run.add_argument("--force", action="store_true", help="build every report, though nothing has changed")
    run.set_defaults(run=_run)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verify = commands.add_parser(
        "verify",
        help="compute the published numbers anew and compare them",
        description="Compute the numbers of studies anew, from nothing, and compare each with the expected "
        "one in reports/expected/, within the tolerances that reports/README.md tells of. The reports stay "
        "as they are.",
        epilog="Exit codes: 0 all numbers are as expected; 1 a number differs, or a report failed; 2 bad "
        "usage or input; 130 interrupted.",
        allow_abbrev=False,
    )
    verify.add_argument("studies", metavar="STUDY", nargs="*", help="name or folder; all in data/ by default")
    verify.add_argument(
        "--only",
        metavar="REPORT",
        action="extend",
        nargs="+",
        default=[],
        help="compare the numbers of these reports only",
    )
    verify.add_argument("--jobs", metavar="N", type=int, default=2, help="kernels at a time (default: 2)")
    verify.add_argument("--all", action="store_true", help="show every difference, and not the first twenty")
    verify.add_argument(
        "--update", action="store_true", help="write the numbers as the expected ones; say what changed"
    )
    verify.set_defaults(run=_verify)


def _add_pack(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pack = commands.add_parser(
        "pack",
        help="make one zip of a study and its reports",
        description="Put a study, its notebooks and its reports into one zip, to e-mail or deposit. The "
        "reports must be whole and up to date. Of evidence without a licence, only the public edition is "
        "packed.",
        epilog="Exit codes: 0 done; 2 bad usage, or reports that are missing or out of date, nothing was "
        "written; 130 interrupted.",
        allow_abbrev=False,
    )
    pack.add_argument("study", metavar="STUDY", help="name or folder")
    pack.add_argument("-o", metavar="FILE", dest="file", help="the zip (default: STUDY.zip)")
    pack.set_defaults(run=_pack)


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = commands.add_parser(
        "simulate",
        help="write a study with simulated evidence",
        description="Simulate employees with known true performance, seen through every source that the five "
        "methods read, and write them as a study folder that 'evalkit run' accepts. More than 50 000 people "
        "are written place by place, for evalkit.methods.score_parquet.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    simulate.add_argument("folder", metavar="FOLDER", help="a new folder")
    simulate.add_argument("--people", metavar="N", type=int, default=2027, help="how many (default: 2027)")
    simulate.add_argument("--seed", metavar="S", type=int, default=1, help="seed of all draws (default: 1)")
    simulate.add_argument(
        "--profile",
        metavar="PROFILE",
        default="administrative",
        help="what it is calibrated to (default: administrative)",
    )
    simulate.set_defaults(run=_simulate)


def _add_diagnose(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    diagnose = commands.add_parser(
        "diagnose",
        help="count what methods get wrong where the truth is known",
        description="Simulate a study's evidence many times, spoil it on purpose, and count what methods get "
        "wrong. Replicates are kept as they end: after an interruption the same command goes on from there.",
        epilog="Exit codes: 0 done; 1 some replicates failed, the rest was written; 2 bad usage or input, "
        "nothing was written; 130 interrupted.",
        allow_abbrev=False,
    )
    diagnose.add_argument("study", metavar="STUDY", help="name or folder of a study that is simulated")
    workers = diagnose.add_mutually_exclusive_group()
    workers.add_argument("--jobs", metavar="N", type=int, default=2, help="processes (default: 2)")
    workers.add_argument("--scheduler", metavar="ADDRESS", help="use the workers of this Dask scheduler")
    diagnose.add_argument("--replicates", metavar="N", type=int, help="at most so many of each scenario")
    diagnose.add_argument(
        "--only", metavar="SCENARIO", action="extend", nargs="+", default=[], help="run these scenarios only"
    )
    diagnose.set_defaults(run=_diagnose)


def _add_methods(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    methods = commands.add_parser(
        "methods",
        help="show the methods of evaluation",
        description="List the methods, or show one: its evidence, weights and assumptions, or its SQL.",
        allow_abbrev=False,
    )
    methods.add_argument("name", metavar="NAME", nargs="?", help="a method; all by default")
    methods.add_argument("--sql", action="store_true", help="show the SQL that scores it")
    methods.add_argument("--study", metavar="STUDY", help="show the methods of this study, its own ones too")
    methods.add_argument("--lang", choices=LANGUAGES, default="en", help="language (default: en)")
    methods.set_defaults(run=_methods)


def _add_advise(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    advise = commands.add_parser(
        "advise",
        help="say what a budget of minutes buys best",
        description="Say which method, with how many raters and quarters, decides best for some minutes of "
        "work per employee and year. It follows from simulated evidence and is about no real place.",
        allow_abbrev=False,
    )
    advise.add_argument(
        "study", metavar="STUDY", nargs="?", default="five-places", help="a diagnosed study (five-places)"
    )
    advise.add_argument(
        "--minutes", metavar="M", type=float, default=60.0, help="per employee and year (default: 60)"
    )
    advise.add_argument(
        "--target",
        choices=("common", "own", "any"),
        default="common",
        help="what performance is: all dimensions alike, what each method aims at, or any mixture",
    )
    advise.add_argument("--lang", choices=LANGUAGES, default="en", help="language (default: en)")
    advise.set_defaults(run=_advise)


def _add_parameters(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parameters = commands.add_parser(
        "parameters",
        help="list what -p can set",
        description="List the parameters of a report's notebook, each with its type, default and meaning.",
        allow_abbrev=False,
    )
    parameters.add_argument("report", metavar="REPORT", nargs="?", help="a notebook; all by default")
    parameters.set_defaults(run=_parameters)


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

    print(pack_study(chosen.study, Path(chosen.file) if chosen.file else None).describe())
    return 0


def _simulate(chosen: argparse.Namespace) -> int:
    from evalkit.lab import divide, simulate_to_files

    try:
        n_rows = simulate_to_files(
            divide(chosen.people), chosen.folder, seed=chosen.seed, profile=chosen.profile, report=_say
        )
    except KeyboardInterrupt:
        _complain(f"interrupted; nothing was written to {chosen.folder}.")
        return INTERRUPTED
    print(f"{n_rows:,} observations of {chosen.people:,} people: {chosen.folder}")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _diagnose(chosen: argparse.Namespace) -> int:
    from evalkit.study.diagnose import diagnose_study

    done = diagnose_study(
        chosen.study,
        jobs=chosen.jobs,
        scheduler=chosen.scheduler,
        n_replicates=chosen.replicates,
        only=chosen.only,
    )
    print(done.describe())
    return 1 if done.diagnosis.n_failed else 0


def _methods(chosen: argparse.Namespace) -> int:
    from evalkit.study.catalogue import show_methods

    print(show_methods(chosen.name, study=chosen.study, sql=chosen.sql, lang=chosen.lang))
    return 0


def _advise(chosen: argparse.Namespace) -> int:
    from evalkit.study.advise import advise_study

    print(advise_study(chosen.study, minutes=chosen.minutes, target=chosen.target, lang=chosen.lang))
    return 0


def _parameters(chosen: argparse.Namespace) -> int:
    from evalkit.study.catalogue import show_parameters

    print(show_parameters(chosen.report))
    return 0
