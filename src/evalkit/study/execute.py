"""Execute one notebook with papermill, and say clearly where it failed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evalkit.lean_imports import without_iri_grammars
from evalkit.study.language_cells import write_language
from evalkit.study.notebooks import show_path
from evalkit.study.svg import number_names
from evalkit.vocabulary import Language

if TYPE_CHECKING:
    from evalkit.study.forked_kernel import WaitingKernel

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FILE: Final = re.compile(r"[^\s'\"<>]*ipykernel_\d+/\d+\.py")  # what a kernel calls the file of a cell
_SVG: Final = "image/svg+xml"
#: What is to be done about an error that evalkit raised on purpose.
OWN_REMEDY: Final = "Mend this and run again."
_OWN_ERRORS: Final = ("UsageError", "StudyError", "EvidenceError", "SpecificationError", "DesignError")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a report is not whole.

    Attributes
    ----------
    notebook
        What messages call it (`evalkit.study.notebooks.show_path`).
    cell
        Number of the cell in the notebook, counting all cells from 1; 0 where no cell is to blame.
    source
        First line of the cell.
    """

    notebook: str
    cause: str
    remedy: str
    cell: int = 0
    source: str = ""

    def message(self) -> str:
        """Write the failure for people: notebook, cell, cause, remedy; a number of a person is masked."""
        from evalkit.rules import mask_nip

        place = f", cell {self.cell}: {self.source}" if self.cell else ""
        text = f"{self.notebook}{place}\n  {_indent(self.cause)}\n  {_indent(self.remedy)}"
        return mask_nip(text)


#: Changes an executed notebook and what stopped it, before either is written.
Finish = Callable[[Any, Failure | None], tuple[Any, Failure | None]]


def _indent(text: str) -> str:
    return text.replace("\n", "\n  ")


def import_papermill() -> Any:
    """Import papermill, which imports jsonschema."""
    with without_iri_grammars():
        import papermill
    return papermill


