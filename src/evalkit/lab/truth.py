"""What everyone's performance truly is, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.lab.people import People, name_codes
from evalkit.lab.profiles import Performance
from evalkit.lab.streams import Streams

#: The five dimensions, in the order of the arrays.
DIMENSIONS: Final = ("task", "service", "adaptive", "collaborative", "disciplined")

_DIGITS: Final = 6  # a number of all its digits could look like one of a person

Truth = NDArray[np.float64]


def draw_truth(people: People, n_periods: int, performance: Performance, streams: Streams) -> Truth:
    """Draw true performance before any intervention.

    One unit is the standard deviation among the people of one place in one quarter, averaged over quarters;
    0 is the mean of all places in the first quarter.

    Returns
    -------
    Truth
        Shape (employee, period, dimension).
    """
    rng, of = streams("truth"), performance
    k = len(DIMENSIONS)
    root = np.linalg.cholesky(np.full((k, k), of.correlation) + (1 - of.correlation) * np.eye(k))

    def draw(variance: float, *shape: int) -> Truth:
        drawn: Truth = np.sqrt(variance) * (rng.standard_normal((*shape, k)) @ root.T)
        return drawn

    quarter = np.arange(n_periods, dtype=float)
    centred = quarter - quarter.mean()
    spread = float((centred**2).mean()) or 1.0
    level = draw(1 - of.unit - of.growth_spread - of.wobble, people.n)
    slope = draw(of.growth_spread / spread, people.n)
    places, units = draw(of.place, len(people.places)), draw(of.unit, people.n_units)
    wobble = draw(of.wobble, people.n, n_periods)
    steady = level + units[people.unit] + places[people.place]
    grown = slope[:, None] * centred[:, None] + of.growth * quarter[None, :, None]
    truth: Truth = steady[:, None] + grown + wobble
    return truth


def list_truth(truth: Truth, people: People, periods: Sequence[str]) -> pd.DataFrame:
    """Return the table of truth: a row for each employee and period."""
    n, n_periods, k = truth.shape
    columns = {
        "employee": name_codes(people.names, np.repeat(np.arange(n), n_periods)),
        "period": name_codes(periods, np.tile(np.arange(n_periods), n)),
        **dict(zip(DIMENSIONS, truth.reshape(-1, k).round(_DIGITS).T, strict=True)),
    }
    return pd.DataFrame(columns)
