"""A category that two ratings decide together: how many people get it again, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from evalkit.shown import Shown
from evalkit.stats.covariance_components import CovarianceComponents, nearest_covariance
from evalkit.stats.crossed_factors import Floats
from evalkit.stats.matrix_consistency import (
    Allocation,
    CategoryMatrix,
    TwoScores,
    draw_noise,
    measure_pair_consistency,
)
from evalkit.stats.resampling import bootstrap, weighted_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryConsistency(Shown):
    """Agreement of a category with itself in a second, equal appraisal.

    Attributes
    ----------
    agreement, agreement_low, agreement_high, agreement_error
        Share of people with the same category in both, ends of its interval, and Monte Carlo standard error.
    kappa, kappa_low, kappa_high, kappa_error
        The same of Cohen's kappa, agreement beyond chance. NaN where everyone gets one category.
    n, n_clusters
        People, and what was resampled: people, or groups of them.
    conf_level
        Nominal coverage.
    """

    agreement: float
    agreement_low: float
    agreement_high: float
    agreement_error: float
    kappa: float
    kappa_low: float
    kappa_high: float
    kappa_error: float
    n: int
    n_clusters: int
    conf_level: float


def estimate_category_consistency(
    components: CovarianceComponents,
    weights: ArrayLike,
    scores: ArrayLike,
    matrix: CategoryMatrix,
    *,
    n_boot: int,
    rng: np.random.Generator,
    sizes: Sequence[int] = (200,),
    allocations: Sequence[Allocation | None] = (),
    clusters: NDArray[np.intp] | None = None,
    conf_level: float = 0.95,
    n_drawn: int = 40_000,
    n_drawn_again: int = 5_000,
) -> CategoryConsistency:
    """Draw people with the estimated means and covariances of two ratings, rate each twice, and compare.

    Parameters
    ----------
    components
        Covariance components of the parts of both ratings.
    weights
        Of the parts in each rating, shape (2, k).
    scores
        Both ratings of each person, shape (n, 2); NaN where a person has none.
    n_boot
        Resamples of people, or of groups.
    sizes, allocations
        People in each group that is drawn, and what makes its categories follow a distribution; see
        :func:`simulate_pair_consistency`.
    clusters
        Group of each person, shape (n,): whole groups are resampled. People are by default.
    n_drawn, n_drawn_again
        People drawn, at least, for the estimate and for each resample.

    Notes
    -----
    Intervals are those of t, with the standard deviation of the resamples, all drawn with the same noise.
    Percentiles of the resamples held the truth less often.

    References
    ----------
    Hesterberg (2015), American Statistician 69:371–386, doi:10.1080/00031305.2015.1089789.

    Examples
    --------
    Two ratings, one part each, by three raters on four occasions:

    >>> from evalkit.stats import CategoryMatrix, RatingTable, estimate_covariance_components
    >>> rng = np.random.default_rng(1)
    >>> person, occasion, rater, part = (i.ravel() for i in np.indices((60, 4, 3, 2)))
    >>> values = rng.normal(size=(60, 2))[person, part] + rng.normal(size=1440)
    >>> table = RatingTable(
    ...     values=values,
    ...     objects=person,
    ...     parts=part,
    ...     occasions=occasion,
    ...     raters=3 * person + rater,
    ...     holder=np.arange(60),
    ... )
    >>> components = estimate_covariance_components(
    ...     [table], n_parts=2, rated=[True, True], shared_panel=[False, False]
    ... )
    >>> means = values.reshape(60, 12, 2).mean(axis=1)
    >>> matrix = CategoryMatrix(cuts=np.array([[-1.0, 1], [-1, 1]]), categories=np.arange(9).reshape(3, 3))
    >>> found = estimate_category_consistency(components, np.eye(2), means, matrix, n_boot=100, rng=rng)
    >>> 0.6 < found.agreement_low < found.agreement < found.agreement_high < 0.9
    True
    """
    w, points = np.asarray(weights, dtype=np.float64), _fill(np.asarray(scores, dtype=np.float64))
    total = max(sum(sizes), 1)
    noise = draw_noise(sizes, n_draws=max(20, -(-n_drawn // total)), rng=rng)
    again = noise[:, : -(-n_drawn_again // total)]
    measure = partial(measure_pair_consistency, matrix=matrix, sizes=sizes, allocations=allocations)
    found = measure(noise, _model(components, w, points))
    models, n_clusters = _resample(components, w, points, n_boot=n_boot, rng=rng, clusters=clusters)
    drawn = [measure(again, each) for each in models]
    reach = float(t.ppf((1 + conf_level) / 2, n_clusters - 1)) * (n_clusters / (n_clusters - 1)) ** 0.5
    agreement, kappa = (
        reach * float(np.std([getattr(each, name) for each in drawn], ddof=1))
        for name in ("agreement", "kappa")
    )
    return CategoryConsistency(
        agreement=found.agreement,
        agreement_low=max(found.agreement - agreement, 0.0),
        agreement_high=min(found.agreement + agreement, 1.0),
        agreement_error=found.agreement_error,
        kappa=found.kappa,
        kappa_low=max(found.kappa - kappa, -1.0),
        kappa_high=min(found.kappa + kappa, 1.0),
        kappa_error=found.kappa_error,
        n=len(points),
        n_clusters=n_clusters,
        conf_level=conf_level,
    )


def _fill(scores: Floats) -> Floats:
    return np.where(np.isnan(scores), np.nanmean(scores, axis=0), scores)


def _model(components: CovarianceComponents, w: Floats, points: Floats) -> TwoScores:
    """Return the normal model of both ratings, with the error of the design at hand."""
    return TwoScores(
        means=points.mean(axis=0),
        universe=w @ components.universe @ w.T,
        error=nearest_covariance(w @ components.error() @ w.T),
    )


def _resample(
    components: CovarianceComponents,
    w: Floats,
    points: Floats,
    *,
    n_boot: int,
    rng: np.random.Generator,
    clusters: NDArray[np.intp] | None,
) -> tuple[list[TwoScores], int]:
    """Return the model under each resample of people or groups, and how many of these there are."""
    added = [components.contributions(w[i], w[j]) for i, j in ((0, 0), (0, 1), (1, 1))]
    found = bootstrap(weighted_mean, np.hstack([*added, points]), n_boot=n_boot, rng=rng, clusters=clusters)
    variances = found.replicates[:, :12].reshape(n_boot, 3, 4)
    shift = w @ components.shift @ w.T / components.n_occasions
    models = [
        TwoScores(
            means=row[12:],
            universe=nearest_covariance(_square(each[:, 0])),
            error=nearest_covariance(_square(each[:, 1:].sum(axis=1)) + shift),
        )
        for row, each in zip(found.replicates, variances, strict=True)
    ]
    return models, found.n_clusters


def _square(three: Floats) -> Floats:
    return np.array([[three[0], three[1]], [three[1], three[2]]])
