"""A recipe tells any two inputs of a computation apart, and refuses what it cannot write down."""

from __future__ import annotations

from datetime import date
from enum import Enum
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from evalkit.compare import Criterion, measure_ceiling
from evalkit.evidence import Evidence
from evalkit.present import say_scores
from evalkit.study.recipe import (
    UnknownOriginError,
    describe,
    hash_recipe,
    leave_out_defaults,
    list_parts,
    name_function,
)


class Colour(Enum):
    RED = 1
    BLUE = 1.5


def criterion(indicator: str) -> Criterion:
    return Criterion(indicator=indicator, source="citizen", because="It is what visitors say.")


DIFFERENT = [
    *(None, True, 1, 1.0, -0.0, 0.0, float("nan"), "1", "", b"1", (), [], {}, set()),
    *((1, 2), (2, 1), [1, 2], [1, [2]], ["a", "b"], ["ab"], {"a": 1, "b": 2}, {"b": 2, "a": 1}, {1, 2}),
    *(np.float64(1.0), np.int64(1), np.float32(1.0), np.array([1.0]), np.array([1]), np.array([[1.0]])),
    *(np.random.default_rng(1), np.random.default_rng(2), date(2025, 1, 1), Colour.RED, Colour.BLUE),
    *(criterion("a"), criterion("b"), MappingProxyType({"a": 1})),
]


def test_any_two_values_have_different_recipes():
    hashes = [hash_recipe(describe(value)) for value in DIFFERENT]
    assert len(set(hashes)) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("value", "same"),
    [
        ({"b", "a", "c"}, {"c", "a", "b"}),
        (criterion("a"), criterion("a")),
        (np.random.default_rng(3), np.random.default_rng(3)),
        (np.arange(4.0)[::2], np.array([0.0, 2.0])),
        ({"x": 1}.values(), {"x": 1}.values()),
    ],
)
def test_equal_values_have_one_recipe(value, same):
    assert describe(value) == describe(same)


def test_a_generator_is_known_by_where_it_stands_and_not_by_its_seed():
    drawn = np.random.default_rng(3)
    drawn.random()
    assert describe(drawn) != describe(np.random.default_rng(3))


@pytest.mark.parametrize("value", [pd.DataFrame(), pd.Series([1.0]), object(), [object()], len, lambda: 1])
def test_what_could_not_be_told_apart_is_refused(value):
    with pytest.raises(UnknownOriginError, match=r"nothing says where a .+ comes from"):
        describe(value)


def test_an_array_of_objects_is_refused_as_its_bytes_are_addresses():
    with pytest.raises(UnknownOriginError):
        describe(np.array([{}], dtype=object))


def test_a_value_that_is_known_is_written_as_its_origin():
    frame = pd.DataFrame()
    assert describe([frame], lambda value: "abc" if value is frame else None) == ["list", ["origin", "abc"]]


def test_only_functions_that_compute_can_be_named():
    assert name_function(measure_ceiling) == "evalkit.compare.ceiling.measure_ceiling"
    for function in (len, say_scores, lambda: 1, pd.read_csv, Evidence(**dict.fromkeys(FIELDS)).select):
        with pytest.raises(UnknownOriginError, match="is no computing function of evalkit"):
            name_function(function)


FIELDS = (
    *("study", "kind", "observations", "indicators", "employees", "events", "interventions"),
    *("recorded", "truth", "extras", "corrections", "steps"),
)


def test_the_parts_of_a_result_are_its_tables():
    evidence = Evidence(**{**dict.fromkeys(FIELDS), "study": "s", "truth": pd.DataFrame()})
    assert [name for name, _ in list_parts(evidence)] == ["truth"]
    assert list_parts(pd.DataFrame()) == []


def test_only_what_is_the_default_to_its_type_and_sign_is_left_out():
    def take(a, *, n=1, x=0.0, name="", table=None, **more):
        return a, n, x, name, table, more

    same = {"n": 1, "x": 0.0, "name": "", "table": None}
    assert leave_out_defaults(take, {"a": 1, **same, "other": 1}) == {"a": 1, "other": 1}
    for other in ({"n": True}, {"n": 1.0}, {"x": -0.0}, {"name": "a"}, {"table": 0}):
        assert leave_out_defaults(take, other) == other
