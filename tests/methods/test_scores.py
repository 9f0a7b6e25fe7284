from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from evalkit.databases import connect_again
from evalkit.errors import SpecificationError
from evalkit.methods import (
    Component,
    MinimumEvidence,
    Transform,
    load_methods,
    score_methods,
    score_parquet,
    score_periods,
    score_without_sources,
)
from evalkit.vocabulary import METHODS

from .build import make_evidence, random_evidence, score_slowly

SPECIFICATIONS = load_methods()
# Means of means are summed in another order here and in DuckDB.
TOLERANCE = 1e-9
NUMBERS = ["score", "result_points", "behaviour_points", "covered_weight"]
WHO = ["place", "unit", "employee"]


def by_person(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(["method", *WHO])[NUMBERS].sort_index()


def one_component(**changes: object):
    """Dumai with a single component: what the others weigh cannot blur the arithmetic."""
    part = Component(
        name="only",
        indicators=("integrity",),
        sources=("supervisor", "peer", "citizen"),
        part="result",
        transform=Transform(kind="linear"),
        weight=1.0,
        range=(0.0, 1.0),
    )
    specification = replace(SPECIFICATIONS["dumai"], components=(replace(part, **changes),))
    return {"dumai": specification}


def score_one(rows: list[dict[str, object]], **changes: object) -> pd.Series:
    scores = score_methods(make_evidence(rows), one_component(**changes))
    return scores.scores.iloc[0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("method", METHODS)
def test_sql_agrees_with_a_slow_reading_of_the_specification(method, seed):
    evidence = random_evidence(seed, [SPECIFICATIONS[method]])
    scores = score_methods(evidence, [SPECIFICATIONS[method]])
    expected = score_slowly(evidence, SPECIFICATIONS[method])
    assert len(scores.scores) == len(expected)
    assert scores.scores["score"].notna().any()
    for row in scores.scores.to_dict("records"):
        for name in NUMBERS:
            wanted = expected[row["place"], row["unit"], row["employee"]][name]
            assert row[name] == pytest.approx(wanted, abs=TOLERANCE, nan_ok=True)


def test_all_methods_together_score_as_each_alone():
    evidence = random_evidence(1, list(SPECIFICATIONS.values()))
    together = score_methods(evidence, SPECIFICATIONS)
    for method in METHODS:
        alone = score_methods(evidence, [SPECIFICATIONS[method]]).scores
        own = together.scores[together.scores["method"] == method].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone)


def test_each_period_is_scored_as_if_it_were_all_there_is():
    employees = pd.DataFrame({"employee": ["e1", "new"], "place": ["p1", "p0"], "unit": ["u1", None]})
    drawn = random_evidence(0, list(SPECIFICATIONS.values()))
    rows = drawn.observations
    poor = (rows["period"] == "2025Q2") & (rows["source"] != "citizen")
    evidence = replace(drawn, observations=rows[~poor].reset_index(drop=True), employees=employees)
    found = score_periods(evidence, SPECIFICATIONS)
    assert list(found) == ["2025Q1", "2025Q2", "2025Q3"]
    assert not found["2025Q2"].coverage["estimable"].all()
    for period, scores in found.items():
        alone = score_methods(evidence.select(periods=[period]), SPECIFICATIONS)
        for name in ("scores", "components", "coverage"):
            pd.testing.assert_frame_equal(getattr(scores, name), getattr(alone, name), rtol=TOLERANCE)


def test_doing_without_a_source_scores_as_evidence_without_it_does():
    evidence = random_evidence(1, list(SPECIFICATIONS.values()))
    sources = evidence.observations["source"].unique()
    pairs = [
        (name, source) for name, one in SPECIFICATIONS.items() for source in one.sources if source in sources
    ]
    found = score_without_sources(evidence, SPECIFICATIONS, pairs)
    assert list(found) == pairs
    for method, source in pairs:
        rest = evidence.select(sources=[name for name in sources if name != source])
        alone = score_methods(rest, [SPECIFICATIONS[method]]).scores
        expected = by_person(alone.dropna(subset="score")).to_dict("index")
        scored = by_person(found[method, source].dropna(subset="score")).to_dict("index")
        assert scored.keys() == expected.keys()
        for who, row in scored.items():
            assert row == pytest.approx(expected[who], abs=TOLERANCE, nan_ok=True)


def test_one_method_may_read_answers_by_question_and_another_by_respondent():
    answers = {"a": {"U1": 4.0}, "b": {"U1": 1.0, "U2": 2.0}}
    evidence = make_evidence([
        {"employee": who, "unit": unit, "indicator": "public_satisfaction", "source": "citizen",
         "rater": rater, "item": item, "value": value}
        for who, unit in (("", "u"), ("e", "u"))
        for rater, given in answers.items()
        for item, value in given.items()
    ])  # fmt: skip
    read = {"indicators": ("public_satisfaction",), "sources": ("citizen",)}
    by_rater = one_component(**read, transform=Transform(kind="linear", low=0, high=4))["dumai"]
    by_question = one_component(**read, transform=Transform(kind="skm"))["dumai"]
    both = [replace(by_rater, name="by_rater"), replace(by_question, name="by_question")]
    scores = score_methods(evidence, both).scores.set_index("method")
    assert scores["score"].to_dict() == pytest.approx({
        "by_rater": 25 * (4 + 1.5) / 2,
        "by_question": 25 * (2.5 + 2) / 2,
    })  # fmt: skip
    assert scores["n_raters"].to_dict() == {"by_rater": 2, "by_question": 2}


def test_parquet_files_score_as_frames_do(tmp_path):
    evidence = random_evidence(2, list(SPECIFICATIONS.values()))
    observations = evidence.observations  # noqa: F841  # DuckDB reads the variable
    for place in ("p0", "p1"):
        duckdb.sql(f"FROM observations WHERE place = '{place}'").write_parquet(
            str(tmp_path / f"{place}.parquet")
        )
    counts = score_parquet(f"{tmp_path}/*.parquet", SPECIFICATIONS, tmp_path / "scores")
    written = duckdb.sql(f"FROM '{tmp_path}/scores/*.parquet'").df()
    frames = score_methods(evidence, SPECIFICATIONS).scores
    pd.testing.assert_frame_equal(by_person(written), by_person(frames), rtol=0, atol=TOLERANCE)
    assert counts["n_scored"].tolist() == frames.groupby("method", sort=False)["score"].count().tolist()


def test_row_order_changes_nothing_to_the_last_digit():
    evidence = random_evidence(3, list(SPECIFICATIONS.values()))
    shuffled = evidence.observations.sample(frac=1, random_state=1, ignore_index=True)
    first = score_methods(evidence, SPECIFICATIONS)
    second = score_methods(make_evidence(shuffled), SPECIFICATIONS)
    pd.testing.assert_frame_equal(first.scores, second.scores)
    pd.testing.assert_frame_equal(first.components, second.components)


def test_names_of_employees_raters_and_places_mean_nothing():
    evidence = random_evidence(4, list(SPECIFICATIONS.values()))
    renamed = evidence.observations.copy()
    for column in (*WHO, "rater"):
        renamed[column] = renamed[column].where(renamed[column] == "", "z'" + renamed[column].str[::-1])
    first = score_methods(evidence, SPECIFICATIONS).scores
    second = score_methods(make_evidence(renamed), SPECIFICATIONS).scores
    for column in WHO:
        first[column] = "z'" + first[column].str[::-1]
    pd.testing.assert_frame_equal(by_person(first), by_person(second), rtol=0, atol=TOLERANCE)


def test_a_second_rater_who_says_the_same_changes_only_the_counts():
    rows = [{"indicator": "integrity", "source": "supervisor", "rater": "r1", "value": 4}]
    twice = [*rows, {**rows[0], "rater": "r2"}]
    one, two = score_one(rows), score_one(twice)
    assert one["score"] == two["score"] == 75
    assert (one["n_raters"], two["n_raters"]) == (1, 2)
    assert (one["n_observations"], two["n_observations"]) == (1, 2)


def test_means_are_nested_rater_then_source_then_occasion():
    base = {"indicator": "integrity", "period": "2025Q1"}
    rows = [
        {**base, "source": "supervisor", "rater": "s", "value": 5},
        {**base, "source": "peer", "rater": "a", "item": "1", "value": 1},
        {**base, "source": "peer", "rater": "a", "item": "2", "value": 2},
        {**base, "source": "peer", "rater": "b", "item": "1", "value": 5},
        {**base, "source": "supervisor", "rater": "s", "period": "2025Q2", "value": 2},
    ]
    # peers: a 12.5, b 100 -> 56.25; with the supervisor's 100 -> 78.125; next quarter 25
    assert score_one(rows)["score"] == pytest.approx((78.125 + 25) / 2)


def test_indicators_are_averaged_within_a_rater_on_their_own_scales():
    rows = [
        {"indicator": "integrity", "source": "citizen", "rater": "r", "value": 5},
        {"indicator": "agency_report", "source": "citizen", "rater": "r", "value": 50},
    ]
    assert score_one(rows, indicators=("integrity", "agency_report"))["score"] == 75


def test_a_survey_is_averaged_within_each_question_first():
    rows = [
        {
            "indicator": "public_satisfaction",
            "source": "citizen",
            "rater": rater,
            "item": item,
            "value": value,
        }
        for rater, item, value in [("a", "U1", 4), ("a", "U2", 1), ("b", "U1", 2)]
    ]
    changes = {"indicators": ("public_satisfaction",), "transform": Transform(kind="skm")}
    # U1: 3, U2: 1 -> 2 -> 50; within respondents first it would be (2.5 + 2)/2 -> 56.25
    assert score_one(rows, **changes)["score"] == 50


@pytest.mark.parametrize("status", ["refused", "missing"])
def test_what_was_refused_or_is_missing_never_counts_as_zero(status):
    rows = [
        {"indicator": "integrity", "source": "peer", "rater": "a", "value": 4},
        {"indicator": "integrity", "source": "peer", "rater": "b", "value": np.nan, "status": status},
    ]
    score = score_one(rows)
    assert (score["score"], score["n_raters"]) == (75, 1)


@pytest.mark.parametrize(
    ("transform", "indicator", "value", "points"),
    [
        (Transform(kind="percent_of_target"), "productivity", 150, 120),
        (Transform(kind="percent_of_target"), "productivity", 0, 0),
        (Transform(kind="standard_over_actual", standard=5), "ktp_days", 10, 50),
        (Transform(kind="standard_over_actual", standard=5), "ktp_days", 1, 120),
        (Transform(kind="standard_over_actual", standard=5), "ktp_days", 0, 120),
        (Transform(kind="share"), "permits_on_time", 0.25, 25),
        (Transform(kind="skm"), "staff_conduct", 1, 25),
        (Transform(kind="linear"), "integrity", 1, 0),
        (Transform(kind="linear", low=0, high=10), "complaints", 2, 80),
        (Transform(kind="linear", low=0, high=10), "complaints", 25, 0),
        (Transform(kind="linear", low=0, high=10), "praise", 25, 100),
    ],
)
def test_values_become_points(transform, indicator, value, points):
    rows = [{"indicator": indicator, "source": "citizen", "rater": "r", "value": value}]
    assert score_one(rows, indicators=(indicator,), transform=transform)["score"] == pytest.approx(points)


@pytest.mark.parametrize(
    ("minimum", "reason"),
    [
        (MinimumEvidence(observations=3), "only (2 of 3 observations)"),
        (MinimumEvidence(raters=2), "only (1 of 2 raters)"),
        (MinimumEvidence(occasions=3), "only (2 of 3 occasions)"),
    ],
)
def test_too_little_evidence_gives_a_reason_in_place_of_a_score(minimum, reason):
    base = {"indicator": "integrity", "source": "peer", "rater": "a", "value": 4}
    score = score_one([{**base, "period": "2025Q1"}, {**base, "period": "2025Q2"}], minimum=minimum)
    assert np.isnan(score["score"])
    assert score["status"] == "insufficient evidence"
    assert score["reason"] == f"Evidence covers 0 % of the weight; 60 % is needed. Too little of {reason}"


def test_weights_of_missing_components_are_shared_out_and_the_cover_is_said():
    base = {"source": "supervisor", "rater": "r"}
    rows = [
        {**base, "indicator": "work_result", "value": 5},
        {**base, "indicator": "adaptability", "value": 1},
    ]
    rows += [{**base, "indicator": "collaboration", "value": 1}]
    score = score_methods(make_evidence(rows), load_methods(["dumai"])).scores.iloc[0]
    assert score["covered_weight"] == pytest.approx(0.60)
    assert score["score"] == pytest.approx(100 * 0.30 / 0.60)
    assert (score["result_points"], score["behaviour_points"]) == (100, 0)


def test_an_employee_without_any_evidence_is_listed():
    employees = pd.DataFrame({"employee": ["e", "silent"], "place": "p", "unit": "u"})
    base = {"source": "supervisor", "rater": "r", "value": 3}
    rows = [
        {**base, "indicator": name} for name in ("work_result", "adaptability", "collaboration", "integrity")
    ]
    scores = score_methods(make_evidence(rows, employees=employees), load_methods(["dumai"])).scores
    silent = scores.set_index("employee").loc["silent"]
    assert silent["status"] == "insufficient evidence"
    assert silent["reason"].startswith(
        "Evidence covers 0 % of the weight; 60 % is needed. Too little of work_result (none)"
    )


def test_what_is_known_of_the_unit_stands_for_everyone_in_it_and_is_flagged():
    unit = {"employee": "", "value": 3.0}
    rows = [
        {**unit, "indicator": "ktp_days", "source": "system"},
        {**unit, "indicator": "birth_certificate_days", "source": "system"},
        {**unit, "indicator": "agency_report", "source": "agency_report"},
        *(
            {**unit, "indicator": "complaint_handling", "source": "citizen", "rater": f"c{i}"}
            for i in range(5)
        ),
        {"employee": "a", "indicator": "improvement", "source": "system", "value": 100},
        {"employee": "b", "indicator": "discipline", "source": "supervisor", "value": 1},
        {"employee": "elsewhere", "unit": "v", "indicator": "improvement", "source": "system", "value": 100},
    ]
    scores = score_methods(make_evidence(rows), load_methods(["bengkulu"])).scores.set_index("employee")
    assert scores.loc["a", "unit_weight"] == pytest.approx(0.65)
    assert scores.loc["a", "covered_weight"] == pytest.approx(0.80)
    assert scores.loc["b", "covered_weight"] == pytest.approx(0.65)
    assert scores.loc["elsewhere", "status"] == "insufficient evidence"
    assert scores.loc["b", "n_observations"] == 8


def test_a_method_that_the_evidence_cannot_carry_is_not_estimable_and_says_why():
    rows = [{"indicator": "integrity", "source": "citizen", "rater": "r", "value": 3}]
    scores = score_methods(make_evidence(rows), load_methods(["surakarta"]))
    assert scores.scores.empty
    assert list(scores.components.columns)[:5] == ["method", *WHO, "component"]
    assert not scores.coverage.loc[0, "estimable"]
    assert scores.coverage.loc[0, "reason"] == (
        "Not estimable: the evidence carries 0 % of the weight, and 60 % is needed. Missing: "
        "discipline (discipline from supervisor); service_quality (service_quality from supervisor); "
        "innovation (innovation from supervisor); permits_on_time (permits_on_time from system); "
        "monitoring_entries (monitoring_entries from system). The evidence comes from citizen."
    )


def test_refusals_alone_carry_nothing():
    rows = [{"indicator": "integrity", "source": "citizen", "value": np.nan, "status": "refused"}]
    scores = score_methods(make_evidence(rows), one_component())
    assert scores.coverage["covered_weight"].tolist() == [0]
    assert scores.coverage["reason"].str.contains("The evidence comes from nobody.").all()


def test_components_keep_their_points_below_the_top_and_are_empty_below_the_minimum():
    evidence = random_evidence(6, [SPECIFICATIONS["dumai"]])
    scores = score_methods(evidence, load_methods(["dumai"]))
    parts = scores.components
    assert len(parts) == len(scores.scores) * 7
    assert parts["points"].dropna().between(0, 100).all()
    whole = parts.dropna(subset="points").groupby(WHO)["weight"].sum()
    covered = scores.scores.set_index(WHO)["covered_weight"]
    covered = covered[covered > 0]
    pd.testing.assert_series_equal(whole, covered.sort_index(), check_names=False, rtol=0, atol=TOLERANCE)


def test_an_indicator_that_the_study_lacks_is_refused():
    rows = [{"indicator": "integrity", "source": "citizen", "rater": "r", "value": 3}]
    with pytest.raises(
        SpecificationError, match="there is no indicator 'integrty'; did you mean 'integrity'"
    ):
        score_methods(make_evidence(rows), one_component(indicators=("integrty",)))


def test_scores_show_their_coverage_as_a_table():
    rows = [{"indicator": "integrity", "source": "citizen", "rater": "r", "value": 3}]
    scores = score_methods(make_evidence(rows), one_component())
    assert "<table" in scores._repr_html_()
    copy = scores.to_frame()
    copy["score"] = 0
    assert scores.scores["score"].tolist() == [50]


def test_scoring_leaves_no_table_in_the_database_of_the_process():
    evidence = random_evidence(1, list(SPECIFICATIONS.values()))
    name = next(iter(SPECIFICATIONS))
    score_periods(evidence, SPECIFICATIONS)
    score_without_sources(evidence, SPECIFICATIONS, [(name, SPECIFICATIONS[name].sources[0])])
    assert len(score_methods(evidence, SPECIFICATIONS).scores)
    with connect_again() as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
