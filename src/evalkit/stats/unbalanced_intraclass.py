"""Intraclass correlations where persons have different numbers of ratings, or other raters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from evalkit.stats.dependability import DependabilityCurve, estimate_dependability
from evalkit.stats.intraclass import IntraclassCorrelation, IntraclassForm, step_up
from evalkit.stats.variance_components import fit_variance_components


def estimate_unbalanced_correlations(
    values: ArrayLike, ratees: ArrayLike, raters: ArrayLike | None = None, *, conf_level: float = 0.95
) -> tuple[IntraclassCorrelation, ...]:
    """Estimate intraclass correlations where persons have different numbers of ratings, or other raters.

    They follow from variance components by REML: one_way without raters, else agreement and consistency; each
    for one rating and for the mean of the harmonic mean number of ratings of a person. With a complete table
    they equal those from mean squares unless a component is zero; they are never negative.

    Parameters
    ----------
    values, ratees, raters
        Ratings and who was rated by whom, shape (n,); without raters, each rating is taken
        as another rater's.

    Raises
    ------
    DesignError
        If the components cannot be told apart.

    Examples
    --------
    >>> values, people = [9, 2, 5, 6, 1, 3, 8, 4], [1, 1, 1, 2, 2, 2, 3, 3]
    >>> [found.form for found in estimate_unbalanced_correlations(values, people)]
    ['one_way', 'one_way']
    """
    people = np.asarray(ratees)
    factors = {"ratee": people} | ({} if raters is None else {"rater": np.asarray(raters)})
    fit = fit_variance_components(values, factors)
    per_person = np.unique(people, return_counts=True)[1]
    crossed = () if raters is None else ("rater",)
    curve = estimate_dependability(fit, "ratee", crossed=crossed, n_ratings=[1], conf_level=conf_level)
    found = correlations_of_curve(
        curve,
        n_averaged=float(len(per_person) / np.sum(1 / per_person)),
        crossed=raters is not None,
        n=len(per_person),
        n_raters=int(per_person.max()) if raters is None else fit.n_levels[1],
    )
    zero = "a component is estimated as zero" if fit.at_boundary.any() else ""
    return tuple(replace(one, caveat="; ".join(filter(None, [zero, one.caveat]))) for one in found)


def correlations_of_curve(
    curve: DependabilityCurve, *, n_averaged: float, crossed: bool, n: int, n_raters: int
) -> tuple[IntraclassCorrelation, ...]:
    """Return the intraclass correlations that a dependability curve holds, for one rating and for a mean.

    Φ of one rating is agreement, or one_way where raters are not shared; Eρ² is consistency.

    Parameters
    ----------
    curve
        Its numbers of ratings must include 1.
    n_averaged
        Ratings behind the mean.
    crossed
        Whether the same raters rate several persons.
    """
    at = int(np.flatnonzero(curve.n_ratings == 1)[0])
    phi = (curve.phi[at], curve.phi_low[at], curve.phi_high[at])
    rho = (curve.generalizability[at], curve.generalizability_low[at], curve.generalizability_high[at])
    forms: dict[IntraclassForm, tuple[float, ...]] = (
        {"agreement": phi, "consistency": rho} if crossed else {"one_way": phi}
    )
    return tuple(
        IntraclassCorrelation(
            form=form,
            n_averaged=size,
            estimate=step_up(float(ends[0]), size),
            conf_low=step_up(float(ends[1]), size),
            conf_high=step_up(float(ends[2]), size),
            conf_level=curve.conf_level,
            n=n,
            n_raters=n_raters,
            caveat=curve.caveat,
        )
        for form, ends in forms.items()
        for size in (1, n_averaged)
    )
