"""The description of a study's reports for archives and machines."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from pathlib import Path

import pytest
import yaml

import evalkit
from evalkit.study.crate import describe_crate
from evalkit.study.crate_files import CRATE_FILE
from evalkit.study.runner import run_studies
from evalkit.study.study_file import load_study

from .conftest import PLACE_PARAMETER, cell, make_workbench, write_notebook, write_places, write_study
from .crate_rules import crate_faults

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A study with a report of each of two places, one whose name is a path's trouble, and one that fails."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("crate") / "bench")
        write_notebook(root, "broken", cell("code", "raise ValueError"))
        write_notebook(root, "office", cell("code", "place"), parameters=PLACE_PARAMETER)
        folder = write_study(root, "tiny", "notebooks: [first, broken, office]")
        write_places(folder, ["there", "kota tua"])
        patch.chdir(root)
        run_studies(stream=io.StringIO(), settings=["note=a b/ü"])
        return root


@pytest.fixture(scope="module")
def crate(built):
    return json.loads((built / "reports/tiny" / CRATE_FILE).read_text(encoding="utf-8"))


def find(crate, identity):
    (found,) = [entity for entity in crate["@graph"] if entity["@id"] == identity]
    return found


def test_the_description_keeps_the_rules_of_its_format(built, crate):
    assert crate_faults(crate, built / "reports/tiny") == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda graph: graph[1].pop("license"), "the root has no license"),
        (lambda graph: graph[1]["hasPart"].pop(), "is no part of the root"),
        (lambda graph: graph[-1].update(instrument=[{"@id": "./"}]), "has an instrument that is no software"),
        (lambda graph: graph.append(dict(graph[-1])), "two entities have the same @id"),
        (lambda graph: graph[-1]["result"].append({"@id": "gone.html"}), "refers to gone.html"),
    ],
)
def test_the_rules_can_be_broken(crate, spoil, fault):
    spoiled = json.loads(json.dumps(crate))
    spoil(spoiled["@graph"])
    assert any(fault in one for one in crate_faults(spoiled))


def test_every_file_of_the_folder_is_described_with_its_hash(built, crate):
    folder = built / "reports/tiny"
    described = {one["name"]: one for one in crate["@graph"] if one["@id"] == one.get("name")}
    described |= {one["name"]: one for one in crate["@graph"] if "contentSize" in one}
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(described) == names - {CRATE_FILE}
    for name in names - {CRATE_FILE, "provenance.json"}:
        content = (folder / name).read_bytes()
        assert described[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert described[name]["contentSize"] == str(len(content))
    assert "sha256" not in described["provenance.json"]  # it names the commit, which may differ


def test_a_report_is_an_action_with_notebook_evidence_parameters_and_results(crate):
    action = find(crate, "#run-first")
    results = {one["@id"] for one in action["result"]}
    assert results == {
        "first.html",
        "notebooks/first.ipynb",
        "figures/first-fig-line.svg",
        "tables/first-datapackage.json",
        "tables/first-tbl-numbers.csv",
    }
    names = {find(crate, one["@id"])["name"] for one in (*action["object"], *action["instrument"])}
    assert {"data/tiny/evidence.csv", "data/tiny/study.yaml", "seed", "note"} <= names
    assert {"notebooks/first.ipynb", "evalkit"} <= names
    values = {one["name"]: one["value"] for one in crate["@graph"] if one["@type"] == "PropertyValue"}
    assert values["note"] == '"a b/\\u00fc"'
    assert values["seed"] == "1"


def test_reports_of_places_share_their_notebook_and_one_that_fails_says_so(crate):
    offices = [find(crate, identity) for identity in ("#run-office_there", "#run-office_kota_tua")]
    assert offices[0]["instrument"] == offices[1]["instrument"]
    assert find(crate, offices[0]["instrument"][0]["@id"])["name"] == "notebooks/office.ipynb"
    assert find(crate, "#run-broken")["actionStatus"]["@id"].endswith("FailedActionStatus")
    assert find(crate, "#run-first")["actionStatus"]["@id"].endswith("CompletedActionStatus")


def test_it_holds_no_path_of_the_machine(built, crate):
    assert str(built) not in json.dumps(crate)


def test_a_shipped_study_names_the_licence_and_the_source_of_its_evidence():
    study = load_study(ROOT / "data/judges")
    digests = {"evidence.csv": "00" * 32}
    provenance = {"evalkit": "1", "python": "3", "packages": {}, "files": digests}
    crate = describe_crate(study, ROOT / "data/judges/profiles", [], provenance)
    (evidence,) = [one for one in crate["@graph"] if one.get("name") == "data/judges/evidence.csv"]
    assert "New Haven Register" in evidence["citation"][0]
    assert find(crate, evidence["license"][0]["@id"])["name"] == "GPL-2.0-only OR GPL-3.0-only"


def test_the_date_is_that_of_the_descriptor_or_of_the_version(built):
    study = load_study(built / "data/tiny")
    provenance = {"evalkit": "1", "python": "3", "packages": {}}
    folder = built / "reports/tiny"
    assert find(describe_crate(study, folder, [], provenance), "./")["datePublished"] == evalkit.RELEASED
    package = json.loads((study.folder / "datapackage.json").read_text(encoding="utf-8"))
    package["created"] = "1977-01-14T00:00:00Z"
    (study.folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert find(describe_crate(study, folder, [], provenance), "./")["datePublished"] == "1977-01-14"


def test_the_day_of_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(citation["date-released"]) == evalkit.RELEASED
    assert (project["version"], project["license"]) == (evalkit.__version__, citation["license"])


@pytest.mark.slow
@pytest.mark.parametrize("study", [path.parent.name for path in sorted(ROOT.glob("data/*/study.yaml"))])
def test_the_description_of_a_shipped_study_keeps_the_rules(study, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = run_studies([study], reports=tmp_path / "reports", stream=io.StringIO())
    assert not done.failed
    folder = done.reports / study
    crate = json.loads((folder / CRATE_FILE).read_text(encoding="utf-8"))
    assert crate_faults(crate, folder) == []
    rows = csv.DictReader(io.StringIO((folder / "results.csv").read_text(encoding="utf-8")))
    reports = {row["report"] for row in rows}
    actions = {one["@id"] for one in crate["@graph"] if one["@type"] == "CreateAction"}
    assert {f"#run-{report}.{lang}" for report in reports for lang in ("en", "id")} <= actions
