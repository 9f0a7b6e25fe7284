"""What minutes buy, and what differences between designs come from."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from present.numbers_said import assert_said_of

from evalkit.errors import DesignError, UsageError
from evalkit.lab import Advice, advise, attribute_loss, load_baselines, load_bundles, run_scenario
from evalkit.lab.attribution import FACTORS
from evalkit.lab.bundles import AGGREGATIONS, PRINCIPLES, split_bundle
from evalkit.lab.dose_designs import TRIED, find_doses, list_dose_scenarios
from evalkit.methods import load_methods
from evalkit.present import plot_advice, plot_attribution, say_advice, say_attribution, tabulate_advice
from lab.diagnosis_maker import PRINCIPLE_LOSS, effect_of_lines, make_diagnosis

METHODS = load_methods(["dumai", "surakarta"]) | {"overall_rating": load_baselines()["overall_rating"]}


@pytest.fixture(scope="module")
def advice():
    return advise(make_diagnosis(), METHODS)


def test_a_design_is_what_a_method_reads(advice):
    designs = advice.designs
    assert (designs["method"].value_counts()[["dumai", "surakarta"]] == [27, 9]).all()
    assert (
        designs.loc[designs["method"] == "surakarta", ["peers", "citizens", "visitors"]].isna().all(axis=None)
    )
    row = designs[
        (designs["method"] == "surakarta") & (designs["supervisors"] == 2) & (designs["quarters"] == 4)
    ]
    assert row[["minutes", "estimate"]].to_numpy().tolist() == [[80, 0.325]]


def test_the_error_of_a_mean_of_designs_is_at_most_theirs(advice):
    assert advice.designs["mc_error"].to_numpy() == pytest.approx(0.004)


def test_a_budget_buys_the_best_design_of_each_method_and_no_dearer_one(advice):
    best = advice.within(60).set_index("method")
    assert best.index.tolist() == ["dumai", "surakarta", "overall_rating"]
    assert best["estimate"].tolist() == pytest.approx([0.3, 0.3 + 0.2 / 6, 0.6])
    assert (best["minutes"] <= 60).all()
    assert advice.within(10)["method"].tolist() == ["surakarta", "overall_rating"]
    assert advice.within(1).empty


def test_more_minutes_never_buy_a_worse_design(advice):
    losses = [advice.within(minutes)["estimate"].min() for minutes in (3, 10, 30, 60, 120, 500)]
    assert losses == sorted(losses, reverse=True)


def test_the_front_holds_what_nothing_beats_for_the_price(advice):
    designs, front = advice.designs, advice.front()
    for row in designs.itertuples():
        cheaper = designs[(designs["minutes"] <= row.minutes) & (designs["estimate"] < row.estimate)]
        dominated = len(cheaper) > 0
        if row.on_front:
            assert not dominated
    assert (front["estimate"].diff().dropna() < 0).all()
    assert front["estimate"].iloc[-1] == designs["estimate"].min()
    assert front["minutes"].iloc[0] == designs["minutes"].min()


@pytest.mark.parametrize("minutes", [0, -3, float("nan"), float("inf")])
def test_a_budget_that_cannot_be_is_refused(advice, minutes):
    with pytest.raises(UsageError, match=r"a number of minutes above 0; found"):
        advice.within(minutes)


def test_an_unknown_target_or_quantity_is_refused():
    with pytest.raises(UsageError, match="one of the targets common; found 'own'"):
        advise(make_diagnosis(), METHODS, target="own")
    with pytest.raises(
        UsageError, match="one of decision_loss, training_loss, recognition_loss; found 'bias'"
    ):
        advise(make_diagnosis(), METHODS, quantity="bias")


def test_without_other_numbers_of_raters_there_is_no_advice():
    found = make_diagnosis()
    plain = tuple(replace(one, bundles=False) for one in found.plan.scenarios)
    with pytest.raises(DesignError, match="Add the group raters to diagnose"):
        advise(replace(found, plan=replace(found.plan, scenarios=plain)), METHODS)


def test_a_figure_without_its_error_is_refused(advice):
    with pytest.raises(ValueError, match="needs its error"):
        Advice(designs=advice.designs.assign(mc_error=0.0), target="common", quantity="decision_loss")


def test_each_number_of_citizens_meets_each_other_number_equally_often():
    scenarios = list_dose_scenarios(n_replicates=1)
    rows = pd.DataFrame(
        [{**{k: getattr(s.dose, k) for k in list(TRIED)[:4]}, "quarters": s.quarters} for s in scenarios]
    )
    for other in ("supervisors", "peers", "quarters"):
        assert (pd.crosstab(rows["citizens"], rows[other]) == 3).all(axis=None)
    assert not rows.duplicated(["supervisors", "peers", "quarters"]).any()


@pytest.mark.parametrize(
    ("method", "doses"),
    [
        ("semarang", ["supervisors", "citizens", "visitors", "quarters"]),
        ("dumai", ["supervisors", "peers", "citizens", "visitors", "quarters"]),
        ("bengkulu", ["citizens", "visitors", "quarters"]),
        ("senapelan", ["supervisors", "peers", "quarters"]),
    ],
)
def test_what_a_method_depends_on_is_what_it_reads(method, doses):
    assert list(find_doses(load_methods()[method])) == doses


def test_bundles_read_one_principle_and_share_one_weight():
    bundles = load_bundles()
    assert {split_bundle(name) for name in bundles} == {(p, a) for p in PRINCIPLES for a in AGGREGATIONS}
    for name, bundle in bundles.items():
        assert {source for part in bundle.components for source in part.sources} <= set(
            PRINCIPLES[split_bundle(name)[0]]
        )
        assert sum(part.weight for part in bundle.components) == pytest.approx(1)


def test_main_effects_are_those_of_an_analysis_of_variance():
    found = attribute_loss(make_diagnosis()).shares.set_index("factor")["estimate"]
    rows = make_diagnosis().summary.query("quantity == 'decision_loss'")
    rows = rows[rows["method"].isin(list(load_bundles()))]
    names = pd.DataFrame(
        [split_bundle(name) for name in rows["method"]], columns=["principle", "aggregation"]
    )
    cells = rows.reset_index(drop=True).join(names)
    for factor, column in (("principle", "principle"), ("aggregation", "aggregation"), ("dose", "scenario")):
        lines = np.stack([part["estimate"] for _, part in cells.groupby(column)])
        assert found[factor] == pytest.approx(effect_of_lines(lines))
    assert found["interplay"] == pytest.approx(0, abs=1e-9)


def test_levels_average_over_doses_and_keep_their_ends():
    levels = attribute_loss(make_diagnosis()).levels.set_index(["principle", "aggregation"])
    for principle, loss in PRINCIPLE_LOSS.items():
        row = levels.loc[principle, "alike"]
        assert row["estimate"] == pytest.approx(loss - 0.01 * 7 / 3)
        assert (row["lowest"], row["highest"]) == pytest.approx((loss - 0.04, loss - 0.01))


def test_shares_come_with_errors_that_grow_with_those_of_the_means():
    small, large = (
        attribute_loss(make_diagnosis(mc_error=error)).shares["mc_error"] for error in (0.001, 0.01)
    )
    assert (small > 0).all()
    assert (large > small).all()


def test_without_a_diagnosis_the_remedy_is_named():
    for ask in (lambda: advise(None, METHODS), lambda: attribute_loss(None)):
        with pytest.raises(DesignError, match="make it with 'evalkit diagnose STUDY'"):
            ask()


def test_without_bundles_nothing_is_attributed():
    with pytest.raises(DesignError, match="tried no bundles"):
        attribute_loss(make_diagnosis(bundles=False))


@pytest.mark.parametrize("lang", ["en", "id"])
def test_sentences_say_the_numbers_of_the_advice(advice, lang):
    for minutes in (1.0, 60.0, 1000.0):
        assert_said_of(
            say_advice(advice, minutes=minutes, lang=lang), lang, advice, minutes, declared=[0.15, 0.10, 0]
        )
    found = attribute_loss(make_diagnosis())
    assert_said_of(say_attribution(found, lang), lang, found)


def test_the_best_of_a_budget_is_said_first(advice):
    first = say_advice(advice, minutes=60).sentences[0]
    assert first.startswith("For up to 60 minutes per employee and year, Dumai with 1 supervisor, 1 peer, ")
    nothing = say_advice(advice, minutes=1).sentences[0]
    assert nothing == "No design of any method that was tried costs at most 1 minute."


def test_the_table_has_the_best_design_of_each_method_for_each_budget(advice):
    table = tabulate_advice(advice, [10, 60])
    assert table["budget"].tolist() == [10, 10, 60, 60, 60]
    assert table["design"].iloc[0] == "1 supervisor, 1 quarter"


def test_figures_draw_the_lines_and_the_front(advice):
    ax = plot_advice(advice, xlabel="minutes", ylabel="loss")
    rings = [line for line in ax.lines if line.get_fillstyle() == "none"]
    assert rings[0].get_xdata().tolist() == advice.front()["minutes"].tolist()
    found = attribute_loss(make_diagnosis())
    figure = plot_attribution(found, xlabel="loss")
    best = next(label.get_text() for label in figure.axes[0].get_yticklabels())
    assert best == "everyone and all records"
    plt.close("all")


def test_a_replicate_of_fewer_quarters_is_held_to_the_whole_year():
    """One quarter of evidence costs a quarter of the minutes; bundles are scored beside the methods."""
    scenarios = list_dose_scenarios(n_replicates=1)
    sizes = {"dumai": 40}
    once, always = (run_scenario(scenarios[i], 0, seed=1, sizes=sizes, methods=METHODS) for i in (0, 20))
    minutes = [
        each.query("quantity == 'minutes' and method == 'overall_rating'")["value"].item()
        for each in (once, always)
    ]
    assert scenarios[0].periods == ("2025Q4",)
    assert minutes == [3.0, 3.0 * scenarios[20].quarters * scenarios[20].dose.supervisors]
    assert set(load_bundles()) <= set(once["method"])


def test_columns_of_factors_have_labels():
    assert set(attribute_loss(make_diagnosis()).shares["factor"]) == {*FACTORS, "interplay"}
