"""Tables are recognised by their headings and read with an account of every row."""

from __future__ import annotations

import math

import numpy as np
import openpyxl
import pytest

from evalkit.intake.files import Merged, Sheet, Unusable, UnusableCellsError, Workbook, read_workbook
from evalkit.intake.layouts import AmbiguityError, LayoutError, read_tables
from evalkit.intake.layouts.numbers import read_numbers

from .sheets import MAKERS, raters, recap, siasn, survey, write_csv, write_xlsx


def book(rows, **options):
    return Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows, **options),))


def read(rows, **options):
    (reading,) = read_tables(book(rows), **options)
    return reading


def counts(reading):
    return {step.code: step.n for step in reading.steps if not step.field}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_layout_is_recognised_by_its_headings(name):
    reading = read(MAKERS[name](np.random.default_rng(1), 12))
    assert (reading.layout, len(reading.table), reading.faults) == (name, 12, ())


def test_every_row_of_a_survey_is_accounted_for():
    rows = survey(np.random.default_rng(1), 30)
    reading = read(rows)
    assert counts(reading) == {"rows": 37, "kept": 30, "empty": 1, "closing": 6}
    assert [closing.kind for closing in reading.closing] == [
        "sum",
        "mean",
        "weighted",
        "ikm",
        "category",
        "note",
    ]
    assert reading.name_cell(0, "U3") == "D6"
    assert reading.header.headings["U8"] == ("U8", "Penanganan pengaduan")


def test_values_are_those_of_the_cells_that_they_are_named_by():
    rows = survey(np.random.default_rng(2), 20)
    reading = read(rows)
    for at, row in enumerate(reading.rows):
        for element, column in reading.header.columns.items():
            if element != "respondent":
                value = reading.table[element].iloc[at]
                assert rows[row][column] == ("" if math.isnan(value) else value)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_table_is_the_same_from_a_workbook_and_from_text_with_decimal_commas(tmp_path, name):
    rows = MAKERS[name](np.random.default_rng(3), 15)
    sheets = [
        write_xlsx(tmp_path / "a.xlsx", ("S", rows)),
        write_csv(tmp_path / "a.csv", rows),
        write_csv(tmp_path / "b.csv", rows, delimiter="\t", encoding="utf-16"),
        write_csv(tmp_path / "c.csv", rows, delimiter=",", encoding="cp1252", decimal="."),
    ]
    first, *others = [read_tables(read_workbook(path))[0] for path in sheets]
    for other in others:
        assert other.table.equals(first.table)
        assert [(each.kind, each.single, each.band) for each in other.closing] == [
            (each.kind, each.single, each.band) for each in first.closing
        ]


def test_two_tables_on_a_sheet_are_two_and_a_repeated_heading_is_none():
    rows = survey(np.random.default_rng(1), 8)
    two = read_tables(book([*rows, [], *survey(np.random.default_rng(2), 5)]))
    assert [len(each.table) for each in two] == [8, 5]
    plain = [["No", *(f"U{i}" for i in range(1, 10))], *([1, *[3] * 9] for _ in range(4))]
    again = read([*plain, *plain])
    assert counts(again) == {"rows": 9, "kept": 8, "heading_again": 1}


def test_rows_that_number_the_columns_are_no_respondents():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], [f"({i})" for i in range(1, 11)], [1, *[3] * 9]]
    assert len(read(rows).table) == 1
    assert counts(read([rows[0], list(range(1, 11)), rows[2]])) == {"rows": 2, "kept": 1, "column_numbers": 1}


def test_hidden_sheets_are_left_out_unless_they_are_named():
    rows = siasn(np.random.default_rng(1), 10)
    both = Workbook(
        file="a.xlsx",
        kind="xlsx",
        sheets=(Sheet(name="A", rows=rows), Sheet(name="B", rows=rows, hidden=True)),
    )
    assert [each.sheet.name for each in read_tables(both)] == ["A"]
    assert [each.sheet.name for each in read_tables(both, sheet="B")] == ["B"]
    with pytest.raises(LayoutError, match=r"a\.xlsx has no sheet 'C'; it has 'A', 'B'"):
        read_tables(both, sheet="C")


