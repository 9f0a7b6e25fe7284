"""The kernel that runs a report: ``python -m evalkit.study.kernel``, in the interpreter that evalkit runs in.

It talks over Unix sockets, so that parallel kernels never race for a port (papermill#511), and it dies
with the process that started it.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.lean_imports import showing_no_modules, without_debugger
from evalkit.processes import die_with_parent

if TYPE_CHECKING:
    from evalkit.study.forked_kernel import WaitingKernel


def manager_class(runtime: Path, waiting: WaitingKernel | None = None) -> type:
    """Return a kernel manager for this interpreter, with its sockets in a folder.

    Parameters
    ----------
    waiting
        The process that is to become the kernel; without it, one is started plainly.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    from evalkit.study.kernel_client import KernelClient

    command = [
        *(sys.executable, "-m", "evalkit.study.kernel", "-f", "{connection_file}"),
        "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
        "--HistoryManager.enabled=False",
    ]

    class Manager(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
        """Starts kernels over IPC, whatever kernels are registered on the machine."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.client_factory = KernelClient
            self.transport = "ipc"
            name = uuid.uuid4().hex[:8]
            self.connection_file = str(runtime / f"{name}.json")
            self.ip = str(runtime / name)
            if waiting:
                self.provisioner = _provisioner(self, waiting)

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=command, display_name="Python", language="python")

    return Manager


def _provisioner(manager: Any, waiting: WaitingKernel) -> Any:
    from evalkit.study.forked_kernel import ForkProvisioner

    provisioner = ForkProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
    provisioner.waiting = waiting
    return provisioner


def run(say_ready: Callable[[], object] = bool) -> None:
    """Run an IPython kernel, told by ``sys.argv`` where its sockets are.

    Parameters
    ----------
    say_ready
        Called when the sockets are there.
    """
    from ipykernel.kernelapp import IPKernelApp

    with without_debugger():
        import_module("ipykernel.debugger")
    kernel: Any = IPKernelApp.instance()
    with showing_no_modules(import_module("ipykernel.ipkernel")):
        kernel.initialize([*sys.argv[1:], f"--IPKernelApp.parent_handle={os.getppid()}"])
    say_ready()
    kernel.start()


def main() -> None:
    """Run an IPython kernel that ends with its parent."""
    die_with_parent(int(os.environ.get("JPY_PARENT_PID", "0")))
    run()


if __name__ == "__main__":
    main()
