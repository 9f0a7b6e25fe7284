"""Groups of people: selected, scored, scored at equal performance, and foretold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fairness_maker import INDICATOR, NO_SCORES, make_people

from evalkit.compare import find_groupings, measure_fairness, measure_item_bias, measure_rater_bias
from evalkit.compare.adverse_impact import COMPLEMENT, SUPPRESSED, measure_adverse_impact
from evalkit.compare.fairness import NO_GROUPS, NO_PERFORMANCE
from evalkit.compare.group_contrasts import select_people
from evalkit.errors import DesignError, StudyError, UsageError
from evalkit.lab import simulate
from evalkit.methods import load_methods, score_methods
from evalkit.present import say_fairness


def measure(evidence, **options):
    return measure_fairness(evidence, NO_SCORES, **options)


def contrast(found, quantity):
    rows = found.contrasts.query("quantity == @quantity")
    assert len(rows) == 1
    return rows.iloc[0]


def holds(row, value):
    return row["conf_low"] < value < row["conf_high"]


@pytest.mark.pitfall(19)
def test_unequal_means_at_equal_scores_for_equal_performance_are_not_called_unfair():
    evidence = make_people(1500, performance=-0.6)
    found = measure(evidence)
    assert contrast(found, "group_difference")["conf_high"] < -0.2
    assert holds(contrast(found, "conditional_difference"), 0)
    assert found.verdicts()["verdict"].tolist() == ["means_only"]
    said = say_fairness(found, measure_item_bias(evidence), measure_rater_bias(evidence)).sentences[0]
    assert "the groups perform unlike, and that is not unfair" in said


@pytest.mark.pitfall(19)
def test_equal_performance_scored_unequally_is_found():
    evidence = make_people(1500, treatment=-0.5)
    found = measure(evidence)
    planted = contrast(found, "conditional_difference")
    assert holds(planted, -0.5 / np.sqrt(2 + 0.25**2))  # in SD of scores of both groups together
    assert found.verdicts()["verdict"].tolist() == ["unequal"]
    said = say_fairness(found, measure_item_bias(evidence), measure_rater_bias(evidence)).sentences[0]
    assert said.startswith(
        "People who perform alike (true performance) are scored unlike in 1 of 1 comparison"
    )


@pytest.mark.pitfall(19)
def test_means_that_cancel_out_do_not_hide_unequal_treatment():
    found = measure(make_people(1500, performance=0.5, treatment=-0.5))
    assert holds(contrast(found, "group_difference"), 0)
    assert found.verdicts()["verdict"].tolist() == ["unequal"]


@pytest.mark.pitfall(19)
def test_without_anything_that_shows_performance_a_difference_of_means_stays_one():
    evidence = make_people(600, treatment=-0.8, truth=False)
    found = measure(evidence)
    assert set(found.contrasts["quantity"]) == {"group_difference"}
    assert found.verdicts()["verdict"].tolist() == ["unknown"]
    assert found.refused["reason"].tolist() == [NO_PERFORMANCE]
    said = say_fairness(found, measure_item_bias(evidence), measure_rater_bias(evidence)).sentences[0]
    assert "Whether that is unfair cannot be said" in said


def test_scores_that_are_depressed_foretell_too_little():
    found = measure(make_people(1500, treatment=-0.5))
    # women with one score perform better by half of what was taken from them, in SD of performance
    assert holds(contrast(found, "prediction_intercept"), 0.25)
    assert contrast(found, "prediction_intercept")["conf_low"] > 0
    assert holds(contrast(found, "prediction_slope"), 0)


def test_groups_that_perform_unlike_have_unlike_levels_at_one_score_with_errors_and_that_is_said():
    evidence = make_people(1500, performance=-0.6)
    found = measure(evidence)
    # half of the variance of scores is error, so half of the difference in performance is left at one score
    assert holds(contrast(found, "prediction_intercept"), -0.3)
    said = say_fairness(found, measure_item_bias(evidence), measure_rater_bias(evidence)).sentences
    assert "a score with errors does so by itself" in " ".join(said)


def test_the_order_of_rows_and_the_unit_of_scores_change_nothing():
    evidence = make_people(300, treatment=0.4)
    rows = evidence.observations
    other = replace(
        evidence, observations=rows.assign(value=7 * rows["value"] + 30).sample(frac=1, random_state=3)
    )
    one, two = measure(evidence).contrasts, measure(other).contrasts
    columns = ["estimate", "conf_low", "conf_high", "p_adjusted"]
    pd.testing.assert_frame_equal(one[columns], two[columns])


def test_the_reference_is_the_largest_group_and_swapping_it_turns_the_sign():
    evidence = make_people(301, treatment=0.4)
    sex = evidence.employees["sex"]
    swapped = replace(
        evidence, employees=evidence.employees.assign(sex=sex.map({"man": "woman", "woman": "man"}))
    )
    one, two = (contrast(measure(of), "group_difference") for of in (evidence, swapped))
    assert {one["group"], one["reference"]} == {"man", "woman"}
    assert one["group"] != two["group"]
    assert two["estimate"] == pytest.approx(one["estimate"])
    counts = sex.value_counts()
    assert one["reference"] == counts.idxmax()


def test_everybody_tied_at_the_cut_is_selected():
    people = pd.DataFrame({"place": "here", "score": [3.0] * 4 + [2.0] * 3 + [1.0] * 13})
    chosen = select_people(people)
    assert chosen["recognition"].sum() == 4
    assert chosen["training"].sum() == 13


def test_selection_is_within_places():
    people = pd.DataFrame({"place": ["a"] * 20 + ["b"] * 40, "score": np.arange(60.0)})
    chosen = select_people(people).groupby("place")[["recognition", "training"]].sum()
    assert chosen.to_numpy().tolist() == [[2, 3], [4, 6]]


# privacy


def test_no_cell_under_five_is_shown_nor_follows_from_a_known_total():
    evidence = make_people(120)
    grade = np.array(["II"] * 54 + ["III"] * 52 + ["IV"] * 14)
    found = measure(replace(evidence, employees=evidence.employees.assign(grade=grade)))
    rows = found.decisions[found.decisions["by"] == "grade"]
    for _, of in rows.groupby("decision"):
        hidden = of["rate"].isna()
        assert hidden[of["group"] == "IV"].all()
        assert hidden.sum() != 1
    selected = (found.decisions["rate"] * found.decisions["n"]).dropna()
    assert (selected.round() >= 5).all()


def test_a_second_group_is_hidden_with_the_only_small_one():
    counts = {"a": (10, 60), "b": (9, 50), "c": (2, 20), "d": (12, 80)}
    people = pd.DataFrame(
        [(g, i < k) for g, (k, n) in counts.items() for i in range(n)], columns=["group", "hired"]
    )
    options = {"decisions": ["hired"], "by": "group", "reference": "d"}
    open_total = measure_adverse_impact(people, **options).ratios.set_index("group")["caveat"]
    known_total = measure_adverse_impact(people, total_known=True, **options).ratios.set_index("group")
    assert open_total.to_dict() == {"a": "", "b": "", "c": SUPPRESSED, "d": ""}
    assert known_total["caveat"].to_dict() == {"a": "", "b": COMPLEMENT, "c": SUPPRESSED, "d": ""}
    assert known_total.loc["b", ["rate", "estimate", "conf_low"]].isna().all()


def test_of_two_groups_both_are_hidden():
    people = pd.DataFrame(
        {"group": ["a"] * 30 + ["b"] * 30, "hired": [True] * 3 + [False] * 27 + [True] * 8 + [False] * 22}
    )
    found = measure_adverse_impact(people, decisions=["hired"], by="group", reference="b", total_known=True)
    assert found.ratios["rate"].isna().all()


def test_groups_of_under_ten_are_compared_with_nobody():
    evidence = make_people(100)
    grade = np.where(np.arange(100) < 9, "IV", np.where(np.arange(100) % 2, "II", "III"))
    found = find_groupings(replace(evidence, employees=evidence.employees.assign(grade=grade)))
    assert {name: [*of.others, of.reference] for name, of in zip([g.by for g in found], found, strict=True)}[
        "grade"
    ]
    assert "IV" not in set(next(of for of in found if of.by == "grade").people["group"])


def test_age_is_in_bands_of_ten_years_in_the_last_year():
    evidence = make_people(60)
    born = np.where(np.arange(60) < 20, 2000, np.where(np.arange(60) < 40, 1996, 1995))
    found = find_groupings(replace(evidence, employees=evidence.employees.assign(birth_year=born)))
    age = next(of for of in found if of.by == "age")
    assert age.people["group"].value_counts().to_dict() == {"20–29": 40, "30–39": 20}
    assert age.reference == "20–29"


# criterion


def with_criterion(evidence, source, seed=4):
    rng = np.random.default_rng(seed)
    own = evidence.observations
    values = evidence.truth.set_index("employee")["task"].reindex(own["employee"]).to_numpy()
    more = own.assign(indicator="work_result", source=source, value=values + 0.1 * rng.normal(size=len(own)))
    empty = evidence.truth.iloc[:0]
    return replace(evidence, observations=pd.concat([own, more], ignore_index=True), truth=empty)


def test_a_criterion_from_another_source_stands_for_performance():
    found = measure(with_criterion(make_people(1000, performance=-0.6), "citizen"), criterion="work_result")
    rows = found.contrasts[found.contrasts["measure"] == INDICATOR].set_index("quantity")
    assert found.performance == "work_result"
    assert rows.loc["group_difference", "conf_high"] < 0
    assert holds(rows.loc["conditional_difference"], 0)
    assert "work_result" in found.refused["reason"].iloc[0]  # the criterion is none for itself


def test_a_criterion_from_the_raters_who_are_compared_is_refused():
    found = measure(with_criterion(make_people(300), "supervisor"), criterion="work_result")
    assert set(found.contrasts["quantity"]) == {"group_difference"}
    assert "they come from one source" in found.refused["reason"].iloc[0]


def test_a_criterion_that_nobody_has_is_refused():
    with pytest.raises(
        DesignError, match=r"No person has a recorded value of the criterion 'integrty'.*integrity"
    ):
        measure(make_people(60), criterion="integrty")


# refusals


def test_evidence_without_groups_is_refused_in_one_sentence():
    evidence = make_people(60)
    nobody = replace(evidence, employees=evidence.employees.assign(sex=pd.NA))
    found = measure(nobody)
    assert found.refused["reason"].tolist() == [NO_GROUPS]
    said = say_fairness(found, measure_item_bias(nobody), measure_rater_bias(nobody))
    assert len(said.sentences) == 1
    assert "among the 60 people" in said.sentences[0]
    assert not said.limits


def test_groups_of_a_study_that_cannot_be_read_are_refused_all_at_once():
    with pytest.raises(StudyError) as caught:
        find_groupings(make_people(20), {"one": {"table": "t"}, "two": {"tabel": "t", "by": ["x"]}})
    assert str(caught.value).splitlines()[1:] == [
        "  - fairness: one: by is missing",
        "  - fairness: two: unknown key 'tabel': did you mean 'table'?",
        "  - fairness: two: table is missing",
    ]


def declared(evidence, **more):
    people = evidence.employees["employee"]
    table = pd.DataFrame({"employee": people, "minority": [True, False] * (len(people) // 2), **more})
    return replace(evidence, extras={"origins": table})


def test_a_studys_own_table_makes_groups():
    evidence = declared(make_people(60))
    found = measure(evidence, declared={"x": {"table": "origins", "by": ["minority"]}})
    assert set(found.contrasts.query("by == 'minority'")["group"]) == {"yes"}
    with pytest.raises(UsageError, match="has no table 'origin'"):
        measure(evidence, declared={"x": {"table": "origin", "by": ["minority"]}})
    with pytest.raises(UsageError, match="has no column 'minorty'"):
        measure(evidence, declared={"x": {"table": "origins", "by": ["minorty"]}})
    with pytest.raises(DesignError, match="reference group 'maybe' of minority"):
        measure(
            evidence,
            declared={"x": {"table": "origins", "by": ["minority"], "reference": {"minority": "maybe"}}},
        )


def test_decisions_of_a_study_are_compared_within_strata_too():
    hired = np.arange(200) % 3 == 0
    evidence = declared(make_people(200), hired=hired, post=["a"] * 100 + ["b"] * 100)
    entry = {"table": "origins", "by": ["minority"], "decisions": ["hired"], "within": "post"}
    found = measure(evidence, declared={"x": entry}).decisions.query("decision == 'hired'")
    assert set(found["stratum"]) == {"", "a", "b"}
    assert set(found["measure"]) == {""}


# laboratory: groups have nothing to do with performance


@pytest.fixture(scope="module")
def laboratory():
    return simulate({"semarang": 500, "dumai": 100}, seed=11)


@pytest.fixture(scope="module")
def methods():
    return load_methods(["surakarta", "senapelan"])


def test_the_laboratory_treats_groups_alike(laboratory, methods):
    found = measure_fairness(laboratory, score_methods(laboratory, methods))
    assert found.of_methods
    assert found.performance == "true_performance"
    assert set(found.contrasts["by"]) == {"sex", "age", "grade"}
    assert found.told_apart(found.contrasts).empty
    assert found.told_apart(found.decisions).empty
    unadjusted = (found.contrasts["p_value"] < 0.05).mean()
    assert unadjusted < 0.2  # dependent tests, .05 each


def test_a_bias_of_supervisors_planted_in_the_laboratory_is_found(laboratory, methods):
    women = set(laboratory.employees.query("sex == 'woman'")["employee"])
    rows = laboratory.observations
    hit = (rows["source"] == "supervisor") & rows["employee"].isin(women)
    value = rows["value"].where(~hit, (rows["value"] - 1).clip(lower=1))
    biased = replace(laboratory, observations=rows.assign(value=value))
    found = measure_fairness(biased, score_methods(biased, methods))
    sex = found.verdicts().query("by == 'sex'").set_index("measure")["verdict"]
    assert sex.to_dict() == {"surakarta": "unequal", "senapelan": "unequal"}
    ratios = found.decisions.query("by == 'sex' and group != reference").set_index(["measure", "decision"])
    assert ratios.loc[("senapelan", "recognition"), "p_adjusted"] < 0.05
    assert set(found.verdicts().query("by == 'grade'")["verdict"]) == {"not_told_apart"}
