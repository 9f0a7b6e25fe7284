"""What notebooks hand over beside their text: bundles of numbers, findings and tables in cell outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from evalkit.errors import ReportError
from evalkit.vocabulary import FINDINGS_MIME, RESULTS_MIME, TABLE_MIME


def code_cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the code cells that readers see something of."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "remove-cell" not in cell["metadata"].get("tags", []):
            yield cell


def read_bundles(notebook: Mapping[str, Any], mime: str) -> Iterator[Any]:
    """Yield the bundles of one type that an executed notebook holds.

    Raises
    ------
    ReportError
        If one has another shape than its type says.
    """
    is_right, words = _SHAPES[mime]
    for bundle in bundles_of(notebook, mime):
        if not is_right(bundle):
            raise ReportError(f"An output of type {mime} must be {words}; let evalkit.present make it")
        yield bundle


def bundles_of(notebook: Mapping[str, Any], mime: str) -> Iterator[Any]:
    """Yield the bundles of one type that an executed notebook holds, whatever their shape."""
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            data = output.get("data", {})
            if mime in data:
                yield data[mime]


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in ("label", "caption"))
        and isinstance(value.get("columns"), list)
        and _is_list_of(value.get("rows"), list)
    )


_SHAPES: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    FINDINGS_MIME: (
        lambda value: isinstance(value, dict) and _is_list_of(value.get("findings"), str),
        'a mapping with a list of sentences under "findings"',
    ),
    RESULTS_MIME: (lambda value: _is_list_of(value, dict), "a list of rows"),
    TABLE_MIME: (_is_table, "a mapping with label, caption, columns and rows"),
}
