"""Waiting times, slow units, complaints, drift: open cases count, and what cannot be said is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cases_maker import FIRST, draw_events, list_staff, make_cases
from evidence_maker import make_evidence

from evalkit.compare import (
    chart_recorded_series,
    measure_durations,
    measure_persistent_complaints,
    measure_unit_paces,
    monitor_units,
)
from evalkit.compare.cases import read_cases
from evalkit.compare.complaint_persistence import longest_run
from evalkit.evidence import load_evidence
from evalkit.vocabulary import EVENT_KINDS, RESULT_KEY

SHIPPED = Path(__file__).parents[2] / "data"
NO_CASES = make_evidence([{"place": "here", "indicator": "complaints", "source": "system", "value": 1.0}])


def rng():
    return np.random.default_rng(1)


def made(opened, closed, *, deadline=10.0):
    """Make cases that were opened and closed so many days after the first; a closing of None is open."""
    day = [None if one is None else FIRST + pd.Timedelta(days=one) for one in closed]
    return pd.DataFrame(
        {
            "event": [f"permit-{i}" for i in range(len(opened))],
            "place": "here",
            "unit": "here-unit-0",
            "employee": "",
            "kind": "permit",
            "opened_on": [FIRST + pd.Timedelta(days=one) for one in opened],
            "closed_on": pd.to_datetime(pd.Series(day, dtype="datetime64[us]")),
            "deadline_days": deadline,
        }
    )


def test_a_case_counts_for_the_deadline_only_if_all_like_it_are_known():
    # The last day is 30. Opened on 21, closed after 3 days: its deadline had not passed, so it says nothing.
    cases = read_cases(make_cases(made([0, 0, 5, 20, 20, 21, 25], [10, 11, None, 30, None, 24, None])))
    assert cases.last_day == FIRST + pd.Timedelta(days=30)
    assert cases.rows["is_due"].tolist() == [True, True, True, True, True, False, False]
    assert cases.rows["is_late"].tolist()[:5] == [
        0,
        1,
        1,
        0,
        1,
    ]  # the fifth is open on the day of its deadline
    assert cases.rows["is_late"].isna().tolist()[5:] == [True, True]


def test_the_share_within_the_deadline_is_that_of_cases_that_are_due():
    found = measure_durations(make_cases(made([0, 0, 5, 20, 20, 21, 25], [10, 11, None, 30, None, 24, None])))
    row = found.places.iloc[0]
    assert (row["n"], row["n_open"], row["n_due"], row["on_time"]) == (7, 3, 5, 2 / 5)


def test_closed_cases_alone_would_look_faster():
    evidence = make_cases(draw_events(slow=0, factor=6, n_a_week=2))
    closed = replace(evidence, events=evidence.events.dropna(subset=["closed_on"]))
    whole, dropped = (measure_durations(of).units["median"].iloc[0] for of in (evidence, closed))
    assert whole > dropped


def test_a_cell_of_under_five_cases_is_not_shown_and_a_missing_deadline_is_said():
    found = measure_durations(make_cases(made([0, 1, 2], [5, 6, 30])))
    assert found.places[["median", "on_time"]].isna().all(axis=None)
    assert found.places["caveat_median"].item() == "under 5 cases, so it is not shown"
    without = measure_durations(make_cases(made([0] * 6, [5] * 6, deadline=np.nan)))
    assert without.places["caveat_share"].item() == "no deadline is recorded"
    assert without.places["median"].item() == 5


def test_every_kind_that_a_place_lacks_is_a_row_with_its_reason():
    rows = measure_durations(make_cases(draw_events(), places=("here", "there"))).to_results()
    gaps = rows[rows["estimate"].isna() & (rows["quantity"] == "median_days")]
    assert len(gaps) == 2 * len(EVENT_KINDS) - 1
    assert (gaps["caveat"] == "no case of this kind is recorded").all()


@pytest.mark.parametrize(
    "measure",
    [
        measure_durations,
        measure_unit_paces,
        measure_persistent_complaints,
        lambda of: monitor_units(of, rng=rng()),
    ],
)
def test_evidence_without_cases_gives_reasons_and_no_number(measure):
    rows = measure(NO_CASES).to_results()
    assert rows["estimate"].isna().all()
    assert (rows["caveat"] != "").all()
    assert (rows["place"] == "here").all()


def test_a_slow_unit_is_told_apart_and_the_others_are_not():
    found = measure_unit_paces(make_cases(draw_events(slow=2, factor=1.8)))
    verdicts = found.rows.set_index("unit")["verdict"]
    assert verdicts.pop("here-unit-2") == "slower"
    assert "slower" not in set(verdicts)


def test_two_units_are_held_to_nothing():
    found = measure_unit_paces(make_cases(draw_events(n_units=2)))
    assert found.rows.empty
    assert found.spreads["caveat"].iloc[0].startswith("fewer than three units")


def test_a_unit_that_becomes_slow_is_named_with_its_day_and_the_others_are_not():
    found = monitor_units(make_cases(draw_events(slow=3, factor=1.8, since=200)), rng=rng())
    row = found.changed.iloc[0]
    assert (found.changed["unit"].tolist(), row["verdict"]) == (["here-unit-3"], "slower")
    assert row["since_low"] <= FIRST + pd.Timedelta(days=200) <= row["since_high"]
    assert row["conf_low"] < 1.8 < row["conf_high"]
    assert row["signal_on"] >= row["since_low"]


def test_a_unit_that_was_slow_all_along_has_not_drifted():
    found = monitor_units(make_cases(draw_events(slow=3, factor=1.8)), rng=rng())
    assert found.changed.empty


def test_nothing_is_named_where_nothing_has_changed():
    """Holm's level holds for a whole place: at most one place in twenty names a unit, whatever the sizes."""
    named = sum(
        not monitor_units(make_cases(draw_events(n_a_week=1, seed=seed)), rng=rng()).changed.empty
        for seed in range(30)
    )
    assert named <= 5  # of 30 at 5 %, more would come up once in 300


