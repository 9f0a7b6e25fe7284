"""What weights can turn, for the people of a place."""

from dataclasses import replace

import numpy as np
import pytest
from score_maker import evidence_of, gather, make_method

from evalkit.compare import measure_weight_robustness, weight_robustness
from evalkit.compare.score_tables import list_point_tables
from evalkit.compare.weight_robustness import FIXED, N_BATCHES, ONE_COMPONENT, ONE_PART, choose_batch_size
from evalkit.errors import DesignError
from evalkit.methods import apply_rules, score_methods
from evalkit.stats import weigh_points

#: Shares over draws lie within this many of their Monte Carlo errors.
ERRORS = 4


@pytest.fixture
def rng():
    return np.random.default_rng(20260821)


def make(rng, n=40, ranges=((0, 1), (0, 1)), parts=("result", "behaviour"), alike=False):
    """Score n people on two ratings that have nothing in common, or are the same."""
    values = 50 * rng.normal(size=(n, 1, 1, 2))
    if alike:
        values[..., 1] = values[..., 0]
    evidence = gather(evidence_of(values, ["a", "b"], "peer"))
    method = make_method([("a", ("peer",), 0.5, parts[0]), ("b", ("peer",), 0.5, parts[1])])
    components = [replace(part, range=each) for part, each in zip(method.components, ranges, strict=True)]
    return score_methods(evidence, [replace(method, components=tuple(components))])


def test_the_declared_weights_give_the_scores_and_parts_that_were_reported(rng):
    scores = make(rng)
    (table,) = list_point_tables(scores)
    assert np.allclose(weigh_points(table.points, table.weights()[None])[0], scores.scores["score"])
    result, behaviour = table.part_points(table.weights()[None])
    assert np.allclose(result[0], scores.scores["result_points"])
    assert np.allclose(behaviour[0], scores.scores["behaviour_points"])


def test_who_is_recognised_is_that_of_every_weighting_tried_in_turn(rng):
    """Two components: the first weight runs evenly from .3 to .6, so that 2 001 of them are all there is."""
    scores = make(rng, ranges=((0.3, 0.6), (0.2, 0.9)))
    found = measure_weight_robustness(scores, rng=rng, n_draws=4000)
    points = next(list_point_tables(scores)).points
    weights = np.linspace(0.3, 0.6, 2001)
    tried = weights[:, None] * points[:, 0] + (1 - weights)[:, None] * points[:, 1]
    declared = points.mean(axis=1)
    rows = found.decisions.set_index("decision")
    for decision, n_chosen, sign in (("recognition", 4, -1), ("training", 6, 1)):
        before = set(np.argsort(sign * declared)[:n_chosen])
        chosen = np.argsort(sign * tried, axis=1)[:, :n_chosen]
        changed = [2 * len(before - set(row)) / 40 for row in chosen]
        shares = np.bincount(chosen.ravel(), minlength=40) / len(tried)
        row = rows.loc[decision]
        assert row["estimate"] == pytest.approx(np.mean(changed), abs=ERRORS * row["mc_error"] + 1e-3)
        settled = np.mean(np.maximum(shares, 1 - shares) >= 0.95)
        assert row["settled_share"] == pytest.approx(settled, abs=ERRORS * row["settled_error"] + 1 / 40)
        secure = np.mean([shares[i] >= 0.95 for i in before])
        assert row["secure_share"] == pytest.approx(secure, abs=1 / n_chosen)
        assert row["n_decided"] == n_chosen


def test_weights_of_components_that_say_the_same_turn_nothing(rng):
    found = measure_weight_robustness(make(rng, alike=True), rng=rng, n_draws=40)
    assert found.decisions["estimate"].tolist() == [0, 0, 0]
    assert found.decisions["settled_share"].tolist() == [1, 1, 1]
    assert found.ranks["widest"].tolist() == [1]


def test_wider_ranges_turn_more(rng):
    narrow, wide = (
        measure_weight_robustness(make(np.random.default_rng(1), ranges=ranges), rng=rng, n_draws=400)
        for ranges in (((0.45, 0.55), (0.45, 0.55)), ((0.1, 0.9), (0.1, 0.9)))
    )
    assert narrow.ranks["estimate"][0] < wide.ranks["estimate"][0]
    for decision in ("recognition", "training"):
        less, more = (
            each.decisions.set_index("decision").loc[decision, "estimate"] for each in (narrow, wide)
        )
        assert less < more


