"""The scales of indicators, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The scales of indicators: one of each when given as a table, one of each row when given by row.

    Attributes
    ----------
    low, high
        Ends; infinite where the scale is open.
    better
        1 where a higher value is better, -1 where a lower one is.
    percent
        Whether the unit is per cent of a target.
    """

    low: Values
    high: Values
    better: Values
    percent: Flags

    @property
    def closed(self) -> Flags:
        """Whether the scale has two ends."""
        return np.isfinite(self.low) & np.isfinite(self.high)

    @property
    def width(self) -> Values:
        """Distance of the ends."""
        return self.high - self.low

    @property
    def best(self) -> Values:
        """The better end."""
        return np.where(self.better > 0, self.high, self.low)

    def take(self, codes: Codes) -> Scale:
        """Return the scale of each row from the scale of each indicator."""
        return Scale(
            low=self.low[codes],
            high=self.high[codes],
            better=self.better[codes],
            percent=self.percent[codes],
        )


def look_up_scales(indicators: pd.DataFrame, names: pd.Index[str]) -> Scale:
    """Return the scale of each named indicator."""
    found = indicators.drop_duplicates("indicator").set_index("indicator").reindex(names)
    return Scale(
        low=found["low"].fillna(-np.inf).to_numpy(float),
        high=found["high"].fillna(np.inf).to_numpy(float),
        better=np.where(found["lower_is_better"].eq(True).to_numpy(bool), -1.0, 1.0),
        percent=found["unit"].eq("percent").to_numpy(bool),
    )
