"""NIP: the civil servant's number, read for what an analysis needs and then forgotten.

A NIP has 18 digits: birth date YYYYMMDD, appointment YYYYMM, sex (1 man, 2 woman), serial NNN. Contract staff
(PPPK) have a two-digit code such as 21 where the month of appointment stands.
Source: Peraturan Kepala BKN 22/2007 on the number of civil servants.

The number alone tells age, tenure and sex, so it is never stored, shown or quoted: no error and no ``repr``
of this module holds it (UU 27/2022 on personal data).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

MASK = "•••"
_DIGITS = re.compile(r"\d{18}", re.ASCII)
_LOOKS_LIKE_NIP = re.compile(r"(?<!\d)\d{8}[ .\-]?\d{6}[ .\-]?\d[ .\-]?\d{3}(?!\d)", re.ASCII)
_EARLIEST_BIRTH = 1900
_YOUNGEST, _OLDEST = 15, 70
_SEXES: dict[str, Literal["man", "woman"]] = {"1": "man", "2": "woman"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nip:
    """What a NIP says of a person; the number itself is not kept.

    Attributes
    ----------
    birth_date
        Date of birth.
    sex
        "man" or "woman".
    joined_year
        Year of appointment.
    joined_month
        Month of appointment, 1 to 12; None for contract staff, whose number holds a code in its place.
    contract
        Whether the number is one of contract staff (PPPK).
    """

    birth_date: date
    sex: Literal["man", "woman"]
    joined_year: int
    joined_month: int | None
    contract: bool


def parse_nip(text: str) -> Nip:
    """Read birth date, sex and time of joining from a NIP; spaces between its parts are allowed.

    Raises
    ------
    ValueError
        If it is no NIP. The message names the part that is wrong and never quotes the number.

    Examples
    --------
    >>> parse_nip("19850101 201003 2 001").sex
    'woman'
    >>> parse_nip("19900101" + "2022211001").joined_month is None
    True
    """
    digits = text.replace(" ", "")
    if not _DIGITS.fullmatch(digits):
        raise ValueError(
            f"a NIP has 18 digits; this text has {len(digits)} characters that are not all digits"
            if not digits.isdecimal()
            else f"a NIP has 18 digits; this one has {len(digits)}"
        )
    birth_date = _birth_date(digits[:8])
    joined_year, code = int(digits[8:12]), int(digits[12:14])
    if not _YOUNGEST <= joined_year - birth_date.year <= _OLDEST:
        raise ValueError(
            f"digits 9 to 12 of a NIP are the year of appointment, {_YOUNGEST} to {_OLDEST} years after birth"
        )
    if code == 0 or 12 < code < 21:
        raise ValueError(
            "digits 13 and 14 of a NIP are a month, 01 to 12, or the code of contract staff, 21 or more"
        )
    if digits[14] not in _SEXES:
        raise ValueError("digit 15 of a NIP is the sex: 1 for a man, 2 for a woman")
    contract = code > 12
    return Nip(
        birth_date=birth_date,
        sex=_SEXES[digits[14]],
        joined_year=joined_year,
        joined_month=None if contract else code,
        contract=contract,
    )


def is_nip(text: str) -> bool:
    """Tell whether a text is a valid NIP.

    Examples
    --------
    >>> is_nip("19850101" + "2010031001"), is_nip("19851301" + "2010031001")
    (True, False)
    """
    try:
        parse_nip(text)
    except ValueError:
        return False
    return True


def mask_nip(text: str) -> str:
    """Replace whatever looks like a NIP, 18 digits with or without separators between its parts, by ``•••``.

    Examples
    --------
    >>> mask_nip("rater 19850101 201003 1 001, value 5")
    'rater •••, value 5'
    """
    return _LOOKS_LIKE_NIP.sub(MASK, text)


def holds_nip(text: str) -> bool:
    """Tell whether a text holds a number that looks like a NIP, valid or not.

    Examples
    --------
    >>> holds_nip("p-0017"), holds_nip("000000000000000000")
    (False, True)
    """
    return _LOOKS_LIKE_NIP.search(text) is not None


def _birth_date(digits: str) -> date:
    try:
        birth_date = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth_date = None
    if birth_date is None or birth_date.year < _EARLIEST_BIRTH:
        # Raised outside the handler: the first error would quote a part of the number.
        raise ValueError("digits 1 to 8 of a NIP are the date of birth, YYYYMMDD, and these are no date")
    return birth_date
