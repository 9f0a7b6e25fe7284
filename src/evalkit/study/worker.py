"""Build one report in a process of its own, and many side by side; none outlives the run."""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import ReportError
from evalkit.study.execute import Failure, execute_notebook
from evalkit.study.harvest import harvest, page_title
from evalkit.study.notebooks import show_path
from evalkit.study.outputs import join_outputs
from evalkit.study.plan import Task
from evalkit.study.reports import name_page
from evalkit.study.stamp import stamp_notebook
from evalkit.study.study_file import STUDIES_VARIABLE
from evalkit.study.turns import take_turn
from evalkit.study.warm import FIXED_ENVIRONMENT, Answer, Server, explain_death

if TYPE_CHECKING:
    from evalkit.study.forked_kernel import WaitingKernel


@dataclass(frozen=True, kw_only=True)
class Order:
    """A task, where its files go, and what stands around the notebook on its page.

    Attributes
    ----------
    executed
        A notebook that was executed with the same code, parameters and inputs: its outputs are taken, and no
        kernel starts.
    failure
        What is known beforehand to keep the report from being whole.
    """

    task: Task
    folder: Path
    page: Mapping[str, Any]
    environment: Mapping[str, str]
    executed: Path | None = None
    failure: Failure | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a task."""

    task: Task
    seconds: float
    failure: Failure | None


def build_report(order: Order, runtime: Path, *, warm: bool = False, jobs: int = 0) -> Outcome:
    """Execute a notebook, unless that was done before, and render its page.

    A failure is shown on the page and returned.

    Parameters
    ----------
    runtime
        Folder for the kernel's sockets.
    warm
        Whether this process has what notebooks import, and only one thread, so that its copy can be the
        kernel.
    jobs
        How many kernels there may be with sockets in the folder; 0: as many as are started.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log, the report's failure says
    target = order.folder / "notebooks" / f"{order.task.stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    with take_turn(runtime, jobs) if jobs and order.executed is None else nullcontext():
        began = time.monotonic()
        executed, failure = _execute(order, target, runtime, warm=warm)
    failure = failure or order.failure or _check(executed, order.task)
    _write_page(executed, order, failure)
    return Outcome(task=order.task, seconds=time.monotonic() - began, failure=failure)


def _execute(order: Order, target: Path, runtime: Path, *, warm: bool) -> tuple[Any, Failure | None]:
    task = order.task
    if order.executed is not None:  # a page alone asks nothing of the environment
        return join_outputs(task.notebook, order.executed, target, task.parameters), None
    os.environ.update({**kernel_environment(runtime), **order.environment})
    waiting = _wait_as_kernel(task.notebook) if warm else None
    finish = partial(_finish, order=order)
    return execute_notebook(
        task.notebook, target, task.parameters, runtime=runtime, finish=finish, waiting=waiting
    )


def _finish(executed: Any, failure: Failure | None, *, order: Order) -> tuple[Any, Failure | None]:
    """Leave out of an executed notebook what may not be written, and stamp what must say what it is."""
    from evalkit.study.html.words import words

    lang, people = order.task.lang, order.page.get("people")
    if people == "hidden":
        executed, failure = _guard(executed, failure, order)
    named = {"synthetic_mark": order.page.get("kind") == "synthetic", "people_mark": people == "shown"}
    if marks := [words(lang)[name] for name, applies in named.items() if applies]:
        executed = stamp_notebook(executed, lang, mark=" · ".join(marks))
    return executed, failure


def _guard(executed: Any, failure: Failure | None, order: Order) -> tuple[Any, Failure | None]:
    from evalkit.study.guard import Guard
    from evalkit.study.shared import SharedResults
    from evalkit.study.shared_inputs import read_shared_names
    from evalkit.study.study_file import find_study

    study = find_study(Path(order.environment[STUDIES_VARIABLE]) / order.task.study)
    guard = Guard(names=read_shared_names(study, SharedResults.from_environment()), lang=order.task.lang)
    return guard.guard(executed), guard.failure(failure) if failure else None


