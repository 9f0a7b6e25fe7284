"""Raters of the same kind side by side: Rekan 1, Rekan 2, Bawahan I … each is a rater of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from evalkit.intake.layouts.words import read_source

#: Of these there may be several; a person has one self.
MANY: Final = ("supervisor", "peer", "subordinate")
#: So many of a kind are told apart.
MOST_RATERS: Final = 20
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NUMBERED: Final = re.compile(r"(.*?[^\W\d_])(?:[\s.\-]+ke)?[\s.\-]*(\d{1,2})\s*", re.DOTALL)
_IN_ROMAN: Final = re.compile(r"(.*[^\W\d_])\s+([IVX]{1,4})\s*", re.DOTALL)


def number_field(source: str, number: int) -> str:
    """Return the field of one of several raters of a kind.

    Examples
    --------
    >>> number_field("peer", 2), number_field("peer", 0)
    ('peer_2', 'peer')
    """
    return f"{source}_{number}" if number else source


def split_rater(field: str) -> tuple[str, int]:
    """Return the kind of rater of a field, and which of several; 0 where there is one.

    Examples
    --------
    >>> split_rater("peer_2"), split_rater("self"), split_rater("agency_report")
    (('peer', 2), ('self', 0), ('agency_report', 0))
    """
    source, _, number = field.rpartition("_")
    return (source, int(number)) if source in MANY and number.isdecimal() else (field, 0)


def split_number(heading: str) -> tuple[str, int]:
    """Return a heading without the number at its end, and that number; 0 for none.

    Examples
    --------
    >>> split_number("Rekan Kerja 2"), split_number("Bawahan ke-3"), split_number("Rekan II")
    (('Rekan Kerja', 2), ('Bawahan', 3), ('Rekan', 2))
    >>> split_number("Rekan Kerja"), split_number("Rekan 21"), split_number("Rekan 0")
    (('Rekan Kerja', 0), ('Rekan 21', 0), ('Rekan 0', 0))
    """
    if found := _NUMBERED.fullmatch(heading):
        number = int(found[2])
    elif (found := _IN_ROMAN.fullmatch(heading)) and found[2].lower() in _ROMAN:
        number = _ROMAN.index(found[2].lower()) + 1
    else:
        return heading, 0
    return (found[1].strip(), number) if 0 < number <= MOST_RATERS else (heading, 0)


def read_rater(heading: str) -> str | None:
    """Return the field of the rater whom a text names, with the number of one among several.

    Examples
    --------
    >>> read_rater("Rekan kerja 2"), read_rater("Atasan"), read_rater("Diri 2"), read_rater("Ketua")
    ('peer_2', 'supervisor', None, None)
    """
    name, number = split_number(heading)
    source = read_source(name)
    return None if source is None or (number and source not in MANY) else number_field(source, number)


def rater_fields(fields: Iterable[str]) -> list[str]:
    """Return the fields with ratings by a kind of rater, in their order."""
    return [each for each in fields if split_rater(each)[0] in (*MANY, "self")]


def numbered_fields() -> tuple[str, ...]:
    """Return the fields of raters who are one of several."""
    return tuple(number_field(source, n) for source in MANY for n in range(1, MOST_RATERS + 1))
