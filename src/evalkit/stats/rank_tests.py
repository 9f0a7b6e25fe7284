"""Friedman's test over blocks, and which treatments differ: Nemenyi and Conover."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

Procedure = Literal["nemenyi", "conover"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Friedman(Shown):
    """Friedman's test that k treatments score alike in n blocks.

    Attributes
    ----------
    statistic, df, p_value
        Chi-squared with k - 1 degrees of freedom.
    f_statistic, f_df, f_p_value
        Iman and Davenport's F with k - 1 and (k - 1)(n - 1) degrees of freedom, the better approximation;
        infinite where every block ranks the treatments alike.
    mean_ranks
        Mean rank of each treatment, shape (k,); rank 1 is the lowest score.
    concordance
        Kendall's W: 0 where blocks rank the treatments in no common order, 1 where all agree.
    rank_variance
        Mean squared residual of the ranks, (n Σr² - ΣR²) / (n (n - 1)(k - 1)); 0 where all blocks agree.
    n, k
        Blocks and treatments.
    corrected
        Whether the statistic is corrected for ties.
    """

    statistic: float
    df: int
    p_value: float
    f_statistic: float
    f_df: tuple[int, int]
    f_p_value: float
    mean_ranks: Floats
    concordance: float
    rank_variance: float
    n: int
    k: int
    corrected: bool

    def __post_init__(self) -> None:
        """Hold the mean ranks to their sum."""
        if abs(self.mean_ranks.sum() - self.k * (self.k + 1) / 2) > 1e-9 * self.k**2:
            raise ValueError("the mean ranks do not add up to k(k + 1)/2")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankContrasts(Shown):
    """Differences of mean ranks between all pairs of treatments.

    Attributes
    ----------
    pairs
        Positions of the two treatments, shape (k(k-1)/2, 2).
    difference
        Mean rank of the first less that of the second.
    p_value
        Nemenyi's hold for the whole family; Conover's are for each pair alone: adjust them.
    critical_difference
        Two mean ranks further apart than this differ at the level 1 - conf_level (Nemenyi: any pair of the
        family; Conover: this pair).
    """

    pairs: NDArray[np.intp]
    difference: Floats
    p_value: Floats
    critical_difference: float
    procedure: str
    conf_level: float


def compare_ranks(scores: ArrayLike, *, correct_ties: bool = True) -> Friedman:
    """Test whether treatments score alike within blocks, from ranks alone.

    Parameters
    ----------
    scores
        Shape (n, k): one row per block (a person), one column per treatment (a method), no gaps. Ties within
        a block share their mean rank.
    correct_ties
        Whether to divide the statistic by 1 - Σ(t³ - t) / (n k (k² - 1)). Without ties nothing changes;
        Demšar (2006) does not correct.

    Raises
    ------
    DesignError
        With fewer than two blocks or treatments, a gap, or all scores tied in every block.

    References
    ----------
    Friedman (1937), doi:10.1080/01621459.1937.10503522; Iman & Davenport (1980),
    doi:10.1080/03610928008827904; Demšar (2006), JMLR 7:1–30.

    Examples
    --------
    >>> found = compare_ranks([[1, 2, 3], [1, 3, 2], [1, 2, 3], [2, 1, 3]])
    >>> round(found.statistic, 2), found.mean_ranks.tolist()
    (4.5, [1.25, 2.0, 2.75])
    """
    x = np.asarray(scores, dtype=np.float64)
    _refuse(x)
    n, k = x.shape
    ranks = stats.rankdata(x, axis=1)
    sums, squares = ranks.sum(axis=0), float(np.sum(ranks**2))
    even = n * k * (k + 1) ** 2 / 4  # sum of squares if every rank were the mean rank
    spread = squares - even if correct_ties else n * k * (k**2 - 1) / 12
    statistic = float(n * (k - 1) * (np.sum(sums**2) / n - even) / spread)
    rest = n * (k - 1) - statistic
    certain = rest < 1e-9 * n * k
    f_statistic = float("inf") if certain else (n - 1) * statistic / rest
    f_df = (k - 1, (k - 1) * (n - 1))
    return Friedman(
        statistic=statistic,
        df=k - 1,
        p_value=float(stats.chi2.sf(statistic, k - 1)),
        f_statistic=f_statistic,
        f_df=f_df,
        f_p_value=float(stats.f.sf(f_statistic, *f_df)),
        mean_ranks=sums / n,
        concordance=statistic / (n * (k - 1)),
        rank_variance=max(0.0, float((n * squares - np.sum(sums**2)) / (n * (n - 1) * (k - 1)))),
        n=n,
        k=k,
        corrected=correct_ties,
    )


def nemenyi_quantile(k: int, *, conf_level: float = 0.95) -> float:
    """Return Nemenyi's q for k treatments: the studentised range over infinite degrees of freedom, over √2.

    Examples
    --------
    >>> round(nemenyi_quantile(4), 3)
    2.569
    """
    if k < 2 or not 0 < conf_level < 1:
        raise UsageError(f"Nemenyi's q needs k ≥ 2 and conf_level in (0, 1); they are {k} and {conf_level}.")
    return float(stats.studentized_range.ppf(conf_level, k, np.inf) / np.sqrt(2))


def compare_rank_pairs(
    friedman: Friedman, *, procedure: Procedure = "nemenyi", conf_level: float = 0.95
) -> RankContrasts:
    """Compare the mean ranks of all pairs of treatments.

    Nemenyi's procedure guards the whole family by the studentised range. Conover's compares each pair with
    t on (n - 1)(k - 1) degrees of freedom and has more power; adjust its p-values for their number.

    References
    ----------
    Nemenyi (1963), Distribution-free multiple comparisons (thesis, Princeton); Demšar (2006), JMLR 7:1–30;
    Conover (1999), Practical Nonparametric Statistics, 3rd ed., section 5.8, ISBN 978-0-471-16068-7.

    Examples
    --------
    >>> found = compare_rank_pairs(compare_ranks([[1, 2, 3], [1, 3, 2], [1, 2, 3], [2, 1, 3]]))
    >>> found.difference.tolist(), round(found.critical_difference, 2)
    ([-0.75, -1.5, -0.75], 1.66)
    """
    n, k = friedman.n, friedman.k
    pairs = np.array(list(combinations(range(k), 2)), dtype=np.intp)
    difference = friedman.mean_ranks[pairs[:, 0]] - friedman.mean_ranks[pairs[:, 1]]
    if procedure == "nemenyi":
        error = np.sqrt(k * (k + 1) / (6 * n))
        p_value = stats.studentized_range.sf(np.abs(difference) / error * np.sqrt(2), k, np.inf)
        quantile = nemenyi_quantile(k, conf_level=conf_level)
    elif procedure == "conover":
        df = (n - 1) * (k - 1)
        error = np.sqrt(2 * friedman.rank_variance / n)
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = np.where(difference == 0, 1.0, 2 * stats.t.sf(np.abs(difference) / error, df))
        quantile = float(stats.t.ppf((1 + conf_level) / 2, df))
    else:
        raise UsageError(f"There is no procedure {procedure!r} for ranks; known are: conover, nemenyi")
    return RankContrasts(
        pairs=pairs,
        difference=difference,
        p_value=np.minimum(p_value, 1.0),
        critical_difference=quantile * float(error),
        procedure=procedure,
        conf_level=conf_level,
    )


def _refuse(x: Floats) -> None:
    if x.ndim != 2 or min(x.shape) < 2:
        raise DesignError(
            f"Friedman's test needs at least two blocks and two treatments; the shape is {x.shape}."
        )
    gaps = int(np.sum(~np.isfinite(x).all(axis=1)))
    if gaps:
        raise DesignError(
            f"Friedman's test needs every treatment in every block; {gaps} of {len(x)} blocks are "
            "incomplete. Drop them first, and say so."
        )
    if (x == x[:, :1]).all():
        raise DesignError("Every block scores all treatments alike, so there are no ranks to compare.")
