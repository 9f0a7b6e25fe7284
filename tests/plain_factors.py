"""Correlated factors in several groups, written out plainly, sharing no code with evalkit's own.

The first item of each factor has loading 1, factor covariances are the square of a root, residual variances
are exponentials: nothing needs a bound. scipy's BFGS differentiates numerically.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize


def read_groups(schools: Mapping[str, Any]) -> list[tuple[np.ndarray, np.ndarray, int]]:
    """Return covariances (divisor n), means and rows of each group of an entry."""
    found = []
    for school in schools.values():
        k, n = len(school["means"]), school["n"]
        lower = np.zeros((k, k))
        lower[np.tril_indices(k)] = np.concatenate(school["covariances"])
        covariance = lower + lower.T - np.diag(np.diag(lower))
        found.append((covariance * (n - 1) / n, np.array(school["means"]), n))
    return found


def pool(groups: Sequence[tuple[np.ndarray, np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the moments of all rows together."""
    n = sum(group[2] for group in groups)
    mean = sum(means * size for _, means, size in groups) / n
    squares = sum((cov + np.outer(means, means)) * size for cov, means, size in groups) / n
    return squares - np.outer(mean, mean), mean, n


def fit_plainly(
    groups: Sequence[tuple[np.ndarray, np.ndarray, int]], factor: Sequence[int], *, equal: Sequence[str] = ()
) -> tuple[float, np.ndarray]:
    """Return chi-squared, and omega of each factor in the first group."""
    k, m = len(factor), max(factor) + 1
    first = [list(factor).index(j) for j in range(m)]
    others = [i for i in range(k) if i not in first]
    root_cells = np.tril_indices(m)

    def read(parameters):
        rest = iter(parameters)

        def take(size):
            return np.array([next(rest) for _ in range(size)])

        shared = take(k - m) if "loadings" in equal else None
        intercepts = take(k) if "intercepts" in equal else None
        for g, (_, means, _) in enumerate(groups):
            loadings = np.zeros((k, m))
            loadings[first, range(m)] = 1
            loadings[others, np.array(factor)[others]] = take(k - m) if shared is None else shared
            root = np.zeros((m, m))
            root[root_cells] = take(len(root_cells[0]))
            residuals = np.exp(take(k))
            if intercepts is None:
                yield loadings @ root, residuals, means
            else:
                yield loadings @ root, residuals, intercepts + loadings @ (take(m) if g else np.zeros(m))

    def misfit(parameters):
        total = 0.0
        for (cov, means, n), (common, residuals, implied) in zip(groups, read(parameters), strict=True):
            sigma = common @ common.T + np.diag(residuals)
            gap = means - implied
            total += n * (np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(cov)[1] - k)
            total += n * np.trace(np.linalg.solve(sigma, cov + np.outer(gap, gap)))
        return total

    start = [np.ones(k - m)] if "loadings" in equal else []
    start += [groups[0][1]] if "intercepts" in equal else []
    for g in range(len(groups)):
        start += [] if "loadings" in equal else [np.ones(k - m)]
        start += [0.7 * np.eye(m)[root_cells], np.full(k, np.log(0.5))]
        start += [np.zeros(m)] if "intercepts" in equal and g else []
    found = minimize(misfit, np.concatenate(start), method="BFGS", options={"gtol": 1e-4})
    common, residuals, _ = next(read(found.x))
    own = np.equal.outer(np.array(factor), np.arange(m))
    shared = np.array([np.sum(common[own[:, j]].sum(axis=0) ** 2) for j in range(m)])
    return float(found.fun), shared / (shared + residuals @ own)
