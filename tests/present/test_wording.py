"""Sentences say what their results say, and no more."""

from dataclasses import replace

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
from evalkit.present.wording.methods import source_weights

from .numbers_said import assert_said_of

INDICATORS = ("discipline", "service_quality", "innovation")
N_BOOT = 200
both_languages = pytest.mark.parametrize("lang", ["en", "id"])


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
    assert found.sentences[:2] == (
        "Of what was listed, 95.8 % holds a value (24 observations from 1 place).",
        f"The least complete is {worst['indicator']} in Surakarta (source: supervisor): 88 % of it holds "
        "a value "
        "(47 % to 100 %; n = 8).",
    )
    assert len(found.limits) == 1


def test_evidence_without_gaps_is_called_complete_and_nothing_more(evidence):
    observations = evidence.observations[evidence.observations["status"] == "recorded"]
    whole = make_evidence(observations.to_dict("records"))
    found = say_evidence(
        measure_completeness(whole), find_carelessness(whole), measure_ceiling(whole), describe_designs(whole)
    )
    assert found.sentences[0] == "Everything that was listed holds a value (23 observations from 1 place)."


def test_every_design_of_raters_has_its_words():
    for code in RaterDesign.__args__:
        assert len(describe_rater_design(code)) > 20


@pytest.mark.parametrize("lang", ["en", "id"])
def test_a_method_in_many_places_is_said_by_its_lowest_and_highest_mean(evidence, scores, lang):
    summary = summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2))
    one = summary.summary.iloc[[0]]
    many = pd.concat([one.assign(place=f"town{i}", estimate=70.0 + i) for i in range(4)], ignore_index=True)
    found = say_scores(replace(summary, summary=many), compare_rules(scores), scores, lang)
    ends = many.iloc[[0, -1]][["estimate", "conf_low", "conf_high"]]
    assert_said_of(found.sentences[0], lang, ends, declared=(4, many["n"].sum()))
    assert sum("town" in text for text in found.sentences) == 1


def test_the_scores_sentences_carry_mean_interval_and_n(evidence, scores):
    summary = summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2))
    rules = compare_rules(scores, evidence)
    row = summary.to_frame().iloc[0]
    assert say_scores(summary, rules, scores).sentences == (
        f"In Surakarta, Surakarta gives {row['n']} people {row['estimate']:.1f} points on average "
        f"({row['conf_low']:.1f} to {row['conf_high']:.1f}); the middle half have "
        f"{row['lower_quartile']:.1f} "
        f"to {row['upper_quartile']:.1f}.",
        "What Surakarta gives stands for 60 % of its weight only (discipline, service quality and "
        "innovation); the rest was not recorded.",
        "Semarang (20 %) cannot be scored: only the share in brackets of what it weighs was recorded, and "
        "nothing is guessed.",
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
    sentences = say_scores(summary, rules, scored).sentences
    (row,) = rules.flips.to_dict("records")
    interval = f"{100 * row['conf_low']:.0f} % to {100 * row['conf_high']:.0f} %"
    assert (
        f"For {100 * row['estimate']:.0f} % of {row['n']} people scored by Surakarta, the two national "
        "rules give "
        f"different ratings ({interval}; at the assumed cut-offs)."
    ) in sentences
    assert sentences[-1] == "No new idea was recorded, so nobody can reach Sangat Baik under PP 30/2019."


@both_languages
def test_of_many_methods_the_rules_are_said_first_and_once(lang, evidence, scores):
    summary = summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2))
    rows = pd.DataFrame(
        {
            "method": ["semarang", "dumai", "bengkulu", "surakarta"],
            "estimate": [0.4, 0.3, 0.6, 0.5],
            "conf_low": [0.35, 0.25, 0.55, 0.45],
            "conf_high": [0.45, 0.35, 0.65, 0.55],
            "flip_low": [0.1, 0.2, 0.3, 0.2],
            "flip_high": [0.9, 0.8, 0.7, 0.6],
            "n": [90, 91, 92, 93],
            "caveat": "",
        }
    )
    rules = replace(compare_rules(scores), flips=rows)
    first, second, *rest = say_scores(summary, rules, scores, lang).sentences
    assert_said_of(first, lang, rows.iloc[[1, 2]][["estimate", "conf_low", "conf_high", "n"]])
    assert_said_of(second, lang, declared=(0.1, 0.9))
    assert not any("Dumai" in text for text in rest)


def test_the_methods_sentences_count_what_the_specifications_hold():
    methods = load_methods()
    found = say_methods(methods, method_overlap(methods))
    n_components = sum(len(spec.components) for spec in methods.values())
    assert f"{n_components} components with an assumed weight" in found.sentences[0]
    assert all(name in found.sentences[1] for name in titles(methods).values())


def test_methods_that_share_nothing_are_said_to():
    found = say_methods(
        load_methods(["dumai"]),
        pd.DataFrame({"method_a": ["a"], "method_b": ["b"], "shared_weight": [0.0]}),
    )
    assert found.sentences[-1] == "No two methods read the same evidence, so none can agree because of it."


@pytest.mark.pitfall(9)  # no sentence says significant
@both_languages
def test_every_number_about_methods_is_theirs(lang):
    methods = load_methods()
    overlap = method_overlap(methods)
    counts = (
        len(methods),
        sum(len(spec.components) for spec in methods.values()),
        sum(len(spec.assumptions) for spec in methods.values()),
        len(overlap),
        (overlap["shared_weight"] == 0).sum(),
    )
    weights = [source_weights(spec) for spec in methods.values()]
    assert_said_of(say_methods(methods, overlap, lang), lang, overlap, weights, declared=counts)


@both_languages
def test_every_number_about_made_evidence_is_its_own(lang, evidence):
    observations = evidence.observations.assign(value=5.0)
    crowded = make_evidence(observations[observations["status"] == "recorded"].to_dict("records"))
    for each in (evidence, crowded):
        completeness, carelessness = measure_completeness(each), find_carelessness(each)
        ceiling, counts = measure_ceiling(each), completeness.counts
        recorded = counts["n_recorded"].sum() / counts["n"].sum()
        found = say_evidence(completeness, carelessness, ceiling, describe_designs(each), lang)
        assert_said_of(
            found,
            lang,
            counts,
            carelessness.straight_lines,
            ceiling.shares,
            declared=(counts["n"].sum(), counts["place"].nunique(), recorded),
        )


@both_languages
def test_every_number_about_scores_is_theirs(lang, evidence, scores):
    summary = summarise_scores(scores, n_boot=N_BOOT, rng=np.random.default_rng(2))
    rules = compare_rules(scores, evidence)
    found = say_scores(summary, rules, scores, lang)
    assert_said_of(found, lang, summary.summary, summary.coverage, rules.flips)
    nobody = replace(summary, summary=summary.summary.assign(n=0))
    assert_said_of(
        say_scores(nobody, rules, scores, lang).sentences[0], lang, declared=()
    )  # an empty mean is no number
