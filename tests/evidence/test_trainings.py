"""The catalogue of trainings: every fault with its row and column."""

from pathlib import Path

import pytest

from evalkit.errors import EvidenceError
from evalkit.evidence import load_trainings, standard_indicators

SHIPPED = Path(__file__).parents[2] / "data" / "templates" / "trainings.csv"
HEADER = "training,name_id,name_en,topic,indicators,provider,hours,effect,effect_low,effect_high\n"


def load(tmp_path, *rows, header=HEADER):
    path = tmp_path / "trainings.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return load_trainings(path, standard_indicators())


def faults_of(tmp_path, *rows, header=HEADER):
    with pytest.raises(EvidenceError) as caught:
        load(tmp_path, *rows, header=header)
    return [(fault.row, fault.column, fault.rule, fault.value) for fault in caught.value.faults]


def test_the_shipped_catalogue_has_every_topic_and_two_names_of_each_training():
    found = load_trainings(SHIPPED, standard_indicators())
    assert set(found["topic"]) == {"it", "communication", "service", "discipline"}
    assert (found["name_id"] != found["name_en"]).all()
    assert (found["effect_low"] <= found["effect"]).all()


def test_indicators_stand_with_spaces_between_them(tmp_path):
    found = load(tmp_path, "a,A,B,it,innovation  adaptability,,8,.2,,")
    assert found.loc[0, "indicators"] == ("innovation", "adaptability")


def test_a_range_that_is_not_given_is_the_effect_itself(tmp_path):
    found = load(tmp_path, "a,A,B,it,innovation,,8,.2,,.4")
    assert found.loc[0, ["effect_low", "effect_high"]].tolist() == [0.2, 0.4]


def test_the_provider_and_the_range_may_be_left_out(tmp_path):
    found = load(
        tmp_path,
        "a,A,B,it,innovation,8,.2",
        header="training,name_id,name_en,topic,indicators,hours,effect\n",
    )
    assert found.loc[0, "provider"] == ""
    assert found.loc[0, "effect_high"] == 0.2


def test_every_fault_is_reported_with_its_row_and_column(tmp_path):
    found = faults_of(
        tmp_path,
        "a,A,B,it,innovation,,8,.2,.3,",
        "b,A,B,cooking,inovation,,0,1.2,,",
        "b,A,,service,praise,,8,.2,,.1",
    )
    places = [(row, column) for row, column, _, _ in found]
    assert places == [
        *[(2, "effect_low"), (3, ""), (3, "effect"), (3, "hours"), (3, "indicators"), (3, "topic")],
        *[(4, ""), (4, "effect_high"), (4, "name_en")],
    ]
    rules = {(row, column): (rule, value) for row, column, rule, value in found}
    assert rules[3, "indicators"] == (
        "must name indicators, with spaces between them; did you mean 'innovation'?",
        "inovation",
    )
    assert rules[2, "effect_low"] == ("must be at most the effect", "0.3")
    assert rules[3, "topic"][0] == "must be one of it, communication, service, discipline"


def test_a_catalogue_without_rows_or_columns_is_refused(tmp_path):
    assert faults_of(tmp_path) == [(0, "", "the catalogue needs at least one training", "")]
    missing = faults_of(tmp_path, "a,A", header="training,name_id\n")
    assert (1, "hours", "the table needs the column hours", "") in missing


def test_the_message_says_where_the_columns_are_explained(tmp_path):
    with pytest.raises(
        EvidenceError, match=r"Correct the file; what each column must hold stands beside its fault\."
    ):
        load(tmp_path)
