"""Files of offices are read as they are, or refused with a place and a remedy."""

from __future__ import annotations

import codecs
import datetime
import re
import zipfile
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import DataFrame

from evalkit.intake.files import (
    EmptyFileError,
    EncryptedFileError,
    Limits,
    OversizedFileError,
    RefusedFileError,
    UnreadableFileError,
    UnsafeFileError,
    Unusable,
    read_workbook,
)

ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/>'
    "</style:style></office:automatic-styles><office:body><office:spreadsheet>{}"
    "</office:spreadsheet></office:body></office:document-content>"
)


def write_ods(path, tables, members=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(tables))
        for name, text in members:
            archive.writestr(name, text)
    return path


@pytest.fixture
def workbook(tmp_path):
    """Return an xlsx with everything that matters: types, a formula, an error, merged and hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SKM"
    sheet["B2"] = "Judul"
    sheet.merge_cells("B2:D2")
    sheet.append(["No", 3, 3.5, "3,5"])
    sheet["A4"], sheet["B4"], sheet["C4"], sheet["D4"] = "=A1+1", datetime.date(2025, 4, 3), True, "#DIV/0!"
    book.create_sheet("lama").sheet_state = "hidden"
    book["lama"]["A1"] = 1
    path = tmp_path / "survei.xlsx"
    book.save(path)
    return path


def change_member(path, name, change):
    """Rewrite one member of an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return path


def test_an_xlsx_keeps_types_places_merged_cells_and_hidden_sheets(workbook):
    book = read_workbook(workbook)
    sheet = book.sheets[0]
    assert (book.kind, [(each.name, each.hidden) for each in book.sheets]) == (
        "xlsx",
        [("SKM", False), ("lama", True)],
    )
    assert list(sheet.rows[1]) == ["", "Judul", "Judul", "Judul"]
    assert list(sheet.covered()) == [(1, 2), (1, 3)]
    assert list(sheet.rows[2]) == ["No", 3.0, 3.5, "3,5"]
    assert sheet.value(3, 1) == datetime.date(2025, 4, 3)
    assert sheet.value(3, 2) is True


def test_a_formula_without_a_value_and_an_error_are_no_empty_cells(workbook):
    sheet = read_workbook(workbook).sheets[0]
    assert (sheet.value(3, 0), sheet.value(3, 3)) == (Unusable.NOT_COMPUTED, Unusable.ERROR)
    assert sheet.name_cell(3, 3) == "sheet 'SKM', cell D4"


def test_a_formula_that_was_computed_has_its_value_and_an_empty_text_is_one(workbook):
    cell = re.compile(rb'<c r="A4"><f>A1\+1</f>(?:<v ?/>|<v></v>)</c>')
    part = "xl/worksheets/sheet1.xml"
    seven = b'<c r="A4"><f>A1+1</f><v>7</v></c>'
    stored = change_member(workbook, part, lambda xml: cell.sub(seven, xml))
    assert read_workbook(stored).sheets[0].value(3, 0) == 7
    told = b'<c r="A4" t="str"><f>IF(1,"")</f><v></v></c>'
    empty = change_member(workbook, part, lambda xml: xml.replace(seven, told))
    assert read_workbook(empty).sheets[0].value(3, 0) == ""


