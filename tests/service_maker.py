"""Surveys of those who are served, made by hand: units of a known IKM, and reports of agencies."""

import numpy as np
import pandas as pd
from evidence_maker import make_evidence

from evalkit.evidence import TABLES
from evalkit.rules import ELEMENTS


def answer(
    unit, n, *, level=3.2, place="here", period="2025Q1", seed=0, low=(), missing=0.0, day="2025-02-01"
):
    """Make the rows of n respondents of a unit; elements named in ``low`` are answered a point lower."""
    rng = np.random.default_rng([seed, n, len(unit)])
    rows = []
    for i in range(n):
        whole = rng.normal()
        for item in ELEMENTS:
            value = np.clip(np.round(level + 0.5 * whole + 0.6 * rng.normal() - (item in low)), 1, 4)
            if rng.random() >= missing:
                rows.append(
                    {"place": place, "unit": unit, "period": period, "indicator": "public_satisfaction",
                     "source": "citizen", "rater": f"{unit}-{period}-{i}", "item": item, "value": value,
                     "recorded_on": day}
                )  # fmt: skip
    return rows


def report(unit, period, on, *, place="here", status="recorded"):
    """Make the row of one agency report."""
    value = 70.0 if status == "recorded" else np.nan
    about = {"place": place, "unit": unit, "indicator": "agency_report", "source": "agency_report"}
    return {**about, "period": period, "value": value, "recorded_on": on, "status": status}


def record_ikm(*rows):
    """Make the table of what offices wrote down: unit, period and IKM."""
    frame = pd.DataFrame(rows, columns=["unit", "period", "ikm"]).assign(place="here", employee="")
    return frame.reindex(columns=list(TABLES["recorded"].column_names))


def make_survey(**tables):
    """Make a place of five units, one of them far lower and one of four respondents."""
    rows = [
        *answer("high", 40, level=3.6, seed=1),
        *answer("middle", 40, level=3.2, seed=2, missing=0.1),
        *answer("poor", 40, level=2.6, seed=3),
        *answer("small", 4, level=3.2, seed=4),
        *answer("next", 12, level=3.2, seed=5),
    ]
    return make_evidence(rows, **tables)
