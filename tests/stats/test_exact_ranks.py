"""Kendall's tau of few people in strata, against every order that chance could have given."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
import scipy.stats

from evalkit.errors import DesignError
from evalkit.stats import estimate_exact_rank_agreement, estimate_rank_agreement

#: Half of what 9,999 random orders leave open at p = .5, three times over.
MONTE_CARLO = 3 * (0.25 / 9999) ** 0.5


def orders(sizes):
    """Yield every order of people within strata that stand one after the other."""
    starts = np.cumsum([0, *sizes[:-1]])
    parts = [
        [tuple(start + i for i in order) for order in permutations(range(size))]
        for start, size in zip(starts, sizes, strict=True)
    ]
    for chosen in product(*parts):
        yield np.array([i for part in chosen for i in part])


def balance(x, y, strata):
    same = np.equal.outer(strata, strata)
    signs = np.sign(np.subtract.outer(x, x)) * np.sign(np.subtract.outer(y, y))
    return int((signs * same).sum() // 2)


@pytest.mark.parametrize("n", [8, 12, 27])
def test_the_exact_p_value_of_one_stratum_is_that_of_scipy(rng, n):
    x = rng.normal(size=n)
    y = 0.5 * x + rng.normal(size=n)
    other = scipy.stats.kendalltau(x, y, method="exact")
    found = estimate_exact_rank_agreement(x, y, rng=rng)
    assert found.exact
    assert (found.estimate, found.p_value) == pytest.approx((other.statistic, other.pvalue))


@pytest.mark.parametrize("tied", [False, True])
def test_p_values_within_strata_are_shares_of_all_orders(rng, tied):
    strata = np.repeat([0, 1], [5, 4])
    x, y = rng.normal(size=(2, 9))
    if tied:
        y = np.round(y)
    here = abs(balance(x, y, strata))
    all_orders = [abs(balance(x, y[order], strata)) >= here for order in orders([5, 4])]
    found = estimate_exact_rank_agreement(x, y, strata=strata, rng=rng)
    assert found.exact is not tied
    assert found.p_value == pytest.approx(np.mean(all_orders), abs=MONTE_CARLO if tied else 1e-12)


def test_the_estimate_is_that_of_rank_agreement_within_places(rng):
    strata = rng.integers(0, 3, 40)
    x, y = rng.normal(size=(2, 40)).round(1)
    other = estimate_rank_agreement(x, y, strata=strata, n_boot=1, rng=rng)
    found = estimate_exact_rank_agreement(x, y, strata=strata, rng=rng)
    assert found.estimate == pytest.approx(other.estimate)


def test_neither_the_level_of_a_unit_nor_the_order_of_rows_nor_a_monotone_scale_changes_anything(rng):
    strata = np.repeat(["a", "b"], [13, 14])
    x, y = rng.normal(size=(2, 27))
    order = rng.permutation(27)
    first = estimate_exact_rank_agreement(x, y, strata=strata, rng=rng)
    second = estimate_exact_rank_agreement(
        np.exp(x + 5 * (strata == "b"))[order],
        (y - 9 * (strata == "a"))[order],
        strata=strata[order],
        rng=rng,
    )
    for name in ("estimate", "conf_low", "conf_high", "p_value"):
        assert getattr(second, name) == pytest.approx(getattr(first, name))


def test_unrelated_scores_are_called_related_as_rarely_as_promised(rng):
    """2,000 samples of 27 people in two units that differ: at most 5 % of p-values below .05."""
    strata = np.repeat([0, 1], [13, 14])
    found = [
        estimate_exact_rank_agreement(
            *(rng.normal(size=(2, 27)) + 3 * strata), strata=strata, rng=rng
        ).p_value
        for _ in range(2000)
    ]
    assert np.mean(np.array(found) < 0.05) < 0.05 + 3 * (0.05 * 0.95 / 2000) ** 0.5


def test_equal_orders_have_a_tau_of_one_and_no_width(rng):
    found = estimate_exact_rank_agreement(range(9), range(9), rng=rng)
    assert (found.estimate, found.conf_low, found.conf_high) == pytest.approx((1, 1, 1))
    assert found.p_value == pytest.approx(2 / 362880)


def test_whoever_is_alone_in_a_unit_is_left_out(rng):
    x, y = rng.normal(size=(2, 10))
    strata = [0] * 9 + [1]
    found = estimate_exact_rank_agreement(x, y, strata=strata, rng=rng)
    assert found == estimate_exact_rank_agreement(x[:9], y[:9], rng=rng)
    assert (found.n, found.n_strata, found.n_pairs) == (9, 1, 36)


@pytest.mark.parametrize(
    ("first", "second", "strata", "message"),
    [
        (range(7), range(7), None, "needs 8 who share a stratum with somebody; there are 7"),
        (range(9), range(9), range(9), "there are 0"),
        (range(9), range(8), None, r"the shapes are \(9,\), \(8,\) and \(9,\)"),
        ([*range(8), np.nan], range(9), None, "drop those with a gap first"),
        ([1, 1, 1, 1, 2, 2, 2, 2], range(8), [0, 0, 0, 0, 1, 1, 1, 1], "one is constant in all"),
    ],
)
def test_what_cannot_be_compared_is_refused(rng, first, second, strata, message):
    with pytest.raises(DesignError, match=message):
        estimate_exact_rank_agreement(first, second, strata=strata, rng=rng)
