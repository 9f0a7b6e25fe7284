"""Bands of an IKM as an office wrote them, beside those of the regulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evalkit.intake.audit.findings import Defect, Difference, explain
from evalkit.rules import band_ikm

#: Where sheets are met that begin a band: the band, the wrong limit and the right one.
_CUT_OFFS: Final = (("76.01", "B", 76.01, 76.61), ("66.14", "D", 65.0, 66.14))
_GAPS: Final = ((64.99, 65.0), (76.6, 76.61), (88.3, 88.31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An IKM and its band as they stand in a sheet, with the recomputed IKM.

    Attributes
    ----------
    cell
        Where the band stands, or should stand.
    band
        The band, empty where none stands there.
    ikm
        The recorded IKM; the recomputed one where none is recorded.
    recomputed
        The recomputed IKM.
    why
        What explains that the two IKM differ.
    """

    cell: str
    band: str
    ikm: float
    recomputed: float
    why: tuple[str, ...] = ()


def audit_bands(recorded: Sequence[Recorded]) -> tuple[list[Difference], list[Defect]]:
    """Compare bands with those of the recomputed IKM, and say which defect explains a difference."""
    differences = [difference for each in recorded if (difference := _compare(each))]
    defects = []
    for name, band, low, high in _CUT_OFFS:
        code = f"cut_off_{name}"
        if any(code in each.why for each in differences):
            defects.append(explain(code, differences))
        else:
            told = any(low <= round(each.ikm, 2) < high and each.band not in ("", band) for each in recorded)
            defects.append(
                Defect(
                    code=code, verdict="not_found" if told else "unknown", detail={"low": low, "high": high}
                )
            )
    if any("band_gap" in each.why for each in differences):
        defects.append(explain("band_gap", differences))
    else:
        told = any(_in_gap(each.ikm) for each in recorded)
        defects.append(Defect(code="band_gap", verdict="not_found" if told else "unknown"))
    return differences, defects


def _compare(each: Recorded) -> Difference | None:
    right = band_ikm(min(100.0, max(25.0, each.recomputed)))
    if each.band == right or (not each.band and not _in_gap(each.ikm)):
        return None
    return Difference(
        cell=each.cell,
        quantity="band",
        recorded=each.band,
        recomputed=right,
        why=_explain(each),
        band_changes=True,
    )


def _explain(each: Recorded) -> tuple[str, ...]:
    if not each.band:
        return ("band_gap",)
    if each.band == band_ikm(min(100.0, max(25.0, each.ikm))):
        return each.why
    ikm = round(each.ikm, 2)
    return tuple(
        f"cut_off_{name}" for name, band, low, high in _CUT_OFFS if each.band == band and low <= ikm < high
    )


def _in_gap(ikm: float) -> bool:
    return any(low < ikm < high for low, high in _GAPS)