def test_what_the_laboratory_did_is_held_to_what_was_found():
    made_slow = pd.DataFrame(
        {
            "place": "here",
            "unit": "here-unit-3",
            "kind": "permit",
            "since": [FIRST + pd.Timedelta(days=200)],
            "factor": 1.8,
        }
    )
    evidence = make_cases(draw_events(slow=3, factor=1.8, since=200), extras={"service_changes": made_slow})
    known = monitor_units(evidence, rng=rng()).known
    assert known[["is_found", "is_held"]].to_numpy().tolist() == [[True, True]]
    assert monitor_units(make_cases(draw_events()), rng=rng()).known.empty


def test_charts_that_signal_stand_beside_those_that_would_by_chance():
    found = monitor_units(make_cases(draw_events(n_units=10)), rng=rng()).alarms.set_index("chart")
    assert found["n_charts"].tolist() == [10, 10, 10]
    weekly = found.drop(index="individuals")  # of 200 cases and more nearly every chart signals either way
    assert (weekly["by_chance"] > weekly["by_chance_known"]).all()
    ewma = found.loc["ewma"]
    spread = np.sqrt(ewma["by_chance"] * (1 - ewma["by_chance"] / 10))
    assert abs(ewma["n_signals"] - ewma["by_chance"]) < 3 * spread


def draw_complaints(rates, seed=1):
    """Draw complaints a quarter of units of 20 people each."""
    counts = np.random.default_rng(seed).poisson(np.repeat(np.array(rates)[:, None], 4, axis=1))
    cells = [
        (unit, quarter) for unit, of in enumerate(counts) for quarter, n in enumerate(of) for _ in range(n)
    ]
    opened = [FIRST + pd.Timedelta(days=91 * quarter + 1) for _, quarter in cells]
    events = pd.DataFrame(
        {
            "event": [f"complaint-{i}" for i in range(len(cells))],
            "place": "here",
            "unit": [f"here-unit-{unit}" for unit, _ in cells],
            "employee": "",
            "kind": "complaint",
            "opened_on": opened,
            "closed_on": [day + pd.Timedelta(days=4) for day in opened],
            "deadline_days": 5.0,
        }
    )
    return events, counts


