"""The project's own files agree with one another."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import evalkit

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"python-duckdb": "duckdb", "typst-py": "typst"}
FIXED = {"jupyterlab", "pandas", "statsmodels", "seaborn", "papermill", "nbconvert"}


def split(requirement: str) -> tuple[str, str]:
    """Split "numpy>=2.4,<2.5" into its name and its bounds."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", requirement).groups()
    return CONDA_NAMES.get(name, name), bounds.replace(" ", "")


def locked(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return dict(match.groups() for line in lines if (match := re.match(r"([a-z0-9._-]+)==([^ ;\\]+)", line)))


def test_environment_yml_names_the_packages_and_bounds_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = dict(
        split(line) for line in environment["dependencies"] if isinstance(line, str) and line != "pip"
    )
    pip = dict(split(line) for line in PROJECT["dependencies"])
    assert conda.pop("python") == PROJECT["requires-python"]
    assert conda == pip


def test_every_bound_is_a_lower_bound_at_least():
    assert all(">=" in split(line)[1] for line in PROJECT["dependencies"])


def test_the_packages_that_were_fixed_are_required():
    assert {split(line)[0] for line in PROJECT["dependencies"]} >= FIXED


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_every_requirement_and_names_no_address(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    versions = locked(file)
    assert {split(line)[0] for line in PROJECT["dependencies"]} <= set(versions)
    assert "://" not in text
    assert text.count("==") - text.count("python_full_version ==") <= text.count("--hash=sha256:")


def test_the_two_locks_agree():
    dev = locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == evalkit.__version__ == citation["version"]


def test_no_committed_file_holds_a_number_shaped_like_a_nip_or_a_path_of_a_home():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    texts = [file for file in files if file.is_file() and file.suffix not in {".parquet", ".png", ".lock"}]
    nip = re.compile(r"(?<!\d)(?:19|20)\d{6}(?:19|20)\d{4}[12]\d{3}(?!\d)")
    home = re.compile(r"/(?:home|Users)/[a-z]\w*/|/work/")
    found = [
        str(file.relative_to(ROOT))
        for file in texts
        if (content := file.read_text(encoding="utf-8")) and (nip.search(content) or home.search(content))
        if file.name != "test_project.py"
    ]
    assert found == []


@pytest.mark.skipif(
    shutil.which("make") is None, reason="make is missing: install it (Debian: apt-get install make)"
)
class TestMakefile:
    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    def test_lists_its_targets(self):
        listing = self.run("help").stdout
        assert "make reports" in listing
        assert "make test" in listing

    def test_says_what_to_do_without_a_python(self):
        result = self.run("PYTHON=", "python-found")
        assert result.returncode != 0
        assert "evalkit needs Python 3.11, 3.12 or 3.13, and none was found." in result.stderr
        assert "sudo apt install python3 python3-venv" in result.stderr

    def test_says_what_to_do_when_python_cannot_make_an_environment(self, tmp_path):
        python = tmp_path / "python"
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)
        result = self.run(f"PYTHON={python}", "python-found")
        assert result.returncode != 0
        assert "cannot make a virtual environment" in result.stderr
