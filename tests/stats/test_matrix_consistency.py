"""The same category twice, from two ratings with error."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from evalkit.errors import DesignError
from evalkit.stats import CategoryMatrix, TwoScores, simulate_pair_consistency

CUTS = np.array([[-0.8, 0.7], [-1.0, 0.4]])
MATRIX = CategoryMatrix(cuts=CUTS, categories=np.array([[0, 2, 2], [1, 3, 3], [1, 3, 4]]))


def model(reliability, correlation=0.0):
    """Two standard normal scores of one reliability; ``correlation`` is that of their universe scores."""
    universe = reliability * np.array([[1, correlation], [correlation, 1]])
    return TwoScores(means=np.zeros(2), universe=universe, error=(1 - reliability) * np.eye(2))


def simulate(given, *, n_draws=200, sizes=(500,), seed=1, **options):
    return simulate_pair_consistency(
        given, MATRIX, sizes=sizes, n_draws=n_draws, rng=np.random.default_rng(seed), **options
    )


def quadrature(reliability):
    """Work out agreement and kappa of independent scores from bivariate normal probabilities."""
    joint = [levels_twice(cuts, reliability) for cuts in CUTS]
    both = np.zeros((5, 5))
    for a, b in np.ndindex(3, 3):
        for c, d in np.ndindex(3, 3):
            both[MATRIX.categories[a, b], MATRIX.categories[c, d]] += joint[0][a, c] * joint[1][b, d]
    agreement, chance = np.trace(both), both.sum(axis=0) @ both.sum(axis=1)
    return agreement, (agreement - chance) / (1 - chance)


def levels_twice(cuts, reliability):
    ends = np.array([-8.0, *cuts, 8.0])
    normal = multivariate_normal([0, 0], [[1, reliability], [reliability, 1]], allow_singular=True)
    below = np.array([[normal.cdf([x, y]) for y in ends] for x in ends])
    return np.diff(np.diff(below, axis=0), axis=1)


@pytest.mark.parametrize("reliability", [0.3, 0.6, 0.9])
def test_independent_ratings_agree_as_bivariate_normal_probabilities_say(reliability):
    found = simulate(model(reliability))
    agreement, kappa = quadrature(reliability)
    assert abs(found.agreement - agreement) < 3.5 * found.agreement_error
    assert abs(found.kappa - kappa) < 3.5 * found.kappa_error
    assert found.agreement_error < 0.003


def test_the_levels_of_one_score_have_the_shares_of_a_normal_curve():
    assert levels_twice(CUTS[0], 0.5).sum(axis=1) == pytest.approx(
        np.diff(norm.cdf([-8, *CUTS[0], 8])), abs=1e-6
    )


def test_without_error_everyone_gets_the_same_category_again():
    found = simulate(model(1.0, correlation=0.5))
    assert (found.agreement, found.kappa, found.agreement_error) == pytest.approx((1, 1, 0), abs=1e-12)


def test_without_true_differences_agreement_is_chance():
    found = simulate(model(0.0))
    assert abs(found.kappa) < 3.5 * found.kappa_error


def test_consistency_rises_with_dependability():
    shares = [simulate(model(reliability)).agreement for reliability in (0.2, 0.4, 0.6, 0.8, 0.95)]
    assert (np.diff(shares) > 0).all()


def test_the_monte_carlo_error_is_that_of_repeated_simulations():
    found = [simulate(model(0.6), n_draws=40, sizes=[100], seed=seed) for seed in range(60)]
    spread = np.std([each.agreement for each in found], ddof=1)
    assert np.mean([each.agreement_error for each in found]) == pytest.approx(spread, rel=0.3)


def test_when_all_get_one_category_kappa_is_not_a_number():
    given = TwoScores(means=np.array([9.0, 9.0]), universe=0.01 * np.eye(2), error=0.01 * np.eye(2))
    found = simulate(given)
    assert found.agreement == 1.0
    assert np.isnan(found.kappa)


def test_a_distribution_that_leaves_no_choice_makes_everyone_agree():
    found = simulate(model(0.3), sizes=[10, 10], allocations=[lambda rated, _: 0 * rated, None])
    free = simulate(model(0.3), sizes=[10], n_draws=2000)
    assert found.agreement == pytest.approx((1 + free.agreement) / 2, abs=0.02)


def test_too_few_draws_and_impossible_covariances_are_refused():
    with pytest.raises(
        DesignError, match=r"needs groups of at least one and 20 draws for its error; .* 5 draws"
    ):
        simulate(model(0.5), n_draws=5)
    impossible = TwoScores(means=np.zeros(2), universe=np.array([[1.0, 2], [2, 1]]), error=np.eye(2))
    with pytest.raises(DesignError, match=r"The universe covariances are not those of any two scores\."):
        simulate(impossible)
    with pytest.raises(DesignError, match="finite 2 × 2 matrix"):
        simulate(TwoScores(means=np.zeros(2), universe=np.eye(3), error=np.eye(2)))
