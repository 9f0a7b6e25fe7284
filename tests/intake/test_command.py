"""`evalkit audit`: the finding first, rows by their cells, no person, an exit code that says what it was."""

from __future__ import annotations

import csv
import subprocess
import sys

import numpy as np
import pytest

from evalkit import cli
from evalkit.rules import holds_nip
from evalkit.study.audit import CSV_COLUMNS, audit_file

from .sheets import SPOILED, raters, recap, siasn, survey, write_corpus, write_csv, write_xlsx

NIP = "19850101" + "2010031001"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def spoiled(tmp_path):
    return write_xlsx(tmp_path / "survei.xlsx", ("SKM", survey(np.random.default_rng(1), 30, weight="0.11")))


def test_the_corpus_has_forty_files_and_none_gives_a_wrong_number_silently(corpus):
    assert len(corpus) >= 40
    expected = {
        f"{name}-{at:02}-{defect}.xlsx": defect for at, (name, _, defect) in enumerate(SPOILED, start=1)
    }
    for path in corpus:
        audited = audit_file(path)
        found = [each.code for audit in audited.audits for each in audit.defects if each.verdict == "found"]
        assert found == ([expected[path.name]] if path.name in expected else []), path.name
        assert audited.is_clean == (path.name not in expected), path.name


def test_a_clean_sheet_gives_the_same_audit_from_every_kind_of_file(corpus):
    for name in ("skm", "skm-recap", "siasn", "raters", "sakip"):
        kinds = [
            path
            for path in corpus
            if path.stem in (name, f"{name}-utf16", f"{name}-1252") and path.suffix != ".sav"
        ]
        compared = {
            (len(audit.reading.table), audit.n_compared)
            for path in kinds
            for audit in audit_file(path).audits
        }
        assert (len(kinds), len(compared)) == (5, 1)


