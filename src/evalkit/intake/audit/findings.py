"""What an audit says: values that differ from the recomputed ones, and known defects, found or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from evalkit.intake.layouts import Reading
from evalkit.rules import ELEMENTS, Ikm, compute_ikm

#: found; not there; nothing in this sheet could tell; there, and no fault by itself.
Verdict = Literal["found", "not_found", "unknown", "note"]

#: Every defect that is looked for, in the order in which they are shown.
DEFECTS: Final = (
    "unreadable_cells",
    "weight_0.11",
    "weight_0.111",
    "weight_0.1111",
    "missing_divided",
    "closing_rows_averaged",
    "cut_off_76.01",
    "cut_off_66.14",
    "band_gap",
    "elements_exchanged",
    "recap_contradicts",
    "codes_reversed",
    "kurang_unreachable",
    "not_capped",
    "missing_rater_zero",
    "copied_columns",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A recorded value that is not the recomputed one.

    Attributes
    ----------
    cell
        Where it stands.
    quantity
        What it is: nrr, nrr_weighted, sum, ikm, band, predikat, score, mean, sakip, grade.
    recorded, recomputed
        A number, or a code.
    why
        Defects that explain it together; empty where none does.
    band_changes
        Whether a band, category or predikat is another one.
    """

    cell: str
    quantity: str
    recorded: float | str
    recomputed: float | str
    why: tuple[str, ...] = ()
    band_changes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One known defect, and whether a sheet has it.

    Attributes
    ----------
    code
        One of `DEFECTS`.
    verdict
        found, not_found, unknown (this sheet cannot tell) or note.
    cells
        Where it shows.
    size
        The largest difference that it makes, in the unit of the value; NaN where it is no number.
    n_bands
        How many bands or predikats it changes.
    detail
        What else is to be said, by name.
    """

    code: str
    verdict: Verdict
    cells: tuple[str, ...] = ()
    size: float = float("nan")
    n_bands: int = 0
    detail: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Audit:
    """One table, recorded against recomputed.

    Attributes
    ----------
    reading
        The table.
    n_compared
        How many recorded values were recomputed.
    differences
        Those that differ.
    defects
        What was looked for in a table of this layout, in the order of `DEFECTS`.
    """

    reading: Reading
    n_compared: int
    differences: tuple[Difference, ...]
    defects: tuple[Defect, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing differs and no defect was found."""
        return not self.differences and not any(each.verdict == "found" for each in self.defects)

    @property
    def ikm(self) -> Ikm | None:
        """Return what the answers of respondents give, where each element has one and all can be read."""
        answers = self.reading.table.reindex(columns=list(ELEMENTS))
        whole = self.reading.layout == "skm" and not self.reading.faults and answers.notna().any().all()
        return compute_ikm(answers) if whole else None

    @property
    def n_bands(self) -> int:
        """Number of bands, categories and predikats that are others when recomputed."""
        return sum(each.band_changes for each in self.differences)

    def verdict(self, code: str) -> Verdict | None:
        """Return what was said of a defect; None if it was not looked for."""
        return next((each.verdict for each in self.defects if each.code == code), None)


def explain(code: str, differences: list[Difference], **detail: str | float) -> Defect:
    """Return a defect that was found, with the differences that it explains."""
    own = [each for each in differences if code in each.why]
    sizes = [
        abs(each.recorded - each.recomputed)
        for each in own
        if isinstance(each.recorded, float) and isinstance(each.recomputed, float)
    ]
    return Defect(
        code=code,
        verdict="found",
        cells=tuple(each.cell for each in own),
        size=max(sizes, default=float("nan")),
        n_bands=sum(each.band_changes for each in own),
        detail=detail,
    )
