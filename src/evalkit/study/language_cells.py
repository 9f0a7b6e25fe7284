"""Prose of a notebook in several languages: each Markdown cell is tagged with the one it is written in.

The cells stand in pairs, ``lang-en`` before ``lang-id``, so that both are seen when one of them is changed. A
report has the cells of its own language and those that have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from evalkit.vocabulary import Language

_PREFIX: Final = "lang-"


def keep_language(notebook: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Return a notebook without the Markdown cells of other languages.

    Parameters
    ----------
    notebook
        A notebook as JSON holds it; it is not changed. Cells without a language belong to every one.

    Examples
    --------
    >>> english = {"cell_type": "markdown", "metadata": {"tags": ["lang-en"]}, "source": "# Scores"}
    >>> indonesian = {"cell_type": "markdown", "metadata": {"tags": ["lang-id"]}, "source": "# Skor"}
    >>> kept = keep_language({"cells": [english, indonesian]}, "id")
    >>> [cell["source"] for cell in kept["cells"]]
    ['# Skor']
    """
    return {**notebook, "cells": [cell for cell in notebook["cells"] if language_of(cell) in ("", lang)]}


def language_of(cell: Mapping[str, Any]) -> str:
    """Return the language that a Markdown cell is tagged with; empty for none, and for code.

    Examples
    --------
    >>> language_of({"cell_type": "markdown", "metadata": {"tags": ["lang-id", "remove-cell"]}})
    'id'
    """
    tags = cell["metadata"].get("tags", []) if cell["cell_type"] == "markdown" else []
    return next((tag.removeprefix(_PREFIX) for tag in tags if tag.startswith(_PREFIX)), "")


def write_language(notebook: Path, target: Path, lang: Language) -> Path:
    """Write a notebook in one language to another place, to be executed there; return the place."""
    import nbformat

    node = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.write(nbformat.from_dict(keep_language(node, lang)), target)  # type: ignore[no-untyped-call]
    return target
