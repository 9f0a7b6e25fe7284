"""Does an item depend on the group of people who stand alike? Item bias (DIF) by ordinal logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.mantel_haenszel import BiasSize
from evalkit.stats.proportional_odds import fit_proportional_odds

#: Rises of Nagelkerke's R² from which an item counts as moderate (B) and as large (C).
MODERATE: Final = 0.035
LARGE: Final = 0.070


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinalDif(Shown):
    """Whether ratings on one item depend on the group at the same standing.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high
        Logarithm of the odds of a higher rating in the focal group over those in the reference group, at the
        same standing (uniform); the interval is Wald's.
    p_uniform, p_nonuniform, p_value
        Likelihood ratio of a difference that is the same at every standing; of one that changes with it; of
        either (two degrees of freedom).
    r2_uniform, r2_nonuniform
        Rise of Nagelkerke's R² by each.
    size
        A negligible (both together under .035, or not told apart from none at ``conf_level``), B to .07, C.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    p_uniform: float
    p_nonuniform: float
    p_value: float
    r2_uniform: float
    r2_nonuniform: float
    size: BiasSize
    n: int


def estimate_ordinal_dif(
    ratings: ArrayLike, focal: ArrayLike, standing: ArrayLike, *, conf_level: float = 0.95
) -> OrdinalDif:
    """Compare ratings of two groups at the same standing by three nested ordinal models.

    Standing alone; with the group (uniform); with the group and its product with standing (non-uniform).

    Parameters
    ----------
    ratings
        Ordered ratings on the item, shape (n,).
    focal
        Whether each row belongs to the focal group, true or false.
    standing
        What people are alike in, such as the mean of the other items, or true performance.

    Raises
    ------
    DesignError
        If there is one group only; and as `fit_proportional_odds`.

    Notes
    -----
    A standing that is measured with error holds too little of what groups differ in: where they do differ in
    performance, some of that shows as a difference at equal standing.

    References
    ----------
    Swaminathan & Rogers (1990), J Educ Meas 27:361–370, doi:10.1111/j.1745-3984.1990.tb00754.x; Jodoin &
    Gierl (2001), Appl Meas Educ 14:329–349, doi:10.1207/S15324818AME1404_2 (sizes).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> standing, focal = rng.normal(size=500), np.arange(500) % 2 == 1
    >>> ratings = np.digitize(standing - focal + rng.logistic(size=500), [-1.0, 0.0, 1.0])
    >>> found = estimate_ordinal_dif(ratings, focal, standing)
    >>> round(found.estimate, 1), found.size
    (-1.0, 'B')
    """
    group, x = np.asarray(focal, dtype=bool).astype(np.float64), np.asarray(standing, dtype=np.float64)
    if group.shape != x.shape or group.ndim != 1:
        raise DesignError(f"Each rating needs a group and a standing; found {group.shape} and {x.shape}.")
    if group.min(initial=1) == group.max(initial=0):
        raise DesignError("An item is compared between two groups; every row belongs to the same one.")
    columns = np.column_stack([x, group, (x - x.mean()) * group])
    alone, uniform, either = (fit_proportional_odds(ratings, columns[:, :k]) for k in (1, 2, 3))
    rises = np.diff([fit.log_likelihood for fit in (alone, uniform, either)]).clip(min=0)
    r2 = np.diff([fit.r_squared for fit in (alone, uniform, either)])
    p_value = float(chi2.sf(2 * rises.sum(), 2))
    estimate, error = float(uniform.slopes[1]), float(uniform.std_errors[1])
    half = float(norm.ppf((1 + conf_level) / 2)) * error
    return OrdinalDif(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=estimate + half,
        conf_level=conf_level,
        p_uniform=float(chi2.sf(2 * rises[0], 1)),
        p_nonuniform=float(chi2.sf(2 * rises[1], 1)),
        p_value=p_value,
        r2_uniform=float(r2[0]),
        r2_nonuniform=float(r2[1]),
        size=_classify(float(r2.sum()), p_value, conf_level),
        n=uniform.n,
    )


def _classify(rise: float, p_value: float, conf_level: float) -> BiasSize:
    if rise < MODERATE or p_value >= 1 - conf_level:
        return "A"
    return "C" if rise > LARGE else "B"
