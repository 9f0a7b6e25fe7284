"""Shares and impact ratios."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

from evalkit.errors import DesignError
from evalkit.stats import estimate_ceiling, estimate_impact_ratio, estimate_share


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (480, 1200), (1, 1)])
@pytest.mark.parametrize("conf_level", [0.9, 0.95])
def test_exact_intervals_agree_with_statsmodels(count, n, conf_level):
    found = estimate_share(count, n, conf_level=conf_level)
    other = proportion_confint(count, n, alpha=1 - conf_level, method="beta")
    assert (found.conf_low, found.conf_high) == pytest.approx(np.nan_to_num(other, nan=0), abs=1e-9)


def test_the_complement_has_the_complementary_interval():
    some, rest = estimate_share(7, 30), estimate_share(23, 30)
    assert (1 - rest.conf_high, 1 - rest.conf_low) == pytest.approx((some.conf_low, some.conf_high))


@pytest.mark.parametrize(("count", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_an_impossible_share_is_refused(count, n):
    with pytest.raises(DesignError, match=f"they are {count} of {n}"):
        estimate_share(count, n)


def test_the_ceiling_counts_the_highest_value():
    found = estimate_ceiling([5, 5, 4, 1], 5)
    assert (found.count, found.n, found.estimate) == (2, 4, 0.5)
    with pytest.raises(DesignError, match="at most 5; 1 are higher and 1 are missing"):
        estimate_ceiling([6, np.nan, 4], 5)


def test_the_uniform_guidelines_example_has_a_ratio_of_one_half():
    found = estimate_impact_ratio(12, 40, 48, 80)
    assert (found.rate, found.reference_rate, found.estimate) == pytest.approx((0.3, 0.6, 0.5), abs=1e-9)
    other = Table2x2(np.array([[12, 28], [48, 32]]))
    assert found.estimate == pytest.approx(other.riskratio)
    assert (found.conf_low, found.conf_high) == pytest.approx(other.riskratio_confint())
    assert found.caveat == ""


def test_exchanging_the_groups_inverts_the_ratio():
    one, other = estimate_impact_ratio(12, 40, 48, 80), estimate_impact_ratio(48, 80, 12, 40)
    assert (1 / other.estimate, 1 / other.conf_high, 1 / other.conf_low) == pytest.approx(
        (one.estimate, one.conf_low, one.conf_high)
    )


def test_a_ratio_without_an_interval_says_why():
    none = estimate_impact_ratio(0, 40, 48, 80)
    assert none.estimate == 0
    assert math.isnan(none.conf_high)
    assert none.caveat.startswith("nobody of the group was selected")
    everybody = estimate_impact_ratio(40, 40, 80, 80)
    assert everybody.estimate == 1
    assert math.isnan(everybody.conf_low)
    assert everybody.caveat.startswith("everybody was selected")


def test_a_small_group_is_flagged():
    assert estimate_impact_ratio(3, 12, 48, 80).caveat == "a group has 12 members, under 30"


def test_a_reference_group_without_selection_is_refused():
    with pytest.raises(DesignError, match="Nobody of the 80 in the reference group was selected"):
        estimate_impact_ratio(3, 40, 0, 80)
    with pytest.raises(DesignError, match="they are 0 of 0"):
        estimate_impact_ratio(0, 0, 1, 80)
