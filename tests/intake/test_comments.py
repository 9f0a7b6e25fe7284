"""Free text: left out, or kept without numbers and known names, and then shown by no report on groups."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import cli
from evalkit.errors import UsageError
from evalkit.evidence import load_evidence
from evalkit.intake.importing import Given
from evalkit.intake.importing.comments import scrub_text
from evalkit.rules import holds_nip
from evalkit.study.importing import describe_import, import_files
from evalkit.study.people import PEOPLE_VARIABLE
from evalkit.study.session import start

from .sheets import survey, write_csv, write_xlsx

ABOUT = {"place": "dumai", "unit": "Dinas", "period": "2025Q1", "indicator": "overall_rating"}
NIP = "19850101" + "2010031001"
NAMES = ("Siti Rahmawati", "Budi Santoso")
RATED = [
    ["NIP", "Nama", "Atasan", "Rekan", "Catatan", "Saran"],
    [NIP, NAMES[0], 4, 3, f"Bu SITI ({NIP}) teladan, hubungi 0812-3456-7890", "+1 untuk kinerja"],
    [NIP[:-1] + "2", NAMES[1], 2, 3, "-", "perlu pelatihan"],
]


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    header = "place,unit,employee,period,indicator,source,rater,item,value,recorded_on,status\n"
    (folder / "evidence.csv").write_text(header, encoding="utf-8")
    (folder / "study.yaml").write_text(
        "title: {en: x}\nkind: real\nmethods: [dumai]\nnotebooks: [02_evidence]\n", encoding="utf-8"
    )
    package = {
        "name": "study",
        "evalkit": {"kind": "real"},
        "resources": [{"name": "evidence", "path": "evidence.csv", "format": "csv"}],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


@pytest.fixture
def bring(study, tmp_path):
    def run(path, **options):
        about = Given(**{**ABOUT, **options})
        return import_files([path], study, about, key_file=tmp_path / "a.key", write=True)

    return run


def test_free_text_is_left_out_unless_it_is_asked_for(bring, study, tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ("S", RATED))
    bring(path)
    assert not load_evidence(study).extras
    assert "teladan" not in "".join(
        file.read_text(encoding="utf-8") for file in study.rglob("*") if file.is_file()
    )


def test_kept_text_has_its_place_and_person_and_no_number_and_no_known_name(bring, study, tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ("S", RATED))
    imported = bring(path, keep_text=True)
    comments = load_evidence(study).extras["comments"]
    assert sorted(comments["text"]) == [
        "'+1 untuk kinerja",
        "Bu ••• (•••) teladan, hubungi •••",
        "perlu pelatihan",
    ]
    assert set(comments["employee"]) == set(load_evidence(study).employees["employee"])
    assert set(comments["unit"]) == {"Dinas"}
    written = "".join(file.read_text(encoding="utf-8") for file in study.rglob("*") if file.is_file())
    told = describe_import(imported)
    assert not holds_nip(written + told)
    words = set(re.findall(r"[a-z]+", (written + told).casefold()))
    assert words.isdisjoint(word.casefold() for name in NAMES for word in name.split())
    assert re.search(r"Catatan → comments", told)
    assert "3 comments were kept" in told
    assert "in 1 of them numbers" in told
    assert "which is not read" not in told


def test_the_same_file_without_the_text_takes_the_text_out_again(bring, study, tmp_path):
    rows = survey(np.random.default_rng(1), 12)
    rows[3] = [*rows[3], "Saran"]
    rows[5:17] = [[*row, "bagus" if at else ""] for at, row in enumerate(rows[5:17])]
    path = write_csv(tmp_path / "a.csv", rows)
    bring(path, keep_text=True)
    evidence = load_evidence(study)
    assert len(evidence.extras["comments"]) == 11
    assert set(evidence.extras["comments"]["rater"]) <= set(evidence.observations["rater"])
    before = (study / "datapackage.json").read_bytes()
    bring(path, keep_text=True)
    assert (study / "datapackage.json").read_bytes() == before
    assert [each.state for each in bring(path).placed] == ["replaces"]
    assert "comments" not in load_evidence(study).extras


def test_reports_on_groups_do_not_get_it_and_those_on_people_do(bring, study, tmp_path, monkeypatch):
    bring(write_xlsx(tmp_path / "a.xlsx", ("S", RATED)), keep_text=True)
    monkeypatch.setenv(PEOPLE_VARIABLE, "hidden")
    assert "comments" not in start(study=str(study), lang="en").evidence.extras
    monkeypatch.delenv(PEOPLE_VARIABLE)
    assert len(start(study=str(study), lang="en").evidence.extras["comments"]) == 3


def test_a_study_whose_people_are_published_takes_no_text(bring, study, tmp_path):
    package = json.loads((study / "datapackage.json").read_text(encoding="utf-8"))
    package["evalkit"]["persons"] = "published"
    (study / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    path = write_csv(tmp_path / "a.csv", survey(np.random.default_rng(1), 12))
    with pytest.raises(UsageError, match="reports would show free text as it is"):
        bring(path, keep_text=True)
    assert bring(path).written


def test_the_command_has_the_option(study, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    path = write_xlsx(tmp_path / "a.xlsx", ("S", RATED))
    about = ("--place", "dumai", "--unit", "Dinas", "--period", "2025Q1", "--indicator", "overall_rating")
    assert cli.main(["import", str(path), "--into", str(study), *about, "--keep-text", "--lang", "id"]) == 0
    assert "3 komentar disimpan" in capsys.readouterr().out


@given(st.text(), st.integers(10**16, 10**18 - 1))
def test_no_text_keeps_a_long_number_or_a_name_or_begins_a_formula(text, number):
    told = scrub_text(f"{text} Rahmawati {number:018d} {text}", {"rahmawati"})
    assert not holds_nip(told)
    assert "rahmawati" not in told.casefold().split()
    assert not told.startswith(("=", "+", "-", "@"))
