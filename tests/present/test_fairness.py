"""Sentences, tables and figures of the fairness report."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from fairness_maker import NO_SCORES, make_people, make_ratings

from evalkit.compare import measure_fairness, measure_item_bias, measure_rater_bias
from evalkit.present import (
    make_table,
    plot_group_differences,
    plot_impact,
    plot_item_bias,
    publish,
    say_fairness,
    tabulate_group_differences,
    tabulate_impact,
    tabulate_invariance,
    tabulate_item_bias,
    tabulate_predictions,
    tabulate_rater_bias,
)
from evalkit.vocabulary import RESULT_KEY

from .numbers_said import assert_said_of

ITEMS = ["integrity", "initiative", "collaboration", "discipline", "innovation"]
LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])


def measure(evidence):
    return (
        measure_fairness(evidence, NO_SCORES),
        measure_item_bias(evidence),
        measure_rater_bias(evidence),
    )


@pytest.fixture(scope="module")
def treated():
    """People of two groups, one of them scored lower at equal performance; no items."""
    return measure(make_people(600, treatment=-0.6))


@pytest.fixture(scope="module")
def rated():
    """Five ratings of each person, one of them biased; performance unknown."""
    return measure(make_ratings(1200, ITEMS, shift={"discipline": -0.7}, rater_shift=0.3))


def counts(found, items, raters):
    """Return numbers that sentences count."""
    ratios = found.decisions[found.decisions["group"] != found.decisions["reference"]]
    rows = [found.contrasts[found.contrasts["quantity"] == name] for name in set(found.contrasts["quantity"])]
    prediction = found.contrasts[found.contrasts["quantity"].str.startswith("prediction")]
    frames = [*rows, prediction, ratios.dropna(subset=["estimate"])]
    steps = items.invariance.groupby("step")["holds"].sum().tolist() if len(items.invariance) else []
    verdicts = found.verdicts()["verdict"].value_counts().tolist()
    apart = [len(found.told_apart(frame)) for frame in frames]
    hidden = int(ratios["estimate"].isna().sum())
    apart_raters = int((raters.contrasts["p_adjusted"] < 0.05).sum())
    sizes = [len(frame) for frame in (*frames, items.items, items.biased, raters.contrasts)]
    return [0, *sizes, *apart, *verdicts, *steps, hidden, apart_raters, 0.8]


@LANGUAGES
@pytest.mark.parametrize("case", ["treated", "rated"])
def test_every_number_of_a_sentence_is_one_of_the_results(case, lang, request):
    found, items, raters = request.getfixturevalue(case)
    said = say_fairness(found, items, raters, lang=lang)
    assert 3 <= len(said.sentences) <= 6
    assert_said_of(
        said,
        lang,
        found.decisions,
        found.contrasts,
        items.items,
        raters.contrasts,
        declared=counts(found, items, raters),
    )


@LANGUAGES
def test_a_page_about_nobody_says_so_with_the_number_of_people(lang):
    evidence = make_people(43)
    nobody = replace(evidence, employees=evidence.employees.assign(sex=""))
    said = say_fairness(*measure(nobody), lang=lang)
    assert_said_of(said, lang, 43)
    assert len(said.sentences) == 1


def test_what_cannot_be_said_is_one_sentence(treated):
    said = say_fairness(*treated).sentences
    assert said[-1].startswith("What cannot be said: whether single ratings are biased")


def test_bias_and_raters_are_said_in_plain_words(rated):
    said = " ".join(say_fairness(*rated).sentences)
    assert "1 of 5 comparisons of an item, at equal ratings on the other items, show bias" in said
    assert "discipline (supervisor), women against men: delta −" in said
    assert "Raters: in 1 of 1 comparison the difference depends on who rates" in said


def test_the_impact_figure_draws_each_ratio_between_the_lines(treated):
    found = treated[0]
    figure = plot_impact(found)
    drawn = [ax.collections[-1].get_offsets()[:, 0].tolist() for ax in figure.axes]
    ratios = found.decisions[found.decisions["group"] != found.decisions["reference"]]
    expected = [of["estimate"].tolist() for _, of in ratios.groupby("decision", sort=False)]
    assert [np.round(x, 9).tolist() for x in drawn] == [np.round(x, 9).tolist() for x in expected]
    for ax in figure.axes:
        assert [line.get_xdata()[0] for line in ax.lines] == [1.0, 0.8, 1.25]
        assert ax.get_xscale() == "log"
    plt.close("all")


def test_the_figure_of_groups_has_a_panel_at_equal_performance(treated, rated):
    found = treated[0]
    figure = plot_group_differences(found)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes] == [
        "means",
        "at equal performance",
    ]
    given = found.contrasts.query("quantity == 'conditional_difference'")["estimate"].tolist()
    assert figure.axes[1].collections[-1].get_offsets()[:, 0].tolist() == pytest.approx(given)
    assert len(plot_group_differences(rated[0]).axes) == 1
    plt.close("all")


def test_the_figure_of_items_starts_with_the_one_furthest_from_equal(rated):
    ax = plot_item_bias(rated[1], most=3)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert len(labels) == 3
    assert labels[0].startswith("discipline")
    plt.close("all")


def test_figures_of_nothing_say_so():
    evidence = make_people(30)
    found, items, _ = measure(replace(evidence, employees=evidence.employees.assign(sex="")))
    figures = [plot_impact(found), plot_group_differences(found), plot_item_bias(items).get_figure()]
    for figure in figures:
        assert [text.get_text() for text in figure.axes[0].texts] == ["nothing could be compared"]
    plt.close("all")


@LANGUAGES
def test_tables_show_groups_in_words(treated, rated, lang):
    tables = [
        tabulate_group_differences(treated[0], lang=lang),
        tabulate_impact(treated[0], lang=lang),
        tabulate_predictions(treated[0], lang=lang),
        tabulate_item_bias(rated[1], lang=lang),
        tabulate_rater_bias(rated[2], lang=lang),
    ]
    pair = {"en": "women against men", "id": "perempuan dibandingkan laki-laki"}[lang]
    for number, table in enumerate(tables):
        assert table["contrast"].str.contains(pair).all()
        assert (
            "_"
            not in make_table(table, label=f"tbl-{number}", caption="x", lang=lang)
            .to_html()
            .split("<tbody")[1]
        )


def test_the_table_of_invariance_has_a_verdict_for_each_instrument(rated):
    assert tabulate_invariance(rated[1])["verdict"].tolist() == ["measured unlike"]


def test_results_have_each_key_once(treated, rated):
    for results in (treated, rated):
        rows = publish(*results).rows
        assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
        assert rows["estimate"].notna().any()
