"""Merged cells: the value of a merged rectangle stands in each of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evalkit.intake.files.limits import Limits
from evalkit.intake.files.refusals import OversizedFileError
from evalkit.intake.files.workbook import EMPTY, Merged, Value


def fill_merged(
    path: Path, sheet: str, rows: list[list[Value]], merged: Sequence[Merged], limits: Limits
) -> None:
    """Write the value of each merged rectangle into its empty cells, in place.

    Raises
    ------
    OversizedFileError
        If the rectangles cover more cells than a file may have.
    """
    width = max(map(len, rows), default=0)
    n_covered = 0
    for area in merged:
        bottom, right = min(area.bottom, len(rows) - 1), min(area.right, width - 1)
        n_covered += max(0, bottom - area.top + 1) * max(0, right - area.left + 1)
        if n_covered > limits.n_cells:
            raise OversizedFileError(
                f"{path.name}, sheet {sheet!r}: its merged cells cover more than {limits.n_cells:,} cells. "
                "Copy the "
                "filled part into a new workbook, and read that."
            )
        if area.top <= bottom and area.left <= right and area.left < len(rows[area.top]):
            _fill(rows, area.top, bottom, area.left, right)


def _fill(rows: list[list[Value]], top: int, bottom: int, left: int, right: int) -> None:
    value = rows[top][left]
    for row in range(top, bottom + 1):
        cells = rows[row]
        cells.extend([EMPTY] * (right + 1 - len(cells)))
        for column in range(left, right + 1):
            if cells[column] == EMPTY:
                cells[column] = value
