"""Variance components and dependability of ratings in one place."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare.dependability import FEW, measure_dependability
from evalkit.errors import DesignError, UsageError
from evalkit.evidence import Evidence, load_evidence

SHIPPED = Path(__file__).parents[2] / "data"

MACHINES = {
    "facets": {"employee_machine": ["employee", "machine"]},
    "fixed": "machine",
    "table": "machine_trials",
}


@pytest.fixture(scope="module")
def principles():
    return load_evidence(SHIPPED / "principles")


@pytest.fixture(scope="module")
def machines(principles):
    return measure_dependability(principles.select(places=["machines"]), **MACHINES)


def test_machines_give_the_published_standard_deviations(machines):
    """Pinheiro & Bates (2000), section 1.3.1: 4.7814, 3.7294, 0.9616, restricted log-likelihood -107.8438."""
    sds = np.sqrt(machines.components.set_index("component")["variance"])
    assert sds.to_dict() == pytest.approx(
        {"employee": 4.7814, "employee_machine": 3.7294, "residual": 0.9616}, abs=2e-3
    )
    assert machines.reml_criterion == pytest.approx(2 * 107.8438, abs=2e-3)


def test_intervals_contain_their_estimates_and_a_small_set_says_so(machines):
    parts = machines.components
    assert (parts["conf_low"] < parts["variance"]).all()
    assert (parts["variance"] < parts["conf_high"]).all()
    assert set(parts["caveat"]) == {FEW}


def test_dependability_follows_spearman_and_brown(machines):
    single = machines.components["share"].iloc[0]
    curve = machines.curve.set_index("n_ratings")["estimate"]
    assert curve[1] == pytest.approx(single)
    assert curve[10] == pytest.approx(10 * single / (1 + 9 * single))


def test_the_ratings_needed_are_the_fewest_that_reach_the_target(machines):
    single = machines.components["share"].iloc[0]
    found = machines.ratings_needed
    needed = found.estimate
    assert needed * single / (1 + (needed - 1) * single) >= 0.8
    assert (needed - 1) * single / (1 + (needed - 2) * single) < 0.8
    assert found.conf_low <= needed <= found.conf_high


@pytest.mark.slow
def test_citizens_of_insteval_have_the_known_shares(principles):
    """Shares .155/.060/.785 and 10 or 30 citizens .65/.85, as computed with lme4."""
    found = measure_dependability(principles.select(places=["insteval"]), facets={"rater": ["rater"]})
    variances = found.components.set_index("component")["variance"]
    assert variances.to_dict() == pytest.approx(
        {"employee": 0.2738, "rater": 0.1062, "residual": 1.3872}, abs=2e-4
    )
    assert found.components["share"].to_list() == pytest.approx([0.155, 0.060, 0.785], abs=1e-3)
    curve = found.curve.set_index("n_ratings")["estimate"]
    assert [curve[10], curve[30]] == pytest.approx([0.65, 0.85], abs=5e-3)


def test_results_have_one_key_a_row_and_the_interval_of_each_number(machines):
    rows = machines.to_results()
    assert not rows.duplicated(["quantity", "place", "item"]).any()
    assert set(rows["quantity"]) == {
        "variance_component",
        "variance_share",
        "dependability",
        "standard_error_of_measurement",
        "ratings_needed",
    }
    assert rows[["estimate", "conf_low", "conf_high"]].notna().all().all()
    assert (rows["n"] == 54).all()


def rated(rows: pd.DataFrame) -> Evidence:
    about = {"place": "here", "source": "citizen", "indicator": "service_quality"}
    return make_evidence([{**about, **row} for row in rows.to_dict("records")])


def simulated(rng: np.random.Generator) -> pd.DataFrame:
    ratee, rater = np.divmod(np.arange(200), 5)
    values = rng.normal(0, 1, 40)[ratee] + rng.normal(0, 1, 200)
    names = {"employee": [f"e{i}" for i in ratee], "rater": [f"r{i}" for i in rater]}
    return pd.DataFrame({**names, "value": values})


def test_the_order_and_the_names_of_rows_change_nothing():
    rows = simulated(np.random.default_rng(1))
    shuffled = rows.sample(frac=1, random_state=2)
    renamed = shuffled.assign(employee="x" + shuffled["employee"].str[::-1])
    first, second = (
        measure_dependability(rated(frame), facets={"rater": ["rater"]}).components
        for frame in (rows, renamed)
    )
    np.testing.assert_allclose(first["variance"], second["variance"], rtol=1e-4, atol=1e-6)


def test_ratings_that_say_nothing_of_the_ratee_are_never_enough():
    rows = simulated(np.random.default_rng(3))
    rows["value"] = np.random.default_rng(4).normal(size=len(rows))
    found = measure_dependability(rated(rows), facets={"rater": ["rater"]})
    needed = found.to_results().query("quantity == 'ratings_needed'").iloc[0]
    assert found.components["share_low"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert np.isnan(needed["conf_high"])
    assert needed["caveat"] == ("a component is estimated as zero; no number of ratings is sure to be enough")


def test_two_indicators_at_once_are_refused():
    rows = simulated(np.random.default_rng(1)).assign(indicator=["a", "b"] * 100)
    with pytest.raises(DesignError) as refused:
        measure_dependability(rated(rows), facets={"rater": ["rater"]})
    assert str(refused.value) == (
        "Dependability is measured for one indicator at a time; the evidence has 2: a, b. "
        "Select one with evidence.select(indicators=[…])."
    )


def test_an_unknown_table_is_refused_with_the_nearest_name(principles):
    with pytest.raises(UsageError, match="did you mean 'machine_trials'"):
        measure_dependability(principles.select(places=["machines"]), facets={}, table="machine_trial")
