"""What each rater gave, in points, adds up to the scores."""

import numpy as np
import pytest
from score_maker import QUARTERS, evidence_of, gather, make_method

from evalkit.evidence import standard_indicators
from evalkit.methods import list_rating_points, load_methods, score_methods


def test_ratings_averaged_over_raters_sources_and_occasions_are_the_scores():
    rng = np.random.default_rng(1)
    method = make_method(
        [("a", ("peer", "supervisor"), 0.7, "result"), ("b", ("peer",), 0.3, "behaviour")],
        raters={"peer": 1.0, "supervisor": 3.0},
    )
    rows = evidence_of(rng.normal(0, 100, size=(12, 4, 3, 2)), ["a", "b"], "peer")
    rows += evidence_of(rng.normal(0, 100, size=(12, 4, 1, 1)), ["a"], "supervisor")
    evidence = gather(rows)
    points = list_rating_points(evidence, {"made": method})
    who = ["employee", "component", "source"]
    mean = (
        points.groupby([*who, "period"])["points"].mean().groupby(who).mean().unstack(["component", "source"])
    )
    composite = 0.7 * (mean["a", "peer"] + 3 * mean["a", "supervisor"]) / 4 + 0.3 * mean["b", "peer"]
    scores = score_methods(evidence, [method]).scores.set_index("employee")["score"]
    np.testing.assert_allclose(composite, scores, rtol=1e-12)


def test_items_of_one_rater_are_one_rating_and_are_counted():
    rows = [
        {**row, "item": f"i{item}", "value": row["value"] + item}
        for row in evidence_of(np.zeros((2, 1, 2, 1)), ["a"], "peer")
        for item in (0, 20)
    ]
    points = list_rating_points(gather(rows), {"made": make_method([("a", ("peer",), 1.0, "result")])})
    assert len(points) == 4
    assert points["n_observations"].tolist() == [2] * 4
    assert points["points"].tolist() == pytest.approx([50.5] * 4)


def test_categories_as_parquet_holds_them_read_like_texts():
    evidence = gather(evidence_of(np.zeros((2, 2, 2, 1)), ["a"], "peer"))
    method = {"made": make_method([("a", ("peer",), 1.0, "result")])}
    texts = list_rating_points(evidence, method)
    for name in ("employee", "rater", "source", "indicator"):
        evidence.observations[name] = evidence.observations[name].astype("category")
    assert texts.equals(list_rating_points(evidence, method))
    assert set(texts["period"]) == set(QUARTERS[:2])


def test_a_survey_of_a_unit_has_no_employee():
    row = {"place": "p", "unit": "u", "indicator": "public_satisfaction", "source": "citizen", "value": 3.0}
    evidence = gather([{**row, "rater": f"r{i}", "item": f"U{i}"} for i in range(9)])
    object.__setattr__(evidence, "indicators", standard_indicators())
    points = list_rating_points(evidence, {"dumai": load_methods(["dumai"])["dumai"]})
    assert points["level"].tolist() == ["unit"] * 9
    assert points["employee"].unique().tolist() == [""]
    assert points["points"].tolist() == [75.0] * 9


def test_nothing_to_read_gives_no_rows():
    evidence = gather(evidence_of(np.zeros((2, 1, 1, 1)), ["a"], "peer"))
    assert list_rating_points(evidence, {}).empty
