"""`evalkit check`: everything that is wrong, at once, with what to do; nothing is written."""

from __future__ import annotations

import ast
import json
import random
import re
import shutil
from pathlib import Path

import pytest

from evalkit import cli
from evalkit.compare.report_outlook import _QUESTIONS
from evalkit.errors import EvalkitError
from evalkit.present.wording.checks import say_rule
from evalkit.present.wording.fixes import say_fix
from evalkit.study.check import check_study
from evalkit.study.check.problems import MOST_TOLD
from evalkit.vocabulary import SOURCES

ROOT = Path(__file__).parents[2]
NIP = "198503172010011" + "999"  # in two parts: no file holds a number shaped like a NIP
SETTINGS, TABLE, PACKAGE = "study.yaml", "evidence.csv", "datapackage.json"
SHEETS_KNOWN_WHEN_RUN = {"principles"}


@pytest.fixture
def study(tmp_path) -> Path:
    return Path(shutil.copytree(ROOT / "data/judges", tmp_path / "office"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def forget_hashes(study: Path) -> None:
    package = json.loads((study / PACKAGE).read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("hash")
    (study / PACKAGE).write_text(json.dumps(package), encoding="utf-8")


def set_cell(study: Path, row: int, column: str, value: str) -> None:
    """Write into a cell of the evidence, its row as a spreadsheet numbers it."""
    lines = (study / TABLE).read_text(encoding="utf-8").splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    lines[row - 1] = ",".join(cells)
    (study / TABLE).write_text("\n".join([*lines, ""]), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(study: Path) -> set[tuple[str, str, tuple[tuple[int, str], ...]]]:
    return {
        (one.file, one.rule, tuple((place.row, place.value) for place in one.places))
        for one in check_study(study).problems
    }


def test_a_sound_study_has_no_fault_and_is_not_changed(study, monkeypatch, capsys):
    monkeypatch.chdir(study.parent)
    before = contents(study.parent)
    assert cli.main(["check", "office"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("office:\nNothing is wrong with this study.\nObservations that were read: 473.\n")
    assert contents(study.parent) == before


def test_faults_of_every_part_are_told_together_with_place_value_and_remedy(study, capsys):
    change(study / SETTINGS, "seed: 20260101", "sed: 1")
    change(study / SETTINGS, "kind: real", "kind: synthetic")
    change(study / SETTINGS, "[judicial_integrity]", "[judicial_integrit]")
    change(study / "profiles/craft.yaml", "weight: 0", "weight: 1")
    set_cell(study, 3, "value", "77")
    set_cell(study, 6, "source", "citizn")
    set_cell(study, 8, "status", "")
    (study / "survey.xlsx").write_bytes(b"PK\3\4")
    assert cli.main(["check", str(study)]) == 1
    out = capsys.readouterr().out
    for line in (
        "8 faults in 3 files.",
        "  unknown key 'sed': did you mean 'seed'?\n    line ",
        "The kind of evidence must be the same in both files: study.yaml says synthetic",
        "mappings.dumai.integrity.indicators: there is no indicator 'judicial_integrit': did you mean",
        "evidence.csv:\n  the file has changed since datapackage.json was written; ",
        "  value: must lie on its indicator's scale, 0 to 10\n    row 3: 77\n    To do: Correct the value",
        "  source: must be one of system, supervisor, peer, self, subordinate, citizen, agency_report\n"
        "    row 6: citizn\n    To do: Write one of these words, exactly as they stand here.",
        "  status: must be filled\n    row 8\n    To do: Fill the cell, or take the row out.",
        "profiles/craft.yaml:\n  components[0].weight: must be at most 1; found ",
        "survey.xlsx is not read. To take it in: evalkit import ",
    ):
        assert line in out


def test_what_a_page_tells_is_what_the_terminal_tells(study, tmp_path, capsys):
    forget_hashes(study)
    set_cell(study, 6, "source", "<b>citizn")
    target = tmp_path / "check.html"
    assert cli.main(["check", str(study), "--lang", "id", "--html", str(target)]) == 1
    page, out = target.read_text(encoding="utf-8"), capsys.readouterr().out
    assert "baris 6: &lt;b&gt;citizn" in page
    assert "<b>" not in page
    for text in ("1 kesalahan dalam 1 berkas.", "menjawab sebagian", "Tulis salah satu kata ini"):
        assert text in page
        assert text in out
    assert not re.search(r'\b(?:src|href)="(?!data:)', page)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_rule_in_indonesian_keeps_the_words_that_are_to_be_typed():
    rule = f"must be one of {', '.join(SOURCES)}"
    assert say_rule(rule, "id") == f"harus salah satu dari {', '.join(SOURCES)}"
    nested = "unknown column; did you mean 'birth_year'?"
    assert say_rule(nested, "id") == "kolom tidak dikenal; apakah yang dimaksud 'birth_year'?"
    assert say_rule("components[0].weight: must be at most 1; found 1.3", "id").endswith("found 1.3")


@pytest.mark.parametrize("module", ["check", "relations", "read", "load"])
def test_every_rule_of_tables_has_a_remedy_of_its_own(module):
    tree = ast.parse((ROOT / f"src/evalkit/evidence/{module}.py").read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    rules = [
        text
        for text in texts
        if isinstance(text, str) and re.match("(must|the (file|table|key|cells)) ", text)
    ]
    assert rules
    general = say_fix("something else", TABLE, of_table=True)
    # what a part of a rule says is told with the whole of it
    parts = ("must have ", "must be a ", "must be a CSV text file; ", "the table needs the column ")
    without = [rule for rule in rules if rule not in parts and say_fix(rule, TABLE, of_table=True) == general]
    assert without == []


def test_more_than_two_hundred_like_faults_are_a_number_and_the_first_rows(study):
    forget_hashes(study)
    text = (study / TABLE).read_text(encoding="utf-8")
    (study / TABLE).write_text(text.replace(",citizen,", ",citizn,"), encoding="utf-8")
    check = check_study(study)
    (problem,) = (one for one in check.problems if one.column == "source")
    assert problem.n == text.count(",citizen,") > MOST_TOLD
    assert [place.row for place in problem.places] == list(range(2, 22))
    assert f"… and {problem.n - 20} more" in check.describe()
    assert f"… and {problem.n - 20} more" in check.to_html()


def test_two_hundred_like_faults_are_told_one_by_one_on_the_page(study):
    forget_hashes(study)
    text = (study / TABLE).read_text(encoding="utf-8")
    (study / TABLE).write_text(text.replace(",citizen,", ",citizn,", MOST_TOLD), encoding="utf-8")
    page = check_study(study).to_html()
    assert page.count(": citizn</div>") == MOST_TOLD
    assert "… and" not in page


@pytest.mark.parametrize("broken", ["{", "[]", '{"resources": []}', "[" * 100_000, '{"a": 1, "a": 2}'])
def test_a_broken_descriptor_is_a_fault_of_its_own_and_hides_nothing_else(study, broken):
    change(study / SETTINGS, "seed: 20260101", "sed: 1")
    (study / PACKAGE).write_text(broken, encoding="utf-8")
    files = [one.file for one in check_study(study).problems]
    assert SETTINGS in files
    assert PACKAGE in files


def test_a_workbook_under_the_name_of_a_table_is_sent_to_import(study):
    forget_hashes(study)
    (study / TABLE).write_bytes(b"PK\3\4 and more")
    assert "'evalkit import FILE --into STUDY'" in check_study(study).describe()


def test_a_table_that_the_descriptor_does_not_name_is_told_with_the_line_to_add(study):
    (study / "employees.csv").write_text("employee,place\n", encoding="utf-8")
    assert (
        'Add to its resources: {"name": "employees", "path": "employees.csv"}'
        in check_study(study).describe()
    )


@pytest.mark.parametrize("hidden", ["~$survey.xlsx", ".survey.xlsx", "notes.txt", "names.csv"])
def test_what_nobody_meant_to_be_read_is_not_mentioned(study, hidden):
    (study / hidden).write_bytes(b"")
    assert check_study(study).lying == ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nowhere", "There is no study 'nowhere'"),
        ("nowhere", "'evalkit new nowhere' makes a new one."),
        ("survey.xlsx", "'evalkit audit survey.xlsx' checks this sheet alone"),
        ("survey.xlsx", "'evalkit import survey.xlsx --into STUDY' takes it into a study."),
        ("notes.txt", "notes.txt is a file; name its folder: ."),
    ],
)
def test_a_wholly_wrong_start_leads_to_the_right_one(tmp_path, monkeypatch, capsys, given, message):
    monkeypatch.chdir(tmp_path)
    for name in ("survey.xlsx", "notes.txt"):
        (tmp_path / name).write_bytes(b"PK\3\4")
    assert cli.main(["check", given]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


def test_a_folder_that_is_no_study_yet_says_what_is_lacking(tmp_path, capsys):
    (tmp_path / "survey.ods").write_bytes(b"PK\3\4")
    assert cli.main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    for text in ("study.yaml is missing", "datapackage.json is missing", "'evalkit new' makes", "survey.ods"):
        assert text in out


def test_a_page_needs_its_folder(study, capsys):
    assert cli.main(["check", str(study), "--html", "nowhere/check.html"]) == 2
    assert "there is no folder nowhere. Make it first." in capsys.readouterr().err


def test_no_number_of_a_person_is_repeated(study):
    forget_hashes(study)
    set_cell(study, 3, "employee", NIP)
    set_cell(study, 4, "source", NIP)
    change(study / SETTINGS, "n_boot: 2000", f"n_boot: 'x{NIP}'")
    (study / f"{NIP}.xlsx").write_bytes(b"")
    check = check_study(study)
    for text in (check.describe(), check.describe("id"), check.to_html(), repr(check)):
        assert NIP not in text
        assert NIP[:8] not in text
    assert "looks like a NIP" in check.describe()


def test_what_is_declared_beforehand_is_checked_too(study):
    change(study / SETTINGS, "    by: method\n", "    bi: method\n")
    change(study / SETTINGS, "source: citizen, because", "source: peer, because")
    change(
        study / SETTINGS,
        "parameters:\n  without",
        "targets:\n  speed: {value: 50, because: Fast.}\nparameters:\n  withot",
    )
    change(study / SETTINGS, "02_evidence", "02_evidenc")
    rules = " | ".join(rule for _, rule, _ in told(study))
    for text in (
        "families: methods: unknown key 'bi'",
        "There is no recorded retention_worthiness from peer",
        "targets: no method has a component 'speed'",
        "there is no parameter 'withot'",
        "names the notebook '02_evidenc'",
    ):
        assert text in rules


def test_rows_at_fault_are_left_out_of_what_reports_can_say(study):
    forget_hashes(study)
    set_cell(study, 3, "value", "77")
    check = check_study(study)
    assert check.n_observations == 472
    assert "Rows at fault are left out of what follows." in check.describe()
    assert check.outlook is not None


def test_what_reports_can_say_follows_the_evidence(study):
    before = check_study(study).outlook.set_index("report")
    assert before.loc["03_scores", "outlook"] == "part"
    assert before.loc["11_service", "outlook"] == "nothing"
    assert "only dumai scored anyone" in before.loc["05_agreement", "reason"]
    assert before.loc["profiles", "outlook"] == "whole"
    forget_hashes(study)
    answers = [f"us_judges,court,,,public_satisfaction,citizen,r1,U{n},3,,recorded" for n in range(1, 10)]
    with (study / TABLE).open("a", encoding="utf-8") as file:
        file.write("\n".join([*answers, ""]))
    after = check_study(study).outlook.set_index("report")
    assert after.loc["11_service", "outlook"] == "part"


def test_every_shipped_notebook_has_an_outlook():
    shipped = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(_QUESTIONS) == shipped - SHEETS_KNOWN_WHEN_RUN


def test_spoilt_files_give_faults_and_no_traceback(study):
    rng = random.Random(20260101)
    whole = {name: (study / name).read_bytes() for name in (SETTINGS, PACKAGE, TABLE, "profiles/craft.yaml")}
    for _ in range(10):
        name = rng.choice(list(whole))
        data = bytearray(whole[name])
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice((0, 1, 40))] = bytes(
                rng.choice(b'\0\xff\n",:{}[]- a9') for _ in range(2)
            )
        (study / name).write_bytes(bytes(data))
        try:
            check_study(study).to_html("id")
        except EvalkitError as error:  # pragma: no cover
            pytest.fail(f"{name}: {error}")
        (study / name).write_bytes(whole[name])
