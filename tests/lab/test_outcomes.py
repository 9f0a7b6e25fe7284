"""Outcomes are what they are called: by hand, by their limits, and whatever the scale of a score."""

from __future__ import annotations

import time

import numpy as np
import pytest

from evalkit.errors import DesignError
from evalkit.lab.outcomes import QUANTITIES, Reference, Scored

#: Sums of the same numbers in another order.
ROUNDING = 1e-9
SECONDS = 0.16  # four times what it should take, for a machine that is doing something else
PLACES = np.repeat([0, 1, 2], [60, 30, 10])
UNITS = np.arange(100) // 5
IN_UNITS = "rank_recovery_in_units"


def scored(*rows, noise=0.0):
    """Return scores with halves that differ by some noise."""
    year = np.array(rows, dtype=float)
    away = noise * np.random.default_rng(9).normal(size=year.shape)
    return Scored(year=year, odd=year + away, even=year - away)


def truths(n=1, seed=1):
    return np.random.default_rng(seed).normal(size=(n, 100))


def refer(truth, clean):
    return Reference(truth, PLACES, UNITS, clean)


def measure(truth, *rows, noise=0.2):
    both = scored(*rows, noise=noise)
    return refer(truth, both).measure(both)


def test_the_truth_as_a_score_is_perfect():
    truth = truths()
    found = measure(truth, truth[0])
    perfect = {"decision_loss": 0, "training_loss": 0, "recognition_loss": 0, "bias": 0, "rmse": 0}
    perfect |= {name: 1 for name in QUANTITIES if name not in (*perfect, "power")}
    for name, value in perfect.items():
        tolerance = 1e-6 if name == "rmse" else ROUNDING  # a root of a difference
        assert found[name] == pytest.approx(np.array([[value]]), abs=tolerance), name


def test_a_score_that_is_the_same_for_all_is_a_lot():
    found = measure(truths(), np.full(100, 3.0))
    lot = {"decision_loss": 1, "rank_recovery": 0, "bias": 0, "rmse": 1}
    lot |= {"auc_training": 0.5, "auc_recognition": 0.5}
    lot |= {"sensitivity_training": 15 / 100, "sensitivity_recognition": 10 / 100}
    for name, value in lot.items():
        assert found[name] == pytest.approx(np.array([[value]]), abs=0.01), name
    assert np.isnan(found[IN_UNITS]).all()


def test_scores_by_lot_lose_all_on_average():
    truth = truths()
    rows = np.random.default_rng(4).normal(size=(2_000, 100))
    loss = measure(truth, *rows)["decision_loss"][:, 0]
    assert abs(loss.mean() - 1) < 4 * loss.std() / np.sqrt(len(loss))


def test_the_reverse_of_the_truth_is_worse_than_a_lot():
    truth = truths()
    found = measure(truth, -truth[0])
    assert found["rank_recovery"] == pytest.approx(np.array([[-1.0]]))
    assert found["decision_loss"][0, 0] > 1.5
    assert found["sensitivity_training"][0, 0] == found["auc_training"][0, 0] == 0


def test_a_monotone_change_of_the_score_changes_no_order_and_no_decision():
    truth = truths()
    score = truth[0] + np.random.default_rng(5).normal(size=100).round(1)
    found = measure(truth, score, np.exp(score), 3 * score - 7)
    ordinal = [name for name in QUANTITIES if name not in ("bias", "rmse", "coverage", "power")]
    for name in ordinal:
        assert found[name] == pytest.approx(np.repeat(found[name][:1], 3, axis=0), abs=ROUNDING), name
    for name in ("bias", "rmse"):  # a line has no scale
        assert found[name][2] == pytest.approx(found[name][0], abs=ROUNDING), name


def test_losses_are_those_of_a_loop_over_places():
    truth, score = truths(1), truths(1, seed=2)[0].round(1)
    gained = possible = 0.0
    rng = np.random.default_rng(3)
    for place in np.unique(PLACES):
        here = np.flatnonzero(place == PLACES)
        k = max(1, round(0.15 * len(here)))
        chosen = [
            truth[0, here[np.lexsort((rng.random(len(here)), score[here]))[:k]]].sum() for _ in range(4_000)
        ]
        gained += k * truth[0, here].mean() - np.mean(chosen)
        possible += k * truth[0, here].mean() - np.sort(truth[0, here])[:k].sum()
    assert measure(truth, score)["training_loss"][0, 0] == pytest.approx(1 - gained / possible, abs=0.01)


def test_bias_and_rmse_are_those_of_the_clean_line_within_places():
    truth = truths()
    clean = 50 + 9 * truth[0] + 6 * np.random.default_rng(6).normal(size=100) + 20 * PLACES
    spoiled = clean + np.where(np.arange(100) % 3 == 0, 12.0, 0.0)
    found = refer(truth, scored(clean)).measure(scored(spoiled))
    columns = np.column_stack([clean, *(i == PLACES for i in range(3))])
    line = np.linalg.lstsq(columns, truth[0], rcond=None)[0]
    missed = np.column_stack([spoiled, columns[:, 1:]]) @ line - truth[0]
    centred = truth[0] - (np.bincount(PLACES, truth[0]) / np.bincount(PLACES))[PLACES]
    assert found["bias"][0, 0] == pytest.approx(missed.mean() / centred.std(), abs=ROUNDING)
    assert found["rmse"][0, 0] == pytest.approx(np.sqrt((missed**2).mean()) / centred.std(), abs=ROUNDING)


