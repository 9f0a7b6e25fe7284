"""How far a published number may lie from the expected one, by quantity (``tolerances.yaml``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).with_name("tolerances.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """A distance between two numbers that is put down to the machine.

    Attributes
    ----------
    absolute
        Distance in the unit of the number.
    relative
        Distance as a share of the larger number.
    because
        Where such a distance comes from.
    """

    absolute: float
    relative: float
    because: str

    def allowed(self, one: float, other: float) -> float:
        """Return the largest distance of two numbers that counts as none."""
        return max(self.absolute, self.relative * max(abs(one), abs(other)))

    def covers(self, one: float, other: float) -> bool:
        """Tell whether two numbers are the same; two infinite ones are if they have the same sign.

        Examples
        --------
        >>> nearly = Tolerance(absolute=1e-9, relative=1e-6, because="of the last digits")
        >>> nearly.covers(0.8123, 0.8123000001), nearly.covers(0.8123, 0.8124)
        (True, False)
        """
        if not (math.isfinite(one) and math.isfinite(other)):
            return one == other
        return abs(one - other) <= self.allowed(one, other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """The tolerance of each quantity, and that of all others."""

    usual: Tolerance
    by_quantity: Mapping[str, Tolerance]

    def of(self, quantity: str) -> Tolerance:
        """Return the tolerance of a quantity.

        Examples
        --------
        >>> load_tolerances().of("n_employees").relative
        1e-06
        """
        return self.by_quantity.get(quantity, self.usual)


@cache
def load_tolerances() -> Tolerances:
    """Read the shipped tolerances."""
    usual, *others = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Tolerances(
        usual=_tolerance(usual),
        by_quantity={name: _tolerance(entry) for entry in others for name in entry["quantities"]},
    )


def _tolerance(entry: Mapping[str, object]) -> Tolerance:
    return Tolerance(
        absolute=float(str(entry["absolute"])),
        relative=float(str(entry["relative"])),
        because=str(entry["because"]).strip(),
    )
