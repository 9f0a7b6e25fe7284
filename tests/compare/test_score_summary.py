"""Means, spread and crowded ends of scores."""

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import summarise_scores
from evalkit.methods import load_methods, score_methods

SEED = 5


def supervisor_ratings(values, unit="u"):
    """Rate the three supervisor components of Surakarta alike, one person a value."""
    return [
        {
            "place": "surakarta",
            "unit": unit,
            "employee": f"{unit}{i}",
            "period": "2025Q1",
            "source": source,
            "rater": "boss" if source == "supervisor" else "",
            "indicator": indicator,
            "value": share if indicator == "permits_on_time" else value,
        }
        for i, value in enumerate(values)
        for share in [(value - 1) / 4]
        for indicator, source in [
            ("discipline", "supervisor"),
            ("service_quality", "supervisor"),
            ("innovation", "supervisor"),
            ("permits_on_time", "system"),
        ]
    ]


def summarise(rows, n_boot=400):
    scores = score_methods(make_evidence(rows), load_methods(["surakarta", "senapelan"]))
    return scores, summarise_scores(scores, n_boot=n_boot, rng=np.random.default_rng(SEED))


def test_the_mean_is_that_of_the_scores_and_lies_in_its_interval():
    scores, found = summarise(supervisor_ratings([1, 2, 3, 4, 5, 3, 4]))
    (row,) = found.to_frame().to_dict("records")
    expected = scores.scores["score"]
    assert row["estimate"] == pytest.approx(expected.mean())
    assert row["sd"] == pytest.approx(expected.std())
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert (row["n"], row["n_insufficient"]) == (7, 0)


def test_a_score_at_the_end_of_the_scale_is_counted_there():
    _, found = summarise(supervisor_ratings([1, 5, 5, 3]))
    (row,) = found.to_frame().to_dict("records")
    assert (row["top_share"], row["bottom_share"]) == (0.5, 0.25)
    assert row["top_low"] < 0.5 < row["top_high"]


def test_whole_units_are_resampled_where_there_are_several():
    """Within a unit all are alike, so the mean is as uncertain as twelve people, not sixty."""
    values = [2, 4, 3, 3, 2, 4, 3, 2, 4, 3, 2, 4]
    rows = [row for i, value in enumerate(values) for row in supervisor_ratings([value] * 5, f"u{i}")]
    _, found = summarise(rows)
    (row,) = found.to_frame().to_dict("records")
    assert row["caveat"] == ""
    error = np.std(values, ddof=1) / 12**0.5 * 25
    assert row["conf_high"] - row["conf_low"] == pytest.approx(2 * 2.2 * error, rel=0.15)


def test_few_units_are_not_resampled_but_have_a_wide_interval():
    """Two units, 0 points and 50 points above the lowest: t(1) on their means, 12.7 standard errors."""
    rows = supervisor_ratings([2] * 10, "u") + supervisor_ratings([4] * 10, "v")
    _, found = summarise(rows)
    (row,) = found.to_frame().to_dict("records")
    assert row["caveat"].startswith("2 units, under 10")
    assert row["conf_high"] - row["conf_low"] == pytest.approx(2 * 12.706 * 25, rel=1e-3)


def test_one_unit_is_said_and_one_person_has_no_interval():
    _, one_unit = summarise(supervisor_ratings([2, 3, 4]))
    assert one_unit.to_frame()["caveat"].iloc[0].startswith("all in one unit")
    _, one_person = summarise(supervisor_ratings([3]))
    (row,) = one_person.to_frame().to_dict("records")
    assert row["estimate"] == pytest.approx(50)
    assert np.isnan([row["conf_low"], row["conf_high"], row["sd"]]).all()


def test_the_order_of_people_changes_nothing():
    rows = supervisor_ratings([1, 2, 3, 4, 5])
    _, forwards = summarise(rows)
    _, backwards = summarise(rows[::-1])
    pd.testing.assert_frame_equal(forwards.to_frame(), backwards.to_frame())


def test_a_method_without_evidence_is_published_with_its_reason_and_no_mean():
    _, found = summarise(supervisor_ratings([2, 3, 4]))
    rows = found.to_results().set_index(["quantity", "method_a"])
    assert rows.loc[("covered_weight", "senapelan"), "caveat"].startswith(
        "Not estimable: the evidence carries 0 %"
    )
    assert ("mean_score", "senapelan") not in rows.index
    assert ("mean_score", "surakarta") in rows.index


def test_nobody_scored_leaves_an_empty_summary_and_the_reasons():
    rows = [{"place": "p", "source": "self", "indicator": "initiative", "employee": "e", "value": 3.0}]
    scores = score_methods(make_evidence(rows), load_methods(["semarang"]))
    found = summarise_scores(scores, n_boot=10, rng=np.random.default_rng(SEED))
    assert found.to_frame().empty
    assert found.to_results()["quantity"].tolist() == ["covered_weight"]
