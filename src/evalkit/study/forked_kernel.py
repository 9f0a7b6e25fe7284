"""A kernel that is forked from a process with the imports done, in place of one that is started plainly."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Final

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from evalkit.processes import Child, fork
from evalkit.study import kernel

#: What a notebook may set that is read when modules are imported, so that none may be imported before.
_READ_AT_IMPORT: Final = re.compile(r"\benviron\b|\bputenv\b|%(set_)?env\b")


class WaitingKernel:
    """A process forked before the worker has threads and sockets; it becomes a kernel when it is told how."""

    def __init__(self) -> None:
        orders, self._orders = Pipe()
        self.process = fork(_become_kernel, orders, self._orders)
        orders.close()

    def launch(self, command: list[str], cwd: str, environment: dict[str, str]) -> Child:
        """Let it become the kernel that a command would start, and wait until it has its sockets.

        Who knocks earlier is told to come again in a tenth of a second.
        """
        self._orders.send((command, cwd, environment | {"JPY_PARENT_PID": str(os.getpid())}))
        with suppress(EOFError):  # it died, which is found out when it is asked
            self._orders.recv()
        self._orders.close()
        return self.process


def _become_kernel(orders: Connection[Any, Any], others: Connection[Any, Any]) -> None:
    """Wait for the command, then go on as the process that it would have started."""
    others.close()
    os.setsid()  # with what it starts, it can be interrupted as a group
    try:
        command, cwd, environment = orders.recv()
    except EOFError:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path.insert(0, cwd)
    sys.argv = [str(kernel.__file__), *command[3:]]
    _reseed()
    kernel.run(partial(_say_ready, orders))


def _say_ready(orders: Connection[Any, Any]) -> None:
    orders.send(None)
    orders.close()


def _reseed() -> None:
    """Let two kernels draw differently where a notebook sets no seed."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


class ForkProvisioner(LocalProvisioner):  # type: ignore[misc, unused-ignore]
    """Has a waiting process become the kernel."""

    waiting: WaitingKernel

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> Any:
        """Launch a kernel with a command."""
        self.cwd = settings.get("cwd") or Path.cwd()
        process = self.waiting.launch(cmd, str(self.cwd), settings["env"])
        self.process = process  # type: ignore[assignment]  # it has what is asked of a Popen
        self.pid = self.pgid = process.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and wait until it is gone: who asks whether it is, asks ten times a second."""
        await super().kill(restart)
        if self.process:
            self.process.wait()


def must_start_plainly(notebook: Path) -> bool:
    """Tell whether a notebook sets something that modules read when they are imported.

    That is the environment, or a ``matplotlibrc`` beside the notebook.
    """
    text = notebook.read_text(encoding="utf-8")
    return bool(_READ_AT_IMPORT.search(text)) or (notebook.parent / "matplotlibrc").exists()
