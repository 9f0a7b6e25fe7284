"""Sentences, tables and figures about scores carry the numbers of their results, in both languages."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from score_maker import draw_ratings, evidence_of, gather, make_method

from evalkit.compare import measure_score_dependability, simulate_predikat_consistency
from evalkit.methods import score_methods
from evalkit.present import (
    plot_score_dependability,
    say_score_dependability,
    tabulate_cheapest,
    tabulate_predikat_consistency,
    tabulate_score_dependability,
)
from evalkit.present.numbers import format_interval, format_number
from evalkit.study import start

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
COVARIANCES = {
    "universe": [[400, 200], [200, 400]],
    "occasion": [[80, 0], [0, 80]],
    "rater": [[200, 60], [60, 200]],
    "residual": [[400, 40], [40, 400]],
}


def make(n_occasions=4, n_raters=3, **options):
    values = draw_ratings(
        120,
        n_raters=n_raters,
        n_occasions=n_occasions,
        covariances=COVARIANCES,
        rng=np.random.default_rng(1),
    )
    rows = evidence_of(values, ["a", "b"], "peer", units=np.arange(120) % 12)
    rows += evidence_of(values[:30], ["a", "b"], "peer", place="smaller")
    evidence = gather(rows)
    parts = [("a", ("peer",), 0.6, "result"), ("b", ("peer",), 0.4, "behaviour")]
    scores = score_methods(evidence, [make_method(parts)])
    worth = measure_score_dependability(scores, evidence, n_boot=50, rng=np.random.default_rng(2), **options)
    return worth, simulate_predikat_consistency(
        worth, scores, evidence, rng=np.random.default_rng(3), n_boot=30
    )


@pytest.fixture(scope="module")
def found():
    return make()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_in_a_sentence_is_the_results(found, lang):
    worth, again = found
    frames = (worth.coefficients, worth.cheapest(), again.consistency)
    values = [value for frame in frames for value in frame.select_dtypes("number").to_numpy().ravel()]
    known = {format_number(each, digits=digits, lang=lang) for each in values for digits in (0, 2)}
    known |= {format_number(100 * each, digits=0, lang=lang) for each in values}
    known |= {format_number(0.8, lang=lang), "1"}
    for sentence in say_score_dependability(worth, again, lang).sentences:
        assert set(NUMBER.findall(sentence)) <= known, sentence


def test_a_sentence_says_over_what_and_shows_the_interval(found):
    worth, again = found
    row = worth.coefficients.iloc[0]
    first, second, third = say_score_dependability(worth, again).sentences
    number = f"{format_number(row['estimate'])} ({format_interval(row['conf_low'], row['conf_high'])})"
    assert first.startswith(f"The score of made in here (n = 120) has Φ {number} over raters and occasions")
    assert "The least work that reaches Φ ≥ 0.80 is" in first
    assert "would get the same predikat; κ" in second
    assert third == "Other places stand in the table."
    assert "significan" not in first + second


def test_a_score_over_occasions_only_says_so():
    worth, again = make(n_raters=1)
    first = say_score_dependability(worth, again).sentences[0]
    assert "over occasions only, since raters cannot be told apart" in first
    assert "times the raters" not in first


def test_a_score_over_raters_only_says_so_and_has_no_single_report():
    worth, again = make(n_occasions=1)
    first = say_score_dependability(worth, again).sentences[0]
    assert "over raters only, since there is one occasion" in first
    assert "The report of one occasion" not in first
    assert tabulate_score_dependability(worth)["single"].tolist() == ["–", "–"]


def test_a_target_out_of_reach_is_said():
    worth, again = make(target=0.9999)
    assert "No design that was tried reaches Φ ≥ 1.00." in say_score_dependability(worth, again).sentences[0]
    assert tabulate_cheapest(worth)["design"].tolist() == ["–", "–"]


def test_evidence_that_identifies_nothing_makes_one_sentence_and_empty_tables():
    session = start(study="judges")
    worth = measure_score_dependability(
        session.scores, session.evidence, n_boot=10, rng=np.random.default_rng(1)
    )
    again = simulate_predikat_consistency(
        worth, session.scores, session.evidence, rng=np.random.default_rng(1)
    )
    assert say_score_dependability(worth, again).sentences == (
        "How dependable the score is cannot be estimated for Semarang, Dumai, Bengkulu, Surakarta and "
        "Senapelan; the reasons stand in the table below.",
    )
    for table in (
        tabulate_score_dependability(worth),
        tabulate_cheapest(worth),
        tabulate_predikat_consistency(again),
    ):
        assert table.empty
    assert plot_score_dependability(worth, xlabel="") is None
    assert not plt.get_fignums()


def test_tables_show_one_row_a_score(found):
    worth, again = found
    table = tabulate_score_dependability(worth)
    assert table["place"].tolist() == ["here", "smaller"]
    assert re.fullmatch(r"0\.\d\d \(0\.\d\d to 0\.\d\d\)", table["phi"][0])
    twice = tabulate_predikat_consistency(again, "id")
    assert re.fullmatch(r"\d\d % \(\d\d % sampai \d\d %\)", twice["same_predikat_share"][0])
    assert re.fullmatch(r"0,\d\d \(0,\d\d sampai 0,\d\d\)", twice["predikat_kappa"][0])
    assert (twice["mc_error"] > 0).all()
    assert "occasion" in tabulate_cheapest(worth)["design"][0]


def test_the_figure_draws_each_score_and_the_target(found):
    worth, _ = found
    ax = plot_score_dependability(worth, xlabel="")
    rows = worth.coefficients.query("quantity == 'score_dependability' and design == 'as reported'")
    assert ax.lines[0].get_xdata().tolist() == rows["estimate"].tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "made · here · raters and occasions",
        "made · smaller · raters and occasions",
    ]
