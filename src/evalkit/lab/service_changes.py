"""Units that become slower on a known day, so that what a report says of a unit's drift can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import TABLES
from evalkit.evidence.schema import Column, Table
from evalkit.lab.people import People, name_codes
from evalkit.lab.streams import Streams

#: Kinds of cases that take longer from that day on, and how many times as long.
SLOWED: Final = ("ktp", "permit")
FACTOR: Final = 1.8
#: Units that a place must have, so that the others can stand for what is usual.
_FEWEST_UNITS: Final = 3
_BETWEEN: Final = (0.4, 0.7)  # shares of the study's days: enough before, and enough after
_KINDS: Final = next(column.codes for column in TABLES["events"].columns if column.name == "kind")

#: The table that says so: an extra of synthetic evidence.
SERVICE_CHANGES: Final = Table(
    "service_changes",
    (
        Column("place", filled=True),
        Column("unit", filled=True),
        Column("kind", filled=True, codes=_KINDS),
        Column("since", "date", filled=True),
        Column("factor", "number", filled=True, low=0),
    ),
    ("unit", "kind"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChange:
    """A unit, by number, whose cases take longer if opened on a day or later, counted from the first.

    It is the office that slows down, as when a machine breaks: what its people can do stays as it is.
    """

    unit: int
    day: int


def draw_service_changes(people: People, n_days: int, streams: Streams) -> tuple[ServiceChange, ...]:
    """Draw one unit of each place that has three or more, and the day from which it is slower."""
    rng = streams("service changes")
    first, last = (int(share * n_days) for share in _BETWEEN)
    changes = []
    for place in range(len(people.places)):
        units = np.flatnonzero(people.place_of_unit == place)
        unit, day = int(rng.choice(units)), int(rng.integers(first, last + 1))
        if len(units) >= _FEWEST_UNITS:
            changes.append(ServiceChange(unit=unit, day=day))
    return tuple(changes)


def slow_down(
    kind: str, unit: NDArray[np.intp], opened: NDArray[np.float64], changes: Sequence[ServiceChange]
) -> NDArray[np.float64]:
    """Return how many times as long each case takes: 1, or the factor where its unit has become slower."""
    factor = np.ones(len(unit))
    for change in changes if kind in SLOWED else ():
        factor[(unit == change.unit) & (opened >= change.day)] = FACTOR
    return factor


def list_service_changes(
    changes: Sequence[ServiceChange], people: People, start: np.datetime64
) -> pd.DataFrame:
    """Return the table of changes; ``start`` is the first day of the study."""
    unit = np.repeat(np.array([change.unit for change in changes], dtype=np.intp), len(SLOWED))
    day = np.repeat(np.array([change.day for change in changes], dtype="timedelta64[D]"), len(SLOWED))
    columns = {
        "place": name_codes(people.places, people.place_of_unit[unit]),
        "unit": name_codes(people.unit_names, unit),
        "kind": name_codes(SLOWED, np.tile(np.arange(len(SLOWED)), len(changes))),
        "since": (start + day).astype("datetime64[us]"),
        "factor": np.full(len(unit), FACTOR),
    }
    return pd.DataFrame(columns, columns=list(SERVICE_CHANGES.column_names))
