"""Whether two methods that select equally many people select the same ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.resampling import bootstrap
from evalkit.stats.weighted_ranks import weigh_selected_by_both


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAgreement(Shown):
    """Agreement of two selections of the same size.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Of those whom one method selects, the share whom the other selects too.
    by_chance
        The same share for two selections that have nothing in common: the selection rate.
    selected_share
        Selection rate of both methods in every place.
    n, n_clusters
        People, and what was resampled.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    by_chance: float
    selected_share: float
    n: int
    n_clusters: int


def estimate_decision_agreement(
    first: ArrayLike,
    second: ArrayLike,
    *,
    selected_share: float,
    lowest: bool = False,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    n_boot: int,
    rng: np.random.Generator,
    conf_level: float = 0.95,
) -> DecisionAgreement:
    """Estimate which share of the people selected by one score another score selects too.

    Both select the same share of the people of each stratum (place), so the scores need no common unit. Ties
    at the cut-off are broken at random, in expectation. The interval is on the safe side: with 100 people
    and a fifth selected, that of 95 % held the truth in 99 % of samples.

    Parameters
    ----------
    selected_share
        Share that is selected, between 0 and 1.
    lowest
        Whether the lowest scores are selected (for training) and not the highest (for recognition).

    Raises
    ------
    DesignError
        If the share selects nobody or everybody, or scores have a gap.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> found = estimate_decision_agreement(
    ...     range(10), [0, 1, 2, 3, 4, 5, 6, 8, 7, 9], selected_share=0.2, n_boot=50, rng=rng
    ... )
    >>> found.estimate, found.by_chance
    (0.5, 0.2)
    """
    sign = -1.0 if lowest else 1.0
    x, y = (sign * np.asarray(scores, dtype=np.float64).round(9) for scores in (first, second))
    codes = np.zeros(len(x), int) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    _refuse(x, y, selected_share)
    rows_of = [np.flatnonzero(codes == code) for code in range(int(codes.max()) + 1)]
    drawn = np.arange(len(x)) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    sizes = np.bincount(drawn)

    def share_of_both(weights: Floats, _: Floats) -> Floats:
        both = sum(
            (
                weigh_selected_by_both(weights, drawn[rows], x[rows], y[rows], selected_share)
                for rows in rows_of
            ),
            np.zeros(1),
        )
        return np.asarray(both / (selected_share * (weights @ sizes)))

    found = bootstrap(share_of_both, sizes, n_boot=n_boot, rng=rng, conf_level=conf_level)
    return DecisionAgreement(
        estimate=float(found.estimate),
        conf_low=float(found.conf_low),
        conf_high=float(found.conf_high),
        conf_level=conf_level,
        by_chance=selected_share,
        selected_share=selected_share,
        n=len(x),
        n_clusters=found.n_clusters,
    )


def _refuse(x: Floats, y: Floats, share: float) -> None:
    if not 0 < share < 1:
        raise DesignError(f"A selection takes a share between 0 and 1 of the people; it is {share:g}.")
    if x.ndim != 1 or x.shape != y.shape or not (np.isfinite(x) & np.isfinite(y)).all():
        raise DesignError("Decision agreement needs complete pairs of scores; drop those with a gap first.")
    if round(share * len(x)) < 1:
        raise DesignError(f"{share:.0%} of {len(x)} people is nobody; select a larger share.")
