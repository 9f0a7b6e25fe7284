"""What the validity report says, draws and tabulates: every number is the result's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evalkit.compare import Criterion, measure_criterion_validity, measure_score_dependability
from evalkit.compare.criteria import NO_CRITERIA, NO_METHOD
from evalkit.evidence import load_evidence
from evalkit.lab import measure_recovery, simulate
from evalkit.methods import load_methods, score_methods
from evalkit.present import (
    make_table,
    name_comparisons,
    plot_calibration,
    plot_recovery,
    plot_roc,
    plot_within_between,
    say_validity,
    tabulate_associations,
    tabulate_contamination,
    tabulate_increments,
    tabulate_rank_recovery,
    tabulate_replicates,
    tabulate_roc,
    tabulate_targets,
    tabulate_truth,
)
from evalkit.study import find_study

from .numbers_said import assert_said_of

SHIPPED = Path(__file__).parents[2] / "data"
CRITERIA = [
    Criterion(indicator="permits_on_time", source="system", because="x"),
    Criterion(indicator="agency_report", source="agency_report", because="x"),
]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def evidence():
    return simulate({"dumai": 120, "bengkulu": 100}, seed=4)


@pytest.fixture(scope="module")
def found(evidence):
    scores = score_methods(evidence, load_methods())
    rng = np.random.default_rng(1)
    worth = measure_score_dependability(scores, evidence, n_boot=2, rng=rng)
    return measure_criterion_validity(
        scores, evidence, criteria=CRITERIA, dependability=worth, n_boot=50, rng=rng
    )


@pytest.fixture(scope="module")
def recovery(evidence):
    return measure_recovery(evidence, load_methods(), n_boot=20, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def judges():
    study, evidence = find_study("judges"), load_evidence(SHIPPED / "judges")
    scores = score_methods(evidence, load_methods(), mappings=study.mappings)
    criteria = [Criterion(**one) for one in study.criteria]
    return measure_criterion_validity(
        scores, evidence, criteria=criteria, n_boot=50, rng=np.random.default_rng(1)
    )


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_number_in_the_sentences_is_one_of_the_result(found, recovery, lang):
    declared = (len(found.contamination), len(found.independent), 0.15, 0.1)
    said = say_validity(found, recovery, lang)
    assert_said_of(said, lang, found, recovery, declared=declared)
    assert len(said.sentences) == 6


@pytest.mark.parametrize("lang", ["en", "id"])
def test_judges_are_refused_in_one_sentence(judges, lang):
    said = say_validity(judges, None, lang)
    assert_said_of(said, lang, judges)
    assert len(said.sentences) == 1
    assert len(said.limits) == 1


def test_the_refusal_says_why(judges):
    assert say_validity(judges, None).sentences == (
        "Dumai (43 people scored) is not validated against retention worthiness: the same source gave both "
        "(citizen, 100 % of its weight), so their correlation would show one opinion twice.",
    )


def test_a_method_without_a_criterion_is_named(found, recovery):
    assert say_validity(found, recovery).sentences[0].endswith("Nothing is left for Bengkulu.")


def test_a_contained_criterion_is_said_to_be_contained(judges):
    contained = judges.contamination.assign(verdict="contained", contained_weight=0.25)
    said = say_validity(dataclasses.replace(judges, contamination=contained), None)
    assert said.sentences[0].endswith("it contains that very indicator (25 % of its weight).")


def test_nothing_to_compare_is_one_sentence(judges):
    nothing = {"contamination": judges.contamination.iloc[:0]}
    for reason, words in ((NO_METHOD, "no method could be formed"), (NO_CRITERIA, "names none")):
        refusals = judges.refusals.assign(reason=reason)
        said = say_validity(dataclasses.replace(judges, refusals=refusals, **nothing), None)
        assert len(said.sentences) == 1
        assert words in said.sentences[0]


def test_the_most_is_the_highest_within_places_and_the_least_the_lowest(found, recovery):
    people = found.associations.query("level == 'employee'").sort_values("estimate")
    most = people.iloc[-1]
    assert (
        f"r {most['estimate']:.2f} ({most['conf_low']:.2f} to {most['conf_high']:.2f}; n = 220)"
        in (say_validity(found, recovery).sentences[1])
    )


def test_a_method_that_says_nothing_of_people_is_called_not_estimable(found, recovery):
    rows = recovery.figures
    unknown = (rows["method"] == "bengkulu") & (rows["quantity"] == "rank_recovery_in_units")
    figures = rows.assign(
        estimate=rows["estimate"].mask(unknown), caveat=rows["caveat"].mask(unknown, "not estimable: x")
    )
    said = say_validity(found, dataclasses.replace(recovery, figures=figures))
    assert said.sentences[-1] == (
        "What Bengkulu would say of the people within a unit is not estimable: all of them have one score."
    )


def test_both_levels_of_a_criterion_of_people_are_drawn_and_one_of_a_criterion_of_units(found):
    rows = found.associations
    ax = plot_within_between(rows, rows=name_comparisons(rows), xlabel="r")
    drawn = {line.get_marker(): line.get_xdata() for line in ax.lines if line.get_marker() in ("o", "D")}
    assert np.array_equal(drawn["o"], rows["within_units"], equal_nan=True)
    units = (rows["level"] == "unit").to_numpy()
    assert np.array_equal(drawn["D"][units], rows["estimate"][units])
    assert np.array_equal(drawn["D"][~units], rows["between_units"][~units])


def test_the_three_targets_are_drawn(recovery):
    ax = plot_recovery(recovery, xlabel="tau")
    drawn = {line.get_marker(): line.get_xdata().tolist() for line in ax.lines}
    for target, mark in (("own", "o"), ("common", "D"), ("any", "s")):
        rows = recovery.figures[recovery.figures["target"] == target]
        assert drawn[mark] == rows[rows["quantity"] == "rank_recovery"]["estimate"].tolist()


def test_each_method_has_a_curve_in_each_panel(recovery):
    figure = plot_roc(recovery, xlabel="false alarms", ylabel="found")
    n_methods = recovery.figures["method"].nunique()
    for ax, decision in zip(figure.axes, ("training", "recognition"), strict=True):
        assert len(ax.lines) == n_methods + 1  # and the lot
        curve = recovery.roc[(recovery.roc["decision"] == decision) & (recovery.roc["method"] == "dumai")]
        line = ax.lines[list(recovery.roc["method"].unique()).index("dumai")]
        assert line.get_ydata().tolist() == curve["sensitivity"].tolist()


def test_each_method_has_a_line_of_ten_tenths(recovery):
    ax = plot_calibration(recovery, xlabel="tenth", ylabel="truth")
    lines = [line for line in ax.lines if len(line.get_xdata()) == 10]
    assert len(lines) == recovery.figures["method"].nunique()
    semarang = recovery.calibration.query("method == 'semarang'")["estimate"]
    assert lines[0].get_ydata().tolist() == semarang.tolist()


def test_nothing_is_drawn_where_nothing_is_known(judges):
    assert plot_within_between(judges.associations, rows=[], xlabel="r") is None
    assert plot_recovery(None, xlabel="") is None
    assert plot_roc(None, xlabel="", ylabel="") is None
    assert plot_calibration(None, xlabel="", ylabel="") is None


def test_contamination_is_a_word_for_each_method_and_criterion(found):
    table = tabulate_contamination(found).set_index("criterion")
    assert table.loc["agency report", "bengkulu"] == "contains it, 20 %"
    assert table.loc["permits on time (system)", "dumai"] == "yes"
    assert table.loc["permits on time (system)", "semarang"].startswith("same source, ")
    assert tabulate_contamination(found, lang="id").iloc[0]["dumai"] == "ya"


def test_sources_are_named_in_a_figure_only_where_there_are_several(found):
    rows = found.associations[["method", "indicator", "source"]]
    assert name_comparisons(rows.head(1)) == ["Dumai · permits on time"]
    both = pd.concat([rows.head(1), rows.head(1).assign(source="citizen")], ignore_index=True)
    assert name_comparisons(both) == ["Dumai · permits on time (system)", "Dumai · permits on time (citizen)"]


def test_tables_hold_the_numbers_of_the_result(found, recovery):
    people = tabulate_associations(found, level="employee")
    assert set(people["level"]) == {"employee"}
    added = tabulate_increments(found, over="overall_rating")
    assert added["estimate"].is_monotonic_decreasing
    assert set(added["over"]) == {"overall_rating"}
    ranks = tabulate_rank_recovery(recovery)
    assert len(ranks) == 3 * recovery.figures["method"].nunique()
    truth = tabulate_truth(recovery, "auc_training", "rmse")
    roc = tabulate_roc(recovery)
    assert (roc.loc[roc["share"] == 1, ["false_alarms", "sensitivity"]] == 1).all(axis=None)
    assert set(roc["decision"]) == {"training", "recognition"}
    assert truth["quantity"].drop_duplicates().tolist() == ["auc_training", "rmse"]
    assert tabulate_targets(recovery)["method"].iloc[-1] == "common"


@pytest.mark.parametrize(
    "table",
    [tabulate_rank_recovery(None), tabulate_roc(None), tabulate_truth(None, "rmse"), tabulate_targets(None)],
)
def test_without_truth_a_table_is_one_sentence(table):
    shown = make_table(table, label="tbl-x", caption="x.", empty="Nothing to show.")
    assert "Nothing to show." in shown.to_html()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_one_method_alone_is_neither_most_nor_least(found, recovery, lang):
    rows = recovery.figures
    alone = rows[rows["method"].isin(["dumai", "overall_rating", "all_evidence"])]
    one = dataclasses.replace(recovery, figures=alone)
    said = say_validity(found, one, lang)
    assert_said_of(
        said, lang, found, one, declared=(len(found.contamination), len(found.independent), 0.15, 0.1)
    )
    assert said.sentences[-1].count("Dumai") == 1
    assert said.sentences[-2].count("Dumai") == 1


def test_many_data_sets_show_decisions_and_order_by_the_common_target():
    rows = [
        (target, quantity, 0.5)
        for target in ("own", "common")
        for quantity in ("bias", "rank_recovery", "decision_loss", "sensitivity_training")
    ]
    table = tabulate_replicates(pd.DataFrame(rows, columns=["target", "quantity", "estimate"]))
    assert list(table[["quantity", "target"]].itertuples(index=False, name=None)) == [
        ("decision_loss", "common"),
        ("sensitivity_training", "common"),
        ("rank_recovery", "common"),
    ]
