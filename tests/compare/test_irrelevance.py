"""Traits outside the job and the ratings they move."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence

from evalkit.compare.irrelevance import measure_irrelevant_influence
from evalkit.errors import DesignError, UsageError
from evalkit.evidence import load_evidence

SHIPPED = Path(__file__).parents[2] / "data"
TABLE = {"table": "teaching_courses"}


@pytest.fixture(scope="module")
def teaching():
    return load_evidence(SHIPPED / "principles").select(places=["teaching_ratings"])


def test_beauty_alone_moves_evaluations_as_stock_and_watson_print_it(teaching):
    """Evaluation = 3.998 + 0.133 beauty, R² .036 (Kleiber & Zeileis 2008, AER; Hamermesh & Parker's data)."""
    slope = measure_irrelevant_influence(teaching, **TABLE, traits=["beauty"]).to_frame().iloc[0]
    sd_rating = teaching.observations["value"].std()
    sd_beauty = teaching.extras["teaching_courses"]["beauty"].std()
    assert slope["estimate"] * sd_rating / sd_beauty == pytest.approx(0.133, abs=5e-4)
    assert slope["partial_r2"] == pytest.approx(0.036, abs=5e-4)
    assert (slope["n"], slope["n_employees"]) == (463, 94)


def test_the_interval_knows_that_courses_share_a_professor(teaching):
    """Treating 463 courses as independent gives a narrower interval than 94 professors do."""
    slope = measure_irrelevant_influence(teaching, **TABLE, traits=["beauty"]).to_frame().iloc[0]
    r = slope["estimate"]
    naive = 1.96 * np.sqrt((1 - r**2) / 461)
    assert (slope["conf_high"] - slope["conf_low"]) / 2 > 1.2 * naive


def test_a_trait_with_two_levels_names_the_level_that_is_compared(teaching):
    found = measure_irrelevant_influence(teaching, **TABLE, traits=["gender", "minority"])
    assert found.to_frame()["level"].to_list() == ["male", "true"]


def test_what_is_held_constant_changes_the_slope_and_is_not_reported(teaching):
    alone = measure_irrelevant_influence(teaching, **TABLE, traits=["beauty"])
    held = measure_irrelevant_influence(
        teaching, **TABLE, traits=["beauty"], held_constant=["credits", "division"]
    )
    assert len(held.to_frame()) == 1
    assert held.to_frame()["estimate"].iloc[0] != alone.to_frame()["estimate"].iloc[0]


def test_the_order_of_rows_changes_nothing(teaching):
    rows = teaching.observations.sample(frac=1, random_state=1).to_dict("records")
    shuffled = make_evidence(rows, extras=teaching.extras, indicators=teaching.indicators)
    first, second = (
        measure_irrelevant_influence(evidence, **TABLE, traits=["beauty", "age"]).to_frame()
        for evidence in (teaching, shuffled)
    )
    pd.testing.assert_frame_equal(first, second)


def test_results_have_one_key_a_row(teaching):
    rows = measure_irrelevant_influence(teaching, **TABLE, traits=["beauty", "gender"]).to_results()
    assert not rows.duplicated(["quantity", "place", "group", "item"]).any()
    assert set(rows["quantity"]) == {"irrelevant_influence", "partial_r2"}


def test_an_unknown_trait_is_refused_with_the_nearest_name(teaching):
    with pytest.raises(UsageError) as refused:
        measure_irrelevant_influence(teaching, **TABLE, traits=["beuty"])
    assert str(refused.value) == "The table teaching_courses has no column 'beuty': did you mean 'beauty'?"


def test_a_trait_in_words_with_many_levels_is_refused(teaching):
    with pytest.raises(DesignError) as refused:
        measure_irrelevant_influence(teaching, **TABLE, traits=["item"])
    assert str(refused.value) == (
        "item has 463 levels; a trait in words needs two. Combine some, or leave it out."
    )


def test_a_table_of_another_place_is_refused():
    evidence = load_evidence(SHIPPED / "principles").select(places=["machines"])
    with pytest.raises(DesignError) as refused:
        measure_irrelevant_influence(evidence, **TABLE, traits=["beauty"])
    assert str(refused.value) == (
        "The table teaching_courses says nothing about 54 of 54 observations. "
        "Select the place that it belongs to, or complete it."
    )
