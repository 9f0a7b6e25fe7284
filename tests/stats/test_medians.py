"""The median with its exact interval."""

import numpy as np
import pytest
from scipy.stats import binom, quantile_test

from evalkit.errors import DesignError
from evalkit.stats import estimate_median

#: Ranks of the ends at 95 %, as tables for the sign test print them.
RANKS = {
    6: 1,
    8: 1,
    9: 2,
    11: 2,
    12: 3,
    14: 3,
    15: 4,
    16: 4,
    17: 5,
    19: 5,
    20: 6,
    22: 6,
    23: 7,
    25: 8,
    50: 18,
}


@pytest.mark.parametrize(("n", "rank"), RANKS.items())
def test_ranks_are_those_of_the_sign_test(n, rank):
    found = estimate_median(np.arange(1, n + 1))
    assert found.rank == rank
    assert (found.conf_low, found.conf_high) == (rank, n + 1 - rank)


@pytest.mark.parametrize("n", [7, 18, 43, 200])
def test_ends_are_those_of_scipy(n):
    values = np.random.default_rng(n).lognormal(size=n)
    ends = quantile_test(values, p=0.5).confidence_interval(0.95)
    found = estimate_median(values)
    np.testing.assert_allclose([found.conf_low, found.conf_high], [ends.low, ends.high])


@pytest.mark.parametrize("n", [6, 20, 51])
def test_the_level_is_kept_and_the_next_rank_would_miss_it(n):
    rank = estimate_median(np.arange(n), conf_level=0.9).rank
    assert 1 - 2 * binom.cdf(rank - 1, n, 0.5) >= 0.9 > 1 - 2 * binom.cdf(rank, n, 0.5)


def test_a_rising_function_of_the_values_moves_all_three_numbers_with_it():
    values = np.random.default_rng(3).normal(size=21)
    found, moved = estimate_median(values[::-1]), estimate_median(np.exp(values))
    assert np.exp([found.conf_low, found.estimate, found.conf_high]).tolist() == pytest.approx(
        [moved.conf_low, moved.estimate, moved.conf_high]
    )


def test_five_values_have_a_median_and_no_interval():
    found = estimate_median([3, 1, 2, 2, 9])
    assert (found.estimate, found.rank) == (2, 0)
    assert np.isnan([found.conf_low, found.conf_high]).all()


@pytest.mark.parametrize("values", [[], [1.0, np.nan]])
def test_no_value_or_a_missing_one_is_refused(values):
    with pytest.raises(DesignError, match="A median needs values, and none missing"):
        estimate_median(values)
