"""How far a run has come: one line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

from evalkit.study.worker import Outcome


class Progress:
    """Counts finished reports and estimates the time left from those before.

    Examples
    --------
    >>> import sys
    >>> Progress(2, sys.stdout).begin()
    Building 2 reports
    """

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._stream = stream
        self._done = 0
        self._live = stream.isatty()
        self._began = time.monotonic()

    def begin(self) -> None:
        """Say what is about to happen."""
        print(f"Building {self._total} report{'s' if self._total > 1 else ''}", file=self._stream, flush=True)

    def finished(self, outcome: Outcome) -> None:
        """Say what became of one report, and how long the rest may take."""
        self._done += 1
        state = "FAILED" if outcome.failure else "built"
        name = f"{outcome.task.study}/{outcome.task.stem}"
        line = f"[{self._done}/{self._total}] {state} {name} ({outcome.seconds:.1f} s)"
        if self._live:
            print(f"\r\x1b[K{line}\n{self._left()}", end="", file=self._stream, flush=True)
        else:
            print(line, file=self._stream, flush=True)

    def _left(self) -> str:
        rest = self._total - self._done
        if not rest:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * rest
        return f"{rest} to go, about {format_seconds(seconds)}"

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self._live:
            print("\r\x1b[K", end="", file=self._stream, flush=True)


def format_seconds(seconds: float) -> str:
    """Write a duration roughly.

    Examples
    --------
    >>> format_seconds(42.4), format_seconds(150)
    ('42 s', '2 min 30 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
