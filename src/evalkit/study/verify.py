"""Compute the published numbers of studies anew, and compare them with the expected ones."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from evalkit.errors import UsageError
from evalkit.processes import COLD_VARIABLE
from evalkit.study.built import read_provenance
from evalkit.study.differences import Difference, compare_numbers, describe_differences
from evalkit.study.expected import (
    Numbers,
    describe_inputs,
    expected_file,
    find_changes,
    find_expected,
    read_numbers,
    write_expected,
)
from evalkit.study.runner import Run, run_studies
from evalkit.study.shipped import find_root
from evalkit.study.study_file import Study, find_study, shipped_studies
from evalkit.study.workspace import private_folder


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What became of the numbers of one study.

    Attributes
    ----------
    file
        Where its expected numbers stand.
    n_numbers
        How many numbers were compared, or written.
    differences
        What differs; where expected numbers were written, what differed before.
    changes
        Inputs that are not those from which the expected numbers were computed.
    n_failed
        How many reports failed: their numbers were not compared.
    """

    study: str
    file: Path
    n_numbers: int
    differences: tuple[Difference, ...]
    changes: tuple[str, ...] = ()
    n_failed: int = 0
    is_update: bool = False

    def describe(self, *, shown: int = 20) -> str:
        """Say in words whether the numbers are the expected ones, and which are not."""
        n = len(self.differences)
        if self.is_update and not self.n_numbers:
            return f"{self.study}: nothing was written, as a report failed"
        if self.is_update:
            head = f"{self.study}: {self.n_numbers:,} numbers written, {n:,} differences from before"
            return f"{head}\n{describe_differences(self.differences, shown=shown)}" if n else head
        lost = f" (numbers of reports that failed are not compared: {self.n_failed})" if self.n_failed else ""
        if not (n or self.n_numbers):
            return f"{self.study}: no number was compared{lost}"
        if not n:
            return f"{self.study}: {self.n_numbers:,} numbers, all as expected{lost}"
        head = f"{self.study}: {self.n_numbers:,} numbers, {n:,} differences from {self.file.name}{lost}"
        changed = ", ".join(self.changes) or "nothing that is recorded there"
        tail = f"  Changed since {self.file.name} was written: {changed}"
        return f"{head}\n{describe_differences(self.differences, shown=shown)}\n\n{tail}"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of the numbers of all studies, and of the reports that gave them."""

    run: Run
    studies: tuple[Verified, ...]

    @property
    def holds(self) -> bool:
        """Whether every report was built, and every number is the expected one or was written."""
        return not self.run.failed and all(one.is_update or not one.differences for one in self.studies)


def verify_studies(
    names: Sequence[str | Path] = (),
    *,
    only: Sequence[str] = (),
    jobs: int = 2,
    update: bool = False,
    stream: TextIO | None = None,
) -> Verification:
    """Compute the numbers of some studies, or of all that are shipped, and compare them.

    ``reports/`` is not read and not written, but for ``reports/expected/`` where numbers are updated. Nothing
    that an earlier run kept is used.

    Parameters
    ----------
    names
        Studies by name or folder; none means every study in ``data/``.
    only
        Names of the reports whose numbers are compared.
    update
        Write the numbers as the expected ones instead.
    stream
        Where progress goes; standard error by default.

    Raises
    ------
    UsageError
        If a study has no expected numbers.
    EvalkitError
        If anything asked for does not exist or some input is faulty.
    """
    root = find_root()
    studies = [find_study(name, root=root) for name in dict.fromkeys(names)] or list(shipped_studies(root))
    if not update:
        _check_expected(root, studies)
    with _scratch(root) as reports, cold():
        run = run_studies(
            names, only=only, languages=["en"], jobs=jobs, force=True, reports=reports, stream=stream
        )
        built = {outcome.task.study for outcome in run.outcomes}
        handle = _update if update else _compare
        chosen = [study for study in studies if study.name in built]
        return Verification(run=run, studies=tuple(handle(root, run, study) for study in chosen))


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Make a folder for reports that nobody will read."""
    with tempfile.TemporaryDirectory(dir=private_folder(root), prefix="verify-") as folder:
        yield Path(folder) / "reports"


@contextmanager
def cold() -> Iterator[None]:
    """Let every kernel start from nothing while this lasts."""
    before = os.environ.get(COLD_VARIABLE)
    os.environ[COLD_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[COLD_VARIABLE]
        else:
            os.environ[COLD_VARIABLE] = before


def _check_expected(root: Path, studies: Sequence[Study]) -> None:
    without = [study.name for study in studies if not find_expected(root, study).is_file()]
    if without:
        raise UsageError(
            f"There are no expected numbers of {', '.join(without)} in reports/expected/. "
            f"'evalkit verify {' '.join(without)} --update' computes and writes them."
        )


def _compare(root: Path, run: Run, study: Study) -> Verified:
    """Compare the numbers of the reports that were built whole."""
    file = find_expected(root, study)
    expected = _of_reports(read_numbers(file), _whole_reports(run, study.name))
    found = read_numbers(run.reports / study.name / "results.csv")
    differences = compare_numbers(expected, found)
    changes = find_changes(_made_from(file), _inputs(run, study.name)) if differences else []
    return Verified(
        study=study.name,
        file=file,
        n_numbers=len(expected),
        differences=differences,
        changes=tuple(changes),
        n_failed=sum(outcome.task.study == study.name for outcome in run.failed),
    )


def _update(root: Path, run: Run, study: Study) -> Verified:
    """Write the numbers of the reports that were built; those of the others stay."""
    old, file = find_expected(root, study), expected_file(root, study.name)
    found = read_numbers(run.reports / study.name / "results.csv")
    if any(outcome.task.study == study.name for outcome in run.failed):  # half of them help nobody
        return Verified(study=study.name, file=file, n_numbers=0, differences=(), is_update=True)
    before = read_numbers(old) if old.is_file() else {}
    replaced = _of_reports(before, _whole_reports(run, study.name))
    kept = {key: values for key, values in before.items() if key not in replaced}
    write_expected(file, kept | found, _inputs(run, study.name))
    return Verified(
        study=study.name,
        file=file,
        n_numbers=len(found),
        differences=compare_numbers(replaced, found) if before else (),
        is_update=True,
    )


def _whole_reports(run: Run, study: str) -> set[str]:
    return {
        outcome.task.report for outcome in run.outcomes if outcome.task.study == study and not outcome.failure
    }


def _of_reports(numbers: Numbers, reports: set[str]) -> Numbers:
    return {key: values for key, values in numbers.items() if key[0] in reports}


def _inputs(run: Run, study: str) -> dict[str, Any]:
    return describe_inputs(read_provenance(run.reports / study))


def _made_from(file: Path) -> dict[str, Any]:
    """Read what expected numbers were computed from; nothing where that is not known."""
    try:
        content = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
