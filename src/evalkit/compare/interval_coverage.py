"""Do the intervals hold the truth as often as they say? Simulated beforehand, and kept with the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd

from evalkit.shown import show_frame

#: Verdicts on an interval, from what is wanted to what is not shown.
VERDICTS: Final = ("within", "exact", "too wide", "caveat", "withheld")
_NEAR: Final = 0.02
_FAR: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalCoverage:
    """How often intervals held the truth in data simulated from known populations.

    Attributes
    ----------
    rows
        One row per interval and design: simulation, interval, design, kind ("exact" or "approximate"),
        n_replicates, coverage, mc_error, nominal, verdict.
    """

    rows: pd.DataFrame

    def __post_init__(self) -> None:
        """Hold each verdict to the rule."""
        ruled = [
            judge_coverage(row["coverage"], row["nominal"], exact=row["kind"] == "exact")
            for row in self.rows.to_dict("records")
        ]
        if ruled != self.rows["verdict"].to_list():
            raise ValueError("a verdict on an interval does not follow from its coverage")

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row per interval and design."""
        return self.rows.copy()

    def to_results(self) -> pd.DataFrame:
        """Return the coverages as rows of ``results.csv``; ends are two Monte Carlo errors away."""
        reach = 2 * self.rows["mc_error"]
        named = {"coverage": "estimate", "interval": "group", "design": "item", "n_replicates": "n"}
        rows = self.rows.rename(columns=named).assign(
            quantity="coverage",
            conf_low=self.rows["coverage"] - reach,
            conf_high=self.rows["coverage"] + reach,
            caveat=self.rows["verdict"],
        )
        columns = ["quantity", "group", "item", "estimate", "conf_low", "conf_high", "n", "caveat"]
        return rows[columns]

    def _repr_html_(self) -> str:
        return show_frame(self.rows)


def judge_coverage(coverage: float, nominal: float, *, exact: bool) -> str:
    """Judge an interval by the share of replicates in which it held the truth.

    Within .02 of the nominal level is as promised; exact intervals may hold it more often. Up to .05 below,
    the interval is shown with its coverage in the caveat; further below it is not shown.

    Examples
    --------
    >>> judge_coverage(0.94, 0.95, exact=False), judge_coverage(0.98, 0.95, exact=False)
    ('within', 'too wide')
    >>> judge_coverage(0.98, 0.95, exact=True), judge_coverage(0.92, 0.95, exact=False)
    ('exact', 'caveat')
    """
    gap = round(coverage - nominal, 9)
    if gap < -_NEAR:
        return "caveat" if gap >= -_FAR else "withheld"
    if gap <= _NEAR:
        return "within"
    return "exact" if exact else "too wide"


def read_coverage() -> IntervalCoverage:
    """Return what ``make coverage`` found.

    Examples
    --------
    >>> bool((read_coverage().rows["n_replicates"] >= 2000).all())
    True
    """
    return IntervalCoverage(rows=_read().drop(columns="made_by"))


@cache
def _read() -> pd.DataFrame:
    with files("evalkit.stats").joinpath("coverage.csv").open("rb") as file:
        return pd.read_csv(file)
