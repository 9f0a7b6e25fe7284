"""Means of groups with one pooled spread."""

import numpy as np
import pytest
import statsmodels.api as sm

from evalkit.errors import DesignError
from evalkit.stats import estimate_group_means


def test_means_and_intervals_are_those_of_an_analysis_of_variance():
    """statsmodels: least squares on one column a group, and on the deviations from each group's mean."""
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 5, 60)
    values = rng.normal(groups, 2.0)
    found = estimate_group_means(values, groups, conf_level=0.9)
    fit = sm.OLS(values, np.eye(5)[groups]).fit()
    ends = np.column_stack([found.conf_low, found.conf_high])
    np.testing.assert_allclose(found.estimate, fit.params)
    np.testing.assert_allclose(ends, fit.conf_int(0.1))
    weights = np.bincount(groups) / 60
    whole = fit.t_test(weights[None]).conf_int(0.1)[0]
    np.testing.assert_allclose([found.overall_low, found.overall_high], whole)
    assert found.overall == pytest.approx(values.mean())


def test_the_order_of_values_changes_nothing_and_a_shift_shifts():
    rng = np.random.default_rng(2)
    groups, values = rng.integers(0, 3, 30), rng.normal(size=30)
    found = estimate_group_means(values, groups)
    order = rng.permutation(30)
    again = estimate_group_means(values[order] + 10, groups[order])
    np.testing.assert_allclose(again.estimate, found.estimate + 10)
    np.testing.assert_allclose(again.conf_low, found.conf_low + 10)
    assert again.sd == pytest.approx(found.sd)


def test_the_spread_inside_a_group_does_not_change_its_own_interval_alone():
    alike, apart = [5.0, 5.0, 5.0, 5.0], [1.0, 9.0, 1.0, 9.0]
    found = estimate_group_means([*alike, *apart], np.repeat([0, 1], 4))
    half = found.conf_high - found.estimate
    assert half[0] == pytest.approx(half[1])


def test_a_spread_of_nothing_is_the_least_that_was_asked_for():
    assert estimate_group_means([3, 3, 3], [0, 0, 1]).sd == 0
    found = estimate_group_means([3, 3, 3], [0, 0, 1], least_sd=2.0)
    assert found.sd == 2.0
    assert (found.conf_low < 3).all()


@pytest.mark.parametrize(
    ("values", "groups"),
    [([1.0, np.nan, 2.0], [0, 0, 1]), ([1.0, 2.0, 3.0], [0, 0, 2]), ([1.0, 2.0], [0, 1])],
)
def test_what_cannot_have_a_pooled_spread_is_refused(values, groups):
    with pytest.raises(DesignError, match="somebody in every group, two values in one"):
        estimate_group_means(values, groups)
