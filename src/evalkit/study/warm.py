"""Processes that start warm: forked from a server that has imported everything beforehand.

The server (`evalkit.study.server`) is started when the first call comes, so that a run that has nothing to
build pays nothing.
"""

from __future__ import annotations

import os
import pickle
import select
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, TypeVar

from evalkit.errors import ReportError
from evalkit.processes import COLD_VARIABLE, ONE_THREAD

T = TypeVar("T")

#: What every kernel finds in its environment, whoever starts it: nothing in it is the user's own.
FIXED_ENVIRONMENT: Final = ONE_THREAD | {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # another one would leave figures out
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
}
_PATIENCE: Final = 10  # seconds for processes that were killed to be gone


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a call.

    Attributes
    ----------
    value
        What the function returned.
    error
        What it raised.
    exit_code
        Of its process; negative for a signal. Not 0 where the process died and sent nothing.
    """

    number: int
    value: Any = None
    error: BaseException | None = None
    exit_code: int = 0


class Server:
    """Runs functions in processes that are forked from a warm one; ends them all when it is closed.

    Parameters
    ----------
    cold
        Import nothing for notebooks beforehand, so that kernels are started plainly; by default where the
        system is not Linux or the environment variable ``EVALKIT_COLD`` is "1".
    empty
        Import nothing at all beforehand: for what is to be done while another server imports.

    Examples
    --------
    >>> with Server(cold=True) as server:
    ...     server.call(divmod, 7, 2)
    (3, 1)
    """

    def __init__(self, *, cold: bool | None = None, empty: bool = False) -> None:
        asked = os.environ.get(COLD_VARIABLE) == "1"
        self.cold = empty or sys.platform != "linux" or (asked if cold is None else cold)
        self._imports = "" if empty else "workers" if self.cold else "notebooks"
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: set[int] = set()
        self._aside: dict[int, Callable[[Any], None]] = {}
        self._number = 0

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process, unless it runs; this returns at once, and imports go on meanwhile."""
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        self._alive, inherited = os.pipe()  # closed by the system when the last process is gone
        command = [sys.executable, "-P", "-m", "evalkit.study.server"]
        told = (str(theirs.fileno()), str(os.getpid()), self._imports)
        with theirs:
            self._process = subprocess.Popen(
                [*command, *told],
                env={**os.environ, **FIXED_ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), inherited),
                start_new_session=True,  # Ctrl-C is for the runner, which ends the others
            )
        os.close(inherited)
        self._requests: Connection[Any, Any] = Connection(ours.detach())

    def submit(self, function: Callable[..., object], *args: object, **kwargs: object) -> int:
        """Run a function in a process of its own, and return the number of the call."""
        self.start()
        self._number += 1
        self._waiting.add(self._number)
        with suppress(OSError):  # a server that died is found when its answer is read
            self._requests.send((self._number, pickle.dumps((function, args, kwargs))))
        return self._number

    @property
    def is_warm(self) -> bool:
        """Whether it runs, with everything imported."""
        return self._process is not None and not self.cold

    def submit_aside(self, then: Callable[[T], None], function: Callable[..., T], *args: object) -> None:
        """Run a function in a process of its own beside what is received; hand over what it returned.

        Whoever receives next waits for it, too, and raises what it raised; `settle` waits for the last.
        """
        self._aside[self.submit(function, *args)] = then

    def settle(self) -> None:
        """Wait for all that runs aside."""
        while self._aside:
            self.receive()

    def prepare(self, function: Callable[..., object], *args: object) -> None:
        """Run a function in the process itself from which the others are forked, which inherit what it keeps.

        It may start no thread. Nothing is answered, and what it raises is lost.
        """
        self.start()
        with suppress(OSError):
            self._requests.send((0, pickle.dumps((function, args, {}))))

    def receive(self) -> list[Answer]:
        """Wait for what becomes of a call; where the server died, that is what became of all.

        What ran aside is handed over, and is not among the answers.
        """
        answers = self._receive()
        for answer in [one for one in answers if one.number in self._aside]:
            self._aside.pop(answer.number)(_take_value(answer))
            answers.remove(answer)
        return answers

    def _receive(self) -> list[Answer]:
        try:
            number, answer, exit_code = self._requests.recv()
        except (EOFError, OSError):
            assert self._process is not None
            dead, exit_code = sorted(self._waiting), self._process.wait()
            self.close()
            return [Answer(number=number, exit_code=exit_code or 1) for number in dead]
        self._waiting.remove(number)
        if answer is None:
            return [Answer(number=number, exit_code=exit_code or 1)]
        value, error = pickle.loads(answer)
        return [Answer(number=number, value=value, error=error)]

    def call(self, function: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Run a function in a process of its own, wait for it, and return what it returned.

        Raises
        ------
        ReportError
            If the process died.
        """
        number = self.submit(function, *args, **kwargs)
        answers: list[Answer] = []
        while not answers:  # what runs aside may end first
            answers = self.receive()
        (answer,) = answers
        assert answer.number == number
        value: T = _take_value(answer)
        return value

    def close(self) -> None:
        """End all processes, and wait until they are gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # the system ends what it forked
        process.wait()
        self._requests.close()
        self._waiting.clear()
        self._aside.clear()
        select.select([self._alive], [], [], _PATIENCE)
        os.close(self._alive)


def _take_value(answer: Answer) -> Any:
    """Return what a function returned, or raise what it raised."""
    if answer.exit_code:
        raise ReportError(f"A process ended without an answer: {explain_death(answer.exit_code)}")
    if answer.error:
        raise answer.error
    return answer.value


def explain_death(exit_code: int) -> str:
    """Say what a process died of, as far as its exit code tells.

    Examples
    --------
    >>> explain_death(-9)
    'exit code -9; most often the machine ran out of memory.'
    """
    cause = "most often the machine ran out of memory." if exit_code < 0 else "what it wrote stands above."
    return f"exit code {exit_code}; {cause}"
