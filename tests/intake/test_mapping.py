"""A mapping file says what a sheet does not; each thing it gets wrong is named with its line."""

from __future__ import annotations

import pytest

from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.layouts import AmbiguityError, list_ratings, read_tables
from evalkit.intake.mapping import MappingError, load_mapping


def write(tmp_path, text):
    path = tmp_path / "peta.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(rows, **options):
    book = Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows),))
    (reading,) = read_tables(book, **options)
    return reading


def test_a_file_gives_fields_constants_and_a_scale(tmp_path):
    path = write(
        tmp_path,
        "columns: {Pertanyaan 1: U1, ' Disiplin kerja ': peer.discipline, Loyal: overall_rating/Loyal}\n"
        "place: dumai\nunit: Dinas Perhubungan\nperiod: 2025Q1\nsource: peer\nindicator: integrity\n"
        "scale: [1, 5]\nreversed: true\ndates: day_first\n",
    )
    mapping = load_mapping(path)
    assert dict(mapping.columns) == {
        "Pertanyaan 1": "U1",
        "Disiplin kerja": "peer.discipline",
        "Loyal": "overall_rating/Loyal",
    }
    assert (mapping.place, mapping.unit, mapping.period) == ("dumai", "Dinas Perhubungan", "2025Q1")
    assert (mapping.source, mapping.indicator, mapping.dates) == ("peer", "integrity", "day_first")
    assert mapping.scale == (5.0, 1.0)


def test_every_fault_is_named_with_its_line_and_what_was_meant(tmp_path):
    path = write(
        tmp_path,
        "columns:\n  Pertanyaan 1: U10\n  Disiplin: boss.discipline\n  Sikap: disciplin\nplcae: dumai\n"
        "period: 2025\nsource: pear\nreversed: true\nplace: a\nplace: b\nindicator: integrty\n",
    )
    with pytest.raises(MappingError) as refusal:
        load_mapping(path)
    told = str(refusal.value)
    for line in (
        "9 faults in peta.yaml:",
        "line 10, place: key 'place' stands twice",
        "line 2, columns.Pertanyaan 1: unknown field 'U10'; did you mean 'U1'?",
        "line 3, columns.Disiplin: unknown field 'boss.discipline'",
        "line 4, columns.Sikap: unknown field 'disciplin'; did you mean 'discipline'?",
        "line 5, plcae: unknown key; did you mean 'place'?",
        "line 6, period: must be a quarter such as 2025Q1",
        "line 7, source: must be one of system, supervisor, peer",
        "line 11, indicator: unknown indicator; did you mean 'integrity'?",
        "line 8, reversed: needs a scale beside it",
    ):
        assert line in told


@pytest.mark.parametrize(
    "text", ["", "- a\n", "text", "columns: [a]\n", "scale: [5, 1]\n", "scale: [a, b]\n", "dates: us\n"]
)
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(MappingError, match=r"1 fault in peta\.yaml:\n  line 1, "):
        load_mapping(write(tmp_path, text))


def test_a_study_may_bring_its_own_indicators(tmp_path):
    path = write(tmp_path, "columns: {Loyal: peer.loyalty}\n")
    with pytest.raises(MappingError, match=r"unknown field 'peer\.loyalty'"):
        load_mapping(path)
    assert load_mapping(path, indicators=["loyalty"]).columns["Loyal"] == "peer.loyalty"


def test_a_column_per_item_is_read_with_the_rater_above_it():
    rows = [
        ["Nama", "Atasan", "", "Rekan Kerja", ""],
        ["", "Disiplin", "Integritas", "Disiplin", "Integritas"],
        ["a", 4, 5, 3, ""],
        ["b", 2, 3, 1, 4],
    ]
    reading = read(rows)
    ratings = list_ratings(reading)
    assert reading.layout == "rater-items"
    assert ratings[["at", "source", "indicator"]].to_numpy().tolist() == [
        [at, source, indicator]
        for at in (0, 1)
        for source in ("supervisor", "peer")
        for indicator in ("discipline", "integrity")
    ]
    assert ratings["value"].fillna(0).tolist() == [4, 5, 3, 0, 2, 3, 1, 4]


def test_a_column_per_item_is_read_with_the_rater_beside_it_or_in_its_heading():
    long = read([["Pegawai", "Penilai", "Disiplin", "Integritas"], ["a", "b", 4, 5], ["a", "c", "3", "2,5"]])
    assert list_ratings(long)["value"].tolist() == [4, 5, 3, 2.5]
    assert long.table["rater"].tolist() == [1, 2]
    wide = read([["Pegawai", "Disiplin (Atasan)", "Disiplin - Bawahan"], ["a", 4, 5]])
    assert list_ratings(wide)["source"].tolist() == ["supervisor", "subordinate"]


def test_items_that_are_no_indicators_are_mapped(tmp_path):
    mapping = load_mapping(
        write(tmp_path, "columns: {Loyal: overall_rating/Loyal, Harmonis: overall_rating/Harmonis}\n")
    )
    rows = [["Pegawai", "Penilai", "Loyal", "Harmonis", "Kompeten"], ["a", "b", 4, 5, 3]]
    reading = read(rows, mapping=mapping.columns)
    assert list_ratings(reading)[["indicator", "item", "value"]].to_numpy().tolist() == [
        ["overall_rating", "Loyal", 4],
        ["overall_rating", "Harmonis", 5],
    ]
    assert reading.unread == ("E1 Kompeten",)


def test_an_item_that_stands_twice_with_no_rater_above_is_refused():
    rows = [["Pegawai", "Disiplin", "Integritas", "Disiplin"], ["a", 4, 5, 4]]
    with pytest.raises(AmbiguityError, match=r"cell B1 and D1 both head discipline"):
        read(rows)
