"""Libraries whose import takes long for something that nobody here uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_iri_grammars() -> Iterator[None]:
    """Import something that imports jsonschema without the second that an unused address format costs.

    ``rfc3987_syntax`` compiles grammars for JSON Schema's iri formats, which no schema here uses. jsonschema
    does without it where it is absent.
    """
    absent = "rfc3987_syntax" not in sys.modules
    if absent:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            del sys.modules["rfc3987_syntax"]


def import_jsonschema() -> Any:
    """Import jsonschema, when something is to be checked: who only scores does not need it."""
    with without_iri_grammars():
        import jsonschema
    return jsonschema
