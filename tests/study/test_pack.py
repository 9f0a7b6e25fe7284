"""One zip of a study: whole, current, the same bytes, and nothing that may not be passed on."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from evalkit import cli
from evalkit.errors import UsageError
from evalkit.study.pack import pack_study
from evalkit.study.runner import run_studies
from evalkit.study.verify import verify_studies

from .conftest import PLACE_PARAMETER, cell, enter_copy, make_workbench, write_notebook, write_study
from .crate_rules import crate_faults

TITLE = "The public edition"
WITH_EVERY_ZIP = {
    "CITATION.cff",
    "LICENSE",
    "requirements.lock",
    "data/templates/trainings.csv",
    "README.txt",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A study with a report and a public edition, built."""
    with pytest.MonkeyPatch.context() as patch:
        root = make_workbench(tmp_path_factory.mktemp("pack") / "bench")
        folder = write_study(root, "tiny", "notebooks: [first, public]")
        write_notebook(root, "public", cell("code", "1 + 1"), title=TITLE, parameters=PLACE_PARAMETER)
        (folder / "names of all staff.csv").write_text("name\nSomebody\n", encoding="utf-8")
        patch.chdir(root)
        run_studies(stream=io.StringIO())
        return root


@pytest.fixture
def bench(built, tmp_path, monkeypatch):
    return enter_copy(built, tmp_path / "bench", monkeypatch)


