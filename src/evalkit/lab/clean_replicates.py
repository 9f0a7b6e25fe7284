"""What many data sets like one evidence show of each method: the clean part of a committed diagnosis."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from evalkit.lab.diagnosis import PLAN_FILE, Diagnosis, read_diagnosis

_FOLDER: Final = "diagnosis"
_COLUMNS: Final = ("method", "target", "quantity", "estimate", "mc_error", "n_replicates")


def read_clean_replicates(study: Path) -> pd.DataFrame:
    """Return the figures of evidence as it is, from the first scenario of a study's diagnosis.

    Parameters
    ----------
    study
        Folder of the study; without a diagnosis in it there are no rows.

    Returns
    -------
    DataFrame
        method, target, quantity, estimate, mc_error, n_replicates.

    Raises
    ------
    StudyError
        If there is a diagnosis that cannot be read.

    Examples
    --------
    >>> len(read_clean_replicates(Path("nowhere")))
    0
    """
    folder = study / _FOLDER
    if not (folder / PLAN_FILE).is_file():
        return pd.DataFrame(columns=list(_COLUMNS))
    return select_clean(read_diagnosis(folder))


def select_clean(diagnosis: Diagnosis) -> pd.DataFrame:
    """Return the rows of evidence as it is in the first scenario that was run."""
    rows = diagnosis.summary
    first = rows["scenario"] == diagnosis.plan.scenarios[0].name
    return rows[first & (rows["corruption"] == "")][list(_COLUMNS)].reset_index(drop=True)
