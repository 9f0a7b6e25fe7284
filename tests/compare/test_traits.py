"""Traits of one source side by side: chosen, averaged and turned the same way for every question."""

from __future__ import annotations

import pytest
from evidence_maker import make_evidence

from evalkit.compare.traits import cross_traits
from evalkit.errors import DesignError


def observed(employee, indicator, value, **more):
    about = {"place": "here", "source": "peer", "rater": "r1"}
    return {**about, "employee": employee, "indicator": indicator, "value": value, **more}


ROWS = [
    observed(f"e{i}", name, value)
    for i in range(3)
    for name, value in (("integrity", 1.0 + i), ("praise", 2.0 + i), ("complaints", 5.0 - i))
]


def test_raters_are_averaged_and_low_values_that_are_good_change_their_sign():
    second = observed("e0", "integrity", 4.0, rater="r2")
    table = cross_traits(make_evidence([*ROWS, second]), without=[], measured="It")["here", "peer"]
    by_person = table.reset_index(level="unit", drop=True)
    assert by_person["integrity"].tolist() == [2.5, 2, 3]
    assert by_person["complaints"].tolist() == [-5, -4, -3]
    assert by_person["praise"].tolist() == [2, 3, 4]


def test_one_rated_in_four_quarters_is_one_person():
    quarters = [
        {**row, "period": f"2025Q{q}", "value": row["value"] + q} for row in ROWS for q in (1, 2, 3, 4)
    ]
    table = cross_traits(make_evidence(quarters), without=[], measured="It")["here", "peer"]
    assert len(table) == 3
    assert table["integrity"].tolist() == [3.5, 4.5, 5.5]


def test_every_source_of_every_place_has_a_table_of_its_own():
    there = [{**row, "place": "there"} for row in ROWS]
    other = [{**row, "source": "self"} for row in ROWS]
    found = cross_traits(make_evidence([*ROWS, *there, *other]), without=[], measured="It")
    assert list(found) == [("here", "peer"), ("here", "self"), ("there", "peer")]


def test_what_was_refused_or_left_out_is_no_trait():
    refused = observed("e0", "initiative", float("nan"), status="refused")
    found = cross_traits(make_evidence([*ROWS, refused]), without=[], measured="It")
    assert list(found["here", "peer"]) == ["complaints", "integrity", "praise"]
    with pytest.raises(DesignError) as raised:
        cross_traits(make_evidence(ROWS), without=["praise"], measured="It")
    assert str(raised.value) == (
        "It is measured over three indicators or more from one source in one place; no place has them."
    )
