"""Public counts: predikats, complete evidence, and who works at a place."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.compare.disclosure import LEAST, band_categories, floor_count
from evalkit.compare.public_cells import BAND, TOO_FEW, Cell, Workplace, band_cell, cell
from evalkit.evidence import Evidence
from evalkit.vocabulary import PREDIKATS

NO_PREDIKATS: Final = "the evidence holds no predikat that the office recorded"
#: What describes people, in the order in which it is kept.
DESCRIBED_BY: Final = ("sex", "age", "grade", "position")
NOT_DESCRIBED: Final = "the evidence does not describe the people"
_DECADE: Final = 10
_NONE: Final = "no_predikat"


def list_predikats(evidence: Evidence, people: Workplace, period: str) -> list[Cell]:
    """Return the share of the people of a place that has each recorded predikat, or none, in one quarter."""
    rows = evidence.recorded
    rows = rows[(rows["place"] == people.place) & (rows["period"] == period) & (rows["employee"] != "")]
    rows = rows[rows["predikat"].isin(PREDIKATS)]
    lowest = rows["predikat"].map(PREDIKATS.index)  # of somebody with two, the lower one counts
    rows = rows.assign(lowest=lowest).sort_values("lowest", kind="stable").drop_duplicates("employee")
    if rows.empty:
        return [cell("public_predikat_share", period=period, caveat=NO_PREDIKATS)]
    n = max(people.n, len(rows))
    if n < LEAST:
        return [cell("public_predikat_share", period=period, caveat=TOO_FEW)]
    counts = [int((rows["predikat"] == code).sum()) for code in PREDIKATS]
    lows, highs = band_categories([*counts, n - len(rows)])
    return [
        band_cell("public_predikat_share", int(low), int(high), n, period=period, item=name)
        for name, low, high in zip((*PREDIKATS, _NONE), lows, highs, strict=True)
    ]


def list_completeness(evidence: Evidence, people: Workplace, period: str) -> list[Cell]:
    """Return the share of people of whom all was recorded that a source was asked for, in one quarter."""
    rows = evidence.observations
    rows = rows[(rows["place"] == people.place) & (rows["employee"] != "")]
    whole = (rows["status"] == "recorded").groupby([rows["source"], rows["employee"]]).all()
    cells = []
    for source, complete in whole.groupby(level="source", sort=True):
        named = {"period": period, "group": str(source)}
        if len(complete) < LEAST:
            cells.append(cell("public_complete_share", caveat=TOO_FEW, **named))
            continue
        gaps, n = int((~complete).sum()), len(complete)
        lows, highs = band_categories([gaps, n - gaps])
        cells.append(band_cell("public_complete_share", int(lows[1]), int(highs[1]), n, **named))
    return cells


def list_people(people: Workplace, period: str) -> list[Cell]:
    """Return how many people of each description work at a place in a quarter, in ten-year bands of age.

    Descriptions are as fine as leaves every one that occurs with five people or more, all that is told of
    them taken together: the last of `DESCRIBED_BY` is left out until that holds.
    """
    described = _describe(people, period) if period else pd.DataFrame()
    kept = [name for name in DESCRIBED_BY if name in described and (described[name] != "").any()]
    if not kept:
        return [cell("public_people", period=period, caveat=NOT_DESCRIBED)]
    for last in range(len(kept), 0, -1):
        counts = described.groupby(kept[:last], sort=True).size()
        if (counts >= LEAST).all():
            return [_people_cell(key, int(count), period) for key, count in counts.items()]
    return [cell("public_people", period=period, caveat=TOO_FEW)]


def _describe(people: Workplace, period: str) -> pd.DataFrame:
    """Return a description of each person who had joined by the end of the quarter."""
    table = people.employees.drop_duplicates("employee")
    if "joined_on" in table:
        table = table[~(pd.to_datetime(table["joined_on"]) > pd.Period(period, freq="Q").end_time)]
    described = table.reindex(columns=["sex", "grade", "position"]).astype("object").fillna("").astype(str)
    if "birth_year" in table:
        first = (int(period[:4]) - pd.to_numeric(table["birth_year"])) // _DECADE * _DECADE
        bands = first.map(lambda age: "" if pd.isna(age) else f"{age:.0f}–{age + _DECADE - 1:.0f}")
        described = described.assign(age=bands)
    return described


def _people_cell(key: object, count: int, period: str) -> Cell:
    low = floor_count(count)
    words = key if isinstance(key, tuple) else (key,)
    ends = {"estimate": low + (LEAST - 1) / 2, "conf_low": low, "conf_high": low + LEAST - 1}
    group = ", ".join(str(word) or "not_stated" for word in words)
    return cell("public_people", period=period, group=group, n=count, caveat=BAND, **ends)
