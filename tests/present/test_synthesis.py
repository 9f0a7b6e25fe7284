"""Sentences, tables and figures of the synthesis."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from lab.synthesis_maker import GOOD, make_dependability, make_diagnosis, make_units, rng

from evalkit.lab import load_purposes, synthesise
from evalkit.methods import load_methods
from evalkit.present import (
    make_table,
    plot_front,
    plot_purposes,
    say_synthesis,
    tabulate_anchors,
    tabulate_criteria,
    tabulate_front,
    tabulate_mistakes,
    tabulate_opinions,
    tabulate_purposes,
    tabulate_without,
)

from .numbers_said import assert_said_of

METHODS = load_methods(["semarang", "dumai", "bengkulu", "surakarta"])
LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])
CASES = pytest.mark.parametrize("case", ["clear", "close", "turning", "nothing", "alone"])
PHI = {"semarang": 0.85, "dumai": 0.9, "surakarta": 0.9}


def make(*, methods=METHODS, good=None, minutes=None, basis="occasions", known=True):
    return synthesise(
        methods,
        load_purposes(),
        diagnosis=make_diagnosis(good, minutes=minutes) if known else None,
        units=make_units(good) if known else make_units().iloc[:0],
        dependability=make_dependability(PHI, basis=basis),
        rng=rng(),
        n_draws=1000,
    )


@pytest.fixture(scope="module")
def clear():
    return make(basis="raters and occasions")


@pytest.fixture(scope="module")
def close():
    return make(good={**GOOD, "surakarta": 0.89, "overall_rating": 0.93})


@pytest.fixture(scope="module")
def turning():
    return make(good={**GOOD, "surakarta": 0.88}, minutes=dict.fromkeys(GOOD, 20.0) | {"dumai": 230.0})


@pytest.fixture(scope="module")
def nothing():
    return make(known=False)


@pytest.fixture(scope="module")
def alone():
    return make(methods={"dumai": METHODS["dumai"]})


def numbers(found):
    """Return what sentences count and complement."""
    shares = [one.share(name) for one in found.ranks.values() for name in one.methods]
    ends = [end for one in found.ranks.values() for pair in one.ends.values() for end in pair]
    beaten = [1 - row["share"] for one in found.ranks.values() for row in one.against]
    counts = [len(found.methods), len(found.scenarios), len(found.ranks), found.n_draws]
    n_clear = sum(len(one.leaders) == 1 for one in found.ranks.values())
    front = found.front["minutes"].round().tolist()
    return [*shares, *ends, *beaten, *counts, n_clear, *front, found.purposes.clear, 0.8, 0.15, 0.10]


@LANGUAGES
@CASES
def test_every_number_of_a_sentence_is_one_of_the_results(case, lang, request):
    found = request.getfixturevalue(case)
    said = say_synthesis(found, lang=lang)
    assert_said_of(said, lang, found.fitness, found.mistakes, found.front, declared=numbers(found))


def test_a_clear_answer_names_the_method_and_its_share(clear):
    said = say_synthesis(clear).sentences
    n_clear = sum(len(one.leaders) == 1 for one in clear.ranks.values())
    lead = f"For {n_clear} of 5 purposes there is a clear answer: one of 4 methods is best in"
    assert said[0].startswith(lead)
    share = f"{100 * clear.ranks['training'].share('dumai'):.0f} %"
    assert any(text.startswith(f"Training: Dumai, best in {share} of the draws (") for text in said)


def test_no_clear_winner_is_said_with_all_that_lead_and_the_baseline_that_is_better(close):
    said = " ".join(say_synthesis(close).sentences)
    assert "Training: no clear winner. " in said
    assert "Better than it in most draws: overall rating (" in said


def test_a_bound_of_dependability_is_said_as_one(close, clear):
    said = " ".join(say_synthesis(close).sentences)
    assert "None is shown to be dependable enough for it (Φ of at least 0.80)" in said
    assert "Φ, 0.90 at most, counts what one rater alone sees as the person's own" in said
    assert "dependable enough" not in " ".join(say_synthesis(clear).sentences)


def test_what_an_answer_hangs_on_is_said(turning):
    said = " ".join(say_synthesis(turning).sentences)
    assert "What an answer hangs on: without “takes little time” Dumai leads for " in said
    table = tabulate_without(turning)
    rows = table[(table["purpose"] == "training") & (table["criterion"] == "takes little time")]
    assert rows[["before", "after"]].to_numpy().tolist() == [["Surakarta", "Dumai"]]


def test_a_page_without_an_answer_is_one_sentence(nothing, alone):
    (sentence,) = say_synthesis(nothing).sentences
    assert sentence.endswith("simulated many times, and this study has none.")
    (sentence,) = say_synthesis(alone).sentences
    assert sentence.endswith("fewer than two methods can be ranked for any of them.")


def test_a_way_to_object_and_what_is_not_measured_stand_beside_mistakes(clear):
    said = say_synthesis(clear)
    (mistakes,) = [text for text in said.sentences if text.startswith("Mistakes")]
    assert "have someone else decide again" in mistakes
    assert said.limits[0].startswith("Not measured: what people do to their numbers")
    assert "whether staff accept a method" in said.limits[0]


@LANGUAGES
@CASES
def test_tables_are_in_words_of_the_language(case, lang, request):
    found = request.getfixturevalue(case)
    tables = [
        tabulate_purposes(found, lang=lang),
        tabulate_criteria(found, lang=lang),
        tabulate_anchors(found.purposes, lang=lang),
        tabulate_opinions(found, lang=lang),
        tabulate_without(found, lang=lang),
        tabulate_mistakes(found),
        tabulate_front(found, lang=lang),
    ]
    for number, table in enumerate(tables):
        html = make_table(table, label=f"tbl-{number}", caption="x", empty="-", lang=lang).to_html()
        assert "_" not in html.split("<tbody")[-1]
        assert ">nan<" not in html


def test_the_table_of_purposes_says_who_may_not_serve(close):
    table = tabulate_purposes(close).set_index("purpose")
    assert table.loc["pay", "not_fit"] == (
        "Bengkulu: about units, not persons; Semarang, Dumai and Surakarta: not shown to be dependable enough"
    )
    assert table.loc["training", "answer"].startswith("no clear winner: ")
    assert table.loc["training", "leads"].endswith(" of 5")
    assert table.loc["service improvement", "not_fit"] == "–"


def test_opinions_favour_what_their_central_weights_favour(turning):
    table = tabulate_opinions(turning)
    row = table[(table["purpose"] == "training") & (table["method"] == "surakarta")].iloc[0]
    one = turning.ranks["training"]
    weights = dict(zip(one.purpose.criteria, one.found.central[one.methods.index("surakarta")], strict=True))
    most = max(weights, key=weights.get)
    assert row["favours"].startswith(turning.purposes.criteria[most].title.en)
    assert (table["estimate"] >= 0.01).all()


def test_the_figure_of_purposes_draws_every_share(close):
    figure = plot_purposes(close, xlabel="share")
    for ax, one in zip(figure.axes, close.ranks.values(), strict=True):
        widths = np.array([bar.get_width() for bar in ax.patches]).reshape(len(one.methods), -1).T
        order = np.argsort(-one.found.ranks[:, 0], kind="stable")
        assert widths == pytest.approx(one.found.ranks[order])
        assert (ax.get_title(loc="left") or ax.get_title()) == one.purpose.title.en.capitalize()
    plt.close("all")


def test_the_front_is_drawn_with_a_ring_on_what_nothing_beats(turning):
    ax = plot_front(turning, xlabel="minutes", ylabel="loss")
    rings = [line.get_xdata()[0] for line in ax.lines if line.get_fillstyle() == "none"]
    front = turning.front
    assert rings == front.loc[front["front_share"] >= 0.5, "minutes"].tolist()
    assert {text.get_text() for text in ax.texts} >= {"Dumai", "overall rating"}
    plt.close("all")


def test_where_nothing_is_known_nothing_is_drawn(nothing):
    assert plot_purposes(nothing, xlabel="share") is None
    assert plot_front(nothing, xlabel="minutes", ylabel="loss") is None
    assert isinstance(tabulate_front(nothing), pd.DataFrame)
