"""Decision studies over two facets, and weighted composites."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import (
    combine_codes,
    combine_dependability,
    estimate_alpha,
    estimate_decision_grid,
    estimate_dependability,
    fit_variance_components,
)

PARTS = {"p": 0.5, "r": 0.1, "o": 0.05, "pr": 0.2, "po": 0.1, "residual": 0.6}
DIVIDED = {"r": ["r"], "o": ["o"], "pr": ["r"], "po": ["o"], "residual": ["r", "o"]}
MAIN = ["r", "o"]


def crossed_scores(rng, n=(30, 4, 5)):
    """Persons × raters × occasions with a value in every cell."""
    p, r, o = np.indices(n).reshape(3, -1)
    draw = {name: math.sqrt(v) for name, v in PARTS.items()}
    effect = rng.normal(0, draw["p"], n[0])[p] + rng.normal(0, draw["r"], n[1])[r]
    effect += rng.normal(0, draw["o"], n[2])[o] + rng.normal(0, draw["pr"], n[:2])[p, r]
    effect += rng.normal(0, draw["po"], (n[0], n[2]))[p, o]
    return effect + rng.normal(0, draw["residual"], len(p)), p, r, o


def anova(x):
    """Expected-mean-squares components of persons × raters × occasions, one value a cell."""
    _, r, o = x.shape
    grand = x.mean()
    mean = {
        name: x.mean(axis=tuple(i for i in range(3) if "pro"[i] not in name), keepdims=True)
        for name in ("p", "r", "o", "pr", "po", "ro")
    }
    size = dict(zip("pro", x.shape, strict=True))

    def mean_square(effect, name):
        df = math.prod(size[letter] - 1 for letter in name)
        return float((effect**2).sum() * x.size / effect.size / df)

    ms = {name: mean_square(mean[name] - grand, name) for name in "pro"}
    for name in ("pr", "po", "ro"):
        ms[name] = mean_square(mean[name] - mean[name[0]] - mean[name[1]] + grand, name)
    rest = x - mean["pr"] - mean["po"] - mean["ro"] + mean["p"] + mean["r"] + mean["o"] - grand
    ms["pro"] = mean_square(rest, "pro")
    return {
        "residual": ms["pro"],
        "pr": (ms["pr"] - ms["pro"]) / o,
        "po": (ms["po"] - ms["pro"]) / r,
        "p": (ms["p"] - ms["pr"] - ms["po"] + ms["pro"]) / (r * o),
    }


def test_phi_follows_its_definition_in_every_cell():
    grid = estimate_decision_grid(PARTS, "p", DIVIDED, {"r": [1, 2, 4], "o": [1, 3]}, crossed=MAIN)
    assert grid.sizes.tolist() == [[1, 1], [1, 3], [2, 1], [2, 3], [4, 1], [4, 3]]
    for (r, o), phi, rho, sem in zip(grid.sizes, grid.phi, grid.generalizability, grid.sem, strict=True):
        relative = 0.2 / r + 0.1 / o + 0.6 / (r * o)
        absolute = relative + 0.1 / r + 0.05 / o
        assert (phi, rho) == pytest.approx((0.5 / (0.5 + absolute), 0.5 / (0.5 + relative)))
        assert sem == pytest.approx(math.sqrt(absolute))
    assert np.isnan(grid.phi_low).all()
    assert grid.caveat == "components without their data have no interval"


def test_one_facet_gives_the_curve_of_one_facet(rng):
    people = np.repeat(np.arange(30), 4)
    fit = fit_variance_components(rng.normal(size=30)[people] + rng.normal(size=120), {"p": people})
    curve = estimate_dependability(fit, "p", n_ratings=[1, 5])
    grid = estimate_decision_grid(fit, "p", {"residual": ["r"]}, {"r": [1, 5]})
    for name in ("phi", "phi_low", "phi_high", "sem_low", "sem_high"):
        assert getattr(grid, name) == pytest.approx(getattr(curve, name), abs=2e-3), name


def test_components_of_a_balanced_two_facet_table_are_those_of_its_mean_squares(rng):
    """REML equals the mean squares unless a component is zero, which here only raters × occasions may be."""
    values, p, r, o = crossed_scores(rng)
    factors = {"p": p, "r": r, "o": o, "pr": combine_codes(p, r), "po": combine_codes(p, o)}
    factors["ro"] = combine_codes(r, o)
    fit = fit_variance_components(values, factors)
    expected = anova(values.reshape(30, 4, 5))
    assert not fit.at_boundary[[0, 3, 4]].any()
    for name in ("p", "pr", "po", "residual"):
        assert fit.components[name] == pytest.approx(expected[name], rel=0.1, abs=0.01)


def test_the_order_of_the_facets_changes_nothing():
    first = estimate_decision_grid(PARTS, "p", DIVIDED, {"r": [2], "o": [3]})
    second = estimate_decision_grid(PARTS, "p", DIVIDED, {"o": [3], "r": [2]})
    assert first.phi == pytest.approx(second.phi)


def test_more_occasions_cannot_replace_another_rater():
    """Two raters and three occasions reach .6; one rater does not at any number of occasions."""
    parts = {"p": 1.0, "pr": 0.8, "residual": 0.4}
    divided = {"pr": ["r"], "residual": ["r", "o"]}
    grid = estimate_decision_grid(parts, "p", divided, {"r": [1, 2], "o": list(range(1, 9))})
    assert grid.fewest("o", 0.66, r=1) == math.inf
    assert grid.fewest("o", 0.66, r=2) == 2
    assert grid.fewest("r", 0.66, o=2) == 2
    with pytest.raises(DesignError, match="every facet but one of r, o"):
        grid.fewest("r", 0.8)


@pytest.mark.parametrize(
    ("components", "divided", "sizes", "options", "message"),
    [
        (PARTS, {"r": ["r"]}, {"r": [1]}, {}, "Say for every component but 'p'"),
        (PARTS, DIVIDED, {"r": [1]}, {}, "numbers of conditions of 1 or more; o has none"),
        (PARTS, DIVIDED, {"r": [1], "o": [0]}, {}, "numbers of conditions of 1 or more"),
        (PARTS, DIVIDED, {"r": [1], "o": [1]}, {"crossed": ["x"]}, "among r, o, pr, po, residual; found x"),
        ({**PARTS, "r": -1.0}, DIVIDED, {"r": [1], "o": [1]}, {}, "variances ≥ 0"),
    ],
)
def test_an_impossible_grid_is_refused(components, divided, sizes, options, message):
    with pytest.raises(DesignError, match=message):
        estimate_decision_grid(components, "p", divided, sizes, **options)


def test_a_composite_of_parallel_parts_follows_spearman_and_brown():
    k, r = 5, 0.4
    found = combine_dependability(np.full((k, k), r), np.full(k, 1 - r), np.ones(k))
    assert found.phi == pytest.approx(k * r / (1 + (k - 1) * r))
    assert found.universe_shares == pytest.approx(np.full(k, 0.2))


def test_a_composite_of_uncorrelated_errors_has_the_reliability_of_mosier_1943(rng):
    """1 - Σ w² s² (1 - r) / s²(composite), from standard deviations, reliabilities and correlations."""
    sd, reliability, w = np.array([2.0, 1.0, 3.0]), np.array([0.8, 0.5, 0.6]), np.array([0.5, 0.3, 0.2])
    observed = np.array([[1, 0.3, 0.4], [0.3, 1, 0.2], [0.4, 0.2, 1]]) * np.outer(sd, sd)
    error = sd**2 * (1 - reliability)
    found = combine_dependability(observed - np.diag(error), error, w)
    mosier = 1 - (w**2 * error).sum() / (w @ observed @ w)
    assert found.phi == pytest.approx(mosier)
    assert found.sem == pytest.approx(math.sqrt((w**2 * error).sum()))


def test_a_simulated_composite_correlates_with_its_replicate_as_computed(rng):
    universe = np.array([[1, 0.5], [0.5, 0.8]])
    error, w = np.array([[0.6, 0.2], [0.2, 0.9]]), np.array([0.7, 0.3])
    scores = rng.multivariate_normal([0, 0], universe, 200_000)
    first, second = ((scores + rng.multivariate_normal([0, 0], error, 200_000)) @ w for _ in range(2))
    found = combine_dependability(universe, error, w)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(found.phi, abs=0.005)
    assert found.error_shares.sum() == pytest.approx(1)


def test_rescaled_weights_change_no_share_and_alpha_is_the_case_of_equal_items(rng):
    x = rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 4))
    covariance = np.cov(x.T)
    shared = covariance[np.triu_indices(4, 1)].mean()
    parts = np.full((4, 4), shared), np.diag(covariance) - shared
    found, scaled = (combine_dependability(*parts, w) for w in (np.ones(4), np.full(4, 7.0)))
    assert found.phi == pytest.approx(scaled.phi)
    assert found.phi == pytest.approx(estimate_alpha(x).estimate)


@pytest.mark.parametrize(
    ("universe", "error", "weights", "message"),
    [
        ([[1, 0], [0, 1]], [1, 1, 1], [1, 1], r"error covariances of 2 weights have shape \(2, 2\)"),
        ([[1, 2], [2, 1]], [1, 1], [1, 1], "universe covariances are not those of any scores"),
        ([[1, 0], [1, 1]], [1, 1], [1, 1], "universe covariances must be finite and symmetric"),
        ([[1, 0], [0, 1]], [1, 1], [0, 0], "the weights leave none"),
    ],
)
def test_an_impossible_composite_is_refused(universe, error, weights, message):
    with pytest.raises(DesignError, match=message):
        combine_dependability(universe, error, weights)


def test_a_part_without_error_carries_no_share_of_it():
    found = combine_dependability([[1, 0], [0, 1]], [0, 0], [1, 1])
    assert found.phi == 1
    assert np.isnan(found.error_shares).all()
