"""SAKIP scores of agencies, each under the rule of its year."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.rules import SAKIP_WEIGHTS, grade_sakip, require_comparable_sakip, score_sakip
from evalkit.rules.sakip import FIRST_YEAR

INDICATOR: Final = "sakip"
COLUMNS: Final = ["place", "unit", "period", "estimate", "grade", "change", "caveat"]
NO_SAKIP: Final = "No SAKIP score is in this evidence; it is given by the ministry and not worked out here."
OLD_RULE: Final = f"from before {FIRST_YEAR}: other weights than those of PermenPANRB 88/2021"
_NEAR: Final = 0.05


def list_sakip(evidence: Evidence) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Return each agency's SAKIP score with its grade and the change since the last one, and what is refused.

    Four components as items (planning, measurement, reporting, evaluation) are put together by their weights,
    if no whole score is given; one that is given is held to them. Years on both sides of PermenPANRB 88/2021
    are not compared.
    """
    observations = evidence.observations
    chosen = (observations["indicator"] == INDICATOR) & (observations["status"] == "recorded")
    names = ["place", "unit", "period", "item"]
    rows = observations.loc[chosen, [*names, "value"]].astype(dict.fromkeys(names, "str"))
    places = sorted(observations["place"].astype(str).unique())
    refused = [("sakip_score", place, NO_SAKIP) for place in places if not (rows["place"] == place).any()]
    scores = [_score(key, own) for key, own in rows.groupby(names[:3], sort=True)]
    found = pd.DataFrame(scores, columns=COLUMNS)
    for (place, _), own in found.groupby(["place", "unit"], sort=True):
        changes, reason = _changes(own)
        found.loc[own.index, "change"] = changes
        refused += [("sakip_change", str(place), reason)] if reason else []
    return found, refused


def _score(key: tuple[object, ...], rows: pd.DataFrame) -> dict[str, object]:
    """Return one score: as given, else from its components."""
    place, unit, period = map(str, key)
    about = {"place": place, "unit": unit, "period": period}
    parts = rows[rows["item"] != ""].groupby("item")["value"].mean()
    whole = rows.loc[rows["item"] == "", "value"]
    year = int(period[:4]) if period else 0
    caveat = OLD_RULE if year and year < FIRST_YEAR else ""
    computed = np.nan
    if not caveat and year and set(parts.index) == set(SAKIP_WEIGHTS):
        computed = score_sakip({str(name): float(value) for name, value in parts.items()}, year=year)
    score = float(whole.iloc[0]) if len(whole) else computed
    if np.isnan(score):
        return {**about, "estimate": np.nan, "grade": "", "caveat": "components are missing"}
    if len(whole) and abs(score - computed) > _NEAR:  # false where there is nothing to hold it to
        caveat = "the given score is not that of its components"
    return {**about, "estimate": score, "grade": grade_sakip(score), "caveat": caveat}


def _changes(rows: pd.DataFrame) -> tuple[list[float], str]:
    """Return the change from each score to the next; none, and the reason, across the line."""
    gaps = [np.nan, *np.diff(rows["estimate"].to_numpy(dtype=float)).tolist()]
    years = [int(period[:4]) for period in rows["period"] if period]
    if len(years) < len(rows):
        return [np.nan] * len(rows), ""
    try:
        require_comparable_sakip(years)
    except DesignError as reason:
        return [np.nan] * len(rows), str(reason)
    return gaps, ""
