"""Libraries whose import takes long for something that nobody here uses."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any


def without_iri_grammars() -> AbstractContextManager[None]:
    """Import something that imports jsonschema without the second that an unused address format costs.

    ``rfc3987_syntax`` compiles grammars for JSON Schema's iri formats, which no schema here uses. jsonschema
    does without it where it is absent.
    """
    return _without("rfc3987_syntax")


def without_debugger() -> AbstractContextManager[None]:
    """Import ipykernel's debugger without debugpy, of which no report makes use; it does without."""
    return _without("debugpy")


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let a package seem absent to what is imported meanwhile, unless it is imported already."""
    absent = package not in sys.modules
    if absent:
        sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            del sys.modules[package]


@contextmanager
def showing_no_modules(module: ModuleType) -> Iterator[None]:
    """Let the code of a module find ``sys.modules`` empty meanwhile.

    ipykernel lists the files of all modules for its debugger, which none here has. To read thousands of them
    has the pages of memory that they lie on copied, in each process that was forked with them.

    Examples
    --------
    >>> import platform
    >>> with showing_no_modules(platform):
    ...     len(platform.sys.modules), len(sys.modules) > 0
    (0, True)
    """
    usual = vars(module)["sys"]
    vars(module)["sys"] = SimpleNamespace(**{**vars(usual), "modules": {}})
    try:
        yield
    finally:
        vars(module)["sys"] = usual


def import_jsonschema() -> Any:
    """Import jsonschema, when something is to be checked: who only scores does not need it."""
    with without_iri_grammars():
        import jsonschema
    return jsonschema


def load_later(package: str, file: str) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a package that imports a name from where it is when it is asked for.

    Which names there are, and where, is told by the imports ``if TYPE_CHECKING`` of the package, as for
    ``lazy_loader``'s stubs: whoever needs one sentence does not wait for every figure to be imported.

    Examples
    --------
    >>> import evalkit.present
    >>> load_later("evalkit.present", evalkit.present.__file__)("make_table").__module__
    'evalkit.present.tables'
    """
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = {each.name: node.module or "" for node in imports for each in node.names}

    def find(name: str) -> Any:
        if not modules.get(name, "").startswith(f"{package}."):
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(modules[name]), name)
        setattr(sys.modules[package], name, found)
        return found

    return find
