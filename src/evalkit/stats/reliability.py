"""Internal consistency of items that are added up."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

#: Words for a reliability, lowest first (Koo & Li 2016); they go to both ends of its interval.
RELIABILITY_BANDS: Final = ("poor", "moderate", "good", "excellent")
_BAND_ENDS: Final = (0.75, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha(Shown):
    """Cronbach's alpha of k items over n rows, with Feldt's interval."""

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_items: int


def estimate_alpha(items: ArrayLike, *, conf_level: float = 0.95) -> Alpha:
    """Estimate Cronbach's alpha: the consistency of a sum of items.

    It equals ICC(C,k). High values follow from halo as well as from quality: raters who give one overall
    impression ten times are perfectly consistent.

    Parameters
    ----------
    items
        Shape (n, k), rows are the persons or things rated, without gaps.

    Raises
    ------
    DesignError
        If there are fewer than two rows or items, a gap, or rows that do not differ.

    References
    ----------
    Feldt (1965), Psychometrika 30:357–370, doi:10.1007/BF02289499.

    Examples
    --------
    Six targets and four judges (Shrout & Fleiss 1979):

    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> alpha = estimate_alpha(judges)
    >>> round(alpha.estimate, 2), round(alpha.conf_low, 2), round(alpha.conf_high, 2)
    (0.91, 0.68, 0.99)
    """
    x = check_items(items)
    n, k = x.shape
    total = float(x.sum(axis=1).var(ddof=1))
    if total <= 1e-12 * float(np.abs(x).max()) ** 2:
        raise DesignError(f"Alpha needs rows that differ; the sums of all {n} rows are equal.")
    estimate = k / (k - 1) * (1 - float(x.var(axis=0, ddof=1).sum()) / total)
    tail = (1 - conf_level) / 2
    low, high = (1 - (1 - estimate) * f.ppf([1 - tail, tail], n - 1, (n - 1) * (k - 1))).tolist()
    return Alpha(estimate=estimate, conf_low=low, conf_high=high, conf_level=conf_level, n=n, n_items=k)


def check_items(items: ArrayLike) -> Floats:
    """Return items as floats of shape (n, k), or refuse them."""
    x = np.asarray(items, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] < 2 or x.shape[1] < 2:
        raise DesignError(f"Items need at least two rows and two columns; their shape is {x.shape}.")
    gaps = int(np.sum(~np.isfinite(x)))
    if gaps:
        raise DesignError(f"{gaps} of {x.size} item values are missing or infinite; drop those rows first.")
    return x


def name_reliability(value: float) -> str:
    """Return the band of a reliability: poor below .5, moderate to .75, good to .9, then excellent.

    A point estimate has no band of its own: name both ends of its interval.

    References
    ----------
    Koo & Li (2016), Journal of Chiropractic Medicine 15:155–163, doi:10.1016/j.jcm.2016.02.012.

    Examples
    --------
    >>> name_reliability(0.49), name_reliability(0.5), name_reliability(0.91)
    ('poor', 'moderate', 'excellent')
    """
    if np.isnan(value):
        return ""
    return RELIABILITY_BANDS[0] if value < 0.5 else RELIABILITY_BANDS[1 + bisect_left(_BAND_ENDS, value)]
