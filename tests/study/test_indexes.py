"""Indexes in the languages of a study, and what pages say of their neighbours."""

from __future__ import annotations

import json

import pytest

from evalkit.study.html import IndexedStudy, IndexEntry, home_name, index_name
from evalkit.study.indexes import evidence_date, write_study_index, write_workbench_index
from evalkit.study.plan import Task
from evalkit.study.reports import Report
from evalkit.study.study_file import load_study
from evalkit.study.surroundings import Surroundings, read_title

from .conftest import cell, notebook, write_notebook


def entry(lang: str, **more) -> IndexEntry:
    return IndexEntry(report="first", lang=lang, title=f"Title {lang}", page=f"first.{lang}.html", **more)


@pytest.fixture
def study(workbench):
    path = workbench / "data/tiny/study.yaml"
    path.write_text(path.read_text() + "languages: [en, id]\n")
    return load_study(workbench / "data/tiny")


def test_each_language_has_an_index_that_leads_to_the_other(study, workbench, tmp_path):
    place = tmp_path / "reports/tiny"
    place.mkdir(parents=True)
    write_study_index(study, place, [entry("en"), entry("id")])
    write_workbench_index(place.parent, "package")
    for folder, base in ((place, ""), (place.parent, "tiny/")):
        english = (folder / "index.html").read_text(encoding="utf-8")
        indonesian = (folder / "index.id.html").read_text(encoding="utf-8")
        assert 'href="index.id.html" hreflang="id"' in english
        assert 'href="index.html" hreflang="en"' in indonesian
        assert f'<a href="{base}first.en.html">Title en</a>' in english
        assert f'<a href="{base}first.id.html">Title id</a>' in indonesian
        assert "Studi kecil" in indonesian


def test_an_index_lists_the_tables_of_a_report(study, tmp_path):
    write_study_index(study, tmp_path, [entry("en", tables=[("tables/x.csv", "Scores & more.")])])
    assert '<a href="tables/x.csv">Scores &amp; more.</a>' in (tmp_path / "index.html").read_text()


def test_a_study_says_when_its_evidence_was_observed(tmp_path):
    file = tmp_path / "datapackage.json"
    assert evidence_date(tmp_path) == ""
    for package, date in (
        ({"evalkit": {"observed": "1977"}, "created": "2020-01-02T00:00:00Z"}, "1977"),
        ({"created": "2020-01-02T00:00:00Z"}, "2020-01-02"),
        ({"evalkit": {"kind": "real"}}, ""),
        ([], ""),
    ):
        file.write_text(json.dumps(package))
        assert evidence_date(tmp_path) == date


def test_names_of_indexes():
    assert [index_name(lang, ("id", "en")) for lang in ("id", "en")] == ["index.html", "index.en.html"]
    assert home_name("id", ("en", "id")) == "index.id.html"
    assert home_name("id", ("id",)) == "index.html"
    assert IndexedStudy(name="x", titles={"id": "X"}, kind="real", entries=[]).title("en") == "X"


def test_pages_link_to_what_exists_alone(study, workbench):
    write_notebook(workbench, "second", title="Second")
    folder = workbench / "notebooks"
    reports = [
        Report(name=name, notebook=name, file=folder / f"{name}.ipynb")
        for name in ("first", "second", "third")
    ]
    pages = {"first.en.html", "first.id.html", "second.en.html"}
    around = Surroundings(study=study, reports=reports, pages=pages)

    def of(report: str) -> dict:
        path = workbench / f"notebooks/{report}.ipynb"
        task = Task(
            study="tiny", report=report, lang="en", notebook=path, parameters={}, page=f"{report}.en.html"
        )
        return around.of(task)

    assert of("first")["reports"] == [
        {"title": "A tiny report", "page": "first.en.html"},
        {"title": "Second", "page": "second.en.html"},
    ]
    assert (of("first")["alternate"], of("first")["alternate_name"]) == ("first.id.html", "Bahasa Indonesia")
    assert of("second")["alternate"] == ""


def test_a_notebook_has_a_title_in_each_language(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(notebook(cell("markdown", "# One", "lang-en"), cell("markdown", "# Satu", "lang-id")))
    assert (read_title(path, "en"), read_title(path, "id")) == ("One", "Satu")
    assert read_title(tmp_path / "none.ipynb", "en") == ""
