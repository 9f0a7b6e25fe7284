"""A study's own notebooks are reports like the shared ones: checked, recorded, packed, verified."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from evalkit import cli
from evalkit.errors import StudyError
from evalkit.study import load_study
from evalkit.study.cluster import gather_files, place_notebook
from evalkit.study.expected import read_numbers
from evalkit.study.notebooks import show_path
from evalkit.study.pack import pack_study
from evalkit.study.runner import run_studies
from evalkit.study.verify import verify_studies

from .conftest import FIGURE, OUTPUTS, cell, enter_copy, notebook, standard_cells, write_study
from .crate_rules import crate_faults

OWN = "analysis/mine.ipynb"


def write_own(study: Path, *cells: dict, name: str = OWN, title: str = "My own question") -> Path:
    path = study / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*standard_cells(*cells, title=title)), encoding="utf-8")
    return path


def run(*names, **options):
    return run_studies(names, stream=io.StringIO(), **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A study with a notebook of its own, built outside of any workbench."""
    with pytest.MonkeyPatch.context() as patch:
        here = tmp_path_factory.mktemp("own") / "here"
        (here / "data").mkdir(parents=True)
        study = write_study(here, "mine", f"notebooks: [{OWN}]").rename(here / "mine")
        (here / "data").rmdir()
        write_own(study, cell("code", FIGURE), cell("code", OUTPUTS))
        patch.chdir(here)
        patch.setenv("EVALKIT_COLD", "1")
        assert not run("mine").failed
        return here


@pytest.fixture
def here(built, tmp_path, monkeypatch):
    return enter_copy(built, tmp_path / "here", monkeypatch)


def test_its_report_has_its_name_and_reports_stand_in_the_current_folder(here):
    assert {path.name for path in here.iterdir()} == {"mine", "reports", ".evalkit"}
    folder = here / "reports/mine"
    assert "My own question" in (folder / "mine.html").read_text(encoding="utf-8")
    assert {key[0] for key in read_numbers(folder / "results.csv")} == {"mine"}
    assert str(here) not in (folder / "notebooks/mine.ipynb").read_text(encoding="utf-8")
    assert run("mine").n_same == 1


def test_a_change_of_it_is_seen_and_a_change_of_prose_starts_no_kernel(here):
    before = (here / "reports/mine/mine.html").read_text(encoding="utf-8")
    own = here / "mine" / OWN
    own.write_text(own.read_text(encoding="utf-8").replace("What it asks.", "What I ask."), encoding="utf-8")
    done = run("mine")
    assert [outcome.task.report for outcome in done.outcomes] == ["mine"]
    after = (here / "reports/mine/mine.html").read_text(encoding="utf-8")
    assert "What I ask." in after
    assert before != after


def test_the_description_names_it_where_it_stands(here):
    folder = here / "reports/mine"
    crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert crate_faults(crate, folder) == []
    assert f"data/mine/{OWN}" in {entity.get("name") for entity in crate["@graph"]}


def test_a_zip_holds_it_with_its_study_and_gives_the_same_report(here, tmp_path, monkeypatch):
    verify_studies(["mine"], update=True, stream=io.StringIO())
    packed = pack_study("mine")
    assert packed.left_out == ()
    with zipfile.ZipFile(packed.file) as archive:
        assert {f"data/mine/{OWN}", "reports/expected/mine.csv"} <= set(archive.namelist())
        assert not [name for name in archive.namelist() if name.startswith("notebooks/")]
        archive.extractall(tmp_path / "unpacked")
    monkeypatch.chdir(tmp_path / "unpacked")
    assert run("mine").n_same == 1  # nothing that the report is made from is another


def test_reports_that_it_has_outgrown_are_not_packed(here, capsys):
    own = here / "mine" / OWN
    own.write_text(own.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert cli.main(["pack", "mine"]) == 2
    assert f"changed since: data/mine/{OWN}" in capsys.readouterr().err


def test_messages_name_it_by_its_study(here):
    assert show_path(here / "mine" / OWN) == f"mine/{OWN}"
    assert show_path(here / "notebooks/first.ipynb") == "notebooks/first.ipynb"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("analysis/min.ipynb", f"there is no file 'analysis/min.ipynb': did you mean '{OWN}'?"),
        ("../mine.ipynb", "'../mine.ipynb' must lie inside the study folder"),
        ("/mine.ipynb", "'/mine.ipynb' must lie inside the study folder"),
        ("my own.ipynb", "notebooks must be a list of notebook names"),
        ("analysis/mine", "notebooks must be a list of notebook names"),
    ],
)
def test_one_that_cannot_be_is_refused_with_its_line(workbench, entry, fault):
    folder = write_study(workbench, "tiny", f"notebooks:\n  - first\n  - '{entry}'")
    write_own(folder)
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert fault in str(caught.value)
    assert "  - line " in str(caught.value)


def test_one_without_its_ending_is_told_how_it_is_written(workbench):
    folder = write_study(workbench, "tiny", "notebooks: [mine]")
    write_own(folder, name="mine.ipynb")
    with pytest.raises(StudyError, match=r"'mine', which is not in notebooks/: write 'mine.ipynb' for the"):
        run("tiny")


def test_one_without_parameters_is_refused_before_anything_is_written(workbench):
    folder = write_study(workbench, "tiny", f"notebooks: [first, {OWN}]")
    (folder / "analysis").mkdir()
    (folder / OWN).write_text(notebook(cell("code", "1 + 1")), encoding="utf-8")
    with pytest.raises(StudyError, match=r"mine.ipynb has no cell tagged 'parameters'"):
        run("tiny")
    assert not (workbench / "reports").exists()


def test_one_named_as_a_shared_one_is_refused(workbench):
    folder = write_study(workbench, "tiny", "notebooks: [first, analysis/first.ipynb]")
    write_own(folder, name="analysis/first.ipynb")
    with pytest.raises(StudyError, match="two reports would be named 'first'"):
        run("tiny")


def test_one_called_public_is_not_taken_for_the_public_edition(workbench, capsys):
    folder = write_study(workbench, "tiny", "notebooks: [mine/public.ipynb]")
    write_own(folder, cell("code", "1 + 1"), name="mine/public.ipynb")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    del package["licenses"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert not run("tiny").failed
    assert cli.main(["pack", "tiny"]) == 2
    assert "only its public edition may be passed on, and there is none" in capsys.readouterr().err


def test_a_worker_of_a_cluster_finds_it_where_it_stands(workbench, tmp_path):
    folder = write_study(workbench, "tiny", f"notebooks: [{OWN}]")
    path = write_own(folder)
    assert place_notebook(path, folder) == f"data/tiny/{OWN}"
    files = gather_files(path, folder)
    assert files[f"data/tiny/{OWN}"] == path.read_bytes()
    assert "data/templates/trainings.csv" in files


def test_a_parameter_that_it_has_not_is_answered_with_how_to_list_its_own(here, capsys):
    assert cli.main(["run", "mine", "-p", "nothing=1"]) == 2
    assert f"'evalkit parameters mine/{OWN}' lists them." in capsys.readouterr().err
    assert cli.main(["parameters", f"mine/{OWN}"]) == 0
