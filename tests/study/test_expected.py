"""Expected numbers: written, read again, and compared one by one."""

from __future__ import annotations

import math

import pytest
import yaml

from evalkit.errors import StudyError
from evalkit.study.differences import compare_numbers, describe_differences
from evalkit.study.expected import find_changes, name_number, read_numbers, round_number, write_expected
from evalkit.study.tolerances import FILE, Tolerance, load_tolerances

KEY = ("05_agreement", "kappa", "dumai", "", "", "dumai", "semarang", "", "")
OTHER = ("05_agreement", "kappa", "semarang", "", "", "dumai", "semarang", "", "")
NUMBERS = {KEY: ("0.5", "0.4", "0.6", "150"), OTHER: ("", "", "", "")}


def described(expected, found):
    return [one.describe() for one in compare_numbers(expected, found)]


def test_the_same_numbers_differ_in_nothing():
    assert compare_numbers(NUMBERS, dict(NUMBERS)) == ()


def test_a_number_within_its_tolerance_is_the_same_and_one_beyond_it_is_not():
    near = NUMBERS | {KEY: ("0.5000004", "0.4", "0.6", "150")}
    far = NUMBERS | {KEY: ("0.5000006", "0.4", "0.6", "150")}
    assert compare_numbers(NUMBERS, near) == ()
    assert described(NUMBERS, far) == [
        "05_agreement kappa (place=dumai, method_a=dumai, method_b=semarang), estimate: expected 0.5, "
        "found 0.5000006 (apart by 6e-07, allowed 5e-07)"
    ]


@pytest.mark.parametrize("column", range(4))
def test_every_value_of_a_number_is_compared(column):
    values = list(NUMBERS[KEY])
    values[column] = "151"
    (difference,) = compare_numbers(NUMBERS, NUMBERS | {KEY: tuple(values)})
    assert (difference.kind, difference.expected, difference.found) == (
        "differs",
        NUMBERS[KEY][column],
        "151",
    )


def test_one_person_more_among_many_is_a_difference():
    numbers = {KEY: ("0.5", "", "", "99999")}
    assert len(compare_numbers(numbers, {KEY: ("0.5", "", "", "100000")})) == 1


def test_a_number_that_is_missing_and_one_that_was_not_expected_are_named():
    new = ("06_differences", "mean", "", "", "", "", "", "", "a")
    assert described({KEY: NUMBERS[KEY]}, {new: ("1", "", "", "")}) == [
        "05_agreement kappa (place=dumai, method_a=dumai, method_b=semarang): expected 0.5, not found",
        "06_differences mean (item=a): not expected, found 1",
    ]


def test_a_number_that_could_not_be_estimated_and_now_can_is_a_difference():
    found = {OTHER: ("0.3", "", "", "")}
    assert described({OTHER: NUMBERS[OTHER]}, found) == [
        f"{name_number(OTHER)}, estimate: expected none, found 0.3"
    ]


def test_an_infinite_number_is_the_same_as_itself_alone():
    assert compare_numbers({KEY: ("inf", "", "", "")}, {KEY: ("inf", "", "", "")}) == ()
    assert len(compare_numbers({KEY: ("inf", "", "", "")}, {KEY: ("-inf", "", "", "")})) == 1
    assert len(compare_numbers({KEY: ("1e300", "", "", "")}, {KEY: ("inf", "", "", "")})) == 1


def test_of_many_differences_the_first_of_each_kind_is_shown():
    expected = {(f"0{r}_x", "mean", *[""] * 6, str(i)): ("1", "", "", "") for r in (1, 2) for i in range(30)}
    found = dict.fromkeys(expected, ("2", "", "", ""))
    text = describe_differences(compare_numbers(expected, found), shown=4)
    assert "30 × 01_x mean: differs" in text
    assert text.count("01_x mean (item") == text.count("02_x mean (item") == 2
    assert text.endswith("… and 56 more; --all shows them")


def test_written_numbers_are_read_again_rounded_to_nine_digits(tmp_path):
    file = tmp_path / "expected" / "x.csv"
    numbers = {KEY: ("0.123456789123", "-1e-12", "1e+22", "73421"), OTHER: NUMBERS[OTHER]}
    write_expected(file, numbers, {"python": "3.11.7"})
    assert read_numbers(file) == numbers | {KEY: ("0.123456789", "-1e-12", "1e+22", "73421")}
    assert sorted(path.name for path in file.parent.iterdir()) == ["x.csv", "x.json"]
    assert compare_numbers(read_numbers(file), numbers) == ()


def test_rounding_stays_far_below_every_tolerance():
    tolerances = load_tolerances()
    smallest = min(one.relative for one in (tolerances.usual, *tolerances.by_quantity.values()))
    for value in (math.pi, 1 / 3, 99999.99999, 123456.789012345):
        assert abs(float(round_number(repr(value))) - value) <= smallest * value / 50


def test_every_tolerance_has_its_reason_and_names_a_quantity_once():
    usual, *others = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    names = [name for entry in others for name in entry["quantities"]]
    assert "quantities" not in usual
    assert len(names) == len(set(names)) == len(load_tolerances().by_quantity)
    assert all(len(entry["because"]) > 20 for entry in (usual, *others))


def test_a_quantity_with_a_tolerance_of_its_own_is_held_to_that():
    wide = Tolerance(absolute=0.01, relative=0, because="of a test")
    tolerances = type(load_tolerances())(usual=load_tolerances().usual, by_quantity={"kappa": wide})
    assert compare_numbers(NUMBERS, NUMBERS | {KEY: ("0.509", "0.4", "0.6", "150")}, tolerances) == ()
    assert compare_numbers(NUMBERS, NUMBERS | {KEY: ("0.511", "0.4", "0.6", "150")}, tolerances)


HEADER = "report,quantity,place,unit,period,method_a,method_b,group,item,estimate,conf_low,conf_high,n\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("report,quantity\n", "x.csv lacks the columns place, unit"),
        (HEADER + "r,q,,,,,,,,1,,,\nr,q,,,,,,,,2,,,\n", "x.csv, line 3: r q stands there twice"),
        (HEADER + "r,q,,,,,,,,1;5,,,\n", "x.csv, line 2: estimate of r q is no number: '1;5'"),
    ],
)
def test_a_broken_file_of_expected_numbers_is_refused_with_place_and_remedy(tmp_path, text, message):
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_numbers(file)
    assert str(caught.value).startswith(message)
    assert "evalkit verify x --update" in str(caught.value)


def test_what_changed_since_the_numbers_were_written_is_named():
    before = {"packages": {"numpy": "2.4.1"}, "lock_sha256": "a", "package_sha256": "a", "files": {"a": "1"}}
    now = {"packages": {"numpy": "2.4.2"}, "lock_sha256": "b", "package_sha256": "b", "files": {"a": "1"}}
    assert find_changes(before, now) == [
        "numpy 2.4.1 → 2.4.2",
        "requirements.lock",
        "evalkit's own code",
    ]
