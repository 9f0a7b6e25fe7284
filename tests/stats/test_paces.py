"""Rates, ratios to what is usual, and paces: exact answers, Cox's regression, edges and refusals."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import gamma, poisson

from evalkit.errors import DesignError
from evalkit.stats import estimate_paces, estimate_rate, estimate_shrunken_ratios
from evalkit.stats.paces import count_at_risk, expect_closings

#: Newton steps of the one, rounds of the other.
CONVERGED = 1e-5


def test_an_exact_interval_of_a_rate_has_the_tails_that_it_says():
    found = estimate_rate(7, 2.0)
    assert found.estimate == 3.5
    assert poisson.sf(6, 2 * found.conf_low) == pytest.approx(0.025)
    assert poisson.cdf(7, 2 * found.conf_high) == pytest.approx(0.025)


def test_no_event_has_a_rate_of_zero_and_an_upper_end():
    found = estimate_rate(0, 10.0)
    assert (found.estimate, found.conf_low) == (0, 0)
    assert found.conf_high == pytest.approx(-np.log(0.025) / 10)  # the rule of 3.7


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1.0), (1, 0.0), (1, np.nan)])
def test_a_rate_that_cannot_be_is_refused(count, exposure):
    with pytest.raises(DesignError, match="A rate needs a count of at least 0 and an exposure above 0"):
        estimate_rate(count, exposure)


def test_with_one_spread_ratios_are_gamma_distributed(monkeypatch):
    from evalkit.stats import rates

    monkeypatch.setattr(rates, "weigh_spreads", lambda o, e: (np.array([0.5]), np.array([1.0])))
    found = estimate_shrunken_ratios([3, 8, 20], [5.0, 5.0, 5.0])
    posterior = gamma(np.array([7, 12, 24]), scale=1 / 9)  # 1 / .5² = 4
    assert found.estimate == pytest.approx(posterior.mean())
    assert found.conf_low == pytest.approx(posterior.ppf(0.025))
    assert found.conf_high == pytest.approx(posterior.ppf(0.975))


def test_ratios_lie_between_what_was_counted_and_one_and_small_groups_nearer_to_one():
    found = estimate_shrunken_ratios([4, 40, 10, 100, 10, 100], [2.0, 20, 10, 100, 20, 100])
    above = found.raw > 1
    assert np.all(found.estimate[above] < found.raw[above])
    assert found.estimate[0] < found.estimate[1]  # both twice what is usual
    again = estimate_shrunken_ratios([100, 10, 4, 40, 10, 100], [100.0, 20, 2, 20, 10, 100])
    assert sorted(again.estimate) == pytest.approx(sorted(found.estimate))


def test_counts_that_are_all_usual_give_ratios_near_one_with_intervals():
    found = estimate_shrunken_ratios([100] * 20, [100.0] * 20)
    assert found.estimate == pytest.approx(1)
    assert found.spread < 0.05
    assert np.all(found.conf_high > found.conf_low)


def test_the_spread_of_true_ratios_is_found():
    rng = np.random.default_rng(1)
    true = rng.gamma(1 / 0.3**2, 0.3**2, 400)
    found = estimate_shrunken_ratios(rng.poisson(60 * true), np.full(400, 60.0))
    assert found.spread_low < 0.3 < found.spread_high
    assert np.mean((found.estimate - true) ** 2) < np.mean((found.raw - true) ** 2)


@pytest.mark.parametrize(
    ("observed", "expected"), [([1, 2], [1, 1]), ([1, 2, -1], [1, 1, 1]), ([1, 2, 3], [1, 0, 1])]
)
def test_too_few_groups_and_impossible_counts_are_refused(observed, expected):
    with pytest.raises(DesignError, match="Ratios to what is usual need at least three groups"):
        estimate_shrunken_ratios(observed, expected)


def draw_cases(n, paces, seed=1):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, len(paces), n)
    days = np.ceil(rng.exponential(6 / np.asarray(paces)[group]))
    return np.minimum(days, 20), days < 20, group


def test_without_shrinkage_paces_are_those_of_cox_regression():
    days, closed, group = draw_cases(300, [1.0, 0.6, 1.5, 0.9])
    closings, at_risk = count_at_risk(days, closed, group)
    expected = expect_closings(closings, at_risk, lambda o, e: o / e)
    ratios = np.log(closings.sum(axis=1) / expected)
    dummies = (group[:, None] == np.arange(1, 4)).astype(float)
    cox = sm.PHReg(days, dummies, status=closed.astype(int), ties="breslow").fit()
    assert ratios[1:] - ratios[0] == pytest.approx(cox.params, abs=CONVERGED)


def test_as_many_cases_are_expected_as_were_closed():
    days, closed, group = draw_cases(300, [1.0, 0.6, 1.5, 0.9])
    found = estimate_paces(days, closed, group)
    expected = np.bincount(group[closed]) / found.raw
    assert found.estimate @ expected == pytest.approx(closed.sum(), rel=0.02)


def test_paces_follow_the_true_ones_and_scale_of_time_does_not_matter():
    true = np.array([0.5, 0.8, 1.0, 1.25, 2.0])
    days, closed, group = draw_cases(4_000, true)
    found = estimate_paces(days, closed, group)
    assert found.estimate / found.estimate[2] == pytest.approx(true, rel=0.15)
    assert estimate_paces(days**2, closed, group).estimate == pytest.approx(found.estimate)


def test_dropping_open_cases_would_make_a_slow_group_look_faster():
    days, closed, group = draw_cases(4_000, [1.0, 0.3, 1.0])
    whole, dropped = (
        estimate_paces(days, closed, group),
        estimate_paces(days[closed], closed[closed], group[closed]),
    )
    assert dropped.estimate[1] > whole.estimate[1]


@pytest.mark.parametrize("group", [[0, 0, 1, 1], [0, 0, 1, 3]])
def test_two_groups_and_a_group_without_cases_are_refused(group):
    with pytest.raises(DesignError, match="Paces are compared among at least three groups"):
        estimate_paces([1, 2, 3, 4], [True] * 4, group)