def test_an_xls_is_read_and_its_formulas_without_a_value_are_found(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Rekap")
    sheet.write_merge(0, 0, 0, 2, "Judul")
    for column, value in enumerate(["U1", 3.25, xlwt.Formula("B2+1")]):
        sheet.write(1, column, value)
    book.add_sheet("lama").visibility = 1
    path = tmp_path / "rekap.xls"
    book.save(str(path))
    first, second = read_workbook(path).sheets
    assert [list(row) for row in first.rows] == [
        ["Judul", "Judul", "Judul"],
        ["U1", 3.25, Unusable.NOT_COMPUTED],
    ]
    assert (first.hidden, second.hidden) == (False, True)


def test_an_ods_keeps_types_places_merged_cells_and_hidden_sheets(tmp_path):
    cells = (
        '<table:table table:name="SKM"><table:table-row table:number-rows-repeated="2"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell '
        'table:number-columns-spanned="2" '
        'office:value-type="string"><text:p>Judul</text:p></table:table-cell>'
        '<table:covered-table-cell/><table:table-cell office:value-type="float" '
        'office:value="3.5"><text:p>3,5'
        '</text:p></table:table-cell><table:table-cell office:value-type="date" '
        'office:date-value="2025-04-03"/>'
        '<table:table-cell table:formula="of:=[.A1]"/></table:table-row><table:table-row '
        "table:number-rows-repeated="
        '"1048573"><table:table-cell/></table:table-row></table:table>'
        '<table:table table:name="lama" table:style-name="ta2"><table:table-row><table:table-cell '
        'office:value-type="boolean" office:boolean-value="true"/></table:table-row></table:table>'
    )
    first, second = read_workbook(write_ods(tmp_path / "a.ods", cells)).sheets
    assert len(first.rows) == 3
    assert list(first.rows[2]) == ["Judul", "Judul", 3.5, datetime.date(2025, 4, 3), Unusable.NOT_COMPUTED]
    assert (first.hidden, second.hidden, second.value(0, 0)) == (False, True, True)


def test_a_file_of_spss_keeps_names_labels_and_what_numbers_stand_for(tmp_path):
    path = tmp_path / "survei.sav"
    pyreadstat.write_sav(
        DataFrame({"U1": [3.0, None], "jk": [1.0, 2.0]}),
        path,
        column_labels=["Persyaratan", ""],
        variable_value_labels={"jk": {1: "Laki-laki", 2: "Perempuan"}},
    )
    sheet = read_workbook(path).sheets[0]
    assert [list(row) for row in sheet.rows] == [["U1", "jk"], ["Persyaratan", ""], [3.0, 1.0], ["", 2.0]]
    assert sheet.labels[1][2.0] == "Perempuan"
    assert sheet.name_cell(3, 0) == "case 2, variable U1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_text_is_read_in_any_encoding_with_any_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "data.txt"
    rows = [["nama unsur", "nilai café"], ["Prosedur", "3.25"], ["Biaya", "4"]]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    book = read_workbook(path)
    assert [list(row) for row in book.sheets[0].rows] == rows
    assert dict(book.notes)["delimiter"] == delimiter


def test_a_decimal_comma_is_no_delimiter_and_a_declared_one_is_taken(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("unsur;nilai\nU1;3,25\nU2;3,5\n")
    assert list(read_workbook(path).sheets[0].rows[1]) == ["U1", "3,25"]
    path.write_text('sep=,\na;b,"c\nd"\n1,2\n')
    sheet = read_workbook(path).sheets[0]
    assert [list(row) for row in sheet.rows] == [[], ["a;b", "c\nd"], ["1", "2"]]
    assert sheet.name_cell(2, 1) == "line 4, column 2"


def test_a_bomb_is_refused_by_size_by_ratio_and_by_number_of_files(workbook):
    for limits, message in (
        (Limits(n_unpacked=1000), "at most 0 MB are read"),
        (Limits(n_small=100, ratio=1), "times its size; at most 1 times"),
        (Limits(n_members=2), "packed files; at most 2 are read"),
    ):
        with pytest.raises(OversizedFileError, match=message):
            read_workbook(workbook, limits)


def test_a_directory_that_lies_about_a_size_is_no_way_around_the_limits(workbook):
    change_member(workbook, "xl/styles.xml", lambda xml: xml + b" " * 30_000_000)
    content = bytearray(workbook.read_bytes())
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/styles.xml"))
    content[at + 24 : at + 28] = (500).to_bytes(4, "little")
    workbook.write_bytes(bytes(content))
    with pytest.raises(UnreadableFileError, match="cannot be unpacked"):
        read_workbook(workbook)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_document_type_is_refused_wherever_it_stands(workbook, part, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)
    with zipfile.ZipFile(workbook) as archive:
        assert part in archive.namelist()
    with pytest.raises(UnsafeFileError, match=r"survei\.xlsx has a document type or an entity in "):
        read_workbook(change_member(workbook, part, lambda _: bomb))


def test_a_sheet_that_reaches_far_beyond_its_cells_is_refused_before_it_takes_memory(workbook):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    change_member(workbook, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far))
    with pytest.raises(
        OversizedFileError, match=r"sheet 'SKM': its cells reach .* row 1,048,576 and column 16,384"
    ):
        read_workbook(workbook)


def test_an_xls_of_many_sheets_that_reach_far_is_refused_before_it_takes_memory(tmp_path):
    book, path = xlwt.Workbook(), tmp_path / "a.xls"
    for name in ("A", "B"):
        sheet = book.add_sheet(name)
        sheet.write(0, 0, 1)
        sheet.write(65_535, 255, 1)
    book.save(str(path))
    with pytest.raises(
        OversizedFileError, match=r"a\.xls, sheet 'A': its cells reach .* row 65,536 and column 256"
    ):
        read_workbook(path)


@pytest.mark.parametrize("end", [0, 4])  # the first row, after the last one; the last row
def test_an_xls_that_declares_more_cells_than_a_sheet_can_have_is_refused(tmp_path, end):
    book, path = xlwt.Workbook(), tmp_path / "a.xls"
    book.add_sheet("A").write(0, 0, 1)
    book.save(str(path))
    content = path.read_bytes()
    declared = b"\x00\x02\x0e\x00"
    assert content.count(declared) == 1
    at = content.index(declared) + 4
    path.write_bytes(content[: at + end] + b"\xff\xff\xff\x7f" + content[at + end + 4 :])
    with pytest.raises(OversizedFileError, match=r"a\.xls, sheet 'A': its cells reach"):
        read_workbook(path)


@pytest.mark.parametrize("target", ["circle", "beyond", "length"])
def test_an_xls_whose_chains_have_no_end_is_refused_before_its_reader_follows_them(tmp_path, target):
    book, path = xlwt.Workbook(), tmp_path / "a.xls"
    book.add_sheet("A").write(0, 0, 1)
    book.save(str(path))
    content = bytearray(path.read_bytes())
    table = (int.from_bytes(content[76:80], "little") + 1) * 512
    directory = (int.from_bytes(content[48:52], "little") + 1) * 512
    if target == "length":
        content[directory + 128 + 120 : directory + 128 + 124] = (0x7FFFFFFF).to_bytes(4, "little")
    else:
        content[table : table + 4] = (0 if target == "circle" else 0x0FFFFFFF).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableFileError, match=r"a\.xls cannot be read as a workbook of Excel"):
        read_workbook(path)


