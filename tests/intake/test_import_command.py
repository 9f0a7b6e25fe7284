"""`evalkit import`: what it would do first, one message for each mistake, an exit code that says what was."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from evalkit import cli
from evalkit.evidence import load_evidence
from evalkit.rules import holds_nip
from evalkit.study.importing import CSV_COLUMNS

from .sheets import raters, siasn, survey, write_csv, write_xlsx

NIP = "19850101" + "2010031001"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
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


@pytest.fixture
def run(study, capsys):
    """Run the command on files of the study's neighbourhood; return exit code, output and complaint."""

    def run(*arguments):
        code = cli.main(["import", *map(str, arguments), "--into", str(study)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_it_shows_first_and_writes_when_it_is_told(run, study, tmp_path):
    path = write_xlsx(tmp_path / "skm.xlsx", ("Loket", survey(np.random.default_rng(1), 20, weight="0.11")))
    about = ("--place", "dumai", "--unit", "{sheet}", "--period", "2025Q1")
    code, out, _ = run(path, *about)
    assert code == 0
    assert out.startswith("1 table would be written to the study study. Nothing is written yet")
    assert "Found: the weight of an element typed as 0.11" in out
    assert not (study / "imported").exists()
    code, out, _ = run(path, *about, "--write")
    assert (code, out.splitlines()[0]) == (0, "1 table was written to the study study.")
    observations = load_evidence(study).observations
    assert (observations["unit"].unique().tolist(), len(observations)) == (["Loket"], 180)
    code, out, _ = run(path, *about, "--write", "--lang", "id")
    assert (code, out.splitlines()[0]) == (
        0,
        "Tidak ada yang baru untuk studi study; studi tetap seperti semula.",
    )


def test_the_key_is_made_outside_the_study_and_a_lost_one_is_asked_for(run, tmp_path):
    path = write_csv(tmp_path / "a.csv", siasn(np.random.default_rng(1)))
    about = (path, "--place", "dumai", "--period", "Q4", "--unit", "Dinas")
    _, out, _ = run(*about, "--write")
    key = tmp_path / "settings" / "evalkit" / "keys" / "study.key"
    assert f"The key of the pseudonyms is new: {key}." in out
    key.rename(tmp_path / "moved.key")
    code, _, told = run(*about)
    assert (code, told.count("\n")) == (2, 1)
    assert "their key is not at" in told
    assert not key.exists()
    assert run(*about, "--key", tmp_path / "moved.key")[0] == 0


def test_a_faulty_table_exits_with_1_and_its_table_names_every_cell(run, study, tmp_path):
    rows = survey(np.random.default_rng(1), 20)
    rows[9][4] = 8
    path = write_xlsx(tmp_path / "=skm.xlsx", ("SKM", rows))
    html, table = tmp_path / "a.html", tmp_path / "a.csv"
    before = (study / "datapackage.json").read_bytes()
    about = (path, "--place", "dumai", "--unit", "Loket", "--html", html, "--csv", table, "--write")
    code, out, _ = run(*about)
    assert code == 1
    assert "E10  U4  off the scale" in out
    assert (study / "datapackage.json").read_bytes() == before
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == CSV_COLUMNS
    assert {line["file"] for line in lines} == {"'=skm.xlsx"}
    assert [line["cell"] for line in lines if line["what"] == "faulty"] == ["E10"]
    page = html.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<td>off the scale</td>" in page
    assert run(*about, "--keep-valid")[0] == 0
    assert len(load_evidence(study).observations) == 171


def test_a_mapping_file_names_columns_and_what_holds_for_all(run, study, tmp_path):
    rows = raters(np.random.default_rng(1), 10)
    rows[0] = ["Kode", "Skor Pimpinan", "Skor Teman", "Skor Sendiri", "Rata"]
    path = write_xlsx(tmp_path / "a.xlsx", ("N", rows))
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "columns: {Kode: ratee, Skor Pimpinan: supervisor, Skor Teman: peer}\nplace: dumai\nunit: Dinas\n"
        "indicator: overall_rating\nscale: [0, 100]\nperiod: 2025Q1\n",
        encoding="utf-8",
    )
    assert run(path, "--mapping", mapping, "--write")[0] == 0
    assert load_evidence(study).observations["source"].value_counts().to_dict() == {
        "supervisor": 10,
        "peer": 10,
    }
    mapping.write_text("columns: {Kode: rate}\n", encoding="utf-8")
    code, _, told = run(path, "--mapping", mapping, "--place", "dumai")
    assert code == 2
    assert "line 1" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.xlsx",), "There is no file missing.xlsx"),
        (("missing.xlsx", "--scale", "5"), "--scale 5 must be two different numbers"),
        (("missing.xlsx", "--html", "no/where.html"), "there is no folder no"),
        (("missing.xlsx", "--period", "TW1"), "--period TW1 must be a quarter such as 2025Q1"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_2(run, study, arguments, message):
    code, out, told = run(*arguments, "--place", "dumai")
    assert (code, out) == (2, "")
    assert message in told
    assert sorted(path.name for path in study.iterdir()) == ["datapackage.json", "evidence.csv"]


def test_a_file_without_a_table_says_what_a_table_needs(run, tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ("S", [["apa", "ini"], [1, 2]]))
    code, _, told = run(path, "--place", "dumai")
    assert code == 2
    assert "a.xlsx has no table that is known in 'S'. A table needs a row of headings" in told


def test_a_study_that_is_none_is_refused(tmp_path, capsys):
    assert cli.main(["import", "a.xlsx", "--into", str(tmp_path / "nowhere"), "--place", "dumai"]) == 2
    told = capsys.readouterr().err
    assert "nowhere" in told
    assert "Traceback" not in told


def test_a_damaged_nip_is_named_by_its_cell_and_not_shown(run, tmp_path):
    rows = siasn(np.random.default_rng(1), 20)
    at = rows[0].index("pnsDinilaiId")
    rows[0][at] = "NIP"
    for number, row in enumerate(rows[1:]):
        row[at] = NIP[:15] + f"{number:03d}"
    rows[4][at] = float(NIP)
    path = write_xlsx(tmp_path / "a.xlsx", ("SKP", rows))
    code, out, _ = run(path, "--place", "dumai", "--unit", "Dinas", "--period", "Q4")
    assert code == 1
    assert "H5  person  a NIP typed as a number, whose last digits are lost" in out
    assert not holds_nip(out)
