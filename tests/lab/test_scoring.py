"""Scores at once are those of `score_methods`, of the whole year and of its halves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.lab import Corruption, Dose, as_text, corrupt, load_baselines, score_at_once, simulate
from evalkit.methods import MinimumEvidence, load_methods, score_methods
from tests.methods.build import make_evidence, random_evidence

KEY = ["method", "place", "unit", "employee"]
POINTS = ["score", "result_points", "behaviour_points"]
#: Sums of the same numbers in another order, of points up to 120.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def methods():
    return load_methods()


@pytest.fixture(scope="module")
def evidence():
    return simulate({"dumai": 60, "senapelan": 27}, seed=5, dose=Dose(citizens=2))


def by_key(scores, columns):
    return scores.astype(dict.fromkeys(KEY, "str")).set_index(KEY)[columns].sort_index()


def assert_scored_alike(evidence, methods):
    usual, fast = score_methods(evidence, methods).scores, score_at_once(evidence, methods)
    pd.testing.assert_frame_equal(by_key(fast, POINTS), by_key(usual, POINTS), atol=ROUNDING, rtol=0)


def spoiled(evidence):
    return corrupt(evidence, [Corruption("missing_at_random", 0.8), Corruption("stale_records", 0.5)], seed=3)


def unusual(methods):
    """Return methods that average indicators, choose items, and ask for more than one of everything."""
    dumai, senapelan, bengkulu = methods["dumai"], methods["senapelan"], methods["bengkulu"]
    several = replace(dumai.components[0], indicators=("work_result", "discipline", "innovation"))
    survey = replace(dumai.components[5], items=("U1", "U3"))
    asked = MinimumEvidence(observations=9, raters=3, occasions=3)
    return {
        "several": replace(dumai, components=(several, *dumai.components[1:5], survey, dumai.components[6])),
        "asked": replace(
            senapelan, components=tuple(replace(part, minimum=asked) for part in senapelan.components)
        ),
        "lenient": replace(bengkulu, minimum_weight=0.1),
    }


@pytest.mark.parametrize("seed", range(3))
def test_random_evidence_is_scored_as_by_the_statements(methods, seed):
    every = {**methods, **{name: replace(one, name=name) for name, one in unusual(methods).items()}}
    assert_scored_alike(random_evidence(seed, list(methods.values())), every)


@pytest.mark.parametrize("change", [lambda one: one, as_text, spoiled], ids=["categories", "text", "spoiled"])
def test_simulated_evidence_is_scored_as_by_the_statements(evidence, methods, change):
    every = {
        **methods,
        **load_baselines(),
        **{name: replace(one, name=name) for name, one in unusual(methods).items()},
    }
    assert_scored_alike(change(evidence), every)


def test_someone_in_two_units_is_scored_in_each(methods):
    rows = [
        {"unit": unit, "indicator": indicator, "source": "supervisor", "rater": "r", "value": value}
        for unit, value in (("u", 2.0), ("v", 5.0))
        for indicator in ("discipline", "service_quality", "innovation")
    ]
    evidence = make_evidence(rows)
    assert_scored_alike(evidence, {"surakarta": methods["surakarta"]})
    assert score_at_once(evidence, methods)["score"].tolist() == [25.0, 100.0]


def test_every_method_has_the_same_people_in_the_same_order(evidence, methods):
    scores = score_at_once(evidence, methods)
    names = scores["employee"].astype("str").to_numpy().reshape(len(methods), -1)
    assert (names == names[0]).all()
    assert sorted(names[0]) == sorted(evidence.employees["employee"])


@pytest.mark.parametrize("periods", [4, 3])
@pytest.mark.parametrize("change", [lambda one: one, spoiled], ids=["whole", "spoiled"])
def test_halves_are_the_scores_by_their_periods_alone(evidence, methods, change, periods):
    quarters = [f"2025Q{i}" for i in (4, 3, 2, 1)][:periods]
    kept = change(evidence).select(periods=tuple(quarters))
    shuffled = replace(kept, observations=kept.observations.sample(frac=1, random_state=1, ignore_index=True))
    found = score_at_once(shuffled, methods, halves=True)
    for column, alone in (("score_odd", sorted(quarters)[::2]), ("score_even", sorted(quarters)[1::2])):
        half = by_key(score_at_once(kept.select(periods=tuple(alone)), methods), "score")
        both = by_key(found, column).reindex(half.index)
        assert np.isfinite(half).any()
        np.testing.assert_allclose(both, half, atol=ROUNDING, rtol=0)
        nobody = by_key(found, column).drop(half.index)
        assert nobody.isna().all()
    pd.testing.assert_frame_equal(
        by_key(found, POINTS), by_key(score_at_once(kept, methods), POINTS), atol=ROUNDING, rtol=0
    )


def test_a_half_below_the_minimum_has_no_score(methods):
    rows = [
        {"period": period, "indicator": name, "source": "supervisor", "rater": "r", "value": 3.0}
        for name in ("discipline", "service_quality", "innovation")
        for period in ("2025Q1", "2025Q3")
    ]
    (row,) = score_at_once(make_evidence(rows), methods, halves=True).to_dict("records")
    assert (row["score"], row["score_odd"], row["score_even"]) == (50.0, 50.0, 50.0)
    (row,) = score_at_once(make_evidence(rows[::2]), methods, halves=True).to_dict("records")
    assert (row["score"], row["score_odd"]) == (50.0, 50.0)
    assert np.isnan(row["score_even"])


def test_evidence_that_carries_no_method_gives_an_empty_table_with_its_columns(evidence, methods):
    reports = as_text(evidence).select(sources=("agency_report",))
    found = score_at_once(reports, methods, halves=True)
    assert found.empty
    assert list(found.columns) == [*KEY, *POINTS, "score_odd", "score_even"]
