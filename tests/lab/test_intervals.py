"""Intervals from two halves of a year cover as they should where halves show all error."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from evalkit.lab.intervals import CONF_LEVEL, cover, find_partners, standard_error, tell_apart

N = 40_000


@pytest.fixture(scope="module")
def halves():
    """Truth with SD 1, and two halves with errors of SD 0.8 of their own."""
    rng = np.random.default_rng(1)
    truth = rng.normal(size=N)
    odd, even = truth + rng.normal(scale=0.8, size=(2, N))
    return truth, odd, even + 0.3  # all are better in the even quarters


def test_the_error_is_that_of_the_mean_of_two_halves(halves):
    _, odd, even = halves
    error = standard_error(odd[None], even[None], np.arange(N) % 5)
    assert error == pytest.approx([0.8 / np.sqrt(2)], rel=4 / np.sqrt(2 * N))  # four standard errors


def test_intervals_cover_where_halves_show_all_error(halves):
    truth, odd, even = halves
    error = standard_error(odd[None], even[None], np.zeros(N, int))
    missed = ((odd + even - 0.3) / 2 - truth)[None]
    margin = 4 * np.sqrt(CONF_LEVEL * (1 - CONF_LEVEL) / N)
    assert cover(missed, error) == pytest.approx([CONF_LEVEL], abs=margin)


def test_error_that_stays_the_same_is_not_seen_and_intervals_do_not_cover(halves):
    truth, odd, even = halves
    halo = np.random.default_rng(2).normal(size=N)
    error = standard_error((odd + halo)[None], (even + halo)[None], np.zeros(N, int))
    missed = ((odd + even - 0.3) / 2 + halo - truth)[None]
    expected = 2 * norm.cdf(1.96 * np.sqrt(0.32 / 1.32)) - 1
    assert cover(missed, error) == pytest.approx([expected], abs=0.02)


def test_power_is_that_of_two_normal_scores(halves):
    truth, odd, even = halves
    partners = find_partners(truth, np.zeros(N, int), 1.0)
    error = standard_error(odd[None], even[None], np.zeros(N, int))
    power = tell_apart(((odd + even) / 2)[None], error, partners)
    spread = np.sqrt(2) * 0.8 / np.sqrt(2)
    assert power == pytest.approx([norm.sf(norm.ppf(0.975) - 1 / spread)], abs=0.02)


def test_partners_are_one_standard_deviation_apart_and_of_one_place():
    rng = np.random.default_rng(3)
    truth, place = rng.normal(size=600), rng.integers(0, 3, 600)
    lower, higher = find_partners(truth, place, 1.0)
    assert len(lower) > 300
    assert (place[lower] == place[higher]).all()
    assert np.abs(truth[higher] - truth[lower] - 1).max() <= 0.1
    for a, b in zip(lower[:50], higher[:50], strict=True):
        others = np.flatnonzero((place == place[a]) & (np.arange(600) != a))
        assert np.abs(truth[b] - truth[a] - 1) == pytest.approx(np.abs(truth[others] - truth[a] - 1).min())


def test_nobody_is_paired_where_nobody_is_that_far_apart():
    for truth in (np.zeros(5), np.array([0.0, 3.0, 9.0]), np.array([1.0])):
        lower, higher = find_partners(truth, np.zeros(len(truth), int), 1.0)
        assert len(lower) == len(higher) == 0
    nobody = np.array([], int), np.array([], int)
    assert np.isnan(tell_apart(np.zeros((2, 3)), np.ones(2), nobody)).all()


def test_without_halves_there_is_no_error_no_coverage_and_no_power():
    none = np.full((1, 4), np.nan)
    error = standard_error(none, none, np.zeros(4, int))
    assert np.isnan(error).all()
    assert np.isnan(cover(np.zeros((1, 4)), error)).all()
    assert np.isnan(tell_apart(np.zeros((1, 4)), error, (np.array([0]), np.array([1])))).all()


def test_who_has_no_score_is_not_told_apart_and_has_no_interval():
    year = np.array([[0.0, np.nan, 9.0]])
    assert tell_apart(year, np.ones(1), (np.array([0, 1]), np.array([2, 2]))).tolist() == [0.5]
    assert cover(year, np.ones(1)).tolist() == [0.5]
