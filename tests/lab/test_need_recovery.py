"""The levels of units are held to true performance, where it is known."""

from dataclasses import replace

import pandas as pd
import pytest
from evidence_maker import make_evidence
from needs_maker import CATALOGUE, make_scores

from evalkit.compare import find_needs
from evalkit.lab import DIMENSIONS, recover_needs
from evalkit.lab.need_recovery import NOT_MADE, UNKNOWN

LEVELS = [40, 45, 50, 55, 60, 65]


def truth_of(levels, *, size=20):
    """Return truth and employees: everyone performs as the unit does, in every dimension."""
    who = [(f"p{u}-{i}", f"u{u}", level) for u, level in enumerate(levels) for i in range(size)]
    truth = pd.DataFrame(
        [{"employee": name, "period": "2025Q4", **dict.fromkeys(DIMENSIONS, level)} for name, _, level in who]
    )
    employees = pd.DataFrame([{"employee": name, "place": "here", "unit": unit} for name, unit, _ in who])
    return make_evidence([{"place": "here", "indicator": "integrity"}], truth=truth, employees=employees)


@pytest.fixture(scope="module")
def scores():
    return make_scores(LEVELS)


@pytest.fixture(scope="module")
def needs(scores):
    return find_needs(*scores, CATALOGUE)


def test_levels_in_the_order_of_the_truth_have_a_tau_of_one(needs, scores):
    found = recover_needs(needs, scores[0], truth_of(LEVELS)).orders
    assert found["estimate"].tolist() == pytest.approx([1.0, 1.0])
    assert found["n"].tolist() == [6, 6]


def test_levels_in_the_opposite_order_have_a_tau_of_minus_one(needs, scores):
    found = recover_needs(needs, scores[0], truth_of(LEVELS[::-1])).orders
    assert found["estimate"].tolist() == pytest.approx([-1.0, -1.0])


def test_two_units_that_are_exchanged_lower_tau_by_two_of_fifteen_pairs(needs, scores):
    found = recover_needs(needs, scores[0], truth_of([45, 40, *LEVELS[2:]])).orders
    assert found["estimate"].tolist() == pytest.approx([1 - 2 / 15] * 2)


def test_few_units_are_refused_with_their_number():
    scores = make_scores(LEVELS[:3])
    found = recover_needs(find_needs(*scores, CATALOGUE), scores[0], truth_of(LEVELS[:3])).orders
    assert found["estimate"].isna().all()
    assert set(found["caveat"]) == {"3 units: an order of so few says nothing"}


def test_an_indicator_that_the_laboratory_does_not_make_is_refused(needs, scores):
    method = scores[0].specifications["made"]
    parts = tuple(replace(part, indicators=("height",)) for part in method.components)
    other = replace(scores[0], specifications={"made": replace(method, components=parts)})
    assert set(recover_needs(needs, other, truth_of(LEVELS)).orders["caveat"]) == {NOT_MADE}


def test_without_a_truth_one_row_says_so(needs, scores):
    evidence = truth_of(LEVELS)
    real = recover_needs(needs, scores[0], replace(evidence, truth=evidence.truth.head(0)))
    rows = real.to_results()
    assert rows[["quantity", "caveat"]].to_numpy().tolist() == [["need_recovery", UNKNOWN]]