def test_a_panic_of_the_reader_is_one_refusal_and_prints_nothing(tmp_path, capfd):
    book, path = xlwt.Workbook(), tmp_path / "a.xls"
    book.add_sheet("A").write(0, 0, 1)
    book.save(str(path))
    content = path.read_bytes()
    sector = (int.from_bytes(content[48:52], "little") + 1) * 512
    path.write_bytes(content[: sector + 6])  # the directory ends within its first entry
    with pytest.raises(UnreadableFileError, match=r"a\.xls cannot be read as a workbook of Excel"):
        read_workbook(path)
    assert capfd.readouterr().err == ""


def test_a_merged_rectangle_over_the_whole_sheet_ends_at_its_cells(workbook):
    wide = (b'ref="B2:D2"', b'ref="B2:XFD1048576"')
    path = change_member(workbook, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(*wide))
    assert list(read_workbook(path).sheets[0].rows[1]) == ["", "Judul", "Judul", "Judul"]


def test_an_ods_that_repeats_a_filled_row_a_million_times_is_refused(tmp_path):
    cells = (
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="1000" office:value-type="float" '
        'office:value="1"/></table:table-row></table:table>'
    )
    with pytest.raises(OversizedFileError, match="sheet 'A': it repeats its cells"):
        read_workbook(write_ods(tmp_path / "a.ods", cells))


def test_a_file_with_a_password_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(compound)
    with pytest.raises(EncryptedFileError, match=r"a\.xlsx has a password\. Save it without one"):
        read_workbook(path)
    locked = write_ods(tmp_path / "b.ods", "", [("META-INF/manifest.xml", "<a><encryption-data/></a>")])
    with pytest.raises(EncryptedFileError, match="has a password"):
        read_workbook(locked)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", EmptyFileError, "is empty (0 bytes)"),
        (b" ;;\n;;\n", EmptyFileError, "holds no filled cell"),
        (b"a;b\0;c\n", UnreadableFileError, "NUL among them. Save the sheet as CSV (UTF-8)"),
        (codecs.BOM_UTF8 + b"a;\xff\xfe\n", UnreadableFileError, "is no text"),
        (b"\x81\x8d\x8f;\n", UnreadableFileError, "is no text"),
        (b"%PDF-1.7", UnreadableFileError, "is a PDF; xlsx, xls, ods, sav (SPSS) and text"),
        (b"PK\x03\x04" + bytes(100), UnreadableFileError, "is broken"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000),
            UnreadableFileError,
            "cannot be read as a workbook",
        ),
        (b"$FL2" + bytes(2000), UnreadableFileError, "cannot be read as a file of SPSS"),
        (b'a;"b\n' + b"x" * 200_000, UnreadableFileError, "line 1: field larger than field limit"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_name_and_a_remedy(tmp_path, content, error, message):
    path = tmp_path / "berkas.xlsx"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        read_workbook(path)
    assert str(caught.value).startswith("berkas.xlsx")
    assert message in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="There is no file"):
        read_workbook(tmp_path / "tidak.xlsx")
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read_workbook(tmp_path)


@settings(max_examples=150)
@given(at=st.floats(0, 1), new=st.binary(min_size=1, max_size=40), cut=st.booleans(), kind=st.integers(0, 3))
def test_a_spoiled_file_is_read_or_refused_and_nothing_else(tmp_path_factory, at, new, cut, kind):
    folder = tmp_path_factory.getbasetemp()
    content = samples(folder)[kind]
    place = int(at * len(content))
    path = folder / "spoiled.bin"
    path.write_bytes(content[:place] + new + (b"" if cut else content[place + len(new) :]))
    try:
        told = read_workbook(path).file
    except RefusedFileError as refusal:
        told = str(refusal)
    assert told.startswith("spoiled.bin")


def samples(folder: Path, made: dict[Path, list[bytes]] = {}):  # noqa: B006
    """Return one small file of each packed kind, made once."""
    if folder not in made:
        old, new, path = xlwt.Workbook(), openpyxl.Workbook(), folder / "sample.bin"
        for row in range(20):
            new.active.append([f"U{row}", row, "=1+1"])
        sheet = old.add_sheet("A")
        for row in range(20):
            sheet.write(row, 0, row)
        made[folder] = []
        for save in (
            lambda: new.save(path),
            lambda: old.save(str(path)),
            lambda: pyreadstat.write_sav(DataFrame({"U1": [1.0, 2.0]}), path),
            lambda: write_ods(path, '<table:table table:name="A"/>'),
        ):
            save()
            made[folder].append(path.read_bytes())
    return made[folder]
