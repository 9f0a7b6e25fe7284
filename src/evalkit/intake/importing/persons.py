"""Who a cell names, and the columns in which people are named; shown by no message and no traceback."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from evalkit.intake.files import Unusable, Value, is_empty
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.numbers import MISSING
from evalkit.intake.layouts.words import plain
from evalkit.rules import parse_nip

_NIP: Final = re.compile(r"(?<!\d)\d{8}[ .\-]?\d{6}[ .\-]?\d[ .\-]?\d{3}(?!\d)", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s.\-'\"‘’“”`]+")
_DAMAGED: Final = re.compile(r"\d(?:[.,]\d+)?\s*e\s*\+?\s*1[678]", re.IGNORECASE | re.ASCII)
_QUOTES: Final = "'\"‘’“”`"
_N_DIGITS: Final = range(15, 22)
#: From here on a number that was typed as a number has lost its last digits.
_INEXACT: Final = 1e15
_RATERS: Final = ("penilai", "atasan")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a cell names; the text itself is not shown by a traceback.

    Attributes
    ----------
    identity
        What the pseudonym is made from; empty where nobody is named.
    fault
        Why nobody can be told; empty where somebody can.
    birth_year, joined_year, sex
        What a valid NIP tells.
    kind
        What names them: nip, unread_nip (18 digits that are no valid NIP), text, or linked (a text that
        stands beside a NIP elsewhere).
    """

    identity: str = field(default="", repr=False)
    fault: str = ""
    birth_year: str = ""
    joined_year: str = ""
    sex: str = ""
    kind: str = ""

    def linked(self) -> Person:
        """Return the same person, known by a name that stands beside a NIP elsewhere."""
        return replace(self, kind="linked")

    def without_identity(self) -> Person:
        """Return what is told of the person, without who it is."""
        return replace(self, identity="")


def read_person(value: Value, *, is_number: bool = False) -> Person:
    """Read who a cell names.

    Parameters
    ----------
    is_number
        Whether the heading promises a NIP.
    """
    if isinstance(value, Unusable) or is_empty(value):
        return Person(fault="nobody")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return Person(fault="no_person")
    text = value if isinstance(value, str) else f"{value:.17g}"
    text = text.strip().strip(_QUOTES).strip()
    if plain(text) in MISSING or text.lower() in MISSING:
        return Person(fault="nobody")
    inexact = isinstance(value, int | float) and abs(value) >= _INEXACT
    if inexact or _DAMAGED.fullmatch(text):
        return Person(fault="damaged_nip")
    return _from_text(text, is_number=is_number)


def _from_text(text: str, *, is_number: bool) -> Person:
    """Read a NIP, alone or in a text, else a name or a code."""
    digits = _BETWEEN.sub("", text)
    if digits.isascii() and digits.isdecimal() and len(digits) in _N_DIGITS:
        return _from_nip(digits)
    inside = _NIP.findall(text)
    if inside:
        return _from_nip(_BETWEEN.sub("", inside[0])) if len(inside) == 1 else Person(fault="two_people")
    if is_number:
        return Person(fault="no_nip")
    name = " ".join(text.casefold().split())
    return Person(identity=f"text {name}", kind="text") if name else Person(fault="nobody")


def _from_nip(digits: str) -> Person:
    """Read a number of a person; one with the right length that tells no date is a person all the same."""
    try:
        nip = parse_nip(digits)
    except ValueError:
        if len(digits) == 18:
            return Person(identity=f"nip {digits}", kind="unread_nip")
        return Person(fault="no_nip")
    return Person(
        identity=f"nip {digits}",
        kind="nip",
        birth_year=str(nip.birth_date.year),
        joined_year=str(nip.joined_year),
        sex=nip.sex,
    )


def find_columns(reading: Reading, role: str) -> dict[int, bool]:
    """Return the columns that name people, and whether each promises a NIP.

    Parameters
    ----------
    role
        ratee or rater.
    """
    header = reading.header
    fields = ("rater",) if role == "rater" else ("person", "ratee", "employee", "nip")
    found = {
        header.columns[name]: any(map(_is_number, header.headings.get(name, ())))
        for name in fields
        if name in header.columns
    }
    others = set(header.columns.values()) - set(found)
    rows = range(header.top, header.first)
    for column in (at for at in range(reading.sheet.n_columns) if at not in others):
        texts = [value for row in rows if isinstance(value := reading.sheet.value(row, column), str)]
        if any(_is_number(text) and _is_rater(text) == (role == "rater") for text in texts):
            found[column] = True
        elif any(header.layout.match(text) in fields for text in texts if text):
            found.setdefault(column, False)
    return found


def _is_number(text: str) -> bool:
    return plain(text).startswith("nip")


def _is_rater(text: str) -> bool:
    return any(word in plain(text) for word in _RATERS)
