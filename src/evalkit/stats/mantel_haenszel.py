"""Is one answer harder for a group at the same standing? Mantel and Haenszel's common odds ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

BiasSize = Literal["A", "B", "C"]

#: Points of ETS's delta scale in one unit of the logarithm of an odds ratio, with the sign turned.
DELTA: Final = -2.35
_SMALL, _LARGE = 1.0, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MantelHaenszel(Shown):
    """How much harder an answer is for a focal group than for a reference group of the same standing.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high
        ETS's delta, -2.35 times the logarithm of the odds ratio: below zero it is harder for the focal group.
    odds_ratio
        Common odds of the reference group over those of the focal group.
    statistic, p_value
        Chi-squared with one degree of freedom, with Yates's correction.
    size
        ETS's classes: A negligible (below 1, or not told apart from 0), C large (1.5 at least, and told apart
        from 1), B between; "told apart" at ``conf_level``.
    n, n_strata
        Rows in strata that say anything (both groups, both answers), and their number.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    odds_ratio: float
    statistic: float
    p_value: float
    size: BiasSize
    n: int
    n_strata: int


def estimate_mantel_haenszel(
    passed: ArrayLike, focal: ArrayLike, strata: ArrayLike, *, conf_level: float = 0.95
) -> MantelHaenszel:
    """Estimate the common odds ratio of two groups over strata of people who stand alike.

    From statsmodels, with the standard error of Robins, Breslow and Greenland, which holds for few large
    strata and for many thin ones. It sees a difference that is the same at every standing, and little of one
    that changes sign.

    Parameters
    ----------
    passed, focal
        Whether each row has the answer, and whether it belongs to the focal group; true or false, shape (n,).
    strata
        Standing of each row, such as the sum of the other items.

    Raises
    ------
    DesignError
        If no stratum holds both groups and both answers, or all of those say the same.

    References
    ----------
    Mantel & Haenszel (1959), J Natl Cancer Inst 22:719–748, doi:10.1093/jnci/22.4.719; Robins, Breslow &
    Greenland (1986), Biometrics 42:311–323, doi:10.2307/2531052; Dorans & Holland (1993), in Holland &
    Wainer, Differential Item Functioning, 35–66 (delta and its classes).

    Examples
    --------
    >>> passed = [1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0]
    >>> focal = [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]
    >>> found = estimate_mantel_haenszel(passed, focal, [1] * 6 + [2] * 6)
    >>> round(found.odds_ratio, 3), round(found.estimate, 2), found.size
    (4.0, -3.26, 'A')
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = _tables(passed, focal, strata)
    if not (tables[:, [0, 1], [0, 1]].all(axis=1).any() and tables[:, [0, 1], [1, 0]].all(axis=1).any()):
        raise DesignError(
            "Within every stratum that holds both groups only one of them has the answer, so the odds ratio "
            "has no estimate. Use fewer, broader strata."
        )
    found = StratifiedTable(np.moveaxis(tables, 0, 2))
    ratio = float(found.oddsratio_pooled)
    delta, error = DELTA * np.log(ratio), -DELTA * float(found.logodds_pooled_se)
    half = float(norm.ppf((1 + conf_level) / 2)) * error
    test = found.test_null_odds(correction=True)
    return MantelHaenszel(
        estimate=float(delta),
        std_error=error,
        conf_low=float(delta - half),
        conf_high=float(delta + half),
        conf_level=conf_level,
        odds_ratio=ratio,
        statistic=float(test.statistic),
        p_value=float(test.pvalue),
        size=_classify(float(delta), error, conf_level),
        n=int(tables.sum()),
        n_strata=len(tables),
    )


def _classify(delta: float, error: float, conf_level: float) -> BiasSize:
    """Return ETS's class: size first, and whether it is told apart from 0 (B) or from 1 (C)."""
    apart, beyond_one = norm.ppf((1 + conf_level) / 2) * error, norm.ppf(conf_level) * error
    if abs(delta) < _SMALL or abs(delta) <= apart:
        return "A"
    return "C" if abs(delta) >= _LARGE and abs(delta) - _SMALL > beyond_one else "B"


def _tables(passed: ArrayLike, focal: ArrayLike, strata: ArrayLike) -> Floats:
    """Return a two-by-two table (group by answer, reference and passed first) of each telling stratum."""
    answer, group = np.asarray(passed, dtype=bool), np.asarray(focal, dtype=bool)
    labels = np.asarray(strata)
    if answer.ndim != 1 or not answer.shape == group.shape == labels.shape or not len(answer):
        raise DesignError(
            "An odds ratio needs an answer, a group and a stratum of each row; their shapes are "
            f"{answer.shape}, {group.shape} and {labels.shape}."
        )
    codes: NDArray[np.intp] = np.unique(labels, return_inverse=True)[1]
    cells = codes * 4 + group * 2 + ~answer
    tables = np.bincount(cells, minlength=4 * (int(codes.max()) + 1)).reshape(-1, 2, 2).astype(np.float64)
    telling = (tables.sum(axis=2) > 0).all(axis=1) & (tables.sum(axis=1) > 0).all(axis=1)
    if not telling.any():
        raise DesignError(
            "No stratum holds both groups and both answers, so people of one standing cannot be compared. "
            "Use fewer, broader strata."
        )
    kept: Floats = tables[telling]
    return kept
