"""Build the reports of studies: check everything, run in parallel, put whole folders in place."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

from evalkit.errors import UsageError
from evalkit.study.agenda import Agenda, make_agenda
from evalkit.study.html.code import colour_ahead
from evalkit.study.indexes import is_indexed, write_workbench_index
from evalkit.study.people import people_of
from evalkit.study.plan import StudyPlan, plan_studies
from evalkit.study.progress import Progress
from evalkit.study.provenance import describe_commit, describe_environment, describe_study
from evalkit.study.shared_folder import SHARED_VARIABLE, clear_shared, hold, open_shared
from evalkit.study.shared_inputs import check_shared_inputs, read_shared_diagnoses
from evalkit.study.shipped import find_root
from evalkit.study.site import Site
from evalkit.study.study_file import Study, find_study, shipped_studies
from evalkit.study.timings import Timings, name_of, sort_longest_first
from evalkit.study.warm import Server
from evalkit.study.worker import Order, Outcome, run_orders
from evalkit.study.workspace import has_leftovers, only_run, refuse_foreign, runtime_folder
from evalkit.vocabulary import Language

_MANY: Final = 8  # notebooks to execute: enough that what checks inputs imports for itself meanwhile


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run built.

    Attributes
    ----------
    reports
        The folder ``reports/``.
    outcomes
        What became of each report that was built, in the order in which they ended.
    n_same
        How many reports were asked for and not built, since nothing that they are made from has changed.
    """

    reports: Path
    outcomes: tuple[Outcome, ...]
    n_same: int = 0

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The reports that are not whole."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure)


