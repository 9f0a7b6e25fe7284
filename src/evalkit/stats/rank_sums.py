"""Kendall's W of any number of people, with what each person adds to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t

from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankSums:
    """Kendall's W of the scores of n people.

    Attributes
    ----------
    concordance
        W, corrected for ties.
    influence
        What W would change by for each person, were there a little more of that person, shape (n,).
    """

    concordance: float
    influence: Floats

    def interval(self, clusters: NDArray[np.intp], conf_level: float) -> tuple[float, float]:
        """Return an interval for many people: linearised, clusters being what was drawn.

        On the scale of log odds, so that it stays between 0 and 1.
        """
        w, sums = self.concordance, np.bincount(clusters, weights=self.influence)
        if not 0 < w < 1:
            return w, w
        error = np.sqrt(np.sum(sums**2) * len(sums) / (len(sums) - 1))
        reach = t.ppf((1 + conf_level) / 2, len(sums) - 1) * error / (w * (1 - w))
        low, high = expit(logit(w) + np.array([-reach, reach]))
        return float(low), float(high)


def sum_ranks(scores: Floats) -> RankSums:
    """Add up the mid-ranks of each person, and differentiate W by how much there is of each.

    Parameters
    ----------
    scores
        Shape (n, k), no column of equal scores only.

    Examples
    --------
    >>> import numpy as np
    >>> sum_ranks(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])).concordance
    0.75
    """
    n, k = scores.shape
    groups = [np.unique(column, return_inverse=True, return_counts=True)[1:] for column in scores.T]
    ranks = sum(((np.cumsum(sizes) - (sizes - 1) / 2)[of] for of, sizes in groups), np.zeros(n))
    away = ranks - k * (n + 1) / 2
    spread, spread_more = float(np.sum(away**2)), away**2
    most, most_more = float(k**2 * (n**3 - n)), np.full(n, float(k**2 * (3 * n**2 - 1)))
    for of, sizes in groups:
        sums = np.bincount(of, weights=away)
        spread_more += 2 * (np.cumsum(sums[::-1])[::-1] - sums / 2)[of]  # whose rank rises with this one
        tied = sizes.astype(np.float64)
        most -= k * float(np.sum(tied**3 - tied))
        most_more -= k * (3 * tied**2 - 1)[of]
    return RankSums(
        concordance=12 * spread / most, influence=12 * (spread_more - spread / most * most_more) / most
    )
