"""Where a curve known with error first rises above zero."""

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.stats import estimate_crossing

DIALS = np.array([0, 0.1, 0.25, 0.5, 0.75, 1])


@pytest.fixture
def rng():
    return np.random.default_rng(20260820)


def test_a_line_crosses_where_algebra_says_and_its_error_is_that_of_the_delta_method(rng):
    """Around .6, between dials .5 and .75: the error of the line there over its slope."""
    slope, error = 0.5, 0.004
    found = estimate_crossing(DIALS, slope * (DIALS - 0.6), np.full(6, error), rng=rng, n_draws=20_000)
    assert found.estimate == pytest.approx(0.6)
    along = (0.6 - 0.5) / 0.25
    assert found.std_error == pytest.approx(error * np.hypot(along, 1 - along) / slope, rel=0.05)
    assert found.conf_low < 0.6 < found.conf_high
    assert found.verdict == "within"


def test_the_scale_of_the_curve_changes_nothing_and_that_of_the_dial_stretches(rng):
    y, errors = np.array([-3, -1, -0.5, 1, 2, 2]), np.full(6, 0.4)
    first = estimate_crossing(DIALS, y, errors, rng=np.random.default_rng(1))
    second = estimate_crossing(2 * DIALS, 5 * y, 5 * errors, rng=np.random.default_rng(1))
    assert second.estimate == pytest.approx(2 * first.estimate)
    assert second.std_error == pytest.approx(2 * first.std_error)
    assert (second.conf_low, second.conf_high) == pytest.approx((2 * first.conf_low, 2 * first.conf_high))


def test_the_first_of_two_crossings_counts(rng):
    found = estimate_crossing([0, 1, 2, 3], [-1, 1, -1, 1], np.zeros(4), rng=rng)
    assert (found.estimate, found.conf_low, found.conf_high) == (0.5, 0.5, 0.5)


def test_a_curve_that_never_rises_and_one_that_begins_above_say_so(rng):
    never = estimate_crossing(DIALS, np.full(6, -0.1), np.full(6, 0.01), rng=rng)
    assert (never.estimate, never.conf_high, never.verdict) == (np.inf, np.inf, "never")
    assert np.isnan(never.std_error)
    start = estimate_crossing(DIALS, np.full(6, 0.1), np.full(6, 0.01), rng=rng)
    assert (start.estimate, start.start_share, start.verdict) == (0, 1, "from the start")


def test_two_curves_that_are_the_same_never_cross(rng):
    found = estimate_crossing(DIALS, np.zeros(6), np.zeros(6), rng=rng)
    assert (found.never_share, found.verdict) == (1, "never")


def test_a_difference_that_errors_cover_is_unclear(rng):
    found = estimate_crossing(DIALS, np.full(6, -0.001), np.full(6, 0.01), rng=rng)
    assert found.verdict == "unclear"
    assert 0 < found.start_share < 1


@pytest.mark.parametrize(
    ("x", "y", "errors", "message"),
    [
        ([0], [1], [1], "two points or more"),
        ([0, 1], [1, 2, 3], [1, 1], "each with its error"),
        ([0, 1], [1, np.nan], [1, 1], "without a gap"),
        ([0, 1], [1, 2], [1, -1], "not negative"),
        ([0, 0], [1, 2], [1, 1], "must ascend"),
    ],
)
def test_what_is_no_curve_is_refused(x, y, errors, message, rng):
    with pytest.raises(DesignError, match=message):
        estimate_crossing(x, y, errors, rng=rng)
