"""Limits of agreement of two measurements of the same people, with intervals for the limits themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, nct, norm, t

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Shown):
    """Bias and limits of agreement of the first less the second measurement, each with its interval.

    Attributes
    ----------
    bias, bias_low, bias_high
        Mean difference.
    sd
        Standard deviation of the difference of one single measurement by each method.
    lower, lower_low, lower_high, upper, upper_low, upper_high
        Limits that ``coverage`` of single differences stay within, bias ± z sd.
    n, n_differences
        Persons (or clusters) and differences.
    conf_level, coverage
        Level of the intervals; share of differences between the limits (0.95: z = 1.96).
    method
        "exact" (one pair a person) or "MOVER".
    """

    bias: float
    bias_low: float
    bias_high: float
    sd: float
    lower: float
    lower_low: float
    lower_high: float
    upper: float
    upper_low: float
    upper_high: float
    n: int
    n_differences: int
    conf_level: float
    coverage: float
    method: str


def estimate_limits(
    first: ArrayLike,
    second: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
    coverage: float = 0.95,
) -> Limits:
    """Estimate how far two measurements in one unit may lie apart for the same person.

    Differences should not grow with the size of what is measured; look at the figure, and do not regress them
    on the mean, which finds a trend wherever the two error variances differ.

    Parameters
    ----------
    first, second
        Shape (n,), paired, in the same unit.
    clusters
        Who or what each pair belongs to, shape (n,): the person where pairs are repeated, or the unit where
        people are nested in units. Counting such pairs as persons makes intervals too short. With it,
        variances between and within clusters are added up and the interval is MOVER; the bias is the mean
        of the clusters' means. Without it the interval is exact (noncentral t).

    Raises
    ------
    DesignError
        If there are fewer than three pairs or clusters, a gap, or differences that do not vary.

    References
    ----------
    Bland & Altman (1986), Lancet 327:307–310, doi:10.1016/S0140-6736(86)90837-8;
    Carkeet (2015), Optom Vis Sci 92:e71–e80, doi:10.1097/OPX.0000000000000513 (exact interval);
    Zou (2013), Stat Methods Med Res 22:630–642, doi:10.1177/0962280211402548 (MOVER).

    Examples
    --------
    >>> found = estimate_limits([12, 15, 11, 18, 14, 16], [10, 15, 12, 15, 13, 12])
    >>> round(found.bias, 2), round(found.lower, 2), round(found.upper, 2)
    (1.5, -2.17, 5.17)
    >>> round(found.lower_low, 1), round(found.lower_high, 1)
    (-8.1, -0.4)
    """
    x, y = check_pairs("Limits of agreement", first, second)
    differences = x - y
    if np.ptp(differences) <= 1e-12 * max(1.0, float(np.abs(x).max())):
        raise DesignError("Limits of agreement need differences that vary; all are equal.")
    if clusters is None:
        return _exact(differences, conf_level, coverage)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    means, within, sizes = one_way(differences, codes)
    parts = [(float(means.var(ddof=1)), len(means) - 1)]
    if len(differences) > len(means):
        share = 1 - float(np.mean(1 / sizes))
        parts.append((share * within, len(differences) - len(means)))
    return mover(means, parts, n_differences=len(differences), conf_level=conf_level, coverage=coverage)


def _exact(differences: Floats, conf_level: float, coverage: float) -> Limits:
    """Return limits with intervals from the noncentral t distribution of mean ± z sd."""
    n = len(differences)
    bias, sd, root = float(differences.mean()), float(differences.std(ddof=1)), n**0.5
    z = float(norm.ppf((1 + coverage) / 2))
    tail = (1 - conf_level) / 2
    near, far = (nct.ppf([tail, 1 - tail], n - 1, z * root) * sd / root).tolist()
    half = float(t.ppf(1 - tail, n - 1)) * sd / root
    return _limits(
        bias, half, sd, (near, far), n=n, n_differences=n, z=z, levels=(conf_level, coverage), method="exact"
    )


def mover(
    means: Floats,
    parts: list[tuple[float, int]],
    *,
    n_differences: int,
    conf_level: float,
    coverage: float,
) -> Limits:
    """Combine the interval of the bias with those of the parts of the variance, each with its df."""
    n, bias = len(means), float(means.mean())
    z = float(norm.ppf((1 + coverage) / 2))
    tail = (1 - conf_level) / 2
    variance = sum(part for part, _ in parts)
    down = sum((part * (1 - df / chi2.ppf(1 - tail, df))) ** 2 for part, df in parts) ** 0.5
    up = sum((part * (df / chi2.ppf(tail, df) - 1)) ** 2 for part, df in parts) ** 0.5
    sd = variance**0.5
    half = float(t.ppf(1 - tail, n - 1)) * float(means.std(ddof=1)) / n**0.5
    near = z * sd - float(np.hypot(half, z * (sd - max(variance - down, 0.0) ** 0.5)))
    far = z * sd + float(np.hypot(half, z * ((variance + up) ** 0.5 - sd)))
    return _limits(
        bias,
        half,
        sd,
        (near, far),
        n=n,
        n_differences=n_differences,
        z=z,
        levels=(conf_level, coverage),
        method="MOVER",
    )


def _limits(
    bias: float,
    half: float,
    sd: float,
    ends: tuple[float, float],
    *,
    n: int,
    n_differences: int,
    z: float,
    levels: tuple[float, float],
    method: str,
) -> Limits:
    """Lay out both limits; ``ends`` are the distances from the bias at which the interval begins and ends."""
    near, far = ends
    return Limits(
        bias=bias,
        bias_low=bias - half,
        bias_high=bias + half,
        sd=sd,
        lower=bias - z * sd,
        lower_low=bias - far,
        lower_high=bias - near,
        upper=bias + z * sd,
        upper_low=bias + near,
        upper_high=bias + far,
        n=n,
        n_differences=n_differences,
        conf_level=levels[0],
        coverage=levels[1],
        method=method,
    )


def one_way(values: Floats, codes: np.ndarray) -> tuple[Floats, float, Floats]:
    """Return the mean of each cluster, the variance within them, and their sizes."""
    sizes = np.bincount(codes).astype(np.float64)
    if len(sizes) < 3:
        raise DesignError(
            f"Limits of agreement need three or more persons or clusters; there are {len(sizes)}."
        )
    means = np.bincount(codes, weights=values) / sizes
    df = len(values) - len(sizes)
    within = float(np.sum((values - means[codes]) ** 2)) / df if df else 0.0
    return means, within, sizes


def check_pairs(what: str, first: ArrayLike, second: ArrayLike, smallest: int = 3) -> tuple[Floats, Floats]:
    """Return complete pairs as floats, or refuse them in the name of what was asked."""
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or len(x) < smallest:
        raise DesignError(f"{what} needs at least {smallest} pairs; the shapes are {x.shape} and {y.shape}.")
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise DesignError(f"{what} needs complete pairs; drop those with a gap first.")
    return x, y
