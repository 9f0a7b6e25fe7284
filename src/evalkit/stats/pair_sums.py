"""How each person stands to all others in two scores, for any number of people.

All pairs of 30 000 people are 450 million. What each person adds to them is counted without looking at them
one by one, with a wavelet matrix (Navarro 2014, Journal of Discrete Algorithms 25:2): people in the order of
one score, and the bits of their place in the other, the highest first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from evalkit.stats.crossed_factors import Floats

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairSums:
    """For each person, over the other people of the same stratum, shape (n,) each.

    Attributes
    ----------
    agree
        People on the same side of this one in both scores, less those on opposite sides.
    untied_first, untied_second
        People with another first, or second, score.
    """

    agree: Whole
    untied_first: Whole
    untied_second: Whole

    def tau(self) -> float:
        """Return Kendall's tau-b; NaN where a score does not vary."""
        scale = float(self.untied_first.sum()) * float(self.untied_second.sum())
        return float(self.agree.sum() / np.sqrt(scale)) if scale > 0 else float("nan")

    def tau_interval(self, clusters: NDArray[np.intp], conf_level: float) -> tuple[float, float]:
        """Return an interval of tau-b for many people: linearised, clusters being what was drawn.

        On Fisher's scale, so that it stays between -1 and 1.
        """
        tau, both = self.tau(), [float(each.sum()) for each in (self.untied_first, self.untied_second)]
        influence = 2 * self.agree / np.sqrt(both[0] * both[1])
        influence -= tau * (self.untied_first / both[0] + self.untied_second / both[1])
        sums = np.bincount(clusters, weights=influence)
        error = np.sqrt(np.sum(sums**2) * len(sums) / (len(sums) - 1))
        if abs(tau) == 1:
            return tau, tau
        reach = t.ppf((1 + conf_level) / 2, len(sums) - 1) * error / (1 - tau**2)
        low, high = np.tanh(np.arctanh(tau) + np.array([-reach, reach]))
        return float(low), float(high)


def sum_pairs(first: Floats, second: Floats, strata: NDArray[np.intp]) -> PairSums:
    """Count for each person how others of the same stratum stand.

    Parameters
    ----------
    first, second
        Scores, shape (n,).
    strata
        Stratum of each person, from 0 on, shape (n,).

    Examples
    --------
    >>> import numpy as np
    >>> found = sum_pairs(np.array([1.0, 2, 3]), np.array([1.0, 3, 2]), np.zeros(3, dtype=int))
    >>> found.agree.tolist(), round(found.tau(), 2)
    ([2, 0, 0], 0.33)
    """
    x, y = (np.unique(each, return_inverse=True)[1].astype(np.int64) for each in (first, second))
    same = sum(_count_below(a * x, b * y, strata) for a, b in ((1, 1), (-1, -1)))
    opposite = sum(_count_below(a * x, b * y, strata) for a, b in ((1, -1), (-1, 1)))
    return PairSums(
        agree=np.asarray(same - opposite),
        untied_first=_count_untied(x, strata),
        untied_second=_count_untied(y, strata),
    )


def _count_untied(codes: Whole, strata: NDArray[np.intp]) -> Whole:
    """Count for each person those of the stratum with another code."""
    _, of, alike = np.unique(
        np.column_stack([strata, codes]), axis=0, return_inverse=True, return_counts=True
    )
    return np.asarray(np.bincount(strata)[strata] - alike[of.ravel()])


def _count_below(x: Whole, y: Whole, strata: NDArray[np.intp]) -> Whole:
    """Count for each person those of the stratum who are below in both, shape (n,)."""
    order = np.lexsort((x, strata))
    by_x, of = x[order], strata[order]
    starts_stratum = np.searchsorted(of, of)
    changes = np.flatnonzero((np.diff(by_x, prepend=by_x[0]) != 0) | (np.diff(of, prepend=of[0]) != 0))
    ends = np.concatenate([[0], changes])
    starts_tie = ends[np.searchsorted(changes, np.arange(len(x)), side="right")]
    places = (y - y.min())[order]
    counts = np.empty_like(x)
    counts[order] = _count_smaller(places, starts_stratum, starts_tie)
    return counts


def _count_smaller(values: Whole, begin: Whole, end: Whole) -> Whole:
    """Count for each value the smaller ones among ``values[begin:end]``, shape (n,)."""
    asked, counts = values, np.zeros(len(values), dtype=np.int64)
    for bit in range(int(values.max()).bit_length() - 1, -1, -1):
        is_high = (values >> bit) & 1 == 1
        zeros = np.concatenate([[0], np.cumsum(~is_high)])
        low_begin, low_end = zeros[begin], zeros[end]
        goes_high = (asked >> bit) & 1 == 1
        counts += np.where(goes_high, low_end - low_begin, 0)
        begin = np.where(goes_high, zeros[-1] + begin - low_begin, low_begin)
        end = np.where(goes_high, zeros[-1] + end - low_end, low_end)
        values = np.concatenate([values[~is_high], values[is_high]])
    return counts
