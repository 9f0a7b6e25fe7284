"""What every process that evalkit starts has in common: one thread each, and an end with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1
_SOON: Final = 0.05  # seconds: by then Python is out of what cannot be interrupted

#: Environment variable: "1" when kernels are started plainly, as Jupyter does it, and compute all anew.
COLD_VARIABLE: Final = "EVALKIT_COLD"
#: One thread for linear algebra in each process: the same sums in the same order, and no more load than jobs.
ONE_THREAD: Final = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
} | {"VECLIB_MAXIMUM_THREADS": "1"}


def die_with_parent(parent: int) -> None:
    """Ask the system to end this process when its parent ends, however that happens.

    Linux only; elsewhere ipykernel's own check of the parent, once a second, does it for kernels.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


@contextmanager
def heeding_every_interrupt() -> Iterator[None]:
    """Send a Ctrl-C again that Python dropped, since it came in a destructor or in the callback of a lock.

    Such callbacks run at any moment, most of all while modules are imported; what is raised in them is only
    printed.
    """
    usual = sys.unraisablehook

    def hook(dropped: Any) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            Timer(_SOON, os.kill, [os.getpid(), signal.SIGINT]).start()
        else:
            usual(dropped)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = usual


class Child:
    """A process that was forked from this one, with the part of ``subprocess.Popen`` that others ask for."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end, and return the exit code."""
        code = self._reap(0)
        assert code is not None
        return code

    def _reap(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def fork(function: Callable[..., object], *args: object) -> Child:
    """Run a function in a copy of this process, which must have one thread; the copy ends with this one.

    The copy ends without the exit handlers that it inherits: they are about what this process opened.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Child(pid)
    code = 1
    try:
        die_with_parent(parent)
        function(*args)
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else bool(leaving.code)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):  # a pipe whose reader is gone
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
