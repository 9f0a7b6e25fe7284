"""What was recorded is held against the same recomputed; each known defect is found by its name."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.intake.audit import DEFECTS, audit_reading
from evalkit.intake.audit.bands import Recorded, audit_bands
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.layouts import read_tables
from evalkit.rules import compute_ikm

from .sheets import MAKERS, SPOILED, raters, recap, sakip, siasn, survey

#: Clean sheets of each layout, and spoiled ones of each defect.
N_CLEAN = 200
N_SPOILED = 25


def audit(rows):
    book = Workbook(file="a.xlsx", kind="xlsx", sheets=(Sheet(name="S", rows=rows),))
    (reading,) = read_tables(book)
    return audit_reading(reading)


def rng(seed):
    return np.random.default_rng(seed)


def found(result):
    return [each.code for each in result.defects if each.verdict == "found"]


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_thousand_clean_sheets_have_no_fault(name):
    for seed in range(N_CLEAN):
        drawn = rng(seed)
        result = audit(MAKERS[name](drawn, int(drawn.integers(3, 80))))
        assert result.n_compared > 0 or name == "rater-items"  # nothing in one follows from the rest
        assert (result.differences, found(result)) == ((), []), seed


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("skm", {"rounding": 2}),
        ("skm", {"rounding": 3}),
        ("skm", {"digits": 6}),
        ("skm", {"digits": 1}),
        ("skm-recap", {"printed": True}),
        ("raters", {"digits": 1}),
    ],
)
def test_what_an_office_rounds_is_no_fault(name, options):
    for seed in range(40):
        result = audit(MAKERS[name](rng(seed), **options))
        assert (result.differences, found(result)) == ((), []), seed


def test_the_clean_sheets_are_a_thousand():
    assert N_CLEAN * len(MAKERS) >= 1000


@pytest.mark.parametrize(("name", "options", "defect"), SPOILED)
def test_a_defect_is_found_by_its_name_and_no_other_is(name, options, defect):
    for seed in range(N_SPOILED):
        result = audit(MAKERS[name](rng(seed), **options))
        assert found(result) == [defect], seed
        assert not result.is_clean


def test_every_defect_that_is_looked_for_is_spoiled_on_purpose_somewhere():
    elsewhere = {"unreadable_cells", "copied_columns"}  # their own tests stand below
    elsewhere.add("recap_contradicts")  # needs two tables: test_pairs.py
    assert {defect for _, _, defect in SPOILED} | elsewhere == set(DEFECTS)


def test_the_recomputed_ikm_is_that_of_the_rule():
    result = audit(survey(rng(3), 30, weight="0.11"))
    difference = next(each for each in result.differences if each.quantity == "ikm")
    answers = result.reading.table[[f"U{i}" for i in range(1, 10)]].to_numpy()
    assert difference.recomputed == pytest.approx(compute_ikm(answers).value, abs=1e-12)
    assert difference.recorded == pytest.approx(0.99 * difference.recomputed, abs=0.005)
    assert difference.why == ("weight_0.11",)


def test_a_short_weight_that_moves_a_band_says_so():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], *([number, *[3] * 8, 4] for number in range(9))]
    rows += [["IKM", 77.0], ["Mutu", "B"]]  # 25 · 28 / 9 = 77.78, and 0.11 · 28 · 25 = 77.00
    result = audit(rows)
    assert (found(result), result.n_bands) == (["weight_0.11"], 0)
    rows[1:10] = [[number, 4, *[3] * 8] if number < 6 else [number, *[3] * 9] for number in range(9)]
    rows[-2][1], rows[-1][1] = 76.08, "C"  # the mean is 9 · 3 + 6/9 = 27.667: 76.85 is B, and 76.08 is C
    result = audit(rows)
    assert (found(result), result.n_bands) == (["weight_0.11"], 1)


def test_a_wrong_number_that_no_defect_explains_is_a_difference_without_a_reason():
    rows = survey(rng(4), 30)
    ikm = next(row for row in rows if row and row[0] == "IKM unit pelayanan")
    ikm[1] += 3.3
    result = audit(rows)
    assert found(result) == []
    assert [(each.quantity, each.why) for each in result.differences if each.quantity == "ikm"] == [
        ("ikm", ())
    ]


def test_a_sheet_without_closing_rows_still_gives_its_ikm():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], *([number, *[3] * 8, 4] for number in range(9))]
    assert audit(rows).ikm.rounded == 77.78
    rows[3][4] = "x"
    assert audit(rows).ikm is None
    assert audit(siasn(rng(1))).ikm is None


def test_codes_that_are_all_reversed_are_one_defect_and_change_what_they_are_read_as():
    result = audit(siasn(rng(1), reverse=True, words=False))
    (defect,) = [each for each in result.defects if each.verdict == "found"]
    assert (defect.cells, result.differences) == (("B1", "C1", "D1"), ())
    assert defect.n_bands > 0


def test_what_a_sheet_cannot_tell_is_said_and_not_taken_for_clean():
    rows = [["No", *(f"U{i}" for i in range(1, 10))], *([number, *[3] * 8, 4] for number in range(9))]
    result = audit(rows)
    assert result.n_compared == 0
    assert result.verdict("weight_0.11") == "unknown"
    assert result.verdict("elements_exchanged") == "unknown"
    head, *people = siasn(rng(1), 40)
    behaved = [row for row in people if row[3] != "Dibawah Ekspektasi"]
    assert audit([head, *behaved]).verdict("kurang_unreachable") == "unknown"
    bare = [["hasilKinerjaNilai", "PerilakuKerjaNilai", "KuadranKinerjaNilai"], *[[1, 1, 1]] * 5]
    assert audit(bare).verdict("codes_reversed") == "unknown"
    unknown = raters(rng(1))
    whole = [unknown[0], *[row for row in unknown[1:] if "" not in row]]
    assert audit(whole).verdict("missing_rater_zero") == "unknown"


def test_copies_are_a_fault_in_a_long_sheet_and_a_note_in_a_short_one_or_at_the_ceiling():
    def copied(rows):
        for row in rows[5:]:
            if row and isinstance(row[0], int):
                row[3] = row[2]
        return [row for row in rows if not row or row[0] != "NRR per unsur"][:-7]

    long = next(each for each in audit(copied(survey(rng(5), 60))).defects if each.code == "copied_columns")
    assert (long.verdict, long.cells) == ("found", ("C5=D5",))
    assert 0 < long.detail["chance"] < 1e-6
    short = audit(copied(survey(rng(5), 8)))
    assert short.verdict("copied_columns") == "note"
    ceiling = audit(copied(survey(rng(5), 60, shares=(0.0, 0.0, 0.02, 0.98))))
    assert ceiling.verdict("copied_columns") == "note"


def test_cells_that_cannot_be_read_are_found_and_named_without_their_content():
    rows = survey(rng(1), 12)
    rows[7][4] = "Budi"
    defect = next(each for each in audit(rows).defects if each.code == "unreadable_cells")
    assert (defect.verdict, defect.cells) == ("found", ("E8",))
    assert "Budi" not in repr(defect)


def test_one_wrong_predikat_and_one_wrong_code_are_differences_and_no_defect_of_the_sheet():
    rows = siasn(rng(2), 40)
    rows[20][5] = "Sangat Baik" if rows[20][5] != "Sangat Baik" else "Baik"
    result = audit(rows)
    assert {each.quantity for each in result.differences} == {"predikat", "predikat_code"}
    assert [each.cell for each in result.differences if each.quantity == "predikat"] == ["F21"]
    assert found(result) == []


def test_a_recap_whose_means_were_rounded_is_not_blamed_for_it():
    rows = recap(rng(6), 10)
    assert audit(rows).is_clean
    rows[3][-2] += 0.4
    assert [each.cell for each in audit(rows).differences if each.quantity == "ikm"] == ["Q4"]


def test_sakip_from_before_its_present_weights_is_not_recomputed():
    rows = sakip(rng(1))
    rows[1][6] += 5
    assert [each.quantity for each in audit(rows).differences] == ["sakip"]
    rows[1][1] = 2019
    assert audit(rows).is_clean


@pytest.mark.parametrize(
    ("band", "ikm", "why"),
    [
        ("B", 76.3, ("cut_off_76.01",)),
        ("D", 65.4, ("cut_off_66.14",)),
        ("", 76.605, ("band_gap",)),
        ("A", 80.0, ()),
    ],
)
def test_a_wrong_band_is_explained(band, ikm, why):
    recorded = [Recorded(cell="A1", band=band, ikm=ikm, recomputed=ikm)]
    (difference,), _ = audit_bands(recorded)
    assert (difference.why, difference.band_changes) == (why, True)


@pytest.mark.parametrize(
    ("band", "ikm"), [("C", 76.605 - 0.005), ("B", 76.61), ("C", 65.0), ("A", 88.31), ("", 80.0)]
)
def test_a_right_band_and_a_band_that_is_not_recorded_are_no_difference(band, ikm):
    assert audit_bands([Recorded(cell="A1", band=band, ikm=ikm, recomputed=ikm)])[0] == []
