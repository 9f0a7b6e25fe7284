"""Traps of reliability, fed on purpose; each test states its design, figure and Monte Carlo error.

The error of a mean of R samples is their standard deviation over √R; directions are asserted at three of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from evidence_maker import make_evidence
from scipy.optimize import minimize

from evalkit.compare import (
    compare_means,
    measure_ceiling,
    measure_decision_designs,
    measure_dependability,
    measure_reliability,
)
from evalkit.compare.rating_layout import UNLINKED
from evalkit.stats import estimate_intraclass_correlation, variance_components

ABOUT = {"place": "here", "source": "supervisor", "indicator": "integrity"}
UNCONFIRMED = "the optimum was not confirmed"
ZERO = "a component is estimated as zero"


@pytest.fixture
def rng():
    return np.random.default_rng(20250701)


def evidence_of(rows):
    """Make evidence of ratings from 1 to 5, one dictionary a row."""
    scale = pd.DataFrame({"indicator": ["integrity"], "low": 1.0, "high": 5.0, "lower_is_better": False})
    return make_evidence([{**ABOUT, **row} for row in rows], indicators=scale)


def rate_in_units(rng, n_units=10, n_people=8, n_raters=3):
    """Persons 1, raters of one unit .5, the rest .5: of one rating .67 is consistent, and .50 agrees."""
    people = rng.normal(size=(n_units, n_people, 1))
    raters = 0.5**0.5 * rng.normal(size=(n_units, 1, n_raters))
    return 3 + people + raters + 0.5**0.5 * rng.normal(size=(n_units, n_people, n_raters))


def rows_of(values):
    return [
        {"unit": f"u{u}", "employee": f"u{u}-e{i}", "rater": f"u{u}-r{j}", "value": float(values[u, i, j])}
        for u, i, j in np.ndindex(values.shape)
    ]


@pytest.mark.pitfall(2)
def test_2_raters_nested_in_units_are_no_crossed_columns(rng):
    """Ten units of eight people and three raters each, R = 16: the truth is .67.

    Rater 1 of every unit taken for one person, and so on: .50 (error .018). By who rated whom: .67 (.014).
    """
    crossed, nested = [], []
    for _ in range(16):
        values = rate_in_units(rng)
        columns = values.reshape(-1, values.shape[2])
        crossed.append(estimate_intraclass_correlation(columns, form="consistency").estimate)
        found = measure_reliability(evidence_of(rows_of(values)), n_boot=2, rng=rng).coefficients
        single = found[found["n_averaged"] == 1].set_index("quantity")
        nested.append(single.loc["icc_consistency", "estimate"])
        assert UNLINKED.format(n=10) in single.loc["icc_consistency", "caveat"]
    truth = 1 / 1.5
    for estimates, is_true in ((crossed, False), (nested, True)):
        error = np.std(estimates) / np.sqrt(len(estimates))
        assert (abs(np.mean(estimates) - truth) < 3 * error) == is_true
    assert np.mean(crossed) < truth - 0.1


@pytest.mark.pitfall(11)
def test_11_a_difference_of_ordinal_means_may_turn_round_and_its_ranks_do_not(rng):
    """Answers 1 to 5 of 60 people under two conditions: the mean of one is higher, of the other the median.

    Calling the answers 1, 2, 3, 4, 10 keeps their order and turns the difference of means round.
    """
    steady = np.repeat([3.0, 4.0], [20, 40])
    split = np.repeat([2.0, 3.0, 5.0], [24, 16, 20])
    called = {1: 1, 2: 2, 3: 3, 4: 4, 5: 10}
    answers = pd.DataFrame({"steady": steady, "split": rng.permutation(split)})
    found = [
        compare_means(each, pd.Series([""] * 60), margin=np.nan, n_boot=50, rng=np.random.default_rng(1))
        for each in (answers, answers.replace(called))
    ]
    assert [each.means["condition"].iloc[0] for each in found] == ["steady", "split"]
    of_split = [each.means.set_index("condition")["mean_rank"]["split"] for each in found]
    assert of_split[0] == of_split[1] < 1.5
    superior = [row["superiority"] for each in found for row in each.pairs.to_dict("records")]
    assert superior[0] == pytest.approx(1 - superior[1])
    assert found[0].pairs["nemenyi_p"].tolist() == pytest.approx(found[1].pairs["nemenyi_p"].tolist())


@pytest.mark.pitfall(11)
def test_11_a_ceiling_hides_a_difference_and_its_share_is_shown(rng):
    """500 people rated 1 to 5, half of them better by a point: .92 in this sample, .42 once cut off at 5.

    The error of the difference that is left is .06; .69 of the answers stand at the best value.
    """
    better = np.repeat([0.0, 1.0], 250)
    true = 4.6 + better + 0.9 * rng.normal(size=500)
    given = np.clip(np.round(true), 1, 5)
    gap, shown = (each[250:].mean() - each[:250].mean() for each in (true, given))
    error = np.sqrt(2 * given.var() / 250)
    assert shown < gap - 3 * error
    rows = [{"employee": f"e{i}", "value": value} for i, value in enumerate(given)]
    share = measure_ceiling(evidence_of(rows)).to_frame().iloc[0]
    assert share["estimate"] == np.mean(given == 5)
    assert share["conf_low"] > 0.5


def trials_of(rng):
    """Eight people, each met by the same three raters twice."""
    values = (
        3 + rng.normal(size=(8, 1, 1)) + 0.5 * rng.normal(size=(8, 3, 1)) + 0.5 * rng.normal(size=(8, 3, 2))
    )
    return [
        {"employee": f"e{i}", "rater": f"r{j}", "item": f"t{k}", "value": float(values[i, j, k])}
        for i, j, k in np.ndindex(values.shape)
    ]


@pytest.fixture
def stopped(monkeypatch):
    """A solver that takes one step and cannot confirm where it stands."""
    monkeypatch.setattr(
        variance_components,
        "minimize",
        lambda *args, **options: minimize(*args, **{**options, "options": {"maxiter": 1, "maxls": 1}}),
    )
    monkeypatch.setattr(variance_components, "_polish", lambda cross, theta: (theta, np.inf))


@pytest.mark.pitfall(20)
def test_20_a_solver_that_stopped_early_says_so_in_every_table(rng, stopped):
    values = rate_in_units(rng)
    found = measure_reliability(evidence_of(rows_of(values)), n_boot=2, rng=rng)
    for table in (found.coefficients, found.components, found.curves, found.needed):
        assert len(table) > 0
        assert table["caveat"].str.contains(UNCONFIRMED).all()
    rows = found.to_results()
    assert rows.loc[rows["quantity"].str.startswith("icc"), "caveat"].str.contains(UNCONFIRMED).all()


@pytest.mark.pitfall(20)
def test_20_dependability_from_a_solver_that_stopped_early_says_so(rng, stopped):
    evidence = evidence_of(rows_of(rate_in_units(rng)))
    found = measure_dependability(evidence, facets={"rater": ["rater"]})
    assert found.to_results()["caveat"].str.contains(UNCONFIRMED).all()
    designs = measure_decision_designs(evidence_of(trials_of(rng)), outer="rater", inner="item")
    assert designs.to_results()["caveat"].str.contains(UNCONFIRMED).all()


@pytest.mark.pitfall(20)
def test_20_a_component_at_its_boundary_is_named_and_not_passed_off_as_measured(rng):
    """People who do not differ, ten of them by four raters: where the estimate is zero, the table says so."""
    for _ in range(20):
        values = 3 + rng.normal(size=(1, 10, 4))
        found = measure_reliability(evidence_of(rows_of(values)), n_boot=2, rng=rng)
        rated = found.components.set_index("component").loc["rated"]
        caveats = pd.concat([found.curves["caveat"], found.needed["caveat"]])
        if rated["estimate"] == 0:
            assert caveats.str.contains(ZERO).all()
            return
    pytest.fail("no component was estimated as zero, so this test fed no trap")
