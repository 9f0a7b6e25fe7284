"""Is the evidence there? Counts of what was recorded, refused and missing, and how old it is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evalkit.errors import DesignError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_share

_GROUP: Final = ["place", "source", "indicator"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completeness:
    """How much of the evidence was recorded, for each place, source and indicator.

    Attributes
    ----------
    counts
        One row per place, source and indicator: n, n_recorded, n_refused, n_missing, n_employees, n_units,
        n_raters, n_periods, the share recorded (estimate) with its exact interval, first_on and last_on.
    steps
        Rows read, corrected, rejected and kept, by file.
    conf_level
        Level of the intervals.
    """

    counts: pd.DataFrame
    steps: pd.DataFrame
    conf_level: float

    def __post_init__(self) -> None:
        """Hold the counts to their sum."""
        parts = self.counts[["n_recorded", "n_refused", "n_missing"]].sum(axis=1)
        if not (parts == self.counts["n"]).all():
            raise ValueError("recorded, refused and missing observations do not add up to all")

    def to_frame(self) -> pd.DataFrame:
        """Return the counts, one tidy row each."""
        return self.counts.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the share recorded as rows of ``results.csv``."""
        shares = self.counts.rename(columns={"source": "group", "indicator": "item"})
        columns = ["place", "group", "item", "estimate", "conf_low", "conf_high", "n"]
        return shares[columns].assign(quantity="share_recorded")

    def _repr_html_(self) -> str:
        return show_frame(self.counts)


def measure_completeness(evidence: Evidence, *, conf_level: float = 0.95) -> Completeness:
    """Count what was recorded, refused and missing.

    A row that is not there at all cannot be counted: the share is that of the observations that were asked
    for and listed. Intervals are exact (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404) and treat
    observations as independent.

    Raises
    ------
    DesignError
        If there is no observation.
    """
    observations = evidence.observations
    if observations.empty:
        raise DesignError(
            f"The evidence of {evidence.study} has no observation left. "
            "Widen the choice of places or periods."
        )
    counts = pd.DataFrame([_count(key, rows) for key, rows in observations.groupby(_GROUP, sort=True)])
    pairs = counts[["n_recorded", "n"]].astype(int).to_numpy().tolist()
    shares = [estimate_share(recorded, n, conf_level=conf_level) for recorded, n in pairs]
    counts["estimate"] = [share.estimate for share in shares]
    counts["conf_low"] = [share.conf_low for share in shares]
    counts["conf_high"] = [share.conf_high for share in shares]
    return Completeness(counts=counts, steps=evidence.steps, conf_level=conf_level)


def _count(key: tuple[Hashable, ...], rows: pd.DataFrame) -> dict[str, object]:
    """Count one place, source and indicator; an empty name is nobody."""
    status = rows["status"].value_counts()
    named = {
        f"n_{name}s": rows.loc[rows[name] != "", name].nunique() for name in ("employee", "unit", "rater")
    }
    return {
        **dict(zip(_GROUP, key, strict=True)),
        "n": len(rows),
        **{f"n_{code}": int(status.get(code, 0)) for code in ("recorded", "refused", "missing")},
        **named,
        "n_periods": rows.loc[rows["period"] != "", "period"].nunique(),
        "first_on": rows["recorded_on"].min(),
        "last_on": rows["recorded_on"].max(),
    }
