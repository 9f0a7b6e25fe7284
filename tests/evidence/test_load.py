from dataclasses import FrozenInstanceError

import duckdb
import numpy as np
import pandas as pd
import pytest

from evalkit.errors import EvidenceError, StudyError, UsageError
from evalkit.evidence import EVIDENCE_KEY, TABLES, load_evidence, read_places, standard_indicators


def write_parquet(path, frame):
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"COPY frame TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_observations_have_text_keys_and_numbers(study):
    study.evidence(
        study.row(value="4.5"),
        study.row(rater="e3", value="", status="refused", recorded_on=""),
        study.row(employee="", indicator="complaints", source="system", rater="", value="12", period=""),
    )
    evidence = load_evidence(study.path)

    rows = evidence.observations
    assert list(rows) == list(TABLES["evidence"].column_names)
    assert (evidence.study, evidence.kind) == ("small", "synthetic")
    assert all(isinstance(cell, str) for name in EVIDENCE_KEY for cell in rows[name])
    assert rows["value"].tolist()[::2] == [4.5, 12.0]
    assert pd.isna(rows["value"][1])
    assert rows["recorded_on"].tolist()[0] == pd.Timestamp("2025-03-31")
    assert pd.isna(rows["recorded_on"][1])
    assert rows.index.tolist() == [0, 1, 2]


def test_a_file_that_is_absent_is_an_empty_table_with_its_columns(study):
    evidence = load_evidence(study.evidence(study.row()).path)
    for name in ("employees", "events", "interventions", "recorded", "truth"):
        frame = getattr(evidence, name)
        assert frame.empty
        assert list(frame) == list(TABLES[name].column_names)
    assert list(evidence.corrections) == ["file", "row", "column", "old", "new", "reason"]
    assert evidence.corrections.empty


def test_places_are_read_in_their_order_without_checking_the_rest(study):
    study.evidence(study.row(place="dumai", value="no number"), study.row(place=""), study.row())
    assert read_places(study.path) == ("dumai", "semarang")
    (study.path / "evidence.csv").unlink()
    assert read_places(study.path) == ()


def test_csv_and_parquet_give_the_same_evidence(study, tmp_path):
    rows = [study.row(rater=f"r{i}", value=str(i % 5 + 1)) for i in range(50)]
    from_csv = load_evidence(study.evidence(*rows).path).observations

    frame = pd.DataFrame(rows, columns=list(study.header)).assign(value=lambda d: d["value"].astype(float))
    frame["recorded_on"] = pd.to_datetime(frame["recorded_on"])
    study.resources.clear()
    study.add("evidence", write_parquet(tmp_path / "e.parquet", frame), file_format="parquet")

    pd.testing.assert_frame_equal(load_evidence(study.path).observations, from_csv)


def test_the_studys_own_indicators_add_to_the_standard_ones_and_override_them(study):
    header = ("indicator", "unit", "low", "high", "lower_is_better", "label_id", "label_en")
    study.table(
        "indicators",
        header,
        ("integrity", "rating", "1", "7", "false", "integritas", "integrity"),
        ("queue_minutes", "minutes", "0", "", "true", "menit antre", "minutes in the queue"),
    )
    study.evidence(study.row(value="7"), study.row(indicator="queue_minutes", value="480"))
    indicators = load_evidence(study.path).indicators.set_index("indicator")

    assert indicators.loc["integrity", "high"] == 7
    assert bool(indicators.loc["queue_minutes", "lower_is_better"]) is True
    assert pd.isna(indicators.loc["queue_minutes", "high"])
    assert len(indicators) == len(standard_indicators()) + 1


def test_the_standard_indicators_are_whole_and_unique():
    indicators = standard_indicators()
    assert indicators["indicator"].is_unique
    assert not indicators.drop(columns=["low", "high"]).isna().any(axis=None)
    assert (indicators[["unit", "label_id", "label_en"]] != "").all(axis=None)
    assert indicators["lower_is_better"].dtype == bool
    assert (indicators["low"] < indicators["high"].fillna(float("inf"))).all()


def test_the_standard_indicators_cannot_be_changed_by_a_caller():
    indicators = standard_indicators()
    indicators["high"] = 0.0
    assert standard_indicators()["high"].max() == 100


def test_extra_tables_are_typed_by_their_own_schema(study):
    fields = [
        {"name": "employee", "type": "string"},
        {"name": "n_visits", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "score", "type": "number"},
        {"name": "tenured", "type": "boolean"},
        {"name": "hired", "type": "date"},
    ]
    study.evidence(study.row())
    study.table(
        "visits",
        [field["name"] for field in fields],
        ("007", "3", "1.5", "true", "2020-01-02"),
        ("008", "4", "", "false", ""),
        schema={"fields": fields, "primaryKey": "employee"},
    )
    visits = load_evidence(study.path).extras["visits"]
    assert visits["employee"].tolist() == ["007", "008"]
    assert [str(visits[name].dtype) for name in ("n_visits", "score", "tenured")] == [
        "int64",
        "float64",
        "bool",
    ]
    assert visits["hired"].tolist()[0] == pd.Timestamp("2020-01-02")


def test_steps_count_the_rows_of_every_file(study):
    study.evidence(study.row(), study.row(rater="e3"))
    steps = load_evidence(study.path).steps
    assert list(steps.itertuples(index=False, name=None)) == [
        ("evidence.csv", "read", 2),
        ("evidence.csv", "corrected", 0),
        ("evidence.csv", "rejected", 0),
        ("evidence.csv", "kept", 2),
    ]


