"""Reports on people whom no source has published: aggregates alone, unless more is asked for."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import stat
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from protected_maker import write_protected_study

from evalkit import cli
from evalkit.errors import UsageError
from evalkit.rules import is_nip
from evalkit.study import shared_inputs
from evalkit.study.declared import read_persons
from evalkit.study.guard import Guard
from evalkit.study.harvest import format_cell
from evalkit.study.pack import pack_study
from evalkit.study.people import people_of, read_names
from evalkit.study.runner import run_studies
from evalkit.study.shared import SharedResults
from evalkit.study.study_file import find_root, find_study

from .conftest import cell, make_workbench, write_notebook

START = """\
from evalkit.study import start
session = start(study=study, lang=lang)
people = session.evidence.employees
"""
LEAKS = """\
#| label: fig-leak
#| fig-cap: People.
#| fig-alt: People.
import matplotlib.pyplot as plt
from IPython.display import HTML, display
from evalkit.present import make_table
print(people["employee"].tolist())
display(people)
display(HTML("<b>" + people["employee"][0] + "</b>"))
display(make_table(people[["employee", "unit"]], label="tbl-people", caption="People."))
display(make_table(people.rename(columns={"employee": "who"})[["who"]], label="tbl-who", caption="Who."))
display({"application/vnd.evalkit.table+json": {"label": "tbl-own", "caption": "Own.", "columns": ["score"],
         "rows": [[7 * 10.25]]}, "text/html": "<table><caption>Own.</caption></table>"}, raw=True)
figure, ax = plt.subplots()
ax.set_title(people["employee"][5])
ax.plot([1, 2]);
"""
FINDINGS = """\
from evalkit.present.published import Findings
Findings(tuple(f"{n} people were rated." for n in (3, 60)) + (people["employee"][0] + " was rated.",))
"""
BROKEN = 'raise ValueError("no score of " + people["employee"][0])'
REFUSED = """\
from evalkit.errors import DesignError
raise DesignError("2 people lack a score: " + people["employee"][0] + ", " + people["employee"][1])
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A workbench with a protected study, built; its reports leak, break and refuse on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("protected") / "bench")
        notebooks = find_root(Path(__file__).parent) / "notebooks"
        shutil.copy(notebooks / "03_scores.ipynb", root / "notebooks")
        for name, more in {"leaky": (LEAKS, FINDINGS), "broken": (BROKEN,), "refused": (REFUSED,)}.items():
            write_notebook(root, name, *(cell("code", source) for source in (START, *more)))
        names = write_protected_study(
            root / "data" / "office", notebooks="[03_scores, leaky, broken, refused]"
        )
        patch.chdir(root)
        patch.setenv("EVALKIT_COLD", "0")
        log = io.StringIO()
        run = run_studies(["office"], stream=log)
        return root, names, run, log.getvalue()


def read_all(folder: Path) -> dict[str, str]:
    """Return the text of every file, with what it holds in Base64."""
    texts = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_bytes().decode("utf-8", errors="replace")
        inside = [base64.b64decode(code) for code in re.findall(r"base64,([A-Za-z0-9+/]{40,}=*)", text)]
        texts[path.relative_to(folder).as_posix()] = text + b" ".join(inside).decode(
            "utf-8", errors="replace"
        )
    return texts


def test_no_file_of_the_reports_names_anybody(bench):
    root, names, _, log = bench
    texts = {**read_all(root / "reports"), "log": log}
    assert len(texts) > 15
    assert [(file, name) for file, text in texts.items() for name in names if name in text] == []
    numbers = [number for text in texts.values() for number in re.findall(r"(?<![\d.])\d{18}(?!\d)", text)]
    assert not any(map(is_nip, numbers))


def test_what_a_notebook_shows_by_itself_is_replaced_by_a_sentence(bench):
    root, *_ = bench
    page = (root / "reports/office/leaky.html").read_text(encoding="utf-8")
    assert "it may tell of single people" in page
    assert "71.75" not in page
    assert "this figure tells of single people" in page
    assert "<li>60 people were rated." in page
    assert "<li>3 people were rated." not in page
    assert "fewer than five people: 2." in page
    tables = sorted(path.name for path in (root / "reports/office/tables").glob("leaky-*"))
    assert tables == ["leaky-datapackage.json", "leaky-tbl-people.csv", "leaky-tbl-who.csv"]
    rows = [len((root / "reports/office/tables" / name).read_text().splitlines()) for name in tables[1:]]
    assert rows == [1, 1]  # a header, and nobody


def test_an_error_keeps_its_place_and_remedy_and_loses_what_it_says_of_people(bench):
    root, _, run, _ = bench
    failures = {outcome.task.report: outcome.failure for outcome in run.failed}
    assert set(failures) == {"broken", "refused"}
    assert failures["broken"].cause.startswith("ValueError; its message is left out")
    assert failures["broken"].cell == 4 + 1
    assert failures["refused"].cause == "2 people lack a score: …, …"
    page = (root / "reports/office/broken.html").read_text(encoding="utf-8")
    assert "no score of" not in page.replace(BROKEN.replace('"', "&quot;"), "").split("raise", 1)[0]


