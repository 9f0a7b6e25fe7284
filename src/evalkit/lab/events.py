"""Events that the offices' systems record: cases with durations and deadlines, some open at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import TABLES
from evalkit.lab.people import Codes, People, name_codes
from evalkit.lab.service_changes import ServiceChange, slow_down
from evalkit.lab.streams import Streams
from evalkit.lab.truth import DIMENSIONS, Truth

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of case.

    Attributes
    ----------
    number
        Cases per quarter, of an employee or of a unit; random (Poisson) for complaints.
    days, spread
        Median days until it is closed, and the standard deviation of their logarithm.
    deadline
        Days within which it should be closed: the standards of the shipped methods where they have one.
    about, speed
        Dimension of performance that shortens it, and by how much a standard deviation does (logarithm).
    """

    number: float
    days: float
    spread: float
    deadline: float
    about: str
    speed: float = 0.25


#: Cases of one employee (permits, complaints) and of a unit (identity cards, birth certificates).
KINDS: Final[Mapping[str, Kind]] = {
    "ktp": Kind(number=10, days=1.6, spread=0.6, deadline=1, about="task"),
    "birth_certificate": Kind(number=8, days=4.0, spread=0.6, deadline=3, about="task"),
    "permit": Kind(number=4, days=9.0, spread=0.5, deadline=14, about="task"),
    "complaint": Kind(number=0.4, days=4.5, spread=0.7, deadline=5, about="service"),
}
_FEWER_COMPLAINTS: Final = 0.4  # a standard deviation of service, on the logarithm of their number


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases of one kind.

    Attributes
    ----------
    unit, employee, quarter
        Whose they are and when they were opened, by number; employee is -1 where the unit's.
    opened, closed
        Days since the first day of the study; closed is NaN while open on its last day.
    overdue
        Whether the deadline passed, closed or not; NaN while it has not and the case is open.
    """

    kind: str
    unit: Codes
    employee: Codes
    quarter: Codes
    opened: Values
    closed: Values

    @property
    def overdue(self) -> Values:
        """Tell which cases were late: 1, 0, or NaN where it cannot be known yet."""
        late = self.closed - self.opened > KINDS[self.kind].deadline
        return np.where(np.isnan(self.closed), np.nan, late.astype(float))


def starts_of(periods: tuple[str, ...]) -> NDArray[np.datetime64]:
    """Return the first day of each quarter, and the day after the last one."""
    quarters = pd.PeriodIndex(periods, freq="Q")
    days = [*quarters.start_time, (quarters[-1] + 1).start_time]
    return np.array(days, dtype="datetime64[D]")


def draw_cases(
    people: People,
    truth: Truth,
    periods: tuple[str, ...],
    streams: Streams,
    changes: Sequence[ServiceChange] = (),
) -> dict[str, Cases]:
    """Draw all cases; performance shortens them, good service makes complaints fewer, changes slow units."""
    starts = starts_of(periods)
    days = (starts - starts[0]).astype(float)
    return {
        name: _draw(name, people, truth, days, streams(f"events {name}"), changes=changes) for name in KINDS
    }


def _draw(
    name: str,
    people: People,
    truth: Truth,
    days: Values,
    rng: np.random.Generator,
    *,
    changes: Sequence[ServiceChange],
) -> Cases:
    kind, n_periods = KINDS[name], len(days) - 1
    performance = truth[..., DIMENSIONS.index(kind.about)]
    of_units = name in ("ktp", "birth_certificate")
    performance = people.unit_means(performance) if of_units else performance
    if name == "complaint":
        counts = rng.poisson(kind.number * np.exp(-_FEWER_COMPLAINTS * performance))
    else:
        counts = np.full(performance.shape, int(kind.number))
    owner, quarter = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(performance.shape))
    opened = np.floor(days[quarter] + rng.random(len(owner)) * np.diff(days)[quarter])
    unit = owner if of_units else people.unit[owner]
    logarithm = np.log(kind.days) - kind.speed * performance[owner, quarter]
    length = np.exp(logarithm + kind.spread * rng.standard_normal(len(owner)))
    length = np.ceil(length * slow_down(name, unit, opened, changes))
    closed = np.where(opened + length < days[n_periods], opened + length, np.nan)
    return Cases(
        kind=name,
        unit=unit,
        employee=np.full(len(owner), -1) if of_units else owner,
        quarter=quarter,
        opened=opened,
        closed=closed,
    )


def mean_by(values: Values, owner: Codes, quarter: Codes, shape: tuple[int, int]) -> Values:
    """Return the mean of known values by owner and quarter; NaN where there is none."""
    known = ~np.isnan(values)
    cell = (owner * shape[1] + quarter)[known]
    n = np.bincount(cell, minlength=shape[0] * shape[1])
    total = np.bincount(cell, weights=values[known], minlength=shape[0] * shape[1])
    with np.errstate(invalid="ignore"):
        return np.where(n > 0, total / n, np.nan).reshape(shape)


def list_events(cases: Mapping[str, Cases], people: People, periods: tuple[str, ...]) -> pd.DataFrame:
    """Return the table of events."""
    start = starts_of(periods)[0].astype("datetime64[us]")
    parts = []
    for name, of in cases.items():
        n = len(of.unit)
        columns = {
            "event": pd.array([f"{name}-{i:06d}" for i in range(1, n + 1)], dtype="str"),
            "place": name_codes(people.places, people.place_of_unit[of.unit]),
            "unit": name_codes(people.unit_names, of.unit),
            "employee": name_codes([*people.names, ""], of.employee),
            "kind": name_codes([name], np.zeros(n, dtype=np.intp)),
            "opened_on": _date(start, of.opened),
            "closed_on": _date(start, of.closed),
            "deadline_days": np.full(n, KINDS[name].deadline, dtype=float),
        }
        parts.append(pd.DataFrame(columns, columns=list(TABLES["events"].column_names)))
    return pd.concat(parts, ignore_index=True)


def _date(start: np.datetime64, days: Values) -> NDArray[np.datetime64]:
    known = ~np.isnan(days)
    dates = start + np.where(known, days, 0).astype("timedelta64[D]")
    return np.where(known, dates.astype("datetime64[us]"), np.datetime64("NaT", "us"))
