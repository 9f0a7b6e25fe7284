"""The restricted likelihood of a model with random intercepts, and its gradient.

The model is y = X beta + sum_k Z_k u_k + e with u_k ~ N(0, sigma_k²), e ~ N(0, sigma²) and theta_k = sigma_k
/ sigma, in the notation of Bates, Mächler, Bolker & Walker (2015), doi:10.18637/jss.v067.i01. The largest
factor's block of Z'Z is diagonal, so it is eliminated by hand; what is left is a dense matrix of the size of
the other factors. With H = V/sigma² and M = I + Theta Z'Z Theta, Theta Z'H⁻¹Z Theta = I - M⁻¹: the gradient
needs block traces of M⁻¹ only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import linalg, sparse

from evalkit.stats.compact_likelihood import Solved, solve_compact
from evalkit.stats.crossed_factors import Codes, CrossProducts, Floats
from evalkit.stats.orthogonal_strata import OrthogonalStrata


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """The parts of the restricted likelihood at one theta.

    Attributes
    ----------
    logdet
        log|H| + log|X'H⁻¹X|.
    quadratic
        y'Py for a residual variance of one.
    trace, energy
        Per factor theta² tr(Z'PZ) and theta² y'PZZ'Py, of which the gradient is made.
    beta, beta_root
        Coefficients in the metric of Q, and the matrix whose square B'B is their covariance over sigma².
    """

    logdet: float
    quadratic: float
    trace: Floats
    energy: Floats
    beta: Floats
    beta_root: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Factor:
    """M in two blocks: the diagonal ``d`` of the largest factor, and LL', what the others leave."""

    theta: float
    scale: Floats
    d: Floats
    L: Floats


def evaluate(cross: CrossProducts, theta: Floats) -> Likelihood:
    """Compute the restricted likelihood's parts at theta, one per factor, each ≥ 0."""
    if cross.strata is not None:
        return _evaluate_balanced(cross.strata, theta)
    solved = _solve_sparse(cross, theta) if cross.compact is None else solve_compact(cross.compact, theta)
    p = cross.Q.shape[1]
    K = np.linalg.cholesky(cross.uu - solved.explained)
    root = np.linalg.inv(K[:p, :p])
    beta = root.T @ K[p, :p]
    logs = np.log(np.diag(K)[:p]).sum() + np.log(np.abs(np.diag(cross.R))).sum()
    away = np.append(-beta, 1.0)
    return Likelihood(
        logdet=solved.logdet + 2.0 * float(logs),
        quadratic=float(K[p, p] ** 2),
        trace=solved.gain - np.sum((root @ solved.gram[:, :p, :p]) * root, axis=(1, 2)),
        energy=away @ solved.gram @ away,
        beta=beta,
        beta_root=root,
    )


def _evaluate_balanced(strata: OrthogonalStrata, theta: Floats) -> Likelihood:
    """Compute the parts from sums of squares: the intercept is the mean, whatever the variances."""
    extra = strata.n_rows * theta**2
    expected = np.ones(len(strata.df))
    expected[:-1] += extra
    scaled = strata.squares / expected
    gain = extra / expected[:-1]
    return Likelihood(
        logdet=float(strata.df @ np.log(expected)) + math.log(strata.n),
        quadratic=float(scaled.sum()),
        trace=strata.df[:-1] * gain,
        energy=scaled[:-1] * gain,
        beta=np.zeros(1),
        beta_root=np.full((1, 1), math.sqrt(1.0 + extra.sum())),
    )


def criterion(cross: CrossProducts, theta: Floats) -> tuple[float, Floats]:
    """Compute the REML criterion, -2 log likelihood with beta and sigma² profiled out, and its gradient."""
    at = evaluate(cross, theta)
    variance = at.quadratic / cross.df
    value = at.logdet + cross.df * (1.0 + np.log(2.0 * np.pi * variance))
    return float(value), _by_theta(theta, at.trace - at.energy / variance)


def deviance(cross: CrossProducts, sds: Floats) -> tuple[float, Floats]:
    """Compute -2 log restricted likelihood and its gradient at the sds of the factors and the residual."""
    sigma, df = sds[-1], cross.df
    theta = sds[:-1] / sigma
    at = evaluate(cross, theta)
    value = at.logdet + df * np.log(2.0 * np.pi * sigma**2) + at.quadratic / sigma**2
    by_theta = _by_theta(theta, at.trace - at.energy / sigma**2)
    gradient = np.empty(len(sds))
    gradient[:-1] = by_theta / sigma
    gradient[-1] = 2.0 * (df - at.quadratic / sigma**2) / sigma - float(by_theta @ theta) / sigma
    return float(value), gradient


def _by_theta(theta: Floats, slope: Floats) -> Floats:
    """Return 2 slope / theta; the likelihood is even in theta, so its derivative at 0 is 0."""
    positive = theta > 0
    if positive.all():
        return np.asarray(2.0 * slope / theta)
    return np.where(positive, 2.0 * slope / np.where(positive, theta, 1.0), 0.0)


def _solve_sparse(cross: CrossProducts, theta: Floats) -> Solved:
    """Solve for M with sparse cross-products."""
    m = _factorise(cross, theta)
    E, explained = _solve(cross, m)
    starts = np.cumsum([0, *cross.n_levels])
    return Solved(
        logdet=float(np.log(m.d).sum() + 2.0 * np.log(np.diag(m.L)).sum()),
        explained=explained,
        gain=cross.sum_by_factor(1.0 - _inverse_diagonal(cross, m)),
        gram=np.array([E[a:b].T @ E[a:b] for a, b in pairwise(starts)]),
    )


def _factorise(cross: CrossProducts, theta: Floats) -> _Factor:
    """Eliminate the largest factor and factorise what is left, of which only the lower triangle is right."""
    scale = np.repeat(theta[1:], cross.n_levels[1:])
    d = 1.0 + theta[0] ** 2 * cross.counts
    S = cross.rest.copy()
    rows, columns, linked = _linked(cross, theta[0] ** 2 / d)
    S[rows, columns] -= linked
    S *= scale[:, None]
    S *= scale
    S[np.diag_indices_from(S)] += 1.0
    upper = linalg.cholesky(S.T, lower=False, check_finite=False, overwrite_a=True)  # in LAPACK's own order
    return _Factor(theta=float(theta[0]), scale=scale, d=d, L=upper.T)


def _linked(cross: CrossProducts, weights: Floats) -> tuple[Codes, Codes, Floats]:
    """Return rows, columns and elements of the lower triangle of Z_1'Z_0 diag(weights) Z_0'Z_1."""
    if cross.linked is not None:
        return cross.linked.rows, cross.linked.columns, cross.linked.weigh(weights)
    link = cross.link
    weighted = sparse.csr_array(
        (link.data * weights[link.indices], link.indices, link.indptr), shape=link.shape
    )
    lower = sparse.tril(weighted @ cross.link_transposed, format="coo")
    return lower.row, lower.col, lower.data


def _solve(cross: CrossProducts, m: _Factor) -> tuple[Floats, Floats]:
    """Return M⁻¹ Theta Z'u and what the factors take out of u'u, for u = [Q, y]."""
    n0 = len(m.d)
    top = m.theta * cross.Zu[:n0]
    bottom = m.scale[:, None] * (cross.Zu[n0:] - m.theta * (cross.link @ (top / m.d[:, None])))
    half = linalg.solve_triangular(m.L, bottom, lower=True, check_finite=False)
    E1 = linalg.solve_triangular(m.L, half, lower=True, trans="T", check_finite=False)
    E0 = (top - m.theta * (cross.link_transposed @ (m.scale[:, None] * E1))) / m.d[:, None]
    return np.vstack([E0, E1]), top.T @ (top / m.d[:, None]) + half.T @ half


def _inverse_diagonal(cross: CrossProducts, m: _Factor) -> Floats:
    """Return the diagonal of M⁻¹; of the largest factor's Schur part only the sum is right, it is spread."""
    if not len(m.L):
        return 1.0 / m.d
    inverse = linalg.lapack.dpotri(m.L.T, lower=0)[0]  # its upper triangle
    rows, columns, linked = _linked(cross, m.theta**2 / m.d**2)
    each = linked * inverse[columns, rows] * m.scale[rows] * m.scale[columns]
    shared = 2.0 * float(each.sum()) - float(each[rows == columns].sum())
    return np.concatenate([1.0 / m.d + shared / len(m.d), np.diag(inverse)])
