import json
import time
from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.errors import DesignError, UsageError
from evalkit.evidence import load_evidence
from evalkit.lab.corruption import KINDS, Corruption, corrupt
from evalkit.lab.corruption.reading import read_rows
from evalkit.methods import load_methods, score_methods
from evalkit.vocabulary import LABELS, LANGUAGES, METHODS, SOURCES

SECONDS = 0.2  # four times the budget of 0.05 s, for a machine that is doing something else
BY_SIZE = ("leniency_drift", "stale_records")  # a dose changes how much, and not only whom
PAIRS = list(combinations(KINDS, 2))


def spoil(evidence, *kinds, dose=0.5, seed=1):
    return corrupt(evidence, [Corruption(kind, dose) for kind in kinds], seed)


def same(a, b):
    pd.testing.assert_frame_equal(a.observations, b.observations, check_exact=True)


def reads(kind, evidence):
    return set(read_rows(evidence, kind).positions.tolist())


def changed(before, after):
    a, b = before.observations["value"], after.observations["value"]
    return set(np.flatnonzero((a != b) & ~(a.isna() & b.isna())).tolist())


def test_every_kind_has_labels_and_reads_known_sources():
    for name, kind in KINDS.items():
        assert set(LABELS[name]) == set(LANGUAGES)
        assert set(kind.reads) <= set(SOURCES)
        assert set(kind.named_by) <= set(METHODS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dose_of_zero_is_the_very_same_evidence(evidence, kind):
    assert spoil(evidence, kind, dose=0) is evidence


def test_all_doses_of_zero_are_the_very_same_evidence(evidence):
    assert spoil(evidence, *KINDS, dose=0.0) is evidence
    assert corrupt(evidence, [], 1) is evidence


def test_a_dose_of_zero_asks_nothing_of_the_evidence():
    empty = make_evidence([])
    assert spoil(empty, *KINDS, dose=0) is empty


@pytest.mark.parametrize("kind", KINDS)
def test_a_dial_changes_something_and_only_in_rows_that_it_reads(evidence, kind):
    after = spoil(evidence, kind)
    untouched = sorted(set(range(len(evidence.observations))) - reads(kind, evidence))
    assert changed(evidence, after) <= reads(kind, evidence)
    assert len(changed(evidence, after)) == after.steps["n_rows"].iloc[-1] > 0
    pd.testing.assert_frame_equal(
        evidence.observations.iloc[untouched], after.observations.iloc[untouched], check_exact=True
    )


@pytest.mark.parametrize("kind", KINDS)
def test_only_observations_change_and_what_was_given_stays(evidence, kind):
    before = evidence.observations.copy(deep=True)
    after = spoil(evidence, kind, dose=1)
    pd.testing.assert_frame_equal(evidence.observations, before, check_exact=True)
    others = {field.name for field in fields(evidence)} - {"observations", "kind", "steps"}
    assert all(getattr(after, name) is getattr(evidence, name) for name in others)
    keys = [name for name in before.columns if name not in ("value", "status", "recorded_on")]
    pd.testing.assert_frame_equal(after.observations[keys], before[keys], check_exact=True)
    pd.testing.assert_series_equal(after.observations.dtypes, before.dtypes)


def test_spoiled_real_evidence_is_synthetic_and_says_what_was_done(evidence):
    after = spoil(replace(evidence, kind="real"), "refusal", "collusion")
    assert after.kind == "synthetic"
    assert after.steps["step"].tolist() == ["collusion", "refusal"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_and_another_gives_another(evidence, kind):
    same(spoil(evidence, kind), spoil(evidence, kind))
    assert not spoil(evidence, kind).observations.equals(spoil(evidence, kind, seed=2).observations)


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_categories_are_spoiled_like_columns_of_text(evidence, kind):
    as_text = evidence.observations
    texts = list(as_text.select_dtypes("str").columns)
    orders = {name: pd.CategoricalDtype(sorted(set(as_text[name]) | {"zzz"})[::-1]) for name in texts}
    orders["status"] = pd.CategoricalDtype(["recorded", "missing"])
    never_refused = as_text.query("status != 'refused'").reset_index(drop=True)
    of_text = replace(evidence, observations=never_refused)
    of_categories = replace(evidence, observations=never_refused.astype(orders))
    after = spoil(of_categories, kind).observations
    assert (after.dtypes[texts].map(type) == pd.CategoricalDtype).all()
    pd.testing.assert_frame_equal(
        after.astype(dict.fromkeys(texts, "str")), spoil(of_text, kind).observations, check_exact=True
    )


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(BY_SIZE)))
def test_what_is_spoiled_at_a_small_dose_is_spoiled_the_same_way_at_a_greater_one(evidence, kind):
    small, great = spoil(evidence, kind, dose=0.3), spoil(evidence, kind, dose=0.6)
    spoiled = sorted(changed(evidence, small))
    assert changed(evidence, small) < changed(evidence, great)
    pd.testing.assert_frame_equal(small.observations.iloc[spoiled], great.observations.iloc[spoiled])


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_order_of_the_list_is_no_matter_and_one_after_the_other_gives_the_same(evidence, first, second):
    together = spoil(evidence, first, second)
    same(together, spoil(evidence, second, first))
    same(together, spoil(spoil(evidence, first), second))


