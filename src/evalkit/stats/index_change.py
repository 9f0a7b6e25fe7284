"""By how much an index of elements changed between two surveys of other people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from evalkit.shown import Shown
from evalkit.stats.element_index import NO_SPREAD, ElementIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChange(Shown):
    """Difference of two indices from different respondents, with Welch's interval and p-value.

    Attributes
    ----------
    caveat
        Why there is no interval; empty where there is one.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    std_error: float
    df: float
    p_value: float
    caveat: str


def estimate_index_change(
    first: ElementIndex, last: ElementIndex, *, conf_level: float = 0.95
) -> IndexChange:
    """Estimate by how much an index is higher the second time, where nobody was asked twice.

    References
    ----------
    Welch (1947), Biometrika 34:28–35, doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> from evalkit.stats import estimate_element_index
    >>> first = estimate_element_index([[3, 3], [2, 3], [3, 2], [2, 2]])
    >>> last = estimate_element_index([[4, 4], [3, 4], [4, 3], [3, 3]])
    >>> change = estimate_index_change(first, last)
    >>> change.estimate, round(change.conf_low, 1), round(change.conf_high, 1), change.df
    (25.0, 7.3, 42.7, 6.0)
    """
    variances = np.array([first.std_error, last.std_error]) ** 2
    total = float(variances.sum())
    gap = last.estimate - first.estimate
    if total == 0:
        nothing = float("nan")
        return IndexChange(
            estimate=gap, conf_low=nothing, conf_high=nothing, conf_level=conf_level, std_error=0.0,
            df=nothing, p_value=nothing, caveat=NO_SPREAD,
        )  # fmt: skip
    df = total**2 / float(np.sum(variances**2 / np.array([first.df, last.df])))
    error = total**0.5
    reach = float(student.ppf((1 + conf_level) / 2, df)) * error
    return IndexChange(
        estimate=gap,
        conf_low=gap - reach,
        conf_high=gap + reach,
        conf_level=conf_level,
        std_error=error,
        df=df,
        p_value=float(2 * student.sf(abs(gap) / error, df)),
        caveat="",
    )
