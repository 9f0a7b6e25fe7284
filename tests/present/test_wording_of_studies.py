"""Sentences of the two shipped studies, on their real evidence."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import (
    Dependability,
    answerable,
    compare_profiles,
    measure_adverse_impact,
    measure_ceiling,
    measure_decision_designs,
    measure_halo,
    measure_irrelevant_influence,
    method_design,
    rank_acceptability,
)
from evalkit.evidence import load_evidence
from evalkit.methods import load_specification, score_methods
from evalkit.present import say_principles, say_profiles
from evalkit.stats.dependability import RatingsNeeded

DATA = Path(__file__).parents[2] / "data"
VERDICT = "retention_worthiness"


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
    assert (
        f"correlate {pairs['estimate'].min():.2f} to {pairs['estimate'].max():.2f} over 43 officials"
        in sentences[0]
    )
    assert f"{inside} of 10 lie within what 500 random mappings" in sentences[0]
    assert f"correlate {np.median(profiles.disjoint):.2f} (middle 95 %" in sentences[1]
    assert sentences[2].endswith("of 10 traits.")
    assert sentences[-1] == (
        "Refused, each with its reason below: intraclass correlation, D-study, limits of agreement, "
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
    assert "16 % of its variance (14 % to 17 %; 73,421 ratings of 1,128 lecturers)" in sentences[0]
    assert sentences[0].endswith("The mean of 22 ratings (20 to 25) reaches a dependability of 0.80.")
    assert sentences[1].startswith("One score of counted output says more: 61 % of its variance")
    assert sentences[1].endswith(
        "The mean of 3 ratings (1 or more, without a bound) reaches a dependability of 0.80."
    )
    ratios = measured["impact"].ratios.set_index(["decision", "group"])
    assert (
        f"{ratios.loc[('passed', 'black'), 'estimate']:.2f} (0.31 to 0.97) for Black candidates"
        in sentences[-1]
    )
    assert sentences[-1].endswith(
        "2 further ratios would rest on a cell under five people and are not shown."
    )
    assert not re.search("signific", " ".join(sentences), re.IGNORECASE)


def test_counted_output_is_not_called_better_where_the_intervals_meet(measured):
    students = dependability("insteval", 0.155, 0.14, 0.17)
    output = dependability("machines", 0.61, 0.1, 0.9, n_levels=6)
    sentence = say_principles(students=students, output=output, **measured).sentences[1]
    assert sentence.startswith(
        "Counted output may say more or less than a rating; the people are too few to tell"
    )


def test_a_target_that_no_number_of_ratings_reaches_is_said(measured):
    students = dependability("insteval", 0.0, 0.0, 0.01, needed=(np.inf, 400.0, np.inf))
    sentence = say_principles(students=students, output=students, **measured).sentences[0]
    assert sentence.endswith("No number of ratings reaches a dependability of 0.80.")
