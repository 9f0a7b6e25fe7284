"""Two one-sided tests and Holm: a table worked by hand, another package, properties, edges, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

from evalkit.errors import DesignError, UsageError
from evalkit.stats import adjust_p_values, assess_equivalence, estimate_contrast


def test_a_table_worked_by_hand():
    """Differences of nine people: mean 4/9, sum of squared deviations 12 - 16/9, standard error .3768."""
    differences = [1, 0, -1, 2, 0, 1, -1, 0, 2]
    std_error = np.sqrt((12 - 16 / 9) / 8 / 9)
    fit = estimate_contrast(differences)
    assert (fit.estimate, fit.std_error) == pytest.approx((4 / 9, std_error))
    found = assess_equivalence(fit.estimate, fit.std_error, fit.df, margin=1.25)
    assert found.p_upper == pytest.approx(t.cdf((4 / 9 - 1.25) / std_error, 8))  # t = -2.138
    assert found.p_lower == pytest.approx(t.sf((4 / 9 + 1.25) / std_error, 8))  # t = 4.497
    assert found.p_value == pytest.approx(
        0.0325, abs=5e-5
    )  # t(8) table: between .025 at 2.306 and .05 at 1.860
    assert (found.conf_low, found.conf_high) == pytest.approx(
        (4 / 9 - 1.8595 * std_error, 4 / 9 + 1.8595 * std_error), abs=1e-4
    )
    assert found.equivalent


def test_it_is_statsmodels_for_pairs(rng):
    a, b = rng.normal(size=(2, 30))
    fit = estimate_contrast(a - b)
    found = assess_equivalence(fit.estimate, fit.std_error, fit.df, margin=0.6)
    p_value, lower, upper = ttost_paired(a, b, -0.6, 0.6)
    assert (found.p_value, found.p_lower, found.p_upper) == pytest.approx((p_value, lower[1], upper[1]))


def test_the_90_percent_interval_lies_inside_the_margin_exactly_when_p_is_below_05(rng):
    for estimate, margin in rng.uniform(0, 1, size=(200, 2)):
        found = assess_equivalence(estimate, 0.2, 25, margin=margin + 0.01)
        inside = -found.margin < found.conf_low and found.conf_high < found.margin
        assert inside == found.equivalent


def test_the_sign_of_a_difference_changes_nothing():
    up, down = (assess_equivalence(sign * 0.3, 0.1, 20, margin=0.5) for sign in (1, -1))
    assert up.p_value == pytest.approx(down.p_value)


@pytest.mark.parametrize("margin", [0, -1, float("nan")])
def test_a_margin_that_is_none_is_refused(margin):
    with pytest.raises(DesignError) as refused:
        assess_equivalence(0.1, 0.1, 10, margin=margin)
    assert str(refused.value) == (
        f"A margin of equivalence must be above zero, and fixed beforehand; it is {margin}."
    )


def test_an_estimate_without_error_is_refused():
    with pytest.raises(DesignError, match="Equivalence needs an estimate with a standard error"):
        assess_equivalence(0.1, 0.0, 10, margin=1)


def test_holm_by_hand():
    """Ordered .005, .011, .02, .04, .13 times 5, 4, 3, 2, 1, never falling."""
    found = adjust_p_values([0.02, 0.005, 0.13, 0.011, 0.04])
    assert found.tolist() == pytest.approx([0.06, 0.025, 0.13, 0.044, 0.08])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=8)
def test_holm_is_that_of_statsmodels(p_values):
    assert adjust_p_values(p_values).tolist() == pytest.approx(
        multipletests(p_values, method="holm")[1].tolist()
    )


def test_holm_keeps_order_and_gaps():
    p = np.array([0.2, np.nan, 0.01, 0.9])
    found = adjust_p_values(p)
    assert np.isnan(found[1])
    assert found[[0, 2, 3]].tolist() == pytest.approx([0.4, 0.03, 0.9])
    assert np.isnan(adjust_p_values([np.nan])).all()


def test_p_values_outside_their_range_are_refused():
    with pytest.raises(UsageError, match="p-values to adjust must stand in one row and lie between 0 and 1"):
        adjust_p_values([0.2, 1.2])
