"""Ranks and selections: published answers, a second package, properties, traps, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError
from evalkit.stats import (
    bootstrap,
    estimate_concordance,
    estimate_decision_agreement,
    estimate_rank_agreement,
)
from evalkit.stats.clustered_ranks import ClusteredRanks
from evalkit.stats.resampling import draw_counts
from evalkit.stats.weighted_ranks import select_top, weighted_concordance

# Siegel (1956), Nonparametric Statistics, table 9.1: three executives rank six applicants
APPLICANTS = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]).T


def test_three_executives_of_siegel_1956_agree_16(rng):
    found = estimate_concordance(APPLICANTS, n_boot=100, rng=rng)
    assert found.estimate == pytest.approx(0.16, abs=0.005)
    rho = scipy.stats.spearmanr(APPLICANTS).statistic[np.triu_indices(3, 1)]
    assert found.mean_rank_correlation == pytest.approx(rho.mean())


def test_w_with_ties_is_friedmans_statistic_over_its_largest_value(rng):
    scores = rng.integers(0, 5, (30, 4))
    other = scipy.stats.friedmanchisquare(*scores).statistic / (4 * 29)
    assert estimate_concordance(scores, n_boot=10, rng=rng).estimate == pytest.approx(other)


def test_w_of_drawn_people_is_that_of_their_rows(rng):
    scores = rng.integers(0, 5, (30, 3)).astype(float)
    drawn = rng.integers(0, 30, 30)
    counts = np.bincount(drawn, minlength=30)[None, :].astype(float)
    by_rows = weighted_concordance(np.ones((1, 30)), scores[drawn])
    np.testing.assert_allclose(weighted_concordance(counts, scores), by_rows)


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_ranks_of_drawn_clusters_are_those_of_their_people(rng, digits):
    """All numbers are halves of whole ones: the same to the bit."""
    scores, clusters = rng.normal(size=(90, 3)).round(digits), rng.permutation(np.arange(90) % 12)
    drawn = rng.multinomial(12, np.full(12, 1 / 12), size=40).astype(float)
    found = ClusteredRanks.of(scores, clusters).concordance(drawn)
    assert found.tolist() == weighted_concordance(drawn[:, clusters], scores).tolist()


@pytest.mark.parametrize("size", [1, 5])
def test_intervals_of_clusters_are_those_of_weights(rng, size):
    scores, clusters = rng.normal(size=(60, 3)).round(1), np.arange(60) // size
    units = None if size == 1 else [f"unit {code:02}" for code in clusters]
    found = estimate_concordance(scores, n_boot=200, rng=np.random.default_rng(7), clusters=units)
    wanted = bootstrap(
        weighted_concordance, scores, n_boot=200, rng=np.random.default_rng(7), clusters=clusters
    )
    assert (found.estimate, found.conf_low) == (float(wanted.estimate), float(wanted.conf_low))


def test_w_ignores_monotone_rescaling_and_is_1_for_one_order(rng):
    x = rng.normal(size=(20, 3))
    rescaled = np.column_stack([np.exp(x[:, 0]), 5 * x[:, 1] - 2, x[:, 2] ** 3])
    first, second = (estimate_concordance(each, n_boot=5, rng=rng).estimate for each in (x, rescaled))
    assert first == pytest.approx(second)
    same = np.column_stack([x[:, 0], np.exp(x[:, 0])])
    assert estimate_concordance(same, n_boot=5, rng=rng).estimate == pytest.approx(1)


def test_tau_is_that_of_scipy_with_ties(rng):
    x, y = rng.integers(0, 6, (2, 80))
    found = estimate_rank_agreement(x, y, n_boot=50, rng=rng)
    assert found.estimate == pytest.approx(scipy.stats.kendalltau(x, y).statistic)
    assert found.pooled == found.estimate
    assert found.conf_low < found.estimate < found.conf_high


def test_tau_of_drawn_people_is_that_of_their_rows(rng):
    """Copies of one person tie with one another, as rows of the resample do."""
    x, y = rng.normal(size=(2, 25)).round(1)
    found = estimate_rank_agreement(x, y, n_boot=40, rng=np.random.default_rng(3))
    draws = draw_counts(25, 40, np.random.default_rng(3)).astype(int)
    slow = [scipy.stats.kendalltau(np.repeat(x, row), np.repeat(y, row)).statistic for row in draws]
    tail = scipy.stats.norm.cdf(np.sqrt(25 / 24) * scipy.stats.t.ppf(0.025, 24))  # Hesterberg 2015, expanded
    low, high = np.quantile(slow, [tail, 1 - tail])
    assert (found.conf_low, found.conf_high) == pytest.approx((low, high))


def test_tau_within_places_compares_nobody_across_them(rng):
    x, y = rng.normal(size=(2, 60))
    place = np.repeat([0, 1, 2], 20)
    found = estimate_rank_agreement(x, y, strata=place, n_boot=20, rng=rng)
    shifted = estimate_rank_agreement(x + 9 * place, y + 9 * place, strata=place, n_boot=20, rng=rng)
    taus = [scipy.stats.kendalltau(x[place == p], y[place == p]).statistic for p in range(3)]
    assert found.estimate == pytest.approx(np.mean(taus))
    assert shifted.estimate == pytest.approx(found.estimate)
    assert shifted.pooled > 0.5


@pytest.mark.pitfall(1)
def test_places_that_differ_look_like_agreement_when_they_are_pooled(rng):
    """Nothing in common within a place, levels in common: over 100 replicates the error of a mean is .005."""
    found = []
    for _ in range(100):
        place = np.repeat(np.arange(5), 40)
        level = rng.normal(size=5)[place]
        x, y = level + rng.normal(size=(2, 200))
        found.append(estimate_rank_agreement(x, y, strata=place, n_boot=1, rng=rng))
    within = np.array([each.estimate for each in found])
    pooled = np.array([each.pooled for each in found])
    assert within.mean() == pytest.approx(0, abs=4 * within.std() / 10)
    assert pooled.mean() > 0.15
    assert pooled.mean() > 5 * pooled.std() / 10


def test_clusters_of_copies_keep_the_interval_of_the_originals(rng):
    x, y = rng.normal(size=(2, 40))
    once = estimate_rank_agreement(x, y, n_boot=400, rng=np.random.default_rng(1))
    copies = np.repeat(np.arange(40), 3)
    again = estimate_rank_agreement(
        x[copies], y[copies], clusters=copies, n_boot=400, rng=np.random.default_rng(1)
    )
    naive = estimate_rank_agreement(x[copies], y[copies], n_boot=400, rng=rng)
    assert (again.conf_low, again.conf_high) == pytest.approx((once.conf_low, once.conf_high))
    assert naive.conf_high - naive.conf_low < 0.7 * (once.conf_high - once.conf_low)


def test_tau_and_w_cover(rng):
    """Normal pairs with r = .5 (tau 1/3), and three with r = .5 in the population; 400 replicates (.011)."""
    large = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 3))
    w = estimate_concordance(large, n_boot=1, rng=rng).estimate
    hits = np.zeros(2)
    for _ in range(400):
        x = rng.normal(size=(60, 1)) + rng.normal(size=(60, 3))
        tau = estimate_rank_agreement(x[:, 0], x[:, 1], n_boot=300, rng=rng)
        agree = estimate_concordance(x, n_boot=300, rng=rng)
        hits += [tau.conf_low <= 1 / 3 <= tau.conf_high, agree.conf_low <= w <= agree.conf_high]
    assert (hits / 400 > 0.91).all()


def test_the_same_selection_agrees_wholly_and_an_opposite_one_not_at_all(rng):
    x = rng.normal(size=50)
    same = estimate_decision_agreement(x, np.exp(x), selected_share=0.2, n_boot=20, rng=rng)
    turned = estimate_decision_agreement(x, -x, selected_share=0.2, n_boot=20, rng=rng)
    assert (same.estimate, turned.estimate) == (1, 0)
    assert same.by_chance == 0.2


def test_unrelated_scores_agree_by_chance(rng):
    found = estimate_decision_agreement(*rng.normal(size=(2, 20_000)), selected_share=0.3, n_boot=2, rng=rng)
    assert found.estimate == pytest.approx(0.3, abs=0.02)


def test_the_lowest_are_the_highest_of_the_turned_scores(rng):
    x, y = rng.normal(size=(2, 60))
    options = {"selected_share": 0.25, "n_boot": 30}
    low = estimate_decision_agreement(x, y, lowest=True, rng=np.random.default_rng(1), **options)
    assert low == estimate_decision_agreement(-x, -y, rng=np.random.default_rng(1), **options)


def test_ties_at_the_cut_off_share_what_is_left():
    selected = select_top(np.array([3.0, 2, 2, 2, 1]), np.array([0.4, 1]))
    np.testing.assert_allclose(selected, [[1, 1 / 3, 1 / 3, 1 / 3, 0], [1, 1, 1, 1, 1]])


def test_each_place_selects_its_own_share(rng):
    """By one list the better place would take all the selections."""
    place = np.repeat([0, 1], 20)
    x, y = rng.normal(size=(2, 40)) + 100 * place
    found = estimate_decision_agreement(x, y, selected_share=0.5, strata=place, n_boot=5, rng=rng)
    assert found.estimate < 0.9
    assert estimate_decision_agreement(x, y, selected_share=0.5, n_boot=5, rng=rng).estimate == 1


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (range(4), range(4), "at least 5 people with two scores"),
        (range(5), range(6), r"the shapes are \(5,\), \(6,\)"),
        ([1, 2, 3, 4, np.nan], range(5), "complete pairs of scores"),
        ([1] * 6, range(6), "scores that vary within a place|failed in"),
        ([1] * 6_001, range(6_001), "scores that vary within a place"),
    ],
)
def test_pairs_without_a_rank_agreement_are_refused(rng, first, second, message):
    with pytest.raises(DesignError, match=message):
        estimate_rank_agreement(list(first), list(second), n_boot=5, rng=rng)


def test_rankings_and_selections_that_say_nothing_are_refused(rng):
    with pytest.raises(DesignError, match=r"Rankings \[1\] \(counted from 0\) hold equal scores only"):
        estimate_concordance([[1, 2], [2, 2], [3, 2]], n_boot=5, rng=rng)
    with pytest.raises(DesignError, match="three or more people; there are 2"):
        estimate_concordance([[1, 2], [2, 1]], n_boot=5, rng=rng)
    with pytest.raises(DesignError, match="between 0 and 1 of the people; it is 1"):
        estimate_decision_agreement(range(5), range(5), selected_share=1, n_boot=5, rng=rng)
    with pytest.raises(DesignError, match="5% of 5 people is nobody"):
        estimate_decision_agreement(range(5), range(5), selected_share=0.05, n_boot=5, rng=rng)
    with pytest.raises(DesignError, match="complete pairs of scores"):
        estimate_decision_agreement([1, np.nan], [1, 2], selected_share=0.5, n_boot=5, rng=rng)