def test_kinds_that_read_no_row_in_common_can_be_applied_in_any_order(evidence):
    apart = [
        pair for pair in combinations(KINDS, 2) if not reads(pair[0], evidence) & reads(pair[1], evidence)
    ]
    assert ("collusion", "stale_records") in apart
    assert ("inflated_self_rating", "leniency_drift") in apart
    for first, second in apart:
        same(spoil(spoil(evidence, first), second), spoil(spoil(evidence, second), first))


def test_refusal_and_loss_at_random_do_not_commute_in_what_is_called_refused(evidence):
    refused_first = spoil(spoil(evidence, "refusal"), "missing_at_random").observations["status"]
    lost_first = spoil(spoil(evidence, "missing_at_random"), "refusal").observations["status"]
    assert (refused_first == "refused").sum() > (lost_first == "refused").sum()


def test_what_was_lost_before_changes_no_draw(evidence):
    alone = spoil(evidence, "refusal").observations
    lost = spoil(evidence, "missing_at_random").observations
    both = spoil(spoil(evidence, "missing_at_random"), "refusal").observations
    still_there = lost["status"] == "recorded"
    pd.testing.assert_series_equal(both["status"][still_there], alone["status"][still_there])


def test_each_kind_has_draws_of_its_own(evidence):
    observations = evidence.observations
    later = observations["indicator"].eq("productivity") & observations["period"].ne("2025Q1")
    rows = set(np.flatnonzero(later & (observations["status"] == "recorded")))
    stale = changed(evidence, spoil(evidence, "stale_records")) & rows
    wrong = changed(evidence, spoil(evidence, "inaccurate_records")) & rows
    margin = 4 * np.sqrt(0.25 / len(stale))  # four standard errors
    assert len(stale & wrong) / len(stale) == pytest.approx(0.5, abs=margin)


def test_a_method_that_does_not_read_what_a_dial_spoils_keeps_its_scores_to_the_last_bit(evidence):
    methods, evidence = load_methods(), evidence.select(places=["p1"])
    before = score_methods(evidence, methods).scores
    n_unread = 0
    for kind in KINDS:
        after = score_methods(spoil(evidence, kind), methods).scores
        for name, method in methods.items():
            rows = before["method"] == name
            is_same = before[rows].equals(after[after["method"] == name])
            assert is_same == (not is_read(method, kind)), (name, kind)
            n_unread += not is_read(method, kind)
    assert n_unread > 10


def is_read(method, kind):
    """Whether a method reads anything that a kind may change."""
    open_ended = {"complaints", "praise"}  # counts; raters' dials need a scale with two ends
    return any(
        source in KINDS[kind].reads
        and set(part.indicators) & set(KINDS[kind].reads[source] or part.indicators)
        and not ("scale" in KINDS[kind].needs and set(part.indicators) <= open_ended)
        for part in method.components
        for source in part.sources
    )


