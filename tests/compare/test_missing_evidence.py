"""What missing evidence could do to ranks and decisions."""

from dataclasses import replace

import numpy as np
import pytest
from score_maker import evidence_of, gather, make_method

from evalkit.compare import vary_missing
from evalkit.compare.missing_evidence import NOTHING_MISSING
from evalkit.methods import score_methods

PARTS = [("a", ("peer",), 0.6, "result"), ("b", ("citizen",), 0.4, "behaviour")]


@pytest.fixture
def rng():
    return np.random.default_rng(20260823)


def make(rng, n=80, lost=0.0):
    person = 100 * rng.normal(size=(n, 1, 1, 1))
    rows = []
    for component, (source,), _, _ in PARTS:
        made = evidence_of(person + 50 * rng.normal(size=(n, 1, 1, 1)), [component], source)
        rows += made if component == "a" else [row for row in made if rng.random() >= lost]
    evidence = gather(rows)
    return score_methods(evidence, [make_method(PARTS)])


def wide(found, quantity):
    rows = found.shifts[found.shifts["quantity"] == quantity]
    return rows.set_index("delta")


def test_a_supposition_further_from_likeness_changes_more(rng):
    found = vary_missing(make(rng, lost=0.3), rng=rng, n_imputations=10)
    tau = wide(found, "missing_tau")
    assert tau["estimate"].idxmax() in {-0.5, 0.0, 0.5}
    assert tau.loc[-1.0, "estimate"] < tau.loc[0.0, "estimate"]
    changed = wide(found, "missing_training_changed")
    assert changed.loc[[-1.0, 1.0], "estimate"].max() > changed.loc[0.0, "estimate"]
    assert 10 < changed["n_incomplete"].iloc[0] < 40
    assert (changed["mc_error"] >= 0).all()


def test_whoever_lacks_a_part_has_no_predikat_so_none_is_compared(rng):
    found = vary_missing(make(rng, lost=0.3), rng=rng, n_imputations=2)
    assert "missing_predikat_changed" not in set(found.shifts["quantity"])


def test_nothing_missing_is_said_and_nothing_is_filled_in(rng):
    found = vary_missing(make(rng), rng=rng)
    assert found.shifts.empty
    assert found.refused["reason"].tolist() == [NOTHING_MISSING]


def test_a_part_that_nobody_has_is_not_missing(rng):
    scores = make(rng)
    points = scores.components["points"].where(scores.components["component"] == "a")
    found = vary_missing(replace(scores, components=scores.components.assign(points=points)), rng=rng)
    assert found.refused["reason"].tolist() == [NOTHING_MISSING]


def test_a_part_that_few_have_is_refused(rng):
    found = vary_missing(make(rng, lost=0.9), rng=rng)
    assert found.refused["reason"].str.contains("at least 20 observed ones").all()


def test_few_people_are_refused(rng):
    found = vary_missing(make(rng, n=9, lost=0.3), rng=rng)
    assert found.refused["reason"].tolist() == [
        "Only 9 people were scored; filling in what is missing needs 10."
    ]


def test_results_name_the_supposition_and_the_error(rng):
    rows = vary_missing(make(rng, lost=0.3), rng=rng, n_imputations=2, deltas=[-1, 1]).to_results()
    assert set(rows["item"]) == {"delta=-1", "delta=1"}
    assert rows["caveat"].str.startswith("Monte Carlo error").all()
