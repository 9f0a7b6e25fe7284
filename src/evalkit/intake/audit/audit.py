"""One table held to what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from evalkit.intake.audit.columns import find_copies
from evalkit.intake.audit.findings import DEFECTS, Audit, Defect, Difference
from evalkit.intake.audit.means import audit_raters, audit_sakip
from evalkit.intake.audit.predikats import audit_predikats
from evalkit.intake.audit.recap import audit_recap
from evalkit.intake.audit.survey import audit_survey
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.layout import BESIDE


def audit_reading(reading: Reading) -> Audit:
    """Recompute what a table records, and look for the defects that tables of its layout are known for."""
    n_compared, differences, defects = _AUDITS[reading.layout](reading)
    found = {each.code: each for each in [_unreadable(reading), *defects]}
    return Audit(
        reading=reading,
        n_compared=n_compared,
        differences=tuple(differences),
        defects=tuple(found[code] for code in DEFECTS if code in found),
    )


def _audit_items(reading: Reading) -> tuple[int, list[Difference], list[Defect]]:
    """Look for copies among the items: nothing that such a sheet records follows from the rest of it."""
    fields = tuple(field for field in reading.header.columns if reading.header.layout.is_rating(field))
    return 0, [], [find_copies(reading, fields)]


def _unreadable(reading: Reading) -> Defect:
    kinds = reading.header.layout.kinds
    cells = tuple(fault.cell for fault in reading.faults if kinds[fault.field] not in BESIDE)
    return Defect(code="unreadable_cells", verdict="found" if cells else "not_found", cells=cells)


_AUDITS: Final[Mapping[str, Callable[[Reading], tuple[int, list[Difference], list[Defect]]]]] = (
    MappingProxyType(
        {
            "skm": audit_survey,
            "skm-recap": audit_recap,
            "siasn": audit_predikats,
            "raters": audit_raters,
            "rater-items": _audit_items,
            "sakip": audit_sakip,
        }
    )
)
