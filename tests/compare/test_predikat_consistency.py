"""The same predikat twice."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from score_maker import draw_ratings, evidence_of, gather, make_method

from evalkit.compare import measure_score_dependability, simulate_predikat_consistency
from evalkit.compare.pattern import allocate_by, follow_pattern
from evalkit.compare.predikat_consistency import NO_PATTERN
from evalkit.errors import DesignError
from evalkit.methods import score_methods
from evalkit.rules import ACHIEVEMENTS, check_distribution
from evalkit.vocabulary import PREDIKATS

PARTS = [("a", ("peer",), 0.6, "result"), ("b", ("peer",), 0.4, "behaviour")]
UNIVERSE = np.array([[100.0, 60], [60, 80]])


def simulate(noise=1.0, *, parts=PARTS, n=200, n_boot=60, achievements=None, forgotten="", n_raters=3):
    """Appraise people twice whose ratings have so much error; cut-offs lie at 49 and 51 points."""
    error = {name: noise * 100 * np.eye(2) for name in ("occasion", "rater", "residual")}
    values = draw_ratings(
        n,
        n_raters=n_raters,
        n_occasions=4,
        covariances={"universe": 4 * UNIVERSE, **error},
        rng=np.random.default_rng(1),
    )
    evidence = gather(evidence_of(values, ["a", "b"], "peer", units=np.arange(n) % 20))
    if achievements is not None:
        table = pd.DataFrame({"place": "here", "unit": [f"u{i:03d}" for i in range(20)]})
        evidence.extras["agencies"] = table.assign(achievement=achievements).drop(
            columns=[forgotten] if forgotten else []
        )
    scores = score_methods(evidence, [make_method(parts)])
    worth = measure_score_dependability(scores, evidence, n_boot=50, rng=np.random.default_rng(2))
    return simulate_predikat_consistency(worth, scores, evidence, rng=np.random.default_rng(3), n_boot=n_boot)


def shares(found):
    return found.consistency.set_index("quantity")


def test_ratings_without_error_give_the_same_predikat_again():
    rows = shares(simulate(noise=0.0))
    assert rows["estimate"].tolist() == pytest.approx([1.0, 1.0])
    assert rows["mc_error"].tolist() == pytest.approx([0.0, 0.0])


def test_more_error_means_fewer_people_with_the_same_predikat():
    found = [shares(simulate(noise=noise))["estimate"] for noise in (0.3, 1.0, 4.0)]
    assert (np.diff([each["same_predikat_share"] for each in found]) < 0).all()
    assert (np.diff([each["predikat_kappa"] for each in found]) < 0).all()


def test_each_number_has_an_interval_and_a_monte_carlo_error():
    found = simulate()
    rows = shares(found)
    assert (rows["conf_low"] < rows["estimate"]).all()
    assert (rows["estimate"] < rows["conf_high"]).all()
    assert rows["mc_error"].between(0.0005, 0.02).all()
    assert rows["caveat"].str.contains(NO_PATTERN, regex=False).all()
    results = found.to_results()
    assert results["caveat"].str.contains("Monte Carlo error 0.00").all()
    assert not results.duplicated(["quantity", "method_a", "place", "group"]).any()


def test_whole_agencies_follow_the_pattern_of_their_achievement():
    rows = shares(simulate(achievements="sangat_kurang"))
    free = shares(simulate())
    assert rows["caveat"].str.contains("the distribution pattern binds in 20 of 20 agencies").all()
    assert rows["estimate"]["predikat_kappa"] != pytest.approx(free["estimate"]["predikat_kappa"], abs=0.02)


def test_a_method_without_one_of_the_two_ratings_is_refused():
    found = simulate(parts=[("a", ("peer",), 0.6, "result"), ("b", ("peer",), 0.4, "result")])
    assert found.consistency.empty
    assert found.refused["reason"].tolist() == [
        "The matrix needs a work result and a behaviour; the method has no behaviour in this evidence."
    ]


def test_what_has_no_dependability_has_no_second_predikat():
    values = np.random.default_rng(1).normal(size=(30, 1, 1, 2))
    evidence = gather(evidence_of(values, ["a", "b"], "peer"))
    scores = score_methods(evidence, [make_method(PARTS)])
    worth = measure_score_dependability(scores, evidence, n_boot=10, rng=np.random.default_rng(2))
    found = simulate_predikat_consistency(worth, scores, evidence, rng=np.random.default_rng(3))
    assert found.consistency.empty
    assert found.refused.equals(worth.refused)


@pytest.mark.parametrize("achievement", ACHIEVEMENTS)
def test_a_followed_pattern_holds_its_bounds(achievement):
    """Any agency of ten or more: its predikats follow the pattern, whatever they were."""
    rng = np.random.default_rng(7)
    for n in (10, 23, 50):
        rated = rng.integers(0, 5, size=(40, n))
        rated[:5] = 4
        rated[5:10] = 0
        followed = follow_pattern(rated, rng.normal(size=(40, n, 2)), achievement)
        for row in followed:
            counts = Counter(PREDIKATS[code] for code in row)
            assert check_distribution(counts, achievement) == ()


def test_a_pattern_that_holds_already_moves_nobody():
    rated = np.array([[3] * 6 + [2, 2, 4, 4]])
    assert follow_pattern(rated, np.zeros((1, 10, 2)), "baik").tolist() == rated.tolist()


def test_the_fewest_points_are_moved_first():
    points = np.repeat(np.array([[3.0, 1, 2, 9, 8, 7, 6, 5, 4, 0]])[..., None], 2, axis=2)
    moved = follow_pattern(np.full((1, 10), 4), points, "istimewa")
    assert np.flatnonzero(moved[0] == 3).tolist() == [1, 2, 9]


def test_an_achievement_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(DesignError, match="'istimeva' is no achievement of an agency; did you mean"):
        allocate_by("istimeva")
    assert allocate_by("") is None


def test_a_table_of_agencies_without_their_achievement_is_refused():
    with pytest.raises(
        DesignError, match="The table agencies needs place, unit and achievement; it has no ach"
    ):
        simulate(achievements="baik", forgotten="achievement")
