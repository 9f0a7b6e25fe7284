"""Weightings of one instrument against random mappings with the same overlap."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import compare_profiles, item_points, rank_acceptability
from evalkit.errors import DesignError
from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods

JUDGES = Path(__file__).parents[2] / "data" / "judges"
DISJOINT = [("conduct", "craft"), ("conduct", "management"), ("craft", "management")]


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(JUDGES)


@pytest.fixture(scope="module")
def profiles(evidence):
    return load_methods(folder=JUDGES / "profiles", indicators=evidence.indicators)


def compare(evidence, profiles, seed=1, **options):
    options = {"n_boot": 200, "n_draws": 2000, **options}
    scores = score_methods(evidence, profiles)
    return compare_profiles(scores, evidence, rng=np.random.default_rng(seed), **options)


@pytest.fixture(scope="module")
def compared(evidence, profiles):
    return compare(evidence, profiles)


@pytest.fixture(scope="module")
def pairs(compared):
    return compared.to_frame().set_index(["method_a", "method_b"])


def test_there_is_one_row_for_each_of_ten_pairs_of_43_officials(compared, pairs):
    assert len(pairs) == 10
    assert set(pairs["n"]) == {43}
    assert compared.items.shape == (43, 10)


@pytest.mark.pitfall(23)
def test_random_disjoint_triples_correlate_97(compared):
    """The figure of one instrument, many weightings: ten ratings with mean r .91 and a component of 92 %."""
    assert np.median(compared.disjoint) == pytest.approx(0.97, abs=0.005)


@pytest.mark.pitfall(23)
def test_profiles_without_a_shared_indicator_agree_though_overlap_alone_gives_nothing(pairs):
    for pair in DISJOINT:
        assert pairs.loc[pair, "shared_weight"] == 0
        assert pairs.loc[pair, "overlap_alone"] == 0
        assert pairs.loc[pair, "estimate"] > 0.9
        assert pairs.loc[pair, "n_shared"] == 0


def test_the_observed_correlation_is_that_of_the_scores(evidence, profiles, pairs):
    scores = score_methods(evidence, profiles).scores
    wide = scores.pivot_table(index="employee", columns="method", values="score")
    assert pairs.loc[("conduct", "craft"), "estimate"] == pytest.approx(wide["conduct"].corr(wide["craft"]))
    ranks = (
        wide["conduct"].round(9).corr(wide["craft"].round(9), method="spearman")
    )  # 9 digits: true ties tie
    assert pairs.loc[("conduct", "craft"), "rank_correlation"] == pytest.approx(ranks)


def test_the_shared_weight_is_the_sum_of_the_lower_weights(pairs):
    assert pairs.loc[("conduct", "courtroom"), "shared_weight"] == pytest.approx(0.30)
    assert pairs.loc[("balanced", "courtroom"), "shared_weight"] == pytest.approx(0.40)


def test_more_overlap_gives_a_higher_correlation_by_overlap_alone(pairs):
    assert (pairs["overlap_alone"] > 0).equals(pairs["shared_weight"] > 0)
    assert (pairs["overlap_alone"] <= pairs["reference"]).all()


def test_intervals_and_ranges_are_in_order(pairs):
    assert (pairs["conf_low"] <= pairs["estimate"]).all()
    assert (pairs["estimate"] <= pairs["conf_high"]).all()
    assert (pairs["reference_low"] < pairs["reference_high"]).all()
    assert pairs["percentile"].between(0, 1).all()


def test_a_random_mapping_of_unrelated_indicators_agrees_by_overlap_only(evidence, profiles):
    """With independent ratings the reference is what overlap alone gives."""
    rng = np.random.default_rng(5)
    values = np.clip(rng.normal(5, 1, len(evidence.observations)), 0, 10)
    unrelated = replace(evidence, observations=evidence.observations.assign(value=values))
    found = compare(unrelated, profiles).pairs
    assert (found["reference"] - found["overlap_alone"]).abs().max() < 0.12


def test_the_order_of_the_evidence_changes_nothing(evidence, profiles, compared):
    shuffled = replace(evidence, observations=evidence.observations.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(compare(shuffled, profiles).pairs, compared.pairs)


def test_the_seed_fixes_every_number(evidence, profiles, compared):
    pd.testing.assert_frame_equal(compare(evidence, profiles).pairs, compared.pairs)
    assert not compare(evidence, profiles, seed=2).pairs["percentile"].equals(compared.pairs["percentile"])


def test_results_have_one_key_a_row(compared):
    rows = compared.to_results()
    assert not rows.duplicated(["quantity", "method_a", "method_b", "item"]).any()
    assert rows.groupby("quantity").size().drop("disjoint_subset_correlation").unique().tolist() == [10]
    assert rows.loc[rows["quantity"] == "random_mapping_correlation", "caveat"].str.len().gt(0).all()


def test_one_profile_alone_is_refused(evidence, profiles):
    with pytest.raises(DesignError, match="compares methods, and only craft scored anyone"):
        compare(evidence, {"craft": profiles["craft"]})


def test_points_need_every_indicator_of_every_employee(evidence):
    gap = replace(evidence, observations=evidence.observations.iloc[1:])
    with pytest.raises(DesignError, match="1 of 43 lack one"):
        item_points(gap, ["judicial_integrity", "demeanor"], "citizen")


def test_points_are_linear_in_the_scale_and_turn_where_low_is_good(evidence):
    turned = evidence.indicators.assign(lower_is_better=evidence.indicators["indicator"] == "demeanor")
    points = item_points(replace(evidence, indicators=turned), ["demeanor", "diligence"], "citizen")
    values = evidence.observations.query("employee == 'judge_01'").set_index("indicator")["value"]
    assert points.loc["judge_01", "diligence"] == pytest.approx(10 * values["diligence"])
    assert points.loc["judge_01", "demeanor"] == pytest.approx(100 - 10 * values["demeanor"])


def test_rank_acceptability_of_three_alternatives_is_the_analytic_one():
    """SMAA-2 with A = (1, 0), B = (0, 1), C = (.4, .4): first ranks .5, .5, 0; C second .8, third .2."""
    items = pd.DataFrame([[1, 0], [0, 1], [0.4, 0.4]])
    found = rank_acceptability(items, rng=np.random.default_rng(1), n_draws=100_000).shares
    c = found[np.argmin(found[:, 0])]
    assert sorted(found[:, 0]) == pytest.approx([0, 0.5, 0.5], abs=0.004)
    assert c.tolist() == pytest.approx([0, 0.8, 0.2], abs=0.004)


def test_acceptability_runs_from_the_first_to_the_last_and_names_nobody(compared):
    found = rank_acceptability(compared.items, rng=np.random.default_rng(1), n_draws=2000)
    mean_rank = found.shares @ np.arange(1, 44)
    assert (np.diff(mean_rank) >= 0).all()
    assert found.in_bands().sum(axis=1) == pytest.approx(1)
    assert "judge" not in found.to_frame().to_csv()
    assert not found.to_results().duplicated("quantity").any()


def test_rank_widths_of_certain_and_of_wholly_open_ranks():
    certain = rank_acceptability(
        pd.DataFrame([[2, 2], [1, 1], [0, 0]]), rng=np.random.default_rng(1), n_draws=50
    )
    assert certain.rank_widths().tolist() == [1, 1, 1]
    opposed = rank_acceptability(pd.DataFrame([[1, 0], [0, 1]]), rng=np.random.default_rng(1), n_draws=5000)
    assert opposed.rank_widths().tolist() == [2, 2]


def test_one_employee_has_no_ranks():
    with pytest.raises(DesignError, match="there are 1 and 2"):
        rank_acceptability(pd.DataFrame([[1, 2]]), rng=np.random.default_rng(1))
