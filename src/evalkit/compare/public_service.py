"""Public durations: cases closed within their deadline, and how long half of them took, by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST, band_categories
from evalkit.compare.public_cells import (
    BAND,
    MAY_BE_FEW,
    TOO_FEW,
    Cell,
    Workplace,
    cell,
    quarter_of,
)
from evalkit.evidence import Evidence
from evalkit.stats import estimate_median, estimate_share

NO_EVENTS: Final = "no cases are recorded"
NOT_OVER: Final = "the evidence does not reach the end of the quarter"
NO_CASES: Final = "no case fell due in the quarter"
NONE_CLOSED: Final = "no case was closed in the quarter"
ENDS_ARE_CASES: Final = "too few cases for an interval whose ends are no single cases"
_QUANTITIES: Final = ("public_on_time_share", "public_median_days")
MEDIAN: Final = "of the cases closed in the quarter; n is rounded down to a multiple of five"


def list_service(
    evidence: Evidence, people: Workplace, periods: Sequence[str], conf_level: float
) -> list[Cell]:
    """Return the share of cases of each kind closed in time, and their median days, in each quarter.

    A case belongs to the quarter in which its deadline fell, where it is held to it, and to the one in which
    it was closed, where its days are counted. Both are settled when the quarter is over, so that no later
    edition says anything else of it.
    """
    events = evidence.events[evidence.events["place"] == people.place]
    if events.empty:
        return [cell(name, period=period, caveat=NO_EVENTS) for name in _QUANTITIES for period in periods]
    known_until = _last_day(evidence, events)
    due = events["opened_on"] + pd.to_timedelta(events["deadline_days"].astype(float), unit="D")
    rows = events.assign(
        late=~(events["closed_on"] <= due),
        due_in=quarter_of(due),
        closed_in=quarter_of(events["closed_on"]),
        days=(events["closed_on"] - events["opened_on"]).dt.days,
    )
    cells = []
    for kind, cases in rows.groupby("kind", sort=True):
        for period in periods:
            named = {"period": period, "item": str(kind)}
            if not _is_over(period, known_until):
                cells += [cell(name, caveat=NOT_OVER, **named) for name in _QUANTITIES]
                continue
            cells.append(_in_time(cases.loc[cases["due_in"] == period, "late"], conf_level, **named))
            cells += _durations(cases[cases["closed_in"] == period], people, conf_level, **named)
    return cells


def _last_day(evidence: Evidence, events: pd.DataFrame) -> pd.Timestamp:
    """Return the last day of which the evidence holds anything."""
    days = [events["opened_on"], events["closed_on"], evidence.observations["recorded_on"]]
    return pd.Timestamp(pd.concat(days).max())


def _is_over(period: str, day: pd.Timestamp) -> bool:
    """Tell whether a quarter has ended by a day; what has no quarter has not."""
    return bool(period) and pd.Period(period, freq="Q").end_time.normalize() <= day


def _in_time(late: pd.Series, conf_level: float, **named: str) -> Cell:
    """Return the share closed in time, from a band of counts; the interval holds those of both its ends."""
    n = len(late)
    if n < LEAST:
        return cell("public_on_time_share", caveat=TOO_FEW if n else NO_CASES, **named)
    lows, highs = band_categories([int(late.sum()), int(n - late.sum())])
    low, high = int(lows[1]), int(highs[1])
    if low < LEAST:
        return cell("public_on_time_share", n=n, caveat=MAY_BE_FEW, **named)
    ends = [estimate_share(count, n, conf_level=conf_level) for count in (low, high)]
    return cell(
        "public_on_time_share",
        estimate=(low + high) / 2 / n,
        conf_low=ends[0].conf_low,
        conf_high=ends[1].conf_high,
        n=n,
        caveat=BAND,
        **named,
    )


def _durations(closed: pd.DataFrame, people: Workplace, conf_level: float, **named: str) -> list[Cell]:
    """Return the median days of the place, and of its units where some of them can be shown."""
    whole = _median(closed["days"], conf_level, **named)
    units = people.join(closed["unit"].value_counts()) if (closed["unit"] != "").all() else {}
    parts = [
        _median(own, conf_level, unit=str(unit), **named)
        for unit, own in closed["days"].groupby(closed["unit"].map(units), sort=True)
    ]
    return [whole, *parts] if any(np.isfinite(part["estimate"]) for part in parts) else [whole]


def _median(days: pd.Series, conf_level: float, **named: str) -> Cell:
    """Return the median with its interval, where five cases or more are at or beyond each of its ends."""
    if len(days) < LEAST:
        return cell("public_median_days", caveat=TOO_FEW if len(days) else NONE_CLOSED, **named)
    found = estimate_median(days, conf_level=conf_level)
    if found.rank < LEAST:
        return cell("public_median_days", n=len(days), caveat=ENDS_ARE_CASES, **named)
    ends = {"estimate": found.estimate, "conf_low": found.conf_low, "conf_high": found.conf_high}
    return cell("public_median_days", n=len(days), caveat=MEDIAN, **ends, **named)
