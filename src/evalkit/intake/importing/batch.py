"""One table of a file as a batch of a study: rows, people as pseudonyms, and an account of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import pandas as pd

from evalkit.evidence import TABLES
from evalkit.intake.audit import Audit, audit_reading
from evalkit.intake.importing.comments import take_comments
from evalkit.intake.importing.given import Given
from evalkit.intake.importing.links import Links, find_links
from evalkit.intake.importing.people import Known, People, find_people
from evalkit.intake.importing.predikats import take_predikats
from evalkit.intake.importing.ratings import take_ratings
from evalkit.intake.importing.rows import (
    Change,
    ImportRefusedError,
    RowFault,
    Rows,
    Source,
    empty_table,
    find_repeated,
    find_unreadable,
)
from evalkit.intake.importing.surveys import take_answers, take_recap, take_sakip
from evalkit.intake.layouts import Reading
from evalkit.intake.pseudonyms import PseudonymKey

_TAKEN: Final[Mapping[str, Callable[[Source, Audit], Rows]]] = MappingProxyType(
    {
        "skm": take_answers,
        "skm-recap": take_recap,
        "sakip": take_sakip,
        "siasn": take_predikats,
        "raters": take_ratings,
        "rater-items": take_ratings,
    }
)
#: Layouts whose rows are about people: they need a key.
WITH_PEOPLE: Final = frozenset({"siasn", "raters", "rater-items"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """A table as it enters a study.

    Attributes
    ----------
    reading, audit, given
        What was read, what is wrong with what it records, and what was told of it.
    tables
        Rows by table of the study, as text; the index is the position in the table that was read.
    used
        Fields that are taken, and what each becomes.
    faults
        Rows that cannot be used, in their order.
    changes
        Cells that were changed.
    people
        How many people are named by what: nip, unread_nip, text, or linked (a name that stands beside a NIP).
    """

    reading: Reading
    audit: Audit
    given: Given
    tables: Mapping[str, pd.DataFrame]
    used: Mapping[str, str]
    faults: tuple[RowFault, ...]
    changes: tuple[Change, ...]
    people: Mapping[str, int]

    @property
    def n_dropped(self) -> int:
        """Number of rows that are left out because of a fault."""
        return len({fault.at for fault in self.faults})

    @property
    def is_refused(self) -> bool:
        """Tell whether the table is not taken: it has faults, and rows are not to be left out."""
        return bool(self.faults) and not self.given.keep_valid

    def cell_of(self, fault: RowFault) -> str:
        """Name the cell of a fault; the row where the field has no column of its own."""
        if fault.field in self.reading.header.columns:
            return self.reading.name_cell(fault.at, fault.field)
        return str(self.reading.sheet.number(self.reading.rows[fault.at]))


def make_batch(
    reading: Reading,
    given: Given,
    key: PseudonymKey,
    indicators: pd.DataFrame,
    links: Links | None = None,
    *,
    names: Collection[str] = (),
) -> Batch:
    """Turn a table into rows of a study.

    Parameters
    ----------
    indicators
        Every indicator that the study may use.
    links
        Names that stand beside a NIP, here or in other tables.
    names
        Names of people that no text may hold.

    Raises
    ------
    ImportRefusedError
        If the table as a whole cannot be used as it stands.
    """
    if reading.layout not in _TAKEN:
        raise ImportRefusedError(
            f"There is nothing in a study that a table of layout {reading.layout} becomes."
        )
    about = given.of(reading.workbook.file, reading.sheet.name)
    if reading.has("unit"):
        about = replace(about, unit="")
    audit = audit_reading(reading)
    ratees, raters = _find_people(reading, key, links or find_links([reading]))
    source = Source(reading=reading, given=about, indicators=indicators, ratees=ratees, raters=raters)
    rows = _TAKEN[reading.layout](source, audit)
    faults = [*source.faults, *rows.faults, *find_unreadable(reading, rows.used)]
    faults = _add_repeated(faults, rows)
    tables = _without(rows, {fault.at for fault in faults})
    tables["employees"] = _list_employees(source, tables)
    if about.keep_text:
        comments = take_comments(source, rows, names)
        tables["comments"] = comments[~comments.index.isin({fault.at for fault in faults})]
    if not any(len(frame) for frame in tables.values()) and not faults:
        raise ImportRefusedError("No row of the table holds anything that a study can use.")
    return Batch(
        reading=reading,
        audit=audit,
        given=about,
        tables=tables,
        used=rows.used,
        faults=tuple(sorted(set(faults), key=lambda each: (each.at, each.field, each.why))),
        changes=(*source.changes, *rows.changes),
        people=_count_people(source),
    )


def _find_people(reading: Reading, key: PseudonymKey, links: Links) -> tuple[People | None, People | None]:
    """Return who is rated and who rates; nobody in a layout without people."""
    if reading.layout not in WITH_PEOPLE:
        return None, None
    known: Known = {}
    return find_people(reading, "ratee", key, links, known), find_people(reading, "rater", key, links, known)


def _add_repeated(faults: list[RowFault], rows: Rows) -> list[RowFault]:
    """Add the rows that say the same of the same twice, unless something else is wrong with them."""
    bad = {fault.at for fault in faults}
    name = next(iter(rows.used), "")
    evidence = rows.evidence.loc[~rows.evidence.index.isin(bad)]
    recorded = rows.recorded.loc[~rows.recorded.index.isin(bad)]
    return [*faults, *find_repeated(evidence, "evidence", name), *find_repeated(recorded, "recorded", name)]


def _without(rows: Rows, bad: set[int]) -> dict[str, pd.DataFrame]:
    tables = {"evidence": rows.evidence, "recorded": rows.recorded}
    if not bad:
        return tables
    return {name: frame[~frame.index.isin(bad)] for name, frame in tables.items()}


def _list_employees(source: Source, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row for each person that the rows name, with what a NIP tells: never the number."""
    if source.ratees is None:
        return empty_table("employees")
    units: dict[str, str] = {}
    for frame in tables.values():
        for employee, unit in zip(frame["employee"].tolist(), frame["unit"].tolist(), strict=True):
            units.setdefault(employee, unit)
    facts, told = source.ratees.facts, _tell_people(source)
    rows = [
        {
            "employee": employee,
            "place": source.given.place,
            "unit": units[employee],
            "supervisor": "",
            "sex": facts[employee].sex or told["sex"].get(employee, ""),
            "grade": told["rank"].get(employee, ""),
            "position": told["position"].get(employee, ""),
            "birth_year": facts[employee].birth_year,
            "joined_on": f"{facts[employee].joined_year}-01-01" if facts[employee].joined_year else "",
        }
        for employee in sorted(units)
        if employee
    ]
    return pd.DataFrame(rows, columns=list(TABLES["employees"].column_names))


def _tell_people(source: Source) -> dict[str, dict[str, str]]:
    """Return what columns say of people, by column: the first that is said of each."""
    found: dict[str, dict[str, str]] = {"sex": {}, "rank": {}, "position": {}}
    names = source.ratees.names if source.ratees else []
    for column in (each for each in found if source.reading.has(each)):
        texts = source.reading.table[column].tolist() if column == "sex" else source.texts(column)
        for name, text in zip(names, texts, strict=True):
            if text:
                found[column].setdefault(name, text)
    return found


def _count_people(source: Source) -> dict[str, int]:
    """Count the people of a table, rated or rating, by what names them."""
    facts = {
        name: fact for each in (source.ratees, source.raters) if each for name, fact in each.facts.items()
    }
    return dict(Counter(fact.kind for fact in facts.values()))
