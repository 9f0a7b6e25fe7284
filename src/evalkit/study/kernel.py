"""The kernel that runs a report: ``python -m evalkit.study.kernel``, in the interpreter that evalkit runs in.

It talks over Unix sockets, so that parallel kernels never race for a port (papermill#511), and it dies
with the process that started it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import uuid
from pathlib import Path
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1

#: One thread for linear algebra in each kernel: the same sums in the same order, and no more load than jobs.
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


def manager_class(runtime: Path) -> type:
    """Return a kernel manager for this interpreter, with its sockets in a folder."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    command = [
        *(sys.executable, "-m", "evalkit.study.kernel", "-f", "{connection_file}"),
        "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
    ]

    class Manager(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
        """Starts kernels over IPC, whatever kernels are registered on the machine."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.transport = "ipc"
            name = uuid.uuid4().hex[:8]
            self.connection_file = str(runtime / f"{name}.json")
            self.ip = str(runtime / name)

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=command, display_name="Python", language="python")

    return Manager


def main() -> None:
    """Run an IPython kernel that ends with its parent."""
    die_with_parent(int(os.environ.get("JPY_PARENT_PID", "0")))
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
