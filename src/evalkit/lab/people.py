"""Who there is: employees in units in places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import UsageError
from evalkit.evidence import TABLES
from evalkit.lab.streams import Streams

Codes = NDArray[np.intp]

#: People of a unit, about; a place has at least two units.
UNIT_SIZE: Final = 20
_SMALLEST_PLACE: Final = 10
_SHARE_OF_MEN: Final = 0.46  # BKN, 31 December 2022
_GRADES: Final = ("II", "III", "IV")
_POSITIONS: Final = ("staff", "functional", "structural")


@dataclass(frozen=True, kw_only=True)
class People:
    """Employees in units in places, as numbers and names.

    Attributes
    ----------
    places
        Name of each place.
    place_of_unit
        Place of each unit, by number.
    unit
        Unit of each employee, by number; employees of one unit stand together.
    """

    places: tuple[str, ...]
    place_of_unit: Codes
    unit: Codes

    @property
    def n(self) -> int:
        """Number of employees."""
        return len(self.unit)

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.place_of_unit)

    @cached_property
    def place(self) -> Codes:
        """Place of each employee, by number."""
        return self.place_of_unit[self.unit]

    @cached_property
    def unit_sizes(self) -> Codes:
        """Number of employees of each unit."""
        return np.bincount(self.unit, minlength=self.n_units)

    @cached_property
    def first(self) -> Codes:
        """Number of the first employee of each unit."""
        return np.cumsum(self.unit_sizes) - self.unit_sizes

    @cached_property
    def position(self) -> Codes:
        """Number of each employee inside the unit, from 0 on."""
        return np.arange(self.n) - self.first[self.unit]

    @cached_property
    def unit_names(self) -> list[str]:
        """Pseudonym of each unit."""
        return [f"{self.places[place]}-unit-{i:03d}" for i, place in enumerate(self.place_of_unit, 1)]

    @cached_property
    def names(self) -> list[str]:
        """Pseudonym of each employee."""
        return [f"{self.places[place]}-{i:05d}" for i, place in enumerate(self.place, 1)]

    def unit_means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of each unit over employees, the first axis."""
        sums: NDArray[np.float64] = np.add.reduceat(values, self.first, axis=0)
        return sums / self.unit_sizes.reshape(-1, *[1] * (values.ndim - 1))


def settle(sizes: Mapping[str, int]) -> People:
    """Divide the employees of each place into units of nearly equal size.

    Raises
    ------
    UsageError
        If there is no place, or one has too few people for two units that can rate one another.
    """
    small = [f"{place}: {n!r}" for place, n in sizes.items() if not _is_whole(n) or int(n) < _SMALLEST_PLACE]
    if small or not sizes:
        raise UsageError(
            f"The laboratory needs at least one place, and {_SMALLEST_PLACE} people in each, in whole "
            f"numbers; found {', '.join(small) or 'no place'}. Name places with their sizes, such as "
            "semarang: 1200."
        )
    n_units = [max(2, round(n / UNIT_SIZE)) for n in sizes.values()]
    firsts = np.cumsum([0, *n_units])
    units = [
        first + np.arange(n) * k // n
        for first, n, k in zip(firsts[:-1], sizes.values(), n_units, strict=True)
    ]
    return People(
        places=tuple(sizes),
        place_of_unit=np.repeat(np.arange(len(sizes)), n_units),
        unit=np.concatenate(units),
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def describe_employees(people: People, periods: Sequence[str], streams: Streams) -> pd.DataFrame:
    """Return the table of employees.

    Supervisors stand above the units, are not evaluated here and so are no rows of this table: ``supervisor``
    is empty. Sex, age, grade and position have nothing to do with performance.
    """
    rng = streams("employees")
    year = int(periods[0][:4])
    age = rng.integers(24, 58, people.n)
    joined = pd.to_datetime([f"{year}-01-01"])[0] - pd.to_timedelta(
        rng.integers(400, 400 + 365 * (age - 21)), unit="D"
    )
    sex = (rng.random(people.n) >= _SHARE_OF_MEN).astype(np.intp)
    grade = np.clip((age - 22) // 13 + rng.integers(-1, 2, people.n), 0, 2)
    position = rng.choice(3, people.n, p=(0.55, 0.35, 0.1))
    columns = {
        "employee": pd.array(people.names, dtype="str"),
        "place": name_codes(people.places, people.place),
        "unit": name_codes(people.unit_names, people.unit),
        "supervisor": name_codes(("",), np.zeros(people.n, dtype=np.intp)),
        "sex": name_codes(("man", "woman"), sex),
        "birth_year": (year - age).astype("int64"),
        "grade": name_codes(_GRADES, grade),
        "position": name_codes(_POSITIONS, position),
        "joined_on": pd.Series(joined).astype("datetime64[us]"),
    }
    return pd.DataFrame(columns, columns=list(TABLES["employees"].column_names))


def name_codes(names: Sequence[str], codes: Codes) -> pd.api.extensions.ExtensionArray:
    """Return names by their numbers, as a column of text; -1 is the last name."""
    return pd.array(list(names), dtype="str")[codes]