def test_numbers_about_few_people_are_left_out_with_their_reason(bench):
    root, *_ = bench
    with (root / "reports/office/results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert not (row["n"] and 0 < float(row["n"]) < 5), row
        if (
            row["quantity"] in ("predikat_share", "top_share_of_scores", "rule_flip_share")
            and row["estimate"]
        ):
            inside = round(float(row["estimate"]) * float(row["n"]))
            assert 5 <= inside <= float(row["n"]) - 5, row
    assert any("fewer than five people" in row["caveat"] for row in rows)
    assert any(row["quantity"] == "mean_score" and row["estimate"] for row in rows)


def test_a_page_says_that_numbers_are_left_out(bench):
    root, *_ = bench
    page = (root / "reports/office/03_scores.html").read_text(encoding="utf-8")
    assert "would tell something of fewer than five people are left out" in page
    assert "PERSON-LEVEL" not in page
    assert "nobody named; bar: the middle half, line: the median. Here without single people" in page


def test_person_level_output_stands_apart_and_is_marked_everywhere(bench, monkeypatch):
    root, names, *_ = bench
    monkeypatch.chdir(root)
    monkeypatch.setenv("EVALKIT_COLD", "0")
    before = read_all(root / "reports/office")
    run_studies(["office"], only=["leaky"], people=True, stream=io.StringIO())
    apart = root / "reports/office.people"
    page = (apart / "leaky.html").read_text(encoding="utf-8")
    assert any(name in page for name in names)
    assert "<title>PERSON-LEVEL:" in page
    assert "Not to be passed on." in page
    assert "PERSON-LEVEL</text>" in (apart / "figures/leaky-fig-leak.svg").read_text(encoding="utf-8")
    assert page.count("<strong>PERSON-LEVEL</strong>") >= 3
    assert read_all(root / "reports/office") == before
    assert "office.people" not in (root / "reports/index.html").read_text(encoding="utf-8")
    assert stat.S_IMODE(apart.stat().st_mode) == 0o700


def test_person_level_output_is_exported_apart_and_marked(bench, monkeypatch, capsys):
    root, names, *_ = bench
    monkeypatch.chdir(root)
    monkeypatch.setenv("EVALKIT_COLD", "0")
    shutil.rmtree(root / "reports/office.people", ignore_errors=True)
    asked = ["export", "office", "--people", "--only", "leaky", "--format", "xlsx", "csv", "docx", "svg"]
    assert cli.main(asked) == 2
    assert (
        "no reports about single people yet. Run 'evalkit run office --people' first"
        in capsys.readouterr().err
    )
    run_studies(["office"], only=["leaky"], people=True, stream=io.StringIO())
    assert cli.main(asked) == 0
    assert "changed since" not in capsys.readouterr().err
    apart = root / "exports/office.people"
    assert stat.S_IMODE(apart.stat().st_mode) == 0o700
    assert any(name in (apart / "tables/leaky-tbl-people.csv").read_text("utf-8-sig") for name in names)
    text = (apart / "leaky.txt").read_text("utf-8-sig")
    assert text.startswith("PERSON-LEVEL: ")
    assert "Not to be passed on." in text
    assert "\n    PERSON-LEVEL. People.\n" in text
    assert "PERSON-LEVEL</text>" in (apart / "figures/leaky-fig-leak.svg").read_text("utf-8")
    sheet = openpyxl.load_workbook(apart / "leaky.xlsx")["tables"]
    assert sheet["A1"].value.startswith("PERSON-LEVEL: ")
    assert sheet["A3"].value.endswith("Not to be passed on.")
    assert sheet["A3"].font.bold
    said = [one.text for one in docx.Document(apart / "leaky.docx").paragraphs]
    assert said[0].startswith("PERSON-LEVEL: ")
    assert said[2].endswith("Not to be passed on.")
    assert "PERSON-LEVEL" in openpyxl.load_workbook(apart / "results.xlsx")["results"]["A1"].value
    apart.chmod(0o755)
    assert cli.main(asked) == 0
    assert stat.S_IMODE(apart.stat().st_mode) == 0o700


def test_exports_of_groups_and_of_people_never_share_a_folder(bench, monkeypatch, capsys, tmp_path):
    root, names, *_ = bench
    monkeypatch.chdir(root)
    for arguments, message in (
        (
            ["--people", "--to", f"{tmp_path}/x"],
            "--to must name a folder that ends in .people, such as x.people",
        ),
        (["--to", f"{tmp_path}/x.people"], "--to x.people is for reports about single people"),
    ):
        assert cli.main(["export", "office", "--only", "03_scores", *arguments]) == 2
        assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert (
        cli.main(["export", "office", "--only", "03_scores", "--format", "csv", "--to", f"{tmp_path}/x"]) == 0
    )
    texts = read_all(tmp_path / "x")
    assert [(file, name) for file, text in texts.items() for name in names if name in text] == []
    assert not any("PERSON-LEVEL" in text for text in texts.values())


def test_people_who_are_published_are_not_exported_apart(workbench, capsys):
    assert cli.main(["export", "tiny", "--people"]) == 2
    assert "The people of tiny are published, so its reports leave nothing out" in capsys.readouterr().err


def test_what_lies_in_the_cache_is_for_its_owner_alone(bench):
    root, *_ = bench
    assert stat.S_IMODE((root / ".evalkit").stat().st_mode) == 0o700
    kept = {path for path in (root / ".evalkit").rglob("*") if path.suffix == ".json"}
    assert kept


def test_a_zip_leaves_evidence_on_people_out_whatever_its_licence(bench, tmp_path, monkeypatch):
    root, names, *_ = bench
    shutil.copytree(root, tmp_path / "bench")
    monkeypatch.chdir(tmp_path / "bench")
    monkeypatch.setenv("EVALKIT_COLD", "0")
    study = tmp_path / "bench/data/office/study.yaml"
    study.write_text(study.read_text().replace("[03_scores, leaky, broken, refused]", "[leaky]"))
    run_studies(["office"], stream=io.StringIO())
    packed = pack_study("office")
    with zipfile.ZipFile(packed.file) as archive:
        held = {name: archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist()}
    assert "reports/office/leaky.html" in held
    assert not [name for name in held if name.endswith(".parquet") or "office.people" in name]
    assert not [name for name, text in held.items() for person in names if person in text]
    assert "single people, who are protected; --people packs it" in packed.describe()
    run_studies(["office"], people=True, stream=io.StringIO())
    with zipfile.ZipFile(pack_study("office", people=True).file) as archive:
        everything = set(archive.namelist())
    assert {"data/office/evidence.parquet", "reports/office.people/leaky.html"} <= everything


def test_people_are_protected_unless_the_descriptor_says_otherwise(workbench):
    assert read_persons({"evalkit": {"kind": "real", "persons": "published"}}) == "published"
    assert read_persons({"evalkit": {"kind": "synthetic", "persons": "protected"}}) == "protected"
    assert read_persons({}) == read_persons({"evalkit": []}) == "protected"
    assert people_of(find_study("tiny")) == "published"
    with pytest.raises(UsageError, match=r"The people of tiny are published.*without --people"):
        people_of(find_study("tiny"), shown=True)


def test_a_wrong_word_about_persons_is_refused(workbench, capsys):
    path = workbench / "data/tiny/datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["evalkit"]["persons"] = "public"
    path.write_text(json.dumps(package), encoding="utf-8")
    assert cli.main(["run", "tiny"]) == 2
    assert '"persons": …} must be "published" or "protected"' in capsys.readouterr().err
    assert not (workbench / "reports").exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_formula_in_a_table_is_text(start):
    assert format_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert [format_cell(text) for text in ("-0.5", "+3", "a=b", "–")] == ["-0.5", "+3", "a=b", "–"]


def test_a_number_of_a_person_is_never_written_though_nobody_has_it():
    number = "19850312" + "201001" + "1" + "004"
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": f'<p class="session">{number}</p>'},
    }
    notebook = {"cells": [{"cell_type": "code", "source": "", "metadata": {}, "outputs": [output]}]}
    guarded = Guard(names=frozenset(), lang="id").guard(notebook)
    assert number not in json.dumps(guarded)
    assert "data perorangan" in json.dumps(guarded)


