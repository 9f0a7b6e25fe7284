"""Which code a number comes from: one hash over everything that a replicate runs through."""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import evalkit

#: What a replicate begins with. What it imports inside the package, and so on, decides its numbers, too.
_BEGINS: Final = "evalkit.lab.replicate"
#: Folders whose specifications and tables are read.
_READ: Final = ("methods", "evidence", "rules")
_ENDINGS: Final = {".yaml", ".csv"}
_PACKAGES: Final = ("duckdb", "numpy", "pandas", "scipy")
_ROOT: Final = Path(evalkit.__file__).parent


@cache
def hash_code() -> str:
    """Return one SHA-256 over the names and contents of the files that decide a replicate's numbers."""
    total = hashlib.sha256()
    for name in list_files():
        total.update(f"{name} {hashlib.sha256((_ROOT / name).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def list_files() -> list[str]:
    """List the files that decide a replicate's numbers: modules that it imports, and what these read.

    Examples
    --------
    >>> files = list_files()
    >>> "lab/outcomes.py" in files, "methods/dumai.yaml" in files, "present/tables.py" in files
    (True, True, False)
    """
    found = {file for folder in _READ for file in (_ROOT / folder).rglob("*") if file.suffix in _ENDINGS}
    left = [_BEGINS]
    while left:
        file = _find(left.pop())
        if file and file not in found:
            found.add(file)
            left += _imports(file)
    return sorted(file.relative_to(_ROOT).as_posix() for file in found)


def _find(module: str) -> Path | None:
    """Return the file of a module of this package; none for any other name."""
    first, *parts = module.split(".")
    if first != evalkit.__name__ or not parts:
        return None
    path = _ROOT.joinpath(*parts)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file if file.is_file() else None


def _imports(file: Path) -> Iterator[str]:
    """Yield what a file imports: each module, and each name that may be one."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def find_versions() -> dict[str, str]:
    """Return the versions of evalkit, Python and the packages that compute."""
    packages = {name: version(name) for name in _PACKAGES}
    return {"evalkit": evalkit.__version__, "python": platform.python_version(), **packages}
