"""Confirmatory factors, their fit and what is equal in several groups."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
import yaml
from scipy.optimize import approx_fprime, minimize

from evalkit.errors import DesignError, UsageError
from evalkit.stats import (
    INVARIANCES,
    Moments,
    compare_invariance,
    estimate_factor_omega,
    estimate_omega,
    fit_confirmatory_factors,
    fit_factors_to_moments,
    summarise_items,
)
from evalkit.stats.confirmatory import NO_ERROR, ONE_THING
from evalkit.stats.factor_likelihood import Layout, differentiate, misfit
from evalkit.stats.factor_moments import guess, standardise

THREE = ["visual"] * 3 + ["textual"] * 3 + ["speed"] * 3
# Chi-squared is settled to the eighth decimal; what is printed has three.
CHI_SQUARED = 0.0006
THIRD_DECIMAL = 0.00051
SIX_DECIMALS = 5.1e-7
# Two parametrisations of one model stop within this of one another.
SAME_FIT = 1e-6


def make_items(rng, n, *, loadings=(0.8, 0.7, 0.6, 0.7, 0.6, 0.5), factor=(0, 0, 0, 1, 1, 1), r=0.4):
    m = max(factor) + 1
    skill = rng.multivariate_normal(np.zeros(m), np.full((m, m), r) + (1 - r) * np.eye(m), size=n)
    strengths = np.array(loadings)
    return skill[:, list(factor)] * strengths + rng.normal(size=(n, len(factor))) * np.sqrt(1 - strengths**2)


def moments_of(r, n=200, means=None):
    k = len(r)
    return {"all": Moments(covariance=np.array(r, float), means=np.zeros(k) if means is None else means, n=n)}


class TestPublished:
    """Nine tests of 301 pupils (Holzinger & Swineford 1939) as the R package lavaan has and fits them."""

    def test_the_fit_of_three_factors(self, lavaan_pupils):
        fit = fit_confirmatory_factors(lavaan_pupils.items, THREE).fit
        assert (fit.statistic, fit.df) == (pytest.approx(85.306, abs=CHI_SQUARED), 24)
        indices = [fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr]
        assert indices == pytest.approx([0.931, 0.896, 0.092, 0.071, 0.114, 0.065], abs=THIRD_DECIMAL)

    def test_loadings_their_standard_errors_and_correlations(self, lavaan_pupils):
        model = fit_confirmatory_factors(lavaan_pupils.items, THREE)
        loadings = [0.900, 0.498, 0.656, 0.990, 1.102, 0.917, 0.619, 0.731, 0.670]
        errors = [0.081, 0.077, 0.074, 0.057, 0.063, 0.054, 0.070, 0.066, 0.065]
        assert model.loadings[0] == pytest.approx(loadings, abs=THIRD_DECIMAL)
        assert model.loadings_std_error[0] == pytest.approx(errors, abs=THIRD_DECIMAL)
        correlations = model.factor_covariances[0][np.triu_indices(3, 1)]
        assert correlations == pytest.approx([0.459, 0.471, 0.283], abs=THIRD_DECIMAL)
        residuals = [0.549, 1.134, 0.844, 0.371, 0.446, 0.356, 0.799, 0.488, 0.566]
        assert model.residual_variances[0] == pytest.approx(residuals, abs=THIRD_DECIMAL)
        assert (model.converged, model.caveat) == (True, "")

    def test_omegas_of_the_three_factors(self, lavaan_pupils, rng):
        found = estimate_factor_omega(lavaan_pupils.items, THREE, n_boot=100, rng=rng)
        assert found.estimate == pytest.approx([0.625318, 0.8851754, 0.68776], abs=6e-6)
        assert (found.conf_low < found.estimate).all()
        assert (found.estimate < found.conf_high).all()
        assert (found.n_failed, found.caveat) == (0, "")

    def test_invariance_over_two_schools(self, lavaan_pupils):
        found = compare_invariance(lavaan_pupils.items, THREE, lavaan_pupils.schools, min_per_group=145)
        statistics = [model.fit.statistic for model in found.models]
        assert statistics == pytest.approx([115.851, 124.044, 164.103], abs=CHI_SQUARED)
        assert [model.fit.df for model in found.models] == [48, 54, 60]
        assert [model.fit.cfi for model in found.models] == pytest.approx(
            [0.923, 0.921, 0.882], abs=THIRD_DECIMAL
        )
        rmsea = [model.fit.rmsea for model in found.models]
        assert rmsea == pytest.approx([0.097, 0.093, 0.107], abs=THIRD_DECIMAL)
        assert found.statistic == pytest.approx([8.192, 40.059], abs=2 * CHI_SQUARED)
        assert found.df == (6, 6)
        assert found.p_value[0] == pytest.approx(0.2244, abs=6e-5)
        assert found.p_value[1] < 1e-6
        assert found.cfi_change == pytest.approx([-0.002, -0.038], abs=THIRD_DECIMAL)
        assert found.caveat == ("groups from 145 rows, fewer than 200: unequal measurement may go unnoticed")


def test_the_moments_on_the_validation_page_are_those_of_the_pupils(lavaan_pupils):
    text = files("evalkit.stats").joinpath("reference_values.yaml").read_text(encoding="utf-8")
    data = next(
        entry["data"] for entry in yaml.safe_load(text) if entry["name"] == "holzinger_swineford_factors"
    )
    assert data["factor_of"] == THREE
    for school, moments in summarise_items(lavaan_pupils.items, lavaan_pupils.schools).items():
        printed = data["schools"][school]
        assert printed["n"] == moments.n
        assert printed["means"] == pytest.approx(moments.means, abs=SIX_DECIMALS)
        lower = np.concatenate(printed["covariances"])
        assert lower == pytest.approx(moments.covariance[np.tril_indices(9)], abs=SIX_DECIMALS)


class TestLikelihood:
    @pytest.mark.parametrize("invariance", INVARIANCES)
    def test_the_gradient_is_that_of_the_misfit(self, rng, invariance):
        layout, moments = self.prepare(rng, invariance)
        free = guess(layout, moments)[0] + 0.05 * rng.normal(size=layout.n_free)
        numeric = approx_fprime(free, lambda at: misfit(layout, moments, at[None])[0], 1e-7)
        assert differentiate(layout, moments, free[None])[0][0] == pytest.approx(numeric, abs=1e-5)

    @pytest.mark.parametrize("invariance", INVARIANCES)
    def test_a_general_optimiser_finds_no_better_fit(self, rng, invariance):
        layout, moments = self.prepare(rng, invariance)
        other = minimize(
            lambda at: misfit(layout, moments, at[None])[0],
            guess(layout, moments)[0],
            jac=lambda at: differentiate(layout, moments, at[None])[0][0],
            method="L-BFGS-B",
            bounds=list(zip(*layout.bounds, strict=True)),
            options={"ftol": 1e-15, "gtol": 1e-9},
        )
        found = fit_confirmatory_factors(
            self.items, ["a"] * 3 + ["b"] * 3, groups=self.groups, invariance=invariance
        )
        assert found.fit.statistic == pytest.approx(2 * 300 * other.fun, abs=1e-5)

    def prepare(self, rng, invariance):
        self.items, self.groups = make_items(rng, 300), np.repeat(["x", "y"], [120, 180])
        layout = Layout(factor=np.array([0, 0, 0, 1, 1, 1]), n_groups=2, invariance=invariance)
        groups = summarise_items(self.items, self.groups)
        return layout, standardise(list(groups.values()), with_means=layout.has_means)[0]


class TestProperties:
    @pytest.mark.parametrize("invariance", INVARIANCES)
    def test_units_of_items_change_nothing_but_their_own_numbers(self, rng, invariance):
        items, groups = make_items(rng, 300), np.repeat(["x", "y"], 150)
        units, shift = np.array([1000, 0.01, -1, 3, 1, 1]), np.array([5, 0, 0, -100, 0, 0])
        first = fit_confirmatory_factors(items, list("aaabbb"), groups=groups, invariance=invariance)
        second = fit_confirmatory_factors(
            items * units + shift, list("aaabbb"), groups=groups, invariance=invariance
        )
        assert second.fit.statistic == pytest.approx(first.fit.statistic, abs=SAME_FIT)
        assert second.fit.cfi == pytest.approx(first.fit.cfi, abs=SAME_FIT)
        assert second.loadings == pytest.approx(first.loadings * units, rel=1e-4)
        assert second.intercepts == pytest.approx(first.intercepts * units + shift, rel=1e-4, abs=1e-3)
        assert second.factor_covariances == pytest.approx(first.factor_covariances, abs=1e-4)

    def test_order_of_rows_items_factors_and_groups_changes_nothing(self, rng):
        items, groups = make_items(rng, 300), np.repeat(["x", "y"], [120, 180])
        order, rows = [4, 1, 0, 5, 3, 2], rng.permutation(300)
        names = list("aaabbb")
        first = fit_confirmatory_factors(items, names, groups=groups, invariance="metric")
        second = fit_confirmatory_factors(
            items[rows][:, order],
            [names[i] for i in order],
            groups=np.where(groups == "x", "z", groups)[rows],
            invariance="metric",
        )
        assert second.factors == ("b", "a")
        assert second.groups == ("y", "z")
        assert second.fit.statistic == pytest.approx(first.fit.statistic, abs=SAME_FIT)
        assert second.standardised[::-1] == pytest.approx(first.standardised[:, order], abs=1e-5)

    def test_one_group_twice_has_the_same_loadings_and_twice_the_chi_squared(self, rng):
        items = make_items(rng, 200)
        once = fit_confirmatory_factors(items, list("aaabbb"))
        twice = fit_confirmatory_factors(
            np.vstack([items, items]), list("aaabbb"), groups=np.repeat(["x", "y"], 200), invariance="scalar"
        )
        assert twice.fit.statistic == pytest.approx(2 * once.fit.statistic, abs=SAME_FIT)
        assert twice.loadings == pytest.approx(np.repeat(once.loadings, 2, axis=0), abs=1e-5)
        assert twice.factor_means == pytest.approx(np.zeros((2, 2)), abs=1e-5)
        assert twice.factor_covariances[1] == pytest.approx(once.factor_covariances[0], abs=1e-5)

    def test_a_large_sample_gives_the_truth_in_each_group(self, rng):
        factor, n = np.array([0, 0, 0, 1, 1, 1]), 60_000
        loadings, residual = np.array([1.0, 0.8, 0.6, 0.9, 0.7, 0.5]), 0.6
        skill = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], size=2 * n)
        skill[n:] = skill[n:] * [1.5, 0.8] + [0.5, -0.2]
        items = 3 + skill[:, factor] * loadings + residual * rng.normal(size=(2 * n, 6))
        found = fit_confirmatory_factors(
            items, factor.tolist(), groups=np.repeat([1, 2], n), invariance="scalar"
        )
        assert found.loadings == pytest.approx(np.repeat(loadings[None], 2, axis=0), abs=0.02)
        assert found.factor_means[1] == pytest.approx([0.5, -0.2], abs=0.03)
        assert np.diag(found.factor_covariances[1]) == pytest.approx([2.25, 0.64], abs=0.06)
        assert found.residual_variances == pytest.approx(np.full((2, 6), 0.36), abs=0.02)
        assert found.intercepts == pytest.approx(np.full((2, 6), 3.0), abs=0.02)
        assert found.fit.p_value > 0.001

    def test_chi_squared_of_a_true_model_has_its_degrees_of_freedom_on_average(self, rng):
        """24 degrees over 150 samples: the mean has a standard error of .57."""
        factor = (0, 0, 0, 1, 1, 1, 2, 2, 2)
        drawn = [make_items(rng, 400, loadings=(0.7,) * 9, factor=factor) for _ in range(150)]
        statistics = [fit_confirmatory_factors(items, factor).fit.statistic for items in drawn]
        assert np.mean(statistics) == pytest.approx(24, abs=4 * np.sqrt(48 / 150))

    def test_an_item_that_measures_differently_in_one_group_is_noticed(self, rng):
        items, groups = make_items(rng, 800), np.repeat(["x", "y"], 400)
        items[400:, 0] += 0.5
        found = compare_invariance(items, list("aaabbb"), groups)
        assert found.p_value[0] > 0.01 > found.p_value[1]
        assert found.cfi_change[1] < -0.01 < found.cfi_change[0]
        assert found.caveat == ""


class TestEdges:
    def test_three_items_are_fitted_exactly_with_the_closed_form(self):
        r = [[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]
        found = fit_factors_to_moments(moments_of(r), ["f"] * 3)
        assert found.standardised[0] == pytest.approx([0.8, 0.7, 0.6], abs=SAME_FIT)
        assert found.fit.statistic == pytest.approx(0, abs=1e-9)
        assert (found.fit.df, found.fit.p_value, found.fit.rmsea, found.fit.rmsea_high) == (0, 1, 0, 0)
        assert (found.fit.cfi, found.fit.tli) == (1, 1)

    def test_omega_of_one_factor_with_three_items_is_the_closed_form(self, rng):
        items = make_items(rng, 200)[:, :3]
        alone = estimate_omega(items, n_boot=50, rng=np.random.default_rng(1))
        found = estimate_factor_omega(items, ["f"] * 3, n_boot=50, rng=np.random.default_rng(1))
        assert found.estimate[0] == pytest.approx(alone.estimate, abs=SAME_FIT)
        assert found.conf_low[0] == pytest.approx(alone.conf_low, abs=1e-4)
        assert found.conf_high[0] == pytest.approx(alone.conf_high, abs=1e-4)

    def test_a_residual_variance_that_would_be_negative_stays_at_zero(self):
        """l1² = r12 r13 / r23 = .9 · .8 / .5 is above 1."""
        found = fit_factors_to_moments(moments_of([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]]), ["f"] * 3)
        assert found.heywood.tolist() == [[True, False, False]]
        assert found.residual_variances[0, 0] == 0
        assert found.converged
        assert found.caveat == NO_ERROR

    def test_factors_that_are_one_are_said_to_be(self):
        """Items of different factors are more alike than items of one."""
        r = np.full((6, 6), 0.5)
        r[:3, :3] = r[3:, 3:] = 0.4
        np.fill_diagonal(r, 1)
        found = fit_factors_to_moments(moments_of(r), list("aaabbb"))
        assert found.factor_covariances[0, 0, 1] == 1
        assert found.caveat == ONE_THING

    def test_two_items_on_a_factor_that_correlates_with_another_are_enough(self, rng):
        items = make_items(rng, 5000, loadings=(0.8, 0.6, 0.7, 0.9), factor=(0, 0, 1, 1), r=0.5)
        found = fit_confirmatory_factors(items, list("aabb"))
        assert found.standardised[0] == pytest.approx([0.8, 0.6, 0.7, 0.9], abs=0.08)
        assert found.fit.df == 1

    def test_items_turned_round_have_negative_loadings_and_most_are_positive(self, rng):
        found = fit_confirmatory_factors(make_items(rng, 500) * [1, 1, -1, -1, -1, 1], list("aaabbb"))
        assert np.sign(found.loadings[0]).tolist() == [1, 1, -1, 1, 1, -1]
        assert found.factor_covariances[0, 0, 1] < 0

    def test_moments_and_rows_give_one_answer(self, rng):
        items = make_items(rng, 100)
        printed = Moments(covariance=np.cov(items, rowvar=False), means=items.mean(axis=0), n=100)
        first = fit_factors_to_moments({"all": printed}, list("aaabbb"))
        second = fit_confirmatory_factors(items, list("aaabbb"))
        assert first.fit.statistic == pytest.approx(second.fit.statistic, abs=SAME_FIT)


class TestRefusals:
    @pytest.mark.parametrize(
        ("shape", "factor_of", "message"),
        [
            ((6, 6), "aaabbb", "needs more rows than items; there are 6 rows of 6 items"),
            ((50, 6), "aaabb", "Name one factor per item; 5 are named for 6 items"),
            ((50, 4), "aaab", "A factor needs two items or more; these have one: b. Join it to another"),
            ((50, 2), "aa", "One factor with two items is not identified"),
        ],
    )
    def test_models_without_an_answer(self, rng, shape, factor_of, message):
        with pytest.raises(DesignError, match=message):
            fit_confirmatory_factors(rng.normal(size=shape), list(factor_of))

    def test_two_items_that_nothing_else_relates_to(self):
        r = np.eye(5)
        r[:3, :3] = 0.5
        r[3, 4] = r[4, 3] = 0.4
        np.fill_diagonal(r, 1)
        with pytest.raises(DesignError) as refused:
            fit_factors_to_moments(moments_of(r), list("aaabb"))
        assert str(refused.value) == (
            "The items do not determine the factors: other loadings fit them as well. "
            "Give a factor of two items that hardly correlates with the others a third item, or drop it."
        )

    def test_items_with_gaps_without_variation_or_that_are_sums(self, rng):
        items = make_items(rng, 60)
        with pytest.raises(DesignError, match="1 of 360 item values are missing or infinite"):
            fit_confirmatory_factors(np.where(np.arange(360).reshape(60, 6) == 8, np.nan, items), "aaabbb")
        constant = items.copy()
        constant[:, 2] = 0.1
        with pytest.raises(DesignError, match=r"Items \[2\] \(counted from 0\) do not vary; leave them out"):
            fit_confirmatory_factors(constant, "aaabbb")
        groups = np.repeat(["x", "y"], 30)
        constant[:30] = items[:30]
        with pytest.raises(DesignError, match=r"Items \[2\] \(counted from 0\) of group y do not vary"):
            fit_confirmatory_factors(constant, "aaabbb", groups=groups)
        summed = np.column_stack([items[:, :5], items[:, 0] + items[:, 1]])
        with pytest.raises(DesignError, match="Some items are sums of others; leave one of them out"):
            fit_confirmatory_factors(summed, "aaabbb")

    def test_groups_that_are_too_few_or_too_small(self, rng):
        items = make_items(rng, 300)
        with pytest.raises(DesignError) as refused:
            compare_invariance(items, "aaabbb", np.repeat(["men", "women"], [120, 180]))
        assert str(refused.value) == (
            "Invariance needs 200 rows in each group; these have fewer: men (120), women (180). "
            "In small groups unequal measurement goes unnoticed: join groups, or compare none."
        )
        with pytest.raises(DesignError, match="Invariance compares groups; there is one, men"):
            compare_invariance(items, "aaabbb", np.repeat("men", 300))
        with pytest.raises(DesignError, match="one label per row; there are 2 for 300 rows"):
            compare_invariance(items, "aaabbb", ["men", "women"])

    def test_moments_that_are_none(self):
        with pytest.raises(DesignError, match=r"Covariances need the shape \(3, 3\) and symmetry"):
            fit_factors_to_moments(moments_of([[1, 0.5, 0], [0, 1, 0.2], [0, 0.2, 1]]), "aaa")
        with pytest.raises(
            UsageError, match="Invariance is one of configural, metric, scalar; it is 'strict'"
        ):
            fit_factors_to_moments(moments_of(np.eye(3)), "aaa", invariance="strict")