def run_studies(
    names: Sequence[str | Path] = (),
    *,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    languages: Sequence[Language] = (),
    jobs: int = 2,
    scheduler: str | None = None,
    keep_valid: bool = False,
    people: bool = False,
    force: bool = False,
    reports: Path | None = None,
    stream: TextIO | None = None,
) -> Run:
    """Build the reports of some studies, or of all that are shipped.

    A report is built only if something that it is made from has changed, and without a kernel where no cell
    reads that. What an interrupted run finished is not built again.

    Parameters
    ----------
    names
        Studies by name or folder; none means every study in ``data/`` (`shipped_studies`).
    only
        Names of the reports to build; the others stay as they were.
    settings
        Parameters as ``name=value``.
    jobs
        How many kernels may run at a time.
    scheduler
        Address of a Dask scheduler whose workers build the reports, in place of this machine.
    keep_valid
        Leave faulty rows of evidence out instead of refusing the study.
    people
        Show what is about single people, in a folder apart: ``STUDY.people``.
    force
        Build every report, though nothing has changed.
    reports
        Folder that the studies' folders are put into; by default ``reports/`` of the workbench, or of the
        current folder outside one.
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
    plans = plan_studies(studies, root, only=only, settings=settings, languages=languages)
    reports = reports or root / "reports"
    described = _describe(plans, root, keep_valid=keep_valid, shown=people)
    agendas = _make_agendas(plans, described, reports, force=force)
    if _is_settled(agendas, reports):
        if has_leftovers(reports):
            with suppress(UsageError, OSError), only_run(reports):  # another run is at it, or writes nothing
                _clear(_make_agendas(plans, described, reports, force=force))
        return Run(reports=reports, outcomes=(), n_same=_count_same(agendas))
    with Server(cold=None if any(agenda.executed for agenda in agendas) else True) as server:
        shared = open_shared(root)
        _check(agendas, server, shared, keep_valid=keep_valid)
        with only_run(reports), closing(server):
            if shared:
                clear_shared(shared)
            agendas = _make_agendas(plans, described, reports, force=force)  # now nobody else writes
            build = partial(run_orders, jobs=jobs, server=server)
            if scheduler:
                build = partial(_build_on_cluster, scheduler=scheduler, build_here=build, server=server)
            return _build(agendas, root, reports, build, server, shared=shared, stream=stream or sys.stderr)


def _build_on_cluster(
    orders: Sequence[Order],
    *,
    runtime: Path,
    scheduler: str,
    build_here: Callable[..., Generator[Outcome, None, None]],
    server: Server,
) -> Generator[Outcome, None, None]:
    """Execute notebooks on a cluster; pages that need no kernel are made here."""
    from evalkit.study.cluster import run_on_cluster

    yield from build_here([order for order in orders if order.executed], runtime=runtime)
    server.close()
    elsewhere = [
        replace(order, environment={**order.environment, SHARED_VARIABLE: ""})
        for order in orders
        if not order.executed
    ]
    if elsewhere:
        yield from run_on_cluster(elsewhere, scheduler=scheduler)


def _is_settled(agendas: Sequence[Agenda], reports: Path) -> bool:
    return all(agenda.is_settled() for agenda in agendas) and is_indexed(reports, _package(agendas))


def _package(agendas: Sequence[Agenda]) -> str:
    return str(agendas[0].provenance["package_sha256"])


def _count_same(agendas: Sequence[Agenda]) -> int:
    return sum(len(agenda.finished) + len(agenda.same) for agenda in agendas)


def _check_names(studies: Sequence[Study]) -> None:
    names = [study.name for study in studies]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"Two studies have the name {twice[0]!r}, and reports/{twice[0]}/ has room for one")


def _describe(
    plans: Sequence[StudyPlan], root: Path, *, keep_valid: bool, shown: bool
) -> list[dict[str, Any]]:
    """Return what the reports of each study are made from, as it is now."""
    environment = describe_environment(root)
    return [
        {
            **environment,
            **describe_study(plan.study),
            "keep_valid": keep_valid,
            "people": people_of(plan.study, shown=shown),
        }
        for plan in plans
    ]


def _make_agendas(
    plans: Sequence[StudyPlan], described: Sequence[Mapping[str, Any]], reports: Path, *, force: bool
) -> list[Agenda]:
    return [
        make_agenda(plan, reports, provenance, force=force)
        for plan, provenance in zip(plans, described, strict=True)
    ]


def _clear(agendas: Sequence[Agenda]) -> None:
    """Remove what interrupted runs left: of a study that was put in place just then, all is of no use."""
    for agenda in agendas:
        agenda.clear()


def _check(agendas: Sequence[Agenda], server: Server, shared: Path | None, *, keep_valid: bool) -> None:
    """Raise, before anything runs, if some input is faulty or a folder that is to be replaced may not be.

    The inputs of reports that nothing has changed for were checked when these were built. Those that were
    read stay in the memory of the server, for kernels to be forked with them.
    """
    parameters = {one.name: [order.task.parameters for order in one.executed] for one in agendas}
    asked = [one.plan.study for one in agendas if one.executed]
    if asked:
        keys: list[str] = []
        notebooks = {order.task.notebook for one in agendas for order in one.executed}
        if not server.cold:  # a core is idle meanwhile
            server.prepare(colour_ahead, notebooks)
        server.submit_aside(keys.extend, read_shared_diagnoses, asked, shared, parameters)
        with Server(empty=True) if len(notebooks) >= _MANY else nullcontext(server) as checker:
            keys += checker.call(
                check_shared_inputs, asked, shared, parameters=parameters, keep_valid=keep_valid
            )
        server.settle()
        if shared and not server.cold:
            server.prepare(hold, shared, keys)
    refuse_foreign(agendas[0].place.parent, [one.place for one in agendas])
    for place in (one.place for one in agendas):
        if place.is_dir() and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _build(
    agendas: Sequence[Agenda],
    root: Path,
    reports: Path,
    build: Callable[..., Generator[Outcome, None, None]],
    server: Server,
    *,
    shared: Path | None,
    stream: TextIO,
) -> Run:
    _clear(agendas)
    left = [agenda for agenda in agendas if not agenda.is_settled()]
    outcomes: list[Outcome] = []
    n_same = _count_same(agendas)
    if left:
        orders = [order for agenda in left for order in agenda.todo]
        timings = Timings(root)
        expected = {(one.task.study, one.task.page): timings.expect_order(one) for one in orders}
        progress = Progress(expected, stream, n_same=n_same)
        with runtime_folder(reports) as runtime:
            outcomes = _work(
                left, root, runtime, build, server, shared=shared, progress=progress, timings=timings
            )
    write_workbench_index(reports, _package(agendas))
    return Run(reports=reports, outcomes=tuple(outcomes), n_same=n_same)


def _work(
    agendas: Sequence[Agenda],
    root: Path,
    runtime: Path,
    build: Callable[..., Generator[Outcome, None, None]],
    server: Server,
    *,
    shared: Path | None,
    progress: Progress,
    timings: Timings,
) -> list[Outcome]:
    """Build what is left of some studies, and put each in place as soon as it is whole."""
    commit = describe_commit(root)
    sites = {agenda.name: Site(agenda, runtime, commit, server) for agenda in agendas}
    known = {SHARED_VARIABLE: str(shared or "")}
    todo = [order for agenda in agendas for order in agenda.todo]
    orders = sort_longest_first(
        (replace(order, environment={**order.environment, **known}) for order in todo), timings
    )
    if orders:
        progress.begin()
    try:
        for site in sites.values():
            site.finish_if_whole()
        with closing(build(orders, runtime=runtime)) as built:
            for outcome in built:
                progress.finished(outcome)
                sites[outcome.task.study].take(outcome)
    finally:
        progress.end()
        timings.keep({name_of(one.task): one.seconds for site in sites.values() for one in site.measured()})
    return [outcome for site in sites.values() for outcome in site.outcomes]
