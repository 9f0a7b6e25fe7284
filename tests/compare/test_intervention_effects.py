"""What was given is followed by the design that its assignment allows, and refused where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import compare_programme, estimate_intervention_effects
from evalkit.compare.assignment import NO_SCORE, find_assignments, mean_ratings
from evalkit.compare.disclosure import LEAST
from evalkit.compare.effect_cases import TOO_FEW
from evalkit.compare.intervention_effects import NO_LATER, NOTHING_GIVEN
from evalkit.evidence import load_evidence
from evalkit.lab import as_text, simulate, simulate_unaffected
from evalkit.present import say_effects
from evalkit.stats.heterogeneity import NONE_FITS
from evalkit.study import find_study
from evalkit.vocabulary import RESULT_COLUMNS, RESULT_KEY

SIZES = {"semarang": 500, "surakarta": 300, "bengkulu": 250, "senapelan": 27}
SEED = 11
#: Sums of the same numbers in another order.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def evidence():
    return as_text(simulate(SIZES, seed=SEED))


@pytest.fixture(scope="module")
def found(evidence):
    return estimate_intervention_effects(evidence, unaffected=simulate_unaffected(SIZES, seed=SEED))


@pytest.fixture(scope="module")
def principles():
    return load_evidence(find_study("principles").folder)


def rows(frame, **wanted):
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return frame


def test_the_score_that_decided_is_found_in_the_ratings(evidence):
    rules = {
        (one.place, one.kind): (one.score.rule, one.score.periods)
        for one in find_assignments(evidence)
        if one.by == "score"
    }
    assert rules["semarang", "training"] == ("lowest", ("2025Q1",))
    assert rules["bengkulu", "training"] == ("improved", ("2025Q1", "2025Q2"))
    assert {rule for (_, kind), rule in rules.items() if kind == "recognition"} == {("highest", ("2025Q1",))}


def test_a_recorded_score_that_decided_is_found_before_ratings(evidence):
    ratings = mean_ratings(evidence)["2025Q1"]
    recorded = pd.DataFrame({"employee": ratings.index, "period": "2025Q1", "score": 20 * ratings.to_numpy()})
    full = recorded.reindex(columns=evidence.recorded.columns)
    one = next(
        one
        for one in find_assignments(replace(evidence, recorded=full))
        if one.by == "score" and one.place == "semarang"
    )
    assert one.score.source == "recorded"


def test_one_person_on_the_wrong_side_leaves_no_score_and_a_refusal(evidence):
    ratings = mean_ratings(evidence)["2025Q1"]
    best = ratings[ratings.index.str.startswith("semarang")].idxmax()
    extra = evidence.interventions.iloc[[0]].assign(
        employee=best, period="2025Q2", kind="training", assigned_by="score"
    )
    mixed = replace(evidence, interventions=pd.concat([evidence.interventions, extra], ignore_index=True))
    refused = rows(estimate_intervention_effects(mixed).refused, place="semarang", kind="training")
    assert refused["reason"].tolist() == [NO_SCORE]


def test_the_known_effects_lie_within_the_intervals(found):
    known = found.main.dropna(subset=["known_effect"])
    held = known["known_effect"].between(known["conf_low"], known["conf_high"])
    assert len(known) > 20
    assert held.mean() >= 0.9


def test_the_known_effects_are_those_of_the_laboratory(found, evidence):
    truth = evidence.truth.assign(mean=evidence.truth.drop(columns=["employee", "period"]).mean(axis=1))
    spread = truth[truth["period"] == "2025Q3"].groupby(truth["employee"].str.split("-").str[0])["mean"].std()
    row = rows(
        found.effects, place="semarang", kind="training", rule="lowest", outcome="true_performance"
    ).iloc[0]
    assert row["known_effect"] == pytest.approx(0.3 / spread["semarang"], rel=0.01)
    recognised = rows(found.effects, kind="recognition")
    assert recognised["known_effect"].abs().max() < ROUNDING


def test_recognition_does_nothing_and_no_gain_is_claimed(found):
    recognised = rows(found.main, kind="recognition")
    assert len(recognised) >= 4
    assert (recognised["conf_low"] <= 0).all()


def test_chance_raises_the_lowest_and_lowers_the_highest_and_the_improved(found):
    chance = found.benchmarks.set_index(["place", "kind"])["expected_change"]
    assert chance["semarang", "training"] > 0.2
    assert chance["semarang", "recognition"] < 0
    assert chance["bengkulu", "training"] < -0.1


def test_without_any_effect_those_chosen_change_as_chance_says():
    profile = dict.fromkeys(("training", "mentoring", "recognition"), 0.0)
    from evalkit.lab import PROFILES

    calm = simulate(
        {"semarang": 3000, "bengkulu": 3000},
        seed=2,
        profile=replace(PROFILES["administrative"], effects=profile),
    )
    rows_of = estimate_intervention_effects(calm).benchmarks.dropna()
    rows_of = rows_of[rows_of["place"] != ""]
    assert (rows_of["observed_change"] - rows_of["expected_change"]).abs().max() < 0.15
    lowest = rows_of.set_index(["place", "rule"])["observed_change"]
    assert lowest["semarang", "lowest"] > 0.2
    assert lowest["bengkulu", "improved"] < -0.1


def test_under_five_people_nothing_is_shown(found):
    assert (found.effects["n_given"] >= LEAST).all()
    assert (found.points["n"] >= LEAST).all()
    refused = rows(found.refused, place="senapelan")
    assert TOO_FEW in set(refused["reason"])
    assert "n = " not in " ".join(refused["reason"])


def test_places_with_one_rule_are_taken_together_and_bengkulu_stands_alone(found):
    together = rows(found.main, place="", kind="training", assigned_by="score", outcome="supervisor")
    assert together["rule"].tolist() == ["lowest"]
    assert "improved" in set(rows(found.main, place="bengkulu")["rule"])


def test_where_people_are_few_the_interval_that_always_holds_is_the_main_one(found):
    designs = rows(found.effects, place="bengkulu", rule="improved", outcome="supervisor").set_index("design")
    assert designs.loc["bounded_discontinuity", "is_main"] == 1
    assert designs["is_main"].sum() == 1
    robust = designs.drop("bounded_discontinuity")
    assert robust["caveat"].str.contains("such an interval held the truth in").all()


def test_results_have_one_row_a_key_and_only_known_columns(found):
    results = found.to_results()
    assert set(results.columns) <= set(RESULT_COLUMNS)
    key = [name for name in RESULT_KEY if name in results]
    assert not results[key].astype("object").fillna("").duplicated().any()
    gaps = results[results["estimate"].isna() & (results["quantity"] == "intervention_effect")]
    assert (gaps["caveat"] != "").all()
    assert not results["item"].str.contains("-0").any(), "no person is named"


def test_leaders_differ_by_an_interval_that_holds_what_is_drawn(found):
    row = rows(found.spread, place="", outcome="true_performance").iloc[0]
    assert row["conf_low"] <= 0.1 / 0.82 <= row["conf_high"]


def test_without_a_later_quarter_nothing_can_be_seen(evidence):
    early = estimate_intervention_effects(evidence.select(periods=["2025Q1", "2025Q2"]))
    assert early.effects.empty
    assert NO_LATER in set(early.refused["reason"])


def test_without_interventions_it_says_so_and_shows_nothing(principles):
    nothing = estimate_intervention_effects(principles)
    assert nothing.refused["reason"].tolist() == [NOTHING_GIVEN]
    assert nothing.effects.empty
    assert len(nothing.to_results()) == 1


def test_an_estimate_outside_of_its_interval_is_refused(found):
    with pytest.raises(ValueError, match="an estimate lies outside of its interval"):
        replace(found, effects=found.effects.assign(estimate=99.0))


def test_a_spread_that_no_value_fits_has_a_reason_in_place_of_its_interval(found, principles):
    none = {"estimate": 0.0, "conf_low": np.nan, "conf_high": np.nan, "n": 6}
    told = replace(found, spread=found.spread.assign(**none, caveat=NONE_FITS))
    assert told.to_results()["caveat"].str.contains(NONE_FITS).any()
    (sentence,) = {
        one
        for one in say_effects(told, compare_programme(principles)).sentences
        if "leaders lie closer together" in one
    }
    assert "6 leaders" in sentence
    with pytest.raises(ValueError, match="neither an interval nor a reason"):
        replace(found, spread=found.spread.assign(**none, caveat=""))


def test_a_mean_rating_is_that_of_the_scale_that_most_ratings_are_on(evidence):
    observed = evidence.observations
    own = observed[(observed["source"] == "supervisor") & (observed["employee"] != "")]
    expected = own[own["period"] == "2025Q2"].groupby("employee")["value"].mean()
    assert np.allclose(mean_ratings(evidence)["2025Q2"].reindex(expected.index), expected)


def test_the_programme_gained_what_its_authors_report_to_the_dollar(principles):
    by_lot = compare_programme(principles).estimates.query("comparable").set_index("adjusted")
    assert round(by_lot.loc["none", "estimate"], 2) == 1794.34
    assert by_lot.loc["none", ["n_given", "n_others"]].tolist() == [185, 260]
    assert (by_lot["caveat"] == "").all()


def test_the_survey_is_warned_of_whatever_is_held_equal(principles):
    survey = compare_programme(principles).estimates.query("not comparable")
    assert survey["adjusted"].tolist() == ["none", "before"]
    assert survey.iloc[0]["estimate"] == pytest.approx(-15204.78, abs=0.01)
    assert survey["caveat"].str.startswith("no estimate of the programme").all()
    assert (survey["furthest"] > 1).all()
    assert (survey["overlap"] < 0.1).all()


def test_evidence_without_a_programme_has_none(evidence):
    nothing = compare_programme(evidence)
    assert nothing.reason == "the evidence holds no programme with a randomised group"
    assert nothing.to_results().empty
