"""A sheet of respondents of the public satisfaction survey: its closing rows, recomputed from the answers.

Each way of computing them that is met is tried on all closing rows together. What is right comes first: where
it fits within the precision of what is recorded, nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from evalkit.intake.audit.bands import Recorded, audit_bands
from evalkit.intake.audit.columns import find_copies, find_exchanged
from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.intake.audit.survey_ways import AVERAGED, MISSING, RIGHT, WAYS, WEIGHTS, Cell, Recomputation, Way
from evalkit.intake.layouts import Reading
from evalkit.rules import ELEMENTS

_QUANTITIES: Final = {"sum": "sum", "mean": "nrr", "weighted": "nrr_weighted"}
#: The highest weighted NRR; a number above it in such a row is an IKM.
_HIGHEST: Final = 4


def audit_survey(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute sums, NRR, weighted NRR, IKM and category of a sheet of respondents."""
    answers = reading.table[list(ELEMENTS)].to_numpy(dtype=np.float64)
    beside = [find_exchanged(reading), find_copies(reading)]
    if not len(answers) or np.isnan(answers).all(axis=0).any():
        return 0, [], beside
    cells, right = list(_recorded(reading)), Recomputation(answers)
    fitting = [way for way in WAYS if right.fits_all(cells, way)]
    best = fitting[0] if fitting else _best_for_most(cells, right)
    likely = [way for way in fitting if len(way.defects) == len(best.defects)] or [best]
    differences = _differ(cells, best, right)
    bands, band_defects = audit_bands(list(_bands(reading, cells, best, right)))
    differences += bands
    defects = [
        *_weights(cells, likely, fitting, differences),
        *_means(answers, cells, likely, fitting, differences),
        *band_defects,
        *beside,
    ]
    n_compared = len(cells) + sum(closing.band is not None for closing in reading.closing)
    return n_compared, differences, defects


def _recorded(reading: Reading) -> Iterator[Cell]:
    """Yield the numbers of the closing rows."""
    for closing in reading.closing:
        quantity = _QUANTITIES.get(closing.kind)
        if quantity and len(closing.values) == len(ELEMENTS):
            for element, (number, column) in closing.values.items():
                cell = reading.name_place(closing.row, column)
                yield Cell(cell=cell, quantity=quantity, recorded=number, element=element)
        if closing.single and closing.kind in ("weighted", "ikm"):
            number, column = closing.single
            kind = "ikm" if closing.kind == "ikm" and number > _HIGHEST else "nrr_weighted"
            yield Cell(cell=reading.name_place(closing.row, column), quantity=kind, recorded=number)


def _best_for_most(cells: Sequence[Cell], right: Recomputation) -> Way:
    """Return the way that gives most of the cells, the one nearest to what is right of several."""
    return max(WAYS, key=lambda way: sum(right.fits(cell, way) for cell in cells))


def _differ(cells: Sequence[Cell], best: Way, right: Recomputation) -> list[Difference]:
    rounded = Way(rounding=best.rounding)
    return [
        Difference(
            cell=cell.cell,
            quantity=cell.quantity,
            recorded=cell.recorded,
            recomputed=right.value(cell),
            why=_explain(cell, best) if right.fits(cell, best) else (),
        )
        for cell in cells
        if not right.fits(cell, RIGHT) and not right.fits(cell, rounded)
    ]


def _explain(cell: Cell, best: Way) -> tuple[str, ...]:
    """Return the defects that a cell can have; a mean has no weight."""
    weighted = cell.quantity in ("nrr_weighted", "ikm")
    return tuple(code for code in best.defects if weighted or not code.startswith("weight"))


def _bands(reading: Reading, cells: Sequence[Cell], best: Way, right: Recomputation) -> Iterator[Recorded]:
    """Yield the band of the sheet beside its IKM, where a row for it is there."""
    recomputed = right.value(Cell(cell="", quantity="ikm", recorded=0))
    ikm = next((cell.recorded for cell in cells if cell.quantity == "ikm"), recomputed)
    if not best.defects and any(right.fits(cell, best) for cell in cells if cell.quantity == "ikm"):
        recomputed = ikm  # the same number, rounded on the way
    for closing in reading.closing:
        if closing.band or closing.kind == "category":
            band, column = closing.band or ("", reading.header.columns["U1"])
            cell = reading.name_place(closing.row, column)
            yield Recorded(cell=cell, band=band, ikm=ikm, recomputed=recomputed, why=best.defects)


def _weights(
    cells: Sequence[Cell], likely: Sequence[Way], fitting: Sequence[Way], differences: list[Difference]
) -> Iterator[Defect]:
    """Say of each short weight whether it stands for 1/9 here."""
    weighted = any(cell.quantity in ("ikm", "nrr_weighted") for cell in cells)
    for weight in WEIGHTS:
        code = f"weight_{weight}"
        if any(way.weight == weight for way in likely) and any(code in each.why for each in differences):
            others = [way.weight for way in likely if way.weight not in ("", weight)]
            yield explain(code, differences, **({"or": others[0]} if others else {}))
        else:
            hidden = not weighted or any(way.weight == weight for way in fitting)
            yield Defect(code=code, verdict="unknown" if hidden else "not_found")


def _means(
    answers: np.ndarray,
    cells: Sequence[Cell],
    likely: Sequence[Way],
    fitting: Sequence[Way],
    differences: list[Difference],
) -> Iterator[Defect]:
    """Say whether missing answers divide, and whether closing rows count as respondents."""
    told = any(cell.quantity != "sum" for cell in cells)
    n_missing = int(np.isnan(answers).sum())
    for code, possible in ((MISSING, n_missing > 0), (AVERAGED, True)):
        if any(code in way.defects for way in likely) and any(code in each.why for each in differences):
            yield explain(code, differences, n_missing=float(n_missing))
        else:
            hidden = possible and (not told or any(code in way.defects for way in fitting))
            yield Defect(code=code, verdict="unknown" if hidden else "not_found")
