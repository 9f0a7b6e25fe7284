"""Scores are held to the truth: perfect ones recover it, and each figure names its target and level."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from evalkit.compare.pairs import Resampling
from evalkit.errors import DesignError
from evalkit.lab import COMMON_TARGET, DIMENSIONS, measure_recovery, measure_recovery_if_known, simulate
from evalkit.lab.rank_recovery import correlate_ranks
from evalkit.lab.recovery import NO_TRUTH, name_level
from evalkit.lab.recovery_curves import calibrate, split_tenths, trace_decisions
from evalkit.lab.recovery_figures import People, choose_people, measure_target
from evalkit.lab.scoring import score_at_once
from evalkit.lab.targets import TargetWeights, average_truth, weigh_truth
from evalkit.methods import load_methods

SIZES = {"dumai": 120, "bengkulu": 100}
#: Sums of the same numbers in another order.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def evidence():
    return simulate(SIZES, seed=4)


@pytest.fixture(scope="module")
def found(evidence):
    return measure_recovery(evidence, load_methods(), n_boot=20, rng=np.random.default_rng(1))


@pytest.fixture
def people():
    return People(place=np.repeat([0, 1], [60, 100]), unit=np.arange(160) // 10)


@pytest.fixture
def sampling():
    return Resampling(n_boot=20, rng=np.random.default_rng(1), conf_level=0.95)


@pytest.fixture
def truth():
    return np.random.default_rng(2).normal(size=160)


def figures(rows):
    return {row["quantity"]: row for row in rows}


def test_a_score_that_is_the_truth_recovers_all_of_it(truth, people, sampling):
    rows = figures(measure_target(3 * truth + people.place, truth, people, sampling))
    for name in ("rank_recovery", "rank_recovery_in_units", "auc_training", "auc_recognition"):
        assert rows[name]["estimate"] == pytest.approx(1)
    for decision in ("training", "recognition"):
        assert rows[f"sensitivity_{decision}"]["estimate"] == pytest.approx(1)
        assert rows[f"specificity_{decision}"]["estimate"] == pytest.approx(1)
    assert rows["rmse"]["estimate"] < 1e-5


def test_a_score_of_chance_is_a_lot(people, sampling):
    rng = np.random.default_rng(3)
    people = People(place=np.repeat([0, 1], 1000), unit=np.arange(2000) // 40)
    rows = figures(measure_target(rng.normal(size=2000), rng.normal(size=2000), people, sampling))
    assert rows["rank_recovery"]["estimate"] == pytest.approx(0, abs=0.05)
    assert rows["sensitivity_training"]["estimate"] == pytest.approx(0.15, abs=0.07)
    assert rows["sensitivity_recognition"]["estimate"] == pytest.approx(0.1, abs=0.07)
    assert rows["auc_training"]["estimate"] == pytest.approx(0.5, abs=0.06)
    assert rows["rmse"]["estimate"] == pytest.approx(1, abs=0.01)


def test_specificity_is_the_share_of_the_others_who_are_left_alone(truth, people, sampling):
    score = truth + np.random.default_rng(5).normal(size=160)
    rows = figures(measure_target(score, truth, people, sampling))
    needy = choose_people(truth, people, "training")
    chosen = choose_people(score, people, "training")
    assert rows["sensitivity_training"]["estimate"] == pytest.approx((chosen & needy).sum() / needy.sum())
    left_alone = (~chosen & ~needy).sum() / (~needy).sum()
    assert rows["specificity_training"]["estimate"] == pytest.approx(left_alone)


def test_one_place_gives_the_tau_of_the_replicates(truth, sampling):
    people = People(place=np.zeros(160, int), unit=np.arange(160) // 10)
    score = np.round(truth + np.random.default_rng(5).normal(size=160), 1)
    rows = figures(measure_target(score, truth, people, sampling))
    assert rows["rank_recovery"]["estimate"] == pytest.approx(correlate_ranks(score[None], truth[None])[0, 0])


def test_a_score_of_whole_units_says_nothing_of_the_people_in_them(truth, people, sampling):
    of_unit = np.array([truth[people.unit == unit].mean() for unit in people.unit])
    rows = figures(measure_target(of_unit, truth, people, sampling))
    assert np.isnan(rows["rank_recovery_in_units"]["estimate"])
    assert rows["rank_recovery_in_units"]["caveat"].startswith("not estimable: the score is the same")
    assert rows["rank_recovery"]["estimate"] > 0
    rows = figures(measure_target(truth, of_unit, people, sampling))
    assert rows["rank_recovery_in_units"]["caveat"] == (
        "not estimable: by this target everybody is alike within a unit"
    )


def test_who_has_no_score_is_left_out_and_counted(truth, people, sampling):
    score = np.where(np.arange(160) < 5, np.nan, truth)
    row = figures(measure_target(score, truth, people, sampling))["rank_recovery"]
    assert (row["n"], row["caveat"]) == (155, "without a score and left out: 5")


def test_a_calibration_rises_with_a_score_that_tells(truth, people, sampling):
    rows = pd.DataFrame(calibrate(truth, truth, people, sampling))
    assert rows["decile"].tolist() == list(range(1, 11))
    assert rows["estimate"].is_monotonic_increasing
    assert (rows["estimate"] * rows["n"]).sum() == pytest.approx(0, abs=ROUNDING)
    assert rows["n"].sum() == 160


def test_equal_scores_share_a_tenth():
    tenths = split_tenths(np.repeat([1.0, 2.0], 10), np.zeros(20, int))
    assert len(set(tenths[:10])) == len(set(tenths[10:])) == 1


def test_curves_run_from_nobody_to_everybody(truth, people):
    rows = pd.DataFrame(trace_decisions(truth, truth, people))
    for _, curve in rows.groupby("decision"):
        assert (curve["sensitivity"].iloc[0], curve["sensitivity"].iloc[-1]) == (0, 1)
        assert (curve["false_alarms"].iloc[0], curve["false_alarms"].iloc[-1]) == (0, 1)
        assert curve["sensitivity"].is_monotonic_increasing


def test_every_figure_names_its_target_and_level(found):
    targets = found.targets.set_index(["method", "target"])
    assert set(found.figures["target"]) == {"own", "common", "any"}
    assert found.figures["level"].isin(["employee", "employee_and_unit", "unit"]).all()
    assert targets.loc[("bengkulu", "own"), "level"] == "employee_and_unit"
    assert targets.loc[("bengkulu", "own"), "unit_share"] == pytest.approx(0.65)
    assert targets.loc[("", "common"), list(DIMENSIONS)].tolist() == [0.2] * 5
    assert found.figures.query("target == 'common'")["level"].eq("employee").all()


@pytest.mark.parametrize(
    ("weights", "level"),
    [
        (COMMON_TARGET, "employee"),
        (TargetWeights(employee=(0.5, 0, 0, 0, 0), unit=(0.5, 0, 0, 0, 0)), "employee_and_unit"),
        (TargetWeights(employee=(0,) * 5, unit=(0.2,) * 5), "unit"),
    ],
)
def test_the_level_is_that_of_whose_performance_counts(weights, level):
    assert name_level(weights) == level


def test_the_figures_are_those_of_the_scores_by_hand(evidence, found):
    scores = score_at_once(evidence, load_methods(["dumai"])).set_index("employee")["score"]
    scores = scores.loc[evidence.employees["employee"]].to_numpy()
    place = evidence.employees["place"].to_numpy()
    truth = weigh_truth(average_truth(evidence), np.zeros(len(place), int), [COMMON_TARGET])[0]
    same = np.equal.outer(place, place)
    mine, theirs = (np.sign(np.subtract.outer(values, values)) * same for values in (scores, truth))
    tau = (mine * theirs).sum() / np.sqrt(np.abs(mine).sum() * np.abs(theirs).sum())
    rows = found.figures.query("target == 'common' and quantity == 'rank_recovery'").set_index("method")
    row = rows.loc["dumai"]
    assert row["estimate"] == pytest.approx(tau)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]


def test_any_weighting_lies_between_its_lowest_and_its_highest_and_has_no_interval(found):
    rows = found.figures[found.figures["target"] == "any"]
    assert (rows["lowest"] < rows["estimate"]).all()
    assert (rows["estimate"] < rows["highest"]).all()
    assert rows[["conf_low", "conf_high"]].isna().all(axis=None)
    assert rows["caveat"].str.startswith("mean over 16 weightings").all()


def test_the_baselines_run_beside_the_methods(found):
    assert set(found.figures["method"]) == {*load_methods(), "overall_rating", "all_evidence"}


def test_every_number_is_a_result(found):
    rows = found.to_results()
    assert len(rows) == len(found.figures) + len(found.calibration)
    assert set(rows["group"]) == {"own", "common", "any"}
    assert (rows[rows["estimate"].isna()]["caveat"] != "").all()


def test_evidence_without_truth_has_no_recovery(evidence):
    real = dataclasses.replace(evidence, truth=evidence.truth.iloc[:0])
    options = {"n_boot": 10, "rng": np.random.default_rng(1)}
    assert measure_recovery_if_known(real, load_methods(), **options) is None
    with pytest.raises(DesignError) as caught:
        measure_recovery(real, load_methods(), **options)
    assert str(caught.value) == NO_TRUTH


def test_a_figure_that_is_missing_needs_a_reason(found):
    broken = found.figures.assign(estimate=np.nan, caveat="")
    with pytest.raises(ValueError, match="a figure is missing without a reason"):
        dataclasses.replace(found, figures=broken)


def test_two_units_have_a_calibration_without_intervals(sampling):
    people = People(place=np.zeros(20, int), unit=np.repeat([0, 1], 10))
    truth = np.arange(20.0)
    rows = pd.DataFrame(calibrate(truth, truth, people, sampling))
    assert rows["estimate"].tolist() == (np.arange(0.5, 20, 2) - 9.5).tolist()
    assert rows[["conf_low", "conf_high"]].isna().all(axis=None)
