"""Weights are spread evenly over all that are possible."""

import numpy as np
import pytest
from scipy.stats import beta, kstest

from evalkit.errors import DesignError
from evalkit.stats import draw_weights, weigh_points

#: A share of N draws lies within this many of its Monte Carlo errors.
ERRORS = 4


@pytest.fixture
def rng():
    return np.random.default_rng(20260817)


def test_without_ranges_each_weight_follows_the_beta_of_dirichlet(rng):
    drawn = draw_weights(np.zeros(5), np.ones(5), n_draws=4000, rng=rng)
    assert np.allclose(drawn.sum(axis=1), 1)
    for column in drawn.T:
        assert kstest(column, beta(1, 4).cdf).pvalue > 1e-4


def test_ranges_give_what_is_left_of_dirichlet_when_draws_outside_are_thrown_away(rng):
    low, high = np.array([0.2, 0.05, 0.1, 0.0]), np.array([0.5, 0.4, 0.45, 0.3])
    drawn = draw_weights(low, high, n_draws=20_000, rng=rng)
    plain = rng.dirichlet(np.ones(4), 400_000)
    plain = plain[((plain >= low) & (plain <= high)).all(axis=1)]
    assert len(plain) > 10_000
    assert ((drawn >= low - 1e-9) & (drawn <= high + 1e-9)).all()
    for mine, theirs in zip(drawn.T, plain.T, strict=True):
        error = np.hypot(mine.std() / len(drawn) ** 0.5, theirs.std() / len(plain) ** 0.5)
        assert abs(mine.mean() - theirs.mean()) < ERRORS * error
        ends = np.quantile(theirs, [0.1, 0.5, 0.9])
        assert np.allclose(np.quantile(mine, [0.1, 0.5, 0.9]), ends, atol=0.01)


def test_two_weights_are_uniform_between_the_ends_that_both_ranges_leave(rng):
    drawn = draw_weights([0.3, 0.2], [0.9, 0.6], n_draws=4000, rng=rng)
    assert kstest(drawn[:, 0], "uniform", args=(0.4, 0.4)).pvalue > 1e-4


@pytest.mark.pitfall(17)
def test_17_numbers_divided_by_their_sum_are_no_weights_spread_evenly(rng):
    """Five weights, 100 000 draws: one weight of them exceeds one half with probability 5/16.

    Dirichlet(1): .312 (Monte Carlo error .0015). Uniform numbers divided by their sum: .038 (.0006).
    """
    n = 100_000
    even = draw_weights(np.zeros(5), np.ones(5), n_draws=n, rng=rng)
    crowded = rng.random((n, 5))
    crowded /= crowded.sum(axis=1, keepdims=True)
    shares = [(each.max(axis=1) > 0.5).mean() for each in (even, crowded)]
    errors = [(share * (1 - share) / n) ** 0.5 for share in shares]
    assert abs(shares[0] - 5 / 16) < ERRORS * errors[0]
    assert shares[1] == pytest.approx(0.04, abs=0.005)
    assert shares[0] - shares[1] > 3 * np.hypot(*errors)


def test_the_order_of_the_weights_does_not_matter(rng):
    low, high = np.array([0.1, 0.3, 0.0]), np.array([0.6, 0.7, 0.2])
    order = [2, 0, 1]
    first = draw_weights(low, high, n_draws=20_000, rng=rng)[:, order]
    second = draw_weights(low[order], high[order], n_draws=20_000, rng=rng)
    error = ERRORS * first.std(axis=0) * (2 / 20_000) ** 0.5
    assert (abs(first.mean(axis=0) - second.mean(axis=0)) < error).all()


def test_ranges_that_leave_one_point_give_it(rng):
    assert np.allclose(draw_weights([0.3, 0.2], [0.3, 0.7], n_draws=3, rng=rng), [0.3, 0.7])
    assert np.allclose(draw_weights([0.4, 0.6], [0.9, 0.8], n_draws=3, rng=rng), [0.4, 0.6])
    assert np.allclose(draw_weights([0.0, 0.2], [0.4, 0.6], n_draws=3, rng=rng), [0.4, 0.6])
    assert draw_weights([0.0], [1.0], n_draws=2, rng=rng).tolist() == [[1.0], [1.0]]


def test_a_fixed_weight_stays_and_the_others_share_what_is_left(rng):
    drawn = draw_weights([0.5, 0, 0], [0.5, 1, 1], n_draws=2000, rng=rng)
    assert (drawn[:, 0] == 0.5).all()
    assert kstest(drawn[:, 1], "uniform", args=(0, 0.5)).pvalue > 1e-4


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ([0.6, 0.6], [0.7, 0.7], "their low ends add up to 1.2"),
        ([0.1, 0.1], [0.3, 0.3], "their high ends to 0.6"),
        ([-0.1, 0.1], [1, 1], "not negative"),
        ([0.5, 0.1], [0.4, 1], "up to a high end"),
        ([0.1], [0.5, 0.5], "both ends of its range"),
    ],
)
def test_ranges_that_no_weights_fit_are_refused(low, high, message, rng):
    with pytest.raises(DesignError, match=message):
        draw_weights(low, high, n_draws=10, rng=rng)


def test_no_draws_and_hopeless_ranges_are_refused(rng):
    with pytest.raises(DesignError, match="at least one draw; n_draws is 0"):
        draw_weights([0, 0], [1, 1], n_draws=0, rng=rng)
    with pytest.raises(DesignError, match="Hardly any weights of 200 components"):
        draw_weights(np.zeros(200), np.full(200, 0.0102), n_draws=2, rng=rng)


def test_a_missing_point_gives_its_weight_to_the_others(rng):
    points = np.array([[80, 40, np.nan], [60, np.nan, np.nan], [np.nan] * 3])
    weights = draw_weights(np.zeros(3), np.ones(3), n_draws=50, rng=rng)
    scores = weigh_points(points, weights)
    assert np.allclose(scores[:, 0], (weights[:, :2] @ [80, 40]) / weights[:, :2].sum(axis=1))
    assert np.allclose(scores[:, 1], 60)
    assert np.isnan(scores[:, 2]).all()


def test_points_and_weights_of_other_components_are_refused():
    with pytest.raises(DesignError, match=r"the shapes are \(1, 2\) and \(1, 3\)"):
        weigh_points([[1, 2]], [[0.2, 0.3, 0.5]])
