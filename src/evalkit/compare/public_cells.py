"""Cells of a public edition: what every one of them has, and the units that may stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.compare.disclosure import LEAST, floor_count, join_small
from evalkit.evidence import Evidence

Cell = dict[str, Any]

CELL_COLUMNS: Final = (
    "quantity",
    "unit",
    "period",
    "method_a",
    "group",
    "item",
    "estimate",
    "conf_low",
    "conf_high",
    "n",
    "caveat",
)
TOO_FEW: Final = "fewer than five, so no number is shown"
MAY_BE_FEW: Final = "may be fewer than five, so no number is shown"
AT_END: Final = "this or further out: what lies closer to the end of the scale is not told apart"
BAND: Final = "the ends are those of a band of counts, and n is rounded down to a multiple of five"
OUTWARD: Final = "rounded, with the interval rounded outward, and n rounded down to a multiple of five"
TEXTS: Final = ("unit", "period", "method_a", "group", "item", "caveat")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workplace:
    """The people of one place, and the units that they work in.

    Attributes
    ----------
    place
        Its name.
    employees
        One row per person of the table of employees, else of those who were observed: employee and unit
        first.
    """

    place: str
    employees: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of people."""
        return int(self.employees["employee"].nunique())

    def join(self, counted: pd.Series) -> dict[str, str]:
        """Return the public unit that each unit is shown in; nothing where all together are too few.

        Parameters
        ----------
        counted
            Of each unit, how many answers, cases or people a number of it would be about.
        """
        people = self.employees.groupby("unit")["employee"].nunique()
        units = sorted({*people.index, *counted.index} - {""})
        sizes = np.column_stack([_counts(people, units), _counts(counted, units)])
        groups = join_small(sizes) if units else np.empty(0, dtype=np.intp)
        if not len(groups) or groups[0] < 0 or groups.max() == 0:
            return {}
        names = {
            group: "+".join(unit for unit, own in zip(units, groups, strict=True) if own == group)
            for group in set(groups)
        }
        return {unit: names[group] for unit, group in zip(units, groups, strict=True)}


def read_workplace(evidence: Evidence, place: str) -> Workplace:
    """Read who works at a place: those of its table of employees, else those who were observed."""
    table = evidence.employees[evidence.employees["place"] == place]
    if table.empty:
        rows = evidence.observations[evidence.observations["place"] == place]
        table = rows.loc[rows["employee"] != "", ["employee", "unit"]].drop_duplicates()
    return Workplace(place=place, employees=table.fillna({"unit": ""}).reset_index(drop=True))


def cell(quantity: str, **values: Any) -> Cell:
    """Return a cell; what is left out is blank, and a cell without an estimate has no other number."""
    numbers = {name: values.get(name, np.nan) for name in ("estimate", "conf_low", "conf_high")}
    texts = {name: values.get(name, "") for name in TEXTS}
    n = floor_count(values["n"]) if values.get("n") else 0
    return {"quantity": quantity, **texts, **numbers, "n": float(n) if n >= LEAST else np.nan}


def band_cell(quantity: str, low: int, high: int, n: int, **values: Any) -> Cell:
    """Return the share that a band of counts is of n; no number where the band reaches below five."""
    if low < LEAST:
        return cell(quantity, n=n, caveat=MAY_BE_FEW, **values)
    ends = {"estimate": (low + high) / 2 / n, "conf_low": low / n, "conf_high": high / n}
    return cell(quantity, n=n, caveat=BAND, **ends, **values)


def frame_of(cells: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return cells as a frame."""
    return pd.DataFrame(list(cells), columns=list(CELL_COLUMNS))


def quarter_of(days: pd.Series) -> pd.Series:
    """Return the quarter of each day, such as 2025Q1; no text for no day.

    Examples
    --------
    >>> quarter_of(pd.Series(pd.to_datetime(["2025-02-01", None]))).tolist()
    ['2025Q1', nan]
    """
    return pd.to_datetime(days).dt.to_period("Q").astype("str").where(days.notna())


def _counts(counted: pd.Series, units: list[str]) -> NDArray[np.intp]:
    return counted.reindex(units, fill_value=0).to_numpy(dtype=np.intp)