def _engine(papermill: Any, kept: list[Any]) -> str:
    """Return the name of papermill's own engine, changed to keep the notebook in place of writing it.

    papermill gets the errors back, which it looks for: it would write the whole notebook as text once more.
    """

    class Keeps(papermill.engines.NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_notebook(cls, nb: Any, kernel_name: str, **settings: Any) -> Any:
            kept.append(nb)  # it is executed in place
            super().execute_notebook(nb, kernel_name, **settings)
            return type(nb)({**nb, "cells": list(map(_with_errors_only, nb.cells))})

    papermill.engines.papermill_engines.register("evalkit", Keeps)
    return "evalkit"


@contextmanager
def _outputs_checked_compiled() -> Iterator[None]:
    """Let nbformat check each output as part of a notebook, for which its checks are compiled."""
    from nbformat.v4 import nbbase, new_code_cell, new_notebook

    usual: Any = nbbase.validate
    notebook: Any = new_notebook()  # type: ignore[no-untyped-call]
    cell: Any = new_code_cell()  # type: ignore[no-untyped-call]

    def check(node: Any, kind: str | None = None) -> None:
        if kind == node.get("output_type"):
            usual({**notebook, "cells": [{**cell, "outputs": [node]}]})
        else:
            usual(node, kind)

    nbbase.validate = check
    try:
        yield
    finally:
        nbbase.validate = usual


def _with_errors_only(cell: Any) -> Any:
    outputs = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    return type(cell)({**cell, "outputs": outputs}) if "outputs" in cell else cell


def execute_notebook(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    runtime: Path,
    finish: Finish | None = None,
    waiting: WaitingKernel | None = None,
) -> tuple[Any, Failure | None]:
    """Execute a notebook in its own folder; return it as far as it came, and what stopped it.

    Parameters
    ----------
    target
        Where the executed notebook is written.
    runtime
        Folder for the kernel's sockets.
    finish
        What is done to the executed notebook and its failure before anything is written.
    waiting
        The process that is to become the kernel; without it, one is started plainly.
    """
    papermill = import_papermill()
    from evalkit.study.kernel import manager_class

    lang: Language = "id" if parameters.get("lang") == "id" else "en"
    failure, kept = None, list[Any]()
    try:
        with _outputs_checked_compiled():
            papermill.execute_notebook(
                str(write_language(notebook, target, lang)),
                None,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                engine_name=_engine(papermill, kept),
                cwd=str(notebook.parent),
                progress_bar=False,
                kernel_manager_class=manager_class(runtime, waiting),
                shutdown_kernel="immediate",
                record_timing=True,  # tells which cells were answered; tidy takes the clocks out
            )
    except papermill.PapermillExecutionError as error:
        failure = _cell_failure(notebook, error)
    except Exception as error:
        failure = _kernel_failure(notebook, error)
    import nbformat

    executed = kept[0] if kept else nbformat.read(target, as_version=4)  # type: ignore[no-untyped-call]
    failure = _place(failure, notebook, _find_stop(executed))
    executed = tidy(executed)
    if finish:
        executed, failure = finish(executed, failure)
    write_notebook(executed, target)
    return executed, failure


def write_notebook(notebook: Any, target: Path) -> None:
    """Write an executed notebook, a line for each cell: in a quarter of the time that indented JSON takes."""
    import nbformat

    nbformat.validate(notebook)
    around = {name: value for name, value in notebook.items() if name != "cells"}
    cells, rest = [_as_json(cell) for cell in notebook.cells], _as_json(around)
    target.write_text('{"cells": [\n' + ",\n".join(cells) + "\n],\n" + rest[1:] + "\n", encoding="utf-8")


def _as_json(part: Any) -> str:
    return json.dumps(part, sort_keys=True, ensure_ascii=False)


def _find_stop(executed: Any) -> str | None:
    """Return the source of the first cell that did not run to its end; None where all did."""
    for cell in executed.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or "skip-execution" in tags:
            continue
        answered = "shell.execute_reply" in cell.metadata.get("execution", {})
        stopped = any(output.output_type == "error" for output in cell.outputs)
        if not answered or (stopped and "raises-exception" not in tags):
            return str(cell.source)
    return None


def _place(failure: Failure | None, notebook: Path, stop: str | None) -> Failure | None:
    """Add the cell to a failure that has none; to end early, which papermill allows, is one too."""
    if stop is None or (failure is not None and failure.cell):
        return failure
    number, source = _find_cell(notebook, stop)
    if failure is not None:
        return replace(failure, cell=number, source=source)
    return Failure(
        notebook=show_path(notebook),
        cause="The notebook ends itself here, with exit() or quit(); what follows was not run.",
        remedy="Take that out of the cell, and run again.",
        cell=number,
        source=source,
    )


def _cell_failure(notebook: Path, error: Any) -> Failure:
    cause = _ANSI.sub("", f"{error.ename}: {error.evalue}").strip()
    remedy = f"Open {show_path(notebook)} in JupyterLab, mend the cell, and run again."
    if error.ename in _OWN_ERRORS:
        cause, remedy = _ANSI.sub("", error.evalue).strip(), OWN_REMEDY
    if error.ename == "StdinNotImplementedError":
        cause = "The cell waits for an answer, and nobody is asked while a report is built."
        remedy = "Make what it asks for a parameter, and set it with -p."
    number, source = _find_cell(notebook, error.source)
    return Failure(notebook=show_path(notebook), cause=cause, remedy=remedy, cell=number, source=source)


def _find_cell(notebook: Path, source: str) -> tuple[int, str]:
    """Return the number of a cell in the notebook as it stands in the folder, and its first line of code."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    numbers = [i for i, cell in enumerate(cells, start=1) if "".join(cell["source"]) == source]
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    return (numbers[0] if numbers else 0), (lines[0] if lines else "")


def _kernel_failure(notebook: Path, error: Exception) -> Failure:
    if type(error).__name__ == "DeadKernelError":
        return Failure(
            notebook=show_path(notebook),
            cause="The kernel died while it ran this cell; most often the machine ran out of memory.",
            remedy="Close other programs or run with --jobs 1, and run again.",
        )
    return Failure(
        notebook=show_path(notebook),
        cause=f"The notebook could not be run: {type(error).__name__}: {error}",
        remedy="Open it in JupyterLab and run it there; if it runs, please report this.",
    )


def tidy(notebook: Any) -> Any:
    """Take clocks, paths, random ids and papermill's own marks out of an executed notebook."""
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = _join_streams(cell.outputs)
            for output in cell.outputs:
                _tidy_output(output)
    for part in (notebook, *notebook.cells):
        for key in ("papermill", "execution", "kernelspec"):
            part.metadata.pop(key, None)
    return notebook


def _join_streams(outputs: Sequence[Any]) -> list[Any]:
    """Make one of what a cell printed at a stretch; a kernel sends it in pieces, cut by a clock."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _tidy_output(output: Any) -> None:
    """Take numbers of processes out of the paths of cells, and hashes out of the names inside pictures."""
    if output.output_type == "stream":
        output.text = _CELL_FILE.sub("cell", output.text)
    elif output.output_type == "error":
        output.traceback = [_CELL_FILE.sub("cell", line) for line in output.traceback]
    for mime, tidied in (("text/plain", partial(_CELL_FILE.sub, "cell")), (_SVG, number_names)):
        if mime in output.get("data", {}):
            output.data[mime] = tidied(output.data[mime])
