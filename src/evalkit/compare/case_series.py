"""The stream of cases of each unit, week by week: what control charts are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.cases import FEWEST_CASES, Cases
from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats import estimate_survival

_WEEK: Final = 7
_SHORTEST: Final = 0.5  # days that a case closed on its first day counts as, since the logarithm is taken
_MOSTLY_CLOSED: Final = 0.05  # share still open at the age that a case must have reached to be charted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseSeries(Shown):
    """The cases of one unit and kind, in the order in which they were opened.

    Attributes
    ----------
    cases
        One row per case: opened_on, days, log_days, week (from 0 on), is_due, is_late.
    weeks
        One row per week with cases: unit, week, starts_on, n, mean (of log_days), n_due, n_late.
    sigma
        Standard deviation of log_days around the mean of a unit, over all units of the place.
    """

    place: str
    unit: str
    kind: str
    cases: pd.DataFrame
    weeks: pd.DataFrame
    sigma: float


def list_series(cases: Cases) -> Iterator[CaseSeries]:
    """Yield the series of every unit and kind.

    Weeks are counted from the first day. The last weeks are left out: all cases that are charted are old
    enough that 95 % of such cases are closed by that age; of the few that are not, the age so far is taken.
    """
    first = cases.rows["opened_on"].min()
    of_units = cases.rows[cases.rows["unit"] != ""]
    for (place, kind), of in of_units.groupby(["place", "kind"], sort=False):
        until = cases.last_day - pd.Timedelta(days=_mostly_closed_by(of))
        week = (of["opened_on"] - first).dt.days // _WEEK
        log_days = np.log(of["days"].clip(lower=_SHORTEST))
        kept = of.assign(week=week, log_days=log_days)
        kept = kept[first + pd.to_timedelta(_WEEK * (week + 1), unit="D") <= until]
        kept = kept.sort_values("opened_on", kind="stable")
        sigma = _spread_within(kept)
        weeks = dict(list(_weekly(kept, first).groupby("unit")))
        for unit, own in kept.groupby("unit"):
            if len(own) >= FEWEST_CASES and sigma > 0:
                yield CaseSeries(
                    place=str(place),
                    unit=str(unit),
                    kind=str(kind),
                    cases=own,
                    weeks=weeks[unit],
                    sigma=sigma,
                )


def _mostly_closed_by(of: pd.DataFrame) -> float:
    """Return the age by which 95 % of cases are closed, or the greatest known where that is not reached."""
    try:
        found = estimate_survival(of["days"], of["is_closed"])
    except DesignError:
        return 0.0
    reached = found.days[found.share_open <= _MOSTLY_CLOSED]
    return float(reached[0] if len(reached) else found.days[-1])


def _spread_within(of: pd.DataFrame) -> float:
    gaps = of["log_days"] - of.groupby("unit")["log_days"].transform("mean")
    freedom = len(of) - of["unit"].nunique()
    return float(np.sqrt((gaps**2).sum() / freedom)) if freedom > 0 else 0.0


def _weekly(kept: pd.DataFrame, first: pd.Timestamp) -> pd.DataFrame:
    grouped = kept.assign(late=kept["is_late"].fillna(0.0)).groupby(["unit", "week"], sort=True)
    weeks = grouped.agg(
        n=("log_days", "size"), mean=("log_days", "mean"), n_due=("is_due", "sum"), n_late=("late", "sum")
    ).reset_index()
    return weeks.assign(starts_on=first + pd.to_timedelta(_WEEK * weeks["week"], unit="D"))
