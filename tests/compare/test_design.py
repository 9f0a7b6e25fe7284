"""What a design can answer, and what it refuses, with the whole reason."""

from pathlib import Path

import pytest
import yaml

from evalkit.compare import QUESTIONS, MethodDesign, answerable, method_design, read_weights, require
from evalkit.errors import DesignError, UsageError
from evalkit.evidence import load_evidence
from evalkit.methods import load_methods, score_methods

JUDGES = Path(__file__).parents[2] / "data" / "judges"
ALL = "balanced, conduct, courtroom, craft and management"
SEPARATE = {
    "intraclass_correlation": "An intraclass correlation between methods",
    "d_study": "A D-study over methods or raters",
    "limits_of_agreement": "An analysis of limits of agreement",
    "friedman": "Friedman's test",
    "tost": "A test of equivalence (TOST)",
}
CITIZENS = frozenset({("citizen", "c1"), ("citizen", "c2")})
PEERS = frozenset({("peer", "p1")})


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(JUDGES)


@pytest.fixture(scope="module")
def scores(evidence):
    return score_methods(evidence, load_methods(folder=JUDGES / "profiles", indicators=evidence.indicators))


@pytest.fixture(scope="module")
def profiles(scores, evidence):
    return method_design(scores, evidence, verdict="retention_worthiness")


def made(crossing="crossed", n_complete=10, **readings) -> MethodDesign:
    return MethodDesign(
        methods=tuple(readings), crossing=crossing, n_employees=10, n_complete=n_complete, readings=readings
    )


def test_profiles_of_the_judges_are_one_averaged_instrument(profiles):
    assert profiles.methods == ("balanced", "conduct", "courtroom", "craft", "management")
    assert (profiles.crossing, profiles.n_employees, profiles.n_complete) == ("crossed", 43, 43)
    assert profiles.one_instrument
    assert profiles.averaged_ratings
    assert profiles.to_frame()["sources"].unique().tolist() == ["citizen"]


@pytest.mark.parametrize(("question", "name"), SEPARATE.items())
def test_between_profiles_of_one_instrument_it_is_refused(question, name, profiles):
    with pytest.raises(DesignError) as refused:
        require(question, profiles)
    assert str(refused.value) == (
        f"{name} takes methods as separate measurements of the same people. {ALL} are weightings of one "
        "instrument: each reads the ratings of source citizen (lawyers) and nothing else, so they share "
        "their errors and agree whatever they measure. Compare rank agreement with random mappings of the "
        "same overlap instead."
    )


def test_a_verdict_of_the_same_raters_validates_nothing(profiles):
    with pytest.raises(DesignError) as refused:
        require("validity_against_overall_verdict", profiles)
    assert str(refused.value) == (
        "Validity against an overall verdict needs a criterion from another source. retention_worthiness was "
        f"given by source citizen (lawyers), whose ratings {ALL} also score: their correlation would "
        "show one opinion twice. Use a criterion that these raters did not give."
    )


def test_what_profiles_can_answer_is_listed_beside_what_they_cannot(profiles):
    table = answerable(profiles).set_index("question")
    assert list(table.index) == list(QUESTIONS)
    assert set(table.index[table["answerable"]]) == {
        "rank_agreement",
        "random_mappings",
        "rank_acceptability",
    }
    assert (table["reason"].eq("") == table["answerable"]).all()


def test_dumai_mapped_to_the_judges_joins_the_same_instrument(evidence):
    study = yaml.safe_load((JUDGES / "study.yaml").read_text("utf-8"))
    methods = load_methods() | load_methods(folder=JUDGES / "profiles", indicators=evidence.indicators)
    scores = score_methods(evidence, methods, mappings=study["mappings"])
    design = method_design(scores, evidence)
    weights = read_weights(scores, evidence).query("method == 'dumai'").set_index("indicator")["weight"]
    assert "dumai" in design.methods
    assert "semarang" not in design.methods
    assert design.one_instrument
    assert weights.sum() == pytest.approx(1)
    assert weights["judicial_integrity"] == pytest.approx(0.15 / 0.70)


def test_crossed_methods_with_their_own_sources_answer_all_but_what_needs_one_instrument():
    table = answerable(made(a=CITIZENS, b=PEERS)).set_index("question")["answerable"]
    assert set(table.index[~table]) == {"validity_against_overall_verdict", "random_mappings"}


def test_a_verdict_of_others_can_validate():
    design = MethodDesign(
        methods=("a",), crossing="one method", n_employees=10, n_complete=10, readings={"a": CITIZENS},
        verdict="overall_rating", verdict_readings=PEERS,
    )  # fmt: skip
    require("validity_against_overall_verdict", design)


def test_without_a_verdict_there_is_nothing_to_validate_against():
    with pytest.raises(DesignError) as refused:
        require("validity_against_overall_verdict", made(a=CITIZENS, b=PEERS))
    assert str(refused.value) == (
        "Validity against an overall verdict needs one, and the evidence has no overall verdict."
    )


def test_nested_methods_are_refused():
    with pytest.raises(DesignError) as refused:
        require("friedman", made(crossing="nested", n_complete=0, a=CITIZENS, b=PEERS))
    assert str(refused.value) == (
        "Friedman's test needs every method scored for every employee; here each of the 10 employees was "
        "scored by one method only, so method and place cannot be told apart."
    )


def test_incomplete_employees_are_counted():
    with pytest.raises(DesignError) as refused:
        require("limits_of_agreement", made(crossing="partly crossed", n_complete=7, a=CITIZENS, b=PEERS))
    assert str(refused.value) == (
        "An analysis of limits of agreement needs every method scored for every employee; 3 of 10 employees "
        "are incomplete. Drop them first, and say so."
    )


@pytest.mark.parametrize("question", ["mean_differences", "friedman", "tost"])
def test_means_are_compared_over_the_people_with_every_score_if_there_are_three(question):
    require(question, made(crossing="partly crossed", n_complete=3, a=CITIZENS, b=PEERS))
    with pytest.raises(DesignError, match="8 of 10 employees are incomplete"):
        require(question, made(crossing="partly crossed", n_complete=2, a=CITIZENS, b=PEERS))


def test_one_method_is_no_comparison():
    with pytest.raises(DesignError) as refused:
        require("friedman", made(crossing="one method", a=CITIZENS))
    assert str(refused.value) == (
        "Friedman's test compares methods, and only a scored anyone. Map the evidence to the components of a "
        "second method, or choose a study with crossed methods."
    )


def test_random_mappings_need_one_instrument():
    with pytest.raises(DesignError) as refused:
        require("random_mappings", made(a=CITIZENS, b=PEERS))
    assert str(refused.value) == (
        "Agreement against random mappings is the reference for weightings of one instrument; a and b do not "
        "read the same raters of one source. Use rank_agreement."
    )


def test_two_sources_read_by_all_are_not_one_instrument():
    both = CITIZENS | PEERS
    assert not made(a=both, b=both).one_instrument
    assert not made(a=CITIZENS).one_instrument
    assert not made(a=CITIZENS, b=CITIZENS).averaged_ratings


def test_an_unknown_question_names_the_nearest():
    with pytest.raises(UsageError, match="There is no question 'fridman': did you mean 'friedman'"):
        require("fridman", made(a=CITIZENS))
