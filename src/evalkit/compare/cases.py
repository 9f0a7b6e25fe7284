"""The cases of a study as durations: how old each was when it was closed, or when it was last seen open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.evidence import Evidence
from evalkit.vocabulary import EVENT_KINDS

#: Cells of fewer cases are not shown: who filed them could be known.
FEWEST_CASES: Final = 5
NO_CASES: Final = "no case of this kind is recorded"
FEW_CASES: Final = f"under {FEWEST_CASES} cases, so it is not shown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """Cases with their ages.

    Attributes
    ----------
    rows
        One row per case: place, unit, kind, opened_on, days (when it was closed, or on the last day),
        is_closed, deadline_days, is_due (its deadline had passed by the last day), is_late (NaN unless due).
    last_day
        Last day on which any case was opened or closed: until then all of them are seen.
    places
        Places of the evidence, with cases or without.
    """

    rows: pd.DataFrame
    last_day: pd.Timestamp
    places: tuple[str, ...]

    @property
    def missing(self) -> pd.DataFrame:
        """Places and kinds of which there is no case."""
        pairs = self.rows[["place", "kind"]].drop_duplicates()
        known = set(pairs.itertuples(index=False, name=None))
        gaps = [(place, kind) for place in self.places for kind in EVENT_KINDS if (place, kind) not in known]
        return pd.DataFrame(gaps, columns=["place", "kind"], dtype="str")


def read_cases(evidence: Evidence) -> Cases:
    """Read the ages of all cases on the day on which they were closed, or else on the last day.

    Whether a case met its deadline counts only if it was opened at least as many days before the last day:
    of later ones only those that were closed fast would be known.
    """
    events = evidence.events
    last = pd.Timestamp(pd.concat([events["opened_on"], events["closed_on"]]).max())
    closed = events["closed_on"].notna()
    until = pd.to_datetime(events["closed_on"].where(closed, last))
    opened = pd.to_datetime(events["opened_on"])
    deadline = events["deadline_days"].astype(float)
    rows = pd.DataFrame(
        {
            **{name: events[name].astype("str") for name in ("place", "unit", "kind")},
            "opened_on": opened,
            "days": (until - opened).dt.days.astype(float),
            "is_closed": closed.astype(bool),
            "deadline_days": deadline,
            "is_due": (opened + pd.to_timedelta(deadline.fillna(0), unit="D") <= last) & deadline.notna(),
        }
    )
    late = (~rows["is_closed"] | (rows["days"] > rows["deadline_days"])).astype(float)
    places = dict.fromkeys([*evidence.observations["place"].unique(), *rows["place"].unique()])
    return Cases(
        rows=rows.assign(is_late=np.where(rows["is_due"], late, np.nan)),
        last_day=last,
        places=tuple(str(place) for place in places if place),
    )
