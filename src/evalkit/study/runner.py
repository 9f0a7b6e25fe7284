"""Build the reports of studies: check everything, run in parallel, put whole folders in place."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from evalkit.errors import UsageError
from evalkit.study.indexes import write_workbench_index
from evalkit.study.inputs import check_inputs
from evalkit.study.plan import Task, check_reports, plan_study
from evalkit.study.progress import Progress
from evalkit.study.provenance import describe_environment, describe_study, hash_file
from evalkit.study.publish import (
    Built,
    carry_over,
    complete_study,
    put_in_place,
)
from evalkit.study.reports import Report, list_reports, name_place, page_names
from evalkit.study.session import KEEP_VALID_VARIABLE
from evalkit.study.study_file import STUDIES_VARIABLE, Study, find_root, find_study, shipped_studies
from evalkit.study.surroundings import Surroundings, surround
from evalkit.study.worker import Order, Outcome, run_orders
from evalkit.study.workspace import BUILDING, only_run, runtime_folder
from evalkit.vocabulary import Language

_SHOWN: Final = 12  # digits of a hash that a page shows; provenance.json has all of them


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run built.

    Attributes
    ----------
    reports
        The folder ``reports/``.
    outcomes
        What became of each report, in the order in which they ended.
    """

    reports: Path
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The reports that are not whole."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One study of a run: all its reports, and those that are to be built."""

    study: Study
    reports: tuple[Report, ...]
    tasks: tuple[Task, ...]


def run_studies(
    names: Sequence[str | Path] = (),
    *,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    languages: Sequence[Language] = (),
    jobs: int = 2,
    keep_valid: bool = False,
    stream: TextIO | None = None,
) -> Run:
    """Build the reports of some studies, or of all that are shipped.

    Parameters
    ----------
    names
        Studies by name or folder; none means every study in ``data/``.
    only
        Names of the reports to build; the others stay as they were.
    settings
        Parameters as ``name=value``.
    jobs
        How many kernels may run at a time.
    keep_valid
        Leave faulty rows of evidence out instead of refusing the study.
    stream
        Where progress goes; standard error by default.

    Raises
    ------
    EvalkitError
        If anything asked for does not exist or some input is faulty; nothing is written then.
    """
    root = find_root()
    studies = [find_study(name, root=root) for name in dict.fromkeys(names)] or list(shipped_studies(root))
    if jobs < 1:
        raise UsageError(f"--jobs must be at least 1; found {jobs}")
    _check_names(studies)
    plans = _plan(studies, root, only=only, settings=settings, languages=languages)
    parameters = {plan.study.name: [task.parameters for task in plan.tasks] for plan in plans}
    check_inputs([plan.study for plan in plans], parameters=parameters, keep_valid=keep_valid)
    reports = root / "reports"
    _check_places([reports / plan.study.name for plan in plans])
    with only_run(reports), runtime_folder(reports) as runtime:
        return _build(plans, root, runtime, jobs=jobs, keep_valid=keep_valid, stream=stream or sys.stderr)


def _check_names(studies: Sequence[Study]) -> None:
    names = [study.name for study in studies]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"Two studies have the name {twice[0]!r}, and reports/{twice[0]}/ has room for one")


def _check_places(places: Sequence[Path]) -> None:
    """Raise, before anything runs, if a folder that is to be replaced may not be."""
    for place in places:
        if place.is_dir() and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _plan(
    studies: Sequence[Study],
    root: Path,
    *,
    only: Sequence[str],
    settings: Sequence[str],
    languages: Sequence[Language],
) -> list[_Plan]:
    if not studies:
        raise UsageError(
            "There is no study in data/; each is a folder with a study.yaml (see data/README.md)"
        )
    reports = {study.name: list_reports(study, root) for study in studies}
    check_reports(reports, only)
    chosen = [study for study in studies if any(report.is_asked(only) for report in reports[study.name])]
    return [
        _Plan(
            study=study,
            reports=reports[study.name],
            tasks=plan_study(
                study, root, reports[study.name], only=only, settings=settings, languages=languages
            ),
        )
        for study in chosen
    ]


def _build(
    plans: Sequence[_Plan],
    root: Path,
    runtime: Path,
    *,
    jobs: int,
    keep_valid: bool,
    stream: TextIO,
) -> Run:
    reports = root / "reports"
    environment = describe_environment(root)
    provenance = {
        plan.study.name: {**environment, **describe_study(plan.study), "keep_valid": keep_valid}
        for plan in plans
    }
    around = {plan.study.name: surround(plan.study, plan.reports, plan.tasks, root) for plan in plans}
    orders = [
        _order(plan.study, task, reports / BUILDING / plan.study.name, provenance[plan.study.name], around)
        for plan in plans
        for task in plan.tasks
    ]
    outcomes: list[Outcome] = []
    progress = Progress(len(orders), stream)
    progress.begin()
    try:
        for outcome in run_orders(orders, jobs=jobs, runtime=runtime):
            outcomes.append(outcome)
            progress.finished(outcome)
            for plan in plans:
                n_done = sum(done.task in plan.tasks for done in outcomes)
                if outcome.task in plan.tasks and n_done == len(plan.tasks):
                    _finish(plan, reports, outcomes, provenance[plan.study.name])
    finally:
        progress.end()
    return Run(reports=reports, outcomes=tuple(outcomes))


def _order(
    study: Study,
    task: Task,
    folder: Path,
    provenance: Mapping[str, Any],
    around: Mapping[str, Surroundings],
) -> Order:
    environment = {
        STUDIES_VARIABLE: str(study.folder.parent),
        KEEP_VALID_VARIABLE: "1" if provenance["keep_valid"] else "0",
    }
    heading = study.heading(task.lang)
    page = {
        "study": heading,
        "kind": study.kind,
        "place": name_place(study, task.place, task.lang),
        "facts": _facts(task, provenance),
        "cite": f"{heading}. evalkit {provenance['evalkit']}, study {study.name}, report {task.report}.",
        **around[study.name].of(task),
    }
    return Order(task=task, folder=folder, page=page, environment=environment)


def _facts(task: Task, provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the footer of a page says about how it was made."""
    settings = [
        (name, str(task.parameters[name]))
        for name in ("seed", "n_boot", "conf_level")
        if name in task.parameters
    ]
    return [
        ("evalkit", provenance["evalkit"]),
        ("Python", provenance["python"]),
        *settings,
        ("evidence sha256", provenance["evidence_sha256"][:_SHOWN]),
        ("notebook sha256", hash_file(task.notebook)[:_SHOWN]),
        ("package sha256", provenance["package_sha256"][:_SHOWN]),
    ]


def _finish(plan: _Plan, reports: Path, outcomes: Sequence[Outcome], provenance: Mapping[str, Any]) -> None:
    """Complete a study's folder and put it in place."""
    name = plan.study.name
    folder, place = reports / BUILDING / name, reports / name
    built = [_built(outcome) for outcome in outcomes if outcome.task.study == name]
    order = page_names(plan.study, plan.reports)
    built += carry_over(order, place, folder, [item.page for item in built])
    built.sort(key=lambda item: order.index(item.page))
    complete_study(plan.study, folder, built, provenance)
    put_in_place(folder, place)
    write_workbench_index(reports)


def _built(outcome: Outcome) -> Built:
    task = outcome.task
    return Built(
        report=task.report,
        lang=task.lang,
        page=task.page,
        notebook_sha256=hash_file(task.notebook),
        parameters=task.parameters,
        failed=outcome.failure is not None,
        place=task.place,
    )
