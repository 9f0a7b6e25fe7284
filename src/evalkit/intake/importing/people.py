"""People of a table, as pseudonyms; names and numbers go no further than this module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalkit.intake.files import Value
from evalkit.intake.importing.links import ROLES, Links
from evalkit.intake.importing.persons import Person, find_columns, read_person
from evalkit.intake.layouts import Reading
from evalkit.intake.pseudonyms import PseudonymKey

#: People without identities, with their pseudonyms: by the cells that name them, and which promise numbers.
Known = dict[tuple[bool, ...], dict[Sequence[Value], tuple[Person, str]]]
#: Shorter texts are in any word.
_SHORTEST = 4


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


def find_people(
    reading: Reading, role: str, key: PseudonymKey, links: Links, known: Known | None = None
) -> People | None:
    """Give the people of a table pseudonyms.

    Parameters
    ----------
    role
        ratee or rater. Their NIP is preferred to their names; a name is looked at where no NIP stands.
    links
        Names that stand beside a NIP somewhere.
    known
        Who was read of such cells before, with the same key and links; it is added to.

    Returns
    -------
    People or None
        None where the table has no column with them.
    """
    columns = find_columns(reading, role)
    if not columns:
        return None
    ordered = sorted(columns, key=lambda at: not columns[at])
    are_numbers = tuple(columns[at] for at in ordered)
    cells = zip(*(reading.sheet.column(at, reading.rows) for at in ordered), strict=True)
    read = ({} if known is None else known).setdefault(are_numbers, {})
    names: list[str] = []
    faults: dict[int, str] = {}
    facts: dict[str, Person] = {}
    for at, row in enumerate(cells):
        if row not in read:
            person = _read_row(row, are_numbers, links)
            name = key.name(person.identity) if person.identity else ""
            read[row] = person.without_identity(), name
        person, name = read[row]
        names.append(name)
        if person.fault:
            faults[at] = person.fault
        elif name not in facts:
            facts[name] = person
    return People(column=ordered[0], names=names, faults=faults, facts=facts)


def _read_row(cells: Sequence[Value], are_numbers: Sequence[bool], links: Links) -> Person:
    """Read who a row names: by the first of its cells in which somebody is named."""
    found = Person(fault="nobody")
    for cell, is_number in zip(cells, are_numbers, strict=True):
        found = links.resolve(read_person(cell, is_number=is_number))
        if found.fault != "nobody":
            return found
    return found


def list_names(reading: Reading) -> Iterator[str]:
    """Yield every text of the columns that name people, to be looked for where none may stand."""
    for at in {at for role in ROLES for at in find_columns(reading, role)}:
        cells = reading.sheet.column(at, reading.rows)
        texts = {cell.strip() for cell in cells if isinstance(cell, str)}
        yield from (text for text in texts if len(text) >= _SHORTEST)
