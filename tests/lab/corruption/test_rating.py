from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.lab.corruption import Corruption, corrupt

DOSES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def spoil(evidence, kind, dose, seed=1):
    return corrupt(evidence, [Corruption(kind, dose)], seed).observations


def curve(evidence, kind, measure):
    """Measure the observations at every dose."""
    return np.array([measure(spoil(evidence, kind, dose)) for dose in DOSES])


def of(source, observations):
    return observations.query("source == @source and status == 'recorded'")


@pytest.fixture(scope="module")
def three_periods():
    """400 raters who give one person 1.5 of 5 in each of three periods."""
    return make_evidence([
        {
            "place": "p", "unit": "u", "employee": "e", "period": f"2025Q{quarter}", "source": "supervisor",
            "indicator": "integrity", "rater": f"s{rater}", "value": 1.5,
        }
        for rater in range(400)
        for quarter in (1, 2, 3)
    ])  # fmt: skip


def test_collusion_gives_the_best_value_where_both_collude(evidence):
    share = curve(evidence, "collusion", lambda rows: (of("peer", rows)["value"] == 5).mean())
    assert (np.diff(share) > 0).all()
    assert share[-1] == 1


def test_about_the_square_of_the_dose_is_spoiled_by_collusion():
    rows = [
        {
            "place": "p", "unit": "u", "employee": f"e{i}", "source": "peer", "indicator": "integrity",
            "rater": f"e{j}", "value": 2.0,
        }
        for i in range(60)
        for j in range(60)
        if i != j
    ]  # fmt: skip
    after = spoil(make_evidence(rows), "collusion", 0.5)
    spoiled = after[after["value"] == 5]
    assert set(spoiled["rater"]) == set(spoiled["employee"])
    n = spoiled["rater"].nunique()
    assert len(spoiled) == n * (n - 1)
    assert 20 < n < 40


def test_collusion_takes_the_better_end_where_low_is_good():
    indicators = make_evidence([]).indicators
    indicators.loc[indicators["indicator"] == "integrity", "lower_is_better"] = True
    row = {"place": "p", "unit": "u", "employee": "a", "rater": "b", "source": "peer"}
    made = make_evidence([{**row, "indicator": "integrity", "value": 3.0}], indicators=indicators)
    assert spoil(made, "collusion", 1)["value"].tolist() == [1.0]


def test_self_ratings_rise_with_the_dose_and_never_fall(evidence):
    means = curve(evidence, "inflated_self_rating", lambda rows: of("self", rows)["value"].mean())
    assert (np.diff(means) > 0).all()
    before, after = evidence.observations["value"], spoil(evidence, "inflated_self_rating", 1)["value"]
    assert not (after < before).any()


def test_self_ratings_rise_by_a_point_on_average_at_full_dose():
    row = {"place": "p", "unit": "u", "source": "self", "indicator": "integrity", "value": 1.5}
    made = make_evidence([{**row, "employee": f"e{i}"} for i in range(2_000)])
    risen = spoil(made, "inflated_self_rating", 1)["value"] - 1.5
    assert risen.mean() == pytest.approx(1, abs=4 * 2 / np.sqrt(12 * 2_000))  # four standard errors
    assert risen.max() <= 2
    assert (spoil(made, "inflated_self_rating", 0.25)["value"] > 1.5).mean() == pytest.approx(0.25, abs=0.04)


def test_the_same_people_inflate_all_that_they_say_of_themselves():
    row = {"place": "p", "unit": "u", "source": "self", "value": 1.5}
    made = make_evidence(
        [
            {**row, "employee": f"e{i}", "indicator": name, "period": period}
            for i in range(50)
            for name in ("integrity", "discipline")
            for period in ("2025Q1", "2025Q2")
        ]
    )
    after = spoil(made, "inflated_self_rating", 0.4)
    assert (after.groupby("employee")["value"].nunique() == 1).all()
    assert 10 < after.loc[after["value"] > 1.5, "employee"].nunique() < 30


def test_whole_ratings_rise_as_much_as_others_on_average():
    rows = [
        {
            "place": "p", "unit": "u", "source": "self", "indicator": "integrity", "employee": f"e{i}",
            "value": 1.0,
        }
        for i in range(2_000)
    ]  # fmt: skip
    risen = spoil(make_evidence(rows), "inflated_self_rating", 1)["value"] - 1
    assert set(risen) == {0.0, 1.0, 2.0}
    assert risen.mean() == pytest.approx(1, abs=4 * np.sqrt((1 / 3 + 1 / 6) / 2_000))  # pace and rounding