def test_people_without_a_score_are_decided_on_by_lot_and_are_as_good_as_the_mean():
    truth = truths()
    half = np.where(np.arange(100) % 2 == 0, truth[0], np.nan)
    reference = refer(truth, scored(truth[0], noise=0.2))
    found = reference.measure(scored(half, noise=0.2))
    assert 0.2 < found["decision_loss"][0, 0] < 0.8
    assert found["rank_recovery"][0, 0] == pytest.approx(0.5, abs=0.05)
    nobody = reference.measure(scored(np.full(100, np.nan)))
    for name, value in {"decision_loss": 1, "rank_recovery": 0, "rmse": 1, "bias": 0}.items():
        assert nobody[name] == pytest.approx(np.array([[value]]), abs=ROUNDING), name
    assert np.isnan(nobody["coverage"]).all()


def test_a_method_without_any_clean_score_has_no_outcomes():
    truth = truths()
    found = measure(truth, truth[0], np.full(100, np.nan))
    assert all(np.isnan(found[name][1]).all() for name in QUANTITIES)
    assert not any(np.isnan(found[name][0]).any() for name in QUANTITIES)


def test_what_is_said_of_whole_units_says_nothing_of_the_people_in_one():
    truth = truths()
    office = (np.bincount(UNITS, truth[0]) / 5)[UNITS]
    found = measure(np.stack([truth[0], office]), office, truth[0])
    assert np.isnan(found[IN_UNITS][0]).all()
    assert found[IN_UNITS][1, 0] == pytest.approx(1)
    assert np.isnan(found[IN_UNITS][1, 1])
    assert found["decision_loss"][0, 1] == pytest.approx(0)
    assert 0 < found["rank_recovery"][0, 0] < 1


def test_decisions_change_as_much_as_scores_make_them():
    truth = truths()
    reference = refer(truth, scored(truth[0], np.zeros(100)))
    assert reference.count_changes(scored(truth[0], np.zeros(100))).tolist() == [0, 0]
    swapped = truth[0].copy()
    low, high = (int(pick(truth[0, :60])) for pick in (np.argmin, np.argmax))
    swapped[[low, high]] = swapped[[high, low]]
    assert reference.count_changes(scored(swapped, np.zeros(100))) == pytest.approx([0.02, 0])


def test_only_what_is_wanted_need_be_there():
    truth = truths(2)
    both = scored(truth[0], truth[1])
    found = Reference(truth, PLACES, UNITS, both, np.eye(2, dtype=bool)).measure(both)
    assert np.isnan(found["rank_recovery"][0, 1])
    assert np.diagonal(found["rank_recovery"]) == pytest.approx([1, 1])


def test_truths_that_do_not_differ_cannot_be_recovered():
    found = measure(np.zeros((1, 100)), truths()[0])
    for name in ("decision_loss", "rank_recovery", "bias", "rmse", "power"):
        assert np.isnan(found[name]).all(), name


def test_the_smallest_place_decides_on_one_person():
    place, unit = np.zeros(3, int), np.zeros(3, int)
    both = scored([1.0, 2.0, 3.0])
    found = Reference(np.array([[3.0, 1.0, 2.0]]), place, unit, both).measure(both)
    assert found["training_loss"].tolist() == [[2.0]]  # the best instead of the worst
    assert found["recognition_loss"].tolist() == [[1.0]]  # one of the middle


def test_scores_that_differ_by_rounding_alone_are_tied():
    year = np.array([[0.1 + 0.2, 0.3, 0.5]])
    assert len(np.unique(Scored(year=year, odd=year, even=year).year)) == 2


def test_unknown_truth_is_refused():
    truth = truths()
    truth[0, :2] = np.nan
    with pytest.raises(DesignError) as raised:
        refer(truth, scored(truth[0]))
    assert (
        str(raised.value) == "True performance is unknown of 2 of 100 employees; outcomes need that of all."
    )


def test_someone_alone_in_a_place_is_refused():
    with pytest.raises(DesignError) as raised:
        Reference(truths(), np.append(PLACES[:99], 3), UNITS, scored(truths()[0]))
    assert str(raised.value) == (
        "People are compared within their place; 1 of 4 places have a single one. Leave them out."
    )


def test_truths_that_differ_by_rounding_alone_do_not_differ():
    tied = np.where(np.arange(100) % 2 == 0, 0.1 + 0.2, 0.3)[None]
    assert np.isnan(measure(tied, truths()[0])["decision_loss"]).all()


def test_outcomes_of_2_027_people_by_24_targets_take_a_moment():
    rng = np.random.default_rng(1)
    place, unit = np.repeat(np.arange(5), [1200, 400, 250, 150, 27]), np.arange(2027) // 20
    truth = rng.normal(size=(24, 2027))
    both = scored(*(truth[:7] + rng.normal(size=(7, 2027))).round(2), noise=0.2)
    reference = Reference(truth, place, unit, both)
    seconds = []
    for _ in range(3):
        start = time.process_time()
        reference.measure(both)
        seconds.append(time.process_time() - start)
    assert min(seconds) < SECONDS
