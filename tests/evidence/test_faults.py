"""Each way in which evidence can be wrong is one clear fault with its place."""

import time

import pytest

from evalkit.errors import EvidenceError, Fault
from evalkit.evidence import load_evidence

NIP = "19850317" + "2010011999"
INDICATOR_COLUMNS = ("indicator", "unit", "low", "high", "lower_is_better", "label_id", "label_en")


def faults_of(study):
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("cells", "column", "rule", "value"),
    [
        ({"source": "peers"}, "source", "must be one of system, supervisor, peer", "peers"),
        ({"source": "Peer"}, "source", "must be one of system", "Peer"),
        ({"source": ""}, "source", "must be filled", ""),
        ({"status": "done"}, "status", "must be one of recorded, refused, missing", "done"),
        ({"indicator": "charm"}, "indicator", "must be a standard indicator, or one", "charm"),
        ({"place": ""}, "place", "must be filled", ""),
        ({"employee": "", "unit": ""}, "employee", "a row must name an employee or a unit", ""),
        ({"value": "6"}, "value", "must lie on its indicator's scale, 1 to 5", "6"),
        ({"value": "0.99"}, "value", "must lie on its indicator's scale, 1 to 5", "0.99"),
        (
            {"indicator": "complaints", "value": "-1"},
            "value",
            "must be at least 0, where its indicator's scale starts",
            "-1",
        ),
        ({"value": "4,5"}, "value", "this one has a decimal comma", "4,5"),
        ({"value": "1.234,5"}, "value", "this one has a decimal comma", "1.234,5"),
        ({"value": "good"}, "value", "must be a number", "good"),
        ({"value": "nan"}, "value", "must be a number", "nan"),
        ({"value": "inf"}, "value", "must be a number", "inf"),
        ({"value": ""}, "value", "must be filled where status is recorded", ""),
        ({"status": "refused"}, "value", "must be empty where status is refused or missing", "4"),
        ({"status": "missing"}, "value", "must be empty where status is refused or missing", "4"),
        ({"period": "2025-Q1"}, "period", "must be a quarter such as 2025Q1", "2025-Q1"),
        ({"period": "2025Q5"}, "period", "must be a quarter such as 2025Q1", "2025Q5"),
        ({"recorded_on": "31/03/2025"}, "recorded_on", "must be a date such as 2025-03-31", "31/03/2025"),
        ({"recorded_on": "2025-02-30"}, "recorded_on", "must be a date such as 2025-03-31", "2025-02-30"),
        ({"rater": NIP}, "rater", "this looks like a NIP", "•••"),
        ({"indicator": "complaints", "value": NIP}, "value", "this looks like a NIP", "•••"),
        ({"source": "peer "}, "source", "must be one of system", "'peer '"),
        ({"source": "pe\ner"}, "source", "must be one of system", "'pe\\ner'"),
        ({"period": "٢٠٢٥Q1"}, "period", "must be a quarter such as 2025Q1", "٢٠٢٥Q1"),
    ],
)
def test_a_faulty_cell_is_one_fault_with_its_place(study, cells, column, rule, value):
    study.evidence(study.row(rater="e9"), study.row(**cells))
    (fault,) = faults_of(study)
    assert (fault.file, fault.row, fault.column, fault.value) == ("evidence.csv", 3, column, value)
    assert rule in fault.rule


def test_every_value_at_the_ends_of_its_scale_is_allowed(study):
    study.evidence(study.row(value="1"), study.row(value="5", rater="e3"), study.row(value="1e0", rater="e4"))
    assert load_evidence(study.path).observations["value"].tolist() == [1, 5, 1]


def test_every_row_of_a_repeated_key_is_a_fault_that_names_the_others(study):
    study.evidence(study.row(), study.row(rater="e3"), study.row(value="2"), study.row(value="3"))
    faults = faults_of(study)
    assert [fault.row for fault in faults] == [2, 4, 5]
    assert {fault.value for fault in faults} == {"rows 2, 4, 5"}
    assert faults[0].rule == (
        "the key (place, unit, employee, period, indicator, source, rater, item) must be unique"
    )


def test_missing_and_unknown_columns_are_faults_of_the_header_and_nothing_follows_from_them(study):
    rows = [[cell for name, cell in zip(study.header, study.row(), strict=True) if name != "unit"] + ["x"]]
    study.table("evidence", [*(name for name in study.header if name != "unit"), "nilai"], *rows)
    missing, unknown = faults_of(study)[::-1]
    assert (missing.row, missing.column, missing.rule) == (1, "unit", "the table needs the column unit")
    assert (unknown.row, unknown.column) == (1, "nilai")
    assert unknown.rule.startswith("unknown column; known are: employee, indicator, item")


