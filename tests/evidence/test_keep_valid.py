import pytest

from evalkit.errors import EvidenceError
from evalkit.evidence import load_evidence

INDICATOR_COLUMNS = ("indicator", "unit", "low", "high", "lower_is_better", "label_id", "label_en")


def n_rows(evidence, file="evidence.csv"):
    steps = evidence.steps[evidence.steps["file"] == file]
    return dict(zip(steps["step"], steps["n_rows"], strict=True))


def test_faulty_rows_are_left_out_and_counted(study):
    study.evidence(
        study.row(), study.row(rater="e3", value="9"), study.row(rater="e4", source="peers", value="x")
    )
    evidence = load_evidence(study.path, keep_valid=True)
    assert evidence.observations["rater"].tolist() == ["e2"]
    assert n_rows(evidence) == {"read": 3, "corrected": 0, "rejected": 2, "kept": 1}


def test_rows_that_could_not_be_split_are_counted_as_rejected(study):
    good = ",".join(study.row())
    study.add("evidence", f"{','.join(study.header)}\na,b\n{good}\n")
    assert n_rows(load_evidence(study.path, keep_valid=True)) == {
        "read": 2,
        "corrected": 0,
        "rejected": 1,
        "kept": 1,
    }


def test_no_row_of_a_repeated_key_is_kept_since_nobody_knows_which_is_right(study):
    study.evidence(study.row(), study.row(value="2"), study.row(rater="e3"))
    assert load_evidence(study.path, keep_valid=True).observations["rater"].tolist() == ["e3"]


def test_rows_that_lose_what_they_refer_to_are_left_out_too(study):
    study.table(
        "indicators",
        INDICATOR_COLUMNS,
        ("speed", "rating", "5", "1", "false", "laju", "speed"),
    )
    study.table(
        "employees", ("employee", "place", "sex"), ("e1", "semarang", "woman"), ("e5", "semarang", "?")
    )
    study.evidence(study.row(), study.row(indicator="speed", value="3"), study.row(employee="e5"))
    evidence = load_evidence(study.path, keep_valid=True)
    assert n_rows(evidence) == {"read": 3, "corrected": 0, "rejected": 2, "kept": 1}
    assert evidence.employees["employee"].tolist() == ["e1"]


def test_faultless_evidence_is_the_same_with_and_without(study):
    study.evidence(study.row(), study.row(rater="e3"))
    with_it, without = (load_evidence(study.path, keep_valid=keep) for keep in (True, False))
    assert with_it.observations.equals(without.observations)
    assert with_it.steps.equals(without.steps)


def test_a_fault_of_a_whole_file_is_refused_all_the_same(study):
    study.evidence(study.row(value="9"), study.row(rater="e3"))
    study.add("events", b"")
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path, keep_valid=True)
    assert [fault.file for fault in caught.value.faults] == ["events.csv", "evidence.csv"]
    assert str(caught.value).endswith("so --keep-valid does not help.")


def test_evidence_with_no_valid_row_is_refused(study):
    study.evidence(study.row(value="9"))
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path, keep_valid=True)
    assert [fault.rule for fault in caught.value.faults] == [
        "the table of evidence needs at least one valid row"
    ]


def test_a_correction_that_does_not_fit_is_refused_all_the_same(study):
    study.evidence(study.row(value="9"), study.row(rater="e3"))
    study.table(
        "corrections",
        ("file", "row", "column", "old", "new", "reason"),
        ("evidence.csv", "2", "value", "8", "4", "typing error"),
    )
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path, keep_valid=True)
    assert "corrections.csv" in {fault.file for fault in caught.value.faults}
