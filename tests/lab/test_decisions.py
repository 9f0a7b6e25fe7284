"""Decisions with ties are what all ways of breaking them give on average."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.lab.decisions import (
    area_under_curve,
    count_changes,
    count_selected,
    place_lower,
    select_highest,
    select_lowest,
)

#: Sums of the same numbers in another order.
ROUNDING = 1e-12
FEW = st.lists(st.integers(0, 3), min_size=2, max_size=6)


def orders(values):
    """List every order of the people in which nobody stands before someone with a lower value."""
    people = range(len(values))
    return [
        order for order in permutations(people) if all(values[a] <= values[b] for a, b in pairwise(order))
    ]


def by_lots(values, k):
    """Return how often each person is among the first k, over all orders."""
    counts = np.zeros(len(values))
    found = orders(values)
    for order in found:
        counts[list(order[:k])] += 1
    return counts / len(found)


@given(FEW, st.data())
@settings(max_examples=60, deadline=None)
def test_the_chance_to_be_selected_is_that_over_all_ways_of_breaking_ties(values, data):
    k = data.draw(st.integers(1, len(values) - 1))
    row = np.array([values], dtype=float)
    assert select_lowest(row, k)[0] == pytest.approx(by_lots(values, k), abs=ROUNDING)
    assert select_highest(-row, k)[0] == pytest.approx(by_lots(values, k), abs=ROUNDING)


def test_who_has_no_score_is_drawn_by_lot_and_the_others_compete_for_the_rest():
    chance = select_lowest(np.array([[1.0, 2.0, 3.0, 4.0, np.nan, np.nan, np.nan, np.nan]]), 2)
    assert chance.tolist() == [[1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25]]
    assert select_lowest(np.full((1, 4), np.nan), 1).tolist() == [[0.25] * 4]


@given(st.lists(st.one_of(st.integers(0, 4), st.none()), min_size=2, max_size=30), st.data())
@settings(max_examples=60, deadline=None)
def test_exactly_as_many_are_selected_as_there_are_places(values, data):
    k = data.draw(st.integers(1, len(values) - 1))
    row = np.array([[np.nan if value is None else value for value in values]], dtype=float)
    for chance in (select_lowest(row, k), select_highest(row, k)):
        assert chance.sum() == pytest.approx(k, abs=1e-9)
        assert ((chance >= 0) & (chance <= 1)).all()


@given(FEW, st.data())
@settings(max_examples=40, deadline=None)
def test_the_area_under_the_curve_is_that_over_all_ways_of_breaking_ties(truth, data):
    n = len(truth)
    score = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    k = data.draw(st.integers(1, n - 1))
    areas = [
        np.mean([(score[a] < score[b]) + (score[a] == score[b]) / 2 for a in order[:k] for b in order[k:]])
        for order in orders(truth)
    ]
    chance = select_lowest(np.array([truth], dtype=float), k)
    area = area_under_curve(chance, place_lower(np.array([score], dtype=float)), k)
    assert area[0, 0] == pytest.approx(np.mean(areas), abs=ROUNDING)


def test_the_area_counts_a_half_for_whoever_has_no_score():
    truth, score = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[1.0, np.nan, 2.0, 3.0]])
    area = area_under_curve(select_lowest(truth, 2), place_lower(score), 2)
    assert area[0, 0] == (1 + 1 + 0.5 + 0.5) / 4


def test_an_area_needs_people_on_both_sides():
    assert np.isnan(area_under_curve(np.zeros((1, 3)), np.ones((2, 3)), 0)).all()
    assert np.isnan(area_under_curve(np.ones((1, 3)), np.ones((2, 3)), 3)).all()


@given(FEW)
@settings(max_examples=40, deadline=None)
def test_how_many_stand_higher_is_counted_one_by_one(values):
    row = np.array([values], dtype=float)
    one_by_one = [sum((b > a) + (b == a) / 2 for b in values) for a in values]
    assert place_lower(row)[0].tolist() == one_by_one


def test_the_share_is_rounded_to_one_at_least():
    assert [count_selected(n, 0.15) for n in (0, 1, 2, 10, 27, 150)] == [0, 0, 1, 2, 4, 22]


def test_an_exchange_of_two_people_changes_two_decisions():
    before = np.array([[1.0, 0.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 0.0, 1.0]])
    after = np.array([[0.0, 1.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 0.0, 1.0]])
    assert count_changes(before, after).tolist() == [2.0]
    assert count_changes(before, before).tolist() == [0.0]


def test_from_training_to_recognition_is_one_change():
    before = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert count_changes(before, (before[1], before[0])).tolist() == [2.0]


def test_equal_chances_are_no_change_although_lots_decide():
    tied = np.full((1, 4), 0.25), np.full((1, 4), 0.25)
    assert count_changes(tied, tied).tolist() == [0.0]
    sure = np.array([[1.0, 0.0, 0.0, 0.0]]), tied[1]
    assert count_changes(tied, sure).tolist() == [1.5]  # .75 of the first, .25 of each of the others
