"""People of a table, as pseudonyms; names and numbers go no further than this module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from evalkit.intake.files import Unusable, Value, is_empty
from evalkit.intake.layouts import Reading
from evalkit.intake.layouts.words import plain
from evalkit.intake.pseudonyms import PseudonymKey
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
        What names them: nip, unread_nip (18 digits that are no valid NIP) or text.
    """

    identity: str = field(default="", repr=False)
    fault: str = ""
    birth_year: str = ""
    joined_year: str = ""
    sex: str = ""
    kind: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of one column.

    Attributes
    ----------
    column
        Where they stand in the sheet.
    names
        Pseudonym by row of the table; empty where nobody is named.
    faults
        Why nobody can be told, by row.
    facts
        By pseudonym: birth year, sex and year of joining, where a NIP tells them.
    """

    column: int
    names: list[str]
    faults: dict[int, str]
    facts: dict[str, Person]


def find_people(reading: Reading, role: str, key: PseudonymKey) -> People | None:
    """Give the people of a table pseudonyms.

    Parameters
    ----------
    role
        ratee or rater. A column with their NIP is preferred to one with their names.

    Returns
    -------
    People or None
        None where the table has no column with them.
    """
    columns = list(_columns_of(reading, role))
    if not columns:
        return None
    is_number, column = max(columns, key=lambda each: each[0])
    cells = reading.sheet.column(column, reading.rows)
    known: dict[Value, tuple[Person, str]] = {}
    names: list[str] = []
    faults: dict[int, str] = {}
    facts: dict[str, Person] = {}
    for at, cell in enumerate(cells):
        if cell not in known:
            person = read_person(cell, is_number=is_number)
            known[cell] = person, key.name(person.identity) if person.identity else ""
        person, name = known[cell]
        names.append(name)
        if person.fault:
            faults[at] = person.fault
        elif name not in facts:
            facts[name] = Person(
                birth_year=person.birth_year, joined_year=person.joined_year, sex=person.sex, kind=person.kind
            )
    return People(column=column, names=names, faults=faults, facts=facts)


def _columns_of(reading: Reading, role: str) -> Iterator[tuple[bool, int]]:
    """Yield the columns with people of a role, and whether each promises a NIP."""
    fields = ("rater",) if role == "rater" else ("person", "ratee", "employee", "nip")
    for name in fields:
        if name in reading.header.columns:
            column = reading.header.columns[name]
            yield any(_is_number(text) for text in reading.header.headings.get(name, ())), column
    rows = range(reading.header.top, reading.header.first)
    for column in range(reading.sheet.n_columns):
        texts = [value for row in rows if isinstance(value := reading.sheet.value(row, column), str)]
        if any(_is_number(text) and _is_rater(text) == (role == "rater") for text in texts):
            yield True, column


def _is_number(text: str) -> bool:
    return plain(text).startswith("nip")


def _is_rater(text: str) -> bool:
    return any(word in plain(text) for word in _RATERS)


def list_names(reading: Reading) -> Iterator[str]:
    """Yield every text of the columns that name people, to be looked for where none may stand."""
    for name, kind in reading.header.layout.kinds.items():
        if kind == "person" and name != "item" and name in reading.header.columns:
            cells = reading.sheet.column(reading.header.columns[name], reading.rows)
            yield from {cell.strip() for cell in cells if isinstance(cell, str) and len(cell.strip()) > 3}
