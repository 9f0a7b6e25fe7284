"""Which units are slower than their place: the pace at which they close cases, with chance taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.compare.cases import FEW_CASES, FEWEST_CASES, NO_CASES, read_cases
from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_paces

_TWO_UNITS: Final = "fewer than three units, so none can be held to what is usual in its place"
_ENDS: Final = ["estimate", "conf_low", "conf_high"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitPaces:
    """Paces of units.

    Attributes
    ----------
    rows
        One row per place, unit and kind: pace relative to the place (estimate) with its interval, raw (before
        shrinkage), n, verdict (slower, faster, not_told_apart), caveat.
    spreads
        One row per place and kind: standard deviation of true paces among its units with its interval,
        n_units, caveat where it is refused.
    """

    rows: pd.DataFrame
    spreads: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold each verdict to its interval."""
        known = self.rows.dropna(subset=["estimate"])
        if not (judge_paces(known) == known["verdict"]).all():
            raise ValueError("a verdict on a pace does not follow from its interval")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per unit and kind."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return paces and their spread; what is refused has the reason in ``caveat``."""
        columns = ["quantity", "place", "unit", "item", *_ENDS, "n", "caveat"]
        rows = self.rows.rename(columns={"kind": "item"}).assign(quantity="unit_pace")
        spreads = self.spreads.rename(columns={"kind": "item", "n_units": "n"})
        parts = [rows[columns], spreads.assign(quantity="unit_pace_spread", unit="")[columns]]
        return pd.concat(parts, ignore_index=True)

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def judge_paces(rows: pd.DataFrame) -> pd.Series[str]:
    """Say which units are slower or faster: those whose whole interval is on one side of 1."""
    verdicts = np.select(
        [rows["conf_high"] < 1, rows["conf_low"] > 1], ["slower", "faster"], "not_told_apart"
    )
    return pd.Series(verdicts, rows.index, dtype="str")


def measure_unit_paces(evidence: Evidence, *, conf_level: float = 0.95) -> UnitPaces:
    """Measure the pace of every unit relative to its place, for each kind of case.

    Cox's model with a gamma-distributed effect of the unit; see `evalkit.stats.estimate_paces`. Units that
    were slow all along and units that became slow are not told apart here.
    """
    cases = read_cases(evidence)
    rows: list[pd.DataFrame] = []
    spreads: list[dict[str, Any]] = []
    for (place, kind), of in cases.rows[cases.rows["unit"] != ""].groupby(["place", "kind"], sort=False):
        about = {"place": str(place), "kind": str(kind)}
        sizes = of.groupby("unit")["days"].transform("size")
        kept = of[(sizes >= FEWEST_CASES) & (of["days"] > 0)]
        if kept["unit"].nunique() < 3:
            reason = FEW_CASES if of["unit"].nunique() >= 3 else _TWO_UNITS
            spreads.append({**about, "n_units": of["unit"].nunique(), "caveat": reason})
            continue
        try:
            found, spread = _measure(kept, conf_level)
        except DesignError as error:
            spreads.append({**about, "n_units": kept["unit"].nunique(), "caveat": str(error)})
            continue
        rows.append(found.assign(**about))
        spreads.append({**about, **spread})
    gaps = cases.missing.itertuples(index=False, name=None)
    spreads += [{"place": place, "kind": kind, "n_units": 0, "caveat": NO_CASES} for place, kind in gaps]
    columns = ["place", "unit", "kind", *_ENDS, "raw", "n", "verdict", "caveat"]
    table = pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)
    return UnitPaces(
        rows=table,
        spreads=pd.DataFrame(spreads, columns=["place", "kind", *_ENDS, "n_units", "caveat"]),
        conf_level=conf_level,
    )


def _measure(of: pd.DataFrame, conf_level: float) -> tuple[pd.DataFrame, dict[str, Any]]:
    code, names = pd.factorize(of["unit"], sort=True)
    found = estimate_paces(of["days"], of["is_closed"], code, conf_level=conf_level)
    ends = {"estimate": found.estimate, "conf_low": found.conf_low, "conf_high": found.conf_high}
    rows = pd.DataFrame({"unit": names, **ends, "raw": found.raw, "n": np.bincount(code), "caveat": ""})
    spread = dict(zip(_ENDS, (found.spread, found.spread_low, found.spread_high), strict=True))
    return rows.assign(verdict=judge_paces(rows)), {**spread, "n_units": len(names), "caveat": ""}
