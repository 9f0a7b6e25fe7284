"""Evidence of 80 people in eight units over four quarters, which all five methods can score."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.evidence import TABLES

N_UNITS = 8
PERIODS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
APPRAISED = ("target_achievement_rating", "measurable_indicators", "communication", "responsiveness")
ASKED = {
    "supervisor": (
        *("work_result", "adaptability", "collaboration", "initiative", "integrity", "team_contribution"),
        *("service_quality", "discipline", "innovation", *APPRAISED),
    ),
    "peer": ("collaboration", "team_contribution", *APPRAISED),
    "self": APPRAISED,
    "subordinate": ("communication",),
    "citizen": ("service_quality", "staff_conduct"),
}
N_RATERS = {"supervisor": 1, "peer": 3, "self": 1, "subordinate": 1, "citizen": 2}
OF_EMPLOYEES = (
    "productivity",
    "improvement",
    "permits_on_time",
    "monitoring_entries",
    "complaints",
    "praise",
)
OF_UNITS = ("complaint_response_days", "ktp_days", "birth_certificate_days")


def list_rows() -> pd.DataFrame:
    """List who is observed by whom, and how good the person or unit is."""
    rows = []
    for unit, period in product(range(N_UNITS), PERIODS):
        where = {"place": f"p{unit % 2}", "unit": f"u{unit:02d}", "period": period}
        office = [("system", name, "", "") for name in OF_UNITS] + [
            ("agency_report", "agency_report", "", "")
        ]
        office += [
            ("citizen", indicator, f"c{unit}-{period}-{k}", item)
            for k in range(3)
            for indicator, items in (
                ("public_satisfaction", [f"U{i}" for i in range(1, 10)]),
                ("complaint_handling", ("",)),
            )
            for item in items
        ]
        rows += [{**where, "employee": "", "who": -1 - unit, **_what(*seen)} for seen in office]
        for k in range(10):
            seen = [("system", name, "", "") for name in OF_EMPLOYEES]
            seen += [
                (source, indicator, _rater(source, unit, k, j, period), "")
                for source, indicators in ASKED.items()
                for j in range(N_RATERS[source])
                for indicator in indicators
            ]
            person = {**where, "employee": f"e{unit:02d}{k}", "who": 10 * unit + k}
            rows += [{**person, **_what(*one)} for one in seen]
    return pd.DataFrame(rows)


def _what(source: str, indicator: str, rater: str, item: str) -> dict[str, str]:
    return {"source": source, "indicator": indicator, "rater": rater, "item": item}


def _rater(source: str, unit: int, employee: int, number: int, period: str) -> str:
    if source == "supervisor":
        return f"s{unit:02d}"
    if source == "self":
        return f"e{unit:02d}{employee}"
    if source == "citizen":
        return f"c{unit}-{period}-{(employee + number) % 5}"
    return f"e{unit:02d}{(employee + 1 + number) % 10}"  # peers and subordinates are colleagues of the unit


def draw_values(rows: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Draw values on the scales of the indicators; half of what makes them is the person or unit."""
    skill = rng.standard_normal(400)
    quarter = rows["period"].str[-1].astype(int)
    good = 0.7 * skill[rows["who"]] + 0.1 * quarter + 0.7 * rng.standard_normal(len(rows))
    value = np.clip(np.rint(3.2 + 0.9 * good), 1, 5)
    of_four = rows["indicator"].isin(["public_satisfaction", "staff_conduct", "complaint_handling"])
    value = value.where(~of_four, np.clip(np.rint(2.7 + 0.7 * good), 1, 4))
    value = value.where(
        ~rows["indicator"].isin(["productivity", "improvement", "monitoring_entries"]),
        np.maximum(90 + 15 * good, 0),
    )
    value = value.where(rows["indicator"] != "permits_on_time", np.clip(0.7 + 0.15 * good, 0, 1))
    value = value.where(rows["indicator"] != "agency_report", np.clip(65 + 10 * good, 0, 100))
    counts = {"complaints": -1.0, "praise": 1.0}
    for name, sign in counts.items():
        value = value.where(rows["indicator"] != name, np.maximum(np.rint(3 + 2 * sign * good), 0))
    return value.where(~rows["indicator"].isin(OF_UNITS), np.exp(1.2 - 0.4 * good)).to_numpy()


@pytest.fixture(scope="session")
def evidence():
    """About 16 000 observations; one in fifty is refused or missing."""
    rng = np.random.default_rng(5)
    rows = list_rows()
    ends = pd.to_datetime([f"2025-{3 * int(period[-1]):02d}-28" for period in rows["period"]])
    status = rng.choice(["recorded", "refused", "missing"], len(rows), p=(0.98, 0.01, 0.01))
    value = np.where(status == "recorded", draw_values(rows, rng), np.nan)
    rows = rows.assign(value=value, recorded_on=ends, status=status)[list(TABLES["evidence"].column_names)]
    texts = [name for name in rows.columns if name not in ("value", "recorded_on")]
    rows = rows.astype({**dict.fromkeys(texts, "str"), "recorded_on": "datetime64[us]"})
    return replace(make_evidence([]), observations=rows)
