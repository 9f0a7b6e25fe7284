"""The same category twice, estimated from what people were given."""

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import (
    CategoryMatrix,
    RatingTable,
    estimate_category_consistency,
    estimate_covariance_components,
)

LEVELS = np.array([[0, 2, 2], [1, 3, 3], [1, 3, 4]])
CUTS = np.array([[-8.0, 8], [-6, 7]])
COVARIANCES = {
    "universe": np.array([[100.0, 60], [60, 80]]),
    "occasion": np.array([[20.0, 5], [5, 30]]),
    "rater": np.array([[60.0, 40], [40, 50]]),
    "residual": np.array([[100.0, 20], [20, 120]]),
}


def draw(rng, n, *, universe=None, noise=1.0):
    """Draw ratings of two parts by two raters on two occasions, shape (n, 2, 2, 2)."""
    shapes = {"universe": (n, 1, 1), "occasion": (n, 2, 1), "rater": (n, 1, 2), "residual": (n, 2, 2)}
    layers = {
        name: (1.0 if name == "universe" else noise) * rng.multivariate_normal([0, 0], cov, shapes[name])
        for name, cov in COVARIANCES.items()
    }
    if universe is not None:
        layers["universe"] = universe
    return sum(layers.values()), layers["universe"]


def components_of(values):
    person, occasion, rater, part = (index.ravel() for index in np.indices(values.shape))
    n_raters = values.shape[2]
    table = RatingTable(
        values=values.ravel(),
        objects=person,
        parts=part,
        occasions=occasion,
        raters=n_raters * person + rater,
        holder=np.arange(len(values)),
    )
    return estimate_covariance_components([table], n_parts=2, rated=[True, True], shared_panel=[False, False])


def estimate(values, cuts=CUTS, *, scores=None, n_boot=40, **options):
    return estimate_category_consistency(
        components_of(values),
        np.eye(2),
        values.mean(axis=(1, 2)) if scores is None else scores,
        CategoryMatrix(cuts=np.asarray(cuts, dtype=float), categories=LEVELS),
        n_boot=n_boot,
        rng=np.random.default_rng(5),
        n_drawn=20_000,
        n_drawn_again=2_000,
        **options,
    )


def test_it_foretells_how_many_get_the_same_category_when_they_are_rated_again():
    rng = np.random.default_rng(1)
    values, universe = draw(rng, 4000)
    again, _ = draw(rng, 4000, universe=universe)
    matrix = CategoryMatrix(cuts=CUTS, categories=LEVELS)
    first, second = (matrix.rate(each.mean(axis=(1, 2))) for each in (values, again))
    same = np.mean(first == second)
    chance = sum(np.mean(first == code) * np.mean(second == code) for code in range(5))
    found = estimate(values)
    assert found.agreement == pytest.approx(same, abs=0.025)
    assert found.kappa == pytest.approx((same - chance) / (1 - chance), abs=0.04)
    assert found.n == found.n_clusters == 4000


def test_other_units_of_measurement_change_nothing():
    values, _ = draw(np.random.default_rng(2), 60)
    found, scaled = estimate(values), estimate(50 + 4 * values, 50 + 4 * CUTS)
    assert scaled.agreement == found.agreement
    assert scaled.kappa_low == pytest.approx(found.kappa_low, abs=1e-9)


def test_more_people_make_the_interval_narrower():
    widths = [
        found.agreement_high - found.agreement_low
        for found in (estimate(draw(np.random.default_rng(3), n)[0]) for n in (40, 640))
    ]
    assert widths[1] < widths[0] / 2


def test_groups_that_are_resampled_widen_the_interval_where_they_hold_people_alike():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(15), 8)
    units = np.repeat(rng.multivariate_normal([0, 0], COVARIANCES["universe"], 15), 8, axis=0)
    values, _ = draw(rng, 120, universe=units[:, None, None, :])
    alone, together = estimate(values), estimate(values, clusters=groups)
    assert (alone.n_clusters, together.n_clusters) == (120, 15)
    assert together.agreement_high - together.agreement_low > alone.agreement_high - alone.agreement_low


def test_without_error_everyone_gets_it_again_and_that_is_sure():
    values, _ = draw(np.random.default_rng(6), 60, noise=0.0)
    found = estimate(values)
    assert (found.agreement, found.agreement_low, found.agreement_high) == pytest.approx((1, 1, 1), abs=1e-14)
    assert (found.kappa_low, found.kappa_high) == pytest.approx((1.0, 1.0), abs=1e-9)


def test_one_category_for_all_leaves_nothing_beyond_chance():
    values, _ = draw(np.random.default_rng(7), 60)
    found = estimate(values, cuts=[[-1e6, 1e6], [-1e6, 1e6]])
    assert found.agreement == found.agreement_low == 1.0
    assert np.isnan([found.kappa, found.kappa_low, found.kappa_high]).all()


def test_a_person_without_one_of_the_scores_counts_as_average_in_it():
    values, _ = draw(np.random.default_rng(8), 60)
    scores = values.mean(axis=(1, 2))
    scores[0, 1] = np.nan
    filled = scores.copy()
    filled[0, 1] = np.nanmean(scores[:, 1])
    assert estimate(values, scores=scores) == estimate(values, scores=filled)


def test_one_group_and_no_group_are_refused():
    values, _ = draw(np.random.default_rng(9), 30)
    with pytest.raises(DesignError, match="at least two rows or clusters to draw from; there is 1"):
        estimate(values, clusters=np.zeros(30, dtype=int))
    with pytest.raises(DesignError, match="Consistency needs groups of at least one"):
        estimate(values, sizes=[])
