"""Sentences say what their results say, and no more."""

import re

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import (
    compare_rules,
    find_carelessness,
    measure_ceiling,
    measure_completeness,
    summarise_scores,
)
from evalkit.evidence import describe_designs
from evalkit.evidence.design import RaterDesign
from evalkit.methods import load_methods, method_overlap, score_methods
from evalkit.present import say_evidence, say_methods, say_scores, titles
from evalkit.present.wording import describe_rater_design

INDICATORS = ("discipline", "service_quality", "innovation")
N_BOOT = 200


@pytest.fixture(scope="module")
def evidence():
    """Eight people, one boss, three ratings each; one answer refused."""
    values = np.random.default_rng(1).integers(2, 6, size=(8, 3)).astype(float)
    rows = [
        {
            "employee": f"e{i}",
            "source": "supervisor",
            "rater": "boss",
            "indicator": name,
            "value": values[i, j],
        }
        for i in range(8)
        for j, name in enumerate(INDICATORS)
    ]
    rows[0] |= {"value": float("nan"), "status": "refused"}
    return make_evidence([{"place": "surakarta", "unit": "u", "period": "2025Q1", **row} for row in rows])


@pytest.fixture(scope="module")
def scores(evidence):
    return score_methods(evidence, load_methods(["surakarta", "semarang"]))


def test_the_evidence_sentences_carry_the_numbers_of_their_results(evidence):
    completeness, ceiling = measure_completeness(evidence), measure_ceiling(evidence)
    found = say_evidence(completeness, find_carelessness(evidence), ceiling, describe_designs(evidence))
    worst = completeness.counts.sort_values("estimate").iloc[0]
    assert found.sentences[0].startswith("24 observations from 1 place: 95.8 % hold a value.")
    assert (
        f"{worst['indicator']} from supervisor in Surakarta: 88 % (47 % to 100 %, n = 8)"
        in found.sentences[0]
    )
    assert len(found.limits) == 1


def test_evidence_without_gaps_is_called_complete_and_nothing_more(evidence):
    observations = evidence.observations[evidence.observations["status"] == "recorded"]
    whole = make_evidence(observations.to_dict("records"))
    found = say_evidence(
        measure_completeness(whole), find_carelessness(whole), measure_ceiling(whole), describe_designs(whole)
    )
    assert found.sentences[0] == (
        "23 observations from 1 place: every one that was listed holds a value; "
        "none is marked as refused or missing."
    )


def test_every_design_of_raters_has_its_words():
    for code in RaterDesign.__args__:
        assert len(describe_rater_design(code)) > 20


def test_the_scores_sentences_carry_mean_interval_and_n(evidence, scores):
    summary = summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2))
    rules = compare_rules(scores, evidence)
    first, second = say_scores(summary, rules, scores).sentences
    row = summary.to_frame().iloc[0]
    assert f"scores {row['n']} people in Surakarta" in first
    assert f"mean {row['estimate']:.1f} points ({row['conf_low']:.1f} to {row['conf_high']:.1f})" in first
    assert (
        "on the part that this evidence covers "
        "(60 % of its weight: discipline, service quality and innovation)"
    ) in first
    assert second == (
        "Semarang (20 % of its weight) cannot be estimated from this evidence: "
        "what it reads was not recorded, and it is not guessed."
    )


def test_the_rules_sentence_carries_share_interval_n_and_doubt(evidence):
    permits = [
        {
            "place": "surakarta",
            "unit": "u",
            "employee": f"e{i}",
            "period": "2025Q1",
            "source": "system",
            "value": i / 8,
        }
        for i in range(8)
    ]
    rows = evidence.observations.to_dict("records") + [
        {**row, "indicator": "permits_on_time"} for row in permits
    ]
    scored = score_methods(make_evidence(rows), load_methods(["surakarta"]))
    rules = compare_rules(scored)
    summary = summarise_scores(scored, n_boot=N_BOOT, rng=np.random.default_rng(2))
    sentence = say_scores(summary, rules, scored).sentences[-1]
    (row,) = rules.flips.to_dict("records")
    interval = f"{100 * row['conf_low']:.0f} % to {100 * row['conf_high']:.0f} %"
    assert f"rate {100 * row['estimate']:.0f} % of {row['n']} people differently ({interval})" in sentence
    assert sentence.endswith("No new idea was recorded, so nobody can reach Sangat Baik under PP 30/2019.")


def test_the_methods_sentences_count_what_the_specifications_hold():
    methods = load_methods()
    found = say_methods(methods, method_overlap(methods))
    n_components = sum(len(spec.components) for spec in methods.values())
    assert found.sentences[0].startswith(f"5 methods with {n_components} components")
    assert all(name in found.sentences[1] for name in titles(methods).values())


def test_methods_that_share_nothing_are_said_to():
    found = say_methods(
        load_methods(["dumai"]),
        pd.DataFrame({"method_a": ["a"], "method_b": ["b"], "shared_weight": [0.0]}),
    )
    assert found.sentences[-1] == "No two methods read the same evidence."


@pytest.mark.pitfall(9)
def test_no_sentence_calls_anything_significant(evidence, scores):
    methods = load_methods()
    said = [
        say_methods(methods, method_overlap(methods)),
        say_scores(
            summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2)),
            compare_rules(scores),
            scores,
        ),
    ]
    text = " ".join(sentence for findings in said for sentence in findings.sentences + findings.limits)
    assert not re.search("signific", text, re.IGNORECASE)
