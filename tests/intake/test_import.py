"""Tables of offices become rows of a study: what goes in comes out, and nobody's name or number does."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import UsageError
from evalkit.evidence import load_evidence, standard_indicators
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.importing import Given, ImportRefusedError, check_given, make_batch, read_scale, tidy_text
from evalkit.intake.layouts import read_tables
from evalkit.intake.pseudonyms import PseudonymKey
from evalkit.rules import ELEMENTS, holds_nip
from evalkit.study.importing import describe_import, import_files, render_import, table_of_import

from .sheets import CALLED, MAKERS, raters, recap, sakip, siasn, survey, write_csv, write_xlsx

KEY = PseudonymKey(b"k" * 32)
ABOUT = Given(place="dumai", unit="Dukcapil", period="2024Q4")


def nip(number):
    """A NIP composed here, valid and of nobody: of a man where the number is odd."""
    return (
        f"19{60 + number % 40}0{1 + number % 9}1{number % 9}"
        + f"20150{1 + number % 9}{2 - number % 2}{number:03d}"
    )


def with_nips(rows, column):
    at = rows[0].index(column)
    named = [[*row[:at], nip(number), *row[at + 1 :]] for number, row in enumerate(rows[1:])]
    return [[*rows[0][:at], "NIP", *rows[0][at + 1 :]], *named]


def take(rows, about=ABOUT, **more):
    book = Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows),))
    (reading,) = read_tables(book)
    return make_batch(
        reading, about if not more else Given(**{**ABOUT_OPTIONS, **more}), KEY, standard_indicators()
    )


ABOUT_OPTIONS = {"place": "dumai", "unit": "Dukcapil", "period": "2024Q4"}


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    header = "place,unit,employee,period,indicator,source,rater,item,value,recorded_on,status\n"
    (folder / "evidence.csv").write_text(header, encoding="utf-8")
    (folder / "study.yaml").write_text(
        "title: {en: x}\nkind: real\nnotebooks: [02_evidence]\n", encoding="utf-8"
    )
    package = {
        "name": "study",
        "evalkit": {"kind": "real"},
        "resources": [{"name": "evidence", "path": "evidence.csv", "format": "csv"}],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


@pytest.fixture
def bring(study, tmp_path):
    """Import files into the study, with a key beside it."""

    def run(*files, write=True, **options):
        about = Given(**{**ABOUT_OPTIONS, **options})
        return import_files(files, study, about, key_file=tmp_path / "a.key", write=write)

    return run


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 40))
def test_answers_keep_their_totals_by_element_and_each_respondent_is_one_rater(seed, n):
    rows = survey(np.random.default_rng(seed), n)
    evidence = take(rows).tables["evidence"]
    assert len(evidence) == 9 * n
    assert evidence["rater"].nunique() == n
    for at, element in enumerate(ELEMENTS, start=1):
        own = evidence[evidence["item"] == element]
        given_answers = [row[at] for row in rows[5 : 5 + n] if row[at] != ""]
        assert own.loc[own["status"] == "recorded", "value"].astype(float).sum() == sum(given_answers)
        assert (own["status"] == "missing").sum() == n - len(given_answers)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(9, 40), words=st.booleans(), codes=st.booleans())
def test_predikats_are_those_of_the_sheet_whether_in_words_or_in_codes(seed, n, words, codes):
    rows = siasn(np.random.default_rng(seed), n, words=words or not codes, codes=codes)
    whole = siasn(np.random.default_rng(seed), n)
    at = whole[0].index("kuadranKinerja")
    recorded = take(rows).tables["recorded"]
    assert [CALLED[code] for code in recorded["predikat"]] == [row[at] for row in whole[1:]]
    evidence = take(rows).tables["evidence"]
    results = evidence[evidence["indicator"] == "work_result_expectation"]
    below = [row[1] == "Dibawah Ekspektasi" for row in whole[1:]]
    assert (results["value"] == "1").tolist() == below


def test_what_a_nip_tells_is_kept_and_the_number_is_not():
    batch = take(with_nips(siasn(np.random.default_rng(1), 20), "pnsDinilaiId"))
    employees = batch.tables["employees"].set_index("employee")
    assert batch.people == {"nip": 20}
    for number in range(20):
        row = employees.loc[KEY.name(f"nip {nip(number)}")]
        assert row["birth_year"] == nip(number)[:4]
        assert row["joined_on"] == "2015-01-01"
        assert row["sex"] == ("man" if number % 2 else "woman")
    text = "".join(frame.to_csv() for frame in batch.tables.values())
    assert not holds_nip(text)


def test_a_recap_and_sakip_are_of_units():
    rows = recap(np.random.default_rng(1), 8)
    recorded = take(rows).tables["recorded"]
    assert recorded["unit"].tolist() == [f"Dinas {number}" for number in range(1, 9)]
    assert recorded["ikm"].astype(float).tolist() == [row[-2] for row in rows[3:11]]
    batch = take(sakip(np.random.default_rng(1)), period="Q4")
    assert set(batch.tables["evidence"]["period"]) == {"2024Q4"}
    assert set(batch.tables["evidence"]["indicator"]) == {"sakip"}
    with pytest.raises(ImportRefusedError, match="says the year and no quarter"):
        take(sakip(np.random.default_rng(1)), period="")
    assert {fault.why for fault in take(sakip(np.random.default_rng(1)), period="2025Q1").faults} == {
        "other_year"
    }


def test_ratings_are_brought_to_the_scale_of_their_indicator_only_when_it_is_said():
    rows = raters(np.random.default_rng(1), 12)
    with pytest.raises(ImportRefusedError, match="does not say what was rated"):
        take(rows)
    with pytest.raises(
        ImportRefusedError, match=r"lie off the scale of overall_rating, 1 to 5.*--scale 0-100"
    ):
        take(rows, indicator="overall_rating")
    batch = take(rows, indicator="overall_rating", scale=(0.0, 100.0))
    peers = batch.tables["evidence"].query("source == 'peer'")
    assert peers["value"].astype(float).tolist() == pytest.approx([1 + row[2] / 25 for row in rows[1:]])
    assert [(each.code, each.n) for each in batch.changes] == [
        ("rescaled", 12),
        ("rescaled", 12),
        ("rescaled", 9),
    ]
    own = batch.tables["evidence"].query("source == 'self'")
    assert (own["rater"] == own["employee"]).all()
    reversed_ = take(rows, indicator="overall_rating", scale=(100.0, 0.0)).tables["evidence"]
    assert float(reversed_["value"].iloc[0]) == pytest.approx(5 - rows[1][1] / 25)
    with pytest.raises(ImportRefusedError, match="did you mean 'overall_rating'"):
        take(rows, indicator="overal_rating")


def test_what_no_rater_of_a_kind_answers_was_not_asked_and_a_gap_among_answers_is_missing():
    rows = [
        ["Pegawai", "Penilai", "Penilai Sebagai", "Disiplin", "Integritas"],
        ["a", "x", "Atasan", 4, 5],
        ["b", "x", "Atasan", "", 3],
        ["a", "b", "Rekan", 4, ""],
        ["b", "a", "Rekan", 2, ""],
    ]
    batch = take(rows)
    given = batch.tables["evidence"].set_index(["indicator", "source"])["status"]
    assert ("integrity", "peer") not in given.index
    assert given["integrity", "supervisor"].tolist() == ["recorded", "recorded"]
    assert given["discipline", "supervisor"].tolist() == ["recorded", "missing"]
    assert [(each.field, each.n) for each in batch.changes if each.code == "not_asked"] == [("integrity", 2)]


def test_ratings_one_by_one_keep_raters_and_items():
    heads = ["Dinilai", "Penilai", "Aspek", "Nilai"]
    rows = [
        heads,
        ["Ani", "Budi", "Integritas", 4],
        ["Ani", "Cici", "Kerja sama", 5],
        ["Budi", "Ani", "Disiplin", 3],
    ]
    with pytest.raises(ImportRefusedError, match="Say --source peer"):
        take(rows)
    evidence = take(rows, source="peer").tables["evidence"]
    assert evidence["indicator"].tolist() == ["integrity", "collaboration", "discipline"]
    assert evidence["value"].tolist() == ["4", "5", "3"]
    assert evidence["rater"].iloc[2] == evidence["employee"].iloc[0]
    assert set(evidence["item"]) == {""}
    rows[1][2] = "=cmd|' /C calc'!A0"
    other = take(rows, source="peer", indicator="overall_rating")
    assert other.tables["evidence"]["item"].iloc[0].startswith("'=cmd")
    assert [(each.code, each.field, each.n) for each in other.changes] == [("tidied", "item", 1)]


def test_codes_the_wrong_way_round_are_refused_unless_words_stand_beside_them():
    with pytest.raises(ImportRefusedError, match="wrong way round"):
        take(siasn(np.random.default_rng(1), reverse=True, words=False))
    right = take(siasn(np.random.default_rng(1))).tables["recorded"]["predikat"]
    assert take(siasn(np.random.default_rng(1), reverse=True)).tables["recorded"]["predikat"].equals(right)


def test_exchanged_elements_are_refused():
    with pytest.raises(ImportRefusedError, match=r"U8 and U9 contradict each other \(I5, J5\)"):
        take(survey(np.random.default_rng(1), exchanged=True))


def test_faulty_rows_refuse_their_table_or_are_left_out_and_counted():
    rows = survey(np.random.default_rng(1), 10)
    rows[6][2], rows[8][3] = 7, "mantap"
    batch = take(rows)
    assert batch.is_refused
    assert [(batch.cell_of(each), each.why) for each in batch.faults] == [("C7", "off_scale"), ("D9", "word")]
    kept = take(rows, keep_valid=True)
    assert (kept.is_refused, kept.n_dropped, len(kept.tables["evidence"])) == (False, 2, 72)


def test_the_same_person_twice_is_a_fault_of_both_rows():
    rows = siasn(np.random.default_rng(1), 12)
    rows[3][rows[0].index("pnsDinilaiId")] = rows[2][rows[0].index("pnsDinilaiId")]
    assert [(each.at, each.why) for each in take(rows).faults] == [(1, "twice"), (2, "twice")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"place": ""}, "Say which place"),
        ({"unit": nip(1)}, "--unit holds a number that looks like a NIP"),
        ({"period": "2025"}, "--period 2025 must be a quarter"),
        ({"source": "pear"}, "did you mean 'peer'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_a_file_is_read(bring, options, message):
    with pytest.raises(UsageError, match=message) as caught:
        bring("none.xlsx", **options)
    assert not holds_nip(str(caught.value))


def test_a_scale_is_two_different_numbers():
    assert read_scale("5-1") == (5, 1)
    for text in ("5", "5-5", "a-b", "-1-5"):
        with pytest.raises(UsageError, match="two different numbers"):
            read_scale(text)
    assert check_given(Given(place=" =dumai ")).place == "'=dumai"


@given(st.text())
def test_no_text_of_a_study_starts_a_formula_or_breaks_a_line(text):
    tidied, _ = tidy_text(text)
    assert not tidied.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert tidied.isprintable()
    assert tidy_text(tidied)[0] == tidied


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_layout_enters_a_study_that_loads(bring, study, tmp_path, name):
    path = write_csv(tmp_path / f"{name}.csv", MAKERS[name](np.random.default_rng(1)))
    scale = (0.0, 100.0) if name == "raters" else None
    imported = bring(path, indicator="overall_rating", scale=scale)
    assert imported.written
    assert imported.is_whole
    rows = {table: len(frame) for table, frame in imported.placed[0].batch.tables.items()}
    if not rows["evidence"]:  # a study needs evidence beside what offices recorded
        bring(write_csv(tmp_path / "s.csv", survey(np.random.default_rng(2))))
    evidence = load_evidence(study)
    assert len(evidence.recorded) >= rows["recorded"]
    assert len(evidence.observations) >= rows["evidence"]
    assert len(evidence.employees) == rows["employees"]


def test_the_same_file_twice_gives_the_same_bytes_and_a_corrected_one_takes_its_place(bring, study, tmp_path):
    rows = with_nips(siasn(np.random.default_rng(1), 20), "pnsDinilaiId")
    path = write_xlsx(tmp_path / "a.xlsx", ("SKP", rows), ("SKM", survey(np.random.default_rng(1), 12)))
    bring(path)
    first = snapshot(study)
    again = bring(path)
    assert snapshot(study) == first
    assert [each.state for each in again.placed] == ["unchanged", "unchanged"]
    write_xlsx(tmp_path / "a.xlsx", ("SKP", rows[:-5]), ("SKM", survey(np.random.default_rng(1), 12)))
    assert [each.state for each in bring(path).placed] == ["replaces", "unchanged"]
    assert len(load_evidence(study).recorded.query("employee != ''")) == 15
    assert len(load_evidence(study).employees) == 15
    write_xlsx(tmp_path / "a.xlsx", ("SKP", rows), ("SKM", survey(np.random.default_rng(1), 12)))
    bring(path)
    assert snapshot(study) == first


def test_the_same_table_under_another_name_is_told_and_left_out(bring, study, tmp_path):
    rows = survey(np.random.default_rng(1), 12)
    bring(write_xlsx(tmp_path / "a.xlsx", ("SKM", rows)))
    before = snapshot(study)
    copied = bring(write_xlsx(tmp_path / "b.xlsx", ("SKM", rows)))
    assert [(each.state, each.other) for each in copied.placed] == [("same_as", "a.xlsx, SKM")]
    assert snapshot(study) == before
    assert "the same as a.xlsx, SKM, which the study holds already" in describe_import(copied)


def test_other_answers_about_the_same_unit_and_quarter_are_refused_with_both_files(bring, study, tmp_path):
    bring(write_xlsx(tmp_path / "a.xlsx", ("SKM", survey(np.random.default_rng(1), 12))))
    before = snapshot(study)
    other = bring(write_xlsx(tmp_path / "b.xlsx", ("SKM", survey(np.random.default_rng(2), 12))))
    assert not other.written
    assert "must be unique among all files of the table" in other.faults[0].rule
    assert snapshot(study) == before
    assert "Nothing was written" in describe_import(other)


def test_people_in_two_files_are_listed_once_and_stay_while_one_names_them(bring, study, tmp_path):
    sheet = with_nips(raters(np.random.default_rng(1), 10), "Pegawai")
    first = write_xlsx(
        tmp_path / "a.xlsx", ("A", with_nips(siasn(np.random.default_rng(1), 12), "pnsDinilaiId"))
    )
    bring(first)
    options = {"indicator": "overall_rating", "scale": (0.0, 100.0)}
    bring(write_xlsx(tmp_path / "b.xlsx", ("B", sheet)), **options)
    assert len(load_evidence(study).employees) == 12
    write_xlsx(first, ("A", with_nips(siasn(np.random.default_rng(1), 9), "pnsDinilaiId")))
    bring(first)
    assert len(load_evidence(study).employees) == 10  # nine of the shorter sheet, and the tenth of the raters


def test_one_bad_sheet_does_not_lose_the_others(bring, study, tmp_path):
    good, bad = survey(np.random.default_rng(1), 12), survey(np.random.default_rng(2), 12)
    bad[5][1] = 9
    path = write_xlsx(tmp_path / "a.xlsx", ("Baik", good), ("Buruk", bad), ("Petunjuk", [["isi", "ini"]]))
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    imported = bring(path, broken, unit="{sheet}")
    assert imported.written
    assert not imported.is_whole
    assert load_evidence(study).observations["unit"].unique().tolist() == ["Baik"]
    told = describe_import(imported)
    assert "a.xlsx, Buruk (skm): nothing is taken" in told
    assert "B6  U1  off the scale" in told
    assert "b.xlsx is broken" in told


def test_nothing_is_written_without_being_asked_not_even_a_key(bring, study, tmp_path):
    before = snapshot(tmp_path)
    path = write_csv(tmp_path / "a.csv", siasn(np.random.default_rng(1)))
    imported = bring(path, write=False)
    assert not imported.written
    assert snapshot(tmp_path) == before | {"a.csv": path.read_bytes()}
    assert "1 table would be written to the study study" in describe_import(imported)


def test_an_interrupted_import_leaves_the_study_as_it_was(bring, study, tmp_path, monkeypatch):
    from evalkit.intake.importing import staging

    def stop(*_):
        raise KeyboardInterrupt

    before = snapshot(study)
    monkeypatch.setattr(staging, "_put_in_place", stop)
    with pytest.raises(KeyboardInterrupt):
        bring(write_csv(tmp_path / "a.csv", survey(np.random.default_rng(1))))
    assert snapshot(study) == before


def test_no_name_and_no_nip_reaches_the_study_or_what_is_said(bring, study, tmp_path):
    rows = siasn(np.random.default_rng(1), 20)
    at = rows[0].index("pnsDinilaiId")
    names = [f"Siti Rahmawati {'IVX'[number % 3]}{number}" for number in range(20)]
    for number, row in enumerate(rows[1:]):
        row[at] = names[number]
    rows[0] = [*rows[0], "nipNrpPenilai"]
    rows = [rows[0], *([*row, nip(number)] for number, row in enumerate(rows[1:]))]
    files = [
        write_xlsx(tmp_path / f"SKP {names[3]}.xlsx", (f"SKP {nip(5)}", rows)),
        write_xlsx(
            tmp_path / f"{nip(6)}_b.xlsx",
            (names[2], with_nips(siasn(np.random.default_rng(2)), "pnsDinilaiId")),
        ),
    ]
    rows[4][at] = float(nip(7))
    imported = bring(*files, unit="Dukcapil", keep_valid=True)
    told = [describe_import(imported, "id"), render_import(imported, "en"), table_of_import(imported)]
    told += [text.decode() for text in snapshot(study).values()] + list(snapshot(study))
    assert imported.written
    assert not any(holds_nip(text.replace("_", " ")) for text in told)
    assert not any(name.casefold() in text.casefold() for name in names for text in told)


def test_a_synthetic_study_and_one_of_published_people_take_no_file(bring, study, tmp_path):
    path = write_csv(tmp_path / "a.csv", siasn(np.random.default_rng(1)))
    for about, message in (
        ({"kind": "synthetic"}, "is synthetic"),
        ({"kind": "real", "persons": "published"}, "published"),
    ):
        package = json.loads((study / "datapackage.json").read_text(encoding="utf-8"))
        (study / "datapackage.json").write_text(json.dumps({**package, "evalkit": about}), encoding="utf-8")
        with pytest.raises(UsageError, match=message):
            bring(path)
