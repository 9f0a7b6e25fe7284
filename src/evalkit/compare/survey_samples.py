"""Did enough people answer? The number that the survey guidelines ask for, apart from precision."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.rules import krejcie_morgan

#: A study's own table of how many people were served.
POPULATION_TABLE: Final = "survey_population"
POPULATION_COLUMNS: Final = ("place", "unit", "period", "population")

#: Where the number of people served is from.
STATED, CASES, UNKNOWN = "stated", "cases", "unknown"
NO_POPULATION: Final = "nobody says how many were served, so no number can be asked for"
FROM_CASES: Final = "population: the cases that the unit's systems hold, each counted as one person served"


def count_served(evidence: Evidence, periods: list[str]) -> pd.DataFrame:
    """Return how many people each unit served in the periods of the survey, and where the number is from.

    A study says so in a table ``survey_population`` (place, unit, period, population). Else the cases
    that were opened in these quarters are counted, which misses those who came without a case.

    Raises
    ------
    DesignError
        If the study's table lacks a column, or holds something that is no whole number of at least 1.
    """
    if POPULATION_TABLE in evidence.extras:
        table = _check(evidence.extras[POPULATION_TABLE])
        rows = table[table["period"].isin(periods)] if any(periods) else table
        counts = rows.groupby(["place", "unit"], as_index=False)["population"].sum()
        return pd.DataFrame(counts).assign(population_of=STATED)
    events = evidence.events
    names = ["place", "unit"]
    if events.empty:
        return pd.DataFrame(columns=[*names, "population", "population_of"])
    quarters = pd.to_datetime(events["opened_on"]).dt.to_period("Q").astype("str")
    chosen = events[quarters.isin(periods)] if any(periods) else events
    counts = chosen.astype(dict.fromkeys(names, "str")).groupby(names).size()
    return counts.rename("population").reset_index().assign(population_of=CASES)


def tabulate_samples(indices: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Set the number of respondents of each unit beside the number asked for, and the reach of its interval.

    Parameters
    ----------
    indices
        place, unit, n, conf_low and conf_high of each unit.
    """
    rows = indices.merge(served, on=["place", "unit"], how="left")
    known = rows["population"].notna()
    rows["population_of"] = rows["population_of"].where(known, UNKNOWN)
    rows["needed"] = [
        float(krejcie_morgan(int(count))) if count >= 1 else np.nan for count in rows["population"].fillna(0)
    ]
    rows["reach"] = (rows["conf_high"] - rows["conf_low"]) / 2
    told = {STATED: "", CASES: FROM_CASES, UNKNOWN: NO_POPULATION}
    rows["caveat"] = rows["population_of"].map(told)
    return rows[["place", "unit", "n", "needed", "population", "population_of", "reach", "caveat"]]


def _check(table: pd.DataFrame) -> pd.DataFrame:
    absent = [name for name in POPULATION_COLUMNS if name not in table]
    if absent:
        raise DesignError(
            f"The table {POPULATION_TABLE} needs the columns {', '.join(POPULATION_COLUMNS)}; it lacks "
            f"{', '.join(absent)}."
        )
    wrong = ~(table["population"].ge(1) & table["population"].mod(1).eq(0))
    if wrong.any():
        raise DesignError(
            f"A population is a whole number of at least 1; {int(wrong.sum())} of {len(table)} rows of "
            f"{POPULATION_TABLE} hold something else."
        )
    names = ["place", "unit", "period"]
    return table.assign(**{name: table[name].fillna("").astype("str") for name in names})
