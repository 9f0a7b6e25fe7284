"""Every file of the corpus gives the numbers that it was made from, or a refusal with place and remedy."""

from __future__ import annotations

import math

import pytest

from evalkit.errors import EvalkitError
from evalkit.intake.audit import audit_reading
from evalkit.intake.files import read_workbook
from evalkit.intake.layouts import read_tables

from .corpus import write_corpus


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("corpus"))


def test_the_corpus_has_each_layout_clean_and_with_each_spoil(cases):
    spoils = {}
    for case in cases:
        spoils.setdefault(case.layout, set()).add(case.spoil.removeprefix(f"{case.layout}-"))
    common = set.intersection(*spoils.values())
    assert len(cases) > 100
    assert len(common) >= 16
    assert {"utf-16", "windows-1252", "two_tables", "hidden_sheet", "not_computed", "dates"} <= common


def test_each_file_gives_the_numbers_that_it_was_made_from_or_a_refusal_with_its_place(cases):
    for case in cases:
        if case.refusal:
            with pytest.raises(EvalkitError, match=case.refusal):
                read_tables(read_workbook(case.path))
            continue
        readings = read_tables(read_workbook(case.path))
        assert [each.layout for each in readings] == [case.layout] * len(case.tables), case.path.name
        for reading, truth in zip(readings, case.tables, strict=True):
            assert not reading.faults, (case.path.name, reading.faults)
            found = {field: [None if math.isnan(v) else v for v in reading.table[field]] for field in truth}
            assert found == truth, case.path.name


def test_each_defect_is_named_and_no_other_is_found(cases):
    for case in cases:
        if not case.refusal and (case.defect or case.path.suffix == ".xlsx"):
            for reading in read_tables(read_workbook(case.path)):
                defects = audit_reading(reading).defects
                found = [each.code for each in defects if each.verdict == "found"]
                assert found == ([case.defect] if case.defect else []), case.path.name
