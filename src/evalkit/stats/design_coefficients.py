"""What every decision study answers: dependability and error of each design that it tries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignCoefficients(Shown):
    """Dependability of a score in each of m designs, with intervals.

    Attributes
    ----------
    phi, phi_low, phi_high
        Dependability Φ: agreement on the score itself, shape (m,).
    generalizability, generalizability_low, generalizability_high
        Eρ²: agreement on the order only, shape (m,).
    sem, sem_low, sem_high
        Standard error of measurement of the score, in its own points, shape (m,).
    conf_level
        Nominal coverage; ends are NaN when only components, not a fit, were given.
    caveat
        Doubt about the designs, empty where there is none.
    """

    phi: Floats
    phi_low: Floats
    phi_high: Floats
    generalizability: Floats
    generalizability_low: Floats
    generalizability_high: Floats
    sem: Floats
    sem_low: Floats
    sem_high: Floats
    conf_level: float
    caveat: str


def name_ends(phi: ArrayLike, generalizability: ArrayLike, sem: ArrayLike) -> dict[str, Floats]:
    """Return the nine arrays of `DesignCoefficients` by name; each argument holds estimate, low, high."""
    given = {"phi": phi, "generalizability": generalizability, "sem": sem}
    return {
        f"{name}{end}": np.asarray(column, dtype=np.float64)
        for name, columns in given.items()
        for end, column in zip(("", "_low", "_high"), columns, strict=True)  # type: ignore[arg-type]
    }
