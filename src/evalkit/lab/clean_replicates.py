"""What many data sets like one evidence show of each method: the clean part of a diagnosis."""

from __future__ import annotations

from typing import Final

import pandas as pd

from evalkit.lab.diagnosis import Diagnosis

_COLUMNS: Final = ("method", "target", "quantity", "estimate", "mc_error", "n_replicates")


def select_clean(diagnosis: Diagnosis | None) -> pd.DataFrame:
    """Return the figures of evidence as it is in the first scenario that was run; no row without a diagnosis.

    Returns
    -------
    DataFrame
        method, target, quantity, estimate, mc_error, n_replicates.
    """
    if diagnosis is None:
        return pd.DataFrame(columns=list(_COLUMNS))
    rows = diagnosis.summary
    first = rows["scenario"] == diagnosis.plan.scenarios[0].name
    return rows[first & (rows["corruption"] == "")][list(_COLUMNS)].reset_index(drop=True)
