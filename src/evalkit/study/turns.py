"""Turns that processes take, so that no more than some of them do something at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TextIO

_PAUSE: Final = 0.02  # seconds between two looks whether a turn is free


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
    with ExitStack() as opened:
        files = [opened.enter_context((folder / f"turn-{i}").open("w", encoding="utf-8")) for i in range(n)]
        while not (free := next(filter(_lock, files), None)):
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            fcntl.flock(free, fcntl.LOCK_UN)  # what was forked meanwhile holds the file open, too


def _lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