def _wait_as_kernel(notebook: Path) -> WaitingKernel | None:
    """Fork the process that is to be the kernel, while this one has neither threads nor sockets."""
    from evalkit.study.forked_kernel import WaitingKernel, must_start_plainly

    return None if must_start_plainly(notebook) else WaitingKernel()


def _check(executed: Mapping[str, Any], task: Task) -> Failure | None:
    from evalkit.study.html.markdown import check_formulas

    try:
        harvest(executed, task.report)
        check_formulas(executed)
    except ReportError as error:
        remedy = f"Open {show_path(task.notebook)} in JupyterLab, mend this, and run again."
        return Failure(notebook=show_path(task.notebook), cause=str(error), remedy=remedy)
    return None


def _write_page(executed: Mapping[str, Any], order: Order, failure: Failure | None) -> None:
    from evalkit.study.html.exporter import render_report

    found = page_title(executed)
    title = name_page(found, order.page.get("place", "")) if found else order.task.report
    page = {**order.page, "title": title, "failure": failure.message() if failure else ""}
    page["notebook"] = f"notebooks/{order.task.stem}.ipynb"
    page["cite"] = f"{title if title.endswith(('?', '!', '.')) else title + '.'} {order.page['cite']}"
    html = render_report(executed, page, lang=order.task.lang)
    (order.folder / order.task.page).write_text(html, encoding="utf-8")


def run_orders(
    orders: Sequence[Order], *, jobs: int, runtime: Path, server: Server | None = None
) -> Generator[Outcome, None, None]:
    """Build reports with at most ``jobs`` kernels at a time; yield each as it ends, leave no process behind.

    One process more makes the page of a notebook whose kernel has ended, or waits for its turn. A process
    that dies costs its report, and not the others. What the caller has run aside is waited for.

    Parameters
    ----------
    runtime
        Folder for the sockets of kernels.
    server
        What the processes are forked from; by default one that is started for these orders.
    """
    with server or Server() as chosen:
        pending, running = deque(orders), dict[int, Order]()
        _refill(running, pending, chosen, jobs=jobs, runtime=runtime)
        while running:
            ended = [(running.pop(answer.number), answer) for answer in chosen.receive()]
            _refill(running, pending, chosen, jobs=jobs, runtime=runtime)  # before the caller does its part
            for order, answer in ended:
                yield answer.value or Outcome(task=order.task, seconds=0.0, failure=_died(order, answer))
        chosen.settle()


def _refill(
    running: dict[int, Order], pending: deque[Order], server: Server, *, jobs: int, runtime: Path
) -> None:
    """Have as many reports built as may be at a time."""
    while pending and len(running) <= jobs:
        order = pending.popleft()
        running[server.submit(build_or_explain, order, runtime, warm=not server.cold, jobs=jobs)] = order


def _died(order: Order, answer: Answer) -> Failure:
    return Failure(
        notebook=show_path(order.task.notebook),
        cause=f"The worker process ended without an answer: {explain_death(answer.exit_code)}",
        remedy="Close other programs or run with --jobs 1, and run again.",
    )


def build_or_explain(order: Order, runtime: Path, *, warm: bool, jobs: int = 0) -> Outcome:
    """Build a report in this process; a fault of evalkit is an outcome, too."""
    try:
        return build_report(order, runtime, warm=warm, jobs=jobs)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = (
            type(error).__name__
            if order.page.get("people") == "hidden"
            else f"{type(error).__name__}: {error}"
        )
        failure = Failure(
            notebook=show_path(order.task.notebook),
            cause=f"The page could not be made: {said} ({Path(place.filename).name}, line {place.lineno})",
            remedy="If the notebook runs in JupyterLab, this is a fault of evalkit; please report it.",
        )
        return Outcome(task=order.task, seconds=0.0, failure=failure)


def kernel_environment(runtime: Path) -> dict[str, str]:
    """Return what every kernel finds in its environment: one thread, no settings of the user's own."""
    return {
        **FIXED_ENVIRONMENT,
        "IPYTHONDIR": str(runtime / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
    }
