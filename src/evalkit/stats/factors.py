"""How much of a set of items is one thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.reliability import check_items
from evalkit.stats.resampling import bootstrap, weighted_covariance


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonShare(Shown):
    """Share of the first principal component, and mean correlation, of k items.

    Attributes
    ----------
    share, share_low, share_high
        Largest eigenvalue of the correlation matrix over k: 1/k for unrelated items, 1 for copies of one.
    mean_r, mean_r_low, mean_r_high
        Mean of the correlations between different items.
    n, n_items, n_boot, n_failed, conf_level
        Rows, items, resamples of rows, resamples in which an item did not vary, nominal coverage.
    """

    share: float
    share_low: float
    share_high: float
    mean_r: float
    mean_r_low: float
    mean_r_high: float
    n: int
    n_items: int
    n_boot: int
    n_failed: int
    conf_level: float


def estimate_common_share(
    items: ArrayLike,
    *,
    n_boot: int,
    rng: np.random.Generator,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> CommonShare:
    """Estimate how much of a set of ratings is one common impression (halo).

    The eigenvalue of a sample is biased upward when rows are few; its interval comes from resampling rows, or
    whole clusters of rows.

    Parameters
    ----------
    items
        Shape (n, k), without gaps.

    Raises
    ------
    DesignError
        If an item does not vary, or there are fewer than three rows.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> halo = rng.normal(size=(200, 1)) + 0.5 * rng.normal(size=(200, 4))
    >>> found = estimate_common_share(halo, n_boot=200, rng=rng)
    >>> found.share_low < found.share < found.share_high
    True
    """
    x = check_items(items)
    constant = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if len(constant):
        raise DesignError(f"Items {constant.tolist()} (counted from 0) do not vary; leave them out.")
    if len(x) < 3:
        raise DesignError(f"Correlations need at least three rows; there are {len(x)}.")
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = bootstrap(_share_and_mean_r, z, n_boot=n_boot, rng=rng, clusters=clusters, conf_level=conf_level)
    ends = np.column_stack([found.estimate, found.conf_low, found.conf_high]).tolist()
    return CommonShare(
        share=ends[0][0],
        share_low=ends[0][1],
        share_high=ends[0][2],
        mean_r=ends[1][0],
        mean_r_low=ends[1][1],
        mean_r_high=ends[1][2],
        n=len(x),
        n_items=x.shape[1],
        n_boot=n_boot,
        n_failed=found.n_failed,
        conf_level=conf_level,
    )


def _share_and_mean_r(weights: Floats, x: Floats) -> Floats:
    """Return both quantities for each row of weights, shape (b, 2)."""
    cov = weighted_covariance(weights, x)
    k = x.shape[1]
    sd = np.sqrt(np.maximum(np.diagonal(cov, axis1=1, axis2=2), 0))
    usable = np.asarray((sd > 1e-9).all(axis=1))
    safe = np.where(usable[:, None], sd, 1.0)
    r = np.where(usable[:, None, None], cov / (safe[:, :, None] * safe[:, None, :]), np.eye(k))
    share = np.linalg.eigvalsh(r)[:, -1] / k
    mean_r = (r.sum(axis=(1, 2)) - k) / (k * (k - 1))
    return np.where(usable[:, None], np.column_stack([share, mean_r]), np.nan)
