"""How well units are ordered by their service: against pairs counted one by one, and what spoils it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from evalkit.errors import UsageError
from evalkit.lab import load_purposes, measure_unit_order, measure_unit_order_of, simulate
from evalkit.lab.corruption import Corruption
from evalkit.lab.replicate import derive_seed
from evalkit.methods import load_methods, score_methods

SIZES = {"surakarta": 120, "dumai": 60}
METHODS = load_methods(["semarang", "surakarta"])


@pytest.fixture(scope="module")
def found():
    spoiled = (Corruption("inaccurate_records", 1.0),)
    return measure_unit_order(METHODS, seed=3, sizes=SIZES, corruptions=spoiled, n_replicates=2)


def count_pairs(method, seed):
    """Return τ-b over pairs of units of one place, counted one by one; no unit ties."""
    evidence = simulate(SIZES, seed=seed)
    scores = score_methods(evidence, {method: METHODS[method]}).scores
    truth = evidence.truth.groupby("employee")["service"].mean().rename("truth")
    people = scores.join(truth, on="employee")
    units = people.groupby(["place", "unit"], observed=True)[["score", "truth"]].mean().dropna()
    signs = [
        np.sign(a.score - b.score) * np.sign(a.truth - b.truth)
        for _, part in units.groupby(level="place", observed=True)
        for a, b in combinations(part.itertuples(), 2)
    ]
    return float(np.mean(signs))


@pytest.mark.parametrize("method", list(METHODS))
def test_it_is_the_mean_over_replicates_of_pairs_counted_one_by_one(found, method):
    by_hand = [count_pairs(method, derive_seed(3, "evidence", i)) for i in range(2)]
    row = found[(found["method"] == method) & (found["corruption"] == "")]
    assert row["estimate"].item() == pytest.approx(np.mean(by_hand))
    assert row["mc_error"].item() == pytest.approx(abs(by_hand[0] - by_hand[1]) / 2)


def test_records_of_other_people_order_units_worse(found):
    rows = found[found["method"] == "semarang"].set_index("corruption")["estimate"]
    assert rows["inaccurate_records=1"] < rows[""]


def test_a_figure_needs_its_error():
    with pytest.raises(UsageError) as raised:
        measure_unit_order(METHODS, seed=1, sizes=SIZES, n_replicates=1)
    assert str(raised.value) == "A Monte Carlo error needs two replicates or more; found 1."


def test_a_study_is_asked_for_what_its_criteria_read_and_no_more():
    criteria = load_purposes().criteria
    persons = [one for one in criteria.values() if one.origin != "units"]
    simulated = {"seed": 1, "sizes": SIZES}
    assert measure_unit_order_of(simulated, METHODS, persons, seed=1).empty
    assert measure_unit_order_of({}, METHODS, criteria.values(), seed=1).empty
    only = [criteria["units_bad_records"]]
    found = measure_unit_order_of(
        simulated, {"surakarta": METHODS["surakarta"]}, only, seed=1, n_replicates=2
    )
    assert found.groupby("profile")["corruption"].nunique().tolist() == [
        4,
        1,
        1,
    ]  # one profile has the same evidence as the first
