from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.rules import MASK, holds_nip, is_nip, mask_nip, parse_nip

# Invented numbers: no serial 999 of these dates is known to belong to anybody.
MAN, WOMAN, CONTRACT = "19850317" + "2010011999", "19901231" + "2014032999", "19950805" + "2023212999"


def test_a_nip_says_birth_date_sex_and_joining_month():
    nip = parse_nip(MAN)
    assert (nip.birth_date, nip.sex) == (date(1985, 3, 17), "man")
    assert (nip.joined_year, nip.joined_month, nip.contract) == (2010, 1, False)
    assert parse_nip(WOMAN).sex == "woman"


def test_contract_staff_have_a_joining_year_and_no_month():
    nip = parse_nip(CONTRACT)
    assert (nip.joined_year, nip.joined_month, nip.contract) == (2023, None, True)


def test_the_parts_may_stand_apart():
    assert parse_nip("19850317 201001 1 999") == parse_nip(MAN)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("19850317201001199", "has 18 digits; this one has 17"),
        ("1985031720100119999", "has 18 digits; this one has 19"),
        ("", "not all digits"),
        ("19850317201001199x", "not all digits"),
        ("19850230" + "2010011999", "digits 1 to 8 .* are no date"),
        ("19851301" + "2010011999", "digits 1 to 8 .* are no date"),
        ("000000000000000000", "digits 1 to 8 .* are no date"),
        ("189903172010011999", "digits 1 to 8 .* are no date"),
        ("19850317" + "1990011999", "year of appointment"),
        ("198503172199011999", "year of appointment"),
        ("19850317" + "2010001999", "digits 13 and 14"),
        ("19850317" + "2010131999", "digits 13 and 14"),
        ("198503172010013999", "digit 15"),
        ("198503172010010999", "digit 15"),
    ],
)
def test_what_is_no_nip_is_refused_by_its_part(text, part):
    assert not is_nip(text)
    with pytest.raises(ValueError, match=part):
        parse_nip(text)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_one(month):
    assert parse_nip(f"198503172010{month:02}1999").joined_month == month


@given(st.text("0123456789", min_size=18, max_size=18))
def test_no_message_traceback_or_repr_holds_the_number(digits):
    try:
        shown = repr(parse_nip(digits))
    except ValueError as error:
        shown = f"{error} {error.__context__} {error.__cause__}"
    assert digits not in shown
    assert digits[8:] not in shown


@given(st.dates(date(1950, 1, 1), date(2000, 12, 31)), st.integers(20, 40), st.sampled_from("12"))
def test_a_number_that_was_put_together_is_taken_apart_again(born, years, sex):
    nip = parse_nip(f"{born:%Y%m%d}{born.year + years}07{sex}001")
    assert (nip.birth_date, nip.joined_year, nip.joined_month) == (born, born.year + years, 7)
    assert nip.sex == {"1": "man", "2": "woman"}[sex]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (MAN, MASK),
        ("198503172010019999 Budi", f"{MASK} Budi"),
        ("19850317 201001 1 999", MASK),
        ("19850317.201001.1.999", MASK),
        ("id=" + MAN + ";", f"id={MASK};"),
        ("1985031720100119991", "1985031720100119991"),
        ("p-00017", "p-00017"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("2025-03-31", "2025-03-31"),
        ("", ""),
    ],
)
def test_what_looks_like_a_nip_is_masked_and_nothing_else(text, masked):
    assert mask_nip(text) == masked
    assert holds_nip(text) == (masked != text)
