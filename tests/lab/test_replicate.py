"""A replicate is the same whenever it runs, and a dial moves only what reads what it moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.lab import (
    QUANTITIES,
    Corruption,
    Dose,
    Scenario,
    corrupt,
    load_baselines,
    run_scenario,
    simulate,
)
from evalkit.lab.corruption import KINDS
from evalkit.lab.replicate import (
    COLUMNS,
    TARGETS,
    WITHOUT_TARGET,
    count_minutes,
    find_touched,
    rescore,
    score_everyone,
)
from evalkit.methods import load_methods, score_methods

SMALL = {"dumai": 60, "senapelan": 27}
#: Large enough that paired differences tell, small enough to be run ten times.
MIDDLE = {"surakarta": 200, "dumai": 100}
N_REPLICATES = 10
DOSE = 0.4
ROUNDING = 1e-9

#: Sources and indicators that a kind reads decide which methods it can move.
UNMOVED = {
    "collusion": ("semarang", "bengkulu", "surakarta", "overall_rating"),
    "inflated_self_rating": ("semarang", "dumai", "bengkulu", "surakarta", "overall_rating"),
    "leniency_drift": ("bengkulu",),
    "straight_lining": (),
    "random_answers": (),
    "kpi_gaming": ("dumai", "senapelan", "overall_rating"),
    "inaccurate_records": ("dumai", "senapelan", "overall_rating"),
    "stale_records": ("dumai", "senapelan", "overall_rating"),
    "refusal": ("semarang", "bengkulu", "overall_rating"),
    "missing_by_value": (),
    "missing_by_unit": (),
    "missing_at_random": (),
}


@pytest.fixture(scope="module")
def methods():
    return load_methods() | load_baselines()


@pytest.fixture(scope="module")
def evidence():
    return simulate(SMALL, seed=3)


@pytest.fixture(scope="module")
def clean(evidence, methods):
    return score_everyone(evidence, methods)


def scenario(*kinds, **fields):
    some = tuple((Corruption(kind, DOSE),) for kind in kinds)
    return Scenario(**{"name": "x", "n_replicates": 1, "corruptions": some} | fields)


def run(methods, *kinds, replicate=0, seed=7, sizes=SMALL, **fields):
    return run_scenario(scenario(*kinds, **fields), replicate, seed=seed, sizes=sizes, methods=methods)


def values(found, **wanted):
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found.set_index(["method", "target", "quantity"])["value"]


def test_there_is_a_row_for_each_corruption_method_target_and_quantity(methods):
    found = run(methods, "refusal", "collusion", replicate=4)
    assert tuple(found.columns) == COLUMNS
    assert found["corruption"].unique().tolist() == ["", "refusal=0.4", "collusion=0.4"]
    assert set(found["replicate"]) == {4}
    key = ["corruption", "method", "target", "quantity"]
    assert not found.duplicated(key).any()
    assert len(found) == 3 * len(methods) * (len(TARGETS) * len(QUANTITIES) + len(WITHOUT_TARGET))
    assert set(found.loc[found["quantity"].isin(WITHOUT_TARGET), "target"]) == {""}
    assert not found["value"].isna().any()


def test_the_same_replicate_is_the_same_and_another_is_not(methods):
    pd.testing.assert_frame_equal(run(methods, "refusal"), run(methods, "refusal"), check_exact=True)
    assert not run(methods)["value"].equals(run(methods, replicate=1)["value"])
    assert not run(methods)["value"].equals(run(methods, seed=8)["value"])


def test_other_corruptions_and_methods_change_nothing(methods):
    alone = values(run({"dumai": methods["dumai"]}, "refusal"), corruption="refusal=0.4")
    among = values(run(methods, "collusion", "refusal"), corruption="refusal=0.4")
    pd.testing.assert_series_equal(alone, among.loc[alone.index], check_exact=False, atol=ROUNDING, rtol=0)


def test_scenarios_have_the_same_people_in_the_same_replicate(methods):
    one = {"overall_rating": methods["overall_rating"]}
    single, more = run(one), run(one, dose=Dose(peers=4, citizens=3))
    costs = single["quantity"] != "minutes"
    pd.testing.assert_series_equal(single["value"][costs], more["value"][costs], check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dial_leaves_methods_alone_that_do_not_read_what_it_moves(methods, kind):
    found = run(methods, kind)
    before, after = values(found, corruption=""), values(found, corruption=f"{kind}={DOSE}")
    same = [name for name in methods if before.loc[name].equals(after.loc[name])]
    assert same == [name for name in methods if name in UNMOVED[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_scoring_only_what_changed_is_scoring_all_anew(evidence, clean, methods, kind):
    spoiled = corrupt(evidence, [Corruption(kind, DOSE)], 1)
    some, anew = rescore(spoiled, evidence, clean, methods), score_everyone(spoiled, methods)
    touched = find_touched(spoiled, evidence, methods)
    for half in ("year", "odd", "even"):
        assert np.array_equal(getattr(some, half), getattr(anew, half), equal_nan=True)
        for i, name in enumerate(methods):
            if name not in touched:
                assert np.array_equal(getattr(some, half)[i], getattr(clean, half)[i], equal_nan=True)


def test_nothing_changed_touches_no_method(evidence, clean, methods):
    assert find_touched(evidence, evidence, methods) == []
    assert rescore(evidence, evidence, clean, methods) is clean


def test_scores_stand_as_employees_and_methods_do(evidence, clean, methods):
    usual = score_methods(evidence, methods).scores.set_index(["method", "employee"])["score"]
    for i, name in enumerate(methods):
        expected = usual.loc[name].loc[evidence.employees["employee"]]
        assert np.allclose(clean.year[i], expected, atol=ROUNDING)


def test_halves_average_to_the_year_where_nothing_is_missing(clean, methods):
    senapelan = list(methods).index("senapelan")
    assert np.allclose((clean.odd + clean.even)[senapelan] / 2, clean.year[senapelan], atol=ROUNDING)


def test_one_quarter_has_no_halves_and_so_no_intervals(methods):
    found = run(methods, quarters=1)
    of_halves = found["quantity"].isin(["coverage", "power"])
    assert found["value"][of_halves].isna().all()
    assert found["value"][~of_halves].notna().all()


def test_minutes_are_counted_row_by_row(evidence, methods):
    rows = evidence.observations.astype({"source": str, "indicator": str, "employee": str})
    dumai = methods["dumai"]
    cost = 0.0
    for part in dumai.components:
        read = rows[rows["indicator"].isin(part.indicators) & rows["source"].isin(part.sources)]
        read = read[(read["employee"] == "") == (part.level == "unit")]
        cost += read["source"].map(dumai.minutes_per_observation).sum()
    assert count_minutes(evidence, {"dumai": dumai})["dumai"] == pytest.approx(cost / len(evidence.employees))
    assert count_minutes(evidence, methods)["overall_rating"] == 12  # three minutes in each of four quarters
    unstated = replace(dumai, minutes_per_observation={"supervisor": 3})
    assert np.isnan(count_minutes(evidence, {"dumai": unstated})["dumai"])


def test_a_method_whose_evidence_is_not_there_is_not_estimable(methods):
    absent = replace(methods["surakarta"].components[0], sources=("subordinate",), weight=1.0, range=(0, 1))
    raters = {"subordinate": 1.0}
    method = replace(
        methods["surakarta"], components=(absent,), raters=raters, minutes_per_observation={"subordinate": 1}
    )
    found = run({"surakarta": method, "dumai": methods["dumai"]})
    unknown = found[found["method"] == "surakarta"].set_index("quantity")["value"]
    assert unknown.drop("minutes").isna().all()
    assert found.loc[found["method"] == "dumai", "value"].notna().all()


@pytest.fixture(scope="module")
def noise(methods):
    """Ten replicates of evidence as it is, with pure independent noise, and with twice the error."""
    kinds = ("inaccurate_records", "random_answers")
    parts = []
    for replicate in range(N_REPLICATES):
        parts.append(run(methods, *kinds, replicate=replicate, sizes=MIDDLE))
        twice = run(methods, replicate=replicate, sizes=MIDDLE, part="error", factor=2)
        parts.append(twice.assign(corruption="error × 2"))
    return pd.concat(parts)


@pytest.mark.parametrize("kind", ["inaccurate_records=0.4", "random_answers=0.4", "error × 2"])
@pytest.mark.parametrize(("quantity", "better"), [("decision_loss", -1), ("rank_recovery", 1)])
def test_pure_independent_noise_never_improves_a_method(noise, kind, quantity, better):
    index = ["method", "target", "replicate"]
    wide = noise[noise["quantity"] == quantity].pivot_table("value", index, "corruption")
    gain = better * (wide[kind] - wide[""])
    of = gain.groupby(["method", "target"])
    assert (of.mean() <= 3 * of.sem()).all()
    assert (of.mean() < -3 * of.sem()).any()
