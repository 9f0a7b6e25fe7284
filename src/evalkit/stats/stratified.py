"""The mean over several strata, such as places: each row counts alike, and no stratum stands for others."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError
from evalkit.stats.contrasts import Contrast, complete_contrast, estimate_contrast
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.numbering import number_clusters


def estimate_stratified_mean(
    values: ArrayLike, *, strata: ArrayLike, clusters: ArrayLike | None = None, conf_level: float = 0.95
) -> Contrast:
    """Estimate the mean of rows that lie in strata, each stratum weighted by its number of rows.

    The strata are these and no sample of others: what sets them apart is no part of the standard error, which
    is put together from those within strata (cluster-robust there, CR3), with Satterthwaite's degrees of
    freedom. With differences within persons as rows it is the mean of the within-stratum contrasts.

    Parameters
    ----------
    values
        Shape (n,), without gaps.
    strata
        Stratum of each row, shape (n,).
    clusters
        Cluster of each row, nested in strata; rows are independent by default.

    Raises
    ------
    DesignError
        If a stratum has fewer than two rows or clusters, or a cluster reaches over two strata.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sections 5.3–5.4; Satterthwaite (1946), Biometrics Bulletin
    2:110–114, doi:10.2307/3002019.

    Examples
    --------
    >>> found = estimate_stratified_mean([1.0, 2.0, 3.0, 11.0, 13.0], strata=["a", "a", "a", "b", "b"])
    >>> found.estimate, round(found.std_error, 3), round(found.df, 2)
    (6.0, 0.529, 2.39)
    """
    y = np.asarray(values, dtype=np.float64)
    codes = np.unique(np.asarray(strata), return_inverse=True)[1]
    labels = number_clusters(clusters, len(y))
    _refuse(y, codes, labels)
    parts = [
        estimate_contrast(y[codes == code], clusters=labels[codes == code])
        for code in range(int(codes.max()) + 1)
    ]
    shares = np.bincount(codes) / len(y)
    return _combine(parts, shares, conf_level)


def _combine(parts: list[Contrast], shares: Floats, conf_level: float) -> Contrast:
    """Return the weighted mean of independent estimates."""
    variances = (shares * np.array([part.std_error for part in parts])) ** 2
    dfs = np.array([part.df for part in parts], dtype=np.float64)
    total = float(variances.sum())
    df = total**2 / float(np.sum(variances**2 / dfs)) if total > 0 else float(dfs.sum())
    estimate = float(shares @ np.array([part.estimate for part in parts]))
    return complete_contrast(
        estimate,
        total**0.5,
        df,
        n=sum(part.n for part in parts),
        n_clusters=sum(part.n_clusters for part in parts),
        conf_level=conf_level,
    )


def _refuse(y: Floats, strata: np.ndarray, clusters: np.ndarray) -> None:
    if not y.ndim == 1 or not len(y) == len(strata) == len(clusters) or not len(y):
        raise DesignError(
            "A stratified mean needs values (n,) with a stratum and a cluster each; the lengths are "
            f"{len(y)}, {len(strata)} and {len(clusters)}."
        )
    pairs = np.unique(np.column_stack([strata, clusters]), axis=0)
    if len(pairs) > len(np.unique(clusters)):
        raise DesignError("A cluster reaches over two strata; name clusters of different strata differently.")
    fewest = int(np.bincount(pairs[:, 0]).min())
    if fewest < 2:
        raise DesignError(
            "A stratified mean needs two rows or clusters in every stratum; one stratum has a single one. "
            "Leave that stratum out, and say so."
        )
