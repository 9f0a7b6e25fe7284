import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.rules import ASSUMED, LowerCutOffs, average_raters, rate_sum, score_sum
from evalkit.vocabulary import PREDIKATS

scores = st.floats(0, 120)


@pytest.mark.parametrize(
    ("skp", "behaviour", "weight", "score"),
    [
        (100, 100, 0.3, 100.0),
        (110, 80, 0.3, 101.0),
        (110, 80, 0.4, 98.0),
        (120, 120, 0.4, 120.0),
        (0, 0, 0.3, 0.0),
    ],
)
def test_the_score_is_the_weighted_sum_of_article_41(skp, behaviour, weight, score):
    assert score_sum(skp, behaviour, behaviour_weight=weight) == score


def test_parts_above_120_count_as_120():
    assert score_sum(150, 80) == score_sum(120, 80) == 108.0
    assert score_sum(200, 200) == 120.0


@pytest.mark.parametrize(
    ("score", "new_idea", "predikat"),
    [
        (120, True, "sangat_baik"),
        (110, True, "sangat_baik"),
        (109.99, True, "baik"),
        (120, False, "baik"),
        (110, False, "baik"),
        (90, True, "baik"),
        (90, False, "baik"),
        (89.99, True, "butuh_perbaikan"),
        (70, True, "butuh_perbaikan"),
        (69.99, True, "kurang"),
        (50, True, "kurang"),
        (49.99, True, "sangat_kurang"),
        (0, True, "sangat_kurang"),
    ],
)
def test_each_band_starts_at_its_lower_edge_and_110_asks_for_a_new_idea(score, new_idea, predikat):
    assert rate_sum(score, new_idea=new_idea) == predikat


@given(st.lists(scores, min_size=2, max_size=2), st.booleans())
def test_every_score_has_a_band_and_a_higher_score_never_a_lower_one(pair, new_idea):
    low, high = sorted(pair)
    assert PREDIKATS.index(rate_sum(low, new_idea=new_idea)) <= PREDIKATS.index(
        rate_sum(high, new_idea=new_idea)
    )


def test_the_two_unconfirmed_cut_offs_are_parameters_that_say_they_are_assumed():
    assert (ASSUMED.butuh_perbaikan, ASSUMED.kurang, ASSUMED.basis) == (70.0, 50.0, "assumed")
    stated = LowerCutOffs(butuh_perbaikan=76, kurang=61, basis="the office's own rule")
    assert rate_sum(75, new_idea=False, lower=stated) == "kurang"
    assert rate_sum(60, new_idea=False, lower=stated) == "sangat_kurang"


def test_cut_offs_that_do_not_rise_are_refused():
    with pytest.raises(
        ValueError,
        match=r"^the lower cut-offs must satisfy 0 < kurang < butuh_perbaikan < 90; found 70 and 60$",
    ):
        LowerCutOffs(butuh_perbaikan=60, kurang=70)


@pytest.mark.parametrize("score", [-0.01, 120.01, math.nan, math.inf])
def test_a_score_off_the_scale_is_refused(score):
    with pytest.raises(ValueError, match="lies between 0 and 120"):
        rate_sum(score, new_idea=False)


def test_any_other_weight_of_behaviour_is_refused():
    message = r"^behaviour_weight must be 0\.3 or 0\.4 \(PP 30/2019, article 41\); found 0\.5$"
    with pytest.raises(ValueError, match=message):
        score_sum(100, 100, behaviour_weight=0.5)


@pytest.mark.parametrize(("skp", "behaviour"), [(-1, 50), (50, math.nan)])
def test_a_part_that_is_negative_or_no_number_is_refused(skp, behaviour):
    with pytest.raises(ValueError, match="must be a number of at least 0"):
        score_sum(skp, behaviour)


def test_a_missing_rater_is_left_out_and_not_averaged_in_as_zero():
    weights = {"supervisor": 0.6, "peer": 0.2, "subordinate": 0.2}
    ratings = {"supervisor": 80, "peer": 100, "subordinate": None}
    assert average_raters(ratings, weights) == pytest.approx(85.0, rel=1e-12)
    assert average_raters({**ratings, "subordinate": math.nan}, weights) == pytest.approx(85.0, rel=1e-12)


def test_a_rating_of_zero_is_a_rating():
    assert average_raters({"a": 0, "b": 100}, {"a": 1, "b": 1}) == 50


def test_no_rating_at_all_is_refused():
    with pytest.raises(ValueError, match=r"^no rater gave a rating, so there is nothing to average$"):
        average_raters({"supervisor": None}, {"supervisor": 1})


def test_a_rater_without_a_weight_is_refused():
    with pytest.raises(ValueError, match=r"^each rater needs a positive weight; peer has none$"):
        average_raters({"supervisor": 90, "peer": 90}, {"supervisor": 1})


@given(st.lists(scores, min_size=1, max_size=6))
def test_the_mean_of_raters_lies_between_them_and_ignores_their_order(values):
    ratings = {f"r{i}": value for i, value in enumerate(values)}
    weights = {name: 1 + i for i, name in enumerate(ratings)}
    mean = average_raters(ratings, weights)
    assert min(values) - 1e-9 <= mean <= max(values) + 1e-9
    assert average_raters(dict(reversed(ratings.items())), weights) == mean
