"""Where a run works: one at a time, in folders that fit."""

from __future__ import annotations

import tempfile

import pytest

from evalkit.errors import UsageError
from evalkit.study.workspace import BUILDING, only_run, refuse_foreign, runtime_folder


def test_sockets_find_room_where_the_temporary_folder_has_a_long_path(tmp_path, monkeypatch):
    long = tmp_path / ("long-" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(long))
    with runtime_folder(tmp_path / "reports") as folder:
        assert len(str(folder / "01234567-5")) <= 107
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_reports_are_built_in_a_folder_that_is_gone_afterwards(tmp_path):
    reports = tmp_path / "reports"
    with only_run(reports):
        assert (reports / BUILDING).is_dir()
    assert [path.name for path in reports.iterdir()] == [".lock"]


def test_a_link_that_leads_nowhere_is_no_folder_for_reports(tmp_path):
    (tmp_path / "reports").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="must be a folder, and is none"), only_run(tmp_path / "reports"):
        pass


def test_what_is_not_evalkit_s_is_named_and_not_written_over(tmp_path):
    reports = tmp_path / "reports"
    (reports / "mine").mkdir(parents=True)
    (reports / "empty").mkdir()
    (reports / "index.html").write_text("<title>Test coverage</title>", encoding="utf-8")
    (reports / "mine/thesis.docx").write_bytes(b"years of work")
    with pytest.raises(UsageError) as caught:
        refuse_foreign(reports, [reports / "mine", reports / "empty", reports / "new"])
    assert str(caught.value) == (
        "reports/index.html, reports/mine: not made by evalkit, and a run would write over it. Move it away, "
        "or run in another folder"
    )


def test_what_a_run_has_made_is_written_over(tmp_path):
    reports = tmp_path / "reports"
    (reports / "mine").mkdir(parents=True)
    (reports / "index.html").write_text("<p>edited by hand\n<!-- made from 12 -->", encoding="utf-8")
    (reports / "mine/results.csv").write_text("report\n", encoding="utf-8")
    refuse_foreign(reports, [reports / "mine"])
