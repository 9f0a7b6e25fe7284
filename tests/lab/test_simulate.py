"""Simulated evidence is whole, the same for the same seed, and says what its truth is."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import UsageError
from evalkit.evidence import TABLES, load_evidence
from evalkit.lab import DIMENSIONS, PROFILES, QUARTERS, SIZES, Dose, as_text, score_at_once, simulate
from evalkit.lab.events import KINDS
from evalkit.lab.offices import ACHIEVED_FROM, count_predikats, draw_effects
from evalkit.lab.people import settle
from evalkit.lab.streams import Streams
from evalkit.methods import load_methods, score_methods
from evalkit.rules import ACHIEVEMENTS, check_distribution, compute_ikm
from evalkit.vocabulary import PREDIKATS

from .targets import NO_EFFECTS

SMALL = {"dumai": 60, "senapelan": 27}
TABLE_NAMES = ("employees", "events", "interventions", "recorded", "truth")
#: Sums of the same numbers in another order.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def evidence():
    return simulate(SMALL, seed=5)


@pytest.fixture(scope="module")
def whole():
    return simulate(seed=5)


@pytest.fixture(scope="module")
def methods():
    return load_methods()


def rows_of(evidence, **wanted):
    rows = as_text(evidence).observations
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows.reset_index(drop=True)


def assert_same(one, other, tables=("observations", *TABLE_NAMES)):
    for table in tables:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))


def test_the_default_has_the_sizes_of_the_five_places(whole):
    assert whole.employees["place"].value_counts().to_dict() == dict(SIZES)
    assert len(whole.employees) == 2_027
    assert tuple(whole.truth["period"].unique()) == QUARTERS


def test_everyone_is_observed_through_every_source_that_a_method_reads(evidence, methods):
    rows = as_text(evidence).observations
    n = {"employee": len(evidence.employees), "unit": evidence.employees["unit"].nunique()}
    for method in methods.values():
        for component in method.components:
            for source in component.sources:
                read = rows[rows["indicator"].isin(component.indicators) & (rows["source"] == source)]
                read = read[(read["employee"] == "") == (component.level == "unit")]
                seen = read.drop_duplicates([component.level, "period"])
                assert len(seen) == n[component.level] * len(QUARTERS), (method.name, component.name, source)


def test_all_five_methods_score_everyone(whole, methods):
    scores = score_methods(whole, methods)
    assert scores.coverage["covered_weight"].tolist() == [1.0] * 5
    assert scores.scores.groupby("method").size().to_dict() == dict.fromkeys(methods, 2_027)
    assert set(scores.scores["status"]) == {"scored"}


def test_scores_at_once_are_those_of_every_method(evidence, methods):
    usual = score_methods(evidence, methods).scores
    key = ["method", "place", "unit", "employee"]
    fast = score_at_once(evidence, methods)
    joined = usual.merge(fast, on=key, suffixes=("", "_fast"), validate="one_to_one")
    assert len(joined) == len(usual) == len(fast)
    for column in ("score", "result_points", "behaviour_points"):
        assert np.allclose(joined[column], joined[f"{column}_fast"], atol=ROUNDING, rtol=0)


def test_methods_that_the_evidence_cannot_carry_get_no_scores(evidence, methods):
    few = replace(evidence, observations=rows_of(evidence, source="agency_report"))
    assert score_at_once(few, methods).empty


def test_equal_seeds_give_equal_evidence_and_others_do_not(evidence):
    assert_same(evidence, simulate(SMALL, seed=5))
    other = simulate(SMALL, seed=6)
    assert not np.allclose(other.truth[list(DIMENSIONS)], evidence.truth[list(DIMENSIONS)])


@pytest.mark.parametrize("source", ["peers", "citizens"])
def test_more_raters_of_one_source_change_no_other_source_and_no_table(evidence, source):
    more = simulate(SMALL, seed=5, dose=Dose(**{source: 3}))
    assert_same(evidence, more, TABLE_NAMES)
    for other in {"supervisor", "peer", "self", "citizen", "system", "agency_report"} - {source[:-1]}:
        if other != "citizen" or source != "citizens":
            pd.testing.assert_frame_equal(rows_of(evidence, source=other), rows_of(more, source=other))
    assert len(rows_of(more, source=source.rstrip("s"))) > len(rows_of(evidence, source=source.rstrip("s")))


def test_another_leniency_of_self_ratings_moves_them_alone(evidence):
    profile = PROFILES["administrative"]
    modest = replace(profile, self_=replace(profile.self_, leniency=-0.3))
    found = simulate(SMALL, seed=5, profile=modest)
    assert_same(evidence, found, TABLE_NAMES)
    for source in ("supervisor", "peer", "citizen", "system", "agency_report"):
        pd.testing.assert_frame_equal(rows_of(evidence, source=source), rows_of(found, source=source))
    own, modestly = rows_of(evidence, source="self")["value"], rows_of(found, source="self")["value"]
    assert (modestly <= own).all()
    assert modestly.mean() < own.mean()


def test_tables_that_are_not_wanted_are_empty_and_change_no_other(evidence):
    found = simulate(SMALL, seed=5, tables=("truth",))
    assert_same(evidence, found, ("observations", "truth"))
    for name in set(TABLE_NAMES) - {"truth"}:
        assert getattr(found, name).empty
        assert list(getattr(found, name)) == list(getattr(evidence, name))


def write_study(evidence, folder):
    """Write every table as CSV, as someone who collected it would."""
    tables = {"evidence": evidence.observations} | {name: getattr(evidence, name) for name in TABLE_NAMES}
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    package = {
        "evalkit": {"kind": "synthetic"},
        "resources": [{"name": name, "path": f"{name}.csv"} for name in tables],
    }
    (folder / "datapackage.json").write_text(json.dumps(package))


def test_simulated_evidence_passes_the_checks_of_real_evidence_and_comes_back_the_same(evidence, tmp_path):
    write_study(evidence, tmp_path)
    loaded = load_evidence(tmp_path)
    assert loaded.kind == evidence.kind == "synthetic"
    assert_same(as_text(evidence), loaded)
    pd.testing.assert_frame_equal(evidence.indicators, loaded.indicators)
    rejected = loaded.steps.loc[loaded.steps["step"] == "rejected", "n_rows"]
    assert rejected.sum() == 0


def test_tables_have_the_columns_of_real_ones(evidence):
    for name in TABLE_NAMES:
        assert tuple(getattr(evidence, name).columns) == TABLES[name].column_names
    assert tuple(evidence.observations.columns) == TABLES["evidence"].column_names


def test_nothing_looks_like_a_number_of_a_person(evidence):
    for name in ("observations", *TABLE_NAMES):
        assert not re.search(r"\d{18}", getattr(as_text(evidence), name).to_csv())


def test_there_is_one_supervisor_in_a_unit_and_peers_rate_neither_themselves_nor_other_units(evidence):
    supervisors = rows_of(evidence, source="supervisor")
    assert supervisors.groupby("unit")["rater"].nunique().eq(1).all()
    assert supervisors.groupby("rater")["unit"].nunique().eq(1).all()
    peers = rows_of(evidence, source="peer")
    assert (peers["rater"] != peers["employee"]).all()
    unit = evidence.employees.set_index("employee")["unit"]
    assert (peers["rater"].map(unit) == peers["unit"]).all()
    own = rows_of(evidence, source="self")
    assert (own["rater"] == own["employee"]).all()


def test_performance_has_the_spread_correlation_and_growth_of_its_profile():
    found = simulate({"somewhere": 8_000}, seed=1, profile=replace(PROFILES["research"], effects=NO_EFFECTS))
    truth = found.truth.groupby("period")[list(DIMENSIONS)]
    of = PROFILES["research"].performance
    assert truth.var().mean().mean() == pytest.approx(1, abs=0.04)
    off_diagonal = truth.corr().to_numpy().reshape(len(QUARTERS), 5, 5)[:, *np.triu_indices(5, 1)]
    assert off_diagonal.mean() == pytest.approx(of.correlation, abs=0.03)
    gains = truth.mean().mean(axis=1).diff().dropna()
    assert gains.to_numpy() == pytest.approx([of.growth] * 3, abs=0.02)


def test_the_top_of_the_scale_is_given_to_the_share_that_the_ceiling_says():
    profile = PROFILES["administrative"]
    profile = replace(profile, performance=replace(profile.performance, place=0.0))
    shares = {}
    for ceiling in (0.2, 0.4):
        found = simulate(
            {"somewhere": 6_000}, seed=1, profile=replace(profile, ceiling=ceiling), periods=["2025Q1"]
        )
        rows = rows_of(found, source="supervisor", period="2025Q1", indicator="work_result")
        shares[ceiling] = (rows["value"] == 5).mean()
    assert shares == pytest.approx({0.2: 0.2, 0.4: 0.4}, abs=0.03)


def test_interventions_add_their_effect_from_the_next_quarter_on_and_zero_adds_nothing(evidence):
    profile = PROFILES["administrative"]
    without = simulate(SMALL, seed=5, profile=replace(profile, effects=NO_EFFECTS))
    pd.testing.assert_frame_equal(evidence.interventions, without.interventions)
    gain = evidence.truth.assign(gain=evidence.truth["task"] - without.truth["task"])
    wide = gain.pivot_table(index="employee", columns="period", values="gain")
    people = settle(SMALL)
    effects = {kind: draw_effects(kind, people, profile, Streams(5)) for kind in profile.effects}
    expected = pd.DataFrame(0.0, index=wide.index, columns=wide.columns)
    for row in evidence.interventions.itertuples():
        unit = people.unit[people.names.index(row.employee)]
        expected.loc[row.employee, wide.columns > row.period] += effects[row.kind][unit]
    assert (effects["training"] == 0.3).all()
    assert (effects["recognition"] == 0).all()
    assert np.allclose(wide, expected)
    assert set(evidence.interventions["assigned_by"]) == {"score", "lot", "volunteer"}


def test_leaders_differ_in_what_mentoring_adds_by_the_stated_share_of_it():
    people, profile = settle({"somewhere": 40_000}), PROFILES["administrative"]
    mentoring = draw_effects("mentoring", people, profile, Streams(1))
    n = people.n_units
    assert mentoring.mean() == pytest.approx(0.15, abs=4 * 0.1 / np.sqrt(n))
    assert mentoring.std() == pytest.approx(0.1, abs=4 * 0.1 / np.sqrt(2 * n))
    none = replace(profile, effects=NO_EFFECTS)
    assert not draw_effects("mentoring", people, none, Streams(1)).any(), "no effect varies over nobody"


def test_the_spread_over_leaders_changes_nothing_but_performance_after_mentoring(evidence):
    profile = replace(PROFILES["administrative"], effect_spread={})
    alike = simulate(SMALL, seed=5, profile=profile)
    pd.testing.assert_frame_equal(evidence.interventions, alike.interventions)
    differs = (evidence.truth["task"] - alike.truth["task"]).abs() > ROUNDING
    mentored = evidence.interventions.query("kind == 'mentoring'")["employee"]
    assert set(evidence.truth["employee"][differs]) == set(mentored)
    assert (evidence.truth["period"][differs] > "2025Q2").all()


@pytest.fixture(scope="module")
def ratings(whole):
    """Mean rating by the supervisor, a row for each employee, a column for each quarter."""
    rows = rows_of(whole, source="supervisor")
    return rows.pivot_table(index="employee", columns="period", values="value")


def by_score(whole, kind, period):
    given = whole.interventions.query(f"assigned_by == 'score' and kind == '{kind}' and period == '{period}'")
    return given["employee"]


def test_the_score_decides_sharply_who_is_trained(whole, ratings):
    first = ratings["2025Q1"]
    place = whole.employees.set_index("employee")["place"].loc[first.index]
    trained = first.index.isin(by_score(whole, "training", "2025Q2"))
    recognised = first.index.isin(by_score(whole, "recognition", "2025Q2"))
    for name in SIZES:
        here = (place == name).to_numpy()
        assert first[here & recognised].min() > first[here & ~recognised].max()
        if name == "bengkulu":
            assert not (here & trained).any()
            continue
        assert first[here & trained].max() < first[here & ~trained].min()
        assert (here & trained).sum() >= 0.2 * here.sum()


def test_bengkulu_trains_those_who_improved_most_and_they_fall_back(whole, ratings):
    trained = by_score(whole, "training", "2025Q3")
    place = whole.employees.set_index("employee")["place"]
    assert set(place[trained]) == {"bengkulu"}
    gain = (ratings["2025Q2"] - ratings["2025Q1"])[place == "bengkulu"].round(9)
    chosen = gain.index.isin(trained)
    assert gain[chosen].min() > gain[~chosen].max()
    assert chosen.sum() >= 0.2 * len(gain)
    change = (ratings["2025Q3"] - ratings["2025Q2"])[gain.index]  # before the training shows
    assert change[chosen].mean() < -0.1
    assert change[~chosen].mean() > 0


def test_numbered_places_of_one_name_train_alike():
    found = simulate({"bengkulu-1": 40, "semarang-1": 40}, seed=3)
    given = found.interventions.query("kind == 'training' and assigned_by == 'score'")
    assert {
        (name.rsplit("-", 1)[0], at) for name, at in zip(given["employee"], given["period"], strict=True)
    } == {
        ("bengkulu-1", "2025Q3"),
        ("semarang-1", "2025Q2"),
    }


def test_events_end_after_they_begin_and_some_are_open_at_the_end(whole):
    events = whole.events
    days = (events["closed_on"] - events["opened_on"]).dt.days
    assert days.dropna().min() >= 1
    assert events["opened_on"].between("2025-01-01", "2025-12-31").all()
    assert events["closed_on"].dropna().max() <= pd.Timestamp("2025-12-31")
    still_open = events["closed_on"].isna()
    assert events.groupby("kind")["closed_on"].apply(lambda closed: closed.isna().any()).all()
    assert (events.loc[still_open, "opened_on"] > pd.Timestamp("2025-09-01")).all()
    assert events.groupby("kind")["deadline_days"].unique().map(list).to_dict() == {
        name: [kind.deadline] for name, kind in KINDS.items()
    }


def test_what_systems_record_is_counted_from_the_events(whole):
    events = whole.events.assign(period=whole.events["opened_on"].dt.to_period("Q").astype(str))
    days = (events["closed_on"] - events["opened_on"]).dt.days
    on_time = (days <= events["deadline_days"]).where(days.notna()).astype(float)
    permits = events.assign(on_time=on_time)[events["kind"] == "permit"]
    expected = permits.groupby(["employee", "period"])["on_time"].mean()
    found = rows_of(whole, indicator="permits_on_time").set_index(["employee", "period"])
    pd.testing.assert_series_equal(
        found["value"].sort_index(), expected.sort_index(), check_names=False, atol=ROUNDING
    )
    assert (found.loc[found["value"].isna(), "status"] == "missing").all()
    complaints = events[events["kind"] == "complaint"].groupby(["employee", "period"]).size()
    filed = rows_of(whole, indicator="complaints", source="system").set_index(["employee", "period"])["value"]
    assert filed[filed > 0].sort_index().to_dict() == complaints.to_dict()
    ktp = events.assign(days=days)[events["kind"] == "ktp"].groupby(["unit", "period"])["days"].mean()
    recorded = rows_of(whole, indicator="ktp_days").set_index(["unit", "period"])["value"]
    assert np.allclose(recorded.sort_index(), ktp.sort_index(), atol=0.005 + ROUNDING)


def test_predikats_follow_the_pattern_of_their_unit(whole):
    report = rows_of(whole, indicator="agency_report").set_index(["unit", "period"])["value"]
    persons = whole.recorded[whole.recorded["employee"] != ""]
    seen = set()
    for key, group in persons.groupby(["unit", "period"]):
        achievement = ACHIEVEMENTS[int(np.searchsorted(ACHIEVED_FROM, report[key], side="right"))]
        assert check_distribution(group["predikat"].value_counts().to_dict(), achievement) == ()
        seen.add(achievement)
    assert {"baik", "istimewa", "butuh_perbaikan"} <= seen


@pytest.mark.parametrize("achievement", ACHIEVEMENTS)
@pytest.mark.parametrize("n", [5, 6, 7, 13, 20, 29])
def test_a_pattern_gives_everyone_a_predikat_and_breaks_no_bound(achievement, n):
    counts = count_predikats(achievement, n)
    assert sum(counts) == n
    assert min(counts) >= 0
    assert check_distribution(dict(zip(PREDIKATS, counts, strict=True)), achievement) == ()


def test_a_unit_that_ranks_higher_never_has_the_lower_predikat(evidence):
    ratings = rows_of(evidence, source="supervisor").groupby(["employee", "period"])["value"].mean()
    persons = evidence.recorded[evidence.recorded["employee"] != ""].set_index(["employee", "period"])
    joined = persons.assign(
        rating=ratings, grade=persons["predikat"].map({name: i for i, name in enumerate(PREDIKATS)})
    )
    for _, group in joined.reset_index().groupby(["unit", "period"]):
        ranked = group.sort_values(["rating", "grade"])
        assert ranked["grade"].is_monotonic_increasing


def test_the_ikm_that_an_office_wrote_down_is_that_of_its_answers(evidence):
    rows = rows_of(evidence, indicator="public_satisfaction")
    offices = evidence.recorded[evidence.recorded["employee"] == ""].set_index(["unit", "period"])["ikm"]
    assert len(offices) == evidence.employees["unit"].nunique() * len(QUARTERS)
    for key, group in rows.groupby(["unit", "period"]):
        sheet = group.pivot_table(index="rater", columns="item", values="value").astype(int)
        assert compute_ikm(sheet.to_numpy().tolist()).rounded == pytest.approx(offices[key])


@pytest.mark.parametrize(
    ("sizes", "found"), [({}, "found no place"), ({"dumai": 9}, "found dumai: 9"), ({"a": 10.5}, "a: 10.5")]
)
def test_places_that_are_too_small_are_refused(sizes, found):
    with pytest.raises(UsageError, match=r"needs at least one place, and 10 people in each") as error:
        simulate(sizes, seed=1)
    assert found in str(error.value)


@pytest.mark.parametrize(("dose", "found"), [({"peers": 0}, "peers: 0"), ({"peers": 5}, "of at most 4")])
def test_doses_that_cannot_be_are_refused(dose, found):
    with pytest.raises(UsageError, match=found):
        Dose(**dose)
