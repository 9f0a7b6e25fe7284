"""The mean over strata: a weighted mean of what is found within them, and its error."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError
from evalkit.stats import (
    estimate_contrast,
    estimate_stratified_mean,
    estimate_superiority,
    standardise_differences,
)

EXACT = 1e-12  # the same sums in another order


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_two_strata_of_one_size_have_the_error_and_freedom_of_welchs_test(rng):
    """The difference of two means has the variance of their sum, which is twice the stratified mean."""
    first, second = rng.normal(1, 1, size=9), rng.normal(2, 3, size=9)
    found = estimate_stratified_mean(np.r_[first, second], strata=np.repeat([0, 1], 9))
    welch = scipy.stats.ttest_ind(first, -second, equal_var=False)
    assert found.estimate == pytest.approx((first.mean() + second.mean()) / 2, rel=EXACT)
    assert found.statistic == pytest.approx(welch.statistic, rel=EXACT)
    assert found.df == pytest.approx(welch.df, rel=EXACT)
    low, high = welch.confidence_interval()
    assert (2 * found.conf_low, 2 * found.conf_high) == pytest.approx((low, high))
    assert found.p_value == pytest.approx(welch.pvalue)


def test_the_standard_error_is_that_of_stratified_sampling(rng):
    """Cochran (1977), equation 5.6 without finite population: sum of W² s²/n."""
    strata = np.repeat(["a", "b", "c"], [4, 10, 6])
    y = rng.normal(size=20)
    parts = [y[strata == name] for name in "abc"]
    variance = sum((len(part) / 20) ** 2 * part.var(ddof=1) / len(part) for part in parts)
    found = estimate_stratified_mean(y, strata=strata)
    assert found.estimate == pytest.approx(y.mean(), rel=EXACT)
    assert found.std_error == pytest.approx(variance**0.5, rel=EXACT)
    assert 3 <= found.df <= 17


def test_clusters_count_within_their_stratum(rng):
    """One stratum is the cluster-robust mean itself."""
    clusters = np.repeat(np.arange(6), [3, 4, 5, 2, 6, 4])
    y = rng.normal(size=24) + rng.normal(size=6)[clusters]
    one, two = (
        estimate_stratified_mean(y, strata=np.zeros(24), clusters=clusters),
        estimate_contrast(y, clusters=clusters),
    )
    for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value", "df", "n", "n_clusters"):
        assert getattr(one, name) == pytest.approx(getattr(two, name)), name


def test_what_sets_strata_apart_is_no_part_of_the_error(rng):
    strata = np.repeat([0, 1, 2], 8)
    y = rng.normal(size=24)
    near, far = (estimate_stratified_mean(y + shift * strata, strata=strata) for shift in (0, 100))
    assert far.std_error == pytest.approx(near.std_error)
    assert far.estimate == pytest.approx(near.estimate + 100)


def test_names_and_order_change_nothing_and_a_unit_scales(rng):
    strata, clusters = np.repeat([0, 1], 12), np.repeat(np.arange(8), 3)
    y = rng.normal(size=24)
    order = rng.permutation(24)
    first = estimate_stratified_mean(y, strata=strata, clusters=clusters)
    second = estimate_stratified_mean(
        10 * y[order], strata=np.array(["x", "w"])[strata[order]], clusters=-clusters[order]
    )
    assert second.estimate == pytest.approx(10 * first.estimate)
    assert (second.std_error, second.df) == pytest.approx((10 * first.std_error, first.df))


def test_a_constant_has_no_error_and_no_statistic():
    found = estimate_stratified_mean([2.0] * 6, strata=[0, 0, 0, 1, 1, 1])
    assert (found.estimate, found.std_error, found.df) == (2, 0, 4)
    assert np.isnan(found.p_value)


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(DesignError) as refused:
        estimate_stratified_mean([1.0, 2.0, 3.0], strata=[0, 0, 1])
    assert str(refused.value) == (
        "A stratified mean needs two rows or clusters in every stratum; one stratum has a single one. "
        "Leave that stratum out, and say so."
    )
    with pytest.raises(DesignError, match="A cluster reaches over two strata; name clusters of different"):
        estimate_stratified_mean([1.0, 2, 3, 4], strata=[0, 0, 1, 1], clusters=[0, 1, 1, 2])
    with pytest.raises(DesignError, match="the lengths are 2, 1 and 2"):
        estimate_stratified_mean([1.0, 2.0], strata=[0])
    with pytest.raises(DesignError, match="complete rows"):
        estimate_stratified_mean([1.0, np.nan, 3, 4], strata=[0, 0, 1, 1])


def test_the_interval_holds_the_mean_as_often_as_it_says(rng):
    """Three places with 4, 6 and 8 units of 5, intraclass correlation .2, R = 1000: .95, error .007."""
    n_samples, nominal = 1000, 0.95
    strata = np.repeat([0, 1, 2], [20, 30, 40])
    units = np.repeat(np.arange(18), 5)
    held = 0
    for _ in range(n_samples):
        y = np.array([-1.0, 0.0, 0.5])[strata] + 0.5 * rng.normal(size=18)[units] + rng.normal(size=90)
        found = estimate_stratified_mean(y, strata=strata, clusters=units)
        held += found.conf_low <= 0 <= found.conf_high
    error = (nominal * (1 - nominal) / n_samples) ** 0.5
    assert abs(held / n_samples - nominal) < 3 * error


def test_superiority_over_strata_is_the_stratified_mean_of_signs(rng):
    first, second = rng.normal(0.3, 1, 20), rng.normal(size=20)
    strata = np.repeat([0, 1], 10)
    found = estimate_superiority(first, second, paired=True, strata=strata)
    signs = estimate_stratified_mean(np.sign(first - second), strata=strata)
    assert (found.delta, found.std_error) == pytest.approx((signs.estimate, signs.std_error))
    with pytest.raises(DesignError, match="Clusters and strata are used with paired scores only"):
        estimate_superiority(first, second, strata=strata)


def test_standard_deviations_within_strata_leave_out_what_sets_them_apart(rng):
    values = rng.normal(size=(30, 2))
    strata = np.repeat([0, 1, 2], 10)
    once = np.ones((1, 30))
    near = standardise_differences(once, values, strata=strata)
    far = standardise_differences(once, values + 50 * strata[:, None], strata=strata)
    assert far == pytest.approx(near)
    within = np.mean([values[strata == code].var(axis=0, ddof=1) for code in range(3)], axis=0)
    gap = values[:, 0].mean() - values[:, 1].mean()
    assert near[0, 0] == pytest.approx(gap / within.mean() ** 0.5)


def test_weights_of_zero_leave_rows_out_within_strata(rng):
    values, strata = rng.normal(size=(9, 2)), np.repeat([0, 1, 2], 3)
    weights = np.array([[1.0] * 6 + [0.0] * 3])
    left_out = standardise_differences(weights, values, strata=strata)
    assert left_out == pytest.approx(standardise_differences(np.ones((1, 6)), values[:6], strata=strata[:6]))
