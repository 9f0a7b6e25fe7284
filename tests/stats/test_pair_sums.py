"""What each person adds to all pairs: counted one by one, by a second package, and as resamples say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evalkit.stats import estimate_rank_agreement
from evalkit.stats.pair_sums import sum_pairs

PEOPLE = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-3, 3), st.integers(0, 2)), min_size=1, max_size=40
)


def one_by_one(x, y, strata):
    same = np.equal.outer(strata, strata)
    dx, dy = (np.sign(np.subtract.outer(each, each)) * same for each in (x, y))
    return (dx * dy).sum(axis=1), np.abs(dx).sum(axis=1), np.abs(dy).sum(axis=1)


@given(PEOPLE)
def test_sums_are_those_of_pairs_looked_at_one_by_one(people):
    x, y, strata = np.array(people).T
    strata = np.unique(strata, return_inverse=True)[1]
    found = sum_pairs(x / 2, y / 2, strata)
    for got, wanted in zip(
        (found.agree, found.untied_first, found.untied_second), one_by_one(x, y, strata), strict=True
    ):
        assert got.tolist() == wanted.tolist()


def test_tau_is_that_of_scipy(rng):
    x, y = rng.integers(0, 50, (2, 3_000))
    found = sum_pairs(x, x + 2 * y, np.zeros(3_000, dtype=int))
    assert found.tau() == pytest.approx(scipy.stats.kendalltau(x, x + 2 * y).statistic, rel=1e-12)


@pytest.mark.parametrize("size", [1, 20])
def test_the_interval_is_that_of_resamples(rng, size):
    """Ends differ by less than a twelfth of the width, which 2 000 resamples leave uncertain themselves."""
    clusters = np.arange(2_000) // size
    shared = rng.normal(size=(2, clusters.max() + 1))[:, clusters]
    x, y = shared + rng.normal(size=(2, 2_000))
    y = y + 0.7 * x
    strata = clusters % 4
    drawn = estimate_rank_agreement(x, y, strata=strata, clusters=clusters, n_boot=2_000, rng=rng)
    low, high = sum_pairs(x, y, strata).tau_interval(clusters, 0.95)
    assert [low, high] == pytest.approx(
        [drawn.conf_low, drawn.conf_high], abs=(drawn.conf_high - drawn.conf_low) / 12
    )


def test_people_of_one_cluster_are_less_than_as_many_of_their_own(rng):
    clusters = np.repeat(np.arange(50), 20)
    shared = rng.normal(size=(2, 50))[:, clusters]
    x, y = shared + 0.3 * rng.normal(size=(2, 1_000))
    sums = sum_pairs(x, y, np.zeros(1_000, dtype=int))
    width = [np.ptp(sums.tau_interval(codes, 0.95)) for codes in (clusters, np.arange(1_000))]
    assert width[0] > 2 * width[1]


def test_the_same_order_has_no_error():
    sums = sum_pairs(np.arange(9.0), np.arange(9.0), np.zeros(9, dtype=int))
    assert sums.tau_interval(np.arange(9), 0.95) == (1.0, 1.0)


def test_more_people_than_can_be_drawn_anew_get_an_answer_of_the_same_kind(rng):
    n = 6_400
    strata, clusters = np.arange(n) % 2, np.arange(n) // 8 * 2 + np.arange(n) % 2
    x = rng.normal(size=n) + 5 * strata
    y = x + rng.normal(size=n)
    found = estimate_rank_agreement(x, y, strata=strata, clusters=clusters, n_boot=2_000, rng=rng)
    by_place = [scipy.stats.kendalltau(x[strata == each], y[strata == each]).statistic for each in (0, 1)]
    assert found.estimate == pytest.approx(np.mean(by_place))
    assert found.conf_low < found.estimate < found.conf_high < found.pooled_low
    assert found.pooled == pytest.approx(scipy.stats.kendalltau(x, y).statistic)
    assert (found.n, found.n_strata, found.n_failed) == (n, 2, 0)


def test_nobody_but_one_has_no_tau():
    assert np.isnan(sum_pairs(np.array([1.0]), np.array([2.0]), np.array([0])).tau())
