from dataclasses import asdict, fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import DesignError
from evalkit.evidence import Design, describe_design, describe_designs, load_evidence


def observations(pairs, **cells):
    """Observations of pairs (rater, employee) or triples (rater, employee, unit)."""
    rows = [(*pair, "u1")[:3] for pair in pairs]
    frame = pd.DataFrame(rows, columns=["rater", "employee", "unit"])
    constant = {"place": "p", "period": "", "indicator": "integrity", "status": "recorded", **cells}
    return frame.assign(**constant)


def cross(raters, ratees, unit="u1"):
    return [(rater, ratee, unit) for rater in raters for ratee in ratees]


def test_every_rater_rating_every_ratee_is_crossed():
    design = describe_design(observations(cross("xyz", "ab")))
    assert design.raters == "crossed"
    assert (design.n_observations, design.n_ratees, design.n_raters) == (6, 2, 3)
    assert (design.n_components, design.share_largest, design.share_pairs) == (1, 1.0, 1.0)
    assert (design.ratings_min, design.ratings_median, design.ratings_max) == (3, 3, 3)


def test_raters_who_stay_in_their_unit_are_nested_in_unit():
    design = describe_design(observations([*cross("xy", "abc", "u1"), *cross("vw", "d", "u2")]))
    assert design.raters == "nested_in_unit"
    assert (design.n_units, design.n_components, design.share_largest) == (2, 2, 0.75)
    assert design.share_pairs == 8 / 16


def test_raters_who_rate_some_ratees_of_several_units_are_partly_linked():
    design = describe_design(observations([*cross("xy", "ab", "u1"), ("y", "c", "u2"), ("z", "c", "u2")]))
    assert (design.raters, design.n_components) == ("partly_linked", 1)


def test_holes_within_a_single_unit_are_partly_linked():
    assert describe_design(observations([("x", "a"), ("x", "b"), ("y", "b")])).raters == "partly_linked"


def test_one_rater_per_ratee_is_named_even_where_a_rater_has_several():
    design = describe_design(observations([("x", "a"), ("x", "b"), ("y", "c")]))
    assert (design.raters, design.n_components) == ("one_per_ratee", 2)
    assert design.share_largest == pytest.approx(2 / 3)


def test_raters_who_rate_one_ratee_each_are_nested_in_ratee():
    design = describe_design(observations([("x", "a"), ("y", "a"), ("z", "b"), ("w", "b")]))
    assert (design.raters, design.n_components) == ("nested_in_ratee", 2)


def test_several_raters_of_a_single_ratee_are_crossed_with_it():
    assert describe_design(observations([("x", "a"), ("y", "a")])).raters == "crossed"


def test_observations_without_raters_have_no_rater_graph():
    design = describe_design(observations([("", "a"), ("", "a"), ("", "b")]))
    assert (design.raters, design.n_raters, design.n_components, design.n_replicated) == ("absent", 0, 0, 0)
    assert np.isnan(design.share_largest)
    assert np.isnan(design.share_pairs)
    assert (design.ratings_min, design.ratings_max, design.n_without_rater) == (1, 2, 3)


def test_observations_without_a_rater_are_counted_and_left_out_of_the_graph():
    design = describe_design(observations([*cross("xy", "ab"), ("", "c")]))
    assert (design.raters, design.n_ratees, design.n_without_rater) == ("crossed", 3, 1)


def test_where_no_employee_is_named_the_unit_is_the_ratee():
    design = describe_design(observations([*cross("xy", [""], "u1"), *cross("xy", [""], "u2")]))
    assert (design.raters, design.n_ratees, design.n_employees, design.n_units) == ("crossed", 2, 0, 2)


def test_replicated_cells_are_pairs_with_several_observations_of_one_indicator():
    pairs = cross("xy", "ab")
    twice = pd.concat([observations(pairs), observations(pairs[:1], period="2025Q1")])
    other = pd.concat([observations(pairs), observations(pairs, indicator="initiative")])
    assert describe_design(twice).n_replicated == 1
    assert describe_design(other).n_replicated == 0
    assert describe_design(twice).n_periods == 1


def test_the_same_id_in_two_places_is_two_persons():
    rows = pd.concat([observations(cross("xy", "ab")), observations(cross("xy", "ab"), place="q")])
    design = describe_design(rows)
    assert (design.n_employees, design.n_raters, design.n_units, design.n_components) == (4, 4, 2, 2)


def test_refused_and_missing_observations_do_not_count():
    rows = pd.concat([observations(cross("xy", "ab")), observations([("z", "a")], status="refused")])
    assert describe_design(rows).raters == "crossed"


def test_nothing_recorded_is_refused():
    with pytest.raises(DesignError) as caught:
        describe_design(observations([("x", "a")], status="missing"))
    assert str(caught.value) == (
        "A design needs recorded observations; none of 1 is. Choose other places, sources or indicators."
    )


pairs = st.lists(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcdef")), min_size=1, max_size=20)


@settings(deadline=None)  # frames take their time on a busy machine
@given(pairs, st.randoms(use_true_random=False))
def test_row_order_and_new_names_change_nothing(found, random):
    shuffled = random.sample(found, len(found))
    renamed = [(f"r{ord(rater)}", f"{200 - ord(ratee)}") for rater, ratee in shuffled]
    expected = asdict(describe_design(observations(found)))
    assert asdict(describe_design(observations(renamed))) == expected


@settings(deadline=None)  # frames take their time on a busy machine
@given(pairs)
def test_components_are_those_that_walking_the_graph_finds(found):
    groups = [{("r", rater), ("e", ratee)} for rater, ratee in found]
    merged: list[set] = []
    for group in groups:
        touching = [other for other in merged if other & group]
        merged = [other for other in merged if not other & group] + [group.union(*touching)]
    largest = max(sum(kind == "e" for kind, _ in group) for group in merged)
    design = describe_design(observations(found))
    assert design.n_components == len(merged)
    assert design.share_largest == largest / design.n_ratees


def test_each_place_source_and_indicator_has_a_row_of_its_own(study):
    study.evidence(
        study.row(),
        study.row(place="dumai"),
        study.row(source="self", rater="e1"),
        study.row(indicator="complaints", source="system", rater=""),
        study.row(indicator="praise", value="", status="missing"),
    )
    designs = describe_designs(load_evidence(study.path))
    assert list(designs) == ["place", "source", "indicator", *(field.name for field in fields(Design))]
    assert list(zip(designs["place"], designs["source"], designs["indicator"], strict=True)) == [
        ("dumai", "peer", "integrity"),
        ("semarang", "peer", "integrity"),
        ("semarang", "self", "integrity"),
        ("semarang", "system", "complaints"),
    ]
    assert designs["raters"].tolist() == ["one_per_ratee"] * 3 + ["absent"]
