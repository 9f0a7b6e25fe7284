"""Means over replicates, their Monte Carlo errors, and how many replicates are enough."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import replicate_maker as maker

from evalkit.lab.montecarlo import KEY, contrast, largest_error, mean_and_error, next_size, summarise, widen

SCENARIO = maker.make_plan("spoiled").scenarios[0]
SETTINGS = {"seed": 7, "sizes": {}, "methods": dict.fromkeys(maker.METHODS)}
EXACT = 1e-12  # the same sums in another order


def draw(n: int) -> dict[int, pd.DataFrame]:
    return {i: maker.draw(SCENARIO, i, **SETTINGS) for i in range(n)}


def test_the_error_is_that_of_a_mean():
    values = np.random.default_rng(1).random((3, 50))
    mean, error, n = mean_and_error(values)
    assert mean == pytest.approx(values.mean(axis=1), abs=EXACT)
    assert error == pytest.approx(values.std(axis=1, ddof=1) / np.sqrt(50), abs=EXACT)
    assert n.tolist() == [50, 50, 50]


def test_the_error_says_how_far_means_of_new_replicates_lie_apart():
    values = np.random.default_rng(2).binomial(1, 0.3, (4000, 25)).astype(float)
    mean, error, _ = mean_and_error(values)
    assert np.sqrt(np.mean(error**2)) == pytest.approx(mean.std(), rel=0.03)  # 4 000 means, about 1 %


def test_what_is_not_a_number_is_left_out_and_counted():
    mean, error, n = mean_and_error(np.array([[1.0, np.nan, 3.0], [2.0, np.nan, np.nan], [np.nan] * 3]))
    assert n.tolist() == [2, 1, 0]
    assert mean[:2].tolist() == [2.0, 2.0]
    assert error[0] == 1.0
    assert np.isnan([mean[2], error[1], error[2]]).all()


def test_the_order_of_replicates_and_rows_changes_nothing():
    rows = draw(6)
    shuffled = {i: rows[i].sample(frac=1, random_state=i) for i in (3, 5, 0, 1, 4, 2)}
    first, second = (summarise(widen(some)).set_index(list(KEY)).sort_index() for some in (rows, shuffled))
    pd.testing.assert_frame_equal(first, second)


def test_a_change_is_paired_with_clean_evidence_of_the_same_replicate():
    rows = draw(9)
    summary = summarise(widen(rows)).set_index(list(KEY))
    wide = widen(rows)
    key = ("dumai", "own", "decision_loss")
    by_hand = wide.loc[("refusal=0.5", *key)] - wide.loc[("", *key)]
    row = summary.loc[("refusal=0.5", *key)]
    assert row["change"] == pytest.approx(by_hand.mean(), abs=EXACT)
    assert row["change_error"] == pytest.approx(by_hand.sem(), abs=EXACT)
    assert summary.loc[[("", *key)], ["change", "change_error"]].isna().all(axis=None)


def test_a_contrast_is_paired_so_that_what_methods_share_drops_out():
    wide = widen(draw(40))
    row = contrast(wide).set_index(["corruption", "method_a", "method_b", "target", "quantity"])
    both = wide.loc[("", ["dumai", "surakarta"], "own", "decision_loss"), :].to_numpy()
    found = row.loc[("", "dumai", "surakarta", "own", "decision_loss")]
    assert found["estimate"] == pytest.approx((both[0] - both[1]).mean(), abs=EXACT)
    assert found["mc_error"] == pytest.approx((both[0] - both[1]).std(ddof=1) / np.sqrt(40), abs=EXACT)
    assert not (contrast(wide)["quantity"] == "bias").any()


def test_one_method_has_no_contrast():
    wide = widen({0: draw(1)[0].query("method == 'dumai'")})
    assert len(contrast(wide)) == 0
    assert list(contrast(wide)) == list(contrast(widen(draw(2))))


def test_the_largest_error_looks_at_the_primary_quantity_alone():
    wide = widen(draw(9))
    loud = wide.copy()
    loud[wide.index.get_level_values("quantity") != "decision_loss"] *= 1000
    assert largest_error(loud) == largest_error(wide) > 0
    assert np.isnan(largest_error(widen(draw(1))))


def test_two_numbers_of_one_key_are_refused():
    rows = draw(1)[0]
    with pytest.raises(ValueError, match="replicate 0 has two numbers of"):
        widen({0: pd.concat([rows, rows.head(1)])})


@pytest.mark.parametrize(
    ("n", "error", "most", "expected"),
    [
        (8, 0.01, 100, 8),  # it is small enough
        (8, 0.0, 100, 8),  # nothing varies
        (8, 0.03, 100, 72),  # nine times as many for a third of the error
        (8, 0.03, 50, 50),
        (40, 0.0101, 100, 50),  # at least a quarter more, so that rounds are few
        (8, float("nan"), 100, 16),
    ],
)
def test_as_many_replicates_as_the_error_needs(n, error, most, expected):
    assert next_size(n, error, target=0.01, most=most) == expected
