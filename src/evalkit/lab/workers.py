"""Workers: processes of this machine, or a Dask cluster. The same replicates, in whatever order they end.

Both are joblib's ways of working in parallel: its process pool (loky), and the executor of a Dask client.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

import duckdb
import pandas as pd

from evalkit.errors import ReportError, UsageError
from evalkit.lab.checkpoints import Answer, Unit
from evalkit.lab.code import hash_code
from evalkit.methods import MethodSpecification
from evalkit.processes import ONE_THREAD, die_with_parent

#: Faults of the machine and not of the replicate: they end the run, and the next one tries again.
_OF_THE_MACHINE: Final = (MemoryError, OSError, duckdb.OutOfMemoryException, duckdb.IOException)
_MOST_DEATHS: Final = 3  # of workers, without a replicate done in between
_PATIENCE: Final = 10  # seconds for a scheduler to answer, and to have a worker

Run = Callable[..., pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What all replicates of a plan share; a worker gets it with each unit."""

    seed: int
    sizes: Mapping[str, int]
    methods: Mapping[str, MethodSpecification]
    run: Run
    code: str


class Workers(Protocol):
    """What runs replicates and yields each with its answer as it ends."""

    def run(self, order: Order, units: Sequence[Unit]) -> Iterator[tuple[Unit, Answer]]:
        """Run replicates."""
        ...

    def close(self) -> None:
        """Leave no process and no task behind."""
        ...


def open_workers(jobs: int, scheduler: str | None) -> closing[Workers]:
    """Return workers that are closed at the end of a ``with``: a cluster's if there is a scheduler.

    Raises
    ------
    UsageError
        If ``jobs`` is below 1, Dask is missing, or nobody listens at the scheduler's address.
    """
    if jobs < 1:
        raise UsageError(f"--jobs must be at least 1; found {jobs}")
    return closing(ClusterWorkers(scheduler) if scheduler else LocalWorkers(jobs))


def run_unit(order: Order, unit: Unit) -> Answer:
    """Run one replicate; a failure of its own is an answer, too."""
    if hash_code() != order.code:
        raise UsageError("A worker runs other code of evalkit; install the same version on every machine.")
    try:
        rows = order.run(
            unit.scenario, unit.replicate, seed=order.seed, sizes=order.sizes, methods=order.methods
        )
    except _OF_THE_MACHINE:
        raise
    except Exception as error:
        return Answer(failure=f"{type(error).__name__}: {error}")
    return Answer(rows=rows)


class LocalWorkers:
    """Processes of this machine, one thread each; a pool that lost one is replaced.

    No more is handed out than a pool can queue at once: what a pool holds back when it is killed makes its
    thread fail.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: Executor | None = None

    def run(self, order: Order, units: Sequence[Unit]) -> Iterator[tuple[Unit, Answer]]:
        """Run replicates; those that a dead worker had begun are run again.

        Raises
        ------
        ReportError
            If workers die again and again.
        """
        left, n_deaths = dict(enumerate(units)), 0
        while left:
            try:
                for number, answer in _gather(self._started(), order, left, most=2 * self._jobs):
                    unit, n_deaths = left.pop(number), 0
                    yield unit, answer
            except BrokenProcessPool:
                self.close()
                n_deaths += 1
                if n_deaths == _MOST_DEATHS:
                    raise ReportError(
                        f"Workers died {n_deaths} times in a row; often memory is short. "
                        "Close other programs or run with --jobs 1: what is done is kept."
                    ) from None

    def _started(self) -> Executor:
        if self._pool is None:
            from joblib.externals.loky import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(
                self._jobs, env=ONE_THREAD, initializer=_begin, initargs=(os.getpid(),)
            )
        return self._pool

    def close(self) -> None:
        """End all processes, also in the middle of their work."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]


def _begin(parent: int) -> None:
    """Make a process that ends with its parent; Ctrl-C reaches all, and only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)


def _gather(
    pool: Executor, order: Order, units: Mapping[int, Unit], *, most: int
) -> Iterator[tuple[int, Answer]]:
    """Yield answers as they come, with at most so many units handed out at a time."""
    waiting, futures = iter(list(units.items())), dict[Future[Answer], int]()
    while True:
        for number, unit in islice(waiting, most - len(futures)):
            futures[pool.submit(run_unit, order, unit)] = number
        if not futures:
            return
        for future in wait(futures, return_when=FIRST_COMPLETED).done:
            yield futures.pop(future), future.result()


class ClusterWorkers:
    """The workers of a Dask scheduler; what a dead one had begun, Dask gives to another."""

    def __init__(self, address: str) -> None:
        self._client = connect(address)
        self._pool: Executor = self._client.get_executor(pure=False)

    def run(self, order: Order, units: Sequence[Unit]) -> Iterator[tuple[Unit, Answer]]:
        """Run replicates.

        Raises
        ------
        ReportError
            If workers die again and again, or the scheduler is lost.
        """
        from distributed import KilledWorker

        units = list(units)
        try:
            for number, answer in _gather(self._pool, order, dict(enumerate(units)), most=len(units)):
                yield units[number], answer
        except (KilledWorker, CancelledError) as error:
            raise ReportError(
                f"The cluster gave up ({type(error).__name__}); most often its workers run out of memory, "
                "or the scheduler ended. Run the same command again: what is done is kept."
            ) from None

    def close(self) -> None:
        """Cancel what the cluster has not done, and leave it as it was."""
        with suppress(Exception):  # a cluster that is gone has nothing to cancel
            self._pool.shutdown(wait=False)
        self._client.close(timeout=_PATIENCE)


def connect(address: str) -> Any:
    """Return a client of a Dask scheduler that has workers.

    Raises
    ------
    UsageError
        If Dask is missing, nobody listens at the address, or the scheduler has no workers.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend
    except ImportError:
        raise UsageError(
            "--scheduler needs Dask, which is not installed: pip install 'evalkit[cluster]' "
            "(in a clone: pip install -e '.[cluster]')"
        ) from None
    try:
        scheme, location = parse_address(address)  # refused before a thread starts
        get_backend(scheme)
        parse_host_port(location)
        client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(
            f"Nobody listens at the scheduler's address {address!r} ({_first_line(error)}). "
            "Start one with 'dask scheduler', and give the address that it prints, such as tcp://host:8786."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise UsageError(
            f"The scheduler at {address} has no workers; start some with 'dask worker {address}'."
        ) from None
    return client


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
