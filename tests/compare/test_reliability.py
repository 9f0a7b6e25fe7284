"""Which reliability a design identifies, and why it does not identify the others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import (
    measure_decision_designs,
    measure_decision_quality,
    measure_reliability,
)
from evalkit.compare.internal_consistency import PARTS_ONLY
from evalkit.compare.rating_layout import NO_RATER, ONE_RATER, ONE_VALUE, UNLINKED
from evalkit.errors import DesignError
from evalkit.evidence import load_evidence
from evalkit.stats import estimate_alpha, estimate_intraclass_correlation, name_reliability

SHIPPED = Path(__file__).parents[2] / "data"
ABOUT = {"place": "here", "source": "supervisor", "indicator": "integrity", "unit": "u"}


def measure(rows, **options):
    """Measure the reliability of rows that are dictionaries, or of evidence."""
    evidence = make_evidence([{**ABOUT, **row} for row in rows]) if isinstance(rows, list) else rows
    return measure_reliability(evidence, n_boot=100, rng=np.random.default_rng(1), **options)


def table(values, key="rater"):
    """Turn a table of people by raters (or periods, or items) into rows; a gap is no row."""
    return [
        {"employee": f"e{i:02d}", key: f"{key}{j}", "value": float(values[i, j])}
        for i, j in np.argwhere(np.isfinite(values))
    ]


def scores(shape, seed=1, severity=0.7):
    rng = np.random.default_rng(seed)
    raters = severity * rng.normal(size=(1, shape[1]))
    return 3 + rng.normal(size=(shape[0], 1)) + raters + rng.normal(size=shape)


@pytest.fixture(scope="module")
def judges():
    return load_evidence(SHIPPED / "judges")


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


def test_a_complete_panel_gets_agreement_and_consistency_from_its_mean_squares():
    values = scores((20, 4))
    found = measure(table(values)).coefficients
    assert found["quantity"].tolist() == [
        "icc_agreement",
        "icc_agreement",
        "icc_consistency",
        "icc_consistency",
    ]
    assert found["n_averaged"].tolist() == [1, 4, 1, 4]
    exact = estimate_intraclass_correlation(values, form="agreement")
    first = found.iloc[0]
    assert (first["estimate"], first["conf_low"], first["conf_high"]) == pytest.approx(
        (exact.estimate, exact.conf_low, exact.conf_high)
    )


@pytest.mark.pitfall(4)
def test_words_come_from_both_ends_of_the_interval_and_not_from_the_estimate():
    """Twelve people and three raters leave everything from poor to excellent open."""
    row = measure(table(scores((12, 3), severity=0))).coefficients.iloc[3]
    assert name_reliability(row["estimate"]) not in {row["band_low"], row["band_high"]}
    assert row["band_low"] == name_reliability(row["conf_low"]) == "poor"
    assert row["band_high"] == name_reliability(row["conf_high"]) == "excellent"


@pytest.mark.pitfall(2)
def test_raters_of_one_person_each_get_the_one_way_form_and_not_crossed_columns():
    """Columns of unrelated raters are no raters; the mean of 40 designs has an error of .02."""
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(30, 1)) + rng.normal(size=(30, 3))
        rows = [{**row, "rater": f"{row['employee']}-{row['rater']}"} for row in table(values)]
        coefficients = measure(rows).coefficients
        assert set(coefficients["quantity"]) == {"icc_one_way"}
        found.append(coefficients["estimate"].iloc[0])
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_missing_ratings_get_components_that_recover_the_truth():
    values = scores((400, 6))
    values[np.random.default_rng(3).random(values.shape) < 0.4] = np.nan
    found = measure(table(values))
    single = found.coefficients[found.coefficients["n_averaged"] == 1].set_index("quantity")
    assert single.loc["icc_consistency", "estimate"] == pytest.approx(0.5, abs=0.08)
    assert single.loc["icc_agreement", "estimate"] < single.loc["icc_consistency", "estimate"]
    assert found.components.set_index("component")["estimate"].sum() == pytest.approx(1)


def test_groups_that_no_rater_links_are_said():
    values = np.full((40, 8), np.nan)
    values[:20, :4], values[20:, 4:] = scores((20, 4), 1), scores((20, 4), 2)
    assert UNLINKED.format(n=2) in measure(table(values)).coefficients["caveat"].iloc[0]


def test_several_values_of_one_rater_are_averaged_first_and_said():
    values = scores((15, 3))
    once = measure(table(values)).coefficients
    twice = [{**row, "period": period} for row in table(values) for period in ("2025Q1", "2025Q2")]
    found = measure(twice).coefficients
    np.testing.assert_allclose(found["estimate"], once["estimate"])
    assert found["caveat"].str.contains("averaged first").all()


def test_one_supervisor_a_person_gives_occasions_only():
    values = scores((30, 4))
    rows = [{**row, "rater": "boss " + row["employee"]} for row in table(values, "period")]
    found = measure(rows)
    assert set(found.coefficients["facet"]) == {"occasions"}
    assert found.coefficients["estimate"].iloc[0] == pytest.approx(
        estimate_intraclass_correlation(values, form="agreement").estimate
    )
    assert found.refused[["facet", "reason"]].to_numpy().tolist() == [["raters", ONE_RATER]]


def test_one_value_of_each_gives_nothing_but_the_reason():
    found = measure(table(scores((30, 1))))
    assert found.coefficients.empty
    assert found.curves.empty
    reason = found.refused["reason"].iloc[0]
    assert reason.startswith("all ratings stand under one rater ('rater0')")
    assert reason.endswith(ONE_VALUE)


def test_one_person_is_refused():
    found = measure(table(scores((1, 4))))
    assert found.refused["reason"].tolist() == [
        "one person or unit is rated, so nobody can be told from another"
    ]


def test_items_that_all_share_are_parts_and_cases_of_their_own_are_occasions():
    values = scores((20, 4), severity=0)
    items = measure(table(values, "item")).coefficients
    assert items["quantity"].tolist() == ["cronbach_alpha", "omega_total"]
    assert items["estimate"].iloc[0] == pytest.approx(estimate_alpha(values).estimate)
    cases = [{**row, "item": row["employee"] + row["item"]} for row in table(values, "item")]
    assert set(measure(cases).coefficients["quantity"]) == {"icc_one_way"}


def test_units_are_rated_where_no_employee_is_named():
    values = scores((12, 3))
    rows = [{**row, "unit": row["employee"], "employee": ""} for row in table(values)]
    np.testing.assert_allclose(measure(rows).coefficients["n"], 12)


def test_the_order_and_the_names_of_rows_change_nothing():
    values = scores((30, 5))
    values[::3, 0] = np.nan
    rows = pd.DataFrame(table(values))
    shuffled = rows.sample(frac=1, random_state=1)
    renamed = shuffled.assign(employee="x" + shuffled["employee"], rater=shuffled["rater"].str[::-1])
    first, second = (measure(each.to_dict("records")).coefficients for each in (rows, renamed))
    np.testing.assert_allclose(first["estimate"], second["estimate"], rtol=1e-3)


def test_indicators_on_different_scales_are_not_added_up():
    rows = table(scores((20, 2)), "rater")
    days = [{**row, "indicator": "ktp_days"} for row in rows]
    refused = measure([*rows, *days]).refused
    both = refused[refused["facet"] == "indicators"]
    assert both["quantity"].tolist() == ["cronbach_alpha", "omega_total"]
    assert both["reason"].unique().tolist() == [
        "the indicators stand on different scales, so their sum has no meaning: integrity, ktp_days"
    ]


def test_one_case_a_person_is_refused_with_the_reason_of_the_statistic():
    rows = [{**row, "rater": "", "item": f"case of {row['employee']}"} for row in table(scores((9, 1)))]
    found = measure(rows)
    assert found.coefficients.empty
    assert found.refused["facet"].tolist() == ["raters", "occasions"]
    assert found.refused["reason"].iloc[0] == NO_RATER
    assert "rated" in found.refused["reason"].iloc[1]


def test_nothing_recorded_is_refused():
    with pytest.raises(DesignError, match="there are none but what is left out"):
        measure(table(scores((5, 2))), without=["integrity"])


def test_the_ten_traits_of_the_judges_are_consistent_and_their_raters_unknown(judges):
    found = measure(judges, without=["retention_worthiness"])
    assert found.coefficients["quantity"].tolist() == ["cronbach_alpha", "omega_total"]
    assert (found.coefficients["n"] == 43).all()
    assert (found.coefficients["n_conditions"] == 10).all()
    assert found.coefficients["estimate"].tolist() == pytest.approx([0.9883, 0.9897], abs=5e-4)
    assert found.coefficients["caveat"].tolist() == [PARTS_ONLY] * 2
    assert set(found.coefficients["band_low"]) == {"excellent"}
    assert len(found.refused) == 10
    assert found.refused["reason"].str.contains(r"\('lawyers'\).*averaged before they were recorded").all()
    assert found.needed.empty


def test_professors_are_consistent_over_courses(principles):
    found = measure(principles.select(places=["teaching_ratings"]))
    single, mean = found.coefficients.to_dict("records")
    assert (single["quantity"], single["facet"], single["n"]) == ("icc_one_way", "occasions", 94)
    assert 0 < single["conf_low"] < single["estimate"] < mean["estimate"] < mean["conf_high"] < 1
    assert found.refused["reason"].tolist() == [NO_RATER]
    needed = found.needed.iloc[0]
    curve = found.curves.set_index("n_ratings")["estimate"]
    assert curve[5] >= 0.8 > curve[4]
    assert (needed["estimate"], needed["conf_low"], needed["conf_high"]) == (5, 4, 8)


def test_attitude_gets_alpha_and_omega_and_machines_no_omega(principles):
    found = measure(principles.select(places=["attitude", "machines"]))
    alpha = found.coefficients.query("place == 'attitude' and quantity == 'cronbach_alpha'")["estimate"]
    assert alpha.iloc[0] == pytest.approx(0.84, abs=0.005)
    refused = found.refused.query("quantity == 'omega_total'")
    assert refused["reason"].tolist() == ["Omega needs more rows than items; there are 6 rows of 9 items."]


@pytest.mark.slow
def test_lecturers_of_insteval_need_22_ratings(principles):
    """Shares .155/.060/.785, 10 or 30 citizens .65/.85, as computed with lme4."""
    found = measure(principles.select(places=["insteval"]))
    assert found.components["estimate"].tolist() == pytest.approx([0.155, 0.060, 0.785], abs=1e-3)
    curve = found.curves.set_index("n_ratings")["estimate"]
    assert [curve[10], curve[30]] == pytest.approx([0.65, 0.85], abs=5e-3)
    assert found.needed["estimate"].tolist() == [22]


def test_results_have_one_key_a_row_and_a_reason_for_each_gap(principles):
    found = measure(principles.select(places=["teaching_ratings", "us_judges", "ricci"]))
    rows = found.to_results()
    assert not rows.duplicated(["quantity", "place", "group", "item"]).any()
    gaps = rows[rows["estimate"].isna()]
    assert len(gaps) == len(found.refused)
    assert gaps["caveat"].str.len().min() > 10
    assert not np.isinf(rows[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=float)).any()


def test_decisions_are_shown_with_the_error_of_the_curve(principles):
    evidence = principles.select(places=["teaching_ratings"])
    found = measure(evidence)
    quality = measure_decision_quality(found, evidence, counts=[1, 10])
    wide = quality.to_frame().pivot_table(index="n_ratings", columns="quantity", values="estimate")
    assert (wide["decision_accuracy"] > wide["decision_consistency"]).all()
    assert wide.loc[10, "decision_kappa"] > wide.loc[1, "decision_kappa"]
    sem = found.curves.set_index("n_ratings")["sem"]
    assert wide.loc[1, "reliable_change"] == pytest.approx(1.959964 * 2**0.5 * sem[1])
    assert (quality.qualities["n"] == 94).all()
    ends = quality.qualities["conf_low"], quality.qualities["conf_high"]
    assert quality.qualities["estimate"].between(*ends).all()
    rows = quality.to_results()
    assert not rows.duplicated(["quantity", "place", "group", "item"]).any()


def test_an_open_scale_has_no_middle_to_cut_at():
    rows = [{**row, "indicator": "ktp_days"} for row in table(5 + scores((20, 3)))]
    evidence = make_evidence([{**ABOUT, **row} for row in rows])
    quality = measure_decision_quality(measure(evidence), evidence, counts=[1]).qualities.set_index(
        "quantity"
    )
    assert np.isnan(quality.loc["decision_accuracy", "estimate"])
    assert quality.loc["decision_accuracy", "caveat"].startswith("the scale is open at one end")
    assert quality.loc["reliable_change", "estimate"] > 0


@pytest.fixture(scope="module")
def machines(principles):
    evidence = principles.select(places=["machines"])
    return measure_decision_designs(evidence, outer="machine", inner="trial", table="machine_trials")


def test_more_trials_on_one_machine_are_worth_less_than_another_machine(machines):
    """From the published 4.7814, 3.7294 and 0.9616 of Pinheiro & Bates (2000), section 1.3.1."""
    phi = machines.designs.set_index(["n_outer", "n_inner"])["estimate"]
    p, pm, e = 4.7814**2, 3.7294**2, 0.9616**2
    for (n, m), value in phi.items():
        assert value == pytest.approx(p / (p + pm / n + e / (n * m)), abs=1e-3)
    assert phi[2, 1] > phi[1, 8]
    fewest = machines.fewest_inner()
    assert fewest[[1, 2]].isna().all()
    assert fewest[3] == 1


def test_designs_of_six_workers_have_wide_intervals_and_say_so(machines):
    assert (machines.designs["conf_high"] - machines.designs["conf_low"]).min() > 0.5
    assert machines.designs["caveat"].str.contains("fewer than 10 are rated").all()
    rows = machines.to_results()
    assert not rows.duplicated(["quantity", "place", "item"]).any()


def test_designs_over_two_places_are_refused(principles):
    with pytest.raises(DesignError, match="for one place at a time; the evidence has 2"):
        measure_decision_designs(
            principles.select(places=["us_judges", "attitude"]), outer="rater", inner="item"
        )
