"""The survey of those who are served: what it shows of places and units, and what it does not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from service_maker import answer, make_survey

from evalkit.compare import measure_service_survey, settled_bands
from evalkit.compare.survey_answers import find_hidden
from evalkit.errors import DesignError
from evalkit.lab import simulate
from evalkit.rules import compute_ikm, krejcie_morgan
from evalkit.vocabulary import RESULT_KEY


@pytest.fixture(scope="module")
def found():
    return measure_service_survey(make_survey())


@pytest.fixture(scope="module")
def laboratory():
    return simulate({"senapelan": 27, "dumai": 100}, seed=3)


def unit(found, name):
    return found.units.set_index("unit").loc[name]


def test_ikm_and_band_of_a_unit_are_those_of_the_rule(found):
    rows = pd.DataFrame(answer("middle", 40, level=3.2, seed=2, missing=0.1))
    wide = rows.pivot_table(index="rater", columns="item", values="value")
    exact = compute_ikm(wide.to_numpy())
    row = unit(found, "middle")
    assert row["estimate"] == pytest.approx(exact.value)
    assert row["band"] == exact.band
    assert row["conf_low"] < exact.value < row["conf_high"]


def test_a_unit_of_four_respondents_is_not_shown_anywhere_nor_what_would_give_it_away(found):
    caveats = found.units.set_index("unit")["caveat"].to_dict()
    assert caveats["small"] == "fewer than 5 respondents, not shown"
    assert sum(text == "would give a smaller cell away, not shown" for text in caveats.values()) == 1
    hidden = [name for name, text in caveats.items() if text]
    published = found.to_results()
    own = published[published["unit"].isin(hidden)]
    assert own["estimate"].isna().all()
    assert own["n"].isna().all()
    assert set(own["quantity"]) == {"ikm", "sample_needed"}


def test_no_unit_shows_how_fewer_than_five_employees_behave():
    about = {"place": "here", "indicator": "staff_conduct", "source": "citizen"}
    rows = [
        {**about, "unit": unit, "employee": f"{unit}{i % n}", "rater": f"{unit}-{i}", "value": 1.0 + i % 4}
        for unit, n in (("few", 3), ("some", 6), ("many", 9))
        for i in range(18)
    ]
    questions = measure_service_survey(make_evidence(rows)).questions.set_index("unit")
    assert questions.loc["few", "caveat"] == "about fewer than 5 employees, not shown"
    assert questions.loc["some", "caveat"] == "would give a smaller cell away, not shown"
    assert np.isfinite(questions.loc[["many", ""], "estimate"]).all()


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 7}, {"a", "c"}),
        ({"a": 1, "b": 2, "c": 7}, {"a", "b", "c"}),
        ({"a": 2, "b": 4, "c": 7}, {"a", "b"}),
        ({"a": 4, "": 30, "c": 7}, {"a", ""}),
        ({"": 3, "b": 9, "c": 7}, {"", "c"}),
        ({"a": 30, "": 30}, set()),
    ],
)
def test_what_is_hidden_is_two_cells_of_five_or_more_together(counts, hidden):
    assert set(find_hidden(pd.Series(counts))) == hidden


def test_the_place_counts_every_respondent_alike_and_joins_small_units(found):
    assert found.places["n"].tolist() == [136]
    assert found.places["df"].tolist() == [131]


def test_probabilities_of_bands_follow_the_answers(found):
    bands = found.bands.pivot_table(index="unit", columns="band", values="estimate")
    assert bands.loc["poor", "D"] > 0.5
    assert bands.loc["high", ["A", "B"]].sum() > 0.99
    assert found.bands.groupby("unit")["estimate"].sum().to_numpy() == pytest.approx(1)


def test_a_unit_far_off_is_drawn_to_the_others_and_its_interval_shrinks(found):
    drawn = found.shrunken.set_index("unit").loc["poor"]
    own = unit(found, "poor")
    assert own["estimate"] < drawn["estimate"] < found.places["estimate"].iloc[0]
    assert found.spreads["n"].tolist() == [3]


def test_settled_is_a_band_of_95_per_cent(found):
    bands = settled_bands(found)
    assert (bands["settled"] == (bands["estimate"] >= 0.95)).all()
    assert set(bands["unit"]) == {"high", "middle", "poor"}


def test_two_units_stand_for_themselves(laboratory):
    found = measure_service_survey(laboratory)
    alone = found.shrunken[found.shrunken["place"] == "senapelan"]
    assert alone["estimate"].isna().all()
    assert alone["caveat"].str.startswith("under 3 units").all()
    assert found.spreads["place"].tolist() == ["dumai"]
    assert (found.bands.query("place == 'senapelan' and unit != ''")["estimate"] <= 1).all()


def test_an_element_that_is_answered_a_point_lower_is_found():
    rows = [*answer("a", 60, low=("U3",), seed=1), *answer("b", 60, low=("U3",), seed=2)]
    elements = measure_service_survey(make_evidence(rows)).elements.set_index("item")
    assert elements["side"].to_dict() == {f"U{i}": -1 if i == 3 else 0 for i in range(1, 10)} | {
        item: side for item, side in elements["side"].items() if side == 1
    }
    assert elements.loc["U3", "gap"] == elements["gap"].min()


def test_elements_that_are_answered_alike_are_seldom_told_apart():
    """Nine exchangeable elements: at 95 %, about one place in twenty shows one by chance."""
    shown = []
    for seed in range(20):
        rows = answer("a", 60, seed=100 + seed)
        shown.append((measure_service_survey(make_evidence(rows)).elements["side"] != 0).any())
    assert sum(shown) <= 4  # binomial: exceeded in under 1 % of runs at 5 %


def test_days_are_clusters_once_there_are_ten():
    rows = [
        row for day in range(12) for row in answer(f"a{day:02d}", 5, seed=day, day=f"2025-02-{day + 1:02d}")
    ]
    many = measure_service_survey(make_evidence([{**row, "unit": "one"} for row in rows]))
    few = measure_service_survey(make_evidence([{**row, "unit": "one"} for row in rows[: 9 * 45]]))
    assert (unit(many, "one")["n_clusters"], unit(many, "one")["df"]) == (12, 11)
    assert unit(few, "one")["n_clusters"] == unit(few, "one")["n"]


def served(count):
    return pd.DataFrame(
        {"place": "here", "unit": ["high", "middle"], "period": "2025Q1", "population": count}
    )


def test_a_stated_population_narrows_the_interval_and_says_how_many_were_needed():
    plain, stated = (
        measure_service_survey(replace(make_survey(), extras=extras))
        for extras in ({}, {"survey_population": served(100)})
    )
    ratio = unit(stated, "high")["std_error"] / unit(plain, "high")["std_error"]
    assert ratio == pytest.approx(np.sqrt(1 - 40 / 100))
    assert unit(stated, "poor")["std_error"] == unit(plain, "poor")["std_error"]
    samples = stated.samples.set_index("unit")
    assert samples.loc["high", "needed"] == krejcie_morgan(100) == 80
    assert samples.loc["poor", "caveat"].startswith("nobody says how many were served")


def test_without_a_stated_population_cases_are_counted(laboratory):
    samples = measure_service_survey(laboratory).samples
    events = laboratory.events.groupby("unit").size()
    assert samples["population"].to_numpy() == pytest.approx(events[samples["unit"]].to_numpy())
    assert (samples["population_of"] == "cases").all()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (served(100).drop(columns="unit"), "the columns place, unit, period, population; it lacks unit"),
        (served(0.5), "A population is a whole number of at least 1; 2 of 2 rows of survey_population"),
    ],
)  # fmt: skip
def test_a_table_of_those_served_that_cannot_be_is_refused(table, message):
    with pytest.raises(DesignError, match=message):
        measure_service_survey(replace(make_survey(), extras={"survey_population": table}))


def test_further_questions_are_points_with_respondents_as_clusters(laboratory):
    questions = measure_service_survey(laboratory).questions
    conduct = questions.query("quantity == 'staff_conduct_index' and place == 'dumai' and unit == ''").iloc[0]
    observations = laboratory.observations
    values = observations.query("indicator == 'staff_conduct' and place == 'dumai'")
    assert conduct["estimate"] == pytest.approx(25 * values["value"].mean())
    assert conduct["n"] == len(values)
    assert conduct["n_clusters"] == values["rater"].nunique() < len(values)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rater": ""}, "The answers name no respondents"),
        ({"value": 2.5}, "Answers to the survey are 1, 2, 3 or 4"),
        ({"indicator": "integrity"}, "No answers to the nine elements"),
        ({"item": "U10"}, "No answers to the nine elements"),
    ],
)
def test_what_gives_no_index_is_refused_with_its_reason(change, reason):
    rows = [{**row, **change} for row in answer("a", 12)]
    found = measure_service_survey(make_evidence(rows))
    assert found.indices.empty
    refused = found.refused[found.refused["quantity"] == "ikm"]
    assert refused["place"].tolist() == ["here"]
    assert refused["reason"].iloc[0].startswith(reason)
    assert found.to_results()["estimate"].isna().all()


def test_every_key_of_the_results_is_there_once(laboratory, found):
    for one in (found, measure_service_survey(laboratory)):
        rows = one.to_results().reindex(columns=list(RESULT_KEY)).astype("object").fillna("")
        assert not rows.duplicated().any()


def test_periods_have_rows_of_their_own(laboratory):
    indices = measure_service_survey(laboratory).indices
    periods = indices[(indices["period"] != "") & (indices["place"] == "dumai")]
    whole = indices[(indices["place"] == "dumai") & (indices["unit"] == "") & (indices["period"] == "")]
    assert periods["n"].sum() == whole["n"].iloc[0]
    assert periods["estimate"].mean() == pytest.approx(whole["estimate"].iloc[0])


def test_order_of_rows_changes_nothing(laboratory):
    shuffled = replace(laboratory, observations=laboratory.observations.sample(frac=1, random_state=1))
    one, other = measure_service_survey(laboratory), measure_service_survey(shuffled)
    pd.testing.assert_frame_equal(one.indices, other.indices)
    pd.testing.assert_frame_equal(one.bands, other.bands)


def test_a_change_is_told_from_the_first_to_the_last_quarter(found):
    rows = [
        *answer("a", 80, level=2.8, period="2025Q1", seed=1),
        *answer("a", 80, level=3.0, period="2025Q2", seed=2),
        *answer("a", 80, level=3.4, period="2025Q4", seed=3),
    ]
    many = measure_service_survey(make_evidence(rows))
    change = many.changes.iloc[0]
    by_period = many.indices.set_index("period")["estimate"]
    assert (change["start"], change["end"], change["n"]) == ("2025Q1", "2025Q4", 160)
    assert change["estimate"] == pytest.approx(by_period["2025Q4"] - by_period["2025Q1"])
    assert change["p_adjusted"] < 0.05
    alone = found.changes.iloc[0]
    assert np.isnan(alone["estimate"])
    assert alone["caveat"] == "answers of one quarter alone show no change"
