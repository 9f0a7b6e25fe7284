"""Confirmatory factor models: what each item measures is stated beforehand; the fit says how far it holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.errors import DesignError, UsageError
from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.factor_fit import ModelFit, assess_fit
from evalkit.stats.factor_likelihood import INVARIANCES, Flags, GroupModel, Invariance, Layout, imply
from evalkit.stats.factor_moments import (
    Moments,
    guess,
    number_factors,
    refuse_moments,
    standardise,
    summarise_items,
)
from evalkit.stats.factor_scoring import Optimum, maximise_likelihood

NO_ERROR: Final = "an item has no error of its own (Heywood case): the factors are not to be relied on"
ONE_THING: Final = "two factors correlate at 1 or above: they are one"
NOT_SETTLED: Final = "the fit did not settle"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorModel(Shown):
    """Correlated factors, each item on one of them, fitted by maximum likelihood.

    Attributes
    ----------
    factors, factor_of
        Names of the m factors; the factor of each of the k items, shape (k,), counted from 0.
    groups, n_per_group
        Names of the g groups and their rows.
    invariance
        What is equal in the groups: nothing, the loadings, or the loadings and intercepts.
    loadings, loadings_std_error
        Change of an item with its factor, shape (g, k), and standard errors from Fisher's information.
    standardised
        Correlation of each item with its factor, shape (g, k).
    factor_covariances
        Shape (g, m, m). A factor has variance 1 in the first group, and in all where nothing is equal.
    factor_means
        Shape (g, m); 0 in the first group, and in all unless intercepts are equal.
    intercepts, residual_variances
        Shape (g, k).
    fit
        Chi-squared and fit indices.
    heywood
        Which items have no error of their own, shape (g, k): their residual variance would be negative.
    converged
        Whether no step improves the fit.
    caveat
        Doubt about the model, empty where there is none.
    """

    factors: tuple[str, ...]
    factor_of: tuple[int, ...]
    groups: tuple[str, ...]
    n_per_group: tuple[int, ...]
    invariance: Invariance
    loadings: Floats
    loadings_std_error: Floats
    standardised: Floats
    factor_covariances: Floats
    factor_means: Floats
    intercepts: Floats
    residual_variances: Floats
    fit: ModelFit
    heywood: Flags
    converged: bool
    caveat: str


def fit_confirmatory_factors(
    items: ArrayLike,
    factor_of: Sequence[Hashable],
    *,
    groups: ArrayLike | None = None,
    invariance: Invariance = "configural",
) -> FactorModel:
    """Fit correlated factors to items of which each is said to measure one.

    Parameters
    ----------
    items
        Shape (n, k), without gaps.
    factor_of
        Name of each item's factor, length k.
    groups
        Group of each row; one group by default.
    invariance
        What is equal in the groups: nothing ("configural"), the loadings ("metric"), or the loadings and
        intercepts ("scalar"), which a comparison of group means takes for granted.

    Raises
    ------
    DesignError
        If a group has no more rows than items, an item has gaps, does not vary or is a sum of others, or the
        items do not determine the factors.

    Notes
    -----
    Normal likelihood; chi-squared is n times the discrepancy (lavaan's convention), summed over groups.
    Residual variances stay at 0 or above and correlations of factors within -1 and 1, where lavaan lets them
    pass; the caveat says where one stands at its edge, and there the fit can have several optima. Ratings on
    a few categories are not normal: chi-squared is then too large and standard errors too small as a rule.

    References
    ----------
    Jöreskog (1969), Psychometrika 34:183–202, doi:10.1007/BF02289343; Jöreskog (1971), Psychometrika
    36:409–426, doi:10.1007/BF02291366 (several groups).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> skill = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=400)
    >>> items = np.repeat(skill, 3, axis=1) * 0.8 + rng.normal(size=(400, 6)) * 0.6
    >>> model = fit_confirmatory_factors(items, ["work"] * 3 + ["conduct"] * 3)
    >>> model.factors, model.fit.df, bool(abs(model.factor_covariances[0, 0, 1] - 0.5) < 0.1)
    (('work', 'conduct'), 8, True)
    """
    return fit_factors_to_moments(summarise_items(items, groups), factor_of, invariance=invariance)


def fit_factors_to_moments(
    moments: Mapping[str, Moments], factor_of: Sequence[Hashable], *, invariance: Invariance = "configural"
) -> FactorModel:
    """Fit correlated factors to covariances and means, as a publication prints them.

    Parameters
    ----------
    moments
        Covariances, means and rows of each group.
    factor_of, invariance
        As in `fit_confirmatory_factors`.

    Examples
    --------
    >>> import numpy as np
    >>> r = np.array([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]])
    >>> printed = Moments(covariance=r, means=np.zeros(3), n=100)
    >>> fit_factors_to_moments({"all": printed}, ["f"] * 3).standardised.round(3).tolist()
    [[0.8, 0.7, 0.6]]
    """
    if invariance not in INVARIANCES:
        raise UsageError(f"Invariance is one of {', '.join(INVARIANCES)}; it is {invariance!r}.")
    names, codes = number_factors(factor_of, len(next(iter(moments.values())).means))
    refuse_moments(moments)
    layout = Layout(factor=codes, n_groups=len(moments), invariance=invariance)
    scaled, scale, centre = standardise(list(moments.values()), with_means=layout.has_means)
    found = maximise_likelihood(layout, scaled, guess(layout, scaled))
    if not found.identified[0]:
        raise DesignError(
            "The items do not determine the factors: other loadings fit them as well. "
            "Give a factor of two items that hardly correlates with the others a third item, or drop it."
        )
    implied = [imply(layout, layout.read(found.free, group))[0][0] for group in range(layout.n_groups)]
    statistic = max(2 * sum(group.n for group in scaled) * float(found.misfit[0]), 0.0)
    fit = assess_fit(statistic, layout.n_moments - layout.n_free, scaled, implied)
    return _report(names, moments, layout, found, fit=fit, units=(scale, centre))


def _report(
    names: tuple[str, ...],
    moments: Mapping[str, Moments],
    layout: Layout,
    found: Optimum,
    *,
    fit: ModelFit,
    units: tuple[Floats, Floats],
) -> FactorModel:
    """Turn the optimum back into the items' own units, most loadings of a factor positive."""
    scale, centre = units
    model = _orient(layout, found.free)
    means = np.array([group.means for group in moments.values()])
    factor_sd = np.sqrt(np.diagonal(model.factor_covariances, axis1=1, axis2=2))
    of_factor = model.loadings * factor_sd[:, layout.factor]
    heywood = found.at_bound[0][layout.place[:, layout.sections["residuals"]]]
    correlations = model.factor_covariances / factor_sd[:, :, None] / factor_sd[:, None, :]
    return FactorModel(
        factors=names,
        factor_of=tuple(layout.factor.tolist()),
        groups=tuple(moments),
        n_per_group=tuple(group.n for group in moments.values()),
        invariance=layout.invariance,
        loadings=model.loadings * scale,
        loadings_std_error=_std_errors(layout, found, fit.n) * scale,
        standardised=of_factor / np.sqrt(of_factor**2 + model.residual_variances),
        factor_covariances=model.factor_covariances,
        factor_means=model.factor_means,
        intercepts=centre + scale * model.intercepts if layout.has_means else means,
        residual_variances=model.residual_variances * scale**2,
        fit=fit,
        heywood=heywood,
        converged=bool(found.converged[0]),
        caveat=_doubts(correlations, heywood=bool(heywood.any()), converged=bool(found.converged[0])),
    )


