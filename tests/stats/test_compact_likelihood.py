"""The likelihood without rows is the likelihood with them."""

from dataclasses import replace

import numpy as np
import pytest

from evalkit.stats import combine_codes, compact_factors
from evalkit.stats.crossed_factors import build_cross_products
from evalkit.stats.restricted_likelihood import deviance, evaluate

#: Both ways add up the same numbers in another order.
SAME = 1e-9


def nested_in_units(rng, *, gaps):
    """Return ratings of persons by raters of their own unit, with an occasion crossed with both."""
    unit, person, rater, occasion = (
        each.ravel() for each in np.meshgrid(range(5), range(7), range(3), range(4), indexing="ij")
    )
    kept = rng.random(len(unit)) > gaps
    factors = {
        "person": combine_codes(unit, person)[kept],
        "rater": combine_codes(unit, rater)[kept],
        "occasion": occasion[kept],
    }
    return rng.normal(size=kept.sum()) + factors["person"] % 3, factors


def both(values, factors, covariates=None):
    compact = build_cross_products(values, factors, covariates)
    assert compact.compact is not None
    return compact, replace(compact, compact=None)


@pytest.mark.parametrize("gaps", [0.0, 0.4])
@pytest.mark.parametrize("names", [("person",), ("person", "rater"), ("person", "rater", "occasion")])
@pytest.mark.parametrize("theta", [0.0, 0.3, 2.0])
def test_it_is_that_of_the_sparse_matrices(rng, gaps, names, theta):
    values, factors = nested_in_units(rng, gaps=gaps)
    X = np.column_stack([np.ones(len(values)), rng.normal(size=len(values))])
    compact, sparse = both(values, {name: factors[name] for name in names}, X)
    at = np.linspace(theta, 0.7, len(names))
    found, wanted = evaluate(compact, at), evaluate(sparse, at)
    for name in ("logdet", "quadratic", "trace", "energy", "beta", "beta_root"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=SAME, abs=SAME), name


def test_it_is_the_density_of_the_data(rng):
    """By hand: log|V| + log|X'V⁻¹X| + y'Py, with dense matrices and one intercept."""
    values, factors = nested_in_units(rng, gaps=0.3)
    compact, _ = both(values, factors)
    sds = np.array([0.8, 0.5, 0.3, 1.1])
    n = len(values)
    V = sds[-1] ** 2 * np.eye(n)
    for sd, codes in zip(sds, compact.codes, strict=False):
        V += sd**2 * (codes[:, None] == codes)
    inverse, one = np.linalg.inv(V), np.ones(n)
    y = values - (one @ inverse @ values) / (one @ inverse @ one)
    by_hand = np.linalg.slogdet(V)[1] + np.log((one @ inverse @ one) / n) + y @ inverse @ y
    by_hand += np.log(n) + (n - 1) * np.log(2 * np.pi)
    assert deviance(compact, sds)[0] == pytest.approx(by_hand, rel=SAME)


def test_another_response_keeps_the_design(rng):
    values, factors = nested_in_units(rng, gaps=0.3)
    compact, _ = both(values, factors)
    other = rng.normal(size=len(values))
    again, anew = compact.with_response(other), build_cross_products(other, factors)
    theta = np.array([0.4, 0.2, 0.1])
    assert evaluate(again, theta).quadratic == pytest.approx(evaluate(anew, theta).quadratic, rel=SAME)
    assert evaluate(again, theta).energy == pytest.approx(evaluate(anew, theta).energy, rel=1e-6)


def test_units_that_nothing_links_have_blocks_of_their_own(rng):
    values, factors = nested_in_units(rng, gaps=0.0)
    two = build_cross_products(values, {name: factors[name] for name in ("person", "rater")})
    assert two.compact.pairs.shape == (1, 5, 3, 3)
    covariate = np.column_stack([np.ones(len(values)), values > 0])
    alone = build_cross_products(values, {"person": factors["person"]}, covariate)
    assert alone.compact.pairs.shape == (1, 1, 1, 1)


def test_what_would_take_more_room_than_it_saves_stays_sparse(rng, monkeypatch):
    monkeypatch.setattr(compact_factors, "MAX_NUMBERS", 44)
    values, factors = nested_in_units(rng, gaps=0.0)
    assert build_cross_products(values, {name: factors[name] for name in ("person", "rater")}).compact is None
