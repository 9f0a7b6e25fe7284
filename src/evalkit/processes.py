"""What every process that evalkit starts has in common: one thread each, and an end with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1
_SOON: Final = 0.05  # seconds: by then Python is out of what cannot be interrupted

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
