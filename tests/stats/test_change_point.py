"""The most likely step: a brute-force search, simulation, edges and refusals."""

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import estimate_step

#: Annual flow of the Nile at Aswan, 1871 to 1920; Cobb (1978), Biometrika 65:243: the change is after 1898.
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799,
    958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916,
    692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821,
]  # fmt: skip


def test_the_nile_changed_after_1898():
    step = estimate_step(NILE, np.ones(len(NILE)), sigma=125.0)
    assert 1871 + step.first == 1899
    assert 1871 + step.first_low <= 1899 <= 1871 + step.first_high <= 1903
    before, after = np.mean(NILE[:28]), np.mean(NILE[28:])
    assert step.estimate == pytest.approx(after - before)
    assert step.p_value < 0.001


def test_it_is_the_split_with_the_highest_likelihood():
    rng = np.random.default_rng(4)
    n = rng.integers(1, 6, 30)
    x = rng.normal(size=30) / np.sqrt(n) + np.where(np.arange(30) >= 17, 0.8, 0)
    losses = []
    for first in range(1, 30):
        parts = (slice(0, first), slice(first, 30))
        losses.append(sum((n[p] * (x[p] - np.average(x[p], weights=n[p])) ** 2).sum() for p in parts))
    assert estimate_step(x, n, sigma=1.0).first == 1 + int(np.argmin(losses))


def test_shifting_scaling_and_turning_time_round_move_it_alike():
    rng = np.random.default_rng(5)
    x = rng.normal(size=20) + np.where(np.arange(20) >= 8, 2, 0)
    one = estimate_step(x, np.ones(20), sigma=1.0)
    moved = estimate_step(10 + 3 * x, np.ones(20), sigma=3.0)
    assert (moved.first, moved.first_low, moved.first_high) == (one.first, one.first_low, one.first_high)
    assert moved.estimate == pytest.approx(3 * one.estimate)
    back = estimate_step(x[::-1], np.ones(20), sigma=1.0)
    assert (back.first, back.first_low, back.first_high) == (
        20 - one.first,
        20 - one.first_high,
        20 - one.first_low,
    )


@pytest.mark.parametrize("n_points", [16, 40])
def test_a_series_without_a_step_is_seldom_called_changed(n_points):
    rng = np.random.default_rng(6)
    p = [estimate_step(rng.normal(size=n_points), np.ones(n_points), sigma=1.0).p_value for _ in range(1500)]
    error = np.sqrt(0.05 * 0.95 / 1500)
    assert np.mean(np.array(p) < 0.05) < 0.05 + 3 * error
    assert np.mean(np.array(p) < 0.05) > 0.02  # and not never


def test_a_large_step_leaves_no_doubt_of_its_time():
    x = np.repeat([0.0, 9.0], [7, 5])
    step = estimate_step(x, np.ones(12), sigma=1.0)
    assert (step.first, step.first_low, step.first_high) == (7, 7, 7)


@pytest.mark.parametrize(
    ("means", "n", "sigma", "message"),
    [
        ([1, 2, 3], [1, 1, 1], 1.0, "at least 6 points, each the mean of some cases; there are 3"),
        ([1] * 6, [1] * 5 + [0], 1.0, "at least 6 points"),
        ([1] * 6, [1] * 6, 0.0, "their standard deviation is 0"),
    ],
)
def test_what_cannot_be_is_refused(means, n, sigma, message):
    with pytest.raises(DesignError, match=message):
        estimate_step(means, n, sigma)


@pytest.mark.parametrize("noise", [-1e-13, 0.0, 1e-13])
def test_of_two_splits_that_are_equally_likely_the_first_is_taken_whatever_the_last_digit_says(noise):
    step = estimate_step([3, 0, 0, 0, 0, 0, 0, 3 + noise], [4] * 8, sigma=1)
    assert step.first == 1
    assert step.estimate == pytest.approx(-18 / 7)
