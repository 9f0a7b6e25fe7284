"""What a report was made from: hashes, versions, seed. No clock, no path, nothing personal."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import evalkit
from evalkit.study.declared import list_declared
from evalkit.study.shipped import SHIPPED, find_shared, is_workbench, templates_folder
from evalkit.study.study_file import Study

_PACKAGES: Final = (
    *("duckdb", "ipykernel", "matplotlib", "nbconvert", "numpy", "pandas"),
    *("papermill", "scipy", "seaborn", "statsmodels"),
)
_PACKAGE_FOLDER: Final = Path(evalkit.__file__).parent
_IGNORED: Final = {"__pycache__", ".ipynb_checkpoints"}
_PAGES: Final = "study/html/"  # what no kernel runs; the words are stamped on what kernels return
_WORDS: Final = f"{_PAGES}words.py"
_INSTALLED: Final = ".dist-info"
_LOCKED: Final = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==", re.MULTILINE)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(folder: Path, paths: Iterable[Path] | None = None) -> dict[str, str]:
    """Return the SHA-256 of files, all by default, by their path inside a folder, in the order of paths."""
    chosen = _files(folder) if paths is None else paths
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(chosen)}


def hash_tree(folder: Path, *, without: Iterable[str] = ()) -> str:
    """Return one SHA-256 over the names and contents of every file in a folder, but some by name."""
    paths = [path for path in _files(folder) if path.name not in set(without)]
    return combine(hash_files(folder, paths))


def combine(digests: Mapping[str, str]) -> str:
    """Return one SHA-256 over names and hashes of files.

    Examples
    --------
    >>> combine({"a.csv": "12"}) == combine({"b.csv": "12"})
    False
    """
    total = hashlib.sha256()
    for name, digest in digests.items():
        total.update(f"{name} {digest}\n".encode())
    return total.hexdigest()


def hash_package(*, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the SHA-256 of the files of evalkit by their path in it, but those in some of its folders.

    The notebooks and studies that a wheel carries are not among them: a clone has them elsewhere, and each is
    hashed where it is used.
    """
    left_out = (*without, f"{SHIPPED}/")
    return {
        name: digest for name, digest in hash_files(_PACKAGE_FOLDER).items() if not name.startswith(left_out)
    }


def _files(folder: Path) -> list[Path]:
    return [
        Path(where) / name
        for where, _, names in os.walk(folder)
        if not _IGNORED.intersection(Path(where).parts)
        for name in names
        if not name.startswith(".") and not name.endswith(".pyc")
    ]


def describe_environment(root: Path) -> dict[str, Any]:
    """Return what is the same for every study of a run: code, lock and versions."""
    lock = find_shared(root, "requirements.lock")
    package = hash_package()
    run = {name: digest for name, digest in package.items() if _is_run(name)}
    installed = list_installed(lock)
    return {
        "evalkit": evalkit.__version__,
        "package_sha256": combine(package),
        "kernel_sha256": combine(run),
        "lock_sha256": hash_file(lock) if lock.is_file() else "",
        "python": platform.python_version(),
        "packages": {name: installed.get(name, "") for name in _PACKAGES},
        "installed_sha256": combine(installed),
    }


def _is_run(name: str) -> bool:
    """Tell whether a kernel may run a file of the package, given by its path; templates are not run."""
    return name == _WORDS or not name.startswith(_PAGES)


def list_installed(lock: Path) -> dict[str, str]:
    """Return the versions of the installed packages by name; of those that the lock names, where it is there.

    The names of folders say them, which is a hundred times as fast as reading what is in the folders.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for path in Path(folder or ".").iterdir():
                if path.suffix == _INSTALLED:
                    package, _, version = path.stem.partition("-")
                    found.setdefault(_normal(package), version)
    if lock.is_file():
        locked = set(map(_normal, _LOCKED.findall(lock.read_text(encoding="utf-8"))))
        found = {name: version for name, version in found.items() if name in locked}
    return dict(sorted(found.items()))


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def describe_study(study: Study) -> dict[str, Any]:
    """Return what a study's reports rest on: its files and the shipped methods, with their hashes."""
    shipped = (_PACKAGE_FOLDER / "methods").glob("*.yaml")
    templates = templates_folder(study.folder)
    files = hash_files(study.folder, list_declared(study))
    return {
        "study": study.name,
        "kind": study.kind,
        "evidence_sha256": combine(files),
        "files": files,
        "methods": hash_files(_PACKAGE_FOLDER / "methods", shipped),
        "templates": hash_files(templates, templates.glob("*.csv")),
        "seed": study.seed,
        "n_boot": study.n_boot,
        "conf_level": study.conf_level,
    }


def describe_commit(root: Path) -> str:
    """Return the commit of the workbench, marked where files differ from it; empty outside or without git."""
    if not is_workbench(root):  # the repository of somebody's study says nothing about evalkit
        return ""
    head = _git(root, "rev-parse", "HEAD")
    changed = head and _git(root, "status", "--porcelain", "--untracked-files=no")
    return f"{head}, with changes" if changed else head


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
