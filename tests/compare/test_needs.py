"""What units need, and who changed beyond error: counted of units, never shown of people."""

from dataclasses import replace

import numpy as np
import pytest
from needs_maker import CATALOGUE, PARTS, QUARTERS, make_scores

from evalkit.compare import count_reliable_changes, find_needs, list_own_methods
from evalkit.compare.needs import NO_METHOD, NO_TRAINING
from evalkit.compare.unit_levels import NOTHING


@pytest.fixture(scope="module")
def made():
    """Ten units: one far below the target of 50, one far above 60, the others about 54."""
    return make_scores([40, *[54] * 8, 70])


@pytest.fixture(scope="module")
def found(made):
    return find_needs(*made, CATALOGUE)


def level_of(found, unit, component="integrity"):
    rows = found.levels
    return rows[(rows["unit"] == unit) & (rows["component"] == component)].iloc[0]


def test_a_weak_unit_is_below_the_target_and_a_strong_one_above_expectation(found):
    assert level_of(found, "u0")["verdict"] == "below"
    assert level_of(found, "u9")["verdict"] == "above"
    assert level_of(found, "u0")["probability_below"] > 0.99


def test_levels_of_units_are_pulled_toward_the_mean_of_the_place(found):
    weak, place = level_of(found, "u0"), level_of(found, "")
    assert weak["points"] < weak["estimate"] < place["estimate"]
    assert weak["conf_low"] < weak["estimate"] < weak["conf_high"]
    assert place["n"] == 200


def test_the_expected_gain_is_shortfall_times_people_times_assumed_effect(found):
    need = found.needs[(found.needs["unit"] == "u0") & (found.needs["component"] == "integrity")].iloc[0]
    assert need["estimate"] == pytest.approx(20 * (50 - level_of(found, "u0")["estimate"]) * 0.25)
    assert need["conf_low"] == pytest.approx(5 * (50 - level_of(found, "u0")["conf_high"]))
    assert need["extent"] == "some_units"


def test_of_two_trainings_with_one_effect_the_shorter_is_taken(found):
    assert set(found.needs.loc[found.needs["component"] == "integrity", "training"]) == {"short"}


def test_a_need_without_a_training_stays_and_says_so(found):
    lacking = found.needs[found.needs["component"] == "discipline"]
    assert len(lacking) >= 1
    assert lacking["estimate"].isna().all()
    assert set(lacking["caveat"]) == {NO_TRAINING}


def test_needs_stand_in_the_order_of_their_gain(found):
    gains = found.needs["estimate"].dropna()
    assert gains.is_monotonic_decreasing


def test_a_target_of_the_study_replaces_that_of_the_method(made):
    found = find_needs(*made, CATALOGUE, targets={"integrity": {"value": 58, "because": "so"}})
    assert level_of(found, "u1")["target"] == 58
    assert level_of(found, "u1", "discipline")["target"] == 50
    assert level_of(found, "u1")["verdict"] in ("below", "not_settled")


def test_where_every_unit_falls_short_it_is_said(made):
    found = find_needs(*made, CATALOGUE, targets={"integrity": {"value": 90, "because": "so"}})
    assert set(found.needs.loc[found.needs["component"] == "integrity", "extent"]) == {"every_unit"}


def test_a_unit_takes_a_training_once_for_two_components(made):
    both = CATALOGUE.assign(indicators=[("integrity", "discipline")] * 3)
    found = find_needs(*made, both, targets={name: {"value": 90, "because": "so"} for name, *_ in PARTS})
    total = found.totals().iloc[0]
    assert (total["n_units"], total["people"], total["training"]) == (10, 200, "other")
    assert total["estimate"] == pytest.approx(found.needs["estimate"].sum())


def test_units_of_under_five_people_are_left_out_and_counted():
    found = find_needs(*make_scores([50, 52, 54], size=[20, 4, 20]), CATALOGUE)
    assert set(found.levels["unit"]) == {"", "u0", "u2"}
    assert found.n_hidden == 1


def test_one_unit_has_the_level_of_the_place_and_no_rank():
    found = find_needs(*make_scores([40]), CATALOGUE)
    assert found.units().empty
    assert found.needs.empty
    place = level_of(found, "")
    assert place["verdict"] == "below"
    assert place["conf_high"] - place["conf_low"] == pytest.approx(2 * 2.09 * 6.3 / 20**0.5, rel=0.5)


def test_a_component_of_which_nothing_is_recorded_says_so(made):
    scores, quarters = made
    less = replace(scores, components=scores.components[scores.components["component"] == "integrity"])
    found = find_needs(less, quarters, CATALOGUE)
    assert found.refused[["component", "reason"]].to_numpy().tolist() == [["discipline", NOTHING]]


def test_a_component_of_the_whole_unit_takes_its_error_from_quarters(made):
    scores, quarters = made
    parts = scores.components.assign(level="unit"), quarters.components.assign(level="unit")
    method = scores.specifications["made"]
    whole = replace(method, components=tuple(replace(part, level="unit") for part in method.components))
    scores = replace(scores, components=parts[0], specifications={"made": whole})
    found = find_needs(scores, replace(quarters, components=parts[1]), CATALOGUE)
    assert set(found.units()["n_values"]) == {4}
    assert set(found.units()["n"]) == {20}


