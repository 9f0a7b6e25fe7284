"""What a report was made from: hashes, versions, seed. No clock, no path, nothing personal."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import evalkit
from evalkit.study.study_file import Study, templates_folder

_PACKAGES: Final = (
    *("duckdb", "ipykernel", "matplotlib", "nbconvert", "numpy", "pandas"),
    *("papermill", "scipy", "seaborn", "statsmodels"),
)
_PACKAGE_FOLDER: Final = Path(evalkit.__file__).parent
_IGNORED: Final = {"__pycache__", ".ipynb_checkpoints"}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by their path inside a folder, in the order of the paths."""
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(paths)}


def hash_tree(folder: Path, *, without: Iterable[str] = ()) -> str:
    """Return one SHA-256 over the names and contents of every file in a folder, but some by name."""
    total = hashlib.sha256()
    paths = [path for path in _files(folder) if path.name not in set(without)]
    for name, digest in hash_files(folder, paths).items():
        total.update(f"{name} {digest}\n".encode())
    return total.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not _IGNORED.intersection(path.parts)
        and not path.name.startswith(".")
        and path.suffix != ".pyc"
    ]


def describe_environment(root: Path) -> dict[str, Any]:
    """Return what is the same for every study of a run: code, lock, versions and commit."""
    lock = root / "requirements.lock"
    return {
        "evalkit": evalkit.__version__,
        "package_sha256": hash_tree(_PACKAGE_FOLDER),
        "lock_sha256": hash_file(lock) if lock.is_file() else "",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "commit": _commit(root),
    }


def describe_study(study: Study) -> dict[str, Any]:
    """Return what a study's reports rest on: its files and the shipped methods, with their hashes."""
    shipped = (_PACKAGE_FOLDER / "methods").glob("*.yaml")
    templates = templates_folder()
    return {
        "study": study.name,
        "kind": study.kind,
        "evidence_sha256": hash_tree(study.folder),
        "files": hash_files(study.folder, _files(study.folder)),
        "methods": hash_files(_PACKAGE_FOLDER / "methods", shipped),
        "templates": hash_files(templates, templates.glob("*.csv")),
        "seed": study.seed,
        "n_boot": study.n_boot,
        "conf_level": study.conf_level,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit(root: Path) -> str:
    """Return the commit of the workbench, marked where files differ from it; empty without git."""
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