def test_merged_headings_name_each_column_below_them(tmp_path):
    rows = survey(np.random.default_rng(1), 5)
    path = write_xlsx(tmp_path / "a.xlsx", ("S", rows))
    merged = openpyxl.load_workbook(path)
    for cells in ("B3:J3", "A3:A5", "A1:J1"):
        merged["S"].merge_cells(cells)
    merged.save(path)
    (reading,) = read_tables(read_workbook(path))
    assert reading.table["U1"].equals(read(rows).table["U1"])
    assert reading.header.headings["U1"] == ("U1", "Persyaratan")


def test_columns_that_are_headed_otherwise_are_mapped():
    heads = [["Nomor", *(f"Pertanyaan {i}" for i in range(1, 10))], [1, *[3] * 9]]
    with pytest.raises(LayoutError, match="has no table that is known in 'S'"):
        read(heads)
    mapping = {f"Pertanyaan {i}": f"U{i}" for i in range(1, 10)}
    assert read(heads, mapping=mapping).table["U9"].tolist() == [3.0]


def test_two_columns_that_claim_one_field_are_refused():
    rows = survey(np.random.default_rng(1), 5)
    rows[3] = [*rows[3], "U1"]
    with pytest.raises(AmbiguityError, match=r"sheet 'S', cell B4 and K4 both head U1\. Rename or delete"):
        read(rows)


def test_a_formula_without_a_value_in_a_cell_that_is_used_is_refused_with_its_cell():
    rows = survey(np.random.default_rng(1), 5)
    rows[6][3] = Unusable.NOT_COMPUTED
    with pytest.raises(UnusableCellsError, match=r"a\.xlsx, sheet 'S': D7 holds a formula without a stored"):
        read(rows)
    rows[6][3] = 3
    ikm = next(row for row in rows if row and row[0] == "IKM unit pelayanan")
    ikm[1] = Unusable.ERROR
    with pytest.raises(UnusableCellsError, match="holds an error value"):
        read(rows)


def test_a_number_with_two_meanings_is_refused_and_not_guessed():
    rows = raters(np.random.default_rng(1), 4)
    rows[1][1], rows[2][1], rows[3][1], rows[4][1] = "1,234", "90", "80", "70"
    reading = read(rows)  # 1234 is beyond the scale, so that 1.234 is meant
    assert reading.table["supervisor"].iloc[0] == 1.234
    rows[1][1] = "0.1,5"
    assert [(fault.cell, fault.why) for fault in read(rows).faults] == [("B2", "word")]
    heads = [["OPD", "Tahun", "Perencanaan", "Pengukuran", "Pelaporan", "Evaluasi", "Nilai"]]
    with pytest.raises(AmbiguityError, match="B2 can be read in two ways"):
        read([*heads, ["Dinas A", "2,024", 80, 70, 60, 50, 66.5]])


def test_a_zero_is_no_answer_and_an_answer_off_the_scale_is_named():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], [1, 0, 5, "3,5", "ya", *[3] * 5]]
    reading = read(rows)
    assert reading.table.loc[0, ["U1", "U2", "U3", "U4"]].isna().all()
    assert [(fault.cell, fault.why) for fault in reading.faults] == [
        ("C2", "off_scale"),
        ("D2", "off_scale"),
        ("E2", "word"),
    ]
    assert [(step.code, step.n, step.field) for step in reading.steps if step.field] == [
        ("zero_answers", 1, "U1")
    ]


