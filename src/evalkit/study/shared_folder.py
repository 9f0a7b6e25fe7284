"""A folder of results: each file whole or absent, computed by one process at a time, and not for ever."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from evalkit.processes import COLD_VARIABLE
from evalkit.study.provenance import combine, hash_package, list_installed
from evalkit.study.workspace import private_folder
from evalkit.whole_file import replacing

#: Environment variable: the folder in which kernels keep and find heavy results; unset or empty: none.
SHARED_VARIABLE: Final = "EVALKIT_SHARED"
_FOLDER: Final = "shared"
_MOST_BYTES: Final = 2_000_000_000  # of all results together; those used least recently go first
_LARGEST: Final = 300_000_000  # of one result
_ENTRY: Final = ".result"
_PACKAGES: Final = ("duckdb", "joblib", "numpy", "pandas", "pyarrow", "scipy", "statsmodels")
#: Folders of the package that decide no number.
_WORDING: Final = ("present/", "study/html/")
_DIGEST_BYTES: Final = 32
_held: dict[str, tuple[Any]] = {}


def open_shared(root: Path) -> Path | None:
    """Return the folder for results of this code; none where everything is to be computed anew."""
    if os.environ.get(COLD_VARIABLE) == "1":
        return None
    folder = private_folder(root) / _FOLDER / hash_computing_code()[:20]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def clear_shared(folder: Path) -> None:
    """Remove what other code left beside a folder, and in it what is not whole or too much.

    Only the runner may call this, before it starts kernels, while it holds the lock of ``reports/``.
    """
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    entries = sorted(folder.glob(f"*{_ENTRY}"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept, total = set(), 0
    for entry in entries:
        total += entry.stat().st_size
        if total <= _MOST_BYTES:
            kept.add(entry)
    for path in set(folder.iterdir()) - kept:  # locks and unfinished files, too
        path.unlink(missing_ok=True)


def hash_computing_code() -> str:
    """Return one SHA-256 of what decides numbers: the package without its words, and versions."""
    code = hash_package(without=_WORDING)
    installed = list_installed(Path())
    versions = {name: installed.get(name, "") for name in _PACKAGES}
    return combine({**code, "python": platform.python_version(), **versions})


def hold(folder: Path, keys: Iterable[str]) -> None:
    """Read results into this process, so that those that are forked from it need not read them.

    Examples
    --------
    >>> hold(Path("nowhere"), ["key"])  # what cannot be read is left to who needs it
    """
    for key in keys:
        if found := _read(folder / f"{key}{_ENTRY}"):
            _held[key] = found


def find_or_compute(folder: Path, key: str, compute: Callable[[], tuple[Any, bool]]) -> Any:
    """Return the result kept under a key; where there is none, or a broken one, compute and keep it.

    Of processes that want the same at the same time one computes, and the others wait for it; if it ends
    without an answer, however that happens, the next one computes. What cannot be written is not kept.

    Parameters
    ----------
    compute
        Returns the result, and whether it may be kept.
    """
    path = folder / f"{key}{_ENTRY}"
    found = _held.get(key) or _read(path)
    if found is not None:
        return found[0]
    with _lock(path.with_suffix(".lock")):
        found = _read(path)  # another process may have computed it while this one waited
        if found is not None:
            return found[0]
        value, may_keep = compute()
        if may_keep:
            _write(path, value)
    return value


def _read(path: Path) -> tuple[Any] | None:
    """Return what a file holds, as a tuple of one; None where there is none, or it is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    payload = memoryview(content)[_DIGEST_BYTES:]
    if hashlib.sha256(payload).digest() != content[:_DIGEST_BYTES]:
        return None
    with suppress(OSError):
        os.utime(path)  # used just now
    try:
        return (pickle.loads(payload),)
    except Exception:  # written by a library that has changed: whatever it raises, compute anew
        return None


def _write(path: Path, value: Any) -> None:
    """Put a result in place as a whole, for its owner alone; leave it out where that cannot be done."""
    try:
        payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError):
        return
    if len(payload) > _LARGEST:
        return
    with suppress(OSError), replacing(path) as new, open(new, "wb", opener=_for_owner) as file:
        file.write(hashlib.sha256(payload).digest())
        file.write(payload)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes back when its holder ends; go without where none can be had."""
    try:
        file = path.open("w", encoding="utf-8")
    except OSError:
        yield
        return
    with file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
