"""Folders are swapped whole, and what a killed run left is put right."""

from __future__ import annotations

import io

import pytest

from evalkit.study import publish
from evalkit.study.built import read_built
from evalkit.study.indexes import write_workbench_index
from evalkit.study.publish import list_kept, put_in_place
from evalkit.study.runner import run_studies
from evalkit.study.workspace import clear_leftovers


@pytest.fixture
def folders(tmp_path):
    new, place = tmp_path / ".building/tiny", tmp_path / "tiny"
    for folder, text in ((new, "new"), (place, "old")):
        folder.mkdir(parents=True)
        (folder / "page").write_text(text)
    (place / "dropped").touch()
    return new, place


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_new_folder_replaces_the_old_one_whole(folders, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    new, place = folders
    put_in_place(new, place)
    assert [(path.name, path.read_text()) for path in place.iterdir()] == [("page", "new")]
    assert not new.exists()
    assert list(new.parent.iterdir()) == []


def test_a_first_folder_is_moved_into_place(tmp_path):
    (tmp_path / "new").mkdir()
    put_in_place(tmp_path / "new", tmp_path / "place")
    assert (tmp_path / "place").is_dir()


def test_a_run_killed_between_two_renames_loses_nothing(folders, tmp_path):
    new, place = folders
    place.rename(new.with_name("tiny.old"))
    clear_leftovers(tmp_path)
    assert (place / "page").read_text() == "old"
    assert not new.exists()


@pytest.mark.parametrize("content", [None, "no json", "{}", '{"reports": [{"report": "a"}]}'])
def test_a_folder_that_says_nothing_useful_holds_no_report(tmp_path, content):
    if content is not None:
        (tmp_path / "provenance.json").write_text(content)
    assert read_built(tmp_path) == []


def test_a_broken_index_of_another_study_is_passed_over(tmp_path):
    for name, text in (
        ("broken", "{"),
        ("other", "[]"),
        ("whole", '{"titles": {"en": "Whole study"}, "kind": "real", "reports": []}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.json").write_text(text, encoding="utf-8")
    write_workbench_index(tmp_path, "a hash")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Whole study" in page
    assert "broken" not in page


def test_a_report_whose_page_is_gone_is_not_kept(workbench):
    run_studies(stream=io.StringIO())
    place = workbench / "reports/tiny"
    known = ["first.html"]
    assert [item.page for item in list_kept(known, place, [])] == known
    assert list_kept(known, place, known) == []
    (place / "first.html").unlink()
    assert list_kept(known, place, []) == []