def test_text_such_as_na_or_a_leading_zero_stays_text(study):
    study.evidence(study.row(employee="NA", rater="007", unit="null"))
    row = load_evidence(study.path).observations.iloc[0]
    assert (row["employee"], row["rater"], row["unit"]) == ("NA", "007", "null")


def test_a_byte_order_mark_and_windows_line_ends_are_read(study):
    study.evidence(study.row())
    text = (study.path / "evidence.csv").read_bytes()
    (study.path / "evidence.csv").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert load_evidence(study.path).observations["status"].tolist() == ["recorded"]


def test_quoted_cells_may_hold_commas_quotes_and_line_ends(study):
    study.evidence(study.row(unit='Dinas "A", loket 1\nlantai 2'), study.row(value="9"))
    with pytest.raises(EvidenceError) as caught:
        load_evidence(study.path)
    assert [fault.row for fault in caught.value.faults] == [3]


def test_evidence_is_frozen(study):
    evidence = load_evidence(study.evidence(study.row()).path)
    with pytest.raises(FrozenInstanceError):
        evidence.kind = "real"


def test_select_holds_observations_to_the_names_and_leaves_the_original_alone(study):
    study.evidence(
        study.row(),
        study.row(place="dumai", period="2025Q2"),
        study.row(place="dumai", indicator="initiative", source="self"),
    )
    evidence = load_evidence(study.path)
    assert len(evidence.select().observations) == 3
    assert len(evidence.select(places=["dumai"]).observations) == 2
    assert len(evidence.select(places=["dumai"], sources=["self"]).observations) == 1
    assert len(evidence.select(periods=["2025Q2"], indicators=["integrity"]).observations) == 1
    assert evidence.select(places=["dumai"]).observations.index.tolist() == [0, 1]
    assert len(evidence.observations) == 3


def test_select_holds_the_other_tables_to_the_places_too(study):
    study.table("employees", ("employee", "place"), ("e1", "semarang"), ("e9", "dumai"))
    study.evidence(study.row(), study.row(place="dumai", employee="e9"))
    chosen = load_evidence(study.path).select(places=["dumai"])
    assert chosen.employees["employee"].tolist() == ["e9"]


def test_select_refuses_a_name_that_the_evidence_does_not_have(study):
    evidence = load_evidence(study.evidence(study.row()).path)
    with pytest.raises(UsageError) as caught:
        evidence.select(places=["semarng"])
    assert str(caught.value) == "the evidence has no place 'semarng'; did you mean 'semarang'?"


def test_a_folder_without_a_descriptor_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"datapackage\.json is missing\. A study folder needs it"):
        load_evidence(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not valid JSON: .* line 1, column 2"),
        ("[]", "must hold one JSON object"),
        ("{}", '"evalkit": .* must be "real" or "synthetic"'),
        (
            '{"evalkit": {"kind": "real", "observed": 1977}}',
            r'\{"observed": …\} must be text, such as "1977"',
        ),
        ('{"evalkit": {"kind": "real"}}', '"resources" must list the study\'s tables'),
        ('{"evalkit": {"kind": "real"}, "resources": []}', 'no resource is named "evidence"; found: none'),
        ('{"evalkit": {"kind": "real"}, "resources": ["x"]}', r"resources\[0\] must be an object"),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "evidence", "path": "../e.csv"}]}',
            '"path" must name one file inside the study folder',
        ),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "evidence", "path": "e.xlsx"}]}',
            "\"format\" must be csv or parquet, found 'xlsx'",
        ),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "visits", "path": "e.csv", "hash": "a"}]}',
            '"hash" must start with "sha256:"',
        ),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "visits", "path": "v.csv"}]}',
            'a table of your own needs "schema"',
        ),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "visits", "path": "v.csv",'
            ' "schema": {"fields": [{"name": "a", "type": "money"}]}}]}',
            'needs a "name" and a "type" that is one of string',
        ),
        (
            '{"evalkit": {"kind": "real"}, "resources": [{"name": "evidence", "path": "e.csv"},'
            ' {"name": "evidence", "path": "f.csv"}]}',
            "two resources are named 'evidence'",
        ),
    ],
)
def test_a_broken_descriptor_is_refused_with_what_is_wrong(tmp_path, text, message):
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        load_evidence(tmp_path)


def test_everything_wrong_in_a_descriptor_is_said_at_once(study):
    study.resources += [{"name": "evidence", "path": "/e.csv"}, {"name": "events", "path": "e.txt"}]
    study.describe(evalkit={"kind": "unreal"})
    with pytest.raises(StudyError) as caught:
        load_evidence(study.path)
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_numbers_are_read_to_the_last_bit(study, tmp_path, file_format):
    rng = np.random.default_rng(5)
    values = rng.random(500) * 10.0 ** rng.integers(-6, 7, 500)
    rows = [study.row(indicator="complaints", rater=f"r{i}") for i in range(len(values))]
    frame = pd.DataFrame(rows, columns=list(study.header)).assign(value=values)
    content = (
        frame.to_csv(index=False) if file_format == "csv" else write_parquet(tmp_path / "e.parquet", frame)
    )
    study.add("evidence", content, file_format=file_format)
    assert (load_evidence(study.path).observations["value"].to_numpy() == values).all()
