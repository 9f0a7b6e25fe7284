"""What came of comparing scores with criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.contamination import INDEPENDENT
from evalkit.shown import show_frame

_ENDS: Final = ("estimate", "conf_low", "conf_high")
_LEVELS: Final = ("pooled", "within_units", "between_units")
#: Numbers of an association without an interval of their own.
_ALONE: Final = ("disattenuated", "score_reliability", "criterion_reliability")
_ABOUT: Final = ("method", "indicator", "source", "level")
COLUMNS: Final[dict[str, list[str]]] = {
    "associations": [
        *_ABOUT, *_ENDS, *(f"{name}{end}" for name in _LEVELS for end in ("", "_low", "_high")),
        *_ALONE, "n", "n_units", "n_places", "caveat",
    ],
    "increments": [
        "method", "over", *_ABOUT[1:], *_ENDS, "semipartial", "semipartial_low", "semipartial_high",
        "r2_before", "n", "n_units", "caveat",
    ],
    "refusals": ["method", "indicator", "source", "reason"],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriterionValidity:
    """How far the score of each method goes with criteria that are independent of it.

    Attributes
    ----------
    contamination
        A row per method and criterion: whether it is independent, contained, or of the method's own source.
    associations
        A row per method and independent criterion. Of people (level employee): r within places (estimate),
        pooled over places, within units, between the means of units. Of units: r between units of one place
        (estimate), and pooled; nothing about people in a unit. Beside them r freed of the error of both
        (disattenuated, without an interval), the reliabilities behind it, n (people, or units), n_units,
        n_places, caveat. Every criterion is turned so that more is better.
    increments
        Rise of R² within places when ``method`` joins ``over`` (another method, or the overall rating).
    refusals
        method, indicator, source, reason: what was not computed; a method alone: nothing was left for it.
    conf_level, n_boot
        Level of the intervals, resamples of whole units behind them.
    """

    contamination: pd.DataFrame
    associations: pd.DataFrame
    increments: pd.DataFrame
    refusals: pd.DataFrame
    conf_level: float
    n_boot: int

    def __post_init__(self) -> None:
        """Hold associations to independent criteria, and R² to its bounds."""
        free = self.contamination[self.contamination["verdict"] == INDEPENDENT]
        allowed = set(free[list(_ABOUT)].itertuples(index=False, name=None))
        if not set(self.associations[list(_ABOUT)].itertuples(index=False, name=None)) <= allowed:
            raise ValueError("a method was validated against a criterion that is not independent of it")
        if not (self.increments["estimate"] + self.increments["r2_before"] <= 1 + 1e-9).all():
            raise ValueError("two scores explain more than all of a criterion")

    @property
    def independent(self) -> pd.DataFrame:
        """The pairs of method and criterion that could be compared."""
        return self.contamination[self.contamination["verdict"] == INDEPENDENT]

    def to_frame(self) -> pd.DataFrame:
        """Return the associations, one tidy row each."""
        return self.associations.copy()

    def to_results(self) -> pd.DataFrame:
        """Return every number, and what was refused with its reason, as rows of ``results.csv``."""
        first = self.associations["level"].map({"employee": "within_place", "unit": "between_units_of_place"})
        frames = [
            self.associations.assign(quantity="criterion_correlation_" + first),
            *(self._level(name) for name in _LEVELS),
            *(self._alone(name) for name in _ALONE),
            self.increments.assign(quantity="rise_of_r2", method_b=self.increments["over"]),
            self.refusals.assign(quantity="criterion_correlation_refused", caveat=self.refusals["reason"]),
        ]
        rows = pd.concat([frame for frame in frames if len(frame)]) if any(map(len, frames)) else frames[0]
        rows = rows.rename(columns={"method": "method_a", "indicator": "item", "source": "group"})
        columns = ["quantity", "method_a", "method_b", "group", "item", *_ENDS, "n", "caveat"]
        rows = rows.reindex(columns=columns).reset_index(drop=True)
        text = [name for name in columns if name not in (*_ENDS, "n")]
        return rows.assign(**{name: rows[name].astype("object").fillna("") for name in text})

    def _level(self, name: str) -> pd.DataFrame:
        known = self.associations[self.associations[name].notna()]
        named = {name: "estimate", f"{name}_low": "conf_low", f"{name}_high": "conf_high"}
        rows = known.drop(columns=list(_ENDS)).rename(columns=named)
        return rows.assign(quantity=f"criterion_correlation_{name}")

    def _alone(self, name: str) -> pd.DataFrame:
        known = self.associations[self.associations[name].notna()]
        blank = dict.fromkeys(_ENDS[1:], np.nan)
        return known.assign(quantity=f"criterion_{name}", estimate=known[name], **blank)

    def _repr_html_(self) -> str:
        return show_frame(self.associations)
