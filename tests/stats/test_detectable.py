"""The smallest effects that so many people would show."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError, UsageError
from evalkit.stats import people_for_correlation, smallest_change, smallest_correlation, smallest_difference


@pytest.mark.parametrize(("r", "n"), [(0.10, 783), (0.30, 85), (0.50, 28)])
def test_people_for_a_correlation_are_those_of_cohen(r, n):
    """Cohen (1992), Psychol Bull 112:155–159, table 2, doi:10.1037/0033-2909.112.1.155; rounded there."""
    assert people_for_correlation(r) == pytest.approx(n, abs=1)


@pytest.mark.parametrize(("d", "n"), [(0.5, 64), (0.8, 26)])
def test_people_for_a_difference_of_two_groups_are_those_of_cohen(d, n):
    """Cohen (1992), table 2: n people in each group."""
    assert smallest_difference(n, n) <= d < smallest_difference(n - 1, n - 1)


def test_differences_and_changes_agree_with_statsmodels():
    from statsmodels.stats.power import TTestIndPower, TTestPower

    two = TTestIndPower().power(smallest_difference(5, 22), nobs1=5, ratio=22 / 5, alpha=0.05)
    one = TTestPower().power(smallest_change(27), nobs=27, alpha=0.05)
    assert (one, two) == pytest.approx((0.8, 0.8), abs=1e-5)


def test_a_correlation_of_that_size_is_found_four_times_in_five(rng):
    """4,000 samples of 27: found in .80, three Monte Carlo errors .019."""
    r = smallest_correlation(27)
    x = rng.normal(size=(4000, 27))
    y = r * x + (1 - r**2) ** 0.5 * rng.normal(size=(4000, 27))
    found = scipy.stats.pearsonr(x, y, axis=1).pvalue < 0.05
    assert np.mean(found) == pytest.approx(0.8, abs=0.019)


def test_more_people_show_less_and_more_power_takes_more():
    sizes = [5, 10, 27, 40, 400]
    for smallest in (smallest_correlation, smallest_change, lambda n: smallest_difference(n, n)):
        assert all(np.diff([smallest(n) for n in sizes]) < 0)
    assert smallest_change(27, power=0.9) > smallest_change(27) > smallest_change(27, level=0.1)


def test_units_take_people_from_a_correlation():
    assert smallest_correlation(28, n_strata=2) == smallest_correlation(27)


def test_two_people_still_have_a_smallest_change():
    assert smallest_change(2) > smallest_change(3) > 1


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: smallest_correlation(4), DesignError, "4 people leave 4"),
        (lambda: smallest_difference(1, 9), DesignError, "two people in each; there are 1 and 9"),
        (lambda: smallest_change(1), DesignError, "there are 1"),
        (lambda: people_for_correlation(0), UsageError, "between 0 and 1, not 0"),
        (lambda: smallest_change(9, power=0.01), UsageError, "0 < level < power < 1"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, error, message):
    with pytest.raises(error, match=message):
        ask()
