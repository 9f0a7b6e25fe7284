"""The same predikat twice, from the two ratings of the matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from benchmarks.coverage.simulation import Ends, ends, simulate
from evalkit import stats
from evalkit.compare.pattern import allocate_by

UNIVERSE = np.array([[100.0, 60], [60, 80]])
OCCASION = np.array([[20.0, 5], [5, 30]])
RATER = np.array([[60.0, 40], [40, 50]])
RESIDUAL = np.array([[100.0, 20], [20, 120]])
MATRIX = stats.CategoryMatrix(  # that of PermenPANRB 6/2022; a sixth is below and a sixth above expectation
    cuts=np.array([[-10.0, 10], [-9, 9]]), categories=np.array([[0, 2, 2], [1, 3, 3], [1, 3, 4]])
)
FREE: dict[str, Any] = {"sizes": [200]}
PATTERN: dict[str, Any] = {"sizes": [10], "allocations": [allocate_by("butuh_perbaikan")]}  # each agency's


def expected(drawn: dict[str, Any]) -> dict[str, float]:
    """Draw so many people that what is left of chance is a hundredth of an interval's width."""
    error = OCCASION / 4 + RATER / 3 + RESIDUAL / 12
    model = stats.TwoScores(means=np.zeros(2), universe=UNIVERSE, error=error)
    found = stats.simulate_pair_consistency(
        model, MATRIX, n_draws=-(-400_000 // sum(drawn["sizes"])), rng=np.random.default_rng(1), **drawn
    )
    return {"same_predikat_share": found.agreement, "predikat_kappa": found.kappa}


TRUTH, TRUTH_OF_AGENCIES = expected(FREE), expected(PATTERN)


def appraise(
    rng: Generator, n: int, n_units: int, shared: float
) -> tuple[stats.CovarianceComponents, np.ndarray]:
    """Rate people in units that have a share of what tells people apart; by 3 raters each, 4 times."""
    layers = {
        (n, 1, 1): (1 - shared) * UNIVERSE,
        (n, 4, 1): OCCASION,
        (n, 1, 3): RATER,
        (n, 4, 3): RESIDUAL,
    }
    values = sum(rng.multivariate_normal([0, 0], cov, size=size) for size, cov in layers.items())
    of_units = rng.multivariate_normal([0, 0], shared * UNIVERSE, size=(n_units, 1, 1))
    values = values + np.repeat(of_units, n // n_units, axis=0)
    person, occasion, rater, part = (index.ravel() for index in np.indices(values.shape))
    table = stats.RatingTable(
        values=values.ravel(),
        objects=person,
        parts=part,
        occasions=occasion,
        raters=3 * person + rater,
        holder=np.arange(n),
    )
    components = stats.estimate_covariance_components(
        [table], n_parts=2, rated=[True, True], shared_panel=[False, False]
    )
    return components, values.mean(axis=(1, 2))


@simulate("60 people, 4 occasions by 3 raters of their own", **TRUTH)
def predikat(rng: Generator) -> Ends:
    components, points = appraise(rng, 60, 60, 0.0)
    found = stats.estimate_category_consistency(
        components, np.eye(2), points, MATRIX, n_boot=99, rng=rng, n_drawn=10_000, n_drawn_again=3_000
    )
    return ends(found, "agreement", "kappa")


@simulate("20 units of 6 people, a fifth between units", **TRUTH)
def predikat_of_units(rng: Generator) -> Ends:
    units = np.repeat(np.arange(20), 6)
    components, points = appraise(rng, 120, 20, 0.2)
    found = stats.estimate_category_consistency(
        components,
        np.eye(2),
        points,
        MATRIX,
        n_boot=99,
        rng=rng,
        clusters=units,
        n_drawn=10_000,
        n_drawn_again=3_000,
    )
    return ends(found, "agreement", "kappa")


@simulate("12 agencies of 10 people that follow a distribution pattern", **TRUTH_OF_AGENCIES)
def predikat_of_agencies(rng: Generator) -> Ends:
    agencies = np.repeat(np.arange(12), 10)
    components, points = appraise(rng, 120, 120, 0.0)
    found = stats.estimate_category_consistency(
        components,
        np.eye(2),
        points,
        MATRIX,
        n_boot=99,
        rng=rng,
        clusters=agencies,
        n_drawn=10_000,
        n_drawn_again=3_000,
        **PATTERN,
    )
    return ends(found, "agreement", "kappa")
