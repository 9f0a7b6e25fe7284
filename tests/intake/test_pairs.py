"""A recap is held against the sheets of respondents in the same file."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from evalkit.intake.audit import audit_readings
from evalkit.intake.files import Sheet, Workbook
from evalkit.intake.layouts import read_tables
from evalkit.rules import band_ikm

from .sheets import NAMES, rounded, survey

UNITS = ("Dinas Kesehatan", "Dinas Kependudukan dan Pencatatan Sipil", "Dinas 1", "Dinas 12")


def answers_of(rows):
    return [row[1:10] for row in rows[5:] if row and isinstance(row[0], int)]


def recap_of(surveys, *, spoil=None):
    """Return a recap with the means of the answers, printed with two decimals."""
    rows = []
    for number, (unit, sheet) in enumerate(surveys.items(), start=1):
        columns = [[v for v in column if v != ""] for column in zip(*answers_of(sheet), strict=True)]
        means = [Fraction(sum(column), len(column)) for column in columns]
        ikm = rounded(25 * sum(means, Fraction(0)) / 9)
        printed = [rounded(mean) for mean in means]
        if spoil and number == 1:
            printed = spoil(printed)
        rows.append([number, unit, *printed, ikm, band_ikm(ikm)])
    return [["NO", "OPP", *(f"U{i}" for i in range(1, 10)), "NILAI IKM", "KATEGORI"], *rows]


def audits(seed=1, *, spoil=None, named=lambda unit: unit[:31], titled=False):
    surveys = {}
    for at, unit in enumerate(UNITS):
        rows = survey(np.random.default_rng(seed * 10 + at), 25)
        # the names over the columns are left out: only the recap can tell
        surveys[unit] = [
            *([[unit.upper()]] if titled else [[""]]),
            *(row for row in rows if row[1:] != list(NAMES)),
        ]
    book = Workbook(
        file="a.xlsx",
        kind="xlsx",
        sheets=(
            Sheet(name="Rekap", rows=recap_of(surveys, spoil=spoil)),
            *(Sheet(name=named(unit), rows=rows) for unit, rows in surveys.items()),
        ),
    )
    return audit_readings(read_tables(book))


def test_a_recap_of_its_answers_has_no_fault_whether_sheets_or_titles_name_the_agencies():
    for seed in range(3):
        for options in ({}, {"named": lambda unit: f"S{len(unit)}", "titled": True}):
            recap, *surveys = audits(seed, **options)
            assert recap.is_clean, (seed, recap.differences)
            assert all(each.is_clean for each in surveys)
            assert recap.verdict("recap_contradicts") == "not_found"
            assert recap.n_compared >= 9 * len(UNITS)


def test_u8_and_u9_exchanged_between_recap_and_answers_is_found_by_name_in_both():
    def exchange(means):
        return [*means[:7], means[8], means[7]]

    recap, first, *others = audits(spoil=exchange)
    assert recap.verdict("elements_exchanged") == "found"
    assert recap.verdict("recap_contradicts") == "not_found"
    assert [(each.cell, each.why) for each in recap.differences] == [
        ("J2", ("elements_exchanged",)),
        ("K2", ("elements_exchanged",)),
    ]
    assert first.verdict("elements_exchanged") == "found"
    assert [each.verdict("elements_exchanged") for each in others] == ["unknown"] * 3


def test_a_mean_that_is_not_that_of_the_answers_is_found_with_its_cell():
    recap, *surveys = audits(spoil=lambda means: [round(means[0] + 0.2, 2), *means[1:]])
    assert recap.verdict("recap_contradicts") == "found"
    assert "C2" in [each.cell for each in recap.differences]
    (defect,) = (each for each in recap.defects if each.code == "recap_contradicts")
    assert defect.size == pytest.approx(0.2, abs=0.005)
    assert all(each.is_clean for each in surveys)


def test_a_recap_whose_agencies_no_sheet_names_cannot_tell():
    recap, *_ = audits(named=lambda unit: f"S{len(unit)}", spoil=lambda means: [4.0, *means[1:]])
    assert recap.verdict("recap_contradicts") == "unknown"
