"""Scores are held to criteria that they do not contain, from sources that they do not read."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import (
    Criterion,
    choose_criteria,
    list_contamination,
    measure_criterion_validity,
    measure_score_dependability,
)
from evalkit.compare.criteria import NO_CRITERIA, NO_METHOD, average_reliabilities
from evalkit.errors import UsageError
from evalkit.evidence import load_evidence
from evalkit.lab import simulate
from evalkit.methods import load_methods, score_methods
from evalkit.study import find_study

SHIPPED = Path(__file__).parents[2] / "data"
#: Sums of the same numbers in another order.
ROUNDING = 1e-9
ON_TIME = Criterion(indicator="permits_on_time", source="system", because="x")
REPORT = Criterion(indicator="agency_report", source="agency_report", because="x")


@pytest.fixture(scope="module")
def evidence():
    return simulate({"semarang": 240, "surakarta": 160}, seed=3)


@pytest.fixture(scope="module")
def scores(evidence):
    return score_methods(evidence, load_methods())


@pytest.fixture(scope="module")
def found(evidence, scores):
    return measure(evidence, scores, criteria=[ON_TIME, REPORT])


def measure(evidence, scores, **changes):
    options = {"n_boot": 60, "rng": np.random.default_rng(1), **changes}
    return measure_criterion_validity(scores, evidence, **options)


def verdicts(frame):
    return frame.set_index(["method", "indicator", "source"])["verdict"]


def test_each_method_is_kept_from_what_its_text_contains(evidence, scores):
    found = verdicts(list_contamination(scores, evidence, choose_criteria(evidence)))
    assert found["bengkulu", "ktp_days", "system"] == "contained"
    assert found["bengkulu", "birth_certificate_days", "system"] == "contained"
    assert found["semarang", "complaint_response_days", "system"] == "contained"
    assert found["surakarta", "permits_on_time", "system"] == "contained"
    assert found["surakarta", "ktp_days", "system"] == "own_source"
    assert found["dumai", "complaints", "citizen"] == "own_source"
    assert found["dumai", "ktp_days", "system"] == "independent"
    assert set(found["bengkulu"]) == {"contained", "own_source"}


def test_by_default_every_outcome_of_every_source_is_a_criterion(evidence):
    chosen = [(one.indicator, one.source) for one in choose_criteria(evidence)]
    assert ("complaints", "citizen") in chosen
    assert ("complaints", "system") in chosen
    assert not {name for name, _ in chosen} & {"service_quality", "overall_rating", "productivity"}


def test_the_mapped_indicator_counts_and_not_the_one_of_the_text():
    study, evidence = find_study("judges"), load_evidence(SHIPPED / "judges")
    scores = score_methods(evidence, load_methods(), mappings=study.mappings)
    criteria = [
        Criterion(indicator=name, source="citizen", because="x") for name in ("case_flow", "preparation")
    ]
    found = verdicts(list_contamination(scores, evidence, criteria))
    assert found.to_list() == ["contained", "own_source"]


def test_judges_are_not_validated_against_the_verdict_of_those_who_rated_them():
    study, evidence = find_study("judges"), load_evidence(SHIPPED / "judges")
    scores = score_methods(evidence, load_methods(), mappings=study.mappings)
    found = measure(evidence, scores, criteria=[Criterion(**one) for one in study.criteria])
    assert found.associations.empty
    assert found.refusals[found.refusals["indicator"] != ""]["reason"].tolist() == [
        "dumai is not validated against retention_worthiness: it scores what citizen gave (100% of its "
        "weight), and their correlation would show one view twice. Use a criterion from another source."
    ]


def test_no_number_stands_for_a_criterion_that_is_not_independent(found):
    pairs = set(found.associations[["method", "indicator"]].itertuples(index=False, name=None))
    assert ("surakarta", "permits_on_time") not in pairs
    assert ("bengkulu", "agency_report") not in pairs
    assert ("dumai", "permits_on_time") in pairs
    assert "bengkulu" in set(found.refusals.query("indicator == ''")["method"])
    with pytest.raises(ValueError, match="not independent"):
        dataclasses.replace(found, contamination=found.contamination.assign(verdict="own_source"))


def test_an_association_is_the_correlation_within_places(evidence, scores, found):
    rows = evidence.observations.query("indicator == 'permits_on_time' and source == 'system'")
    who = ["place", "unit", "employee"]
    value = rows.groupby(who)["value"].mean()
    score = scores.scores.query("method == 'dumai'").set_index(who)["score"]
    both = pd.concat([score, value], axis=1, join="inner")
    centred = both - both.groupby(level="place").transform("mean")
    row = found.associations.set_index(["method", "indicator"]).loc[("dumai", "permits_on_time")]
    assert row["estimate"] == pytest.approx(centred.corr().iloc[0, 1], abs=ROUNDING)
    assert row["pooled"] == pytest.approx(both.corr().iloc[0, 1], abs=ROUNDING)
    assert (row["n"], row["n_places"], row["level"]) == (400, 2, "employee")


def test_a_criterion_of_units_is_compared_between_units_and_says_so(found):
    row = found.associations.set_index(["method", "indicator"]).loc[("dumai", "agency_report")]
    assert row["level"] == "unit"
    assert row["n"] == row["n_units"] < 40
    assert np.isnan(row["within_units"])
    assert row["caveat"].startswith("between units only: it says nothing of people within a unit")


def test_a_criterion_where_less_is_better_is_turned(evidence, scores):
    days = Criterion(indicator="complaints", source="system", because="x")
    before = measure(evidence, scores, criteria=[days]).associations
    indicators = evidence.indicators.assign(lower_is_better=False)
    after = measure(dataclasses.replace(evidence, indicators=indicators), scores, criteria=[days])
    assert np.allclose(before["estimate"], -after.associations["estimate"])
    assert (before["estimate"] > 0).all()


def test_freed_of_error_divides_by_the_reliabilities(evidence, scores):
    worth = measure_score_dependability(scores, evidence, n_boot=2, rng=np.random.default_rng(1))
    found = measure(evidence, scores, criteria=[ON_TIME], dependability=worth).associations
    row = found[found["method"] == "dumai"].iloc[0]
    root = np.sqrt(row["score_reliability"] * row["criterion_reliability"])
    assert row["disattenuated"] == pytest.approx(row["estimate"] / root, abs=ROUNDING)
    assert row["score_reliability"] == average_reliabilities(worth)["dumai"]
    overall = found[found["method"] == "overall_rating"].iloc[0]
    assert np.isnan(overall["disattenuated"])
    assert overall["caveat"] == "not freed of error: the reliability of the score is not known"


def test_a_criterion_of_one_period_has_no_reliability(evidence, scores):
    one = evidence.select(periods=["2025Q1"])
    found = measure(one, score_methods(one, load_methods()), criteria=[ON_TIME]).associations
    assert found["criterion_reliability"].isna().all()


def test_every_method_is_set_beside_the_overall_rating_and_each_other(found):
    pairs = set(found.increments[["method", "over", "indicator"]].itertuples(index=False, name=None))
    assert ("dumai", "overall_rating", "permits_on_time") in pairs
    assert ("dumai", "senapelan", "permits_on_time") in pairs
    assert not any(method == "overall_rating" for method, _, _ in pairs)
    before = found.associations.set_index(["method", "indicator"])["estimate"] ** 2
    row = found.increments.query("method == 'dumai' and over == 'senapelan' and level == 'employee'").iloc[0]
    assert row["r2_before"] == pytest.approx(before["senapelan", "permits_on_time"], abs=ROUNDING)


def test_the_order_of_rows_changes_nothing(evidence, scores, found):
    shuffled = evidence.observations.sample(frac=1, random_state=1)
    again = measure(dataclasses.replace(evidence, observations=shuffled), scores, criteria=[ON_TIME, REPORT])
    order = ["method", "indicator"]
    numbers = found.associations.select_dtypes("number").columns
    for one, other in zip(
        found.associations.sort_values(order)[numbers].to_numpy().T,
        again.associations.sort_values(order)[numbers].to_numpy().T,
        strict=True,
    ):
        assert np.allclose(one, other, equal_nan=True)


def test_every_number_is_a_result_and_every_refusal_has_its_reason(found):
    rows = found.to_results()
    for quantity, n in (
        ("criterion_correlation_within_place", (found.associations["level"] == "employee").sum()),
        ("criterion_correlation_between_units_of_place", (found.associations["level"] == "unit").sum()),
        ("criterion_correlation_pooled", len(found.associations)),
        ("rise_of_r2", len(found.increments)),
        ("criterion_correlation_refused", len(found.refusals)),
    ):
        assert (rows["quantity"] == quantity).sum() == n, quantity
    assert (rows[rows["estimate"].isna()]["caveat"] != "").all()


def test_without_methods_or_outcomes_the_reason_is_given():
    study, judges = find_study("judges"), load_evidence(SHIPPED / "judges")
    scores = score_methods(judges, load_methods(["bengkulu"]))
    assert measure(judges, scores).refusals["reason"].tolist() == [NO_METHOD]
    scores = score_methods(judges, load_methods(), mappings=study.mappings)
    assert measure(judges, scores).refusals["reason"].tolist() == [NO_CRITERIA]
    assert len(measure(judges, scores).to_results()) == 1


@pytest.mark.parametrize(
    ("indicator", "source", "message"),
    [
        (
            "permits_on_tim",
            "system",
            "There is no recorded criterion 'permits_on_tim': did you mean 'permits_on_time'?",
        ),
        (
            "permits_on_time",
            "citizen",
            "There is no recorded permits_on_time from citizen; it comes from system. Name one of "
            "these under criteria in study.yaml.",
        ),
    ],
)
def test_a_criterion_that_is_not_there_is_an_error(evidence, scores, indicator, source, message):
    with pytest.raises(UsageError) as caught:
        measure(evidence, scores, criteria=[Criterion(indicator=indicator, source=source, because="x")])
    assert str(caught.value) == message


def test_too_few_people_are_refused_by_name(evidence, scores):
    few = evidence.observations
    kept = (few["indicator"] != "permits_on_time") | few["employee"].isin(
        ["semarang-00001", "semarang-00002"]
    )
    found = measure(dataclasses.replace(evidence, observations=few[kept]), scores, criteria=[ON_TIME])
    assert found.associations.empty
    assert (
        "Only 2 people have both a score of dumai and permits_on_time; a correlation needs five."
        in found.refusals["reason"].to_list()
    )


def test_a_criterion_that_is_the_same_for_all_is_refused_and_the_others_are_not(evidence, scores):
    rows = evidence.observations
    flat = rows.assign(value=rows["value"].mask(rows["indicator"] == "permits_on_time", 1.0))
    found = measure(dataclasses.replace(evidence, observations=flat), scores, criteria=[ON_TIME, REPORT])
    assert set(found.associations["indicator"]) == {"agency_report"}
    assert set(found.increments["indicator"]) == {"agency_report"}
    assert "A score, or its criterion, is the same for everybody" in " ".join(found.refusals["reason"])


def test_two_units_have_no_figure_between_them_and_a_doubt():
    small = simulate({"senapelan": 27}, seed=3)
    found = measure(small, score_methods(small, load_methods()), criteria=[ON_TIME, REPORT])
    assert found.associations["between_units"].isna().all()
    assert found.associations["estimate"].notna().all()
    assert found.associations["caveat"].str.contains("only 2 units").all()
    assert "Only 2 units have both" in " ".join(found.refusals["reason"])
