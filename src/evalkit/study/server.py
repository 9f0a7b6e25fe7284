"""A process that imports everything and forks one for each call: ``python -m evalkit.study.server``.

It has one thread, and ends with the process that started it; what it forked ends with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

from evalkit.processes import Child, die_with_parent, fork
from evalkit.study.preload import preload


def serve(requests: Connection[Any, Any]) -> None:
    """Run each call that comes in a process of its own; return when the caller hangs up.

    A request is a number and a pickled function with its arguments. The answer is that number, what the
    process sent back (None if it died) and its exit code. Number 0 is run here, and not answered.
    """
    running: dict[Any, tuple[int, Child]] = {}
    try:
        while True:
            ready: Any
            for ready in wait([requests, *running]):
                if ready is requests:
                    number, call = requests.recv()
                    if number == 0:
                        _prepare(call)
                        continue
                    ours, theirs = Pipe(duplex=False)
                    child = fork(_answer, theirs, call, [requests, ours, *running])
                    theirs.close()
                    running[ours] = number, child
                else:
                    requests.send(_take_answer(ready, *running.pop(ready)))
    except (EOFError, BrokenPipeError):
        for _, child in running.values():
            child.kill()


def _prepare(call: bytes) -> None:
    """Run a call in this process, for what it leaves in the memory of those that are forked later."""
    with suppress(Exception):  # they do without
        function, args, kwargs = pickle.loads(call)
        function(*args, **kwargs)
    gc.freeze()


def _answer(answers: Connection[Any, Any], call: bytes, others: Iterable[Connection[Any, Any]]) -> None:
    """Run a call, and send what it returned or raised."""
    for connection in others:
        connection.close()
    os.register_at_fork(after_in_child=answers.close)  # else a kernel would hide that this process died
    function, args, kwargs = pickle.loads(call)
    try:
        answer = pickle.dumps((function(*args, **kwargs), None))
    except Exception as error:
        answer = pickle.dumps((None, error))
    answers.send_bytes(answer)


def _take_answer(answers: Connection[Any, Any], number: int, child: Child) -> tuple[int, bytes | None, int]:
    try:
        answer = answers.recv_bytes()
    except (EOFError, OSError):
        answer = None
    answers.close()
    return number, answer, child.wait()


def main() -> None:
    """Serve the other end of a socket; arguments: its number, the parent, what to import for, if anything."""
    socket, imports = int(sys.argv[1]), sys.argv[3]
    die_with_parent(int(sys.argv[2]))
    os.set_inheritable(socket, False)
    if imports:
        preload(notebooks=imports == "notebooks")
    serve(Connection(socket))


if __name__ == "__main__":
    main()