def test_a_column_named_twice_is_a_fault(study):
    study.table("evidence", [*study.header, "value"], [*study.row(), "3"])
    (fault,) = faults_of(study)
    assert (fault.row, fault.column, fault.rule) == (1, "value", "must name its column only once")


def test_a_column_that_is_misspelt_is_named_with_the_nearest_one(study):
    study.table("evidence", [name.upper() if name == "rater" else name for name in study.header], study.row())
    assert [(fault.column, fault.rule) for fault in faults_of(study)] == [
        ("RATER", "unknown column; did you mean 'rater'?"),
        ("rater", "the table needs the column rater"),
    ]


def test_a_file_without_a_header_is_one_fault(study):
    study.add("evidence", ",".join(study.row()) + "\n")
    (fault,) = faults_of(study)
    assert (fault.row, fault.column) == (1, "")
    assert fault.rule.startswith("must name the columns, place, unit, employee")
    assert fault.rule.endswith("; it names none")


def test_semicolons_between_cells_are_named(study):
    study.add("evidence", ";".join(study.header) + "\n")
    (fault,) = faults_of(study)
    assert fault.rule == "cells must be separated by commas; here they are separated by semicolons"


def test_a_missing_file_is_a_fault(study):
    study.evidence(study.row())
    study.table("events", ("event",), file="gone.csv")
    (study.path / "gone.csv").unlink()
    (fault,) = faults_of(study)
    assert fault == Fault(
        "gone.csv", 0, "", "the file is missing; add it, or take it out of datapackage.json", ""
    )


def test_an_empty_file_is_a_fault(study):
    study.add("evidence", b"")
    (fault,) = faults_of(study)
    assert fault.rule == "the file is empty; it needs at least its header"


def test_evidence_with_a_header_only_is_a_fault(study):
    (fault,) = faults_of(study.evidence())
    assert (fault.row, fault.rule) == (0, "the table of evidence needs at least one valid row")


@pytest.mark.parametrize("length", [0, 5, 3_000_000])
def test_a_wrong_encoding_is_a_fault_with_its_byte_and_line(study, length):
    start = b"place\n" + b"x" * length
    study.add("evidence", start + "é".encode("latin-1") + b"\n")
    (fault,) = faults_of(study)
    assert fault.rule == 'must be UTF-8 text; save it as "CSV UTF-8" from the spreadsheet'
    assert fault.value == f"byte {len(start) + 1:,}, line 2"


def test_a_character_that_two_chunks_share_is_no_fault_and_a_cut_one_is(study):
    from evalkit.evidence.read import _find_bad_byte

    path = study.path / "text"
    path.write_bytes(b"x" * ((1 << 20) - 1) + "é".encode())
    assert _find_bad_byte(path) is None
    path.write_bytes(b"x\n" * (1 << 19) + "é".encode()[:1])
    assert _find_bad_byte(path) == ((1 << 20) + 1, (1 << 19) + 1)
    path.write_bytes(b"x" * ((1 << 20) - 1) + b"\xc3\n\n")
    assert _find_bad_byte(path) == (1 << 20, 1)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04\x14\x00", "this is a workbook (xlsx), so export its sheet as CSV UTF-8"),
        (b"PAR1\x15\x00", 'this is Parquet, so state "format": "parquet"'),
        ("place,unit\n".encode("utf-16"), 'save it as "CSV UTF-8"'),
    ],
)
def test_another_kind_of_file_is_named(study, content, rule):
    (fault,) = faults_of(study.add("evidence", content))
    assert rule in fault.rule


def test_a_file_that_is_no_parquet_is_a_fault(study):
    (fault,) = faults_of(study.add("evidence", b"not a parquet file", file_format="parquet"))
    assert (fault.file, fault.row) == ("evidence.parquet", 0)
    assert fault.rule == "must be a parquet file, and is none that can be read"


def test_a_file_that_differs_from_its_hash_is_a_fault_that_gives_the_new_one(study):
    text = "\n".join(",".join(row) for row in (study.header, study.row()))
    study.add("evidence", text, with_hash=True)
    assert len(load_evidence(study.path).observations) == 1

    (study.path / "evidence.csv").write_text(text.replace(",4,", ",5,"))
    (fault,) = faults_of(study)
    assert fault.rule.startswith(
        "the file has changed since datapackage.json was written; if the change is meant"
    )
    new = fault.rule.rpartition("sha256:")[2]
    study.resources[0]["hash"] = f"sha256:{new}"
    assert load_evidence(study.describe().path).observations["value"].tolist() == [5]


