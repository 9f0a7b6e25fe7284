"""Which code a number comes from: one hash over everything that a replicate runs through."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import evalkit

#: What a replicate runs through. What only plans, counts or stores replicates is left out below.
_FOLDERS: Final = ("lab", "methods", "evidence", "rules")
_ENGINE: Final = {
    f"lab/{name}.py"
    for name in (
        *("__init__", "checkpoints", "code", "diagnose", "diagnosis", "montecarlo", "plan", "plans"),
        *("recompute", "storage", "workers"),
    )
}
_ENDINGS: Final = {".py", ".yaml", ".csv"}
_PACKAGES: Final = ("duckdb", "numpy", "pandas", "scipy")


@cache
def hash_code() -> str:
    """Return one SHA-256 over the names and contents of the files that decide a replicate's numbers."""
    package = Path(evalkit.__file__).parent
    files = [
        file.relative_to(package).as_posix()
        for folder in _FOLDERS
        for file in (package / folder).rglob("*")
        if file.suffix in _ENDINGS
    ]
    total = hashlib.sha256()
    for name in sorted(set(files) - _ENGINE):
        total.update(f"{name} {hashlib.sha256((package / name).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def find_versions() -> dict[str, str]:
    """Return the versions of evalkit, Python and the packages that compute."""
    packages = {name: version(name) for name in _PACKAGES}
    return {"evalkit": evalkit.__version__, "python": platform.python_version(), **packages}
