"""Covariances between the parts of a score, by what they come from: people, occasions, raters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evalkit.shown import Shown
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.weighted_scores import WeightedScore, combine_dependability

#: Sources of error within a person, in the order of their contributions.
SOURCES_OF_ERROR: Final = ("occasion", "rater", "residual")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovarianceComponents(Shown):
    """Covariances between the parts of a score, by what they come from; shape (k, k) each.

    Attributes
    ----------
    universe
        Of what the parts say of a person over all occasions and raters.
    occasion
        Of person by occasion: a good quarter, as all raters see it. Where a part has one value an occasion,
        all of its error.
    rater
        Of a rater's own view of a person, severity included, that lasts over occasions.
    residual
        Of what is left of one rating.
    shift
        Of occasions that lift or lower everyone; 0 where there is one occasion.
    severity
        Of raters whom all people share; 0 where they do not.
    portions
        By source of error, the share of one rating's covariance that is left in a mean over the ratings at
        hand.
    n, n_occasions
        People, and occasions.
    deviations
        By source (universe first), what each person adds to a covariance, shape (n, k, k); their mean over
        people is the covariance before it is made that of any scores.
    """

    universe: Floats
    occasion: Floats
    rater: Floats
    residual: Floats
    shift: Floats
    severity: Floats
    portions: dict[str, Floats]
    n: int
    n_occasions: int
    deviations: dict[str, Floats] = field(repr=False)

    def error(self, *, n_occasions: float | None = None, raters: float = 1, absolute: bool = True) -> Floats:
        """Return the error covariances of the parts' means over more or fewer occasions and raters.

        Parameters
        ----------
        n_occasions
            Number of occasions; those at hand by default.
        raters
            How many times the raters at hand.
        absolute
            Whether what moves everyone alike counts as error.
        """
        left = self.factors(n_occasions=n_occasions, raters=raters)
        total = sum(left[name] * self.portions[name] * getattr(self, name) for name in SOURCES_OF_ERROR)
        if absolute:
            return np.asarray(total + self.shift * left["occasion"] / self.n_occasions)
        return np.asarray(total - left["rater"] * self.portions["rater"] * self.severity)

    def factors(self, *, n_occasions: float | None = None, raters: float = 1) -> dict[str, float]:
        """Return what each source of error is multiplied by when occasions and raters change."""
        fewer = self.n_occasions / (n_occasions or self.n_occasions)
        return {"occasion": fewer, "rater": 1 / raters, "residual": fewer / raters}

    def combine(
        self,
        weights: ArrayLike,
        *,
        n_occasions: float | None = None,
        raters: float = 1,
        absolute: bool = True,
    ) -> WeightedScore:
        """Return the dependability of the weighted sum of the parts; see `combine_dependability`."""
        error = self.error(n_occasions=n_occasions, raters=raters, absolute=absolute)
        return combine_dependability(self.universe, nearest_covariance(error), weights)

    def contributions(self, left: ArrayLike, right: ArrayLike) -> Floats:
        """Return what each person adds to the covariance of two weighted sums, shape (n, 4).

        Columns are the universe and the three sources of error, as in a mean over the ratings at hand; the
        mean of a column is that of `total`.
        """
        pair = np.outer(np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64))
        weights = {"universe": pair} | {name: pair * self.portions[name] for name in SOURCES_OF_ERROR}
        columns = [np.einsum("njk,jk->n", self.deviations[name], each) for name, each in weights.items()]
        column = np.column_stack(columns)
        return np.asarray(column + (self.total(left, right) - column.mean(axis=0)))

    def total(self, left: ArrayLike, right: ArrayLike) -> Floats:
        """Return the covariance of two weighted sums by source, shape (4,)."""
        a, b = (np.asarray(weights, dtype=np.float64) for weights in (left, right))
        parts = [self.universe, *(self.portions[name] * getattr(self, name) for name in SOURCES_OF_ERROR)]
        return np.array([a @ part @ b for part in parts])


def nearest_covariance(matrix: Floats) -> Floats:
    """Return the nearest matrix in which no combination of parts has a variance below zero."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
