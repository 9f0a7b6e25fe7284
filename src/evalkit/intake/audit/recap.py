"""A recap of the public satisfaction survey, one agency a row: weighted NRR, IKM and category recomputed.

A recap prints the means of the elements with few decimals, often fewer than its IKM was computed from. So an
IKM is held against everything that could stand behind the printed means, and differs only beyond that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evalkit.intake.audit.bands import Recorded, audit_bands
from evalkit.intake.audit.columns import find_copies, find_exchanged
from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.intake.audit.precision import common_decimals, decimals, half_unit
from evalkit.intake.audit.survey_ways import WEIGHTS
from evalkit.intake.layouts import Reading
from evalkit.rules import ELEMENTS

#: Means with more decimals than this were computed in the sheet, and are taken as they are.
_MOST_PRINTED: Final = 3
#: So many rows agree to the last digit with a short weight, and half with 1/9 at most: that is no chance.
_SURE: Final = 8
_RIGHT: Final = 1 / len(ELEMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One agency: the sum of its means, how far rounding may have moved it, and 25 times what is recorded."""

    at: int
    field: str
    total: float
    slack: float
    recorded: float
    unit: float

    def could_be(self, weight: float) -> bool:
        """Tell whether a weight gives what is recorded, whatever the printed means were rounded from."""
        return abs(self.recorded - 25 * weight * self.total) <= 25 * weight * self.slack + self.unit + 1e-9

    def is_exactly(self, weight: float) -> bool:
        """Tell whether a weight gives what is recorded from the printed means themselves."""
        return abs(self.recorded - 25 * weight * self.total) <= self.unit + 1e-9


def audit_recap(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Recompute weighted NRR, IKM and category of each agency of a recap."""
    rows = list(_rows(reading))
    weight, fitting = _find_weight(rows)
    code = f"weight_{weight}" if weight else ""
    factor = float(weight) if weight else _RIGHT
    differences = [
        Difference(
            cell=reading.name_cell(row.at, row.field),
            quantity="ikm" if row.field == "ikm" else "nrr_weighted",
            recorded=row.recorded if row.field == "ikm" else row.recorded / 25,
            recomputed=(25 if row.field == "ikm" else 1) * _RIGHT * row.total,
            why=(code,) if code and row.could_be(factor) else (),
        )
        for row in rows
        if not row.could_be(_RIGHT) or (code and row.is_exactly(factor) and not row.is_exactly(_RIGHT))
    ]
    bands, band_defects = audit_bands(list(_bands(reading, rows, code)))
    differences += bands
    n_bands = int((reading.table["band"] != "").sum()) if reading.has("band") else 0
    defects = [
        *_weights(weight, fitting, differences),
        *band_defects,
        find_exchanged(reading),
        find_copies(reading),
    ]
    return len(rows) + n_bands, differences, defects


def _rows(reading: Reading) -> Iterator[_Row]:
    means = reading.table[list(ELEMENTS)].to_numpy(dtype=np.float64)
    for field, scale in (("sum_weighted", 25.0), ("ikm", 1.0)):
        if not reading.has(field):
            continue
        least = common_decimals(reading.table[field])
        for at, (own, recorded) in enumerate(zip(means, reading.table[field], strict=True)):
            if math.isnan(recorded) or np.isnan(own).any():
                continue
            yield _Row(
                at=at,
                field=field,
                total=float(math.fsum(own)),
                slack=_slack(own.tolist()),
                recorded=float(recorded) * scale,
                unit=scale * half_unit(float(recorded), least=least),
            )


def _slack(means: Sequence[float]) -> float:
    """Return how far the sum of printed means may be from that of the means themselves."""
    digits = max(map(decimals, means))
    return 0.0 if digits > _MOST_PRINTED else len(means) * 0.5 * 10.0 ** -max(digits, 2)


def _find_weight(rows: Sequence[_Row]) -> tuple[str, list[str]]:
    """Return the short weight that explains what 1/9 does not, and those that cannot be ruled out."""
    fitting = [weight for weight in WEIGHTS if rows and all(row.could_be(float(weight)) for row in rows)]
    if not all(row.could_be(_RIGHT) for row in rows):
        counts = {
            weight: sum(row.could_be(float(weight)) for row in rows if not row.could_be(_RIGHT))
            for weight in WEIGHTS
        }
        best = max(
            WEIGHTS, key=lambda weight: (counts[weight], sum(row.is_exactly(float(weight)) for row in rows))
        )
        return (best if counts[best] else ""), fitting
    n_right = sum(row.is_exactly(_RIGHT) for row in rows)
    sure = [weight for weight in fitting if all(row.is_exactly(float(weight)) for row in rows)]
    if len(rows) >= _SURE and len(sure) == 1 and n_right * 2 <= len(rows):
        return sure[0], fitting
    return "", fitting


def _weights(weight: str, fitting: list[str], differences: list[Difference]) -> Iterator[Defect]:
    for each in WEIGHTS:
        if each == weight:
            yield explain(f"weight_{each}", differences)
        else:
            hidden = each in fitting and not weight
            yield Defect(code=f"weight_{each}", verdict="unknown" if hidden else "not_found")


def _bands(reading: Reading, rows: Sequence[_Row], code: str) -> Iterator[Recorded]:
    if not reading.has("band"):
        return
    for row in (row for row in rows if row.field == "ikm"):
        right = 25 * _RIGHT * row.total
        differs = bool(code) or not row.could_be(_RIGHT)
        yield Recorded(
            cell=reading.name_cell(row.at, "band"),
            band=reading.table["band"].iloc[row.at],
            ikm=row.recorded,
            # Within the rounding of the printed means the recorded IKM is the better of the two.
            recomputed=right if differs else row.recorded,
            why=(code,) if code else (),
        )
