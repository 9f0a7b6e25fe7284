"""A contrast of means with an interval that knows about clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats

Correction = Literal["CR1", "CR3"]

_ENOUGH: Final = 40  # clusters that CR1 needs
_TOO_NARROW: Final = (
    "too narrow: with 12 clusters a 95 % CR1 interval held the truth in 91 to 93 % of samples"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast(Shown):
    """A linear combination of the coefficients of least squares.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high, statistic, p_value
        The combination, with t on ``df`` degrees of freedom.
    df
        Clusters less one; rows less coefficients where rows are independent; Satterthwaite's over strata.
    n, n_clusters
        Rows, and clusters (equal to n when rows are independent).
    caveat
        Doubt about the interval, empty where there is none.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    p_value: float
    df: float
    n: int
    n_clusters: int
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusteredDesign:
    """Checked data of a contrast, with what both the sandwich and the wild bootstrap need.

    Attributes
    ----------
    y, X, c
        Outcome (n,), design (n, p), contrast (p,).
    codes, n_clusters
        Cluster of each row as an integer, and how many there are.
    inverse, products
        (X'X)^-1, and X_g'X_g of each cluster, shape (G, p, p).
    """

    y: Floats
    X: Floats
    c: Floats
    codes: NDArray[np.intp]
    n_clusters: int
    inverse: Floats
    products: Floats

    def sum_scores(self, residuals: Floats) -> Floats:
        """Return X_g'u_g of each cluster, shape (G, p)."""
        return _add_up(self.X * residuals[:, None], self.codes, self.n_clusters)


def estimate_contrast(
    outcome: ArrayLike,
    design: ArrayLike | None = None,
    contrast: ArrayLike | None = None,
    *,
    clusters: ArrayLike | None = None,
    correction: Correction = "CR3",
    conf_level: float = 0.95,
) -> Contrast:
    """Estimate a contrast of means, such as the mean difference of two methods over the same people.

    Without ``clusters`` rows are independent and of one variance: the classical t interval. With them the
    standard error is cluster-robust with t(G - 1). CR3 leaves out one cluster at a time and is on the safe
    side with few clusters; CR1 scales the sandwich by G/(G - 1) · (n - 1)/(n - p) and is too small with fewer
    than about 40.

    Parameters
    ----------
    outcome
        Shape (n,), without gaps. Differences between two methods make the contrast a paired one.
    design
        Shape (n, p), intercept included; the mean alone by default.
    contrast
        Shape (p,); the last coefficient by default.

    Raises
    ------
    DesignError
        With gaps, a design of deficient rank, fewer than two clusters, or a coefficient that one cluster
        alone identifies.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28:169–181; MacKinnon, Nielsen & Webb (2023), Stata Journal
    23:942–982, doi:10.1177/1536867X231212433.

    Examples
    --------
    >>> differences = [1.0, 2.0, 3.0, 2.0, 4.0, 6.0]
    >>> found = estimate_contrast(differences, clusters=["a", "a", "b", "b", "c", "c"])
    >>> found.estimate, round(found.std_error, 3), found.df
    (3.0, 1.041, 2)
    """
    data = make_design(outcome, design, contrast, clusters)
    n, p = data.X.shape
    beta = data.inverse @ data.X.T @ data.y
    residuals = data.y - data.X @ beta
    if clusters is None:
        df = n - p
        std_error = float(np.sqrt(residuals @ residuals / df * (data.c @ data.inverse @ data.c)))
    else:
        df = data.n_clusters - 1
        estimate = _cr3 if correction == "CR3" else _cr1
        std_error = float(np.sqrt(estimate(data, residuals)))
    few = clusters is not None and correction == "CR1" and data.n_clusters < _ENOUGH
    found = complete_contrast(
        float(data.c @ beta), std_error, df, n=n, n_clusters=data.n_clusters, conf_level=conf_level
    )
    return replace(found, caveat=_TOO_NARROW) if few else found


