"""Shares, and ratios of shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta, norm

from evalkit.errors import DesignError
from evalkit.shown import Shown

#: Groups below this size are flagged.
SMALL_GROUP = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Shown):
    """A share with its exact (Clopper–Pearson) interval; ``count`` of ``n``."""

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    count: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRatio(Shown):
    """Selection rate of a group over that of the reference group.

    Attributes
    ----------
    estimate, conf_low, conf_high
        The ratio, with an interval that is symmetric in its logarithm; ends are NaN where ``caveat`` says
        why.
    rate, reference_rate
        The two selection rates.
    n, reference_n
        Sizes of the two groups.
    caveat
        Doubt about the ratio, empty where there is none.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    rate: float
    reference_rate: float
    n: int
    reference_n: int
    caveat: str


def estimate_share(count: int, n: int, *, conf_level: float = 0.95) -> Share:
    """Estimate a share with its exact interval.

    Raises
    ------
    DesignError
        If there are no cases, or the count is not between 0 and n.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26:404–413, doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> share = estimate_share(0, 10)
    >>> share.estimate, share.conf_low, round(share.conf_high, 3)
    (0.0, 0.0, 0.308)
    """
    rate = _rate(count, n)
    tail = (1 - conf_level) / 2
    return Share(
        estimate=rate,
        conf_low=float(beta.ppf(tail, count, n - count + 1)) if count else 0.0,
        conf_high=float(beta.ppf(1 - tail, count + 1, n - count)) if count < n else 1.0,
        conf_level=conf_level,
        count=count,
        n=n,
    )


def estimate_ceiling(values: ArrayLike, highest: float, *, conf_level: float = 0.95) -> Share:
    """Estimate the share of ratings at the top of their scale, where people can no longer be told apart.

    Values that are not numbers are refused; drop them first.

    Examples
    --------
    >>> estimate_ceiling([5, 5, 4, 3], 5).estimate
    0.5
    """
    x = np.asarray(values, dtype=np.float64)
    above = int(np.sum(x > highest))
    if above or not np.isfinite(x).all():
        raise DesignError(
            f"The ceiling share needs recorded values of at most {highest}; {above} are higher and "
            f"{int(np.sum(~np.isfinite(x)))} are missing."
        )
    return estimate_share(int(np.sum(x == highest)), len(x), conf_level=conf_level)


def estimate_impact_ratio(
    selected: int, n: int, reference_selected: int, reference_n: int, *, conf_level: float = 0.95
) -> ImpactRatio:
    """Compare how often a group is selected with how often the reference group is.

    A ratio below .8 is the screening line of the US Uniform Guidelines (29 CFR 1607.4 D); it has no force
    elsewhere.

    Raises
    ------
    DesignError
        If a group is empty, a count is impossible, or nobody of the reference group was selected.

    References
    ----------
    Katz, Baptista, Azen & Pike (1978), Biometrics 34:469–474, doi:10.2307/2530610.

    Examples
    --------
    48 of 80 and 12 of 40 hired (Uniform Guidelines, question 12):

    >>> ratio = estimate_impact_ratio(12, 40, 48, 80)
    >>> ratio.estimate, round(ratio.conf_low, 2), round(ratio.conf_high, 2)
    (0.5, 0.3, 0.83)
    """
    rate, reference_rate = _rate(selected, n), _rate(reference_selected, reference_n)
    if reference_selected == 0:
        raise DesignError(
            f"Nobody of the {reference_n} in the reference group was selected, so there is no ratio; "
            "compare the two rates instead."
        )
    caveat = _doubt(selected, n, reference_selected, reference_n)
    low = high = float("nan")
    if selected and not rate == reference_rate == 1:
        error = np.sqrt(1 / selected - 1 / n + 1 / reference_selected - 1 / reference_n)
        half = float(norm.ppf((1 + conf_level) / 2) * error)
        low, high = (float(rate / reference_rate * np.exp(side * half)) for side in (-1, 1))
    return ImpactRatio(
        estimate=rate / reference_rate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        rate=rate,
        reference_rate=reference_rate,
        n=n,
        reference_n=reference_n,
        caveat=caveat,
    )


def _rate(count: int, n: int) -> float:
    """Return a share, or refuse a count that cannot be."""
    if n < 1 or not 0 <= count <= n:
        raise DesignError(f"A share needs a count between 0 and n ≥ 1; they are {count} of {n}.")
    return count / n


def _doubt(selected: int, n: int, reference_selected: int, reference_n: int) -> str:
    if selected == 0:
        return "nobody of the group was selected: the logarithm of the ratio has no interval"
    if selected == n and reference_selected == reference_n:
        return "everybody was selected: the ratio has no interval"
    small = min(n, reference_n)
    return f"a group has {small} members, under {SMALL_GROUP}" if small < SMALL_GROUP else ""