def test_rows_with_too_few_or_too_many_cells_are_faults_and_the_rows_after_keep_their_number(study):
    good = ",".join(study.row())
    lines = [
        ",".join(study.header),
        good,
        "a,b",
        "",
        good + ",extra",
        ",".join(study.row(value="9", rater="z")),
    ]
    faults = faults_of(study.add("evidence", "\n".join(lines) + "\n"))
    assert [(fault.row, fault.rule[:22], fault.value) for fault in faults] == [
        (3, "must have 11 cells lik", "2"),
        (5, "must have 11 cells lik", "12"),
        (6, "must lie on its indica", "9"),
    ]


def test_an_unclosed_quote_is_a_fault(study):
    good = ",".join(study.row())
    faults = faults_of(study.add("evidence", f'{",".join(study.header)}\n{good}\n"x,{good}\n{good}\n'))
    assert [(fault.row, fault.rule) for fault in faults] == [
        (3, "must be a readable CSV row; look for an unclosed quote")
    ]


def test_employees_that_the_table_of_employees_lacks_are_faults_in_the_places_that_it_lists(study):
    study.table(
        "employees",
        ("employee", "place", "supervisor", "sex", "birth_year"),
        ("e1", "semarang", "", "woman", "1980"),
        ("e2", "semarang", "e1", "man", "1990.5"),
        ("e3", "semarang", "boss", "L", "1890"),
    )
    study.evidence(
        study.row(),
        study.row(employee="e7"),
        study.row(place="dumai", employee="e8"),
        study.row(employee="", indicator="complaints"),
    )
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in faults_of(study)] == [
        ("employees.csv", 3, "birth_year", "1990.5"),
        ("employees.csv", 4, "birth_year", "1890"),
        ("employees.csv", 4, "sex", "L"),
        ("employees.csv", 4, "supervisor", "boss"),
        ("evidence.csv", 3, "employee", "e7"),
    ]


def test_an_indicator_whose_scale_does_not_rise_is_a_fault(study):
    study.table("indicators", INDICATOR_COLUMNS, ("speed", "rating", "5", "1", "no", "laju", "speed"))
    study.evidence(study.row())
    assert [(fault.column, fault.rule) for fault in faults_of(study)] == [
        ("low", "must be below high"),
        ("lower_is_better", "must be true or false"),
    ]


def test_faults_of_all_files_are_raised_together_sorted_by_place(study):
    study.evidence(study.row(value="x", source="peers"), study.row(rater="e3", period="Q1"))
    header = ("event", "place", "unit", "employee", "kind", "opened_on", "closed_on", "deadline_days")
    study.table("events", header, ("1", "semarang", "u1", "", "passport", "2025-01-01", "", "-3"))
    study.table("truth", ("employee",), ("e1",))
    faults = faults_of(study)
    assert faults == sorted(faults)
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("events.csv", 2, "deadline_days"),
        ("events.csv", 2, "kind"),
        ("evidence.csv", 2, "source"),
        ("evidence.csv", 2, "value"),
        ("evidence.csv", 3, "period"),
        ("truth.csv", 1, "period"),
    ]


def test_no_message_shows_a_number_that_looks_like_a_nip(study):
    spaced = "19850317 201001 1 999"
    header = [*study.header, NIP]
    row = study.row(source=NIP, value=NIP, period=spaced, recorded_on=NIP, status=NIP, indicator=NIP)
    study.table("evidence", header, [*row, NIP], [*study.row(employee=f"x{NIP}", rater=spaced), ""])
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path)
    shown = str(caught.value) + repr(caught.value.faults)
    assert "•••" in shown
    assert not any(number in shown for number in (NIP, spaced, NIP[:8]))


def test_10_000_faulty_rows_are_one_error_with_10_000_faults_in_less_than_five_seconds(study):
    study.evidence(*(study.row(rater=f"r{i}", value="9") for i in range(10_000)))
    start = time.process_time()
    faults = faults_of(study)
    assert time.process_time() - start < 5
    assert len(faults) == 10_000
    assert [fault.row for fault in faults] == list(range(2, 10_002))


def test_the_error_counts_its_faults_and_says_what_to_do(study):
    study.evidence(study.row(value="9"))
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path)
    message = str(caught.value)
    assert message.startswith(
        "1 fault in the evidence:\n  1 × evidence.csv: value: must lie on its indicator's scale"
    )
    assert message.endswith(
        "Correct the files, or list each change with its reason in a table named corrections. "
        "Faulty rows can also be left out, and counted, with --keep-valid."
    )
