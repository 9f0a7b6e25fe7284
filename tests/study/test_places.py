"""The places of a study are read from its evidence once, and again when its files change."""

from __future__ import annotations

import subprocess
import sys

import pytest

from evalkit import evidence
from evalkit.errors import StudyError
from evalkit.study.places import list_places
from evalkit.study.study_file import find_study

from .conftest import PLACE_PARAMETER, write_notebook, write_places, write_study

UNCHANGED = """\
import sys
from evalkit.study.reports import list_reports
from evalkit.study.study_file import find_root, find_study
print([report.name for report in list_reports(find_study("tiny"), find_root())], "pandas" in sys.modules)
"""


@pytest.fixture
def reads(monkeypatch):
    """The folders whose evidence was read for its places."""
    folders = []
    read = evidence.read_places
    monkeypatch.setattr(evidence, "read_places", lambda folder: (folders.append(folder), read(folder))[1])
    return folders


def test_places_are_read_once_and_again_when_evidence_changes(workbench, reads):
    study = find_study("tiny")
    assert [list_places(study, workbench) for _ in range(2)] == [("here",)] * 2
    assert len(reads) == 1
    write_places(study.folder, ["semarang", "dumai"])
    assert [list_places(study, workbench) for _ in range(2)] == [("semarang", "dumai")] * 2
    assert len(reads) == 2


def test_places_that_cannot_be_kept_are_read_each_time(workbench, reads):
    (workbench / ".evalkit").write_text("in the way", encoding="utf-8")
    study = find_study("tiny")
    assert [list_places(study, workbench) for _ in range(2)] == [("here",)] * 2
    assert len(reads) == 2


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"made_from": "", "places": ["gone"]}'])
def test_what_was_kept_and_is_not_whole_is_read_again(workbench, reads, kept):
    study = find_study("tiny")
    list_places(study, workbench)
    (workbench / ".evalkit/places/tiny.json").write_text(kept, encoding="utf-8")
    assert list_places(study, workbench) == ("here",)
    assert len(reads) == 2


@pytest.mark.parametrize(
    "descriptor", ["{", "[]", "[" * 100_000, '{"resources": ["evidence"]}', '{"resources": 1}']
)
def test_a_descriptor_that_cannot_be_used_is_refused(workbench, descriptor):
    study = find_study("tiny")
    (study.folder / "datapackage.json").write_text(descriptor, encoding="utf-8")
    with pytest.raises(StudyError, match=r"datapackage\.json"):
        list_places(study, workbench)


def test_reports_about_places_are_known_without_heavy_packages_the_second_time(workbench):
    write_notebook(workbench, "office", parameters=PLACE_PARAMETER)
    write_study(workbench, "tiny", "notebooks: [office]")
    said = [
        subprocess.run([sys.executable, "-c", UNCHANGED], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == [f"['office_here'] {pandas}\n" for pandas in (True, False)]