def test_leniency_grows_from_period_to_period_and_with_the_dose(evidence):
    drifts = curve(
        evidence, "leniency_drift", lambda rows: of("supervisor", rows).groupby("period")["value"].mean()
    )
    first, later = drifts[:, 0], np.diff(drifts[:, 1:], axis=0)
    assert (first == first[0]).all()
    assert (later > 0).all()
    assert (np.diff(drifts[-1] - drifts[0]) > 0).all()


@pytest.mark.parametrize("dose", [0.5, 1.0])
def test_the_last_period_is_better_by_the_dose_in_points_and_the_one_before_by_half(three_periods, dose):
    after = spoil(three_periods, "leniency_drift", dose)
    risen = after.groupby("period")["value"].mean() - 1.5
    margin = 4 * dose * 2 / np.sqrt(12 * 400)  # four standard errors
    assert risen.tolist() == pytest.approx([0, dose / 2, dose], abs=margin)


def test_each_rater_drifts_at_a_pace_of_their_own(three_periods):
    last = spoil(three_periods, "leniency_drift", 1).query("period == '2025Q3'")["value"] - 1.5
    assert last.min() < 0.1
    assert last.max() > 1.9


def test_straight_lining_leaves_less_and_less_difference_within_a_rater(evidence):
    def spread(rows):
        persons = rows[rows["rater"] != ""].query("indicator != 'staff_conduct'")  # one scale a rater
        return persons.groupby(["source", "rater"])["value"].std().mean()

    spreads = curve(evidence, "straight_lining", spread)
    assert (np.diff(spreads) < 0).all()
    assert spreads[-1] < 0.1 * spreads[0]  # those who answer on scales of four and five keep some


def test_a_straight_line_is_the_mean_of_what_the_rater_would_have_said(evidence):
    before, after = of("supervisor", evidence.observations), spoil(evidence, "straight_lining", 1)
    after = of("supervisor", after)
    assert (after.groupby("rater")["value"].nunique() == 1).all()
    honest = before.groupby("rater")["value"].mean()
    pd.testing.assert_series_equal(after.groupby("rater")["value"].first(), np.round(honest))


def test_random_answers_say_less_and_less_and_nothing_at_full_dose(evidence):
    before = of("peer", evidence.observations)["value"]
    kept = curve(evidence, "random_answers", lambda rows: of("peer", rows)["value"].corr(before))
    assert kept[0] == pytest.approx(1)
    assert (np.diff(kept) < 0).all()
    assert abs(kept[-1]) < 3 / np.sqrt(len(before))


def test_random_answers_use_every_value_of_the_scale_alike(evidence):
    after = spoil(evidence, "random_answers", 1)
    for indicator, k in (("communication", 5), ("staff_conduct", 4)):
        values = after.loc[(after["indicator"] == indicator) & after["value"].notna(), "value"]
        shares = values.value_counts(normalize=True).sort_index()
        assert shares.index.tolist() == list(range(1, k + 1))
        assert shares.tolist() == pytest.approx([1 / k] * k, abs=4 * np.sqrt(0.25 / len(values)))


@pytest.mark.parametrize("kind", ["straight_lining", "random_answers"])
def test_counts_of_complaints_are_no_answers_on_a_scale(evidence, kind):
    rows = evidence.observations
    counts = rows["indicator"].isin(["complaints", "praise"])
    pd.testing.assert_frame_equal(spoil(evidence, kind, 1)[counts], rows[counts])


def test_raters_of_the_same_name_in_two_places_are_two_people():
    row = {"unit": "u", "employee": "e", "rater": "r", "source": "peer", "indicator": "integrity"}
    made = make_evidence([{**row, "place": f"p{i}", "value": float(1 + i % 5)} for i in range(200)])
    answers = spoil(made, "straight_lining", 1)["value"]
    assert answers.tolist() == made.observations["value"].tolist()


def test_employees_need_not_be_named_as_raters_of_themselves(evidence):
    own = evidence.select(sources=["self"])
    rows = own.observations
    unnamed = replace(own, observations=rows.assign(rater=""))
    half = replace(own, observations=rows.assign(rater=rows["rater"].where(rows["period"] > "2025Q2", "")))
    for kind in ("inflated_self_rating", "straight_lining", "refusal"):
        named = spoil(own, kind, 0.5)["value"]
        pd.testing.assert_series_equal(spoil(unnamed, kind, 0.5)["value"], named)
        pd.testing.assert_series_equal(spoil(half, kind, 0.5)["value"], named)