def test_people_are_numbered_and_neither_a_name_nor_a_nip_is_in_the_table():
    nip = "19850101" + "2010031001"
    rows = [
        ["NIP", "Atasan", "Rekan", "Rata-rata"],
        [nip, 80, 90, 85],
        ["Siti", 70, 80, 75],
        [nip, 60, 70, 65],
    ]
    reading = read(rows)
    assert reading.table["ratee"].tolist() == [1, 2, 1]
    assert nip not in repr(reading.table)


def test_the_legend_below_a_survey_is_neither_a_number_nor_a_category():
    rows = survey(np.random.default_rng(1), 10)
    rows = [row for row in rows if not row or row[0] not in ("IKM unit pelayanan", "Mutu pelayanan")]
    rows += [
        ["Keterangan :"],
        ["- NRR", "= Nilai rata-rata"],
        ["- IKM", "= Indeks Kepuasan Masyarakat"],
        ["- NRR tertimbang = NRR per unsur x 0,111"],
        ["IKM UNIT PELAYANAN : 72,53"],
        ["Mutu Pelayanan :", "A (Sangat Baik)", "", ": 88,31 - 100,00"],
        ["", "B (Baik)", "", ": 76,61 - 88,30"],
        ["", "C (Kurang Baik)", "", ": 65,00 - 76,60"],
    ]
    closing = read(rows).closing
    assert [each.single[0] for each in closing if each.kind == "ikm" and each.single] == [72.53]
    assert [each.band for each in closing] == [None] * len(closing)


def test_sums_as_text_are_whole_numbers_with_signs_of_thousands():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], *([number, *[4] * 9] for number in range(400))]
    reading = read([*rows, ["Jumlah", *["1.600"] * 9]])
    assert reading.closing[0].values["U5"] == (1600.0, 5)


def test_a_recap_ends_at_its_sum():
    reading = read(recap(np.random.default_rng(1), 6))
    assert counts(reading) == {"rows": 7, "kept": 6, "closing": 1}


@pytest.mark.parametrize(
    ("texts", "low", "high", "expected"),
    [
        (["3,50", "3.25", "4"], 0, math.inf, [3.5, 3.25, 4]),
        (["1.234,5", "1,234.5", "1.234.567"], 0, math.inf, [1234.5, 1234.5, 1234567]),
        (["97%", " 97 % ", "97,5%"], 0, math.inf, [97, 97, 97.5]),
        (["0,125", "3,125"], 1, 4, [math.nan, 3.125]),
        (["1.250", "2,5"], 0, math.inf, [1250, 2.5]),
        (["1,250", "2,5"], 0, math.inf, [1.25, 2.5]),
        (["-", "", "n/a", "tidak ada"], 0, 4, [math.nan] * 4),
        ([True, "2a", "١"], 0, 4, [math.nan] * 3),
    ],
)
def test_numbers_are_read_as_they_were_meant(texts, low, high, expected):
    assert np.array_equal(read_numbers(texts, low=low, high=high).found, expected, equal_nan=True)


def test_a_merged_rectangle_is_marked():
    sheet = Sheet(name="S", rows=[["a", "a"], ["a", "a"]], merged=(Merged(0, 0, 1, 1),))
    assert list(sheet.covered()) == [(0, 1), (1, 0), (1, 1)]


def test_an_unknown_layout_is_refused():
    with pytest.raises(LayoutError, match="There is no layout 'skp'; known are auto, skm-recap, skm"):
        read([["a"]], layout="skp")


@pytest.mark.parametrize(
    "unit",
    [
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Dinas Sumber Daya Air",
        "Dinas Perindustrian dan IKM",
        "Sumber Rejo",
        "Balai Pengendalian Mutu",
    ],
)
def test_a_unit_whose_name_holds_the_word_of_a_closing_row_is_a_unit(unit):
    rows = recap(np.random.default_rng(1), 6)
    rows[4][1] = unit
    assert counts(read(rows)) == {"rows": 7, "kept": 6, "closing": 1}


