"""Scores and decisions without a source, and without a unit."""

import numpy as np
import pytest
from scipy.stats import kendalltau
from score_maker import evidence_of, gather, make_method

from evalkit.compare import leave_out
from evalkit.compare.left_out import ONE_SOURCE, ONE_UNIT, TOO_LITTLE
from evalkit.methods import score_methods

PARTS = [("a", ("peer", "supervisor"), 0.6, "result"), ("b", ("peer", "citizen"), 0.4, "behaviour")]


@pytest.fixture
def rng():
    return np.random.default_rng(20260822)


def make(rng, n=60, n_units=6, parts=PARTS):
    units = np.arange(n) % n_units
    rows, values = [], {}
    for component, sources, _, _ in parts:
        for source in sources:
            values[component, source] = 50 * rng.normal(size=(n, 1, 1, 1))
            rows += evidence_of(values[component, source], [component], source, units=units)
    evidence = gather(rows)
    return score_methods(evidence, [make_method(parts)]), evidence, values


def test_without_a_source_everyone_has_the_score_of_the_others(rng):
    """Without peers a is the supervisor's and b the citizens' alone."""
    scores, evidence, values = make(rng)
    found = leave_out(scores, evidence)
    row = found.sources.set_index("source").loc["peer"]
    rest = 0.6 * values["a", "supervisor"] + 0.4 * values["b", "citizen"]
    both = 0.5 * sum(
        weight * values[part, source] for part, sources, weight, _ in PARTS for source in sources
    )
    assert row["estimate"] == pytest.approx(kendalltau(rest.ravel(), both.ravel()).statistic)
    top = [set(np.argsort(-each.ravel())[:6]) for each in (both, rest)]
    assert row["recognition_changed"] == pytest.approx(2 * len(top[0] - top[1]) / 60)
    assert (row["n"], row["n_lost"]) == (60, 0)


def test_a_source_that_carries_too_much_leaves_nobody_and_says_so(rng):
    parts = [("a", ("peer",), 0.7, "result"), ("b", ("citizen",), 0.3, "behaviour")]
    scores, evidence, _ = make(rng, parts=parts)
    found = leave_out(scores, evidence).sources.set_index("source")
    assert found.loc["peer", ["n", "n_lost", "caveat"]].tolist() == [0, 60, TOO_LITTLE]
    assert np.isnan(found.loc["peer", "estimate"])
    assert found.loc["citizen", "n"] == 60
    assert np.isnan(found.loc["citizen", "predikat_changed"]), "no behaviour is left, so there is no predikat"


def test_a_unit_left_out_moves_the_cut_and_no_score(rng):
    """Units in steps: without the best unit of ten, the six highest of the rest come from the second."""
    values = np.repeat(np.arange(6.0), 10)[:, None, None, None] + 0.01 * np.arange(60)[:, None, None, None]
    evidence = gather(evidence_of(values, ["a"], "peer", units=np.arange(60) // 10))
    scores = score_methods(evidence, [make_method([("a", ("peer",), 1.0, "result")])])
    found = leave_out(scores, evidence).units.set_index("decision")
    assert found.loc["recognition", "most_changed"] == pytest.approx(5 / 50)
    # 60 people: six recognised, all of the best unit; without another unit five of 50 are, so one loses it
    assert found.loc["recognition", "estimate"] == pytest.approx((5 / 50 + 5 * (1 / 50)) / 6)
    assert found.loc["recognition", ["n_units", "n"]].tolist() == [6, 60]


def test_one_source_and_one_unit_are_refused_with_the_reason(rng):
    parts = [("a", ("peer",), 0.6, "result"), ("b", ("peer",), 0.4, "behaviour")]
    scores, evidence, _ = make(rng, n_units=1, parts=parts)
    found = leave_out(scores, evidence)
    assert found.refused["reason"].tolist() == [ONE_UNIT, ONE_SOURCE]
    assert found.refused["left_out"].tolist() == ["unit", "source"]
    assert found.sources.empty
    assert found.units.empty
    assert found.to_results()["caveat"].tolist() == [ONE_UNIT, ONE_SOURCE]


def test_few_people_are_refused(rng):
    scores, evidence, _ = make(rng, n=8, n_units=2)
    found = leave_out(scores, evidence)
    assert found.refused["reason"].tolist() == ["Only 8 people were scored; decisions of the rest need 10."]
    assert found.sources["caveat"].str.startswith("Only 8 people").all()


def test_the_order_of_rows_changes_nothing(rng):
    scores, evidence, _ = make(rng)
    turned = type(evidence)(
        **{
            **{name: getattr(evidence, name) for name in evidence.__dataclass_fields__},
            "observations": evidence.observations.iloc[::-1].reset_index(drop=True),
        }
    )
    first, second = leave_out(scores, evidence), leave_out(scores, turned)
    assert first.sources.equals(second.sources)
    assert first.units.equals(second.units)
