"""Worker processes: each builds one report at a time, and none outlives the run.

A worker that dies (most often killed for want of memory) costs its report, and not the others, which is
what ``concurrent.futures`` cannot promise.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
import traceback
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from evalkit.errors import ReportError
from evalkit.processes import ONE_THREAD, die_with_parent
from evalkit.study.execute import Failure, execute_notebook
from evalkit.study.harvest import harvest, page_title
from evalkit.study.outputs import join_outputs
from evalkit.study.plan import Task
from evalkit.study.reports import name_page


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


def build_report(order: Order, runtime: Path) -> Outcome:
    """Execute a notebook, unless that was done before, and render its page.

    A failure is shown on the page and returned.
    """
    began = time.monotonic()
    target = order.folder / "notebooks" / f"{order.task.stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    executed, failure = _execute(order, target, runtime)
    failure = failure or order.failure or _check(executed, order.task)
    _write_page(executed, order, failure)
    return Outcome(task=order.task, seconds=time.monotonic() - began, failure=failure)


def _execute(order: Order, target: Path, runtime: Path) -> tuple[Any, Failure | None]:
    task = order.task
    if order.executed is not None:
        return join_outputs(task.notebook, order.executed, target, task.parameters), None
    synthetic = order.page.get("kind") == "synthetic"
    return execute_notebook(task.notebook, target, task.parameters, runtime=runtime, synthetic=synthetic)


def _check(executed: Mapping[str, Any], task: Task) -> Failure | None:
    try:
        harvest(executed, task.report)
    except ReportError as error:
        remedy = f"Open notebooks/{task.notebook.name} in JupyterLab, mend this, and run again."
        return Failure(notebook=task.notebook.name, cause=str(error), remedy=remedy)
    return None


def _write_page(executed: Mapping[str, Any], order: Order, failure: Failure | None) -> None:
    from evalkit.study.html.exporter import render_report

    found = page_title(executed)
    title = name_page(found, order.page.get("place", "")) if found else order.task.report
    page = {**order.page, "title": title, "failure": failure.message() if failure else ""}
    page["notebook"] = f"notebooks/{order.task.stem}.ipynb"
    page["cite"] = f"{title}. {order.page['cite']}"
    html = render_report(executed, page, lang=order.task.lang)
    (order.folder / order.task.page).write_text(html, encoding="utf-8")


def run_orders(orders: Sequence[Order], *, jobs: int, runtime: Path) -> Iterator[Outcome]:
    """Build reports in at most ``jobs`` processes; yield each as it ends, and leave no process behind."""
    pending = deque(orders)
    workers: dict[Connection, tuple[BaseProcess, Order]] = {}

    def _send(connection: Connection, process: BaseProcess) -> None:
        workers[connection] = process, pending.popleft()
        with suppress(OSError):  # a worker that died at once is found when its answer is read
            connection.send(workers[connection][1])

    try:
        while pending and len(workers) < jobs:
            _send(*_start_worker(runtime))
        while workers:
            for ready in wait(list(workers)):
                assert isinstance(ready, Connection)
                process, order = workers.pop(ready)
                outcome = _receive(ready, process, order)
                if pending and process.is_alive():
                    _send(ready, process)
                elif pending:
                    _send(*_start_worker(runtime))
                else:
                    process.kill()
                    process.join()
                yield outcome
    finally:
        for process, _ in workers.values():
            process.kill()
        for process, _ in workers.values():
            process.join()


def _start_worker(runtime: Path) -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, os.getpid(), runtime), daemon=True)
    resource_tracker.ensure_running()  # starting it lets signals through again, so it comes first
    # Ctrl-C reaches the whole terminal group; only the runner answers it, and ends the workers.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    theirs.close()
    return ours, process


def _serve(connection: Connection, parent: int, runtime: Path) -> None:
    """Build what is asked for until the runner hangs up."""
    die_with_parent(parent)
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log, the report's failure says
    os.environ.update(kernel_environment(runtime))
    while True:
        try:
            order = connection.recv()
        except EOFError:
            return
        os.environ.update(order.environment)
        connection.send(_build_or_explain(order, runtime))


def _build_or_explain(order: Order, runtime: Path) -> Outcome:
    try:
        return build_report(order, runtime)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        failure = Failure(
            notebook=order.task.notebook.name,
            cause=f"The page could not be made: {type(error).__name__}: {error} "
            f"({Path(place.filename).name}, line {place.lineno})",
            remedy="If the notebook runs in JupyterLab, this is a fault of evalkit; please report it.",
        )
        return Outcome(task=order.task, seconds=0.0, failure=failure)


def kernel_environment(runtime: Path) -> dict[str, str]:
    """Return what every kernel finds in its environment: one thread, no settings of the user's own."""
    return {
        **ONE_THREAD,
        "IPYTHONDIR": str(runtime / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # another one would leave figures out
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
    }


def _receive(connection: Connection, process: BaseProcess, order: Order) -> Outcome:
    """Take a worker's answer; where it died instead, say so in its place."""
    try:
        outcome = connection.recv()
        assert isinstance(outcome, Outcome)
        return outcome
    except (EOFError, OSError):
        process.join()
    killed = process.exitcode is not None and process.exitcode < 0
    failure = Failure(
        notebook=order.task.notebook.name,
        cause=f"The worker process ended without an answer (exit code {process.exitcode}); "
        + ("most often the machine ran out of memory." if killed else "what it wrote stands above."),
        remedy="Close other programs or run with --jobs 1, and run again.",
    )
    return Outcome(task=order.task, seconds=0.0, failure=failure)
