"""What of an executed notebook readers see, with the words of its figures beside them."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import nbformat

from evalkit.study.harvest import figures_of, is_figure, without_title
from evalkit.study.html.words import say_in
from evalkit.study.options import read_options
from evalkit.vocabulary import RESULTS_MIME, TABLE_MIME, Language

_HIDDEN_INPUT: Final = {"remove-input", "remove_input"}


def prepare(notebook: Any, lang: Language = "en") -> Any:
    """Return a copy without what readers need not see, and with the words of figures beside them."""
    copy = nbformat.from_dict({**notebook, "cells": list(map(_without_rows, notebook["cells"]))})
    copy.cells = [cell for cell in copy.cells if "remove-cell" not in _tags(cell) and not _is_blank(cell)]
    titled = False
    for cell in copy.cells:
        if cell.cell_type == "markdown" and not titled and cell.source.lstrip().startswith("# "):
            cell.source, titled = without_title(cell.source), True
        if cell.cell_type == "code":
            _prepare_code(cell, lang)
    return copy


def _without_rows(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave the rows of tables and results out, which would be copied several times before none is shown."""
    if cell["cell_type"] != "code":
        return cell
    outputs = [
        {**output, "data": {mime: _name_only(mime, data) for mime, data in output["data"].items()}}
        if "data" in output
        else output
        for output in cell["outputs"]
    ]
    return {**cell, "outputs": outputs}


def _name_only(mime: str, data: Any) -> Any:
    if mime == TABLE_MIME:
        return {"label": data["label"]}
    return [] if mime == RESULTS_MIME else data


def _prepare_code(cell: Any, lang: Language) -> None:
    figures = iter(figures_of(cell))
    for output in cell.outputs:
        if is_figure(output):
            figure = next(figures)
            output.metadata.figure = {
                "id": figure.label,
                "alt": say_in(figure.alt, lang),
                "caption": say_in(figure.caption, lang),
            }
    tags = _tags(cell)
    if "remove-output" in tags or "remove_output" in tags:
        cell.outputs = []
    if any(map(is_figure, cell.outputs)):  # what a plotting call returned is no news beside its figure
        cell.outputs = [output for output in cell.outputs if not _is_bare_result(output)]
    cell.outputs = [output for output in cell.outputs if not _is_message_only(output)]
    cell.metadata.shown_source = "" if tags & _HIDDEN_INPUT else read_options(cell.source)[1]


def _is_bare_result(output: Any) -> bool:
    return output.output_type == "execute_result" and set(output.data) == {"text/plain"}


def _is_message_only(output: Any) -> bool:
    """Tell whether an output speaks to the runner alone, such as the rows for ``results.csv``."""
    data = output.get("data", {})
    return any(mime.startswith("application/vnd.evalkit.") for mime in data) and "text/html" not in data


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _is_blank(cell: Any) -> bool:
    return not cell.source.strip()
