"""Sentences, tables and figures of the service report on cases."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from cases_maker import FIRST, draw_events, list_staff, make_cases
from evidence_maker import make_evidence

from evalkit.compare import (
    chart_recorded_series,
    measure_chart_alarms,
    measure_durations,
    measure_persistent_complaints,
    measure_unit_paces,
    monitor_units,
)
from evalkit.errors import UsageError
from evalkit.present import (
    make_table,
    plot_series,
    plot_unit_charts,
    plot_unit_paces,
    plot_waiting,
    publish,
    say_waiting,
    tabulate_alarms,
    tabulate_complaints,
    tabulate_drifts,
    tabulate_known_changes,
    tabulate_paces,
    tabulate_series,
    tabulate_signals,
    tabulate_waiting,
)
from evalkit.vocabulary import RESULT_KEY

from .numbers_said import assert_said_of

LANGUAGES = pytest.mark.parametrize("lang", ["en", "id"])
SINCE = FIRST + pd.Timedelta(days=200)


def measure(evidence):
    return (
        measure_durations(evidence),
        measure_unit_paces(evidence),
        measure_persistent_complaints(evidence),
        monitor_units(evidence, rng=np.random.default_rng(1)),
        chart_recorded_series(evidence),
    )


def wander(n=60):
    """Make a series whose quarters hang together, with two gaps."""
    steps = np.random.default_rng(1).normal(size=n).cumsum()
    periods = pd.period_range("2010Q1", periods=n, freq="Q").astype(str)
    values = np.where(np.isin(np.arange(n), [5, 20]), np.nan, 50 + 3 * steps)
    return pd.DataFrame({"series": "presidential_approval", "period": periods, "value": values})


@pytest.fixture(scope="module")
def found():
    """Two places and two kinds, one unit that slows down, one with many complaints, and a series."""
    permits = [
        draw_events(slow=3, factor=1.8, since=200),
        draw_events(place="there", n_units=4, seed=2),
    ]
    complaints = draw_events(kind="complaint", n_a_week=1, seed=3)
    more = [draw_events(kind="complaint", n_units=3, n_a_week=1, seed=seed) for seed in (4, 5)]
    more = [of[of["unit"] == "here-unit-2"].assign(event=f"{i}-" + of["event"]) for i, of in enumerate(more)]
    made = pd.DataFrame(
        {"place": "here", "unit": "here-unit-3", "kind": "permit", "since": [SINCE], "factor": 1.8}
    )
    evidence = make_cases(
        pd.concat([*permits, complaints, *more], ignore_index=True),
        places=("here", "there"),
        employees=pd.concat([list_staff(), list_staff(4, place="there")], ignore_index=True),
        extras={"service_changes": made, "series": wander()},
    )
    return measure(evidence)


@pytest.fixture(scope="module")
def nothing():
    evidence = make_evidence([{"place": "here", "indicator": "complaints", "source": "system", "value": 1.0}])
    return measure(evidence)


def counts(durations, paces, complaints, monitoring, series):
    """Return numbers that sentences count, and those of names and days."""
    slow = paces.rows["verdict"].eq("slower").sum()
    alarms = monitoring.alarms[monitoring.alarms["chart"] == "ewma"].sum(numeric_only=True)
    medians = durations.places.groupby("kind")["n"].sum().tolist()
    days = [day for name in ("since", "since_low", "since_high") for day in monitoring.changed[name]]
    units = [int(name.rsplit("-", 1)[1]) for name in durations.units["unit"]]
    known = monitoring.known
    false = len(monitoring.changed) - int(known["is_found"].sum()) if len(known) else 0
    periods = [int(re.sub("Q.*", "", text)) for text in (*series.rows["first"], *series.rows["last"])]
    named = [
        *medians, *alarms, *units, *periods, slow, len(paces.rows), len(monitoring.drifts), len(known), false,
        len(monitoring.changed), known["is_found"].sum(), complaints.units["is_persistent"].sum(),
        len(complaints.units), known["is_held"].sum(), 100, 13, 0,
    ]  # fmt: skip
    return [float(one) for one in (*named, *(day.day for day in days), *(day.year for day in days))]


@LANGUAGES
def test_every_number_of_a_sentence_is_one_of_the_results(found, lang):
    said = say_waiting(*found, lang=lang)
    assert 6 <= len(said.sentences) <= 9
    frames = [one.to_frame() for one in found]
    assert_said_of(said, lang, *frames, found[3].alarms, declared=counts(*found))


def test_the_drifted_unit_is_named_with_its_week_and_the_truth_beside_it(found):
    said = " ".join(say_waiting(*found).sentences)
    assert "1 has changed beyond chance: here-unit-3, permits" in said
    assert "Found: 1; named wrongly: 0; true day inside the interval: 1 of 1 found." in said
    assert "They persist in 1 of 6 units: here-unit-2" in said


@LANGUAGES
def test_evidence_without_cases_says_so_in_one_sentence(nothing, lang):
    said = say_waiting(*nothing, lang=lang)
    assert_said_of(said, lang)
    assert len(said.sentences) == 1
    assert said.limits == ()


@LANGUAGES
def test_tables_show_codes_in_words(found, lang):
    durations, paces, complaints, monitoring, series = found
    tables = [
        tabulate_waiting(durations, lang=lang),
        tabulate_paces(paces),
        tabulate_drifts(monitoring, lang=lang),
        tabulate_known_changes(monitoring, lang=lang),
        tabulate_signals(monitoring),
        tabulate_complaints(complaints),
        tabulate_alarms(measure_chart_alarms(rng=np.random.default_rng(1))),
        tabulate_series(series),
    ]
    for number, table in enumerate(tables):
        assert len(table)
        body = make_table(table, label=f"tbl-{number}", caption="x", lang=lang).to_html().split("<tbody")[1]
        assert "_" not in body
        assert "NaT" not in body


def test_days_of_the_table_are_those_of_the_result(found):
    row = tabulate_drifts(found[3]).iloc[0]
    assert pd.Timestamp(row["since"]) == found[3].changed["since"].iloc[0]


def test_tables_of_nothing_are_empty(nothing):
    durations, paces, complaints, monitoring, series = nothing
    assert tabulate_waiting(durations).empty
    assert tabulate_paces(paces).empty
    assert tabulate_drifts(monitoring).empty
    assert tabulate_signals(monitoring).empty
    assert tabulate_series(series).empty
    assert tabulate_complaints(complaints)["caveat"].tolist() == ["no complaint is recorded"]


def test_run_rules_stand_with_their_published_run_lengths():
    table = tabulate_alarms(measure_chart_alarms(rng=np.random.default_rng(1))).set_index("rules")
    assert table["run_length"].round(1).to_dict() == {
        "we_1": 370.4,
        "we_1_2": 225.4,
        "we_1_2_3": 132.9,
        "we_1_2_3_4": 91.8,
        "we_1_nelson_2": 216.7,
        "ewma": 370.0,
    }
    assert (table["from_10"] > table["known"]).all()


def test_the_figure_of_waiting_draws_each_place_and_the_deadline(found):
    figure = plot_waiting(found[0])
    panel = figure.axes[0]
    curves = found[0].curves.query("kind == 'permit' and place == 'here'")
    assert panel.lines[0].get_xdata()[1:].tolist() == curves["days"].tolist()
    assert panel.lines[0].get_ydata()[1:] == pytest.approx(curves["estimate"].tolist())
    assert panel.lines[-1].get_xdata() == [14, 14]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["here", "there"]
    plt.close("all")


def test_the_figure_of_charts_draws_the_unit_that_changed_most_with_its_signals(found):
    figure = plot_unit_charts(found[3])
    assert figure.get_suptitle() == "here-unit-3 · permits"
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes]
    assert len(titles) == 4
    ewma = figure.axes[-1]
    signals = ewma.lines[-1].get_xdata()
    assert signals.min() >= np.datetime64(found[3].changed["signal_on"].iloc[0])
    assert len(ewma.patches) == 2  # the weeks of the limits, and where the step lies
    plt.close("all")


def test_a_unit_can_be_chosen_and_an_unknown_one_is_refused(found):
    figure = plot_unit_charts(found[3], unit="there-unit-1")
    assert figure.get_suptitle() == "there-unit-1 · permits"
    with pytest.raises(UsageError, match="there are no cases of unit 'here-unit-9'"):
        plot_unit_charts(found[3], unit="here-unit-9")
    plt.close("all")


def test_the_series_is_drawn_with_a_dot_for_each_signal(found):
    figure = plot_series(found[4])
    row = found[4].rows.iloc[0]
    assert len(figure.axes[0].lines[-1].get_xdata()) == row["n_signals"]
    assert row["n_signals"] > 5 * row["by_chance"]
    plt.close("all")


def test_figures_of_nothing_are_left_out(nothing):
    durations, paces, _, monitoring, series = nothing
    assert plot_waiting(durations) is plot_unit_paces(paces) is plot_series(series) is None
    assert plot_unit_charts(monitoring) is None


def test_results_have_each_key_once(found, nothing):
    for results in (found, nothing):
        rows = publish(*results, measure_chart_alarms(rng=np.random.default_rng(1))).rows
        assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
        assert (rows["caveat"][rows["estimate"].isna()] != "").all()


def test_a_day_without_a_signal_is_a_dash(found):
    rows = found[3].changed.assign(signal_on=pd.NaT)
    assert tabulate_drifts(replace(found[3], drifts=rows))["signal_on"].tolist() == ["–"]
