"""Who is named by a NIP in one place and by a name in another: told where both stand in one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from evalkit.intake.importing.persons import Person, find_columns, read_person
from evalkit.intake.layouts import Reading

ROLES = ("ratee", "rater")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Names of people whose NIP is known; no traceback shows them.

    Attributes
    ----------
    people
        Who has a NIP, by the name that stands beside it.
    unclear
        Names beside which two NIP or more stand: nobody can tell who is meant by such a name alone.
    """

    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    unclear: frozenset[str] = field(default=frozenset(), repr=False)

    def resolve(self, person: Person) -> Person:
        """Return the person with their NIP, where they are named by a name that has one."""
        if person.kind != "text":
            return person
        if person.identity in self.unclear:
            return Person(fault="two_nips")
        known = self.people.get(person.identity)
        return person if known is None else known.linked()


def find_links(readings: Iterable[Reading]) -> Links:
    """Find the names that stand beside a NIP, in all tables of an import.

    A name with one NIP is that person everywhere in the import; one with two is nobody in particular.
    """
    found: dict[str, dict[str, Person]] = defaultdict(dict)
    for reading in readings:
        for name, person in _pairs(reading):
            found[name][person.identity] = person
    return Links(
        people={name: next(iter(each.values())) for name, each in found.items() if len(each) == 1},
        unclear=frozenset(name for name, each in found.items() if len(each) > 1),
    )


def _pairs(reading: Reading) -> Iterator[tuple[str, Person]]:
    """Yield who is named by a name and a number in the same row, each pair once."""
    for role in ROLES:
        columns = find_columns(reading, role)
        cells = {at: reading.sheet.column(at, reading.rows) for at in columns}
        for number in (at for at, is_number in columns.items() if is_number):
            for name in (at for at, is_number in columns.items() if not is_number):
                for first, second in dict.fromkeys(zip(cells[number], cells[name], strict=True)):
                    person, named = read_person(first, is_number=True), read_person(second)
                    if person.kind in ("nip", "unread_nip") and named.kind == "text":
                        yield named.identity, person
