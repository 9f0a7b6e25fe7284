"""Sentences, tables and the figure of needs."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from needs_maker import CATALOGUE, make_scores

from evalkit.compare import count_reliable_changes, find_needs
from evalkit.lab import NeedRecovery
from evalkit.present import (
    make_table,
    plot_needs,
    publish,
    say_need_recovery,
    say_needs,
    tabulate_catalogue,
    tabulate_extremes,
    tabulate_levels,
    tabulate_needs,
    tabulate_reliable_changes,
    tabulate_trainings,
)
from evalkit.vocabulary import RESULT_KEY

from .numbers_said import assert_said_of

LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])
ORDERS = NeedRecovery(
    orders=pd.DataFrame(
        [
            ("here", "made", "integrity", 0.7, 0.4, 0.9, 10.0, ""),
            ("here", "made", "discipline", 0.2, -0.2, 0.5, 10.0, ""),
        ],
        columns=["place", "method", "component", "estimate", "conf_low", "conf_high", "n", "caveat"],
    ),
    conf_level=0.95,
)
UNKNOWN = NeedRecovery(orders=ORDERS.orders.head(0), conf_level=0.95)
NAMES = {"en": "short one", "id": "pendek"}


def measure(*args, targets=None, **kwargs):
    scores, quarters = make_scores(*args, **kwargs)
    return find_needs(scores, quarters, CATALOGUE, targets=targets), count_reliable_changes(quarters)


@pytest.fixture(scope="module")
def mixed():
    """Ten units; one is weak, one strong; some people rose, some fell."""
    return measure([40, *[54] * 8, 70], jump=lambda u, i: 40.0 if u == 1 else -40.0 if u == 2 else 0.0)


@pytest.fixture(scope="module")
def short():
    """Six units that all fall short."""
    return measure([40, 41, 42, 43, 44, 45], targets={"integrity": {"value": 90, "because": "so"}})


@pytest.fixture(scope="module")
def single():
    """One unit, two quarters."""
    return measure([54], quarters=("2025Q1", "2025Q2"))


def declared(found, changes):
    """Return numbers that sentences count or work out."""
    units = found.units()
    verdicts = units["verdict"].value_counts().tolist()
    effects = found.catalogue[["effect", "effect_low", "effect_high"]].to_numpy().ravel()
    return [0, len(units), *verdicts, found.n, *effects, 2025, *changes.errors["n"], 5]


@LANGUAGES
@pytest.mark.parametrize("case", ["mixed", "short", "single"])
def test_every_number_of_a_sentence_is_one_of_the_results(case, lang, request):
    found, changes = request.getfixturevalue(case)
    said = say_needs(found, changes, lang=lang)
    assert_said_of(
        said,
        lang,
        found.levels,
        found.needs,
        found.totals(),
        changes.shares,
        changes.errors,
        declared=declared(found, changes),
    )


@LANGUAGES
def test_the_unit_with_the_largest_gain_is_named_with_its_training(mixed, lang):
    said = " ".join(say_needs(*mixed, lang=lang).sentences)
    assert "u0" in said
    assert NAMES[lang] in said


def test_where_all_fall_short_no_single_unit_is_named(short):
    said = " ".join(say_needs(*short).sentences)
    assert "No unit reaches the target in integrity in here" in said
    assert "Where other units reach the target" not in said.split("discipline")[0]


def test_one_unit_and_two_quarters_say_what_cannot_be_said(single):
    said = say_needs(*single).sentences
    assert said[0].startswith("Units cannot be compared")
    assert said[-1].endswith("in three quarters or more.")


@LANGUAGES
def test_nobody_scored_is_one_sentence(mixed, lang):
    changes = mixed[1]
    empty = find_needs(*_nobody(), CATALOGUE)
    assert len(say_needs(empty, changes, lang=lang).sentences) == 1
    assert plot_needs(empty, lang=lang).axes[0].texts
    assert tabulate_levels(empty, UNKNOWN).empty
    assert tabulate_needs(empty).empty
    assert tabulate_extremes(empty).empty
    assert tabulate_trainings(empty).empty
    plt.close("all")


def _nobody():
    from dataclasses import replace

    scores, quarters = make_scores([50, 52])
    return (
        replace(scores, scores=scores.scores.head(0), components=scores.components.head(0)),
        replace(quarters, scores=quarters.scores.head(0), components=quarters.components.head(0)),
    )


def test_small_cells_are_not_said():
    found, changes = measure([50, 52], size=20)
    assert "fewer people than can be shown" in say_needs(found, changes).sentences[-1]


def test_the_figure_draws_every_unit_and_marks_those_below(mixed):
    found = mixed[0]
    ax = plot_needs(found).axes[0]
    rest, below = (points.get_offsets() for points in ax.collections[:2])
    assert len(rest) + len(below) == len(found.units())
    weak = found.units()[found.units()["verdict"] == "below"]
    assert sorted(below[:, 0]) == pytest.approx(sorted(weak["estimate"]))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["integrity", "discipline"]
    plt.close("all")


@LANGUAGES
def test_tables_show_words_and_no_codes(mixed, lang):
    found, changes = mixed
    tables = [
        tabulate_levels(found, UNKNOWN),
        tabulate_extremes(found),
        tabulate_needs(found, lang=lang),
        tabulate_trainings(found, lang=lang),
        tabulate_reliable_changes(changes),
        tabulate_catalogue(found, lang=lang),
    ]
    for number, table in enumerate(tables):
        html = make_table(table, label=f"tbl-{number}", caption="x", lang=lang).to_html()
        assert "_" not in html.split("<tbody")[1].split("</tbody")[0]
    assert NAMES[lang] in tables[2]["training"].tolist()
    assert tables[2]["short"].iloc[0] == {"en": "2 of 10", "id": "2 dari 10"}[lang]


def test_the_extremes_are_the_weakest_and_the_strongest(mixed):
    rows = tabulate_extremes(mixed[0])
    assert rows["unit"].tolist() == ["u0", "u9"]
    assert rows["estimate"].iloc[0] < 0 < rows["estimate"].iloc[1]


def test_counts_of_levels_add_up_to_the_units(mixed):
    rows = tabulate_levels(mixed[0], ORDERS)
    assert rows[["below", "not_settled", "meets", "above"]].sum(axis=1).tolist() == [10, 10]


def test_published_rows_have_each_key_once_and_name_nobody(mixed):
    rows = publish(*mixed).rows
    assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
    texts = pd.concat([rows[name] for name in ("unit", "group", "item", "caveat")])
    assert not texts.str.contains("p0-").any()
    assert np.isfinite(rows["estimate"]).sum() > 50


@LANGUAGES
def test_where_the_truth_is_known_the_best_and_the_worst_order_are_said(lang):
    said = say_need_recovery(ORDERS, lang=lang)
    assert_said_of(said, lang, ORDERS.orders, declared=[0, 1])
    assert len(said.sentences) == 1
    assert say_need_recovery(UNKNOWN, lang=lang).sentences == ()


def test_the_order_stands_beside_its_component(mixed):
    assert tabulate_levels(mixed[0], ORDERS)["order"].tolist() == [0.7, 0.2]


def test_a_place_that_several_methods_score_is_named_with_the_method():
    scores, quarters = make_scores([40, *[54] * 8, 70])
    other = quarters.scores.assign(method="senapelan")
    both = dataclasses.replace(quarters, scores=pd.concat([quarters.scores, other], ignore_index=True))
    changes = count_reliable_changes(both)
    assert len(changes.errors) == 2
    said = " ".join(say_needs(find_needs(scores, quarters, CATALOGUE), changes).sentences)
    assert "in here (" in said
