"""IKM as offices wrote it down, beside the same from the answers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from evalkit.compare.disclosure import LEAST
from evalkit.compare.survey_answers import answers_of, read_survey
from evalkit.evidence import Evidence
from evalkit.rules import ELEMENTS, band_ikm, compute_ikm, round_ikm

_CELL: Final = ["place", "unit", "period"]
COLUMNS: Final = [
    *_CELL,
    "recorded",
    "recomputed",
    "difference",
    "recorded_band",
    "recomputed_band",
    "explained",
    "n",
]
#: Weights of an element that are met where 1/9 is meant.
SHORT_WEIGHTS: Final = ("0.11", "0.111", "0.1111")
#: What explains a recorded IKM that is not the recomputed one.
DIVIDED_BY_ALL: Final = "missing_answers_divided"
SHORT_WEIGHT: Final = "short_weight"


def compare_recorded_ikm(evidence: Evidence) -> pd.DataFrame:
    """Recompute every recorded IKM of a unit and period from its answers, in exact arithmetic.

    A difference may be explained by an element weight typed as 0.11, 0.111 or 0.1111 for 1/9, or by a sum
    that leaves missing answers out and is divided by all questionnaires all the same. Cells of
    under five respondents are left out.

    Returns
    -------
    DataFrame
        One row per recorded IKM whose unit and period have answers: both values with two decimals, the
        difference, both bands, and what explains a difference (empty where nothing does).
    """
    recorded = evidence.recorded.dropna(subset=["ikm"])
    answers, _ = read_survey(evidence)
    if recorded.empty or answers.empty:
        return pd.DataFrame(columns=COLUMNS)
    cells = recorded.astype(dict.fromkeys(_CELL, "str"))
    written = dict(
        zip(cells[_CELL].itertuples(index=False, name=None), cells["ikm"].astype(float), strict=True)
    )
    rows = [
        _compare(key, own, written[key])
        for key, own in answers.groupby(_CELL, sort=True)
        if key in written and len(own) >= LEAST and not own[list(ELEMENTS)].isna().all().any()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _compare(key: tuple[object, ...], rows: pd.DataFrame, recorded: float) -> dict[str, object]:
    found = compute_ikm(answers_of(rows))
    written = float(round_ikm(recorded))
    difference = round(written - found.rounded, 2)
    return {
        **dict(zip(_CELL, key, strict=True)),
        "recorded": written,
        "recomputed": found.rounded,
        "difference": difference,
        "recorded_band": band_ikm(written),
        "recomputed_band": found.band,
        "explained": _explain(rows, written, found.value) if difference else "",
        "n": len(rows),
    }


def _explain(rows: pd.DataFrame, written: float, value: float) -> str:
    """Name the defect that gives the recorded number to two decimals; empty where none does."""
    if any(abs(9 * float(weight) * value - written) < 0.0051 for weight in SHORT_WEIGHTS):
        return SHORT_WEIGHT
    all_divided = 25 * np.nansum(answers_of(rows)) / (len(rows) * len(ELEMENTS))
    return DIVIDED_BY_ALL if abs(all_divided - written) < 0.0051 else ""
