"""A table may have several files: one for each batch that was imported."""

from __future__ import annotations

import hashlib
import json

import pytest

from evalkit.errors import EvidenceError, StudyError
from evalkit.evidence import load_evidence, read_places
from evalkit.study.declared import find_evidence, list_declared
from evalkit.study.study_file import load_study

from .conftest import HEADER, as_csv, observation


def write(folder, table, files, **more):
    """Write the files of a table and the descriptor that lists them."""
    for name, rows in files.items():
        (folder.path / name).write_text(as_csv(HEADER, rows), encoding="utf-8")
    folder.resources = [{"name": table, "path": list(files), "format": "csv", **more}]
    return folder.describe().path


def test_rows_of_all_files_are_one_table(study):
    files = {"a.csv": [observation()], "b.csv": [observation(place="dumai", rater="e3")]}
    folder = write(study, "evidence", files)
    evidence = load_evidence(folder)
    assert evidence.observations["place"].tolist() == ["semarang", "dumai"]
    assert evidence.observations.index.tolist() == [0, 1]
    assert read_places(folder) == ("semarang", "dumai")
    assert evidence.steps["file"].unique().tolist() == ["a.csv", "b.csv"]


def test_a_key_in_two_files_is_a_fault_of_both_that_names_the_other(study):
    files = {"a.csv": [observation(rater="x"), observation()], "b.csv": [observation()]}
    with pytest.raises(EvidenceError) as caught:
        load_evidence(write(study, "evidence", files))
    assert [(each.file, each.row, each.value) for each in caught.value.faults] == [
        ("a.csv", 3, "as b.csv, row 2"),
        ("b.csv", 2, "as a.csv, row 3"),
    ]


def test_faulty_rows_are_named_by_their_own_file_and_can_be_left_out(study):
    files = {"a.csv": [observation()], "b.csv": [observation(value="9", rater="z"), observation(rater="y")]}
    folder = write(study, "evidence", files)
    with pytest.raises(EvidenceError) as caught:
        load_evidence(folder)
    assert [(each.file, each.row, each.column) for each in caught.value.faults] == [("b.csv", 2, "value")]
    assert load_evidence(folder, keep_valid=True).observations["rater"].tolist() == ["e2", "y"]


def test_one_file_may_be_empty_and_not_all(study):
    folder = write(study, "evidence", {"a.csv": [], "b.csv": [observation()]})
    assert len(load_evidence(folder).observations) == 1
    with pytest.raises(EvidenceError, match="needs at least one valid row"):
        load_evidence(write(study, "evidence", {"a.csv": [], "b.csv": []}))


def test_each_file_is_held_to_its_own_hash(study):
    files = {"a.csv": [observation()], "b.csv": [observation(rater="z")]}
    digest = hashlib.sha256(as_csv(HEADER, files["b.csv"]).encode()).hexdigest()
    folder = write(study, "evidence", files, hashes={"b.csv": f"sha256:{digest}"})
    load_evidence(folder)
    (folder / "b.csv").write_text(as_csv(HEADER, [observation(rater="y")]), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        load_evidence(folder)
    assert [each.file for each in caught.value.faults] == ["b.csv"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"path": []}, "lists no file"),
        ({"path": ["a.csv", "a.csv"]}, "lists a.csv twice"),
        ({"path": ["a.csv", "../b.csv"]}, "must name one file inside the study folder"),
        ({"path": ["a.parquet"], "format": "parquet"}, "a table in Parquet is read from one"),
        ({"path": ["a.csv"], "hashes": {"a.csv": "md5:1"}}, 'must start with "sha256:"'),
        ({"name": "indicators", "path": ["a.csv", "b.csv"]}, "this table is read from one"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(study, entry, message):
    study.evidence(observation())
    study.resources = [*study.resources, {"name": "truth", "format": "csv", **entry}]
    with pytest.raises(StudyError, match=message):
        load_evidence(study.describe().path)


def test_all_files_of_a_table_belong_to_the_study(study):
    folder = write(study, "evidence", {"a.csv": [observation()], "b.csv": [observation(rater="z")]})
    (folder / "study.yaml").write_text("title: {en: x}\nkind: synthetic\nnotebooks: [x]\n", encoding="utf-8")
    (folder / "names.xlsx").write_bytes(b"x")
    loaded = load_study(folder)
    assert find_evidence(loaded) == ("a.csv", "b.csv")
    assert [path.name for path in list_declared(loaded)] == [
        "a.csv",
        "b.csv",
        "datapackage.json",
        "study.yaml",
    ]
    assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"][0]["path"]