def test_predikats_move_with_the_weights_inside_a_part_alone(rng):
    """One component in each part: no weight moves a predikat, and all are as the rules give them."""
    scores = make(rng)
    found = measure_weight_robustness(scores, rng=rng, n_draws=40).decisions.set_index("decision")
    assert found.loc["predikat", "estimate"] == 0
    assert apply_rules(scores)["predikat_6_2022"].nunique() > 1


def test_everyone_has_shares_that_add_up_and_nobody_has_a_name(rng):
    found = measure_weight_robustness(make(rng), rng=rng, n_draws=100)
    (bands,) = found.bands.values()
    assert np.allclose(bands.sum(axis=1), 1)
    assert (np.diff(bands[:, 0]) <= 0).all()
    assert bands[:, 0].sum() == pytest.approx(4)
    assert not any("employee" in table for table in (found.decisions, found.ranks, found.to_results()))


def test_the_same_seed_gives_the_same_numbers(rng):
    scores = make(rng)
    first, second = (
        measure_weight_robustness(scores, rng=np.random.default_rng(5), n_draws=60) for _ in range(2)
    )
    assert first.decisions.equals(second.decisions)


def test_results_have_a_row_for_each_number_with_its_error(rng):
    rows = measure_weight_robustness(make(rng), rng=rng, n_draws=60).to_results()
    counts = rows["quantity"].value_counts()
    assert counts.to_dict() == {
        "weights_changed_share": 3,
        "weights_settled_share": 3,
        "weights_secure_share": 2,
        "weights_rank_width": 1,
    }
    changed = rows[rows["quantity"] == "weights_changed_share"]
    assert changed["caveat"].str.startswith("Monte Carlo error 0.").all()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"ranges": ((0.5, 0.5), (0.5, 0.5))}, FIXED),
        ({"n": 9}, "Only 9 people were scored; decisions over weightings need 10."),
        ({"parts": ("result", "result")}, ONE_PART),
    ],
)
def test_what_weights_cannot_turn_is_refused_with_its_reason(options, reason, rng):
    found = measure_weight_robustness(make(rng, **options), rng=rng, n_draws=40)
    assert found.refused["reason"].tolist() == [reason]
    assert "predikat" not in set(found.decisions["decision"])


def test_one_component_carries_no_choice_of_weights(rng):
    values = 50 * rng.normal(size=(20, 1, 1, 1))
    evidence = gather(evidence_of(values, ["a"], "peer"))
    scores = score_methods(evidence, [make_method([("a", ("peer",), 1.0, "result")])])
    found = measure_weight_robustness(scores, rng=rng, n_draws=40)
    assert found.refused["reason"].tolist() == [ONE_COMPONENT]
    assert found.decisions.empty
    assert found.largest() == []


def test_too_few_draws_are_refused(rng):
    with pytest.raises(DesignError, match=r"Weights need 40 draws or more; n_draws is 20\."):
        measure_weight_robustness(make(rng), rng=rng, n_draws=20)


def test_fewer_weightings_are_drawn_where_people_are_many_and_the_table_says_so(rng, monkeypatch):
    scores = make(rng)
    monkeypatch.setattr(weight_robustness, "FEWEST_DRAWS", 60)
    monkeypatch.setattr(weight_robustness, "MOST_DECIDED", 80 * 40)
    fewer = measure_weight_robustness(scores, rng=np.random.default_rng(2), n_draws=2000)
    asked = measure_weight_robustness(scores, rng=np.random.default_rng(2), n_draws=80)
    assert fewer.decisions["n_draws"].tolist() == [80, 80, 80]
    assert fewer.decisions.equals(asked.decisions)


@pytest.mark.parametrize(("n", "n_draws", "drawn"), [(10**6, 2000, 400), (10**6, 100, 100), (40, 999, 1000)])
def test_weightings_are_as_many_as_asked_or_four_hundred(n, n_draws, drawn):
    assert N_BATCHES * choose_batch_size(n_draws, n) == drawn
