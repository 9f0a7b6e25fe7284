"""One unit of each larger place becomes slower on a known day, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit.evidence import load_evidence
from evalkit.lab import simulate, simulate_to_files
from evalkit.lab.events import KINDS, draw_cases, starts_of
from evalkit.lab.people import settle
from evalkit.lab.service_changes import FACTOR, SERVICE_CHANGES, SLOWED, ServiceChange, draw_service_changes
from evalkit.lab.streams import Streams

SIZES = {"surakarta": 80, "dumai": 60, "senapelan": 27}
PERIODS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")


@pytest.fixture(scope="module")
def evidence():
    return simulate(SIZES, seed=5)


def draw(sizes, changes=()):
    """Draw the cases of people who are all alike."""
    people = settle(sizes)
    truth = np.zeros((people.n, len(PERIODS), 5))
    return draw_cases(people, truth, PERIODS, Streams(3), changes)


def test_each_place_of_three_units_or_more_has_one_unit_that_slows_down(evidence):
    changes = evidence.extras["service_changes"]
    assert tuple(changes.columns) == SERVICE_CHANGES.column_names
    assert changes.groupby("place")["unit"].nunique().to_dict() == {"surakarta": 1, "dumai": 1}
    assert changes.groupby("unit")["kind"].apply(tuple).tolist() == [SLOWED] * 2
    assert changes["factor"].eq(FACTOR).all()
    assert changes["since"].between("2025-05-27", "2025-09-13").all()  # 40 and 70 % of the year
    units = evidence.employees.groupby("unit")["place"].first()
    assert (changes["unit"].map(units) == changes["place"]).all()


def test_cases_that_were_opened_before_and_those_of_other_units_and_kinds_are_as_they_were():
    change = ServiceChange(unit=1, day=200)
    plain, slowed = draw(SIZES), draw(SIZES, (change,))
    for kind in KINDS:
        one, other = plain[kind], slowed[kind]
        np.testing.assert_array_equal(one.opened, other.opened)
        np.testing.assert_array_equal(one.unit, other.unit)
        touched = (one.unit == change.unit) & (one.opened >= change.day) & (kind in SLOWED)
        np.testing.assert_array_equal(one.closed[~touched], other.closed[~touched])
        assert touched.any() == (kind in SLOWED)


def test_cases_take_as_many_times_as_long_as_the_factor_says():
    change = ServiceChange(unit=1, day=100)
    plain, slowed = (draw({"dumai": 2_000}, of)["permit"] for of in ((), (change,)))
    touched = (plain.unit == change.unit) & (plain.opened >= change.day) & ~np.isnan(slowed.closed)
    before, after = ((of.closed - of.opened)[touched] for of in (plain, slowed))
    # Both were rounded up to whole days, so each can be a day more than it was.
    assert np.all(after <= np.ceil(FACTOR * before))
    assert np.all(after > FACTOR * (before - 1))


def test_what_systems_record_of_the_unit_follows_and_true_performance_does_not(evidence):
    changes = evidence.extras["service_changes"]
    events = evidence.events.merge(changes, on=["unit", "kind"])
    days = (events["closed_on"] - events["opened_on"]).dt.days
    after = events["opened_on"] >= events["since"]
    assert days[after].mean() > 1.4 * days[~after].mean()
    truth = evidence.truth.merge(evidence.employees[["employee", "unit"]])
    means = truth[truth["unit"].isin(changes["unit"])].groupby("period")["task"].mean()
    assert means.diff().min() > -0.2


def test_a_change_is_the_same_for_the_same_seed_and_another_for_another(evidence):
    again = simulate(SIZES, seed=5, tables=())
    pd.testing.assert_frame_equal(evidence.extras["service_changes"], again.extras["service_changes"])
    people = settle({"semarang": 1_200})
    drawn = {draw_service_changes(people, 365, Streams(seed)) for seed in range(10)}
    assert len(drawn) == 10


def test_days_are_counted_from_the_first_day_of_the_study(evidence):
    first = starts_of(PERIODS)[0]
    (one, *_) = draw_service_changes(settle(SIZES), 365, Streams(5))
    assert evidence.extras["service_changes"]["since"].iloc[0] == pd.Timestamp(first) + pd.Timedelta(
        days=one.day
    )


def test_changes_are_written_and_read_like_any_table(tmp_path, evidence):
    simulate_to_files(SIZES, tmp_path / "study", seed=5)
    loaded = load_evidence(tmp_path / "study")
    pd.testing.assert_frame_equal(loaded.extras["service_changes"], evidence.extras["service_changes"])


def test_a_study_without_large_places_has_an_empty_table_that_can_be_read(tmp_path):
    simulate_to_files({"senapelan": 27}, tmp_path / "study", seed=5)
    table = load_evidence(tmp_path / "study").extras["service_changes"]
    assert table.empty
    assert tuple(table.columns) == SERVICE_CHANGES.column_names
