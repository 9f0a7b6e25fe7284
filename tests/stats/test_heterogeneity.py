"""How far several estimates lie apart beyond their errors."""

import numpy as np
import pytest
from scipy.stats import chi2

from evalkit.errors import DesignError
from evalkit.stats import estimate_heterogeneity

#: Thirteen trials of BCG against tuberculosis (Colditz et al. 1994; metafor's dat.bcg): cases and others,
#: vaccinated then control.
BCG = np.array([
    [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
    [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892],
    [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197],
    [5, 2493, 3, 2338], [27, 16886, 29, 17825],
])  # fmt: skip
PRINTED = 6e-5


@pytest.fixture(scope="module")
def trials():
    a, b, c, d = BCG.T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_the_spread_of_thirteen_trials_is_the_published_one(trials):
    found = estimate_heterogeneity(*trials)
    # metafor: rma(method = "PM") has tau^2 0.3181; confint() 0.1197 to 1.1115; Q(df = 12) = 152.2330
    assert found.estimate**2 == pytest.approx(0.3181, abs=PRINTED)
    assert (found.conf_low**2, found.conf_high**2) == pytest.approx((0.1197, 1.1115), abs=PRINTED)
    assert (found.statistic, found.df) == (pytest.approx(152.2330, abs=PRINTED), 12)


def test_with_equal_variances_it_is_one_way_analysis_of_variance():
    y = np.random.default_rng(2).normal(size=30)
    found = estimate_heterogeneity(y, np.full(30, 0.2))
    assert found.estimate**2 == pytest.approx(y.var(ddof=1) - 0.2)
    assert found.mean == pytest.approx(y.mean())
    assert found.mean_high - found.mean == pytest.approx(2.04523 * y.std(ddof=1) / np.sqrt(30), rel=1e-4)


def test_order_and_origin_change_nothing_and_the_unit_changes_all_alike(trials):
    y, v = trials
    one, other = estimate_heterogeneity(y, v), estimate_heterogeneity(10 * y[::-1] + 3, 100 * v[::-1])
    assert (other.estimate, other.conf_high) == pytest.approx((10 * one.estimate, 10 * one.conf_high))
    assert other.mean == pytest.approx(10 * one.mean + 3)


def test_estimates_closer_than_their_errors_have_no_spread():
    found = estimate_heterogeneity([1.0, 1.1, 0.9, 1.0], [1.0] * 4)
    assert found.estimate == 0.0
    assert np.isnan([found.conf_low, found.conf_high]).all()  # even no spread is too much
    assert (
        found.caveat
        == "closer together than chance lets expect, so that no spread fits and there is no interval"
    )
    assert found.p_value > 0.99


def test_an_interval_ends_where_the_sum_of_squares_is_as_chance_lets_expect():
    y, v = np.array([1.0, 1.9, 0.6, 1.2, 1.4]), np.full(5, 0.3)
    found = estimate_heterogeneity(y, v)
    assert (found.estimate, found.conf_low) == (0.0, 0.0)
    assert found.caveat.startswith("at the boundary")
    squares = np.sum((y - y.mean()) ** 2) / (0.3 + found.conf_high**2)
    assert squares == pytest.approx(chi2.ppf(0.025, 4))


def test_as_many_intervals_are_empty_as_the_level_lets_expect():
    y = np.random.default_rng(5).normal(0, 1, (2000, 6))
    empty = [np.isnan(estimate_heterogeneity(row, np.ones(6)).conf_high) for row in y]
    assert np.mean(empty) == pytest.approx(0.025, abs=0.01)


def test_refusals_of_a_spread():
    with pytest.raises(DesignError, match="at least three estimates"):
        estimate_heterogeneity([1.0, 2.0], [1.0, 1.0])
    with pytest.raises(DesignError, match="each variance above zero"):
        estimate_heterogeneity([1.0, 2.0, 3.0], [1.0, 0.0, 1.0])