def names(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_a_zip_holds_what_makes_the_study_and_says_what_it_leaves_out(bench, capsys):
    assert cli.main(["pack", "tiny"]) == 0
    assert names(bench / "tiny.zip") == WITH_EVERY_ZIP | {
        "data/tiny/datapackage.json",
        "data/tiny/evidence.csv",
        "data/tiny/study.yaml",
        "notebooks/first.ipynb",
        "notebooks/public.ipynb",
        "reports/tiny/figures/first-fig-line.svg",
        "reports/tiny/first.html",
        "reports/tiny/index.html",
        "reports/tiny/index.json",
        "reports/tiny/notebooks/first.ipynb",
        "reports/tiny/notebooks/public_here.ipynb",
        "reports/tiny/provenance.json",
        "reports/tiny/public_here.html",
        "reports/tiny/results.csv",
        "reports/tiny/tables/first-datapackage.json",
        "reports/tiny/tables/first-tbl-numbers.csv",
        "ro-crate-metadata.json",
    }
    left_out = "data/tiny/names of all staff.csv (no descriptor names it)"
    assert f"  left out: {left_out}\n" in capsys.readouterr().out
    with zipfile.ZipFile(bench / "tiny.zip") as archive:
        assert "Not in this zip: 1 files" in archive.read("README.txt").decode()
        texts = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "of all staff" not in texts  # even its name may be a person's


def test_an_unpacked_zip_is_a_workbench_whose_description_holds(bench, tmp_path, monkeypatch):
    verify_studies(["tiny"], update=True, stream=io.StringIO())
    pack_study("tiny", tmp_path / "x.zip")
    place = tmp_path / "elsewhere"
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extractall(place)
        expected = archive.read("reports/expected/tiny.json").decode()
    assert "evidence.csv" in expected
    assert "of all staff" not in expected
    crate = json.loads((place / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert crate_faults(crate, place) == []
    parts = {one["@id"] for one in crate["@graph"][1]["hasPart"]}
    assert {"data/tiny/evidence.csv", "notebooks/first.ipynb", "reports/tiny/first.html"} <= parts
    monkeypatch.chdir(place)
    assert verify_studies(["tiny"], stream=io.StringIO()).holds


def test_packing_again_at_another_time_gives_the_same_bytes(bench, tmp_path):
    first = pack_study("tiny", tmp_path / "one.zip").file.read_bytes()
    for path in bench.rglob("*"):
        os.utime(path, (1e9, 1e9))
    assert pack_study("tiny", tmp_path / "two.zip").file.read_bytes() == first


def withdraw_licence(bench):
    """Let the evidence be somebody's own, and the reports be built from that."""
    file = bench / "data/tiny/datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    del package["licenses"]
    file.write_text(json.dumps(package), encoding="utf-8")
    run_studies(stream=io.StringIO())


def test_of_evidence_without_a_licence_only_the_public_edition_is_packed(bench):
    withdraw_licence(bench)
    packed = pack_study("tiny")
    assert names(packed.file) == WITH_EVERY_ZIP | {
        "data/tiny/datapackage.json",
        "data/tiny/study.yaml",
        "notebooks/first.ipynb",
        "notebooks/public.ipynb",
        "reports/tiny/notebooks/public_here.ipynb",
        "reports/tiny/public_here.html",
        "ro-crate-metadata.json",
    }
    assert any("data/tiny/evidence.csv (the evidence has no licence" in what for what in packed.left_out)
    assert any("10 files of reports/tiny/ (numbers finer than the public" in what for what in packed.left_out)
    with zipfile.ZipFile(packed.file) as archive:
        crate = json.loads(archive.read("ro-crate-metadata.json"))
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "of all staff" not in text
    assert crate_faults(crate) == []
    assert "first-fig-line" not in json.dumps(crate)
    assert "u1,e1" not in text
    with zipfile.ZipFile(packed.file) as archive:
        assert "reports/tiny/public_here.html" in archive.read("README.txt").decode()


def test_evidence_without_a_licence_and_without_a_public_edition_is_refused(bench):
    write_study(bench, "tiny", "notebooks: [first]")
    withdraw_licence(bench)
    with pytest.raises(UsageError, match="only its public edition may be passed on, and there is none"):
        pack_study("tiny")
    assert not (bench / "tiny.zip").exists()


def spoil_page(bench):
    with (bench / "reports/tiny/first.html").open("a") as page:
        page.write("edited")


def spoil_notebook(bench):
    write_notebook(bench, "first", cell("code", "1"))


def spoil_evidence(bench):
    file = bench / "data/tiny/evidence.csv"
    file.write_text(file.read_text().replace(",4,", ",5,"))


def spoil_table(bench):
    (bench / "reports/tiny/tables/first-tbl-numbers.csv").unlink()


def set_parameter(bench):
    run_studies(settings=["note=another"], only=["first"], stream=io.StringIO())


def spoil_provenance(bench):
    file = bench / "reports/tiny/provenance.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"seed": 1', '"seed": 2', 1), encoding="utf-8")


def remove_page(bench):
    (bench / "reports/tiny/public_here.html").unlink()


def remove_all(bench):
    shutil.rmtree(bench / "reports")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (spoil_page, "edited or removed by hand: first.html"),
        (spoil_notebook, "changed since: notebooks/first.ipynb"),
        (spoil_evidence, "changed since: evidence.csv"),
        (spoil_table, "edited or removed by hand: tables/first-tbl-numbers.csv"),
        (spoil_provenance, "built on another kind of machine, or provenance.json was edited"),
        (set_parameter, "built with other parameters: first.html"),
        (remove_page, "not built: public_here.html"),
        (remove_all, "not built: first.html, public_here.html"),
    ],
)
def test_reports_that_are_not_what_the_study_gives_are_refused(bench, spoil, fault, capsys):
    spoil(bench)
    assert cli.main(["pack", "tiny"]) == 2
    said = capsys.readouterr().err
    assert f"  {fault}\n" in said
    assert "Run 'evalkit run tiny' first." in said
    assert not (bench / "tiny.zip").exists()


def test_reports_that_another_python_built_are_packed(bench, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    monkeypatch.setattr("evalkit.study.provenance.list_installed", lambda _: {"numpy": "99"})
    assert pack_study("tiny").n_files > 10


def test_a_report_that_is_not_whole_is_refused(bench):
    write_notebook(bench, "first", cell("code", "raise ValueError"))
    run_studies(stream=io.StringIO())
    with pytest.raises(UsageError, match=r"not whole: first\.html"):
        pack_study("tiny")


def test_a_zip_that_cannot_be_written_leaves_nothing_and_the_old_one(bench, monkeypatch):
    (bench / "tiny.zip").write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device", "tiny.zip")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    assert cli.main(["pack", "tiny"]) == 2
    assert (bench / "tiny.zip").read_text() == "old"
    assert [path.name for path in bench.iterdir() if "zip" in path.name] == ["tiny.zip"]


@pytest.mark.parametrize("target", ["reports", "no/such/folder/x.zip"])
def test_a_zip_in_an_impossible_place_is_refused(bench, target):
    with pytest.raises(UsageError, match="-o must name a file in a folder that exists"):
        pack_study("tiny", Path(target))