def make_design(
    outcome: ArrayLike, design: ArrayLike | None, contrast: ArrayLike | None, clusters: ArrayLike | None
) -> ClusteredDesign:
    """Check the data of a contrast and compute the cross-products of each cluster."""
    y = np.asarray(outcome, dtype=np.float64)
    X = np.ones((len(y), 1)) if design is None else np.asarray(design, dtype=np.float64)
    c = np.eye(X.shape[1])[-1] if contrast is None else np.asarray(contrast, dtype=np.float64)
    labels = np.arange(len(y)) if clusters is None else np.asarray(clusters)
    _refuse(y, X, c, labels)
    codes = np.arange(len(y)) if clusters is None else np.unique(labels, return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    if n_clusters < 2:
        raise DesignError("A cluster-robust interval needs at least two clusters; there is one.")
    return ClusteredDesign(
        y=y,
        X=X,
        c=c,
        codes=codes,
        n_clusters=n_clusters,
        inverse=np.asarray(np.linalg.inv(X.T @ X), dtype=np.float64),
        products=_add_up(X[:, :, None] * X[:, None, :], codes, n_clusters),
    )


def _add_up(rows: Floats, codes: NDArray[np.intp], n_clusters: int) -> Floats:
    """Return the sum of the rows of each cluster; the first axis becomes one of clusters."""
    if n_clusters == len(rows):  # one row each, at most in another order
        return rows[np.argsort(codes)]
    columns = [np.bincount(codes, column, n_clusters) for column in rows.reshape(len(rows), -1).T]
    return np.array(columns, dtype=np.float64).T.reshape(n_clusters, *rows.shape[1:])


def scale_cr1(data: ClusteredDesign) -> float:
    """Return the factor of CR1 for the number of clusters and coefficients."""
    (n, p), G = data.X.shape, data.n_clusters
    return float(G / (G - 1) * (n - 1) / (n - p))


def _cr1(data: ClusteredDesign, residuals: Floats) -> float:
    moved = data.sum_scores(residuals) @ (data.inverse @ data.c)
    return scale_cr1(data) * float(moved @ moved)


def _cr3(data: ClusteredDesign, residuals: Floats) -> float:
    """Return the jackknife variance: how far the contrast moves when one cluster is left out."""
    kept = np.sum(data.products, axis=0) - data.products
    if (np.linalg.matrix_rank(kept, hermitian=True) < data.X.shape[1]).any():
        raise DesignError(
            "One cluster alone identifies a coefficient, so no cluster can be left out; use correction='CR1' "
            "or a simpler design."
        )
    moved = np.linalg.solve(kept, data.sum_scores(residuals)[:, :, None])[:, :, 0] @ data.c
    return (data.n_clusters - 1) / data.n_clusters * float(moved @ moved)


def complete_contrast(
    estimate: float, std_error: float, df: float, *, n: int, n_clusters: int, conf_level: float
) -> Contrast:
    """Return a contrast with its t interval and test."""
    half = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    statistic = estimate / std_error if std_error > 0 else float("nan")
    return Contrast(
        estimate=estimate,
        std_error=std_error,
        conf_low=estimate - half,
        conf_high=estimate + half,
        conf_level=conf_level,
        statistic=statistic,
        p_value=float(2 * stdtr(df, -abs(statistic))),
        df=df,
        n=n,
        n_clusters=n_clusters,
    )


def _refuse(y: Floats, X: Floats, c: Floats, labels: NDArray[np.generic]) -> None:
    if y.ndim != 1 or X.ndim != 2 or len({len(y), len(X), len(labels)}) > 1 or c.shape != X.shape[1:]:
        raise DesignError(
            "A contrast needs outcomes (n,), a design (n, p), a contrast (p,) and one cluster per row; the "
            f"shapes are {y.shape}, {X.shape}, {c.shape} and {labels.shape}."
        )
    if not (np.isfinite(y).all() and np.isfinite(X).all()):
        raise DesignError("A contrast needs complete rows; drop those with a gap first, and say so.")
    if len(y) <= X.shape[1]:
        raise DesignError(f"{len(y)} rows are too few for a contrast of {X.shape[1]} coefficients.")
    if int(np.linalg.matrix_rank(X)) < X.shape[1]:
        raise DesignError("A column of the design is determined by the others; leave it out.")
    if not c.any():
        raise UsageError("A contrast of all zeros compares nothing.")
