"""Processes that a command starts: waited for, and gone in the end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psutil

GRACE = 5  # seconds within which every process must be gone


@contextmanager
def ended_after(runner: subprocess.Popen) -> Iterator[list[psutil.Process]]:
    """End a command after a test, and the processes that the test adds to the list."""
    family: list[psutil.Process] = []
    try:
        yield family
    finally:
        for process in [*family, *([psutil.Process(runner.pid)] if runner.poll() is None else [])]:
            if process.is_running():
                process.kill()
        runner.communicate()


def wait_for(condition: Callable[[], object], patience: float) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "the run did not come so far"
        time.sleep(0.05)


def assert_gone(family: Iterable[psutil.Process], *, grace: float = GRACE) -> None:
    _, alive = psutil.wait_procs(family, timeout=grace)
    left = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert not left, [command_of(process) for process in left]


def command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
