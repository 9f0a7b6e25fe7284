"""Libraries whose import takes long for something that nobody here uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
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


def import_jsonschema() -> Any:
    """Import jsonschema, when something is to be checked: who only scores does not need it."""
    with without_iri_grammars():
        import jsonschema
    return jsonschema
