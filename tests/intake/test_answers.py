"""Answers in words: each has one number, or is refused by its name."""

from __future__ import annotations

import csv

import pytest

from evalkit.evidence import standard_indicators
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.importing import Given, ImportRefusedError, make_batch
from evalkit.intake.layouts import AmbiguityError, read_tables
from evalkit.intake.layouts.answers import TABLE, answer_sets, split_answer
from evalkit.intake.pseudonyms import PseudonymKey
from evalkit.rules import ELEMENTS

from .sheets import ANSWERS

HEAD = ["No", *ELEMENTS]


def read(rows, **told):
    (reading,) = read_tables(
        Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows),)), **told
    )
    return reading


def survey(*answers):
    return [HEAD, *([number, *row] for number, row in enumerate(answers, start=1))]


def test_every_word_of_the_regulation_is_worth_its_place():
    reading = read(survey(*([words[at] for words in ANSWERS] for at in range(4))))
    for element in ELEMENTS:
        assert reading.table[element].tolist() == [1, 2, 3, 4]
    assert not reading.faults
    assert {(step.field, step.n) for step in reading.steps if step.code == "words_read"} == {
        (element, 4) for element in ELEMENTS
    }


def test_each_set_of_the_table_is_whole_and_has_a_source():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] for row in rows)
    for each in answer_sets():
        assert sorted(each.values.values()) == list(range(1, each.steps + 1))
        assert each.element in ("", *ELEMENTS)


@pytest.mark.parametrize(
    ("text", "word", "number"),
    [
        ("d. Sangat mudah", "sangatmudah", 0),
        ("4. Sangat mudah", "sangatmudah", 4),
        ("SANGAT  MUDAH (4)", "sangatmudah", 4),
        ("Sopan & ramah", "sopandanramah", 0),
        ("Ada tapi tidak berfungsi", "adatetapitidakberfungsi", 0),
        ("a lot", "alot", 0),
    ],
)
def test_a_word_is_found_with_what_stands_around_it(text, word, number):
    assert split_answer(text) == (word, number)


def test_numbers_and_words_stand_beside_each_other_and_other_numbers_beside_a_word_are_a_fault():
    rows = survey([3, *["Baik"] * 8], ["4 - Baik", *["Sangat baik"] * 8])
    reading = read(rows)
    assert reading.table["U1"].iloc[0] == 3
    assert [(fault.cell, fault.why) for fault in reading.faults] == [("B3", "word")]


def test_an_unknown_word_is_a_fault_of_its_cell_unless_a_mapping_says_what_it_is_worth():
    rows = survey(["Mantap", *["Baik"] * 8], ["Baik"] * 9)
    assert [(fault.cell, fault.why) for fault in read(rows).faults] == [("B2", "word")]
    told = read(rows, words={"mantap": 4})
    assert (told.table["U1"].tolist(), told.faults) == ([4, 3], ())


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (["Tidak setuju", *["Setuju"] * 8], r"cell B2: the answer 'Tidak setuju' may be 1 / 2"),
        ([*["Baik"] * 8, "Sangat kurang"], r"cell J2: .* does not offer 4 of them"),
        ([*["Baik"] * 7, "Baik", "Dikelola dengan baik"], r"column is that of U9, .* are those to U8\."),
    ],
)
def test_words_that_may_mean_two_things_are_refused_by_name(answers, message):
    with pytest.raises(AmbiguityError, match=message):
        read(survey(answers, [3] * 9))


def test_words_of_two_questionnaires_in_one_column_are_refused():
    with pytest.raises(AmbiguityError, match=r"'Mudah', 'Sangat sesuai' are of no one questionnaire"):
        read(survey(["Mudah", *["Baik"] * 8], ["Sangat sesuai", *["Baik"] * 8]))


def test_nothing_is_an_answer_about_complaints_only_among_answers_in_words():
    none = [*["Baik"] * 7, "Tidak ada", "Baik"]
    assert read(survey(none, none)).table["U8"].tolist() == [1, 1]
    assert read(survey([*[3] * 7, "Tidak ada", 3], [3] * 9)).table["U8"].isna().tolist() == [True, False]
    assert read(survey([*["Baik"] * 8, "Tidak ada"], none)).table["U9"].isna().tolist() == [True, False]


def test_how_many_answers_there_were_is_asked_where_the_words_do_not_tell():
    rows = [["Pegawai", "Disiplin", "Integritas"], ["a", "Sering", "Selalu"], ["b", "Selalu", "Selalu"]]
    with pytest.raises(
        AmbiguityError, match=r"four or of five to choose from\. Say in a mapping file scale: \[1, 4\]"
    ):
        read(rows)
    assert read(rows, steps=4).table["discipline"].tolist() == [3, 4]
    assert read(rows, steps=5).table["discipline"].tolist() == [4, 5]
    rows.append(["c", "Kadang-kadang", "Jarang"])  # both stand only among five
    rows.append(["d", "Jarang", "Tidak pernah"])
    assert read(rows).table["discipline"].tolist() == [4, 5, 3, 2]


def test_four_answers_are_not_put_on_a_scale_of_five_unless_it_is_said():
    rows = [["Pegawai", "Atasan", "Rekan"], ["a", "Kurang baik", "Baik"], ["b", "Sangat baik", "Tidak baik"]]

    def take(**told):
        about = Given(place="dumai", unit="Dinas", indicator="overall_rating", period="2025Q1", **told)
        key = PseudonymKey(b"k" * 32)
        return make_batch(read(rows, steps=about.steps), about, key, standard_indicators())

    with pytest.raises(AmbiguityError, match="may be of four or of five"):
        take()
    with pytest.raises(ImportRefusedError, match=r"4 to choose from, and overall_rating is rated 1 to 5"):
        make_batch(
            read(rows, steps=4),
            Given(place="dumai", unit="Dinas", indicator="overall_rating"),
            PseudonymKey(b"k" * 32),
            standard_indicators(),
        )
    values = take(scale=(1.0, 4.0)).tables["evidence"].query("source == 'supervisor'")["value"].astype(float)
    assert values.tolist() == pytest.approx([1 + 4 / 3, 5])
