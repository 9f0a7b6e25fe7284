"""The commands that simulate evidence, count what methods get wrong on it, and advise from that."""

from __future__ import annotations

import argparse
from typing import Final

from evalkit.cli.command import (
    EXIT_CODES,
    INTERRUPTED,
    LANG,
    SCHEDULER,
    Command,
    OneOf,
    argument,
    complain,
    jobs,
    several,
)


def _simulate(chosen: argparse.Namespace) -> int:
    from evalkit.lab import divide, simulate_to_files

    try:
        n_rows = simulate_to_files(
            divide(chosen.people), chosen.folder, seed=chosen.seed, profile=chosen.profile, report=_say
        )
    except KeyboardInterrupt:
        complain(f"interrupted; nothing was written to {chosen.folder}.")
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


def _advise(chosen: argparse.Namespace) -> int:
    from evalkit.study.advise import advise_study

    print(advise_study(chosen.study, minutes=chosen.minutes, target=chosen.target, lang=chosen.lang))
    return 0


SIMULATE: Final = Command(
    name="simulate",
    help="write a study with simulated evidence",
    description="Simulate employees with known true performance, seen through every source that the five "
    "methods read, and write them as a study folder that 'evalkit run' accepts. More than 50 000 people are "
    "written place by place, for evalkit.methods.score_parquet.",
    epilog=EXIT_CODES,
    arguments=(
        argument("folder", metavar="FOLDER", help="a new folder"),
        argument("--people", metavar="N", type=int, default=2027, help="how many (default: 2027)"),
        argument("--seed", metavar="S", type=int, default=1, help="seed of all draws (default: 1)"),
        argument(
            "--profile",
            metavar="PROFILE",
            default="administrative",
            help="what it is calibrated to (default: administrative)",
        ),
    ),
    run=_simulate,
)
DIAGNOSE: Final = Command(
    name="diagnose",
    help="count what methods get wrong where the truth is known",
    description="Simulate a study's evidence many times, spoil it on purpose, and count what methods get "
    "wrong. Replicates are kept as they end: after an interruption the same command goes on from there.",
    epilog="Exit codes: 0 done; 1 some replicates failed, the rest was written; 2 bad usage or input, "
    "nothing was written; 130 interrupted.",
    arguments=(
        argument("study", metavar="STUDY", help="name or folder of a study that is simulated"),
        OneOf((jobs("processes"), SCHEDULER)),
        argument("--replicates", metavar="N", type=int, help="at most so many of each scenario"),
        several("--only", metavar="SCENARIO", help="run these scenarios only"),
    ),
    run=_diagnose,
)
ADVISE: Final = Command(
    name="advise",
    help="say what a budget of minutes buys best",
    description="Say which method, with how many raters and quarters, decides best for some minutes of work "
    "per employee and year. It follows from simulated evidence and is about no real place.",
    arguments=(
        argument(
            "study", metavar="STUDY", nargs="?", default="five-places", help="a diagnosed study (five-places)"
        ),
        argument(
            "--minutes", metavar="M", type=float, default=60.0, help="per employee and year (default: 60)"
        ),
        argument(
            "--target",
            choices=("common", "own", "any"),
            default="common",
            help="what performance is: all dimensions alike, what each method aims at, or any mixture",
        ),
        LANG,
    ),
    run=_advise,
)
