"""Which elements of the survey to work on first: how they are answered, and how much goes along with them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import t as student

from evalkit.compare.disclosure import LEAST
from evalkit.compare.survey_answers import SUPPRESSED, answers_of, strata_of
from evalkit.errors import DesignError
from evalkit.rules import ELEMENTS
from evalkit.stats import ElementIndex, adjust_p_values, estimate_derived_importance
from evalkit.stats.crossed_factors import Floats

#: By whether performance, then importance, lies below or above the mean of the elements.
QUADRANTS: Final = {
    (-1, 1): "concentrate_here",
    (1, 1): "keep_up",
    (-1, -1): "low_priority",
    (1, -1): "possible_overkill",
}
NOT_PLACED: Final = "not_told_apart"
_OF_IMPORTANCE: Final = (
    *("importance", "importance_low", "importance_high", "importance_gap", "importance_gap_error"),
    "p_importance",
)


def means_of(found: ElementIndex) -> pd.DataFrame:
    """Return the mean of each element with its interval; one that under five answered is not shown."""
    frame = pd.DataFrame(
        {
            "item": ELEMENTS,
            "estimate": found.means,
            "conf_low": found.means_low,
            "conf_high": found.means_high,
            "n": found.n_answers,
        }
    )
    numbers = ["estimate", "conf_low", "conf_high", "n"]
    small = frame["n"] < LEAST
    frame[numbers] = frame[numbers].astype(float).mask(small)
    return frame.assign(caveat=np.where(small, SUPPRESSED, ""))


def describe_elements(rows: pd.DataFrame, found: ElementIndex, conf_level: float) -> pd.DataFrame:
    """Return the elements of one place: mean and derived importance, and how far each lies off all nine."""
    p_mean = _p_values(found.gaps, found.gap_errors, found.df)
    frame = means_of(found).assign(gap=found.gaps, gap_error=found.gap_errors, p_mean=p_mean)
    try:
        importance = estimate_derived_importance(
            answers_of(rows), strata=strata_of(rows), conf_level=conf_level
        )
    except DesignError as reason:
        gaps = dict.fromkeys(_OF_IMPORTANCE, np.nan)
        return frame.assign(**gaps, n_complete=0, importance_caveat=str(reason))
    return frame.assign(
        importance=importance.estimate,
        importance_low=importance.conf_low,
        importance_high=importance.conf_high,
        importance_gap=importance.gaps,
        importance_gap_error=importance.gap_errors,
        p_importance=_p_values(importance.gaps, importance.gap_errors, importance.df),
        n_complete=importance.n,
        importance_caveat="",
    )


def judge_elements(elements: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Add on which side of the others each element lies beyond chance (-1, 0, 1), and its quadrant.

    An element has a quadrant when both its mean and its importance lie off those of the nine. All comparisons
    of all places are one family (Holm).
    """
    p_values = elements[["p_mean", "p_importance"]].to_numpy(dtype=np.float64)
    adjusted = adjust_p_values(p_values.ravel()).reshape(p_values.shape)
    gaps = elements[["gap", "importance_gap"]].to_numpy(dtype=np.float64)
    sides = np.where(adjusted < 1 - conf_level, np.sign(gaps), 0.0).astype(int)
    quadrants = [QUADRANTS.get((int(a), int(b)), NOT_PLACED) for a, b in sides]
    return elements.assign(side=sides[:, 0], quadrant=quadrants)


def _p_values(gaps: Floats, errors: Floats, df: int) -> Floats:
    """Return two-sided p-values; NaN where there is no error."""
    known = errors > 0
    ratio = np.abs(gaps) / np.where(known, errors, 1.0)
    return np.where(known, 2 * student.sf(ratio, df), np.nan)
