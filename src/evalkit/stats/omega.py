"""McDonald's omega: the share of a sum of items that one common factor accounts for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.reliability import check_items
from evalkit.stats.resampling import bootstrap, weighted_covariance

_FEWEST: Final = 3
_ENOUGH_ROWS: Final = 40
_MAX_SWEEPS: Final = 2_000
_SETTLED: Final = 1e-8
HEYWOOD: Final = "an item is explained whole by the factor (Heywood case): the number may be too high"
FEW_ROWS: Final = "with 30 rows its 95 % interval covered .92 in simulations"
MIXED: Final = "items load in both directions: turn them the same way first"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Omega(Shown):
    """McDonald's omega (total) of k items under one common factor.

    Attributes
    ----------
    estimate, conf_low, conf_high, conf_level
        Share of the variance of the sum that the factor accounts for; ends from resampling rows.
    loadings
        Correlation of each item with the factor, shape (k,).
    heywood
        Whether a loading stands at the edge, 1 or -1.
    n, n_items, n_boot, n_failed
        Rows, items, resamples, and resamples without a number.
    caveat
        Doubt about the number, empty where there is none.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    loadings: Floats
    heywood: bool
    n: int
    n_items: int
    n_boot: int
    n_failed: int
    caveat: str


def estimate_omega(
    items: ArrayLike, *, n_boot: int, rng: np.random.Generator, conf_level: float = 0.95
) -> Omega:
    """Estimate omega: the consistency of a sum of items that measure one thing, each in its own strength.

    Alpha takes every item to measure the one thing equally strongly; omega does not. Like alpha it cannot
    tell what the items share by quality from what they share by halo.

    Parameters
    ----------
    items
        Shape (n, k), without gaps; three items or more, more rows than items.

    Raises
    ------
    DesignError
        If there are fewer than three items, no more rows than items, a gap, or an item that does not vary.

    Notes
    -----
    One factor is fitted to the correlations by least squares off the diagonal (minres), loadings kept within
    -1 and 1; with three items that is the closed form l1² = r12 r13 / r23. The interval holds
    the percentiles of resampled rows: at 95 % it
    covered .94 with 43 rows of 10 items and 100 of 6, .92 with 30 rows of 3 or 6 (1 000 simulations each).

    References
    ----------
    McDonald (1999), Test Theory, doi:10.4324/9781410601087. Harman & Jones (1966), Psychometrika 31:351–368,
    doi:10.1007/BF02289468. Kelley & Pornprasertmanit (2016), Psychological Methods 21:69–92,
    doi:10.1037/a0040086.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> items = rng.normal(size=(300, 1)) * [0.9, 0.7, 0.5] + rng.normal(size=(300, 3)) * 0.5
    >>> found = estimate_omega(items, n_boot=300, rng=rng)
    >>> found.conf_low < found.estimate < found.conf_high
    True
    """
    x = check_items(items)
    _refuse(x)
    x = (x - x.mean(axis=0)) / x.std()
    found = bootstrap(_omega, x, n_boot=n_boot, rng=rng, conf_level=conf_level)
    cov = weighted_covariance(np.ones((1, len(x))), x)
    loadings = _fit(_correlations(cov)[0])[0]
    heywood = bool((np.abs(loadings) >= 1 - 1e-6).any())
    doubts = [
        HEYWOOD if heywood else "",
        MIXED if (loadings < 0).any() else "",
        FEW_ROWS if len(x) < _ENOUGH_ROWS else "",
    ]
    return Omega(
        estimate=float(found.estimate),
        conf_low=float(found.conf_low),
        conf_high=float(found.conf_high),
        conf_level=conf_level,
        loadings=loadings,
        heywood=heywood,
        n=len(x),
        n_items=x.shape[1],
        n_boot=n_boot,
        n_failed=found.n_failed,
        caveat="; ".join(filter(None, doubts)),
    )


def _omega(weights: Floats, x: Floats) -> Floats:
    """Return omega under each row of weights, shape (b,)."""
    cov = weighted_covariance(weights, x)
    r, usable = _correlations(cov)
    sd = np.sqrt(np.maximum(np.diagonal(cov, axis1=1, axis2=2), 0))
    loadings = _fit(r)
    common = np.sum(sd * loadings, axis=1) ** 2
    unique = np.sum(sd**2 * (1 - loadings**2), axis=1)
    total = np.where(usable, common + unique, 1.0)
    return np.where(usable, common / total, np.nan)


def _correlations(cov: Floats) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Return correlations, and where every item varies; elsewhere they are those of unrelated items."""
    sd = np.sqrt(np.maximum(np.diagonal(cov, axis1=1, axis2=2), 0))
    usable = np.asarray((sd > 1e-9).all(axis=1))
    safe = np.where(usable[:, None], sd, 1.0)
    r = cov / (safe[:, :, None] * safe[:, None, :])
    return np.where(usable[:, None, None], r, np.eye(cov.shape[1])), usable


def _fit(r: Floats) -> Floats:
    """Fit one factor to each correlation matrix by minres, one loading after the other until they settle.

    Given the others, the best loading is Σ r_ij l_j / Σ l_j² over j ≠ i, kept within -1 and 1.
    """
    off = r * (1 - np.eye(r.shape[1]))
    loadings = _start(r)
    active = np.arange(len(r))
    for _ in range(_MAX_SWEEPS):
        now, before = loadings[active], loadings[active].copy()
        for i in range(r.shape[1]):
            others = np.sum(now**2, axis=1) - now[:, i] ** 2
            fitted = np.sum(off[active, i] * now, axis=1) / np.where(others > 1e-12, others, 1.0)
            now[:, i] = np.clip(fitted, -1, 1)
        loadings[active] = now
        active = active[np.max(np.abs(now - before), axis=1) > _SETTLED]
        if not len(active):
            break
    return np.asarray(np.where(loadings.sum(axis=1, keepdims=True) < 0, -loadings, loadings))


def _start(r: Floats) -> Floats:
    """Start from the closed form of three items where it exists, else from the first component."""
    values, vectors = np.linalg.eigh(r)
    first: Floats = np.clip(vectors[:, :, -1] * np.sqrt(values[:, -1:]), -0.95, 0.95)
    if r.shape[1] != _FEWEST:
        return np.asarray(first)
    a, b, c = r[:, 0, 1], r[:, 0, 2], r[:, 1, 2]
    exists = (np.minimum(np.minimum(a, b), c) > 1e-6)[:, None]
    safe = np.where(exists, np.column_stack([a, b, c]), 1.0)
    a, b, c = safe.T
    closed = np.sqrt(np.column_stack([a * b / c, a * c / b, b * c / a]))
    return np.asarray(np.where(exists, np.clip(closed, -1, 1), first), dtype=np.float64)


def _refuse(x: Floats) -> None:
    n, k = x.shape
    if k < _FEWEST:
        raise DesignError(f"Omega needs three items or more to tell a factor; there are {k}. Use alpha.")
    if n <= k:
        raise DesignError(f"Omega needs more rows than items; there are {n} rows of {k} items.")
    constant = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if len(constant):
        raise DesignError(f"Items {constant.tolist()} (counted from 0) do not vary; leave them out.")
