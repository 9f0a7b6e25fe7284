from evidence_maker import make_evidence

from evalkit.compare.carelessness import find_carelessness

INDICATORS = ("adaptability", "collaboration", "initiative")


def sheet(rater, *values, employee="e"):
    return [
        {
            "place": "a",
            "source": "peer",
            "employee": employee,
            "rater": rater,
            "indicator": indicator,
            "value": value,
        }
        for indicator, value in zip(INDICATORS, values, strict=False)
    ]


def test_counts_sheets_with_one_answer_for_everything():
    rows = sheet("r1", 4.0, 4.0, 4.0) + sheet("r2", 4.0, 3.0, 4.0) + sheet("r3", 5.0, 1.0, 2.0)
    (line,) = find_carelessness(make_evidence(rows)).to_frame().to_dict("records")
    assert (line["n"], line["estimate"]) == (3, 1 / 3)
    assert line["conf_low"] < 1 / 3 < line["conf_high"]


def test_sheets_with_fewer_than_three_answers_say_nothing():
    found = find_carelessness(make_evidence(sheet("r1", 4.0, 4.0) + sheet("r2", 3.0)))
    assert found.straight_lines.empty
    assert found.to_results().empty


def test_finds_columns_that_are_copies_and_not_those_that_differ_once():
    rows = [*sheet("r1", 4.0, 4.0, 1.0), *sheet("r2", 2.0, 2.0, 2.0), *sheet("r3", 3.0, 3.0, 3.0)]
    copies = find_carelessness(make_evidence(rows)).copies
    assert copies[["indicator_a", "indicator_b", "n"]].to_numpy().tolist() == [
        ["adaptability", "collaboration", 3]
    ]


def test_equal_numbers_on_different_scales_are_no_straight_line():
    rows = [*sheet("r1", 4.0, 4.0), {**sheet("r1", 4.0)[0], "indicator": "public_satisfaction", "item": "U1"}]
    assert find_carelessness(make_evidence(rows)).straight_lines.empty


def test_a_refused_answer_is_no_answer():
    rows = sheet("r1", 4.0, 4.0, float("nan"))
    rows[2]["status"] = "refused"
    assert find_carelessness(make_evidence(rows)).straight_lines.empty
