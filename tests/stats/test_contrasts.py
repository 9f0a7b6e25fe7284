"""Clustered contrasts and the wild bootstrap: second implementations, properties, edges, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

from evalkit.errors import DesignError, UsageError
from evalkit.stats import (
    bootstrap,
    estimate_contrast,
    fit_variance_components,
    standardise_differences,
    wild_cluster_bootstrap,
)


@pytest.fixture
def grouped(rng):
    """Twelve clusters of unequal size; the last column varies by cluster and the second within."""
    codes = np.repeat(np.arange(12), rng.integers(4, 15, size=12))
    X = np.column_stack([np.ones(len(codes)), rng.normal(size=len(codes)), (np.arange(12) % 2)[codes]])
    y = X @ [1, 0.5, 0.3] + rng.normal(size=12)[codes] + rng.normal(size=len(codes))
    return y, X, codes


def test_without_clusters_it_is_the_paired_t_test(rng):
    a, b = rng.normal(size=(2, 25))
    found = estimate_contrast(a - b)
    other = stats.ttest_rel(a, b)
    assert (found.statistic, found.p_value, found.df) == pytest.approx(
        (other.statistic, other.pvalue, other.df)
    )
    assert (found.conf_low, found.conf_high) == pytest.approx(tuple(other.confidence_interval(0.95)))


def test_cr1_is_the_sandwich_of_statsmodels(grouped):
    y, X, codes = grouped
    fit = OLS(y, X).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    found = estimate_contrast(y, X, clusters=codes, correction="CR1")
    assert (found.estimate, found.std_error) == pytest.approx((fit.params[-1], fit.bse[-1]))
    assert found.p_value == pytest.approx(fit.pvalues[-1])


def test_cr3_is_the_jackknife_over_clusters(grouped):
    y, X, codes = grouped
    whole = np.linalg.lstsq(X, y)[0]
    left_out = [np.linalg.lstsq(X[codes != g], y[codes != g])[0] for g in range(12)]
    moved = (np.array(left_out) - whole) @ [0, 1, -1]
    found = estimate_contrast(y, X, [0, 1, -1], clusters=codes)
    assert found.std_error == pytest.approx(np.sqrt(11 / 12 * np.sum(moved**2)))
    assert (found.df, found.n_clusters) == (11, 12)


def test_cr3_of_single_rows_is_hc3_but_for_a_factor(grouped):
    y, X, _ = grouped
    n = len(y)
    found = estimate_contrast(y, X, clusters=np.arange(n))
    assert found.std_error == pytest.approx(OLS(y, X).fit(cov_type="HC3").bse[-1] * np.sqrt((n - 1) / n))


def test_over_complete_rows_it_estimates_what_a_mixed_model_does(rng):
    """Random intercepts for people cancel out of a difference within people, whatever their variance."""
    scores = rng.normal(size=(30, 1)) + rng.normal(size=(30, 3)) + [0, 0.5, 0.2]
    people, method = np.indices(scores.shape)
    X = np.column_stack([np.ones(90), method.ravel() == 1, method.ravel() == 2]).astype(float)
    mixed = fit_variance_components(scores.ravel(), {"person": people.ravel()}, covariates=X)
    found = estimate_contrast(scores[:, 1] - scores[:, 0])
    assert found.estimate == pytest.approx(mixed.beta[1], abs=1e-8)


def test_row_order_and_labels_change_nothing_and_units_rescale(rng, grouped):
    y, X, codes = grouped
    order = rng.permutation(len(y))
    first = estimate_contrast(y, X, clusters=codes)
    second = estimate_contrast(10 * y[order], X[order], clusters=[f"unit {c}" for c in codes[order]])
    assert second.std_error == pytest.approx(10 * first.std_error)
    assert second.p_value == pytest.approx(first.p_value)


def test_clusters_that_differ_widen_the_interval(rng):
    codes = np.repeat(np.arange(20), 30)
    y = rng.normal(size=20)[codes] + rng.normal(size=600)
    assert estimate_contrast(y, clusters=codes).std_error > 3 * estimate_contrast(y).std_error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcome": [1.0, np.nan, 2.0]}, "A contrast needs complete rows"),
        ({"outcome": [1.0]}, "1 rows are too few for a contrast of 1 coefficients."),
        ({"outcome": [1.0, 2.0, 3.0], "clusters": ["a", "a", "a"]}, "at least two clusters; there is one"),
        ({"outcome": [1.0, 2.0, 3.0], "clusters": ["a", "b"]}, "one cluster per row"),
        ({"outcome": [1.0, 2.0, 3.0], "design": np.ones((3, 2))}, "determined by the others"),
    ],
)
def test_what_has_no_contrast_is_refused(arguments, message):
    with pytest.raises(DesignError, match=message):
        estimate_contrast(**arguments)


def test_a_coefficient_of_one_cluster_alone_is_refused(rng):
    codes = np.repeat(np.arange(4), 5)
    X = np.column_stack([np.ones(20), codes == 3]).astype(float)
    with pytest.raises(DesignError, match="One cluster alone identifies a coefficient"):
        estimate_contrast(rng.normal(size=20), X, clusters=codes)
    with pytest.raises(UsageError, match="A contrast of all zeros compares nothing"):
        estimate_contrast(rng.normal(size=20), X, [0, 0])


def slow_wild_p(y, X, codes, null):
    """Refit every sign pattern with statsmodels, the null imposed by shifting the outcome."""
    n_clusters = codes.max() + 1
    shifted = y - null * X[:, -1]
    restricted = OLS(shifted, X[:, :-1]).fit() if X.shape[1] > 1 else None
    fitted = restricted.fittedvalues if restricted is not None else np.zeros(len(y))
    residuals = shifted - fitted

    def t_value(outcome):
        fit = OLS(outcome, X).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
        return abs(fit.tvalues[-1])

    observed = t_value(shifted)
    draws = [t_value(fitted + residuals * np.array(w)[codes]) for w in product([-1, 1], repeat=n_clusters)]
    return np.mean(np.array(draws) >= observed * (1 - 1e-9))


@pytest.mark.parametrize("columns", [[0], [0, 1, 2]])
@pytest.mark.parametrize("null", [0.0, 0.4])
def test_the_wild_bootstrap_is_a_refit_of_every_sign_pattern(rng, columns, null):
    codes = np.repeat(np.arange(6), [3, 5, 4, 6, 3, 4])
    X = np.column_stack([np.ones(25), rng.normal(size=25), rng.normal(size=25)])[:, columns]
    y = rng.normal(size=6)[codes] + rng.normal(size=25)
    found = wild_cluster_bootstrap(y, X, clusters=codes, n_boot=64, rng=rng, null=null)
    assert found.enumerated
    assert found.p_value == pytest.approx(slow_wild_p(y, X, codes, null))


def test_of_the_mean_it_is_the_sign_flip_permutation_test(rng):
    """Every pattern of signs of the cluster means, as scipy permutes the signs of one sample."""
    means = rng.normal(size=9) + 0.6
    found = wild_cluster_bootstrap(means, clusters=np.arange(9), n_boot=10_000, rng=rng)
    other = stats.permutation_test(
        (means,), lambda x: abs(x.mean()) / x.std(), permutation_type="samples", n_resamples=np.inf
    )
    assert found.p_value == pytest.approx(np.mean(np.abs(other.null_distribution) >= other.statistic - 1e-12))


def test_null_values_inside_the_interval_are_not_refused_and_those_outside_are(grouped, rng):
    y, X, codes = grouped
    seed = 5
    found = wild_cluster_bootstrap(y, X, clusters=codes, n_boot=999, rng=np.random.default_rng(seed))
    width = found.conf_high - found.conf_low
    for null, refused in (
        (found.conf_low + 0.01 * width, False), (found.conf_low - 0.01 * width, True),
        (found.conf_high - 0.01 * width, False), (found.conf_high + 0.01 * width, True),
    ):  # fmt: skip
        again = wild_cluster_bootstrap(
            y, X, clusters=codes, n_boot=999, rng=np.random.default_rng(seed), null=null
        )
        assert (again.p_value <= 0.05) == refused


def test_too_few_clusters_refuse_nothing(rng):
    found = wild_cluster_bootstrap([5.0, 5.1, 5.2], clusters=[1, 2, 3], n_boot=999, rng=rng)
    assert found.p_value == 0.25
    assert (found.conf_low, found.conf_high) == (-np.inf, np.inf)
    webb = wild_cluster_bootstrap([5.0, 5.1, 5.2], clusters=[1, 2, 3], n_boot=999, rng=rng, weights="webb")
    assert webb.enumerated
    assert webb.n_draws == 6**3


def test_a_bootstrap_without_variation_is_refused(rng):
    with pytest.raises(DesignError, match="No cluster differs from the mean"):
        wild_cluster_bootstrap([1.0, 1.0, 1.0], clusters=[1, 2, 3], n_boot=99, rng=rng)
    with pytest.raises(UsageError) as refused:
        wild_cluster_bootstrap([1.0, 2.0], clusters=[1, 2], n_boot=99, rng=rng, weights="mammen")
    assert str(refused.value) == "There are no weights 'mammen'; known are: rademacher, webb"


def test_standardised_differences_are_those_of_resampled_rows(rng):
    values = rng.normal(size=(40, 3)) * [1, 2, 3] + [0, 1, 5]
    drawn = rng.integers(0, 40, size=40)
    weights = np.bincount(drawn, minlength=40)[None, :].astype(float)
    x = values[drawn]
    spread = np.sqrt((x.var(axis=0, ddof=1)[[0, 0, 1]] + x.var(axis=0, ddof=1)[[1, 2, 2]]) / 2)
    expected = (x.mean(axis=0)[[0, 0, 1]] - x.mean(axis=0)[[1, 2, 2]]) / spread
    assert standardise_differences(weights, values)[0] == pytest.approx(expected)
    assert standardise_differences(weights, 7 * values + 100)[0] == pytest.approx(expected)
    assert bootstrap(standardise_differences, values, n_boot=50, rng=rng).conf_low.shape == (3,)


def test_columns_that_do_not_vary_have_no_standardised_difference():
    assert np.isnan(standardise_differences(np.ones((1, 4)), np.tile([1.0, 2.0], (4, 1)))).all()


def test_cr1_with_few_clusters_carries_its_coverage_and_cr3_has_no_caveat(rng):
    y, clusters = rng.normal(size=60), np.repeat(np.arange(12), 5)
    assert "12 clusters a 95 % CR1 interval held the truth in 91 to 93 %" in (
        estimate_contrast(y, clusters=clusters, correction="CR1").caveat
    )
    assert estimate_contrast(y, clusters=clusters).caveat == ""
    assert estimate_contrast(y, clusters=np.arange(60), correction="CR1").caveat == ""