def test_complaints_persist_where_they_are_many_in_every_quarter():
    events, counts = draw_complaints([8] * 7 + [24])
    found = measure_persistent_complaints(make_cases(events, employees=list_staff(8)))
    units = found.units.set_index("unit")
    assert units.index[units["is_persistent"].astype(bool)].tolist() == ["here-unit-7"]
    assert units.loc["here-unit-7", "quarters_above"] == 4
    assert units["n"].tolist() == counts.sum(axis=1).tolist()
    assert found.places["estimate"].item() == pytest.approx(counts.sum() / (160 * 4 / 100))


def test_complaints_without_known_staff_or_with_two_units_are_not_compared():
    events, _ = draw_complaints([8, 8])
    assert (
        "the people of its units are not known"
        in measure_persistent_complaints(make_cases(events)).places["caveat"].item()
    )
    two = measure_persistent_complaints(make_cases(events, employees=list_staff(2)))
    assert two.units["ratio"].isna().all()
    rows = two.to_results()
    count = rows[rows["quantity"] == "persistent_complaint_units"]
    assert count["estimate"].isna().all()
    assert count["caveat"].item().startswith("fewer than three units")


def test_a_real_series_wanders_and_charts_take_it_for_signals():
    found = chart_recorded_series(load_evidence(SHIPPED / "principles"))
    row = found.rows.iloc[0]
    assert (row["series"], row["n"], row["n_missing"]) == ("presidential_approval", 114, 6)
    assert row["centre"] == pytest.approx(56.31, abs=0.005)  # R: mean(presidents, na.rm = TRUE)
    assert row["autocorrelation"] > 0.7
    assert row["n_signals"] > 20 * row["by_chance"]


def test_a_series_of_few_quarters_is_refused_with_its_reason():
    short = pd.DataFrame({"series": "s", "period": ["2025Q1", "2025Q2"], "value": [1.0, 2.0]})
    found = chart_recorded_series(replace(NO_CASES, extras={"series": short}))
    assert found.rows["caveat"].item().startswith("Limits rest on at least 8 points")
    assert found.to_results()["estimate"].isna().all()


def test_the_longest_run_is_counted():
    assert longest_run([False, True, True, False, True]) == 2
    assert longest_run([]) == 0


def test_results_have_each_key_once_and_a_reason_where_there_is_no_number():
    events = pd.concat([draw_events(), draw_events(kind="complaint", n_a_week=1, seed=2)])
    evidence = make_cases(events, employees=list_staff())
    results = [
        measure_durations(evidence),
        measure_unit_paces(evidence),
        measure_persistent_complaints(evidence),
    ]
    rows = pd.concat([one.to_results() for one in (*results, monitor_units(evidence, rng=rng()))])
    key = [name for name in RESULT_KEY if name in rows]
    assert not rows[key].fillna("").duplicated().any()
    assert rows.loc[rows["estimate"].isna(), "caveat"].str.len().gt(0).all()
    assert rows["place"].eq("here").all()


def test_results_refuse_an_interval_that_does_not_hold_its_estimate():
    found = measure_durations(make_cases(draw_events()))
    with pytest.raises(ValueError, match="an interval of median does not hold it"):
        replace(found, rows=found.rows.assign(median_high=found.rows["median"] - 1))
    paces = measure_unit_paces(make_cases(draw_events(slow=2, factor=1.8)))
    with pytest.raises(ValueError, match="a verdict on a pace does not follow"):
        replace(paces, rows=paces.rows.assign(verdict="faster"))
