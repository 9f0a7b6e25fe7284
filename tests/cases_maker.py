"""Cases that were drawn for tests: units of one place, some slower, one perhaps from a day on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from evidence_maker import make_evidence

FIRST = pd.Timestamp("2025-01-01")
N_DAYS = 365


def draw_events(
    *, n_units=6, n_a_week=5, kind="permit", slow=None, factor=1.0, since=0, place="here", seed=1, spread=0.5
):
    """Draw the cases of a year; those of the slow unit take so many times as long from a day on."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), 52 * n_a_week)
    opened = np.sort(rng.integers(0, N_DAYS, (n_units, 52 * n_a_week)), axis=1).ravel()
    days = 9 * np.exp(spread * rng.standard_normal(len(unit)))
    days = np.ceil(np.where((unit == slow) & (opened >= since), factor, 1.0) * days)
    closed = opened + days
    return pd.DataFrame(
        {
            "event": [f"{place}-{kind}-{i}" for i in range(len(unit))],
            "place": place,
            "unit": [f"{place}-unit-{i}" for i in unit],
            "employee": "",
            "kind": kind,
            "opened_on": FIRST + pd.to_timedelta(opened, unit="D"),
            "closed_on": (FIRST + pd.to_timedelta(closed, unit="D")).where(closed < N_DAYS),
            "deadline_days": 14.0,
        }
    )


def list_staff(n_units=6, n_people=20, place="here"):
    """List as many people in each unit."""
    units = np.repeat([f"{place}-unit-{i}" for i in range(n_units)], n_people)
    names = [f"{place}-{i}" for i in range(len(units))]
    return pd.DataFrame({"employee": names, "place": place, "unit": units})


def make_cases(events, *, places=("here",), **tables):
    """Make evidence of events."""
    rows = [{"place": place, "indicator": "complaints", "source": "system", "value": 1.0} for place in places]
    return make_evidence(rows, events=events, **tables)
