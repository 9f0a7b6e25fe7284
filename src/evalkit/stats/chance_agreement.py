"""Agreement of raters on categories, corrected for chance: Gwet's AC1 and AC2, Fleiss' and Conger's kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from evalkit.errors import DesignError, UsageError, did_you_mean
from evalkit.shown import Shown
from evalkit.stats.category_weights import (
    Weights,
    category_weights,
    check_ratings,
    count_ratings,
    find_categories,
)
from evalkit.stats.crossed_factors import Floats

Coefficient = Literal["gwet", "fleiss", "conger", "brennan_prediger", "raw"]
_COEFFICIENTS: Final[tuple[str, ...]] = get_args(Coefficient)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceAgreement(Shown):
    """Agreement of raters, with an interval for the population that the units were drawn from.

    Attributes
    ----------
    coefficient, weights
        What was computed. "gwet" with weights "identity" is AC1, with any other AC2.
    estimate, std_error, conf_low, conf_high, conf_level
        The coefficient; ends may not pass 1.
    observed, expected
        Agreement found between two raters of a unit, and by chance as the coefficient understands it.
    n, n_raters, n_categories, n_clusters
        Units with a rating, columns of the table, categories, and clusters that the interval is based on.
    """

    coefficient: str
    weights: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    observed: float
    expected: float
    n: int
    n_raters: int
    n_categories: int
    n_clusters: int


def estimate_chance_agreement(
    ratings: ArrayLike,
    *,
    coefficient: Coefficient = "gwet",
    weights: Weights = "identity",
    categories: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> ChanceAgreement:
    """Estimate how far raters agree on categories beyond chance; any rating may be missing.

    kappa-like coefficients fall towards 0 when nearly all units are of one category, though raters agree on
    nearly all; AC1 and AC2 do not. Give raw agreement beside either.

    Parameters
    ----------
    ratings
        Shape (n, r): units by raters, NaN where a rating is missing. A unit with one rating says nothing of
        agreement, but of how often categories are given.
    categories
        All that may be given. By default those that were, which makes Gwet's and Brennan and Prediger's
        coefficients depend on whether a rare one occurred.
    coefficient
        By what chance is: "gwet" AC1 or AC2; "fleiss" the shares of categories over all raters; "conger" each
        rater's own, which for two raters is Cohen's kappa; "brennan_prediger" all alike; "raw" none.
    clusters
        Cluster of each unit, shape (n,), where units are not independent.

    Raises
    ------
    DesignError
        If fewer than two units have two ratings, or there is but one category and chance alone agrees.

    References
    ----------
    Gwet (2008), Br J Math Stat Psychol 61:29–48, doi:10.1348/000711006X126600 (AC1, and the variances);
    Fleiss (1971), Psychol Bull 76:378–382, doi:10.1037/h0031619;
    Conger (1980), Psychol Bull 88:322–328, doi:10.1037/0033-2909.88.2.322.

    Examples
    --------
    Two raters agree on 36 of 40 units, of which nearly all are good: kappa sees little, AC1 much.

    >>> table = [[1, 1]] * 36 + [[1, 0]] * 2 + [[0, 1]] * 2
    >>> round(estimate_chance_agreement(table, coefficient="fleiss").estimate, 2)
    -0.05
    >>> round(estimate_chance_agreement(table).estimate, 2)
    0.89
    """
    if coefficient not in _COEFFICIENTS:
        raise UsageError(
            f"There is no coefficient {coefficient!r}: {did_you_mean(str(coefficient), _COEFFICIENTS)}"
        )
    x = check_ratings(ratings)
    rated = ~np.isnan(x).all(axis=1)
    values = find_categories(x, categories)
    counts = count_ratings(x[rated], values)
    if len(values) == 1 and coefficient != "raw":
        raise DesignError(
            f"All ratings are {values[0]:g}, and no other category is known: agreement beyond chance is not "
            "defined. Name the categories that may be given, or use raw agreement."
        )
    closeness = category_weights(weights, values)
    chance = (
        _chance_of_each_rater(x[rated], values, closeness)
        if coefficient == "conger"
        else _chance(counts, closeness, coefficient)
    )
    estimate, influence, observed, expected = _estimate(counts, closeness, chance)
    groups = np.arange(len(counts)) if clusters is None else np.asarray(clusters)[rated]
    error, n_clusters = _std_error(influence - estimate, groups)
    half = float(t.ppf((1 + conf_level) / 2, n_clusters - 1)) * error
    return ChanceAgreement(
        coefficient=coefficient,
        weights=weights,
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=min(1.0, estimate + half),
        conf_level=conf_level,
        observed=observed,
        expected=expected,
        n=len(counts),
        n_raters=x.shape[1],
        n_categories=len(values),
        n_clusters=n_clusters,
    )


def _estimate(
    counts: Floats, weights: Floats, chance: tuple[float, Floats]
) -> tuple[float, Floats, float, float]:
    """Return the coefficient, the linearised part of each unit in it, and both agreements."""
    n_ratings = counts.sum(axis=1)
    paired = n_ratings >= 2
    pairs = np.where(paired, n_ratings * (n_ratings - 1), 1)
    each = np.where(paired, np.sum(counts * (counts @ weights - 1), axis=1) / pairs, 0.0)
    scale = len(counts) / int(paired.sum())
    observed = float(scale * each.mean())
    expected, moved = chance
    if expected > 1 - 1e-12:
        raise DesignError("All ratings fall into one category, so chance alone agrees; use raw agreement.")
    estimate = (observed - expected) / (1 - expected)
    beyond = scale * (each - expected * paired) / (1 - expected)
    return estimate, beyond - (1 - estimate) * moved / (1 - expected), observed, expected


def _chance(counts: Floats, weights: Floats, coefficient: Coefficient) -> tuple[float, Floats]:
    """Return agreement by chance, and the linearised part of each unit in it."""
    n, q = counts.shape
    shares = counts / counts.sum(axis=1, keepdims=True)
    prevalence = shares.mean(axis=0)
    if coefficient == "gwet":
        spread = float(weights.sum()) / (q * (q - 1))
        expected = spread * float(np.sum(prevalence * (1 - prevalence)))
        return expected, 2 * (shares @ (spread * (1 - prevalence)) - expected)
    if coefficient == "fleiss":
        expected = float(prevalence @ weights @ prevalence)
        return expected, 2 * (shares @ weights @ prevalence - expected)
    return (float(weights.sum()) / q**2 if coefficient == "brennan_prediger" else 0.0), np.zeros(n)


def _chance_of_each_rater(ratings: Floats, categories: Floats, weights: Floats) -> tuple[float, Floats]:
    """Return what `_chance` does, each rater having shares of categories of their own (Conger)."""
    x = ratings[:, ~np.isnan(ratings).all(axis=0)]
    given = (x[:, :, None] == categories).astype(np.float64)
    n_given = given.sum(axis=(0, 2))
    shares = given.sum(axis=0) / n_given[:, None]
    by_others = (shares.sum(axis=0) - shares) @ weights / (len(shares) - 1)
    each = np.sum(shares * by_others, axis=1)
    gaps = np.sum(given * by_others, axis=2) - each * given.sum(axis=2)
    return float(each.mean()), 2 * np.mean(gaps * len(x) / n_given, axis=1)


def _std_error(deviations: Floats, groups: np.ndarray) -> tuple[float, int]:
    """Return the standard error of a mean of linearised parts, and the number of clusters."""
    codes = np.unique(groups, return_inverse=True)[1]
    sums = np.bincount(codes, weights=deviations)
    g = len(sums)
    if g < 2:
        raise DesignError(f"An interval needs two or more clusters of units; there is {g}.")
    return float(np.sqrt(g / (g - 1) * np.sum(sums**2))) / len(deviations), g
