import duckdb
import pandas as pd
import pytest

from evalkit.errors import EvidenceError
from evalkit.evidence import load_evidence

HEADER = ("file", "row", "column", "old", "new", "reason")
NIP = "19850317" + "2010011999"


def correct(study, *rows):
    return study.table("corrections", HEADER, *rows)


def test_a_correction_is_applied_counted_and_kept_with_its_reason(study):
    study.evidence(study.row(value="44"), study.row(rater="e3"))
    before = (study.path / "evidence.csv").read_bytes()
    correct(study, ("evidence.csv", "2", "value", "44", "4", "digit typed twice, form 12"))

    evidence = load_evidence(study.path)

    assert evidence.observations["value"].tolist() == [4, 4]
    assert evidence.corrections.to_dict("records") == [
        {
            "file": "evidence.csv",
            "row": 2,
            "column": "value",
            "old": "44",
            "new": "4",
            "reason": "digit typed twice, form 12",
        }
    ]
    steps = evidence.steps.set_index(["file", "step"])["n_rows"]
    assert steps["evidence.csv", "corrected"] == 1
    assert (study.path / "evidence.csv").read_bytes() == before


def test_two_corrections_of_one_row_count_one_row(study):
    study.evidence(study.row(value="44", source="peers"))
    correct(
        study,
        ("evidence.csv", "2", "value", "44", "4", "typing error"),
        ("evidence.csv", "2", "source", "peers", "peer", "older form"),
    )
    evidence = load_evidence(study.path)
    assert evidence.steps.set_index("step").loc["corrected", "n_rows"] == 1
    assert len(evidence.corrections) == 2


def test_a_correction_of_a_parquet_number_may_be_written_as_in_the_office(study, tmp_path):
    frame = pd.DataFrame([study.row()], columns=list(study.header)).assign(value=[44.0])
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"COPY frame TO '{tmp_path / 'e.parquet'}' (FORMAT parquet)")
    study.add("evidence", (tmp_path / "e.parquet").read_bytes(), file_format="parquet")
    correct(study, ("evidence.parquet", "2", "value", "44", "4", "digit typed twice"))
    assert load_evidence(study.path).observations["value"].tolist() == [4]


@pytest.mark.parametrize(
    ("row", "column", "rule", "value"),
    [
        (("evidence.csv", "2", "value", "3", "5", "r"), "old", "must be what the file holds", "3, file: 4"),
        (("evidence.csv", "2", "value", "4", "5", ""), "reason", "must be filled", ""),
        (("evidence.csv", "9", "value", "4", "5", "r"), "row", "must be a row of evidence.csv", "9"),
        (("evidence.csv", "1", "value", "4", "5", "r"), "row", "must be at least 2", "1"),
        (
            ("evidence.csv", "2", "nilai", "4", "5", "r"),
            "column",
            "must be a column of evidence.csv",
            "nilai",
        ),
        (("other.csv", "2", "value", "4", "5", "r"), "file", "must be one of evidence.csv", "other.csv"),
        (("evidence.csv", "2", "rater", NIP, "e2", "r"), "old", "this looks like a NIP", "•••"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(study, row, column, rule, value):
    correct(study.evidence(study.row()), row)
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == ("corrections.csv", 2, column, value)
    assert rule in fault.rule


def test_a_cell_is_corrected_only_once(study):
    study.evidence(study.row(value="44"))
    correct(study, *[("evidence.csv", "2", "value", "44", new, "typing error") for new in ("4", "5")])
    with pytest.raises(EvidenceError, match=r"the key \(file, row, column\) must be unique"):
        load_evidence(study.path)


def test_what_a_correction_brings_in_is_checked_like_the_rest(study):
    correct(study.evidence(study.row()), ("evidence.csv", "2", "value", "4", "9", "new form"))
    with pytest.raises(EvidenceError, match="must lie on its indicator's scale, 1 to 5"):
        load_evidence(study.path)
