"""What is said of effects is what was found, in both languages."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from evalkit.compare import compare_programme, estimate_intervention_effects
from evalkit.evidence import load_evidence
from evalkit.lab import as_text, simulate, simulate_unaffected
from evalkit.present import (
    plot_effects,
    plot_jumps,
    plot_quarters,
    say_effects,
    tabulate_balance,
    tabulate_changes_of_chosen,
    tabulate_effects,
    tabulate_foundations,
    tabulate_main_effects,
    tabulate_programme,
    tabulate_refused_effects,
    tabulate_spread,
)
from evalkit.study import find_study

from .numbers_said import assert_said_of

SIZES = {"semarang": 400, "surakarta": 300, "bengkulu": 250, "senapelan": 27}


@pytest.fixture(scope="module")
def found():
    evidence = as_text(simulate(SIZES, seed=4))
    return estimate_intervention_effects(evidence, unaffected=simulate_unaffected(SIZES, seed=4))


@pytest.fixture(scope="module")
def programme():
    return compare_programme(load_evidence(find_study("principles").folder))


@pytest.fixture(scope="module")
def nothing():
    return estimate_intervention_effects(load_evidence(find_study("judges").folder))


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_that_is_said_is_one_of_the_results(found, programme, lang):
    said = say_effects(found, programme, lang)
    known = found.main.dropna(subset=["known_effect"])
    none = known[known["known_effect"].abs() < 1e-9]
    counts = (
        len(known),
        known["known_effect"].between(known["conf_low"], known["conf_high"]).sum(),
        len(none),
        (none["conf_low"] > 0).sum(),
        len(found.refused),
    )
    money = programme.estimates[["estimate", "conf_low", "conf_high"]].abs()
    assert_said_of(said, lang, found, programme, money, declared=counts)


def test_the_first_finding_is_of_training_with_its_interval_and_number_of_people(found, programme):
    first = say_effects(found, programme).sentences[0]
    row = found.main.query("place == '' and rule == 'lowest' and outcome == 'supervisor'").iloc[0]
    assert first.startswith("Training, to those rated lowest")
    assert f"n = {row['n']:,.0f}; places together" in first


def test_what_an_interval_does_not_show_is_not_claimed(found, programme):
    row = found.main.query("place == '' and rule == 'lowest' and outcome == 'supervisor'")
    for low, high, word in (
        (0.1, 0.9, "helped"),
        (-0.1, 0.9, "no effect is shown"),
        (-0.9, -0.1, "did harm"),
    ):
        effects = found.effects.copy()
        effects.loc[row.index, ["estimate", "conf_low", "conf_high"]] = [(low + high) / 2, low, high]
        first = say_effects(replace(found, effects=effects), programme).sentences[0]
        assert word in first, first


def test_volunteers_are_never_said_to_have_been_helped(found, programme):
    effects = found.effects.copy()
    volunteers = effects["assigned_by"] == "volunteer"
    effects.loc[volunteers, ["estimate", "conf_low", "conf_high"]] = [0.5, 0.4, 0.6]
    findings = say_effects(replace(found, effects=effects), programme)
    said = [sentence for sentence in findings.sentences if "volunteers" in sentence]
    assert said
    assert all("helped" not in sentence for sentence in said)
    assert "or what made them ask" in said[0]


def test_a_loss_is_said_to_be_expected_of_those_who_improved(found, programme):
    said = [s for s in say_effects(found, programme).sentences if "Without it a loss was to be expected" in s]
    assert len(said) == 1
    assert "Bengkulu" in said[0] or "bengkulu" in said[0]


def test_the_survey_is_not_to_be_trusted(nothing, programme):
    lot, survey, none = say_effects(nothing, programme).sentences
    assert lot.startswith(
        "A real training programme, assigned by lottery, raised yearly earnings by $1,794 ("
    )
    assert "seem to have lost $15,205 a year" in survey
    assert survey.endswith("Such a comparison is not to be trusted.")
    assert none.startswith("Whether training, mentoring or recognition helped cannot be said")


def test_where_nothing_was_given_one_sentence_says_so(nothing):
    none = compare_programme(load_evidence(find_study("judges").folder))
    said = say_effects(nothing, none)
    assert said.sentences == (
        "Whether training, mentoring or recognition helped cannot be said: the evidence has no table of what "
        "was given to whom.",
    )
    assert said.limits == ()


def test_tables_have_a_row_for_each_result(found, programme):
    assert len(tabulate_effects(found)) == len(found.effects)
    assert len(tabulate_main_effects(found)) == (found.main["outcome"] == "supervisor").sum()
    changes = tabulate_changes_of_chosen(found)
    assert np.allclose(changes["beyond"], changes["observed_change"] - changes["expected_change"])
    assert len(tabulate_spread(found)) == len(found.spread)
    assert len(tabulate_refused_effects(found)) == len(found.refused)
    assert set(tabulate_foundations(found)["quantity"]) <= {"score_heaping", "pre_trend"}
    assert tabulate_programme(programme)["n_given"].tolist() == [185] * 4
    assert tabulate_balance(programme)["psid1"].abs().max() > 1.5


def test_tables_of_nothing_are_empty(nothing):
    for table in (tabulate_effects, tabulate_main_effects, tabulate_changes_of_chosen, tabulate_spread):
        assert table(nothing).empty
    assert tabulate_refused_effects(nothing).empty


def test_the_figure_of_effects_draws_each_dot_and_the_true_effect(found):
    ax = plot_effects(found)
    drawn = [offset[0] for points in ax.collections[1:] for offset in points.get_offsets()]
    main = found.main[found.main["outcome"] == "supervisor"]
    assert sorted(drawn) == pytest.approx(sorted([*main["estimate"], *main["known_effect"]]))
    plt.close("all")


def test_the_figure_of_jumps_has_a_panel_a_rule_and_no_dot_across_the_cut_off(found):
    figure = plot_jumps(found)
    # the theme of reports, where an earlier test has set it, puts titles to the left
    titles = [ax.get_title() or ax.get_title(loc="left") for ax in figure.axes]
    assert len(titles) == 3
    assert any("whose rating rose most" in title for title in titles)
    plt.close("all")


def test_the_figure_of_quarters_begins_two_before(found):
    ax = plot_quarters(found)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["-2", "-1", "0", "+1"]
    plt.close("all")


def test_figures_of_nothing_say_so(nothing):
    for ax in (plot_effects(nothing), plot_jumps(nothing).axes[0], plot_quarters(nothing)):
        assert ax.texts[0].get_text() == "nothing could be estimated"
    plt.close("all")
