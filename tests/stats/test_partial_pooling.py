"""Estimates drawn together: against the eight schools, and against integration by another way."""

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import multivariate_normal, norm

from evalkit.errors import DesignError
from evalkit.stats import pool_partially

#: Eight schools (Rubin 1981; Gelman et al. 2013, table 5.2): effects of coaching and their errors.
EFFECTS = [28, 8, -3, 7, -1, 1, 18, 12]
ERRORS = [15, 10, 16, 11, 9, 11, 10, 18]
#: Medians of their table 5.3, recalled; they are of 200 draws, so good to about 3 points.
MEDIANS = [10, 8, 7, 8, 5, 6, 10, 8]
#: A grid of 400 spreads against adaptive integration.
GRID = 0.02


def test_the_eight_schools_are_near_the_printed_medians():
    assert pool_partially(EFFECTS, ERRORS).estimate == pytest.approx(MEDIANS, abs=3)


def integrate_school(j, limit):
    """Return mean and probability below a limit of one school, from the joint normal given a spread."""
    y, v = np.array(EFFECTS, dtype=float), np.array(ERRORS, dtype=float) ** 2
    flat = 1e6  # variance of the prior on the mean

    def parts(spread):
        cov = np.diag(v + spread**2) + flat
        weight = np.exp(multivariate_normal.logpdf(y, cov=cov) + 38)
        cross = np.full(8, flat)
        cross[j] += spread**2
        gain = np.linalg.solve(cov, cross)
        centre, sd = gain @ y, np.sqrt(flat + spread**2 - gain @ cross)
        return weight, weight * centre, weight * norm.cdf(limit, centre, sd)

    total, mean, below = (
        integrate.quad(lambda spread, i=i: parts(spread)[i], 0, 300, limit=200)[0] for i in range(3)
    )
    return mean / total, below / total


@pytest.mark.parametrize("j", [0, 4, 7])
def test_means_and_probabilities_are_those_of_integration(j):
    found = pool_partially(EFFECTS, ERRORS)
    mean, below = integrate_school(j, 10.0)
    assert found.estimate[j] == pytest.approx(mean, abs=GRID)
    assert found.probability_below(10.0)[j] == pytest.approx(below, abs=GRID / 10)


def test_ends_of_intervals_have_the_tails_that_they_promise():
    found = pool_partially(EFFECTS, ERRORS, conf_level=0.9)
    for j in range(8):
        assert found.probability_below(found.conf_low[j])[j] == pytest.approx(0.05, abs=1e-6)
        assert found.probability_below(found.conf_high[j])[j] == pytest.approx(0.95, abs=1e-6)


def test_shift_scale_and_order_go_through():
    one = pool_partially(EFFECTS, ERRORS)
    other = pool_partially(50 + 2 * np.array(EFFECTS)[::-1], 2 * np.array(ERRORS)[::-1])
    assert other.estimate[::-1] == pytest.approx(50 + 2 * one.estimate)
    assert other.spread == pytest.approx(2 * one.spread)


def test_a_sure_estimate_stays_and_an_unsure_one_goes_to_the_others():
    found = pool_partially([70, 74, 78, 82, 90], [0.01, 0.5, 0.5, 0.5, 50])
    assert found.estimate[0] == pytest.approx(70, abs=0.01)
    assert abs(found.estimate[4] - found.mean) < 2


def test_estimates_that_are_all_equal_are_drawn_to_themselves():
    found = pool_partially([5.0, 5.0, 5.0], [1.0, 1.0, 1.0])
    assert found.estimate == pytest.approx([5, 5, 5])
    assert found.spread_low < found.spread < found.spread_high


@pytest.mark.parametrize(
    ("estimates", "errors", "message"),
    [
        ([1, 2], [1, 1], "At least 3 estimates are drawn together, each with an error; found (2,), (2,)"),
        ([1, 2, 3], [1, 1], "found (3,), (2,)"),
        ([1, 2, np.nan], [1, 1, 1], "Estimates must be complete and each error above zero"),
        ([1, 2, 3], [1, 0, 1], "Estimates must be complete and each error above zero"),
    ],
)
def test_too_little_is_refused(estimates, errors, message):
    with pytest.raises(DesignError) as refusal:
        pool_partially(estimates, errors)
    assert message in str(refusal.value)
