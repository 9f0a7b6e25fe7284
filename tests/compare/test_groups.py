"""What was sampled on its own: units, people, or both, and what is said of it."""

from __future__ import annotations

import pandas as pd

from evalkit.compare.groups import INDEPENDENT, group_people


def grouped(units, places=None):
    return group_people(pd.Series(units), None if places is None else pd.Series(places))


def test_people_of_one_unit_are_independent():
    found = grouped(["u"] * 12)
    assert (found.clusters, found.strata, found.n_groups, found.caveat) == (None, None, 12, INDEPENDENT)


def test_people_who_are_a_unit_each_need_no_clusters():
    found = grouped([f"u{i}" for i in range(12)])
    assert (found.clusters, found.n_groups, found.caveat) == (None, 12, "")


def test_several_units_are_clusters_and_few_are_said_to_be_few():
    found = grouped(list("aabbcc"))
    assert (found.n_groups, found.kind) == (3, "units")
    assert len(set(found.clusters[:2])) == 1
    assert found.caveat == "3 units, under 10: t(2), and no interval of the difference in SD"
    many = grouped([f"u{i // 2}" for i in range(24)])
    assert many.caveat == "12 units: cluster-robust (CR3), t(11)"


def test_units_and_people_stand_side_by_side_where_only_some_places_have_units():
    found = grouped(["u0", "u0", "u1", "u1", "", "", ""], ["a"] * 4 + ["b"] * 3)
    assert (found.n_groups, found.kind) == (2 + 3, "units and people")
    assert found.strata.tolist() == [0] * 4 + [1] * 3
    assert (
        "in 1 of 2 places one unit, or none recorded: people there are taken as independent" in found.caveat
    )
    assert "5 units and people, under 10: t with Satterthwaite's degrees of freedom" in found.caveat


def test_a_unit_of_one_name_in_two_places_is_two_units():
    found = grouped(list("aabbaabb"), ["x"] * 4 + ["y"] * 4)
    assert found.n_groups == 4
