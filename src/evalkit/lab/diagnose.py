"""Run a plan: replicates on workers, kept as they end, until their Monte Carlo errors are small enough."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import UsageError
from evalkit.lab.checkpoints import Answer, Checkpoints, Unit
from evalkit.lab.code import find_versions, hash_code
from evalkit.lab.diagnosis import Diagnosis, put_together
from evalkit.lab.montecarlo import FIRST, largest_error, next_size, widen
from evalkit.lab.plan import DIGITS, Plan, digest, load_plan_methods
from evalkit.lab.replicate import run_scenario
from evalkit.lab.scenarios import Scenario
from evalkit.lab.workers import Order, Run, Workers, open_workers
from evalkit.methods import MethodSpecification
from evalkit.shown import Shown

Answers = dict[str, dict[int, Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Shown):
    """How far a run has come, after a replicate.

    Attributes
    ----------
    unit, failure
        The replicate that ended, and why it failed if it did.
    is_new
        Whether it was run now; else an earlier run had kept it.
    done, planned
        Work, in evidences that are scored; the plan grows where errors are still too large.
    n_done, n_planned
        The same, in replicates.
    """

    unit: Unit
    failure: str
    is_new: bool
    done: int
    planned: int
    n_done: int
    n_planned: int


Report = Callable[[Step], object]


def diagnose(
    plan: Plan,
    *,
    folder: Path,
    jobs: int = 2,
    scheduler: str | None = None,
    report: Report | None = None,
    methods: Mapping[str, MethodSpecification] | None = None,
    run: Run = run_scenario,
) -> Diagnosis:
    """Run the replicates of a plan and return their means, differences and Monte Carlo errors.

    Each scenario begins with a few replicates, and gets as many more as its largest Monte Carlo error of a
    decision loss, or of a difference of two, needs to come down to the target; at most what the scenario
    says. That depends on the numbers alone: any number of workers, of this machine or of a cluster, gives
    the same. A replicate that fails is counted, with its message.

    Parameters
    ----------
    folder
        Where replicates are kept as they end; the next run goes on from there.
    jobs
        Processes of this machine.
    scheduler
        Address of a Dask scheduler, whose workers are used instead.
    report
        Called after each replicate.
    methods
        Specifications of the plan's methods; the shipped ones and the baselines by default.
    run
        What runs one replicate.

    Raises
    ------
    UsageError
        If the scheduler cannot be used, or another run is at it.
    ReportError
        If workers die again and again.
    """
    known = dict(methods) if methods is not None else load_plan_methods(plan)
    order = Order(seed=plan.seed, sizes=plan.sizes, methods=known, run=run, code=hash_code())
    place = folder / _name(plan, order)
    with _only_run(place), open_workers(jobs, scheduler) as workers:
        answers = _collect(plan, order, workers, Checkpoints(place), report or (lambda _: None))
    for other in set(folder.glob(f"{plan.name}-{'[0-9a-f]' * DIGITS}")) - {place}:  # of earlier code
        shutil.rmtree(other, ignore_errors=True)
    return put_together(plan, answers)


def _name(plan: Plan, order: Order) -> str:
    """Return the name of the folder for all that shares people, methods and code."""
    shared = [plan.seed, dict(plan.sizes), repr(order.methods), order.code, find_versions()]
    return f"{plan.name}-{digest(shared)}"


@contextmanager
def _only_run(place: Path) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError("Another run of the same plan is at it; wait until it ends.") from error
        yield


def _collect(plan: Plan, order: Order, workers: Workers, kept: Checkpoints, report: Report) -> Answers:
    """Run replicates in rounds, until every scenario has enough."""
    answers: Answers = {scenario.name: {} for scenario in plan.scenarios}
    sizes = {scenario.name: min(FIRST, scenario.n_replicates) for scenario in plan.scenarios}
    counter = _Counter(report)
    while missing := _missing(plan.scenarios, sizes, answers):
        counter.plan(missing)
        for unit, answer, is_new in _find_or_run(missing, order, workers, kept):
            answers[unit.scenario.name][unit.replicate] = answer
            counter.count(unit, answer, is_new)
        sizes = {one.name: _enough(one, answers[one.name], plan.target_of(one)) for one in plan.scenarios}
    return answers


def _missing(scenarios: Sequence[Scenario], sizes: Mapping[str, int], answers: Answers) -> list[Unit]:
    """Return the replicates that are wanted and not there, the longest first: the last ones are short."""
    units = [
        Unit(scenario=scenario, replicate=number)
        for scenario in scenarios
        for number in range(sizes[scenario.name])
        if number not in answers[scenario.name]
    ]
    return sorted(units, key=lambda unit: -unit.cost)


def _find_or_run(
    units: Sequence[Unit], order: Order, workers: Workers, kept: Checkpoints
) -> Iterator[tuple[Unit, Answer, bool]]:
    left = []
    for unit in units:
        answer = kept.read(unit)
        if answer is None:
            left.append(unit)
        else:
            yield unit, answer, False
    for unit, answer in workers.run(order, left):
        kept.write(unit, answer)
        yield unit, answer, True


def _enough(scenario: Scenario, answers: Mapping[int, Answer], target: float) -> int:
    """Return how many replicates a scenario should have, after those that it has."""
    rows = {number: answer.rows for number, answer in answers.items() if answer.rows is not None}
    if not rows:  # more of what always fails would tell nothing
        return len(answers)
    error = largest_error(widen(rows))
    return next_size(len(answers), error, target=target, most=scenario.n_replicates)


class _Counter:
    """Adds up what is planned and done, and reports it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done = self._planned = self._n_done = self._n_planned = 0

    def plan(self, units: Sequence[Unit]) -> None:
        self._planned += sum(unit.cost for unit in units)
        self._n_planned += len(units)

    def count(self, unit: Unit, answer: Answer, is_new: bool) -> None:
        self._done += unit.cost
        self._n_done += 1
        self._report(
            Step(
                unit=unit,
                failure=answer.failure,
                is_new=is_new,
                done=self._done,
                planned=self._planned,
                n_done=self._n_done,
                n_planned=self._n_planned,
            )
        )
