"""Turns that processes take, so that no more than some of them do something at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PAUSE: Final = 0.01  # seconds between two looks whether a turn is free


@contextmanager
def take_turn(folder: Path, n: int) -> Iterator[None]:
    """Wait until fewer than ``n`` processes have a turn, and have one; who dies has none any more.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, take_turn(Path(folder), 2), take_turn(Path(folder), 2):
    ...     print("two at a time")
    two at a time
    """
    while True:
        for i in range(n):
            with (folder / f"turn-{i}").open("w", encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                try:
                    yield
                finally:
                    fcntl.flock(file, fcntl.LOCK_UN)  # what was forked meanwhile holds the file open, too
                return
        time.sleep(_PAUSE)