@pytest.mark.parametrize("dose", [0.4, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_spoiled_evidence_passes_the_checks_of_real_evidence(evidence, kind, dose, tmp_path):
    after = spoil(evidence, kind, dose=dose)
    assert_loads(after, tmp_path)


def test_evidence_spoiled_in_every_way_passes_the_checks_of_real_evidence(evidence, tmp_path):
    assert_loads(spoil(evidence, *KINDS, dose=0.2), tmp_path)


def assert_loads(evidence, folder):
    evidence.observations.to_csv(folder / "evidence.csv", index=False)
    package = {
        "name": "spoiled",
        "evalkit": {"kind": "synthetic"},
        "resources": [{"name": "evidence", "path": "evidence.csv", "format": "csv"}],
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    read = load_evidence(folder).observations
    pd.testing.assert_frame_equal(read, evidence.observations, check_exact=True)


@settings(max_examples=25)
@given(
    doses=st.dictionaries(st.sampled_from(list(KINDS)), st.floats(0, 1), max_size=4),
    seed=st.integers(0, 2**32),
)
def test_values_stay_on_their_scale_and_whole_and_only_what_is_recorded_has_one(evidence, doses, seed):
    after = corrupt(evidence, [Corruption(kind, dose) for kind, dose in doses.items()], seed).observations
    value, recorded = after["value"], after["status"] == "recorded"
    assert (value.notna() == recorded).all()
    assert (evidence.observations["status"][recorded] == "recorded").all()
    scales = evidence.indicators.set_index("indicator")
    assert not (value < after["indicator"].map(scales["low"])).any()
    assert not (value > after["indicator"].map(scales["high"])).any()
    is_rating = after["indicator"].map(scales["unit"]).isin(["rating", "answer", "count"])
    assert (value[is_rating & recorded] % 1 == 0).all()


@pytest.mark.parametrize("dose", [-0.1, 1.01, float("nan"), float("inf"), "0.5", None, True])
def test_a_dose_that_is_no_number_from_0_to_1_is_refused(dose):
    with pytest.raises(UsageError) as error:
        Corruption("refusal", dose)
    assert str(error.value) == (f"the dose of refusal must be a number from 0 (nothing) to 1; found {dose!r}")


def test_an_unknown_kind_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match=r"^there is no corruption 'colusion'; did you mean 'collusion'\?$"):
        Corruption("colusion", 0.5)


def test_a_kind_that_stands_twice_is_refused(evidence):
    with pytest.raises(
        UsageError, match=r"^refusal stands among the corruptions twice; give one dose of each"
    ):
        corrupt(evidence, [Corruption("refusal", 0.1), Corruption("refusal", 0.2)], 1)


def test_evidence_without_the_source_is_refused_before_anything_is_done(evidence):
    with pytest.raises(DesignError) as error:
        spoil(evidence.select(sources=["citizen", "system"]), "kpi_gaming", "collusion")
    assert str(error.value) == (
        "collusion spoils evidence from peer; the sources of this evidence are: citizen, system. "
        "Leave it out, or set its dose to 0."
    )


def test_refusal_says_which_entries_of_the_system_it_would_spoil(evidence):
    with pytest.raises(
        DesignError, match=r"from self, peer, subordinate, system \(monitoring_entries\); the"
    ):
        spoil(evidence.select(sources=["system"], indicators=["productivity"]), "refusal")


@pytest.mark.parametrize(
    ("kind", "row", "lack"),
    [
        ("collusion", {"indicator": "integrity"}, "a named rater, which no observation from peer has"),
        ("stale_records", {"period": "2025Q1"}, "a named period, and two periods or more, which no"),
        ("leniency_drift", {"period": "2025Q1", "rater": "s"}, "a named period, and two periods or more"),
        ("missing_by_unit", {"unit": ""}, "a named unit, which no observation from system, supervisor"),
        ("random_answers", {"indicator": "complaints"}, "an indicator whose scale has two ends, which no"),
    ],
)
def test_evidence_without_what_a_dial_needs_is_refused(kind, row, lack):
    source = next(iter(KINDS[kind].reads))
    blank = {"place": "p", "unit": "u", "employee": "e", "source": source, "indicator": "work_result"}
    with pytest.raises(DesignError) as error:
        spoil(make_evidence([{**blank, "value": 3.0, **row}]), kind)
    assert str(error.value).startswith(f"{kind} needs {lack}")
    assert str(error.value).endswith("Leave it out, or set its dose to 0.")


@pytest.mark.parametrize("kind", KINDS)
def test_evidence_with_nothing_left_to_spoil_stays_as_it_is(evidence, kind):
    nothing = spoil(evidence, "missing_at_random", dose=1)
    same(spoil(nothing, kind, dose=1), nothing)


def test_a_dial_takes_a_twentieth_of_a_second_for_100_000_observations(evidence):
    many = repeat(evidence, 7)
    assert len(many.observations) > 100_000
    for kind in KINDS:
        start = time.process_time()
        spoil(many, kind)
        assert time.process_time() - start < SECONDS, kind


def repeat(evidence, n):
    """Repeat the evidence with other units and people."""
    copies = []
    for k in range(n):
        copy = evidence.observations.copy()
        for name in ("unit", "employee", "rater"):
            copy[name] = copy[name].where(copy[name] == "", copy[name] + f"-{k}")
        copies.append(copy)
    return replace(evidence, observations=pd.concat(copies, ignore_index=True))
