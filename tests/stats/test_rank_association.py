"""Correlations of two scores."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError
from evalkit.stats import estimate_association


def test_pearsons_interval_agrees_with_scipy(rng):
    x = rng.normal(size=40)
    y = x + rng.normal(size=40)
    other = scipy.stats.pearsonr(x, y)
    found = estimate_association(x, y)
    assert found.estimate == pytest.approx(other.statistic)
    assert (found.conf_low, found.conf_high) == pytest.approx(tuple(other.confidence_interval()))


def test_first_readings_of_bland_and_altman_1986_correlate_94():
    wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    assert estimate_association(wright, mini).estimate == pytest.approx(0.94, abs=0.005)


@pytest.mark.parametrize("coefficient", ["spearman", "kendall"])
def test_rank_coefficients_ignore_monotone_rescaling_and_row_order(rng, coefficient):
    x = rng.normal(size=30)
    y = x + rng.normal(size=30)
    order = rng.permutation(30)
    first = estimate_association(x, y, coefficient=coefficient)
    second = estimate_association(np.exp(x[order]), y[order] ** 3, coefficient=coefficient)
    assert second == first


@pytest.mark.parametrize("coefficient", ["pearson", "spearman", "kendall"])
def test_equal_orders_correlate_one(coefficient):
    found = estimate_association(range(6), range(6), coefficient=coefficient)
    assert (found.conf_low, found.estimate, found.conf_high) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize(("coefficient", "truth"), [("spearman", 0.483), ("kendall", 1 / 3)])
def test_rank_intervals_cover(rng, coefficient, truth):
    """Normal pairs with r = .5: rho = 6/pi asin(r/2), tau = 2/pi asin(r)."""
    hits = 0
    for _ in range(800):
        x = rng.normal(size=43)
        y = 0.5 * x + 0.75**0.5 * rng.normal(size=43)
        found = estimate_association(x, y, coefficient=coefficient)
        hits += found.conf_low <= truth <= found.conf_high
    assert 0.92 < hits / 800 < 0.98


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (range(4), range(4), r"at least 5 pairs; the shapes are \(4,\) and \(4,\)"),
        (range(5), range(6), r"the shapes are \(5,\) and \(6,\)"),
        ([1, 2, 3, 4, np.nan], range(5), "complete pairs"),
        ([1] * 5, range(5), "one of them is constant"),
    ],
)
def test_pairs_without_a_correlation_are_refused(first, second, message):
    with pytest.raises(DesignError, match=message):
        estimate_association(list(first), list(second))
