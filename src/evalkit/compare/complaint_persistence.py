"""Complaints that persist: units with more of them than their place, quarter after quarter."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.cases import Cases, read_cases
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_rate, estimate_shrunken_ratios

#: Quarters in a row above the place, from which complaints can be called persistent.
FEWEST_QUARTERS: Final = 3
#: People whose complaints a rate is stated for.
PER_PEOPLE: Final = 100
_NO_STAFF: Final = "the people of its units are not known, so complaints cannot be related to them"
_NO_COMPLAINTS: Final = "no complaint is recorded"
_TWO_UNITS: Final = "fewer than three units, so none can be held to what is usual in its place"
_ENDS: Final = ["estimate", "conf_low", "conf_high"]
_RATIO: Final = ["ratio", "ratio_low", "ratio_high"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersistentComplaints:
    """Complaints by place and unit.

    Attributes
    ----------
    rows
        One row per place (unit empty) and unit: n complaints, n_people, n_quarters, rate per 100 people and
        quarter (estimate) with its exact interval; of a unit also ratio to its place with chance taken out
        (ratio, ratio_low, ratio_high), quarters_above (the longest run of quarters with more than its share)
        and is_persistent; caveat.
    """

    rows: pd.DataFrame
    conf_level: float

    @property
    def places(self) -> pd.DataFrame:
        """The rows of whole places."""
        return self.rows[self.rows["unit"] == ""].reset_index(drop=True)

    @property
    def units(self) -> pd.DataFrame:
        """The rows of units."""
        return self.rows[self.rows["unit"] != ""].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per place and unit."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return rates, ratios and runs; what is refused has the reason in ``caveat``."""
        key = ["place", "unit", "n", "caveat"]
        rates = self.rows[[*key, *_ENDS]].assign(quantity="complaint_rate")
        ratios = self.units[key].assign(quantity="complaint_ratio")
        for name, column in zip(_ENDS, _RATIO, strict=True):
            ratios[name] = self.units[column]
        runs = self.units[key].assign(quantity="quarters_above_place", estimate=self.units["quarters_above"])
        found = self.places.assign(quantity="persistent_complaint_units")
        found["estimate"] = [self._count(place) for place in found["place"]]
        found["caveat"] = [self._doubt(row) for row in found.to_dict("records")]
        found = found[["place", "quantity", "estimate", "caveat"]].assign(n=self._sizes(found["place"]))
        return pd.concat([rates, ratios, runs, found], ignore_index=True)

    def _count(self, place: str) -> float:
        of = self.units[self.units["place"] == place]
        return float(of["is_persistent"].sum()) if of["ratio"].notna().any() else np.nan

    def _doubt(self, row: Mapping[Hashable, Any]) -> str:
        """Return why the units of a place cannot be held to it, or nothing."""
        reasons = self.units.loc[self.units["place"] == row["place"], "caveat"]
        return str(row["caveat"] or next(iter(reasons), ""))

    def _sizes(self, places: pd.Series[str]) -> list[int]:
        return [int((self.units["place"] == place).sum()) for place in places]

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def measure_persistent_complaints(evidence: Evidence, *, conf_level: float = 0.95) -> PersistentComplaints:
    """Measure the complaints of each unit for its people, and in how many quarters they were too many.

    A unit's complaints persist where its ratio to the place is above 1 with its whole interval and it has had
    more than its share in at least three quarters in a row.
    """
    cases = read_cases(evidence)
    events = cases.rows[cases.rows["kind"] == "complaint"]
    quarters = _quarters(cases)
    staff = evidence.employees.groupby(["place", "unit"]).size() if len(evidence.employees) else None
    rows: list[dict[str, Any]] = []
    for place in cases.places:
        of = events[events["place"] == place]
        people = staff.loc[[place]].droplevel(0) if staff is not None and place in staff.index else None
        if of.empty or people is None:
            reason = _NO_COMPLAINTS if of.empty else _NO_STAFF
            rows.append({"place": place, "unit": "", "n": len(of), "caveat": reason})
            continue
        rows += _measure(place, of, people, quarters, conf_level)
    return PersistentComplaints(rows=pd.DataFrame(rows, columns=_columns()), conf_level=conf_level)


def _quarters(cases: Cases) -> pd.PeriodIndex:
    """Return the quarters in which cases were seen."""
    if cases.rows.empty:
        return pd.PeriodIndex([], freq="Q")
    return pd.period_range(cases.rows["opened_on"].min(), cases.last_day, freq="Q")


def _columns() -> list[str]:
    key = ["place", "unit", "n", "n_people", "n_quarters", *_ENDS]
    return [*key, "ratio", "ratio_low", "ratio_high", "quarters_above", "is_persistent", "caveat"]


def _measure(
    place: str, of: pd.DataFrame, people: pd.Series[int], quarters: pd.PeriodIndex, conf_level: float
) -> list[dict[str, Any]]:
    """Return the row of a place, and of each of its units."""
    counts = _count(of, people.index, quarters)
    total = _rate(int(counts.to_numpy().sum()), int(people.sum()), len(quarters), conf_level)
    rows: list[dict[str, Any]] = [{"place": place, "unit": "", **total, "caveat": ""}]
    share = people / people.sum()
    above = (counts.to_numpy() > np.outer(share, counts.sum(axis=0))).tolist()
    ratios, reason = _ratios(counts, share, conf_level)
    for i, unit in enumerate(people.index):
        rate = _rate(int(counts.loc[unit].sum()), int(people[unit]), len(quarters), conf_level)
        run = longest_run(above[i])
        ratio = dict(zip(_RATIO, ratios.iloc[i], strict=True))
        persists = run >= FEWEST_QUARTERS and ratio["ratio_low"] > 1
        about = {"quarters_above": run, "is_persistent": bool(persists), "caveat": reason}
        rows.append({"place": place, "unit": unit, **rate, **ratio, **about})
    return rows


def _count(of: pd.DataFrame, units: pd.Index, quarters: pd.PeriodIndex) -> pd.DataFrame:
    table = pd.crosstab(of["unit"], of["opened_on"].dt.to_period("Q"))
    return table.reindex(index=units, columns=quarters, fill_value=0)


def _rate(count: int, n_people: int, n_quarters: int, conf_level: float) -> dict[str, Any]:
    found = estimate_rate(count, n_people * n_quarters / PER_PEOPLE, conf_level=conf_level)
    ends = dict(zip(_ENDS, (found.estimate, found.conf_low, found.conf_high), strict=True))
    return {"n": count, "n_people": n_people, "n_quarters": n_quarters, **ends}


def _ratios(counts: pd.DataFrame, share: pd.Series[float], conf_level: float) -> tuple[pd.DataFrame, str]:
    """Return the ratio of each unit to its share of the place's complaints, or why there is none."""
    observed = counts.sum(axis=1)
    if len(counts) < 3:
        return pd.DataFrame(np.nan, counts.index, _RATIO), _TWO_UNITS
    try:
        found = estimate_shrunken_ratios(observed, share * observed.sum(), conf_level=conf_level)
    except DesignError as error:
        return pd.DataFrame(np.nan, counts.index, _RATIO), str(error)
    values = (found.estimate, found.conf_low, found.conf_high)
    return pd.DataFrame(dict(zip(_RATIO, values, strict=True)), counts.index), ""


def longest_run(above: list[bool]) -> int:
    """Return how many in a row are true at most.

    Examples
    --------
    >>> longest_run([True, True, False, True])
    2
    """
    longest = run = 0
    for one in above:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest
