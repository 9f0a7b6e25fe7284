"""What every process that evalkit starts has in common: one thread each, and an end with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1

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
