"""Reports of agencies: whether they are there and in time, and whether what they say holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.recorded_ikm import compare_recorded_ikm
from evalkit.compare.sakip_scores import list_sakip
from evalkit.errors import UsageError
from evalkit.evidence import Evidence
from evalkit.shown import show_frame
from evalkit.stats import estimate_share

INDICATOR: Final = "agency_report"
NO_REPORTS: Final = "No periodic agency reports are in this evidence."
NO_DATES: Final = "No report has a date, so nobody can tell whether it came in time."
NO_PERIODS: Final = (
    "The reports name no period, so neither how many there should be nor when each was due can be told."
)
NO_RECORDED: Final = (
    "No office wrote down an IKM whose answers are in this evidence, so nothing can be recomputed."
)
_ENDS: Final = ["estimate", "conf_low", "conf_high"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgencyReports:
    """Completeness and timeliness of periodic reports, SAKIP scores, and recorded IKMs held to their answers.

    Attributes
    ----------
    completeness
        One row per place: reports that are there of those expected (every unit, every period): n_there, n,
        share (estimate) with its exact interval.
    timeliness
        One row per place: share within the deadline with its exact interval, n dated reports, and the median,
        least and most days after the end of the period.
    sakip
        place, unit, period, score (estimate), grade, change, caveat.
    recorded_ikm
        place, unit, period, recorded and recomputed IKM, difference, bands, what explains it.
    refused
        quantity, place and reason of what the evidence cannot answer.
    deadline_days
        Days after the end of a period within which a report is in time.
    conf_level
        Level of all intervals.
    """

    completeness: pd.DataFrame
    timeliness: pd.DataFrame
    sakip: pd.DataFrame
    recorded_ikm: pd.DataFrame
    refused: pd.DataFrame
    deadline_days: int
    conf_level: float

    def __post_init__(self) -> None:
        """Hold counts to their bounds."""
        if (self.completeness["n_there"] > self.completeness["n"]).any():
            raise ValueError("there are more reports than are expected")

    def to_frame(self) -> pd.DataFrame:
        """Return how many reports are there, one row a place."""
        return self.completeness.copy()

    def agreeing(self) -> pd.DataFrame:
        """Return each place's share of recorded IKMs that are those of the answers, with its interval."""
        rows = []
        for place, own in self.recorded_ikm.groupby("place", sort=True):
            share = estimate_share(int((own["difference"] == 0).sum()), len(own), conf_level=self.conf_level)
            ends = {name: getattr(share, name) for name in _ENDS}
            rows.append({"place": place, **ends, "n_agreeing": share.count, "n": share.n})
        return pd.DataFrame(rows, columns=["place", *_ENDS, "n_agreeing", "n"])

    def to_results(self) -> pd.DataFrame:
        """Return every number as rows of ``results.csv``; what is refused has no estimate."""
        differing = self.recorded_ikm[self.recorded_ikm["difference"] != 0]
        days = self.timeliness[["place", "median_days", "n"]].rename(columns={"median_days": "estimate"})
        frames = {
            "report_completeness": self.completeness,
            "report_timeliness": self.timeliness,
            "report_days": days.assign(caveat="median of all dated reports, which are no sample"),
            "sakip_score": self.sakip.rename(columns={"grade": "item"}),
            "sakip_change": self.sakip.drop(columns="estimate")
            .rename(columns={"change": "estimate"})
            .dropna(subset=["estimate"]),
            "ikm_recorded_as_recomputed": self.agreeing(),
            "ikm_recorded_difference": differing.rename(
                columns={"difference": "estimate", "explained": "caveat"}
            ),
        }
        parts = [frame.assign(quantity=name) for name, frame in frames.items() if len(frame)]
        named = self.refused.rename(columns={"reason": "caveat"})
        columns = ["quantity", "place", "unit", "period", "item", *_ENDS, "n", "caveat"]
        return pd.concat([*parts, named], ignore_index=True).reindex(columns=columns)

    def _repr_html_(self) -> str:
        return show_frame(self.completeness)


