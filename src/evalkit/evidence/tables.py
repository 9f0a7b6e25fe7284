"""The evidence of a study, as the rest of the package sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evalkit.errors import UsageError, did_you_mean
from evalkit.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence(Shown):
    """The evidence of one study, checked.

    Attributes
    ----------
    study
        Name of the study folder.
    kind
        "real" or "synthetic".
    observations
        One row per observation: place, unit, employee, period, indicator, source, rater, item as text (empty:
        none), value as a number (NaN unless recorded), recorded_on, status.
    indicators
        Every indicator that the study may use, with its unit and scale (NaN where it is open).
    employees, events, interventions, recorded, truth
        The other standard tables; empty where the study has no such file.
    extras
        Tables of the study's own, by name.
    corrections
        The corrections that were applied.
    steps
        Rows read, corrected, rejected and kept, by file.
    never_scored
        Indicators that no method may read, such as an overall verdict of the same source.
    """

    study: str
    kind: str
    observations: pd.DataFrame
    indicators: pd.DataFrame
    employees: pd.DataFrame
    events: pd.DataFrame
    interventions: pd.DataFrame
    recorded: pd.DataFrame
    truth: pd.DataFrame
    extras: Mapping[str, pd.DataFrame]
    corrections: pd.DataFrame
    steps: pd.DataFrame
    never_scored: tuple[str, ...] = ()

    def select(
        self,
        *,
        places: Sequence[str] = (),
        periods: Sequence[str] = (),
        indicators: Sequence[str] = (),
        sources: Sequence[str] = (),
    ) -> Evidence:
        """Return the evidence of some places, periods, indicators or sources only; empty means all.

        Observations are held to all four; other tables to places and periods where they have such a column.

        Raises
        ------
        UsageError
            If a name does not occur in the observations.
        """
        wanted = {"place": places, "period": periods, "indicator": indicators, "source": sources}
        everywhere = {"place": places, "period": periods}
        return replace(
            self,
            observations=_rows(self.observations, wanted, require=True),
            extras={name: _rows(frame, everywhere) for name, frame in self.extras.items()},
            employees=_rows(self.employees, everywhere),
            events=_rows(self.events, everywhere),
            interventions=_rows(self.interventions, everywhere),
            recorded=_rows(self.recorded, everywhere),
            truth=_rows(self.truth, everywhere),
        )


def _rows(frame: pd.DataFrame, wanted: Mapping[str, Sequence[str]], *, require: bool = False) -> pd.DataFrame:
    """Return the rows whose columns hold the wanted names; a column that the frame lacks is passed over."""
    keep = pd.Series(True, frame.index)
    for column, names in wanted.items():
        if names and column in frame:
            held = frame[column].isin(list(names))
            if require:
                _require_known(frame[column], held, column, names)
            keep &= held
    return frame[keep].reset_index(drop=True)


def _require_known(column: pd.Series[str], held: pd.Series[bool], what: str, names: Sequence[str]) -> None:
    """Raise if a name is in none of the rows that hold one of the names."""
    found = set(column[held].unique())
    for name in names:
        if name not in found:
            known = set(column.unique())
            raise UsageError(f"the evidence has no {what} {name!r}; {did_you_mean(name, known)}")
