"""`evalkit new`: a folder that leads on, and templates that hold what `check` and `import` accept."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from evalkit import cli
from evalkit.errors import UsageError
from evalkit.evidence import TABLES, load_evidence
from evalkit.intake.files import read_workbook
from evalkit.intake.layouts import read_tables
from evalkit.study.check import check_study
from evalkit.study.new import create_study, list_forms
from evalkit.study.new.forms import _texts
from evalkit.study.new.workbook import write_workbook
from evalkit.study.runner import run_studies
from evalkit.study.study_file import load_study
from evalkit.vocabulary import LANGUAGES

NIP = "198503172010011" + "999"  # in two parts: no file holds a number shaped like a NIP
COMES_ALONG = {"import"}  # a command that stands in a module of its own
FORMS = {lang: {form.name: form for form in list_forms(lang)} for lang in LANGUAGES}
SHEETS = {"raters": "raters", "skm": "skm"}  # forms of the layouts that 'evalkit import' knows


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request, tmp_path_factory) -> tuple[Path, str]:
    return create_study(tmp_path_factory.mktemp("new") / "my-office", lang=request.param), request.param


def fill(study: Path, *names: str) -> None:
    """Put the filled examples of tables in place, and name them in the descriptor."""
    package = json.loads((study / "datapackage.json").read_text(encoding="utf-8"))
    for name in names:
        shutil.copy(study / "templates/example" / f"{name}.csv", study)
        if name != "evidence":
            package["resources"].append({"name": name, "path": f"{name}.csv"})
    (study / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def open_form(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_new_study_has_one_fault_that_no_evidence_is_in_it_yet(made):
    (problem,) = check_study(made[0]).problems
    assert problem.rule == "the table of evidence needs at least one valid row"


def test_what_the_templates_show_passes_the_check_and_forms_a_method(made, tmp_path):
    study = Path(shutil.copytree(made[0], tmp_path / "filled"))
    fill(study, "evidence", "employees", "indicators", "events", "interventions", "recorded")
    check = check_study(study)
    assert check.problems == ()
    assert check.lying == ()
    assert check.coverage.set_index("method").loc["senapelan", "estimable"]
    assert check.outlook["outlook"].isin(("whole", "part")).sum() >= 10
    evidence = load_evidence(study)
    assert set(evidence.observations["status"]) == {"recorded", "refused"}
    assert not any(getattr(evidence, name).empty for name in ("employees", "events", "recorded"))


def test_the_example_of_a_correction_fits_the_example_of_evidence(made, tmp_path):
    study = Path(shutil.copytree(made[0], tmp_path / "filled"))
    fill(study, "evidence", "corrections")
    (file, row, column, old, _, _) = FORMS["en"]["corrections"].examples[0]
    lines = (study / str(file)).read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index(str(column))
    cells = lines[int(row) - 1].split(",")
    cells[at] = str(old)
    lines[int(row) - 1] = ",".join(cells)
    (study / str(file)).write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert load_evidence(study).corrections["column"].tolist() == [column]


@pytest.mark.slow
def test_what_the_templates_show_can_be_run(tmp_path):
    study = create_study(tmp_path / "filled", lang="id")
    fill(study, "evidence", "employees")
    run = run_studies(
        [study],
        only=["03_scores"],
        settings=["n_boot=20"],
        reports=tmp_path / "reports",
        stream=io.StringIO(),
    )
    assert (len(run.outcomes), run.failed) == (1, ())


def test_the_settings_are_read_and_their_comments_can_be_used(made, tmp_path):
    folder, lang = made
    study = Path(shutil.copytree(folder, tmp_path / "mine"))
    assert load_study(study).languages == (lang,)
    text = (study / "study.yaml").read_text(encoding="utf-8")
    used = re.sub(r"^# ?(?=\w+:\s*$|\w+: [\[{]|  )", "", text, flags=re.MULTILINE)
    assert used.count("\n#") < text.count("\n#") - 10
    (study / "methods").mkdir()
    (study / "methods/mine.yaml").write_text("", encoding="utf-8")
    (study / "study.yaml").write_text(used, encoding="utf-8")
    whole = load_study(study)
    assert whole.margins["traits"]["value"] == 0.25
    assert whole.criteria[0]["indicator"] == "complaints"
    assert whole.mappings["dumai"]["integrity"]["indicators"] == ["punctuality"]


def test_the_readme_names_commands_that_there_are_and_files_that_it_has(made):
    folder, _ = made
    text = (folder / "README.md").read_text(encoding="utf-8")
    commands = {command.name for command in cli.COMMANDS} | COMES_ALONG
    named = re.findall(r"^evalkit (\w+)", text, flags=re.MULTILINE)
    assert [name for name in named if name not in commands] == []
    assert list(dict.fromkeys(named)) == ["audit", "import", "check", "run", "verify", "pack"]
    for form in FORMS["en"]:
        assert f"`{form}`" in text
        assert (folder / "templates" / f"{form}.xlsx").is_file()
        assert (folder / "templates" / f"{form}.csv").is_file()
    assert "$" not in text + (folder / "study.yaml").read_text(encoding="utf-8")


def test_every_column_of_every_input_table_is_explained_in_both_languages():
    forms = {*FORMS["en"]}
    assert forms == {*TABLES} - {"truth"} | {*SHEETS}
    for name, told in _texts().items():
        columns = [one.column.name for one in FORMS["en"][name].columns]
        assert list(told["columns"]) == columns
        assert all(set(words) == {"en", "id"} for words in (told["about"], *told["columns"].values()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", list(FORMS["en"]))
def test_a_workbook_holds_people_to_the_schema_and_holds_no_formula(name, lang):
    form = FORMS[lang][name]
    book = open_form(write_workbook(form, lang))
    sheet = book[name]
    assert [cell.value for cell in sheet[1]] == list(form.headings)
    assert (sheet.max_row, sheet.freeze_panes, book["lists"].sheet_state) == (1, "A2", "hidden")
    rules = {str(one.sqref).split(":")[0]: one for one in sheet.data_validations.dataValidation}
    for column, letter in zip(form.columns, "ABCDEFGHIJK", strict=False):
        rule = rules[f"{letter}2"]
        assert rule.prompt == column.about[:255]
        if column.choices:
            chosen = [cell.value for cell in book["lists"][letter] if cell.value]
            assert (rule.type, chosen) == ("list", list(column.choices))
            assert rule.formula1 == f"lists!${letter}$1:${letter}${len(chosen)}"
        else:
            kinds = {"number": "decimal", "integer": "whole", "date": "date", "period": "custom"}
            assert rule.type == kinds.get(column.column.kind) or column.column.kind == "text"
    assert not [cell for each in book for row in each.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_looks_like_a_formula_stays_a_text():
    from dataclasses import replace

    form = FORMS["en"]["corrections"]
    hostile = replace(form, examples=(("evidence.csv", 2, "value", "=1+1", "@SUM(A1)", "https://e.org"),))
    shown = open_form(write_workbook(hostile, "en"))["example"]
    assert [(shown.cell(row, 4).value, shown.cell(row, 4).data_type) for row in (7, 8, 9)] == [
        ("=1+1", "s"),
        ("@SUM(A1)", "s"),
        ("https://e.org", "s"),
    ]
    assert shown.cell(9, 4).hyperlink is None


def test_the_same_form_has_the_same_bytes():
    assert write_workbook(FORMS["id"]["skm"], "id") == write_workbook(FORMS["id"]["skm"], "id")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", list(SHEETS))
def test_a_filled_sheet_is_recognised_and_its_examples_are_not_taken_for_data(tmp_path, name, lang):
    form = FORMS[lang][name]
    book = open_form(write_workbook(form, lang))
    path = tmp_path / f"{name}.xlsx"
    book.save(path)
    assert [len(one.table) for one in read_tables(read_workbook(path))] == [0]
    for row in form.examples:
        book[name].append(row)
    book.save(path)
    (reading,) = read_tables(read_workbook(path))
    assert (reading.layout, reading.sheet.name, len(reading.table)) == (
        SHEETS[name],
        name,
        len(form.examples),
    )
    (tmp_path / "copy.csv").write_text(
        "\n".join(",".join(map(str, row)) for row in (form.headings, *form.examples)), encoding="utf-8"
    )
    (again,) = read_tables(read_workbook(tmp_path / "copy.csv"))
    answers = [column for column in reading.table if column != "respondent"]
    assert again.table[answers].equals(reading.table[answers])


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/names.xlsx").write_bytes(b"precious")
    assert cli.main(["new", str(tmp_path / "mine")]) == 2
    assert "exists already, and is not empty. Name a new folder." in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "names.xlsx"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("my office!", "such as my-office; found"), ("-", "has letters"), (NIP, "this one looks like a NIP")],
)
def test_a_name_that_reports_could_not_have_is_refused(tmp_path, name, message):
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        create_study(tmp_path / name)
    assert NIP not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_halfway_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("evalkit.study.new.folder.write_workbook", fail)
    with pytest.raises(OSError, match="the disk is full"):
        create_study(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_comes_next(tmp_path, capsys):
    assert cli.main(["new", str(tmp_path / "kantor"), "--lang", "id"]) == 0
    assert f"lalu: evalkit check {tmp_path / 'kantor'} --lang id" in capsys.readouterr().out
