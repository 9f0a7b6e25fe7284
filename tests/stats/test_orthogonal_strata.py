"""The likelihood of a balanced design, from sums of squares, is that of the cross-products."""

from dataclasses import replace

import numpy as np
import pytest

from evalkit.stats import fit_variance_components
from evalkit.stats.compact_factors import compact_factors
from evalkit.stats.crossed_factors import build_cross_products
from evalkit.stats.restricted_likelihood import criterion, deviance, evaluate

#: Both ways add up the same numbers in another order.
SAME = 1e-9

person, rater, again = (each.ravel() for each in np.indices((9, 4, 2)))
row, column = (each.ravel() for each in np.indices((5, 5)))
DESIGNS = {
    "one factor": {"person": person},
    "two crossed factors": {"person": person, "rater": rater},
    "three crossed factors": {"person": person, "rater": rater, "again": again},
    "a Latin square": {"row": row, "column": column, "letter": (row + column) % 5},
}


def both(rng, factors):
    """Return the design with its strata, and in blocks."""
    n = len(next(iter(factors.values())))
    balanced = build_cross_products(rng.normal(3, 2, n), factors)
    assert balanced.strata is not None
    sizes = balanced.n_levels[1:]
    blocks = compact_factors(balanced.counts, balanced.link, balanced.rest, sizes, balanced.Zu)
    return balanced, replace(balanced, strata=None, compact=blocks)


@pytest.mark.parametrize("factors", DESIGNS.values(), ids=DESIGNS)
@pytest.mark.parametrize("theta", [0.0, 0.3, 40.0])
def test_every_part_is_the_same(rng, factors, theta):
    balanced, blocks = both(rng, factors)
    at = np.linspace(theta, 0.7, len(factors))
    found, wanted = evaluate(balanced, at), evaluate(blocks, at)
    for name in ("logdet", "quadratic", "trace", "energy", "beta"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=SAME, abs=SAME), name
    assert found.beta_root**2 == pytest.approx(wanted.beta_root**2, rel=SAME)
    for function, where in ((criterion, at), (deviance, np.append(at, 1.3))):
        (value, slope), (other, other_slope) = function(balanced, where), function(blocks, where)
        assert value == pytest.approx(other, rel=SAME)
        assert slope == pytest.approx(other_slope, rel=SAME, abs=SAME)


def test_another_response_has_squares_of_its_own(rng):
    factors = DESIGNS["two crossed factors"]
    balanced, _ = both(rng, factors)
    other = rng.normal(size=72)
    strata = balanced.with_response(other).strata
    assert strata.squares == pytest.approx(build_cross_products(other, factors).strata.squares)


def test_components_are_those_of_the_mean_squares(rng):
    """Where no estimate is negative, REML is the analysis of variance."""
    factors = DESIGNS["two crossed factors"]
    values = rng.normal(0, 3, 9)[person] + rng.normal(0, 2, 4)[rater] + rng.normal(size=72)
    strata = build_cross_products(values, factors).strata
    mean_squares = strata.squares / strata.df
    fit = fit_variance_components(values, factors)
    assert strata.squares.sum() == pytest.approx(np.sum((values - values.mean()) ** 2))
    assert fit.residual == pytest.approx(mean_squares[-1], rel=1e-4)
    assert fit.variances == pytest.approx((mean_squares[:2] - mean_squares[2]) / [8, 18], rel=1e-3)


@pytest.mark.parametrize(
    "factors",
    [
        {"person": np.append(person[:-1], 0), "rater": rater},
        {"person": person, "rater": np.append(rater[:-1], 0)},
        {"person": person, "nested": 4 * person + rater},
    ],
    ids=["one person has more", "one rater has more", "raters of their own"],
)
def test_what_is_not_balanced_has_no_strata(rng, factors):
    assert build_cross_products(rng.normal(size=72), factors).strata is None


def test_covariates_need_more_than_sums_of_squares(rng):
    X = np.column_stack([np.ones(72), rng.normal(size=72)])
    assert build_cross_products(rng.normal(size=72), DESIGNS["one factor"], X).strata is None
