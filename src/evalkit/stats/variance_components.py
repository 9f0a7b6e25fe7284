"""Variance components of crossed or nested random intercepts, by restricted maximum likelihood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from evalkit.shown import Shown
from evalkit.stats.crossed_factors import CrossProducts, Floats, build_cross_products
from evalkit.stats.restricted_likelihood import criterion, evaluate

#: The residual among the names of components.
RESIDUAL = "residual"
#: A ratio of standard deviations below it, times the root of the rows per level, is tried at zero.
_ZERO = 0.01
#: The optimiser's first step has length one and must not jump over the optimum to zero.
_UNIT = 0.1
#: Half of what the criterion could still fall by; the edge of a 95 % interval is 3.84 above the optimum.
_DECREMENT = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceComponents(Shown):
    """Variances of random intercepts and of the residual.

    Attributes
    ----------
    names
        Factors, in the order in which they were given.
    variances
        Variance of each factor, shape (k,).
    residual
        Variance of what is left of one observation.
    beta, beta_std_error
        Coefficients of the covariates (one intercept by default) and their standard errors.
    reml_criterion
        -2 log restricted likelihood at the optimum.
    n, n_levels
        Observations, and levels of each factor.
    converged
        Whether the optimum was confirmed: the criterion could fall by less than 0.0002 more, and no variance
        at zero wants to be above it.
    at_boundary
        Whether each factor's variance is estimated as zero, shape (k,).
    cross
        Cross-products of the data, which the intervals need.
    regions
        Likelihood regions that intervals have explored so far, by how far they reach and in what terms.
    """

    names: tuple[str, ...]
    variances: Floats
    residual: float
    beta: Floats
    beta_std_error: Floats
    reml_criterion: float
    n: int
    n_levels: tuple[int, ...]
    converged: bool
    at_boundary: NDArray[np.bool_]
    cross: CrossProducts = field(repr=False, compare=False)
    regions: dict[tuple[float, bool], Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (len(self.names) == len(self.variances) == len(self.n_levels) and self.residual > 0):
            raise ValueError("each factor needs one variance ≥ 0, and the residual variance must be above 0")

    @property
    def components(self) -> dict[str, float]:
        """Variance of each factor and, last, of the residual."""
        return {**dict(zip(self.names, self.variances.tolist(), strict=True)), RESIDUAL: self.residual}


def fit_variance_components(
    values: ArrayLike, factors: Mapping[str, ArrayLike], *, covariates: ArrayLike | None = None
) -> VarianceComponents:
    """Split the variance of ratings into its sources: who is rated, who rates, the rest.

    Parameters
    ----------
    values
        Ratings, shape (n,), without gaps.
    factors
        Name of each factor and the level of each rating, shape (n,). Levels that are nested must be labelled
        apart (:func:`combine_codes` does it); whether factors are crossed or nested is then read from the
        codes.
    covariates
        Fixed effects, shape (n, p), with a column of ones for the intercept. An intercept alone by default.

    Raises
    ------
    DesignError
        If a variance cannot be told from another: one level, a level for each rating, two factors alike.

    Notes
    -----
    Restricted maximum likelihood as in lme4 (Bates et al. 2015, doi:10.18637/jss.v067.i01). A variance may be
    estimated as zero; ``at_boundary`` says so.

    Examples
    --------
    Six batches of dyestuff with five yields each (Davies & Goldsmith 1972):

    >>> import numpy as np
    >>> yields = [1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    ...           1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445]
    >>> fit = fit_variance_components(yields, {"batch": np.repeat(list("ABCDEF"), 5)})
    >>> {name: round(variance**0.5, 2) for name, variance in fit.components.items()}
    {'batch': 42.0, 'residual': 49.51}
    >>> round(fit.reml_criterion, 3)
    319.654
    """
    cross = build_cross_products(values, factors, covariates)
    theta, converged = optimise(cross)
    at = evaluate(cross, theta)
    residual = at.quadratic / cross.df
    R_inverse = np.linalg.inv(cross.R)
    place = [cross.names.index(name) for name in factors]
    variances = (theta**2 * residual)[place]
    return VarianceComponents(
        names=tuple(factors),
        variances=variances,
        residual=residual,
        beta=R_inverse @ (cross.ols + at.beta),
        beta_std_error=np.sqrt(residual * np.sum((at.beta_root @ R_inverse.T) ** 2, axis=0)),
        reml_criterion=at.logdet + cross.df * (1.0 + float(np.log(2.0 * np.pi * residual))),
        n=cross.n,
        n_levels=tuple(cross.n_levels[i] for i in place),
        converged=converged,
        at_boundary=variances == 0,
        cross=cross,
    )


def combine_codes(*factors: ArrayLike) -> NDArray[np.intp]:
    """Return a code for each combination of levels that occurs: an interaction or a nested factor.

    Examples
    --------
    >>> combine_codes(["a", "a", "b"], [1, 2, 1]).tolist()
    [0, 1, 2]
    """
    coded = [np.unique(np.asarray(factor), return_inverse=True)[1] for factor in factors]
    return np.unique(np.column_stack(coded), axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)


def optimise(cross: CrossProducts, start: Floats | None = None) -> tuple[Floats, bool]:
    """Minimise the REML criterion over theta ≥ 0 and confirm that it is a minimum.

    Quasi-Newton steps first; then variances that are close to zero are tried at zero, the others take Newton
    steps until the criterion cannot fall noticeably, and each zero is tried just above it. Where the
    likelihood is dear, Newton steps from a guess often do without the rest.
    """
    if start is None and cross.is_dear:
        theta, decrement = _polish(cross, _guess(cross), enough=1e-6 * _DECREMENT)
        if decrement < _DECREMENT and (theta > _smallest(cross)).all():
            return theta, True
    theta = np.full(len(cross.names), 0.5) if start is None else np.maximum(start, 0.05)
    theta = _descend(cross, theta)
    for _ in range(2 + 2 * len(theta)):
        theta, decrement = _polish(cross, _snap(cross, theta))
        raised = _raise_from_zero(cross, theta)
        if raised is None:
            return theta, decrement < _DECREMENT
        theta = _descend(cross, raised)
    return theta, False


def _guess(cross: CrossProducts) -> Floats:
    """Compare the mean squares between and within the levels of each factor, as if it were the only one."""
    total, variances = cross.uu[-1, -1], []
    sums = np.split(cross.Zu[:, -1], np.cumsum(cross.n_levels)[:-1])
    for codes, summed in zip(cross.codes, sums, strict=True):
        counts = np.bincount(codes)
        between = float(np.sum(summed**2 / counts))
        within = (total - between) / (cross.n - len(counts))
        size = (cross.n - np.sum(counts**2) / cross.n) / (len(counts) - 1)
        variances.append((between / (len(counts) - 1) - within) / size)
    found = np.maximum(variances, 1e-4 * total / cross.n)
    return np.asarray(np.sqrt(found / max(total / cross.n - found.sum(), 0.1 * total / cross.n)))


def _descend(cross: CrossProducts, theta: Floats) -> Floats:
    def scaled(at: Floats) -> tuple[float, Floats]:
        value, gradient = criterion(cross, at * _UNIT)
        return value, gradient * _UNIT

    found = minimize(
        scaled,
        theta / _UNIT,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * len(theta),
        options={"ftol": 1e-8, "gtol": 1e-4},
    )
    return np.asarray(found.x * _UNIT, dtype=np.float64)


def _smallest(cross: CrossProducts) -> Floats:
    """Return the ratios below which zero is tried."""
    return np.asarray(_ZERO / np.sqrt(cross.n / np.array(cross.n_levels)))


def _snap(cross: CrossProducts, theta: Floats) -> Floats:
    """Set ratios that are nearly zero to zero where the criterion does not mind."""
    snapped = np.where(theta < _smallest(cross), 0.0, theta)
    if np.array_equal(snapped, theta):
        return theta
    return snapped if criterion(cross, snapped)[0] <= criterion(cross, theta)[0] + 1e-6 else theta


def _polish(
    cross: CrossProducts, theta: Floats, *, enough: float = 1e-3 * _DECREMENT, max_steps: int = 8
) -> tuple[Floats, float]:
    """Take Newton steps in the ratios above zero; return them and the last Newton decrement."""
    free = np.flatnonzero(theta > 0)
    if not len(free):
        return theta, 0.0
    value, gradient = criterion(cross, theta)
    hessian = _hessian(cross, theta, free, gradient)
    decrement = np.inf
    for _ in range(max_steps):
        if np.linalg.eigvalsh(hessian)[0] <= 0:
            return theta, np.inf
        step = np.linalg.solve(hessian, gradient[free])
        decrement = float(gradient[free] @ step) / 2
        if decrement < enough:
            break
        trial = theta.copy()
        trial[free] = np.maximum(theta[free] - step, theta[free] / 4)
        trial_value, trial_gradient = criterion(cross, trial)
        if trial_value > value:
            break
        hessian = _correct(hessian, (trial - theta)[free], (trial_gradient - gradient)[free])
        theta, value, gradient = trial, trial_value, trial_gradient
    return theta, decrement


def _correct(hessian: Floats, step: Floats, rise: Floats) -> Floats:
    """Return the symmetric matrix nearest in rank that turns a step into the rise of the gradient (SR1)."""
    missed = rise - hessian @ step
    size = float(missed @ step)
    if abs(size) <= 1e-8 * float(np.linalg.norm(missed) * np.linalg.norm(step)):
        return hessian
    return np.asarray(hessian + np.outer(missed, missed) / size)


def _hessian(cross: CrossProducts, theta: Floats, free: NDArray[np.intp], gradient: Floats) -> Floats:
    """Difference the gradient forward in each free ratio."""
    columns = []
    for i in free:
        moved = theta.copy()
        moved[i] *= 1.0 + 1e-4
        columns.append((criterion(cross, moved)[1] - gradient)[free] / (moved[i] - theta[i]))
    hessian = np.array(columns)
    return np.asarray((hessian + hessian.T) / 2)


def _raise_from_zero(cross: CrossProducts, theta: Floats) -> Floats | None:
    """Return theta with the ratios raised that are better off above zero, or None if there are none."""
    zeros = np.flatnonzero(theta == 0)
    value = criterion(cross, theta)[0] if len(zeros) else np.inf
    raised = theta.copy()
    for i in zeros:
        trial = theta.copy()
        trial[i] = 0.03 / np.sqrt(cross.n / cross.n_levels[i])
        if criterion(cross, trial)[0] < value - 1e-6:
            raised[i] = 10 * trial[i]
    return None if np.array_equal(raised, theta) else raised
