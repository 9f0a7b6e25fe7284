"""Fall into each trap many times, and count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from evalkit.errors import UsageError
from evalkit.lab.pitfalls.traps import TRAPS, Trap
from evalkit.shown import show_frame

#: A reading holds if it is at most so many Monte Carlo errors from the truth.
ERRORS: Final = 3
_COLUMNS: Final = ("pitfall", "reading", "sound", "truth", "estimate", "mc_error", "n_replicates", "holds")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pitfalls:
    """What readings of samples with a known truth come to on average.

    Attributes
    ----------
    readings
        One row per trap and reading: pitfall (number), reading, sound (what reports use), truth, estimate
        (mean over samples), mc_error, n_replicates, holds (at most `ERRORS` Monte Carlo errors from the
        truth, or below it where less is well, too).
    """

    readings: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a Monte Carlo figure without its error."""
        if not (self.readings["mc_error"] > 0).all() or not (self.readings["n_replicates"] > 1).all():
            raise ValueError("a Monte Carlo figure needs its error, and more than one replicate")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per trap and reading."""
        return self.readings.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the readings as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        rows = self.readings
        reach = 2 * rows["mc_error"]
        return pd.DataFrame({
            "quantity": "pitfall_reading",
            "item": "pitfall_" + rows["pitfall"].astype(str),
            "group": rows["reading"],
            "estimate": rows["estimate"],
            "conf_low": rows["estimate"] - reach,
            "conf_high": rows["estimate"] + reach,
            "n": rows["n_replicates"],
            "caveat": [f"ends are two Monte Carlo errors away; truth {truth:.3f}" for truth in rows["truth"]],
        })  # fmt: skip

    def _repr_html_(self) -> str:
        return show_frame(self.readings)


def show_pitfalls(
    numbers: Iterable[int] = tuple(TRAPS), *, seed: int, n_replicates: int | None = None
) -> Pitfalls:
    """Draw samples with a known truth, and read each as the trap has it and as reports do.

    Parameters
    ----------
    numbers
        Which traps, by number; each has random numbers of its own.
    n_replicates
        Samples of each trap; its own number by default.

    Raises
    ------
    UsageError
        If there is no such trap, or fewer than two samples.

    Examples
    --------
    >>> found = show_pitfalls([17], seed=1, n_replicates=500)
    >>> found.readings["reading"].tolist()
    ['uniform_then_normalised', 'dirichlet']
    """
    chosen = list(numbers)
    unknown = [str(number) for number in chosen if number not in TRAPS]
    if unknown:
        known = ", ".join(map(str, TRAPS))
        raise UsageError(f"There is no trap {', '.join(unknown)}; there are {known}.")
    if n_replicates is not None and n_replicates < 2:
        raise UsageError(f"A Monte Carlo error needs at least 2 samples; found {n_replicates}.")
    rows = [
        row
        for number in chosen
        for row in _measure(TRAPS[number], number, seed, n_replicates or TRAPS[number].n_replicates)
    ]
    return Pitfalls(readings=pd.DataFrame(rows, columns=list(_COLUMNS)))


def _measure(trap: Trap, number: int, seed: int, n_replicates: int) -> Iterable[dict[str, Any]]:
    rng = np.random.default_rng(np.random.SeedSequence([seed, number]))
    drawn = pd.DataFrame([trap.draw(rng) for _ in range(n_replicates)])
    for reading, values in drawn.items():
        estimate = float(values.mean())
        # a share of 0 or 1 in all samples still has an error: one sample more could go the other way
        error = max(float(values.std()), 1 / n_replicates) / np.sqrt(n_replicates)
        too_far = estimate - trap.truth if trap.at_most else abs(estimate - trap.truth)
        yield {
            "pitfall": number,
            "reading": str(reading),
            "sound": reading in trap.sound,
            "truth": trap.truth,
            "estimate": estimate,
            "mc_error": float(error),
            "n_replicates": n_replicates,
            "holds": bool(too_far <= ERRORS * error),
        }
