"""What import, check and audit say with --lang id: on every file of the corpus, and of what is refused."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from evalkit import cli
from evalkit.present.wording.refusals import say_refusal

from .corpus import write_corpus
from .sheets import raters, siasn, survey, write_csv, write_xlsx

#: Words that stand in every English sentence and in no Indonesian one.
ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|of|and|or|that|its?|with|has|have|be|not|which|this|what|must|cannot|there|"
    r"nothing|does|rows?|cells?|sheet|column|file|one|from|read|name)\b",
    re.IGNORECASE,
)
#: What is typed, and what a file is called: names of commands, options, keys, files and sheets.
AS_TYPED = re.compile(r"'[^']*'|\"[^\"]*\"|--?[a-z][\w-]*|[\w.-]+\.\w+|\S*/\S*|\w+_\w+")


def english(told):
    """Return the lines that hold English words."""
    return [line for line in told.splitlines() if ENGLISH.search(AS_TYPED.sub("", line))]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


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
def say(capsys):
    """Run a command in Indonesian; return all that it says."""

    def run(*arguments):
        cli.main([*map(str, arguments), "--lang", "id"])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return told.out + told.err

    return run


def test_the_words_that_are_looked_for_are_found_in_english():
    assert english("a.xlsx: nothing is taken of it")
    assert not english("a.xlsx, lembar 'The sheet', sel B2: --scale 1-4 atau data/of.csv")


def spoiled(cases):
    """One file of each spoil, and every defect."""
    return list({(case.spoil, case.layout in ("skm", "raters")): case.path for case in cases}.values())


def test_an_import_of_the_corpus_says_no_word_of_english(cases, study, say):
    about = ("--place", "dumai", "--unit", "Dinas", "--period", "2024Q4", "--indicator", "overall_rating")
    told = say("import", *spoiled(cases), "--into", study, *about)
    assert told.count("corpus") == 0
    assert len(told.splitlines()) > 1000
    assert english(told) == []


def test_an_audit_of_the_corpus_says_no_word_of_english(cases, say):
    for path in spoiled(cases):
        assert english(say("audit", path)) == [], path.name


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--place", "dumai", "--period", "2025"),
        ("--place", "dumai", "--scale", "3"),
        ("--place", "dumai", "--source", "pear"),
        ("--place", "dumai", "--sheet", "X"),
        ("--place", "dumai", "--html", "tiada/a.html"),
        ("--place", "dumai", "--key", "evidence.csv"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_indonesian(study, tmp_path, say, options, monkeypatch):
    monkeypatch.chdir(study)
    path = write_xlsx(tmp_path / "a.xlsx", ("S", siasn(np.random.default_rng(1))))
    told = say("import", path, "--into", study, *options)
    assert told.startswith("evalkit: ")
    assert english(told) == []


def test_files_that_are_none_are_refused_in_indonesian(study, tmp_path, say):
    contents = {
        "a.xlsx": b"PK\x03\x04",
        "b.csv": b"",
        "c.html": b"<html><body>x</body></html>",
        "d.csv": bytes(range(256)) * 4,
        "e.csv": b"apa,ini\n1,2\n",
        "f.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in (*contents, "g.csv")]
    told = say("import", *paths, "--into", study, "--place", "dumai")
    assert english(told) == []
    assert all(name in told for name in contents)
    for path in paths:
        assert english(say("audit", path)) == []


def test_a_study_that_would_not_hold_together_is_told_in_indonesian(study, tmp_path, say):
    about = ("--into", study, "--place", "dumai", "--unit", "Dinas", "--period", "2025Q1", "--write")
    say("import", write_csv(tmp_path / "a.csv", survey(np.random.default_rng(1), 12)), *about)
    told = say("import", write_csv(tmp_path / "b.csv", survey(np.random.default_rng(2), 12)), *about)
    assert "harus unik di antara semua berkas" in told
    assert english(told) == []


def test_a_check_of_a_spoiled_study_says_no_word_of_english(study, say):
    (study / "study.yaml").write_text(
        "title: {en: x}\nkind: rela\nnotebooks: [02_evidence]\nsead: 1\nmethods: [duma]\n", encoding="utf-8"
    )
    head = "place,unit,employee,period,indicator,source,rater,item,value,recorded_on,status\n"
    rows = (
        "dumai,a,,2025Q1,rating,citizen,,,3,,recorded\n"
        'dumai,a,,2025-1,service_quality,citizen,,,"3,5",,recorded\n'
        "dumai,a,,2025Q1,service_quality,cityzen,,,9,01/02/2025,recorded\n"
        "dumai,,,2025Q1,service_quality,citizen,,,,,recorded\n"
        f"dumai,a,{'19850101' + '2010031001'},2025Q1,service_quality,citizen,,,3,,recorded\n"
        "dumai,a,,2025Q1,service_quality,citizen,r,,3,,recorded\n" * 2
    )
    (study / "evidence.csv").write_text(head + rows, encoding="utf-8")
    told = say("check", study)
    assert len(told.splitlines()) > 20
    assert english(told) == []


def test_a_mapping_file_is_refused_in_indonesian(study, tmp_path, say):
    path = write_csv(tmp_path / "a.csv", raters(np.random.default_rng(1)))
    mapping = tmp_path / "peta.yaml"
    mapping.write_text(
        "columns: {Kode: rate}\nscale: 5\nwords: [a]\nperiod: TW1\nplaze: dumai\nsource: pear\n",
        encoding="utf-8",
    )
    told = say("import", path, "--into", study, "--mapping", mapping)
    assert "6 kesalahan di peta.yaml" in told
    assert english(told) == []


def test_a_message_that_is_not_known_stays_whole():
    text = "This is a message with 3 values that nobody has translated."
    assert say_refusal(text, "id") == text
    assert say_refusal(text, "en") == text
