"""Published matrices of raters of different kinds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare import compare_sources
from evalkit.errors import UsageError
from evalkit.evidence import load_evidence

SHIPPED = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def shipped():
    return load_evidence(SHIPPED / "principles")


@pytest.fixture(scope="module")
def sources(shipped):
    return compare_sources(shipped)


@pytest.mark.parametrize(
    ("pair", "convergent"),
    [(("superior", "peer"), 0.57), (("superior", "self"), 0.15), (("peer", "self"), 0.13)],
)
def test_lawlers_mean_convergent_correlations_are_the_published_ones(sources, pair, convergent):
    found = sources.traits.set_index(["source_a", "source_b"]).loc[pair]
    assert found["convergent"] == pytest.approx(convergent, abs=0.005)
    assert found["convergent"] > found["discriminant"]


def test_lawlers_matrix_is_whole_but_for_the_cell_on_which_prints_disagree(sources):
    matrix = sources.matrices["lawler_1967"]
    assert matrix.shape == (9, 9)
    assert int(matrix.isna().sum().sum()) == 2
    assert np.isnan(matrix.loc["effort_self", "ability_self"])
    assert (np.diag(matrix) == 1).all()


def test_without_a_sourced_size_there_is_no_interval(sources):
    assert sources.traits["conf_low"].isna().all()
    assert sources.traits["caveat"].str.contains("no sample size").all()


@pytest.mark.pitfall(15)
def test_unreliability_explains_most_of_the_disagreement_of_supervisors_and_peers(sources):
    found = sources.correlations.set_index(["item_a", "item_b"])
    assert found.loc[("supervisor", "peer"), "corrected"] == pytest.approx(0.34 / (0.5 * 0.37) ** 0.5)
    assert np.isnan(found.loc[("supervisor", "self"), "corrected"])
    assert "no reliability is known for self" in found.loc[("supervisor", "self"), "caveat"]


def test_panels_follow_spearman_and_brown(sources):
    panels = sources.panels.set_index(["source", "n_raters"])["estimate"]
    assert panels["supervisor"].round(2).tolist() == [0.5, 0.67, 0.75, 0.83]
    assert panels[("peer", 5)] == pytest.approx(0.75, abs=0.005)


def test_chens_waves_have_fishers_intervals(sources):
    waves = sources.correlations[sources.correlations["matrix"] == "chen_2005"]
    assert waves["n"].tolist() == [65] * 3
    assert waves["conf_low"].min() == pytest.approx(0.648, abs=5e-4)


def test_a_size_gives_an_interval(shipped):
    table = shipped.extras["published_correlations"]
    lawler = table[table["matrix"] == "lawler_1967"].assign(n=113)
    whole = lawler.assign(r=lawler["r"].fillna(0.4))
    found = compare_sources(replace(shipped, extras={"published_correlations": whole}))
    assert (found.traits["conf_low"] < found.traits["estimate"]).all()
    assert (found.traits["caveat"] == "").all()


def test_results_have_one_key_a_row_and_a_reason_for_every_gap(sources):
    rows = sources.to_results()
    assert not rows.duplicated(["quantity", "place", "group", "item"]).any()
    assert rows["estimate"].notna().all()


def test_a_study_without_matrices_has_nothing_to_show():
    found = compare_sources(make_evidence([{"employee": "e", "indicator": "integrity", "value": 3.0}]))
    assert found.traits.empty
    assert found.matrices == {}
    assert len(found.to_results()) == 0


def test_a_table_without_its_columns_is_refused(shipped):
    table = pd.DataFrame({"matrix": ["x"], "r": [0.5]})
    with pytest.raises(UsageError) as refused:
        compare_sources(replace(shipped, extras={"published_correlations": table}))
    assert str(refused.value) == (
        "The table published_correlations lacks the columns citation, kind, n, variable_a, variable_b."
    )
