"""All pairs of conditions over the same people: sizes, p-values, verdicts, and what few people allow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalkit.compare import compare_means
from evalkit.compare.groups import INDEPENDENT
from evalkit.errors import DesignError


def people(rng, n=30, shifts=(0.0, 0.5, 1.0), n_units=0) -> tuple[pd.DataFrame, pd.Series]:
    unit = np.arange(n) % n_units if n_units else np.zeros(n)
    values = rng.normal(size=(n, 1)) + rng.normal(size=(n, len(shifts))) + np.array(shifts)
    frame = pd.DataFrame(values, columns=[f"m{i}" for i in range(len(shifts))])
    return frame, pd.Series([f"u{int(u)}" if n_units else "" for u in unit])


def compared(values, units, *, margin=float("nan"), n_boot=200, **options):
    return compare_means(values, units, margin=margin, n_boot=n_boot, rng=np.random.default_rng(1), **options)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_a_pair_is_the_paired_t_test_with_its_size(rng):
    values, units = people(rng)
    row = compared(values, units).pairs.set_index(["first", "second"]).loc[("m2", "m0")]
    other = stats.ttest_rel(values["m2"], values["m0"])
    low, high = other.confidence_interval(0.95)
    assert row["estimate"] == pytest.approx((values["m2"] - values["m0"]).mean())
    assert (row["conf_low"], row["conf_high"], row["p_value"]) == pytest.approx((low, high, other.pvalue))
    spread = np.sqrt((values["m2"].var() + values["m0"].var()) / 2)
    assert row["effect_size"] == pytest.approx(row["estimate"] / spread)
    assert row["superiority"] == pytest.approx((values["m2"] > values["m0"]).mean())
    assert (row["n"], row["n_groups"], row["caveat"]) == (30, 30, INDEPENDENT)


def test_the_higher_mean_stands_first_and_every_pair_is_there(rng):
    found = compared(*people(rng, shifts=(0.2, 1.5, -1.0, 0.7)))
    assert found.means["estimate"].is_monotonic_decreasing
    assert (found.pairs["estimate"] >= 0).all()
    assert len(found.pairs) == 6


def test_the_order_of_people_and_conditions_changes_nothing(rng):
    values, units = people(rng, n_units=12)
    order = rng.permutation(len(values))
    first = compared(values, units)
    second = compared(values.iloc[order][["m2", "m0", "m1"]], units.iloc[order])
    same = ["first", "second", "estimate", "std_error", "p_adjusted", "nemenyi_p", "verdict"]
    pd.testing.assert_frame_equal(first.pairs[same], second.pairs[same])


def test_units_are_clusters_when_there_are_several(rng):
    values, units = people(rng, n=60, n_units=12)
    values["m1"] += units.map({unit: rng.normal(scale=2) for unit in units.unique()})
    clustered, independent = compared(values, units), compared(values, units * 0)
    pair = ("first", "second")
    wide, narrow = (each.pairs.set_index(list(pair))["std_error"] for each in (clustered, independent))
    touched = [key for key in wide.index if "m1" in key]
    assert (wide[touched] > 1.5 * narrow[touched]).all()
    assert clustered.n_groups == 12
    assert set(clustered.pairs["caveat"]) == {"12 units: cluster-robust (CR3), t(11)"}
    assert clustered.pairs["p_flipped"].between(0, 1).all()


def test_fewer_than_ten_units_get_t_of_units_less_one_and_no_interval_in_sd(rng):
    found = compared(*people(rng, n_units=6))
    row = found.pairs.iloc[0]
    half = stats.t.ppf(0.975, 5) * row["std_error"]
    assert row["conf_high"] - row["estimate"] == pytest.approx(half)
    assert np.isfinite(row["effect_size"])
    assert np.isnan(row["effect_low"])
    assert row["caveat"] == "6 units, under 10: t(5), and no interval of the difference in SD"
    assert set(found.means["caveat"]) == {row["caveat"]}


def test_forty_independent_people_need_no_signs_turned(rng):
    assert compared(*people(rng, n=40)).pairs["p_flipped"].isna().all()


def test_verdicts_name_what_was_shown(rng):
    values, units = people(rng, n=400, shifts=(0.0, 0.02, 0.3, 2.0))
    verdicts = compared(values, units, margin=0.6).pairs.set_index(["first", "second"])["verdict"]
    assert verdicts[("m3", "m0")] == "differs"
    assert verdicts[("m2", "m0")] == "differs_slightly"
    assert verdicts[verdicts.index.isin([("m1", "m0"), ("m0", "m1")])].tolist() == ["equivalent"]
    few, one = people(rng, n=8, shifts=(0.0, 0.1))
    assert compared(few, one, margin=0.2).pairs["verdict"].tolist() == ["undecided"]


def test_without_a_margin_equivalence_is_not_judged(rng):
    pairs = compared(*people(rng, n=100, shifts=(0.0, 0.0))).pairs
    assert pairs[["equivalence_p_adjusted", "equivalence_low"]].isna().all(axis=None)
    assert pairs["verdict"].tolist() == ["undecided"]


def test_a_difference_that_is_the_same_in_everyone_has_no_interval(rng):
    values, units = people(rng, shifts=(0.0, 0.0))
    values["m2"] = values["m0"] + 1
    row = compared(values, units, margin=0.5).pairs.set_index(["first", "second"]).loc[("m2", "m0")]
    assert row["estimate"] == pytest.approx(1)
    assert row[["conf_low", "p_value", "p_adjusted"]].isna().all()
    assert row["caveat"].endswith("everyone has the same difference: no interval")


def test_people_with_a_gap_are_left_out_and_counted(rng):
    values, units = people(rng)
    values.iloc[:4, 1] = np.nan
    found = compared(values, units)
    assert found.n == 26
    assert found.pairs["caveat"].iloc[0].endswith("4 of 30 people lack a score and were left out")


def test_too_few_to_compare_are_refused(rng):
    values, units = people(rng, n=2)
    with pytest.raises(DesignError) as refused:
        compared(values, units)
    assert str(refused.value) == (
        "A difference of means needs two conditions and three people with both at least; there are 3 "
        "conditions and 2 people with all of them."
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_complete_crossed_design_the_estimates_are_those_of_a_mixed_model(seed):
    """statsmodels' MixedLM, random intercepts of persons in units, REML: the same contrasts of means."""
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(seed)
    values, units = people(rng, n=32, n_units=8)
    values = values.add(units.map({f"u{i}": rng.normal(scale=2) for i in range(8)}), axis=0)
    long = values.assign(person=range(32), unit=units).melt(["person", "unit"], var_name="condition")
    model = smf.mixedlm(
        "value ~ condition", long, groups="unit", vc_formula={"person": "0 + C(person)"}, re_formula="1"
    )
    fitted = model.fit(reml=True).fe_params
    expected = {"m0": 0.0, "m1": fitted["condition[T.m1]"], "m2": fitted["condition[T.m2]"]}
    pairs = compared(values, units).pairs
    gaps = pairs["first"].map(expected) - pairs["second"].map(expected)
    assert pairs["estimate"].to_numpy() == pytest.approx(gaps.to_numpy(), abs=1e-9)


def test_over_places_the_estimates_are_those_of_a_mixed_model_with_their_own_contrasts():
    """Contrasts of each place, as fixed as the place itself, weighted by its people: two unequal places."""
    import statsmodels.formula.api as smf

    values, units = people(np.random.default_rng(4), n=24, shifts=(0.0, 0.6))
    places = pd.Series(["a"] * 8 + ["b"] * 16)
    long = values.assign(person=range(24), place=places).melt(["person", "place"], var_name="condition")
    fitted = smf.mixedlm("value ~ place * condition", long, groups="person").fit(reml=True).fe_params
    gap = fitted["condition[T.m1]"] + 16 / 24 * fitted["place[T.b]:condition[T.m1]"]
    row = compared(values, units, places=places).pairs.iloc[0]
    assert row["estimate"] == pytest.approx(abs(gap), abs=1e-9)
