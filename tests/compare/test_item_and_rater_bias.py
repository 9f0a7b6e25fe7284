"""Whether single ratings, an instrument, or the difference between groups depends on group and rater."""

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from fairness_maker import make_ratings, tabulate_employees

from evalkit.compare import measure_item_bias, measure_rater_bias
from evalkit.compare.item_bias import NO_ITEMS
from evalkit.compare.rater_bias import NO_RATERS

ITEMS = ["integrity", "initiative", "collaboration", "discipline", "innovation"]


@pytest.fixture(scope="module")
def fair():
    return make_ratings(1200, ITEMS)


@pytest.fixture(scope="module")
def biased():
    return make_ratings(1200, ITEMS, shift={"discipline": -0.7})


def test_items_without_bias_show_none(fair):
    found = measure_item_bias(fair)
    assert sorted(found.items["item"]) == sorted(ITEMS)
    assert found.biased.empty
    assert found.invariance["holds"].tolist() == [True, True, True]


def test_one_biased_item_is_found_and_only_that_one(biased):
    found = measure_item_bias(biased)
    row = found.items.set_index("item").loc["discipline"]
    assert row["group"] == "woman"
    assert row["estimate"] < -1.5
    assert row["log_odds"] < -1
    assert found.biased["item"].tolist() == ["discipline"]
    steps = found.invariance.set_index("step")["holds"]
    assert steps.to_dict() == {"configural": True, "metric": True, "scalar": False}


def test_an_item_that_is_left_out_is_no_item(biased):
    found = measure_item_bias(biased, without=["discipline"])
    assert "discipline" not in set(found.items["item"])


def test_a_shift_of_all_items_alike_cannot_be_seen_in_any():
    found = measure_item_bias(make_ratings(1200, ITEMS, shift=dict.fromkeys(ITEMS, -0.7)))
    assert found.biased.empty


def test_small_groups_are_refused_for_the_whole_and_compared_by_item():
    found = measure_item_bias(make_ratings(300, ITEMS))
    assert found.invariance.empty
    assert found.refused["question"].tolist() == ["invariance"]
    assert "Invariance needs 200 rows in each group" in found.refused["reason"].iloc[0]
    assert len(found.items) == len(ITEMS)


def test_items_that_one_factor_does_not_describe_are_marked():
    rng = np.random.default_rng(1)
    rows = make_ratings(1200, ITEMS, slope=0.0).observations
    pairs = rng.normal(size=(1200, 2))
    for k, item in enumerate(ITEMS[:4]):
        at = rows["indicator"] == item
        rows.loc[at, "value"] = np.clip(np.round(3 + pairs[:, k // 2] + 0.4 * rng.normal(size=1200)), 1, 5)
    evidence = make_ratings(1200, ITEMS)
    evidence = make_evidence(rows.to_dict("records"), employees=evidence.employees)
    found = measure_item_bias(evidence).invariance
    assert not found["holds"].any()
    assert found["caveat"].str.contains("one factor describes these ratings poorly").all()


def test_without_an_instrument_there_is_a_reason():
    found = measure_item_bias(make_ratings(300, ITEMS[:2]))
    assert found.items.empty
    assert found.refused["reason"].tolist() == [NO_ITEMS]


# raters


def test_raters_who_differ_by_nothing_show_no_spread(fair):
    found = measure_rater_bias(fair).contrasts
    assert found["quantity"].tolist() == ["rater_spread"]
    assert found["conf_low"].iloc[0] == 0
    assert found["n_raters"].iloc[0] == 30


def test_raters_who_lean_opposite_ways_are_found_though_the_mean_is_nothing():
    found = measure_rater_bias(make_ratings(1200, ITEMS, rater_shift=0.6)).contrasts.iloc[0]
    spread = 0.6 / 1.0  # of ratings whose standard deviation is about 1
    assert found["conf_low"] > 0.3
    assert found["estimate"] == pytest.approx(spread, abs=0.15)
    assert found["p_adjusted"] < 1e-6
    assert found["mean_low"] < 0 < found["mean_high"]


@pytest.mark.parametrize("favour", [0.0, 0.8])
def test_favour_for_ones_own_group_is_found_where_the_raters_group_is_known(favour):
    rng = np.random.default_rng(6)
    n, units = 400, 40
    sex = np.where(rng.random(n) < 0.5, "woman", "man")
    unit = [f"u{i % units:02d}" for i in range(n)]
    rows = []
    for i in range(n):
        for step in (1, 2, 3):
            j = (i + step * units) % n  # a colleague of the same unit
            value = rng.normal() + favour * (sex[i] == sex[j])
            rows.append(
                {"place": "here", "unit": unit[i], "employee": f"p{i:04d}", "rater": f"p{j:04d}",
                 "source": "peer", "indicator": "integrity", "value": value, "period": "2025Q4"}
            )  # fmt: skip
    who = [f"p{i:04d}" for i in range(n)]
    found = measure_rater_bias(make_evidence(rows, employees=tabulate_employees(who, unit, sex))).contrasts
    row = found.iloc[0]
    assert row["quantity"] == "own_group"
    # own group over the other, for both groups together: twice the favour, in SD of a rating
    assert row["conf_low"] < 2 * favour / np.sqrt(1 + favour**2 / 4) < row["conf_high"]
    assert (row["p_adjusted"] < 0.05) == (favour > 0)


def test_ratings_without_named_raters_are_refused(fair):
    rows = fair.observations.assign(rater="")
    found = measure_rater_bias(make_evidence(rows.to_dict("records"), employees=fair.employees))
    assert found.contrasts.empty
    assert found.refused["reason"].tolist() == [NO_RATERS]


def test_raters_of_one_group_only_are_refused(fair):
    rows = fair.observations.copy()
    rows["rater"] = rows["employee"].map(
        dict(zip(fair.employees["employee"], fair.employees["sex"], strict=True))
    )
    found = measure_rater_bias(make_evidence(rows.to_dict("records"), employees=fair.employees))
    assert found.contrasts.empty


def test_results_have_each_key_once(biased):
    for found in (measure_item_bias(biased), measure_rater_bias(biased)):
        rows = found.to_results()
        key = [name for name in ("quantity", "group", "item") if name in rows]
        assert not rows.duplicated(key).any()
        assert isinstance(rows, pd.DataFrame)
        assert len(rows)