def measure_agency_reports(
    evidence: Evidence, *, deadline_days: int = 7, conf_level: float = 0.95
) -> AgencyReports:
    """Measure whether agencies report, in time, and whether recorded IKMs are those of the answers.

    A report is expected of every unit that is observed at all, in every period of its place. Reports are
    taken as independent, and intervals are exact.

    Parameters
    ----------
    deadline_days
        Days after the end of a period; no text names one, so it is an assumption.

    Raises
    ------
    UsageError
        If the deadline is negative.
    """
    if deadline_days < 0:
        raise UsageError(f"A deadline is a number of days from 0 on; found {deadline_days}.")
    places = sorted(evidence.observations["place"].astype(str).unique())
    reports = _read_reports(evidence)
    units = _list_expected(evidence)
    completeness, timeliness, refused = [], [], []
    for place in places:
        own = reports[reports["place"] == place]
        if own.empty or (own["period"] == "").any():
            reason = NO_REPORTS if own.empty else NO_PERIODS
            refused += [(name, place, reason) for name in ("report_completeness", "report_timeliness")]
            continue
        completeness.append(_complete(own, units[units["place"] == place], conf_level))
        dated = own[(own["status"] == "recorded") & own["recorded_on"].notna()]
        if dated.empty:
            refused.append(("report_timeliness", place, NO_DATES))
        else:
            timeliness.append(_time(dated, deadline_days, conf_level))
    sakip, without = list_sakip(evidence)
    recorded = compare_recorded_ikm(evidence)
    unchecked = [
        ("ikm_recorded_as_recomputed", place, NO_RECORDED)
        for place in places
        if not (recorded["place"] == place).any()
    ]
    return AgencyReports(
        completeness=pd.DataFrame(completeness, columns=["place", *_ENDS, "n_there", "n"]),
        timeliness=pd.DataFrame(
            timeliness, columns=["place", *_ENDS, "n_timely", "n", "median_days", "least_days", "most_days"]
        ),
        sakip=sakip,
        recorded_ikm=recorded,
        refused=pd.DataFrame(
            [*refused, *without, *unchecked], columns=["quantity", "place", "reason"], dtype="str"
        ),
        deadline_days=deadline_days,
        conf_level=conf_level,
    )


def _read_reports(evidence: Evidence) -> pd.DataFrame:
    """Return every report that was asked for, one row per unit and period."""
    observations = evidence.observations
    names = ["place", "unit", "period", "status"]
    rows = observations.loc[observations["indicator"] == INDICATOR, [*names, "recorded_on"]]
    return rows.astype(dict.fromkeys(names, "str"))


def _list_expected(evidence: Evidence) -> pd.DataFrame:
    """Return every unit of each place with every period of the place."""
    names = ["place", "unit", "period"]
    seen = evidence.observations[names].drop_duplicates().astype("str")
    named = seen[seen["unit"] != ""] if (seen["unit"] != "").any() else seen
    units = named[["place", "unit"]].drop_duplicates()
    periods = seen.loc[seen["period"] != "", ["place", "period"]].drop_duplicates()
    return units.merge(periods, on="place")


def _complete(reports: pd.DataFrame, expected: pd.DataFrame, conf_level: float) -> dict[str, object]:
    """Count the reports of one place that are there, of those expected."""
    cells = ["place", "unit", "period"]
    there = reports.loc[reports["status"] == "recorded", cells].drop_duplicates()
    every = pd.concat([expected[cells], reports[cells]]).drop_duplicates()
    share = estimate_share(len(there), len(every), conf_level=conf_level)
    ends = {name: getattr(share, name) for name in _ENDS}
    return {"place": reports["place"].iloc[0], **ends, "n_there": share.count, "n": share.n}


def _time(dated: pd.DataFrame, deadline_days: int, conf_level: float) -> dict[str, object]:
    """Count the dated reports of one place that came within the deadline."""
    ends_on = pd.PeriodIndex(dated["period"], freq="Q").end_time.normalize()
    days = (pd.DatetimeIndex(dated["recorded_on"]).normalize() - ends_on).days.to_numpy()
    share = estimate_share(int((days <= deadline_days).sum()), len(days), conf_level=conf_level)
    return {
        "place": dated["place"].iloc[0],
        **{name: getattr(share, name) for name in _ENDS},
        "n_timely": share.count,
        "n": share.n,
        "median_days": float(np.median(days)),
        "least_days": int(days.min()),
        "most_days": int(days.max()),
    }