def _orient(layout: Layout, free: Floats) -> GroupModel:
    """Return all groups' parameters, one row each, the loadings of a factor turned to sum to more than 0."""
    groups = zip(*(layout.read(free, group) for group in range(layout.n_groups)), strict=True)
    model = GroupModel(*(np.concatenate(parts) for parts in groups))
    loadings = layout.spread(model.loadings)
    first = np.where(loadings[0].sum(axis=0) < 0, -1.0, 1.0)
    signs = np.where(np.sum(loadings * (loadings[0] * first), axis=1) < 0, -1.0, 1.0)
    return model._replace(
        loadings=model.loadings * signs[:, layout.factor],
        factor_covariances=model.factor_covariances * signs[:, :, None] * signs[:, None, :],
        factor_means=model.factor_means * signs + 0.0,
    )


def _std_errors(layout: Layout, found: Optimum, n: int) -> Floats:
    """Return standard errors of the loadings, in standardised units."""
    variances = np.diagonal(np.linalg.inv(found.information[0])) / n
    return np.sqrt(np.asarray(variances)[layout.place[:, layout.sections["loadings"]]])


def _doubts(correlations: Floats, *, heywood: bool, converged: bool) -> str:
    one_thing = bool((np.linalg.eigvalsh(correlations)[:, 0] < 1e-8).any())
    doubts = [NO_ERROR if heywood else "", ONE_THING if one_thing else "", "" if converged else NOT_SETTLED]
    return "; ".join(filter(None, doubts))