def test_values_without_error_are_refused_and_the_reason_is_a_row_of_the_results():
    found = find_needs(*make_scores([40, 50], spread=0.0, error=0.0), CATALOGUE)
    assert found.levels.empty
    rows = found.to_results()
    assert rows["caveat"].str.startswith("Values do not vary within groups").all()
    assert rows["estimate"].isna().all()


def test_without_a_method_that_scores_anyone_nothing_can_be_said(made):
    scores, quarters = made
    nobody = replace(scores, scores=scores.scores.head(0), components=scores.components.head(0))
    none = replace(quarters, scores=quarters.scores.head(0), components=quarters.components.head(0))
    found = find_needs(nobody, none, CATALOGUE)
    assert found.refused["reason"].tolist() == [NO_METHOD]
    assert count_reliable_changes(none).refused["place"].tolist() == [""]


def test_results_hold_every_unit_and_each_key_once(found):
    rows = found.to_results()
    assert not rows.duplicated(["quantity", "place", "unit", "method_a", "group", "item"]).any()
    assert (rows["quantity"] == "component_level").sum() == 2 * 11
    counts = rows[rows["quantity"] == "units_by_verdict"]
    assert counts.groupby("item")["estimate"].sum().tolist() == [10, 10]
    assert "employee" not in rows.columns


def test_a_place_is_judged_by_its_own_method_and_another_by_all():
    scores, _ = make_scores([50, 52])
    elsewhere, _ = make_scores([50, 52], place="there")
    assert list_own_methods(scores) == {"here": ["made"]}
    assert list_own_methods(elsewhere) == {"there": ["made"]}
    other = replace(scores.specifications["made"], place="somewhere")
    assert list_own_methods(replace(scores, specifications={"made": other})) == {"here": ["made"]}


def test_quarters_are_scored_each_on_its_own(made):
    scores, quarters = made
    assert quarters.periods == QUARTERS
    means = quarters.scores.groupby("employee")["score"].mean()
    assert means.to_numpy() == pytest.approx(
        scores.scores.set_index("employee")["score"][means.index].to_numpy()
    )


def test_people_who_do_not_change_seem_to_as_often_as_chance_says():
    changes = count_reliable_changes(make_scores([50] * 10, size=60)[1])
    place = changes.shares[changes.shares["unit"] == ""].set_index("direction")["estimate"]
    assert place["rose"] == pytest.approx(0.025, abs=0.02)
    assert place["fell"] == pytest.approx(0.025, abs=0.02)
    error = changes.errors.iloc[0]
    assert error["least"] == pytest.approx(1.96 * np.sqrt(2) * 4 / np.sqrt(2), rel=0.06)  # two components
    assert error["reliability"] == pytest.approx(36 / (36 + 8), abs=0.06)


def test_those_who_gain_much_are_counted():
    changes = count_reliable_changes(
        make_scores([50] * 4, size=50, jump=lambda u, i: 40.0 if i < 10 else -40.0 * (i >= 40))[1]
    )
    place = changes.shares[changes.shares["unit"] == ""].set_index("direction")
    assert place["count"].to_dict() == pytest.approx({"fell": 40, "rose": 40, "within_error": 120}, abs=6)


def test_no_cell_under_five_is_shown_nor_follows_from_others():
    changes = count_reliable_changes(
        make_scores([50] * 6, size=40, jump=lambda u, i: 40.0 if i < 2 + 4 * u else -40.0 if i > 30 else 0.0)[
            1
        ]
    )
    shares = changes.shares
    assert (shares["count"].dropna() >= 5).all()
    for _, of in shares[shares["unit"] != ""].groupby("unit"):
        assert of["estimate"].isna().all() or of["estimate"].notna().all()
    hidden = shares[(shares["unit"] != "") & shares["estimate"].isna()]["unit"].nunique()
    assert hidden == 0 or hidden >= 2
    place = shares[shares["unit"] == ""].set_index("direction")["count"]
    shown = shares[shares["unit"] != ""].groupby("direction")["count"].sum()
    left = (place - shown.reindex(place.index, fill_value=0)).dropna()
    assert ((left == 0) | (left >= 5)).all()


def test_small_cells_of_a_place_are_hidden_with_what_would_give_them_away():
    changes = count_reliable_changes(
        make_scores([50, 50], size=13, jump=lambda u, i: 60.0 if i == 0 else 0.0)[1]
    )
    assert changes.shares[changes.shares["unit"] == ""]["estimate"].isna().all()


def test_two_quarters_do_not_tell_error_from_change():
    changes = count_reliable_changes(make_scores([50, 52], quarters=QUARTERS[:2])[1])
    assert changes.shares.empty
    assert "three quarters or more" in changes.refused["reason"].iloc[0]
    assert changes.to_results()["caveat"].str.contains("here are 2 quarters").all()


def test_results_of_changes_have_each_key_once():
    rows = count_reliable_changes(make_scores([50] * 4)[1]).to_results()
    assert not rows.duplicated(["quantity", "place", "unit", "method_a", "item"]).any()
