"""Build reports on a Dask cluster: what a report needs is sent along, and its files come back.

A worker runs a notebook as ``evalkit run`` does on one machine, in a folder of its own, so that the bytes
are the same. It must have the same evalkit, Python and packages, which is asked before anything is sent.
"""

from __future__ import annotations

import platform
import re
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evalkit.errors import ReportError, UsageError
from evalkit.study.execute import Failure
from evalkit.study.notebooks import show_path
from evalkit.study.provenance import combine, hash_package
from evalkit.study.settings import KEEP_VALID_VARIABLE
from evalkit.study.shipped import templates_folder
from evalkit.study.study_file import STUDIES_VARIABLE
from evalkit.study.warm import Server
from evalkit.study.worker import Order, Outcome, build_or_explain

_PATIENCE: Final = 30  # seconds between two looks at whether the cluster has workers left
_SHOWN: Final = 12  # digits of a hash that a message shows
_NAME: Final = re.compile(r"[\w.-]+")
_REMEDY: Final = "Install the same evalkit from the same lock (requirements.lock) on every machine."

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A report that a worker built, and its files by their path in the study's folder of reports."""

    outcome: Outcome | None
    files: Files


def run_on_cluster(orders: Sequence[Order], *, scheduler: str) -> Generator[Outcome, None, None]:
    """Build reports on the workers of a Dask scheduler; yield each as it ends.

    A notebook whose worker died is not run again.

    Raises
    ------
    UsageError
        If the cluster cannot be reached, or its workers run another evalkit, Python or package.
    ReportError
        If the cluster loses all its workers, or its scheduler.
    """
    with _client(scheduler) as client:
        check_versions(client)
        run = uuid.uuid4().hex
        pool: Executor = client.get_executor(pure=False, retries=0)
        try:
            futures = {
                pool.submit(deliver, order, files, f"evalkit-{run}-{number}"): order
                for number, (order, files) in enumerate(_with_files(orders))
            }
            for future in _as_they_end(client, set(futures)):
                yield _unpack(future.result(), futures[future])
        finally:
            pool.shutdown(wait=False)  # cancels what has not begun


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    """Connect to a scheduler; say in one sentence what became of it where it is lost."""
    from evalkit.lab.workers import connect

    with closing(connect(scheduler)) as client:
        from distributed import KilledWorker

        try:
            yield client
        except (CancelledError, KilledWorker) as error:
            raise ReportError(
                f"The cluster gave up ({type(error).__name__}); most often its scheduler ended. "
                "The reports of studies that were not finished are as they were."
            ) from None


def _with_files(orders: Sequence[Order]) -> Iterator[tuple[Order, Files]]:
    """Give each order what its notebook reads; sent with it, as what workers keep dies with them."""
    gather = cache(gather_files)
    for order in orders:
        yield order, gather(order.task.notebook, Path(order.environment[STUDIES_VARIABLE], order.task.study))


def gather_files(notebook: Path, study: Path) -> dict[str, bytes]:
    """Return what a notebook reads, by its path in a workbench: itself, the study's folder, the templates."""
    files = {place_notebook(notebook, study): notebook.read_bytes()}
    for folder, name in ((study, study.name), (templates_folder(study), "templates")):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith((".", "__")) for part in inside.parts):
                files[f"data/{name}/{inside.as_posix()}"] = path.read_bytes()
    return files


def place_notebook(notebook: Path, study: Path) -> str:
    """Return where a notebook stands in a workbench: with its study, or with the shared ones.

    Examples
    --------
    >>> place_notebook(Path("tiny/analysis/mine.ipynb"), Path("tiny"))
    'data/tiny/analysis/mine.ipynb'
    """
    own = notebook.is_relative_to(study)
    return (
        f"data/{study.name}/{notebook.relative_to(study).as_posix()}" if own else f"notebooks/{notebook.name}"
    )


