"""The check of numbers in sentences finds a wrong one, in both languages."""

import pandas as pd
import pytest

from .numbers_said import assert_said_of, numbers_in

FRAME = pd.DataFrame({"estimate": [0.1549], "n": [73421], "place": ["4"]})
SENTENCES = {"en": "15 % of it (n = 73,421), or 0.155.", "id": "15 % darinya (n = 73.421), atau 0,155."}


@pytest.mark.parametrize("lang", ["en", "id"])
def test_numbers_are_read_as_the_language_writes_them(lang):
    said = numbers_in(SENTENCES[lang], lang)
    assert [(each.value, each.digits, each.percent) for each in said] == [
        (15, 0, True),
        (73421, 0, False),
        (0.155, 3, False),
    ]


def test_a_regulation_is_no_number():
    assert numbers_in("under PP 30/2019, CR1, PermenPANRB 6/2022 (Koo and Li 2016)", "en") == []


@pytest.mark.parametrize("lang", ["en", "id"])
def test_numbers_of_the_result_pass(lang):
    assert_said_of(SENTENCES[lang], lang, FRAME)


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        ("16 % of it", "en"),
        ("n = 73,422", "en"),
        ("4 of them", "en"),  # a text in the frame is no number
        ("0,154 darinya", "id"),
        ("0.155 darinya", "id"),  # as English writes it
        ("0,15 of it", "en"),
        ("a significant 15 %", "en"),
        ("berbeda signifikan", "id"),
        ("{share} of it", "en"),
        ("nan of it", "en"),
    ],
)
def test_what_is_wrong_is_found(sentence, lang):
    with pytest.raises(AssertionError):
        assert_said_of(sentence, lang, FRAME)


def test_a_declared_number_passes():
    assert_said_of("4 of 2", "en", FRAME, declared=(4, 2))
