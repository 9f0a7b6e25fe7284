"""Files that are whole or as they were: written beside their place, and put there in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give a hidden path beside a file, for what is to take its place once the block has ended.

    Where the block raises, or is interrupted, what it wrote is removed and the file stays as it was. Two
    processes that write the same file do not meet: the last one to end wins.

    Raises
    ------
    OSError
        If the folder cannot be written to.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "seconds.json")
    ...     with replacing(file) as new:
    ...         _ = new.write_text("{}")
    ...     file.read_text()
    '{}'
    """
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield new
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def write_whole(file: Path, text: str) -> None:
    """Write a text as UTF-8 in place of what a file holds, all of it or nothing."""
    with replacing(file) as new:
        new.write_text(text, encoding="utf-8")