def deliver(order: Order, files: Files, mark: str) -> Delivery:
    """Build a report on a worker, in a folder of its own; the second time it is asked for, do not."""
    from distributed import Event, get_client

    begun = Event(mark, client=get_client())  # type: ignore[no-untyped-call]
    if begun.is_set():  # type: ignore[no-untyped-call]
        return Delivery(outcome=None, files={})
    begun.set()  # type: ignore[no-untyped-call]
    with TemporaryDirectory(prefix="evalkit-") as name:
        return build_here(order, files, Path(name))


def build_here(order: Order, files: Files, folder: Path) -> Delivery:
    """Lay out a small workbench in a folder, build one report in it, and collect its files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "r").mkdir()
    keep_valid = order.environment.get(KEEP_VALID_VARIABLE, "0")  # the rest names folders of another machine
    environment = {STUDIES_VARIABLE: str(folder / "data"), KEEP_VALID_VARIABLE: keep_valid}
    study = Path(order.environment[STUDIES_VARIABLE], order.task.study)
    task = replace(order.task, notebook=folder / place_notebook(order.task.notebook, study))
    here = replace(order, task=task, folder=folder / "built", environment=environment)
    outcome = _build(here)
    made = {
        path.relative_to(here.folder).as_posix(): path.read_bytes()
        for path in here.folder.rglob("*")
        if path.is_file()
    }
    return Delivery(outcome=replace(outcome, task=order.task), files=made)


def _build(order: Order) -> Outcome:
    """Build a report in a process of its own, as workers of a cluster have threads."""
    try:
        with Server(cold=True) as server:
            return server.call(build_or_explain, order, order.folder.parent / "r", warm=False)
    except ReportError as error:
        remedy = "Give workers more memory, or run this report on one machine."
        failure = Failure(notebook=show_path(order.task.notebook), cause=str(error), remedy=remedy)
        return Outcome(task=order.task, seconds=0.0, failure=failure)


def _as_they_end(client: Any, left: set[Future[Delivery]]) -> Iterator[Future[Delivery]]:
    """Yield futures as they end; raise where no worker is left to run the rest."""
    while left:
        done, left = wait(left, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
        yield from done
        if left and not done and not client.scheduler_info()["workers"]:
            raise ReportError(
                f"The cluster has no workers left, and {len(left)} reports were not built. Start some with "
                "'dask worker', and run again."
            )


def _unpack(delivery: Delivery, order: Order) -> Outcome:
    """Put the files of a report where it was ordered."""
    for name, content in delivery.files.items():
        path = order.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if delivery.outcome is not None:
        return delivery.outcome
    failure = Failure(
        notebook=show_path(order.task.notebook),
        cause="The worker of the cluster died while it built this report; most often its memory ran out.",
        remedy="Give workers more memory, or run this report on one machine.",
    )
    return Outcome(task=order.task, seconds=0.0, failure=failure)


def describe_installation() -> dict[str, str]:
    """Return what decides the bytes of a report: evalkit's code, Python, and the packages that it names."""
    needed = [line for line in requires("evalkit") or [] if "extra ==" not in line]
    names = sorted({found[0] for line in needed if (found := _NAME.match(line))})
    return {
        "the code of evalkit": combine(hash_package()),
        "Python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def check_versions(client: Any) -> None:
    """Raise if the scheduler or a worker has other versions than this machine."""
    try:
        client.get_versions(check=True)
        found = client.run(describe_installation)
    except (ValueError, ImportError, AttributeError) as error:
        raise UsageError(f"The cluster has other versions than this machine.\n{error}\n{_REMEDY}") from None
    ours = describe_installation()
    for worker, theirs in found.items():
        _refuse_others(worker, ours, theirs)


def _refuse_others(worker: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> None:
    lines = [
        f"  {name}: {_say(theirs.get(name))} there, {_say(ours.get(name))} here"
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name) != theirs.get(name)
    ]
    if lines:
        heading = f"Worker {worker} would build other reports than this machine:"
        raise UsageError("\n".join([heading, *lines, _REMEDY]))


def _say(found: str | None) -> str:
    """Write a version, or the first digits of a hash."""
    return "missing" if found is None else found[:_SHOWN]
