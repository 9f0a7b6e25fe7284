"""How far each element of a survey goes along with the others: importance that is derived, not stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

_FEWEST_FREE: Final = 20
_FEWEST_ELEMENTS: Final = 3
_ALMOST_ONE: Final = 1 - 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivedImportance(Shown):
    """Correlation of each element with the mean of the others, within strata.

    Attributes
    ----------
    estimate, conf_low, conf_high
        Shape (k,); NaN for an element that everyone in a stratum answered alike.
    gaps, gap_errors
        Each correlation less the mean of all, and its standard error, shape (k,).
    df
        Respondents less strata.
    n
        Respondents who answered every element.
    """

    estimate: Floats
    conf_low: Floats
    conf_high: Floats
    conf_level: float
    gaps: Floats
    gap_errors: Floats
    df: int
    n: int


def estimate_derived_importance(
    answers: ArrayLike, *, strata: ArrayLike | None = None, conf_level: float = 0.95
) -> DerivedImportance:
    """Correlate each element with the mean of the others, over respondents of the same stratum.

    Where nobody was asked how important an element is, this is what stands in for it: an element that goes
    along with all others tells more of the whole impression. It is no cause, and comes from one instrument.

    Parameters
    ----------
    answers
        Shape (n, k), k ≥ 3; respondents who left an element out take no part.
    strata
        Stratum of each respondent, such as the unit, whose means are taken out first.

    Raises
    ------
    DesignError
        If there are fewer than three elements, or fewer than 20 complete respondents beyond the strata.

    References
    ----------
    Matzler, Sauerwein & Heischmidt (2003), Service Industries J 23(2):112–129,
    doi:10.1080/02642060412331300912 (derived importance); Hampel (1974), J Am Stat Assoc 69:383–393,
    doi:10.2307/2285666 (influence curves, from which the errors are).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> whole = rng.normal(size=(300, 1))
    >>> found = estimate_derived_importance(whole * [1, 1, 1, 0.2] + rng.normal(size=(300, 4)))
    >>> found.estimate.round(1).tolist(), bool(found.gaps[3] < -3 * found.gap_errors[3])
    ([0.6, 0.6, 0.5, 0.2], True)
    """
    x = np.asarray(answers, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < _FEWEST_ELEMENTS:
        raise DesignError(f"Importance is derived from three elements or more; the answers are {x.shape}.")
    complete = ~np.isnan(x).any(axis=1)
    names = np.zeros(len(x)) if strata is None else np.asarray(strata)
    groups = np.unique(names[complete], return_inverse=True)[1].ravel()
    x = x[complete]
    df = len(x) - (int(groups.max(initial=-1)) + 1)
    if df < _FEWEST_FREE:
        raise DesignError(
            f"Importance is derived from {_FEWEST_FREE} respondents or more beyond the number of units; "
            f"{len(x)} answered everything, in {len(x) - df} units."
        )
    r, influence = _correlate(x - _means(x, groups))
    if np.isnan(r).all():
        raise DesignError("Everyone answered every element alike, so no element tells more than another.")
    error = np.sqrt((influence**2).sum(axis=0) / (len(x) * df))
    gap_influence = influence - np.nanmean(influence, axis=1, keepdims=True)
    inside = np.clip(
        r, -_ALMOST_ONE, _ALMOST_ONE
    )  # an element that copies the others has an interval of no width
    reach = float(student.ppf((1 + conf_level) / 2, df)) * error / (1 - inside**2)
    return DerivedImportance(
        estimate=r,
        conf_low=np.tanh(np.arctanh(inside) - reach),
        conf_high=np.tanh(np.arctanh(inside) + reach),
        conf_level=conf_level,
        gaps=r - np.nanmean(r),
        gap_errors=np.sqrt((gap_influence**2).sum(axis=0) / (len(x) * df)),
        df=df,
        n=len(x),
    )


def _means(x: Floats, groups: np.ndarray) -> Floats:
    """Return the mean of each respondent's group."""
    sums = np.zeros((int(groups.max()) + 1, x.shape[1]))
    np.add.at(sums, groups, x)
    means: Floats = (sums / np.bincount(groups)[:, None])[groups]
    return means


def _correlate(x: Floats) -> tuple[Floats, Floats]:
    """Return each element's correlation with the sum of the others, and everyone's influence on it."""
    rest = x.sum(axis=1, keepdims=True) - x
    scale, rest_scale = x.std(axis=0), rest.std(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        z, other = x / scale, rest / rest_scale
    r = (z * other).mean(axis=0)
    return r, z * other - r / 2 * (z**2 + other**2)