def test_the_finding_comes_first_and_rows_are_named_by_their_cells(spoiled, capsys):
    assert cli.main(["audit", str(spoiled)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "survei.xlsx, SKM (skm):"
    assert " of 30 recorded values differ from what the rows give; " in lines[1]
    assert lines[2].startswith(
        "Found: the weight of an element typed as 0.11 where 1/9 is meant; the largest"
    )
    assert any(line.split()[:3] == ["B40", "IKM", "66.25"] for line in lines)


def test_it_speaks_indonesian_and_writes_numbers_so(spoiled, capsys):
    assert cli.main(["audit", str(spoiled), "--lang", "id"]) == 1
    out = capsys.readouterr().out
    assert "Ditemukan: bobot unsur diketik 0,11, padahal maksudnya 1/9; selisih terbesar 0," in out
    assert " nilai yang tercatat berbeda dari hasil hitung ulang" in out
    assert " the " not in out


def test_a_clean_sheet_exits_with_0(tmp_path, capsys):
    path = write_csv(tmp_path / "a.csv", siasn(np.random.default_rng(1)))
    assert cli.main(["audit", str(path)]) == 0
    assert "All 300 recorded values agree with what the rows give." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"a;b\n1;2\n", "a.csv has no table that is known. A table needs a row of headings"),
        ("a.pdf", b"%PDF-1.7", "a.pdf is a PDF; xlsx, xls, ods, sav (SPSS)"),
        ("a.xlsx", b"PK\x03\x04", "a.xlsx is broken"),
    ],
)
def test_what_cannot_be_read_exits_with_2_and_one_message(tmp_path, capsys, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    assert cli.main(["audit", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"evalkit: {message}")


def test_a_target_that_is_the_file_itself_or_in_no_folder_is_refused_before_anything_is_read(spoiled, capsys):
    before = spoiled.read_bytes()
    assert cli.main(["audit", str(spoiled), "--csv", str(spoiled)]) == 2
    assert "is the file that is read. Name another one." in capsys.readouterr().err
    assert cli.main(["audit", str(spoiled), "--html", str(spoiled.parent / "no" / "a.html")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert spoiled.read_bytes() == before


def test_the_table_holds_every_difference_unrounded(spoiled, tmp_path):
    cli.main(["audit", str(spoiled), "--csv", str(tmp_path / "out.csv")])
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    differences = audit_file(spoiled).audits[0].differences
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [float(row["recomputed"]) for row in rows] == [each.recomputed for each in differences]


def test_the_page_needs_nothing_else_and_runs_nothing_of_the_sheet(tmp_path):
    rows = survey(np.random.default_rng(1), 30, weight="0.11")
    path = write_xlsx(tmp_path / "a.xlsx", ("<script>alert(1)<", rows))
    cli.main(["audit", str(path), "--html", str(tmp_path / "a.html"), "--lang", "id"])
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.startswith(("<!DOCTYPE html>", "\n<!DOCTYPE html>"))
    assert '<html lang="id">' in page
    assert "<script" not in page
    assert "src=" not in page
    assert page.count("<tr>") > 20


def test_nothing_that_starts_a_formula_is_written(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ("=1+1", survey(np.random.default_rng(1), 30, weight="0.11")))
    lines = audit_file(path).to_csv().splitlines()
    assert all(line.split(",")[1] == "'=1+1" for line in lines[1:])


def test_neither_a_name_nor_a_nip_is_repeated(tmp_path, capsys):
    rows = siasn(np.random.default_rng(1), never_kurang=True)
    at = rows[0].index("pnsDinilaiId")
    for row in rows[1:]:
        row[at] = f"Siti Rahmawati {NIP}"
    others = raters(np.random.default_rng(1), zero=True)
    for row in others[1:]:
        row[0] = NIP
    path = write_xlsx(tmp_path / "a.xlsx", (f"SKP {NIP}", rows), ("penilai", others))
    page, table = tmp_path / "a.html", tmp_path / "a.csv"
    assert cli.main(["audit", str(path), "--html", str(page), "--csv", str(table)]) == 1
    told = capsys.readouterr().out + page.read_text(encoding="utf-8") + table.read_text(encoding="utf-8")
    assert "kurang" in told
    assert not holds_nip(told)
    assert "Siti" not in told


def test_every_table_of_a_file_is_audited_and_hidden_sheets_are_named(tmp_path, capsys):
    rng = np.random.default_rng(1)
    path = write_xlsx(
        tmp_path / "a.xlsx", ("A", recap(rng)), ("B", siasn(rng)), ("C", survey(rng)), hidden=("C",)
    )
    assert cli.main(["audit", str(path)]) == 0
    out = capsys.readouterr().out
    assert "a.xlsx, A (skm-recap):" in out
    assert "a.xlsx, B (siasn):" in out
    assert "Hidden sheets were left out: C. Name one with --sheet to read it." in out
    assert cli.main(["audit", str(path), "--sheet", "C", "--layout", "skm"]) == 0
    assert "a.xlsx, C (skm):" in capsys.readouterr().out


def test_the_command_line_starts_without_what_reads_files():
    names = ("pandas", "python_calamine", "pyreadstat")
    code = f"import sys, evalkit.cli; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_mapping_file_names_the_columns_of_a_sheet_that_nobody_knows(tmp_path, capsys):
    rows = [["Nomor", *(f"Pertanyaan {i}" for i in range(1, 10))], *([n, *[3] * 9] for n in range(1, 6))]
    path = write_xlsx(tmp_path / "a.xlsx", ("SKM", rows))
    mapping = tmp_path / "peta.yaml"
    mapping.write_text("columns:\n" + "".join(f"  Pertanyaan {i}: U{i}\n" for i in range(1, 10)))
    assert cli.main(["audit", str(path)]) == 2
    assert cli.main(["audit", str(path), "--mapping", str(mapping)]) == 0
    assert "the answers give an IKM of 75.00 (C)" in capsys.readouterr().out
    mapping.write_text("column: {Pertanyaan 1: U1}")
    assert cli.main(["audit", str(path), "--mapping", str(mapping)]) == 2
    assert "peta.yaml:\n  line 1, column: unknown key; did you mean 'columns'?" in capsys.readouterr().err
