"""Evidence, specifications and mappings of every study are checked together, before a run."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from evalkit import lab
from evalkit.errors import StudyError, UsageError
from evalkit.evidence import standard_indicators
from evalkit.study import find_study, shared_inputs
from evalkit.study.checks import check_inputs
from evalkit.study.inputs import load_specifications, load_study_trainings
from evalkit.study.shared import SharedResults
from evalkit.study.shared_inputs import check_shared_inputs, read_shared_diagnoses

from .conftest import write_study

MAPPING = (
    "mappings: {{{method}: {{integrity: {{indicators: [{indicator}], sources: [citizen], because: b}}}}}}"
)


def test_faults_in_the_inputs_of_every_study_are_raised_together(workbench):
    for name in ("tiny", "other"):
        folder = write_study(workbench, name, "notebooks: [first]")
        file = folder / "evidence.csv"
        file.write_text(file.read_text().replace("citizen", "citzen"))
    studies = [find_study("tiny"), find_study("other")]
    with pytest.raises(StudyError, match=r"Study tiny: 2 faults(.|\n)*Study other: 2 faults"):
        check_inputs(studies)


def test_faulty_rows_may_be_left_out(workbench):
    file = workbench / "data/tiny/evidence.csv"
    file.write_text(file.read_text().replace("r1,,4", "r1,,9"))
    with pytest.raises(StudyError, match="Study tiny: 1 fault"):
        check_inputs([find_study("tiny")])
    check_inputs([find_study("tiny")], keep_valid=True)


@pytest.mark.parametrize(
    ("method", "indicator", "message"),
    [
        ("dumia", "service_quality", "maps evidence to 'dumia': did you mean 'dumai'"),
        ("dumai", "servce_quality", "there is no indicator 'servce_quality'"),
    ],
)
def test_a_mapping_to_nothing_is_refused(workbench, method, indicator, message):
    mapping = MAPPING.format(method=method, indicator=indicator)
    write_study(workbench, "tiny", f"notebooks: [first]\nmethods: [dumai]\n{mapping}")
    with pytest.raises(StudyError, match=message):
        check_inputs([find_study("tiny")])


def test_a_mapping_to_evidence_of_the_study_is_taken(workbench):
    mapping = MAPPING.format(method="dumai", indicator="service_quality")
    write_study(workbench, "tiny", f"notebooks: [first]\nmethods: [dumai]\n{mapping}")
    check_inputs([find_study("tiny")])


def test_a_misspelt_method_of_a_study_is_refused(workbench):
    write_study(workbench, "tiny", "notebooks: [first]\nmethods: [dumia]")
    with pytest.raises(UsageError, match="there is no method 'dumia': did you mean 'dumai'"):
        load_specifications(find_study("tiny"))


def test_specifications_of_the_studys_own_stand_apart(workbench):
    folder = write_study(workbench, "tiny", "notebooks: [first]\nmethods: [dumai]\nmethod_files: [own.yaml]")
    (folder / "own.yaml").write_text("name: [")
    with pytest.raises(StudyError, match=r"Study tiny: (.|\n)*own\.yaml"):
        check_inputs([find_study("tiny")])


TRAININGS = "training,name_id,name_en,topic,indicators,hours,effect\n"


def test_a_study_brings_its_own_catalogue_of_trainings(workbench):
    study = find_study("tiny")
    shipped = load_study_trainings(study, standard_indicators())
    (study.folder / "trainings.csv").write_text(TRAININGS + "own,A,B,it,innovation,8,.2\n")
    assert load_study_trainings(study, standard_indicators())["training"].tolist() == ["own"]
    assert "own" not in shipped["training"].tolist()
    check_inputs([study])


def test_a_faulty_catalogue_is_refused_before_anything_runs(workbench):
    study = find_study("tiny")
    (study.folder / "trainings.csv").write_text(TRAININGS + "own,A,B,it,inovation,8,2\n")
    with pytest.raises(StudyError, match=r"Study tiny: 2 faults(.|\n)*trainings\.csv(.|\n)*'innovation'"):
        check_inputs([study])


def test_a_target_of_a_component_that_no_method_has_is_refused(workbench):
    targets = "targets: {prase: {value: 4, because: b}}"
    write_study(workbench, "tiny", f"notebooks: [first]\nmethods: [semarang]\n{targets}")
    with pytest.raises(StudyError, match="no method has a component 'prase': did you mean 'praise'"):
        check_inputs([find_study("tiny")])


def test_what_a_check_loads_is_there_for_the_reports(workbench, tmp_path, monkeypatch):
    study = find_study("tiny")
    check_shared_inputs([study], tmp_path, parameters={})
    monkeypatch.setattr(shared_inputs, "load_study_evidence", refuse)
    evidence = shared_inputs.load_shared_evidence(study, SharedResults(tmp_path), keep_valid=False)
    assert len(evidence.observations) > 0
    with pytest.raises(AssertionError, match="computed again"):
        shared_inputs.load_shared_evidence(study, SharedResults(tmp_path), keep_valid=True)


def test_a_check_without_a_folder_keeps_nothing(workbench):
    assert check_shared_inputs([find_study("tiny")], None, parameters={}) == []


@pytest.mark.parametrize(("n_reports", "asked"), [(8, ["tiny"]), (1, [])])
def test_the_diagnosis_of_a_study_with_many_reports_is_there_for_them(
    workbench, tmp_path, monkeypatch, n_reports, asked
):
    found = []
    monkeypatch.setattr(lab, "find_diagnosis", lambda folder: found.append(folder.name))
    keys = read_shared_diagnoses([find_study("tiny")], tmp_path, {"tiny": [{}] * n_reports})
    assert (found, len(keys)) == (asked, len(asked))
    shared_inputs.find_shared_diagnosis(find_study("tiny"), SharedResults(tmp_path))
    assert found == ["tiny"]


def test_methods_of_a_study_are_read_once_and_again_when_their_file_changes(workbench, tmp_path, monkeypatch):
    folder = write_study(workbench, "tiny", "notebooks: [first]\nmethod_files: [own.yaml]")
    shipped = Path(str(files("evalkit.methods") / "dumai.yaml")).read_text(encoding="utf-8")
    (folder / "own.yaml").write_text(shipped.replace("name: dumai", "name: own", 1), encoding="utf-8")
    study = find_study("tiny")

    def load():
        shared = SharedResults(tmp_path)
        evidence = shared_inputs.load_shared_evidence(study, shared, keep_valid=False)
        return shared_inputs.load_shared_specifications(study, evidence, shared)

    assert load() == load_specifications(study)
    monkeypatch.setattr(shared_inputs, "load_specifications", refuse)
    assert list(load()[1]) == ["own"]
    with (folder / "own.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# another thought\n")
    with pytest.raises(AssertionError, match="computed again"):
        load()


def refuse(*_, **__):
    raise AssertionError("computed again")
