"""What is built for others holds all that evalkit needs, and works where there is no clone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from evalkit import cli
from evalkit.study.shipped import is_installed, shipped_folder

ROOT = Path(__file__).parents[1]
OWN_CELL = """\
from evalkit.study import start
session = start(study=study, lang=lang)
from IPython.display import display
row = {"quantity": "n", "estimate": float(len(session.evidence.observations)), "n": 1.0}
display({"application/vnd.evalkit.results+json": [row], "text/plain": "1 number"}, raw=True)
"""
CHECK = """\
from evalkit import cli
from evalkit.study import find_study
from evalkit.study.checks import check_inputs
cli.main(["methods", "--study", "my-study"])
check_inputs([find_study("my-study")])
"""
METHOD_OF_THE_STUDY = "balanced"


def build(source: Path, kind: str, to: Path) -> Path:
    """Build a wheel or an sdist with the locked build backend, and nothing from the network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(to)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = to.iterdir()
    return built


def contents(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def listing(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder with evalkit as pip installs it, without what it depends on."""
    folder = tmp_path_factory.mktemp("installed") / "packages"
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def evalkit(installed: Path, here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python(installed, here, "-m", "evalkit", *arguments)


def python(installed: Path, here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "EVALKIT_COLD": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=here, env=environment, capture_output=True, text=True, check=False
    )


def make_study(here: Path) -> Path:
    """Copy a shipped study, with a method of its own, and give it a notebook of its own."""
    study = here / "my-study"
    shutil.copytree(ROOT / "data/judges", study)
    said = yaml.safe_load((study / "study.yaml").read_text(encoding="utf-8"))
    said = {**said, "notebooks": ["analysis/mine.ipynb"], "parameters": {}}
    (study / "study.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    shared = json.loads((ROOT / "notebooks/profiles.ipynb").read_text(encoding="utf-8"))
    parameters = next(cell for cell in shared["cells"] if "parameters" in cell["metadata"].get("tags", []))
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    title = {"cell_type": "markdown", "metadata": {}, "id": "title", "source": "# My own question"}
    cells = [title, parameters, {**code, "id": "number", "source": OWN_CELL}]
    (study / "analysis").mkdir()
    (study / "analysis/mine.ipynb").write_text(json.dumps({**shared, "cells": cells}), encoding="utf-8")
    return study


def test_a_wheel_that_is_built_from_the_sdist_is_the_same_wheel(wheel, tmp_path):
    sdist = build(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert contents(build(source, "wheel", tmp_path / "again")) == contents(wheel)


def test_the_wheel_carries_every_notebook_and_study_and_nothing_beside_the_package(wheel):
    names = contents(wheel)
    shipped = [
        *(ROOT / "notebooks").glob("*.ipynb"),
        *(ROOT / "data").glob("*/study.yaml"),
        *(ROOT / "data").glob("*/evidence.*"),
        *(ROOT / "data/templates").glob("*.csv"),
        *(ROOT / "reports/expected").glob("*"),
        *(ROOT / name for name in ("CITATION.cff", "LICENSE", "requirements.lock", "data/LICENSES.md")),
    ]
    assert {f"evalkit/shipped/{path.relative_to(ROOT).as_posix()}" for path in shipped} <= set(names)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"evalkit"}
    assert not [name for name in names if ".ipynb_checkpoints" in name or name.endswith(".pyc")]


def test_a_study_of_one_s_own_runs_outside_a_clone(installed, tmp_path):
    before = listing(installed)
    study = make_study(tmp_path)
    found = python(installed, tmp_path, "-c", "import evalkit; print(evalkit.__file__)").stdout
    assert found.startswith(str(installed))

    done = evalkit(installed, tmp_path, "run", "my-study", "--lang", "en")
    assert done.returncode == 0, done.stderr
    reports = tmp_path / "reports/my-study"
    with (reports / "results.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    evidence = (study / "evidence.csv").read_text(encoding="utf-8").splitlines()
    assert (row["report"], float(row["estimate"])) == ("mine", len(evidence) - 1)

    checked = python(installed, tmp_path, "-c", CHECK)
    assert checked.returncode == 0, checked.stderr
    assert METHOD_OF_THE_STUDY in checked.stdout

    assert listing(installed) == before
    assert {path.name for path in tmp_path.iterdir()} == {"my-study", "reports", ".evalkit"}
    places = [str(place).encode() for place in (ROOT, installed, tmp_path)]
    files = [path for path in reports.rglob("*") if path.is_file()]
    assert [path for path in files if any(place in path.read_bytes() for place in places)] == []


def test_what_is_installed_is_known_from_a_copy_of_it(installed, tmp_path):
    code = "from evalkit.study.shipped import *\nprint(is_installed(shipped_folder() / 'data/five-places'))"
    assert python(installed, tmp_path, "-c", code).stdout == "True\n"
    assert not is_installed(shipped_folder() / "data/five-places")  # a clone is there to be changed


def test_a_diagnosis_is_not_written_to_what_is_installed(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("evalkit.study.diagnose.is_installed", lambda folder: True)
    assert cli.main(["diagnose", "five-places", "--replicates", "1"]) == 2
    said = capsys.readouterr().err
    assert "five-places is part of the installed evalkit, which stays as it is. Copy the study" in said
