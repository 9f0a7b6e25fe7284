"""Diagnose a synthetic study: run its plan, show how far it is, and put the numbers in place at the end."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from evalkit.errors import UsageError
from evalkit.lab.baselines import load_baselines
from evalkit.lab.diagnose import Step, diagnose
from evalkit.lab.diagnosis import (
    DIAGNOSIS_FOLDER,
    PLAN_FILE,
    Diagnosis,
    check_joinable,
    join_diagnoses,
    read_diagnosis,
)
from evalkit.lab.plan import Plan
from evalkit.lab.plans import build_plan
from evalkit.lab.replicate import run_scenario
from evalkit.lab.workers import Run
from evalkit.study.inputs import load_specifications
from evalkit.study.progress import format_seconds
from evalkit.study.publish import put_in_place
from evalkit.study.shipped import find_root, is_installed
from evalkit.study.study_file import Study, find_study
from evalkit.study.workspace import private_folder

_NEW: Final = ".diagnosis-new"
_PLAIN_LINES: Final = 20  # where nothing moves, a line for each twentieth of the way


@dataclass(frozen=True, kw_only=True)
class Diagnosed:
    """What a run wrote, and where."""

    folder: Path
    diagnosis: Diagnosis

    def describe(self) -> str:
        """Say what was run, what failed and what is less precise than was asked for."""
        scenarios, plan = self.diagnosis.scenarios, self.diagnosis.plan
        n, n_failed = int(scenarios["n_replicates"].sum()), self.diagnosis.n_failed
        counts = f"{_count(len(scenarios), 'scenario')}, {_count(n, 'replicate')}, {n_failed:,} failed"
        lines = [f"{counts}: {_relative(self.folder)}"]
        target = [plan.target_of(scenario) for scenario in plan.scenarios]
        above = scenarios[scenarios["largest_error"] > target]
        if len(above):
            worst = above["largest_error"].max()
            lines.append(
                f"Monte Carlo errors above the target of {plan.target_error:g}, or of its group, are left "
                f"in {_count(len(above), 'scenario')}, at most {worst:.4f}; more n_replicates in study.yaml "
                "lower them."
            )
        lines += [
            f"{row.scenario}: {row.n_failed} of {row.n_replicates} replicates failed: {row.reason}"
            for row in scenarios[scenarios["n_failed"] > 0].itertuples()
        ]
        return "\n".join(lines)


def diagnose_study(
    name: str | Path,
    *,
    jobs: int = 2,
    scheduler: str | None = None,
    n_replicates: int | None = None,
    only: Sequence[str] = (),
    stream: TextIO | None = None,
    run: Run = run_scenario,
) -> Diagnosed:
    """Run the plan of a study and put its numbers in place of those that were there.

    Parameters
    ----------
    name
        A study by name or folder.
    n_replicates
        The most replicates of each scenario, where not as many as the study says.
    only
        Scenarios to run; the numbers of the others stay as they were.
    stream
        Where progress goes; standard error by default.

    Raises
    ------
    UsageError
        If the evidence is real, or something that is asked for does not exist.
    KeyboardInterrupt
        If it is interrupted; the message says how to go on.
    """
    root = find_root()
    study = find_study(name, root=root)
    plan = plan_of(study)
    chosen = plan.select(only) if only else plan
    chosen = chosen.at_most(n_replicates) if n_replicates is not None else chosen
    place = study.folder / DIAGNOSIS_FOLDER
    _check_place(place)
    old = _read_old(place, chosen) if only else None
    shipped, own = load_specifications(study)
    known = {**load_baselines(), **shipped, **own}
    progress = Replicates(stream or sys.stderr)
    try:
        diagnosis = diagnose(
            chosen,
            folder=private_folder(root) / "diagnose",
            jobs=jobs,
            scheduler=scheduler,
            report=progress.count,
            methods={method: known[method] for method in plan.methods},
            run=run,
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(progress.resume()) from None
    finally:
        progress.end()
    whole = join_diagnoses(old, diagnosis, plan) if old else diagnosis
    _put(whole, place)
    return Diagnosed(folder=place, diagnosis=whole)


def plan_of(study: Study) -> Plan:
    """Return what a study file asks to be diagnosed.

    Raises
    ------
    UsageError
        If the evidence is real or is not simulated, or nothing is asked for.
    """
    if study.kind == "real":
        raise UsageError(
            f"Study {study.name} holds real evidence, and no truth is known: what a method gets wrong can be "
            "counted only where evidence is simulated. Try 'evalkit diagnose five-places'."
        )
    for key in ("simulate", "diagnose", "methods"):
        if not getattr(study, key):
            raise UsageError(
                f"{study.name}/study.yaml has no {key!r}, so nothing can be diagnosed. Try "
                "'evalkit diagnose five-places', a study that has it."
            )
    return build_plan(study.name, study.simulate, study.diagnose, study.methods)


def _check_place(place: Path) -> None:
    if is_installed(place.parent):
        name = place.parent.name
        raise UsageError(
            f"{name} is part of the installed evalkit, which stays as it is. Copy the study, and name the "
            f"copy: cp -r '{place.parent}' . && evalkit diagnose ./{name}"
        )
    if not os.access(place.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place.parent))


def _read_old(place: Path, chosen: Plan) -> Diagnosis | None:
    """Return the numbers that stay, before anything runs; none where there are none yet."""
    if not (place / PLAN_FILE).is_file():
        return None
    old = read_diagnosis(place)
    check_joinable(old.plan, chosen)
    return old


def _put(diagnosis: Diagnosis, place: Path) -> None:
    new = place.with_name(_NEW)
    shutil.rmtree(new, ignore_errors=True)
    try:
        diagnosis.write(new)
        put_in_place(new, place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _relative(folder: Path) -> str:
    try:
        return os.path.relpath(folder)
    except FileNotFoundError:
        return str(folder)


class Replicates:
    """Shows how many replicates are done: one line that moves on a terminal, plain lines elsewhere.

    Failures are said as they happen.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._began = time.monotonic()
        self._last: Step | None = None
        self._kept = 0
        self._shown = -1

    def count(self, step: Step) -> None:
        """Count a replicate that ended."""
        self._last = step
        if not step.is_new:
            self._kept += step.unit.cost
            self._began = time.monotonic()
        if step.failure:
            self._print(f"{step.unit.scenario.name}, replicate {step.unit.replicate} FAILED: {step.failure}")
        twentieth = _PLAIN_LINES * step.done // step.planned
        if self._live:
            print(f"\r\x1b[K{self._line(step)}", end="", file=self._stream, flush=True)
        elif twentieth != self._shown and step.is_new:
            self._print(self._line(step))
            self._shown = twentieth

    def _line(self, step: Step) -> str:
        run, left = step.done - self._kept, step.planned - step.done
        line = f"[{step.n_done}/{step.n_planned}] {step.unit.scenario.name}"
        if not (run and left):
            return line
        seconds = (time.monotonic() - self._began) / run * left
        return f"{line}; about {format_seconds(seconds)} left"

    def _print(self, line: str) -> None:
        print(f"\r\x1b[K{line}" if self._live else line, file=self._stream, flush=True)

    def resume(self) -> str:
        """Say what an interruption left."""
        done = f"{self._last.n_done} of {self._last.n_planned}" if self._last else "no"
        return (
            f"interrupted; {done} replicates are done and kept, and the last diagnosis is as it was. "
            "Run the same command again to go on from there."
        )

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self._live:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
