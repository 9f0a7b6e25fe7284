"""Evidence made of a few rows, for tests that do not read files."""

from __future__ import annotations

import pandas as pd

from evalkit.evidence import TABLES, Evidence, standard_indicators

_BLANK = {
    "unit": "",
    "employee": "",
    "period": "",
    "rater": "",
    "item": "",
    "recorded_on": pd.NaT,
    "status": "recorded",
}


def make_evidence(rows: list[dict[str, object]], **tables: pd.DataFrame) -> Evidence:
    """Make evidence of dictionaries, an observation each; what one leaves out is blank."""
    columns = TABLES["evidence"].column_names
    observations = pd.DataFrame([{**_BLANK, **row} for row in rows], columns=list(columns))
    observations["recorded_on"] = pd.to_datetime(observations["recorded_on"])
    empty = {
        name: pd.DataFrame(columns=list(TABLES[name].column_names))
        for name in ("employees", "events", "interventions", "recorded", "truth")
    }
    fields = {
        "indicators": standard_indicators(),
        "extras": {},
        "corrections": pd.DataFrame(),
        "steps": pd.DataFrame(columns=["file", "step", "n_rows"]),
        **empty,
        **tables,
    }
    return Evidence(study="made", kind="synthetic", observations=observations, **fields)
