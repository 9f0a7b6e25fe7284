"""Whether two groups can be compared at all: how far apart they are beforehand, and whether they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

#: From this standardised difference on, a regression cannot be trusted to make groups comparable.
FAR_APART: Final = 0.25
_OUTSIDE: Final = 0.05  # share of the given at each end that the range of overlap leaves out


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Shown):
    """Two groups before anything was given.

    Attributes
    ----------
    differences
        By covariate, mean of the given less that of the others, in SDs (root of the mean variance).
    overlap
        Share of the others as likely to have been given it as the middle nine tenths of the given are; NaN
        where covariates part the groups completely.
    n_given, n_others
        People of each group.
    """

    differences: Floats
    overlap: float
    n_given: int
    n_others: int


def compare_before(covariates: ArrayLike, given: ArrayLike) -> Balance:
    """Say how far two groups differ in what is known from before.

    Differences beyond a quarter of a standard deviation are too many for least squares to take away. The
    overlap is that of propensity scores from a logistic regression on all covariates.

    Parameters
    ----------
    covariates
        Shape (n, p), without gaps.
    given
        True or false, shape (n,).

    Raises
    ------
    DesignError
        If a group has under two people, values are missing, or a covariate is constant.

    References
    ----------
    Imbens & Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences, chapter 14,
    doi:10.1017/CBO9781139025751.

    Examples
    --------
    >>> x = np.column_stack([np.tile([0.0, 1.0, 2.0], 20), np.repeat([0.0, 1.0], 30) + np.tile([0, 1], 30)])
    >>> found = compare_before(x, np.repeat([False, True], 30))
    >>> found.differences.round(2).tolist()
    [0.0, 1.97]
    """
    x, chosen = np.asarray(covariates, dtype=np.float64), np.asarray(given, dtype=bool)
    if x.ndim != 2 or chosen.shape != x.shape[:1] or not np.isfinite(x).all():
        raise DesignError(
            "Balance needs covariates of each person, without gaps, and who was given it; the shapes are "
            f"{x.shape} and {chosen.shape}."
        )
    inside, outside = x[chosen], x[~chosen]
    if min(len(inside), len(outside)) < 2 or not (x.std(axis=0) > 0).all():
        raise DesignError("Balance needs two people in each group, and covariates that vary.")
    spread = np.sqrt((inside.var(axis=0, ddof=1) + outside.var(axis=0, ddof=1)) / 2)
    return Balance(
        differences=(inside.mean(axis=0) - outside.mean(axis=0)) / spread,
        overlap=_overlap(x, chosen),
        n_given=len(inside),
        n_others=len(outside),
    )


def _overlap(x: Floats, chosen: NDArray[np.bool_]) -> float:
    """Return the share of the others within the middle of the given by propensity; NaN if they are parted."""
    logit = _fit_logit(np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)]), chosen)
    if logit is None:
        return float("nan")
    low, high = np.quantile(logit[chosen], [_OUTSIDE, 1 - _OUTSIDE])
    return float(((logit[~chosen] >= low) & (logit[~chosen] <= high)).mean())


def _fit_logit(design: Floats, chosen: NDArray[np.bool_]) -> Floats | None:
    """Return fitted log odds by Newton's method; none where it does not settle."""
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        information = (design * (p * (1 - p))[:, None]).T @ design
        if np.linalg.matrix_rank(information) < len(beta):
            return None
        step = np.linalg.solve(information, design.T @ (chosen - p))
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            return np.asarray(design @ beta)
    return None
