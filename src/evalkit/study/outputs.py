"""Outputs of an executed notebook, joined to a notebook whose code is the same: no kernel has to start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalkit.study.execute import import_papermill, tidy, write_notebook
from evalkit.study.language_cells import write_language
from evalkit.vocabulary import Language


def join_outputs(notebook: Path, executed: Path, target: Path, parameters: Mapping[str, Any]) -> Any:
    """Write a notebook with the outputs that its code cells had when it was executed; return it.

    The bytes are those of executing it anew. Markdown may have changed since, and code may not.

    Parameters
    ----------
    executed
        The notebook as it was executed; it may be the target.
    parameters
        The parameters that it was executed with.
    """
    papermill = import_papermill()
    import nbformat

    done = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    lang: Language = "id" if parameters.get("lang") == "id" else "en"
    joined = papermill.execute_notebook(
        str(write_language(notebook, target, lang)),
        None,
        parameters=dict(parameters),
        kernel_name="python3",
        language="python",
        prepare_only=True,
    )
    for cell, source in zip(_code_cells(joined), _code_cells(done), strict=True):
        cell.outputs, cell.execution_count = source.outputs, source.execution_count
    joined.metadata |= {name: done.metadata[name] for name in ("language_info",) if name in done.metadata}
    joined = tidy(joined)
    write_notebook(joined, target)
    return joined


def _code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
