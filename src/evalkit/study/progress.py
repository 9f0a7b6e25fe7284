"""How far a run has come: one line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TextIO

from evalkit.study.worker import Outcome


class Progress:
    """Counts finished reports and estimates the time left from what each took before.

    Parameters
    ----------
    expected
        Seconds that each report may take, by its task's page and study; those of one are as good as another's
        where nothing is known.
    n_same
        How many reports need not be built.

    Examples
    --------
    >>> import sys
    >>> Progress({("judges", "01.html"): 2.0, ("judges", "02.html"): 4.0}, sys.stdout).begin()
    Building 2 reports
    """

    def __init__(self, expected: Mapping[tuple[str, str], float], stream: TextIO, *, n_same: int = 0) -> None:
        self._left = dict(expected)
        self._all = sum(expected.values())
        self._total = len(expected)
        self._n_same = n_same
        self._stream = stream
        self._live = stream.isatty()
        self._began = time.monotonic()

    def begin(self) -> None:
        """Say what is about to happen."""
        same = f"; {self._n_same} are as they were" if self._n_same else ""
        plural = "" if self._total == 1 else "s"
        print(f"Building {self._total} report{plural}{same}", file=self._stream, flush=True)

    def finished(self, outcome: Outcome) -> None:
        """Say what became of one report, and how long the rest may take."""
        self._left.pop((outcome.task.study, outcome.task.page), None)
        state = "FAILED" if outcome.failure else "built"
        name = f"{outcome.task.study}/{outcome.task.stem}"
        n_done = self._total - len(self._left)
        line = f"[{n_done}/{self._total}] {state} {name} ({outcome.seconds:.1f} s)"
        if self._live:
            print(f"\r\x1b[K{line}\n{self._say_rest()}", end="", file=self._stream, flush=True)
        else:
            print(line, file=self._stream, flush=True)

    def _say_rest(self) -> str:
        if not self._left:
            return ""
        seconds = estimate_rest(time.monotonic() - self._began, self._all, sum(self._left.values()))
        return f"{len(self._left)} to go, about {format_seconds(seconds)}"

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self._live:
            print("\r\x1b[K", end="", file=self._stream, flush=True)


def estimate_rest(elapsed: float, whole: float, left: float) -> float:
    """Return the seconds that the rest may take, if it goes on as it went.

    Parameters
    ----------
    whole, left
        Seconds that were expected of everything, and of what is left.

    Examples
    --------
    >>> estimate_rest(10, 30, 15)
    10.0
    """
    return elapsed * left / (whole - left)


def format_seconds(seconds: float) -> str:
    """Write a duration roughly.

    Examples
    --------
    >>> format_seconds(42.4), format_seconds(150)
    ('42 s', '2 min 30 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
