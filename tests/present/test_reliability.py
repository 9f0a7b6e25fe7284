"""Sentences, tables and figures about reliability carry the numbers of their results."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from evalkit.compare import (
    measure_decision_designs,
    measure_decision_quality,
    measure_reliability,
    measure_score_dependability,
)
from evalkit.evidence import load_evidence
from evalkit.present import (
    plot_components,
    plot_curves,
    plot_designs,
    say_reliability,
    tabulate_coefficients,
    tabulate_curves,
    tabulate_decisions,
    tabulate_refusals,
)
from evalkit.present.numbers import format_interval, format_number
from evalkit.present.wording.designs import say_designs
from evalkit.present.wording.reliability import describe_band
from evalkit.study import start

from .numbers_said import assert_said_of

SHIPPED = Path(__file__).parents[2] / "data"


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def session():
    return start(study="judges")


@pytest.fixture(scope="module")
def evidence():
    places = ["teaching_ratings", "attitude", "machines", "us_judges"]
    return load_evidence(SHIPPED / "principles").select(places=places)


@pytest.fixture(scope="module")
def found(evidence):
    return measure_reliability(evidence, n_boot=100, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def quality(found, evidence):
    return measure_decision_quality(found, evidence)


@pytest.fixture(scope="module")
def scores(session):
    return measure_score_dependability(
        session.scores, session.evidence, n_boot=10, rng=np.random.default_rng(1)
    )


@pytest.fixture(scope="module")
def sentences(found, quality, scores):
    return say_reliability(found, scores, quality).sentences


def numbers(text):
    """Return every number of a sentence as text."""
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def shown(*frames):
    """Return every number of some frames as a sentence may write it."""
    values = [value for frame in frames for value in frame.select_dtypes("number").to_numpy().ravel()]
    kept = [value for value in values if np.isfinite(value)]
    plain = {format_number(value, digits=digits) for value in kept for digits in (0, 1, 2)}
    return plain | {format_number(100 * value, digits=0) for value in kept}


def test_every_number_in_a_sentence_is_the_results(sentences, found, quality):
    known = shown(found.coefficients, found.curves, found.needed, quality.qualities)
    known |= {str(len(found.refused[found.refused["facet"] == "raters"])), "0.80"}
    for sentence in sentences:
        assert numbers(sentence) <= known, sentence


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_is_the_results_in_both_languages(found, quality, scores, lang):
    n_refused = int((found.refused["facet"] == "raters").sum())
    said = say_reliability(found, scores, quality, lang)
    results = (found.coefficients, found.curves, found.needed, quality.qualities)
    assert_said_of(said, lang, *results, declared=(n_refused, found.target, 1))


def test_no_sentence_says_significant_or_leaves_an_estimate_without_its_interval(sentences, found):
    assert "significan" not in " ".join(sentences)
    for row in found.coefficients.to_dict("records"):
        told = row["quantity"] == "cronbach_alpha" or row["n_averaged"] == 1
        if told and row["quantity"] not in ("icc_consistency", "omega_total"):
            interval = format_interval(row["conf_low"], row["conf_high"])
            number = format_number(row["estimate"])
            text = " ".join(sentences)
            assert f"{number} ({interval}" in text or f"{number}, {interval}" in text


def test_a_decision_study_answers_in_words(sentences):
    assert (
        "It takes 5 occasions (4 to 8) to be dependable enough (Φ ≥ 0.80); "
        "2 are too few (Φ 0.63, 0.53 to 0.73)." in sentences[0]
    )


def test_words_for_a_coefficient_name_both_ends(sentences):
    assert "(one-way ICC 0.46, 0.36 to 0.57: poor to moderate; n = 94)" in sentences[0]


def test_what_cannot_be_estimated_is_one_sentence_with_its_count(sentences):
    refused = [text for text in sentences if text.startswith("Whether raters agree cannot be told")]
    assert len(refused) == 1
    assert "for 20 indicators, since" in refused[0]


def test_a_finding_has_two_sentences_at_most(sentences):
    ends = [len(re.findall(r"[.!?](?: |$)", text)) for text in sentences]
    assert max(ends) == 2
    assert len(sentences) <= 7


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "in the same way, {same} % would get the same answer ({low} % to {high} %; "),
        ("id", "dengan cara yang sama, {same} % mendapat jawaban yang sama ({low} % sampai {high} %; "),
    ],
)
def test_a_decision_says_how_many_would_be_decided_alike(found, quality, scores, lang, text):
    rows = quality.qualities.query("quantity == 'decision_consistency' and n_ratings == 1")
    row = rows.dropna(subset="estimate").iloc[0]
    names = {"same": "estimate", "low": "conf_low", "high": "conf_high"}
    numbers = {name: f"{100 * row[column]:.0f}" for name, column in names.items()}
    said = " ".join(say_reliability(found, scores, quality, lang).sentences)
    assert text.format(**numbers) in said


def test_designs_say_what_reaches_the_target_and_what_never_does(evidence):
    designs = measure_decision_designs(
        evidence.select(places=["machines"]), outer="machine", inner="trial", table="machine_trials"
    )
    assert say_designs(designs) == (
        "3 machines with 1 trial on each reach Φ ≥ 0.80 (0.82, 0.26 to 0.97; 54 scores; machines); "
        "2 machines do not at any number up to 8 trials."
    )
    ax = plot_designs(designs)
    assert len(ax.lines) == 6
    assert ax.lines[-1].get_ydata() == [0.8, 0.8]
    assert ax.lines[0].get_ydata().tolist() == designs.designs.query("n_outer == 1")["estimate"].tolist()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_numbers_of_designs_are_the_results_in_both_languages(evidence, lang):
    designs = measure_decision_designs(
        evidence.select(places=["machines"]), outer="machine", inner="trial", table="machine_trials"
    )
    assert_said_of(say_designs(designs, lang), lang, designs)


def test_bands_are_words_of_the_language():
    assert describe_band("good", "excellent", "id") == "baik sampai sangat baik"
    assert describe_band("", "", "id") == "tanpa sebutan"


def test_designs_that_never_reach_a_target_say_so(evidence):
    designs = measure_decision_designs(
        evidence.select(places=["machines"]),
        outer="machine",
        inner="trial",
        table="machine_trials",
        n_outer=[1, 2],
        n_inner=[1, 2],
        target=0.95,
    )
    assert say_designs(designs) == (
        "Nothing up to 2 machines with 2 trials on each reaches Φ ≥ 0.95 (54 scores; machines)."
    )


def test_tables_say_what_a_coefficient_is_of(found):
    table = tabulate_coefficients(found)
    assert table["of"].tolist()[:2] == ["one occasion", "mean of 3 occasions"]
    assert "sum of 10 indicators" not in table["of"].tolist()
    assert "sum of 11 indicators" in table["of"].tolist()
    assert table["band"].iloc[0] == "poor to moderate"


def test_indicators_with_one_reason_share_a_row(found):
    table = tabulate_refusals(found).set_index("place")
    assert table.loc["us_judges", "indicator"] == "11 indicators"
    assert table.loc["teaching_ratings", "indicator"] == "course_evaluation"


def test_curves_and_decisions_write_intervals_beside_numbers(found, quality):
    assert tabulate_curves(found)["sizes"].tolist()[:2] == ["one occasion", "2 occasions"]
    row = tabulate_decisions(quality).iloc[0]
    assert re.fullmatch(r"[\d.]+ % \([\d.]+ % to [\d.]+ %\)", row["decision_accuracy"])
    for text in tabulate_decisions(quality)["decision_accuracy"]:
        estimate, low, high = re.findall(r"[\d.]+(?= %)", text)
        assert {low, high} != {estimate}, "both ends round to the estimate"
    assert row["cut"] == 3


def test_evidence_without_raters_makes_empty_tables_and_no_error(session):
    found = measure_reliability(session.evidence, n_boot=50, rng=np.random.default_rng(1))
    quality = measure_decision_quality(found, session.evidence)
    assert plot_components(found, xlabel="") is None
    assert plot_curves(found, xlabel="", ylabel="") is None
    assert not plt.get_fignums()
    assert tabulate_curves(found).empty
    assert {"decision_accuracy", "reliable_change"} <= set(tabulate_decisions(quality).columns)
    scores = measure_score_dependability(
        session.scores, session.evidence, n_boot=10, rng=np.random.default_rng(1)
    )
    first = say_reliability(found, scores, quality).sentences[0]
    assert "n = 43" in first
    assert "says nothing about raters" in first
    refused = say_reliability(found, scores, quality).sentences[1]
    assert "for 11 indicators of us judges, since no two raters can be told apart there" in refused


def test_figures_draw_the_shares_and_the_curves(found):
    ax = plot_components(found, xlabel="")
    assert ax.patches[0].get_width() == pytest.approx(found.components["estimate"].iloc[0])
    curves = plot_curves(found, xlabel="", ylabel="")
    assert curves.lines[0].get_ydata().tolist() == found.curves["estimate"].tolist()
