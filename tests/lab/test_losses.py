"""Perfect evidence gives everyone's own target back, and each imperfection takes something."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from present.numbers_said import assert_said_of

from evalkit.errors import DesignError, UsageError
from evalkit.lab import (
    PROFILES,
    STEPS,
    load_baselines,
    results_of_losses,
    simulate,
    trace_losses,
    trace_losses_of,
)
from evalkit.lab.losses import make_perfect, recover, take_error
from evalkit.lab.targets import find_own_target
from evalkit.methods import Transform, load_methods, score_methods
from evalkit.present import plot_losses, say_losses, tabulate_losses
from evalkit.vocabulary import LABELS, LANGUAGES

SIZES = {"surakarta": 300, "dumai": 150, "senapelan": 27}
#: What "recovers its own target" means.
RECOVERED = 0.99


@pytest.fixture(scope="module")
def methods():
    return load_methods() | load_baselines()


@pytest.fixture(scope="module")
def losses(methods):
    found = trace_losses(methods, seed=1, sizes=SIZES, n_replicates=3)
    return found.pivot(index="step", columns="method", values="estimate").loc[list(STEPS)]


@pytest.mark.parametrize("profile", PROFILES)
def test_with_no_noise_and_continuous_sources_every_method_recovers_its_own_target(methods, profile):
    perfect = make_perfect(simulate(SIZES, seed=2, profile=profile), methods)
    (found,) = recover(perfect, methods, [find_own_target(method) for method in methods.values()])
    assert (found >= RECOVERED).all()


def test_nothing_lost_is_nothing_lost(losses):
    assert (losses.loc["nothing_lost"] >= RECOVERED).all()


def test_each_step_takes_something_and_none_gives_it_back(losses):
    on_the_way = losses.loc["nothing_lost":]
    assert (on_the_way.diff().iloc[1:] < 0.01).all(axis=None)
    assert (on_the_way.loc["raters_and_records"] < on_the_way.loc["nothing_lost"] - 0.2).all()


def test_evidence_on_units_and_other_weights_cost_what_they_weigh(losses):
    cost = losses.loc["nothing_lost"] - losses.loc["unit_level_evidence"]
    assert cost.idxmax() == "bengkulu"
    assert cost[["surakarta", "senapelan", "overall_rating"]].max() < 0.01
    assert losses.loc["another_target", "bengkulu"] < losses.loc["unit_level_evidence", "bengkulu"]
    assert losses.loc["another_target", "overall_rating"] >= RECOVERED


def test_every_figure_has_its_monte_carlo_error(methods):
    found = trace_losses({"dumai": methods["dumai"]}, seed=1, sizes=SIZES, n_replicates=2)
    assert found["step"].tolist() == list(STEPS)
    assert found["n_replicates"].tolist() == [2] * len(STEPS)
    assert found.set_index("step")["mc_error"].loc["scale_categories":].gt(0).all()
    again = trace_losses({"dumai": methods["dumai"]}, seed=1, sizes=SIZES, n_replicates=2)
    assert found.equals(again)


def test_perfect_evidence_is_60_points_and_8_for_a_standard_deviation(methods):
    evidence = simulate({"dumai": 60}, seed=2)
    some = {"overall_rating": methods["overall_rating"]}
    points = score_methods(make_perfect(evidence, some), some).scores.set_index("employee")["score"]
    truth = evidence.truth.drop(columns="period").groupby("employee").mean().mean(axis=1)
    assert np.allclose(points.loc[truth.index], 60 + 8 * truth)


def test_without_error_two_raters_of_a_person_agree(methods):
    evidence = simulate({"dumai": 60}, seed=2, profile=take_error(PROFILES["administrative"]))
    rows = evidence.observations.query("source == 'peer' and indicator == 'collaboration'")
    assert rows.groupby(["employee", "period"], observed=True)["value"].nunique().eq(1).all()


def test_an_error_needs_two_replicates(methods):
    with pytest.raises(UsageError) as raised:
        trace_losses(methods, seed=1, n_replicates=1)
    assert str(raised.value) == "A Monte Carlo error needs two replicates or more; found 1."


def test_one_value_cannot_suit_two_transforms(methods):
    component = replace(methods["surakarta"].components[3], transform=Transform(kind="linear", low=0, high=2))
    other = replace(methods["surakarta"], name="other", components=(component,))
    with pytest.raises(DesignError) as raised:
        make_perfect(simulate({"dumai": 20}, seed=1), {"surakarta": methods["surakarta"], "other": other})
    assert str(raised.value) == (
        "other turns permits_on_time into points in another way than a method before it, so that no value "
        "suits both. Ask for them one after the other."
    )


def test_every_step_has_labels():
    assert all(set(LABELS[step]) == set(LANGUAGES) for step in STEPS)


def test_a_study_that_is_not_simulated_has_no_losses_and_the_page_says_so(methods):
    none = trace_losses_of({}, methods, seed=1)
    assert none.empty
    assert results_of_losses(none).empty
    assert say_losses(none).sentences[0].startswith("What is lost between performance")
    assert tabulate_losses(none).empty


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_losses_of_a_study_are_said_drawn_and_published(methods, lang):
    found = trace_losses_of({"sizes": {"dumai": 60}, "seed": 9}, methods, seed=1)
    assert_said_of(say_losses(found, lang), lang, found, declared=[1])
    table = tabulate_losses(found, lang)
    assert table.shape == (len(STEPS), 1 + len(methods))
    rows = results_of_losses(found)
    assert (rows["conf_low"] <= rows["estimate"]).all()
    assert len(rows) == len(STEPS) * len(methods)
    ax = plot_losses(found, xlabel="τ", lang=lang)
    drawn = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == len(STEPS) - 2]
    assert len(drawn) >= len(methods)
    plt.close(ax.figure)