class Names(frozenset):
    """Counts how often all names are gone through."""

    n_times = 0

    def __iter__(self):
        Names.n_times += 1
        return super().__iter__()


def test_names_of_two_words_are_sought_once_for_all_that_is_shown():
    outputs = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": f'<p class="session">{text}</p>'},
        }
        for text in ("Judge Holt sat.", "Judges sat.", "Nobody sat.")
    ]
    notebook = {"cells": [{"cell_type": "code", "source": "", "metadata": {}, "outputs": outputs}]}
    guarded = json.dumps(Guard(names=Names({"Judge Holt", "E001"}), lang="en").guard(notebook))
    assert "Holt" not in guarded
    assert "Judges sat." in guarded
    assert Names.n_times == 1


def test_names_are_read_again_only_where_evidence_has_changed(tmp_path, monkeypatch):
    folder = tmp_path / "office"
    write_protected_study(folder)
    monkeypatch.setattr(shared_inputs, "read_names", lambda study: (read.append(1), read_names(study))[1])
    read, study, shared = [], find_study(folder), tmp_path / "shared"
    shared.mkdir()
    names = [shared_inputs.read_shared_names(study, SharedResults(shared)) for _ in range(2)]
    assert names[0] == names[1] == read_names(study)
    assert read == [1]
    (folder / "trainings.csv").write_text("code\n", encoding="utf-8")
    shared_inputs.read_shared_names(study, SharedResults(shared))
    assert read == [1, 1]


def test_a_protected_study_that_is_unchanged_is_not_built_again(bench, monkeypatch):
    root, *_ = bench
    monkeypatch.chdir(root)
    monkeypatch.setenv("EVALKIT_COLD", os.environ.get("EVALKIT_COLD", "1"))
    assert run_studies(["office"], only=["03_scores"], stream=io.StringIO()).n_same == 1
