"""Sentences of the two shipped studies, on their real evidence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import (
    Dependability,
    answerable,
    compare_profiles,
    compare_rules,
    find_carelessness,
    measure_adverse_impact,
    measure_ceiling,
    measure_completeness,
    measure_decision_designs,
    measure_halo,
    measure_irrelevant_influence,
    method_design,
    rank_acceptability,
    read_coverage,
    summarise_scores,
    validate_statistics,
)
from evalkit.evidence import describe_designs, load_evidence
from evalkit.methods import load_specification, score_methods
from evalkit.present import (
    say_coverage,
    say_evidence,
    say_principles,
    say_profiles,
    say_scores,
    say_validation,
)
from evalkit.stats.dependability import RatingsNeeded
from evalkit.study import start

from .numbers_said import assert_said_of

DATA = Path(__file__).parents[2] / "data"
VERDICT = "retention_worthiness"
both_languages = pytest.mark.parametrize("lang", ["en", "id"])


def dependability(place, share, low, high, *, needed=(22.0, 20.0, 25.0), n_levels=1128):
    """Make the dependability of ratings whose first component is known."""
    components = pd.DataFrame(
        {
            "component": ["employee", "residual"],
            "share": [share, 1 - share],
            "share_low": low,
            "share_high": high,
        }
    ).assign(n_levels=n_levels)
    curve = pd.DataFrame({"place": [place], "n_ratings": [1], "estimate": [share]})
    return Dependability(
        components=components,
        curve=curve,
        ratings_needed=RatingsNeeded(target=0.8, estimate=needed[0], conf_low=needed[1], conf_high=needed[2]),
        place=place,
        rated="employee",
        conf_level=0.95,
        n=73421,
        reml_criterion=0.0,
    )


@pytest.fixture(scope="module")
def judged():
    evidence = load_evidence(DATA / "judges")
    files = sorted((DATA / "judges" / "profiles").glob("*.yaml"))
    scores = score_methods(
        evidence, [load_specification(file, indicators=evidence.indicators) for file in files]
    )
    profiles = compare_profiles(scores, evidence, n_boot=200, n_draws=500, rng=np.random.default_rng(1))
    ranks = rank_acceptability(profiles.items, n_draws=500, rng=np.random.default_rng(2))
    halo = measure_halo(evidence, n_boot=200, rng=np.random.default_rng(3), without=[VERDICT])
    return profiles, ranks, halo, answerable(method_design(scores, evidence, verdict=VERDICT))


@pytest.mark.pitfall(23)
def test_the_profiles_are_told_against_random_mappings(judged):
    profiles, ranks, halo, questions = judged
    sentences = say_profiles(profiles, ranks, halo, questions).sentences
    pairs = profiles.pairs
    inside = int(pairs["estimate"].between(pairs["reference_low"], pairs["reference_high"]).sum())
    assert f"{inside} of 10 pairs agree as random ones do (500 random mappings" in sentences[0]
    low, high = pairs["estimate"].min(), pairs["estimate"].max()
    assert f"run from {low:.2f} to {high:.2f} over 43 officials" in sentences[1]
    assert f"correlate {np.median(profiles.disjoint):.2f} (95 % of draws:" in sentences[2]
    assert sentences[3].startswith("The reason: the 10 traits are close to one opinion.")
    assert sentences[-1] == (
        "What one source cannot answer is refused, each with its reason below: intraclass correlation, "
        "D-study, limits of agreement, "
        "differences of means, Friedman's test, equivalence test (TOST) and validity against an overall "
        "verdict."
    )


@pytest.fixture(scope="module")
def measured():
    evidence = load_evidence(DATA / "principles")
    return {
        "designs": measure_decision_designs(
            evidence.select(places=["machines"]), outer="machine", inner="trial", table="machine_trials"
        ),
        "halo": measure_halo(
            evidence.select(places=["us_judges", "attitude"]),
            without=[VERDICT],
            n_boot=200,
            rng=np.random.default_rng(1),
        ),
        "ceiling": measure_ceiling(evidence.select(places=["insteval"])),
        "influence": measure_irrelevant_influence(
            evidence.select(places=["teaching_ratings"]), table="teaching_courses", traits=["beauty", "age"]
        ),
        "impact": measure_adverse_impact(
            evidence.extras["ricci_candidates"],
            decisions=["passed", "eligible"],
            by="race",
            reference="white",
        ),
    }


def test_the_principles_carry_their_numbers_intervals_and_counts(measured):
    students = dependability("insteval", 0.155, 0.14, 0.17)
    output = dependability("machines", 0.61, 0.4, 0.9, needed=(3.0, 1.0, np.inf), n_levels=6)
    sentences = say_principles(students=students, output=output, **measured).sentences
    assert sentences[:4] == (
        "One student's rating says little about a lecturer: 16 % of the differences between ratings is "
        "due to who "
        "is rated (14 % to 17 %; 73,421 ratings of 1,128 lecturers).",
        "In insteval, it takes the mean of 22 values for each person to be dependable (dependability "
        "0.80; 20 to "
        "25 values).",
        "One score of counted output says more: 61 % of the differences between scores is due to the "
        "worker (40 % "
        "to 90 %; 73,421 scores of 6 workers).",
        "In machines, it takes the mean of 3 values for each person to be dependable (dependability "
        "0.80; 1 or "
        "more values, without a bound).",
    )
    ratios = measured["impact"].ratios.set_index(["decision", "group"])
    ratio = ratios.loc[("passed", "black"), "estimate"]
    assert (
        f"the rate is {ratio:.2f} times as high (0.31 to 0.97) for Black candidates (n = 27)" in sentences[-2]
    )
    assert sentences[-1] == "2 further ratios would rest on fewer than five people and are not shown."


def test_counted_output_is_not_called_better_where_the_intervals_meet(measured):
    students = dependability("insteval", 0.155, 0.14, 0.17)
    output = dependability("machines", 0.61, 0.1, 0.9, n_levels=6)
    sentence = say_principles(students=students, output=output, **measured).sentences[2]
    assert sentence.startswith(
        "Whether counted output says more than a rating cannot be told from so few people."
    )


def test_a_target_that_no_number_of_ratings_reaches_is_said(measured):
    students = dependability("insteval", 0.0, 0.0, 0.01, needed=(np.inf, 400.0, np.inf))
    sentences = say_principles(students=students, output=students, **measured).sentences
    assert sentences[1] == "In insteval, no number of values averaged reaches a dependability of 0.80."


def test_ratings_that_are_mostly_about_the_rated_are_not_called_little(measured):
    students = dependability("insteval", 0.6, 0.5, 0.7, needed=(1.0, 1.0, 2.0))
    sentences = say_principles(students=students, output=students, **measured).sentences
    assert sentences[0].startswith("One student's rating says something about a lecturer: 60 %")
    assert sentences[1].startswith("In insteval, 1 value for each person is dependable enough")


@both_languages
@pytest.mark.parametrize("needed", [(22.0, 20.0, 25.0), (1.0, 1.0, np.inf), (np.inf, 400.0, np.inf)])
def test_every_number_about_the_principles_is_theirs(measured, lang, needed):
    students = dependability("insteval", 0.155, 0.14, 0.17, needed=needed)
    output = dependability("machines", 0.61, 0.1, 0.9, needed=needed, n_levels=6)
    found = say_principles(students=students, output=output, **measured, lang=lang)
    ratios = measured["impact"].ratios
    least = measured["designs"].fewest_inner()
    hidden = ratios.query("group != 'white' and stratum == ''")["estimate"].isna().sum()
    assert_said_of(
        found,
        lang,
        [(each.components, each.ratings_needed, each.n) for each in (students, output)],
        measured["designs"],
        least,
        np.array(least.index, dtype=float),
        [measured["halo"].shares, measured["ceiling"].shares, measured["influence"].slopes],
        ratios.query("stratum == ''"),
        declared=(hidden,),
    )


@both_languages
def test_every_number_about_the_profiles_is_theirs(judged, lang):
    profiles, ranks, halo, questions = judged
    pairs = profiles.pairs
    for low in (pairs["reference_low"], pairs["estimate"] + 0.001):  # as random ones do, and otherwise
        moved = replace(profiles, pairs=pairs.assign(reference_low=low))
        inside = moved.pairs["estimate"].between(low, moved.pairs["reference_high"]).sum()
        assert_said_of(
            say_profiles(moved, ranks, halo, questions, lang),
            lang,
            pairs[["estimate", "conf_low", "overlap_alone", "n"]],
            np.quantile(profiles.disjoint, [0.025, 0.5, 0.975]),
            ranks.to_frame(),
            halo.shares.query("quantity == 'first_component_share'"),
            declared=(
                *(inside, len(pairs) - inside, len(pairs)),
                *(profiles.n_draws, ranks.n_draws, profiles.subset_size, 0.95),
            ),
        )


@both_languages
@pytest.mark.parametrize("study", ["judges", "principles"])
def test_every_number_about_the_evidence_of_a_study_is_its_own(study, lang):
    session = start(study=study, lang=lang)
    completeness, carelessness = measure_completeness(session.evidence), find_carelessness(session.evidence)
    ceiling, designs = measure_ceiling(session.evidence), describe_designs(session.evidence)
    counts = completeness.counts
    found = say_evidence(completeness, carelessness, ceiling, designs, lang)
    assert_said_of(
        found,
        lang,
        carelessness.straight_lines,
        ceiling.shares,
        declared=(counts["n"].sum(), counts["place"].nunique()),
    )
    text = " ".join(found.sentences)
    places = session.evidence.observations["place"].unique()
    assert not [code for code in places if code in text or code.replace("_", " ") in text], text
    assert all(session.study.places[code][lang] in text.lower() for code in places)


@both_languages
def test_every_number_about_scores_of_the_judges_is_theirs(lang):
    session = start(study="judges", lang=lang)
    summary = summarise_scores(session.scores, n_boot=200, rng=np.random.default_rng(1))
    rules = compare_rules(session.scores, session.evidence)
    found = say_scores(summary, rules, session.scores, lang)
    assert_said_of(found, lang, summary.summary, summary.coverage, rules.flips)
    assert session.study.places["us_judges"][lang] in found.sentences[0]


@both_languages
def test_every_number_about_coverage_and_validation_is_theirs(lang):
    coverage = read_coverage()
    verdicts = coverage.rows["verdict"].value_counts()
    kept = verdicts["within"] + verdicts["exact"]
    promised = (2, 5)  # points by which an interval may miss
    unnamed = verdicts - 4  # four of a kind are named, the others counted
    counts = (*verdicts, kept, len(coverage.rows), *promised, *unnamed)
    assert_said_of(say_coverage(coverage, lang), lang, coverage.rows, declared=counts)
    entries = ["four_fifths", "nemenyi_quantiles"]
    validation = validate_statistics(load_evidence(DATA / "principles"), entries=entries)
    numbers = (validation.answers["passed"].sum(), len(validation.answers), len(validation.entries))
    assert_said_of(say_validation(validation, lang), lang, declared=numbers)
