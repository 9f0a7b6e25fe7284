"""Who is who: several raters of a kind, and people whom one file names by NIP and another by name."""

from __future__ import annotations

import json

import pytest

from evalkit.evidence import load_evidence, standard_indicators
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.importing import Given, find_links, make_batch
from evalkit.intake.layouts import AmbiguityError, read_tables
from evalkit.intake.pseudonyms import PseudonymKey
from evalkit.rules import holds_nip
from evalkit.study.importing import describe_import, import_files

from .sheets import write_xlsx

KEY = PseudonymKey(b"k" * 32)
ABOUT = Given(place="dumai", unit="Dinas", period="2025Q1", indicator="overall_rating")
NAMES = ("Siti Rahmawati", "Budi Santoso", "Ani Lestari")


def nip(number):
    """A NIP composed here, valid and of nobody."""
    return f"19{70 + number}0101" + f"2010031{number:03d}"


def read(*sheets):
    tables = tuple(Sheet(name=f"S{number}", rows=rows) for number, rows in enumerate(sheets))
    return read_tables(Workbook(file="a.xlsx", kind="xlsx", sheets=tables))


def take(rows, links=None, about=ABOUT):
    (reading,) = read(rows)
    return make_batch(reading, about, KEY, standard_indicators(), links)


def named(number):
    return KEY.name(f"nip {nip(number)}")


LIST = [["NIP", "Nama", "Atasan", "Rekan"], *([nip(at), name, 4, 3] for at, name in enumerate(NAMES))]
BY_NAME = [["Nama Pegawai", "Atasan", "Rekan 1", "Rekan 2"], [NAMES[0].upper(), 4, 5, 3], [NAMES[1], 2, 3, 3]]
BELOW = [[NAMES[0], 4, 5], [NAMES[2].lower(), 3, 2]]


def test_raters_of_a_kind_are_as_many_as_their_columns_and_belong_to_one_person():
    evidence = take(BY_NAME).tables["evidence"]
    peers = evidence[evidence["source"] == "peer"]
    assert peers["value"].tolist() == ["5", "3", "3", "3"]
    assert peers["rater"].nunique() == 4
    assert set(evidence.loc[evidence["source"] == "supervisor", "rater"]) == {""}
    again = take(BY_NAME).tables["evidence"]
    assert again["rater"].tolist() == evidence["rater"].tolist()


def test_items_of_several_raters_are_told_apart():
    rows = [
        ["Pegawai", "Rekan 1", "", "Rekan 2", ""],
        ["", "Disiplin", "Integritas", "Disiplin", "Integritas"],
        ["a", 4, 5, 3, 2],
        ["b", 1, 2, 3, 4],
    ]
    evidence = take(rows).tables["evidence"]
    assert set(evidence["source"]) == {"peer"}
    assert evidence.groupby("rater")["value"].agg(list).map(sorted).tolist().count(["4", "5"]) == 1
    assert evidence["rater"].nunique() == 4
    assert not evidence.duplicated(["employee", "rater", "indicator"]).any()


def test_the_mean_of_numbered_raters_is_recomputed():
    rows = [["Pegawai", "Rekan 1", "Rekan 2", "Bawahan I", "Rata-rata"]]
    rows += [["a", 4, 5, 3, 4.0], ["b", 3, 3, "", 2.0], ["c", 4, 4, 4, 4.0]]
    audit = take(rows).audit
    assert [(each.cell, each.recomputed) for each in audit.differences] == [("E3", 3.0)]
    assert audit.verdict("missing_rater_zero") == "found"


def test_two_columns_of_a_kind_without_numbers_are_refused_with_the_remedy():
    with pytest.raises(AmbiguityError, match="such as Rekan 1 and Rekan 2"):
        read([["Pegawai", "Atasan", "Rekan", "Rekan"], ["a", 1, 2, 3], ["b", 1, 2, 3]])


def test_a_name_that_stands_beside_one_nip_is_that_person():
    links = find_links(read(LIST))
    batch = take(BY_NAME, links)
    assert batch.people == {"linked": 2}
    assert batch.tables["employees"]["employee"].tolist() == sorted([named(0), named(1)])
    assert set(batch.tables["employees"]["birth_year"]) == {"1970", "1971"}
    assert take(BY_NAME).people == {"text": 2}


def test_a_name_beside_two_nip_is_a_fault_where_it_stands_alone():
    twins = [LIST[0], *LIST[1:], [nip(9), NAMES[1].lower(), 5, 5]]
    links = find_links(read(twins))
    faults = take(BY_NAME, links).faults
    assert [(fault.at, fault.field, fault.why) for fault in faults] == [(1, "ratee", "two_nips")]
    assert not take(twins, links).faults  # there the NIP tells who is meant


def test_a_row_without_a_nip_is_of_the_person_that_is_named():
    rows = [LIST[0], [nip(0), NAMES[0], 4, 3], ["-", NAMES[2], 2, 2], ["", "", 1, 1]]
    batch = take(rows)
    assert batch.people == {"nip": 1, "text": 1}
    assert [(fault.at, fault.why) for fault in batch.faults] == [(2, "nobody")]


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    header = "place,unit,employee,period,indicator,source,rater,item,value,recorded_on,status\n"
    (folder / "evidence.csv").write_text(header, encoding="utf-8")
    package = {
        "name": "study",
        "evalkit": {"kind": "real"},
        "resources": [{"name": "evidence", "path": "evidence.csv", "format": "csv"}],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


def test_links_hold_among_the_files_of_an_import_and_are_told(study, tmp_path):
    first = write_xlsx(tmp_path / "a.xlsx", ("Daftar", LIST))
    second = write_xlsx(tmp_path / "b.xlsx", ("Nilai", [["Nama Pegawai", "Bawahan 1", "Bawahan 2"], *BELOW]))
    imported = import_files([second, first], study, ABOUT, key_file=tmp_path / "a.key", write=True)
    assert imported.written
    assert len(load_evidence(study).employees) == 3
    told = describe_import(imported)
    assert "2 people by a name that stands beside one NIP in these files" in told
    assert not holds_nip(told)
    assert not any(name.casefold() in told.casefold() for name in NAMES)


def test_names_beside_a_nip_are_hidden_though_they_are_not_read(study, tmp_path):
    rows = [[*row] for row in LIST]
    path = write_xlsx(tmp_path / f"SKP {NAMES[0]}.xlsx", (NAMES[1], rows))
    imported = import_files([path], study, ABOUT, key_file=tmp_path / "a.key", write=True)
    written = "".join(file.read_text(encoding="utf-8") for file in study.rglob("*") if file.is_file())
    assert imported.written
    assert not any(name.casefold() in (describe_import(imported) + written).casefold() for name in NAMES)
