import numpy as np
import pytest

from evalkit.present.numbers import format_interval, format_number, format_share


@pytest.mark.parametrize(
    ("value", "digits", "lang", "text"),
    [
        (0.125, 2, "en", "0.12"),
        (1234567, 0, "en", "1,234,567"),
        (1234567, 0, "id", "1.234.567"),
        (np.int64(2972), 2, "id", "2.972"),
        (-0.0049, 2, "en", "0.00"),
        (float("nan"), 2, "id", "–"),
    ],
)
def test_a_number_is_written_in_the_locale_of_its_language(value, digits, lang, text):
    assert format_number(value, digits=digits, lang=lang) == text


def test_a_share_that_is_missing_has_no_percent_sign():
    assert format_share(float("nan")) == "–"


def test_an_interval_with_one_open_end_shows_the_open_end_as_a_dash():
    assert format_interval(0.5, float("nan")) == "0.50 to –"
