"""What is quick in large files gives what the plain way gives."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.evidence import COMMENTS
from evalkit.evidence.check import check_shared_key
from evalkit.evidence.schema import TABLES
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.importing import find_links, people
from evalkit.intake.importing.package import write_rows
from evalkit.intake.layouts import LAYOUTS, headers, read_tables
from evalkit.intake.pseudonyms import PseudonymKey

CELLS = st.sampled_from(["", "NIP", "Atasan", "Rekan", "Unit Kerja", "U1", "U2", "12", "Baik", 3.0, "Tahun"])
OWN = {"Baik": "unit", "12": "person"}


def names_two_fields(cells, matchers):
    texts = {value for value in cells if isinstance(value, str) and value and not value.isdecimal()}
    return any(len({match(text) for text in texts} - {None}) > 1 for _, match in matchers)


@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=30), n_known=st.sampled_from([1, 100_000]))
def test_rows_that_may_be_headings_are_those_that_name_two_fields(rows, n_known):
    matchers = [(layout, headers._Match(layout, OWN)) for layout in LAYOUTS.values()]
    barren = {""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headers, "_MOST_KNOWN", n_known)
        found = [headers._may_head(row, matchers, barren) for row in rows]
    assert found == [names_two_fields(row, matchers) for row in rows]


@given(rows=st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=9), column=st.integers(0, 4))
def test_a_column_of_rows_of_unequal_length_is_empty_beyond_their_ends(rows, column):
    sheet = Sheet(name="", rows=rows)
    at = range(0, len(rows), 2)
    assert sheet.column(column, at) == [sheet.value(row, column) for row in at]


@settings(max_examples=60)
@given(
    cells=st.lists(
        st.sampled_from(["", "a", "é", "a,b", 'a"b', "a\nb", "a\rb", " a", 1, 2.5, None]), max_size=40
    )
)
def test_rows_are_written_as_pandas_writes_them(cells):
    names = list(COMMENTS.column_names)
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name in names})
    frame[names[0]] = "x"
    assert write_rows(frame, "comments") == frame[names].to_csv(index=False, lineterminator="\n").encode()


def test_files_of_other_quarters_share_no_key_and_those_of_the_same_are_compared():
    table = TABLES["evidence"]
    rows = pd.DataFrame({name: pd.Series(["a", "b"], index=[2, 3], dtype="str") for name in table.key})
    first, second = rows.assign(period="2025Q1"), rows.assign(period="2025Q2")
    assert check_shared_key(table, {"first": first, "second": second}) == []
    faults = check_shared_key(table, {"first": first, "second": second, "third": second.iloc[:1]})
    assert [(fault.file, fault.row) for fault in faults] == [("second", 2), ("third", 2)]


def test_who_rates_and_who_is_rated_is_read_once(monkeypatch):
    key, read, seen = PseudonymKey(bytes(32)), people.read_person, []
    rows = [["NIP", "NIP Penilai", "Penilai Sebagai", "Nilai"]]
    numbers = [f"19{70 + number}0101" + f"2010031{number:03d}" for number in range(4)]
    rows += [[one, other, "Rekan", "4"] for one in numbers for other in numbers if one != other]
    (reading,) = read_tables(Workbook(file="a.csv", kind="csv", sheets=(Sheet(name="", rows=rows),)))
    links = find_links([reading])
    alone = [people.find_people(reading, role, key, links) for role in ("ratee", "rater")]
    monkeypatch.setattr(
        people, "read_person", lambda value, **told: seen.append(value) or read(value, **told)
    )
    known = {}
    assert [people.find_people(reading, role, key, links, known) for role in ("ratee", "rater")] == alone
    assert sorted(seen) == sorted(numbers)