def test_what_a_respondent_writes_and_where_closes_no_table():
    rows = survey(np.random.default_rng(1), 10)
    heads = ["Unit Layanan", "Tanggal", "Jenis Kelamin", "Kritik dan Saran"]
    extra = ["Loket Pencatatan Sipil", "28/02/2025", "P", "Total puas, tidak ada catatan"]
    told = [
        [*row, *([""] * (10 - len(row))), *(heads if at == 3 else extra if 5 <= at < 15 else [])]
        for at, row in enumerate(rows)
    ]
    reading = read(told)
    assert counts(reading) == counts(read(rows))
    assert reading.table["date"].tolist() == ["2025-02-28"] * 10
    assert reading.table["sex"].tolist() == ["woman"] * 10
    assert [(step.n, step.field) for step in reading.steps if step.code == "text_left_out"] == [(10, "text")]
    assert "puas" not in reading.table.to_csv()


def test_rows_below_a_sum_that_look_like_those_above_are_refused_and_not_lost():
    rows = recap(np.random.default_rng(1), 6)
    rows.insert(6, ["Jumlah", *rows[-1][1:2], *rows[3][2:]])
    with pytest.raises(
        AmbiguityError, match=r"sheet 'S', cell C8: the row holds values like those above row 7"
    ):
        read(rows)


def test_a_period_is_read_with_the_year_beside_it():
    rows = siasn(np.random.default_rng(1), 4)
    rows = [
        [*row, cell] for row, cell in zip(rows, ["Triwulan", "I", 2, "TW III", "Semester 1"], strict=True)
    ]
    reading = read(rows)
    assert reading.table["period"].tolist() == ["2024Q1", "2024Q2", "2024Q3", ""]
    assert [(fault.cell, fault.why) for fault in reading.faults] == [("L5", "two_quarters")]


@pytest.mark.parametrize("damaged", [1.98501012010031e17, "1.98501E+17", "1,98501E+17"])
def test_a_nip_that_became_a_number_is_a_fault_of_its_cell(damaged):
    rows = [["NIP", "Atasan", "Rekan"], [damaged, 80, 90], ["19850101 " + "201003 1 001", 70, 80]]
    reading = read(rows)
    assert [(fault.cell, fault.why) for fault in reading.faults] == [("A2", "damaged_nip")]
    assert reading.table["ratee"].tolist()[1] == 1
    assert math.isnan(reading.table["ratee"].iloc[0])


def test_a_source_beside_each_rating_is_read():
    rows = [
        ["Pegawai", "Penilai", "Hubungan", "Nilai"],
        ["a", "b", "Rekan Kerja", 80],
        ["a", "c", "Atasan langsung", 70],
        ["a", "d", "Ketua", 70],
    ]
    reading = read(rows)
    assert reading.table["source"].tolist() == ["peer", "supervisor", ""]
    assert [(fault.cell, fault.why) for fault in reading.faults] == [("C4", "word")]


def test_answers_whose_labels_say_that_1_is_the_best_are_turned_and_mixed_ones_refused():
    names = [f"U{i}" for i in range(1, 10)]
    fair = {1: "Tidak baik", 2: "Kurang baik", 3: "Baik", 4: "Sangat baik"}
    reverse = {5 - code: text for code, text in fair.items()}
    rows = [names, [""] * 9, [1, 1, *[3] * 7], [4, 4, *[2] * 7]]
    labels = {0: fair, 1: reverse}
    reading = read_tables(book(rows, naming="case", labels=labels))[0]
    assert reading.table[["U1", "U2", "U3"]].to_numpy().tolist() == [[1, 4, 3], [4, 1, 2]]
    assert [(step.n, step.field) for step in reading.steps if step.code == "labels_turned"] == [(2, "U2")]
    mixed = {1: "Tidak baik", 2: "Sangat baik", 3: "Kurang baik", 4: "Baik"}
    with pytest.raises(AmbiguityError, match=r"variable U1: the value labels neither rise nor fall"):
        read_tables(book(rows, naming="case", labels={0: mixed}))
