"""Which method answers which purpose: made evidence with a known answer, and what must be refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import DesignError, UsageError
from evalkit.lab import Synthesis, load_baselines, load_purposes, synthesise, unit_weight
from evalkit.lab.criterion_draws import NO_DIAGNOSIS, NO_UNITS, NOT_DIAGNOSED, draw_criteria
from evalkit.lab.fitness import Dependable, draw_dependability, judge_fitness
from evalkit.lab.mistakes import find_front
from evalkit.lab.purpose_ranks import CLEAR, SEVERAL, find_leaders
from evalkit.lab.scenario_numbers import read_scenarios
from evalkit.methods import load_methods
from evalkit.present import publish
from evalkit.vocabulary import RESULT_KEY
from lab.synthesis_maker import (
    GOOD,
    SCENARIOS,
    SPOILED,
    make_dependability,
    make_diagnosis,
    make_units,
    rng,
)

METHODS = load_methods(["semarang", "dumai", "bengkulu", "surakarta"])
PURPOSES = load_purposes()
N = 2000
#: A median of 2 000 draws of SD .01 lies within this of the truth.
CLOSE = 0.003


def make(methods=METHODS, purposes=PURPOSES, n_draws=N, target="common", **parts):
    found = {"diagnosis": make_diagnosis(), "units": make_units(), "dependability": make_dependability()}
    return synthesise(methods, purposes, **(found | parts), rng=rng(), target=target, n_draws=n_draws)


@pytest.fixture(scope="module")
def found() -> Synthesis:
    return make()


def criterion(found, name, method, column="estimate"):
    rows = found.criteria[(found.criteria["criterion"] == name) & (found.criteria["method"] == method)]
    return rows[column].item()


def test_a_method_that_is_better_on_all_that_counts_is_the_clear_answer(found):
    for name in ("pay", "training", "recognition"):
        one = found.ranks[name]
        assert (one.verdict, one.leaders) == (CLEAR, ("dumai",))
        assert one.share("dumai") > 0.95


def test_equals_share_the_draws_and_there_is_no_clear_winner():
    same = {**GOOD, "surakarta": 0.9}
    one = make(diagnosis=make_diagnosis(same)).ranks["training"]
    assert one.verdict == SEVERAL
    assert set(one.leaders) == {"dumai", "surakarta"}
    assert one.share("dumai") == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / N))


def test_numbers_of_criteria_are_those_of_the_diagnosis(found):
    assert criterion(found, "training_decisions", "dumai") == pytest.approx(0.1, abs=CLOSE)
    assert criterion(found, "training_bad_ratings", "dumai") == pytest.approx(0.1 + SPOILED, abs=CLOSE)
    assert criterion(found, "order_gaps", "surakarta") == pytest.approx(0.6 - SPOILED, abs=CLOSE)
    low, high = (criterion(found, "training_decisions", "dumai", end) for end in ("conf_low", "conf_high"))
    assert high - low == pytest.approx(2 * 1.96 * 0.01, rel=0.1)
    assert criterion(found, "minutes", "dumai") == pytest.approx(100, rel=0.05)
    assert criterion(found, "minutes", "dumai", "conf_high") == pytest.approx(200, rel=0.05)


def test_the_weight_of_the_public_is_that_of_its_sources_in_the_specification(found):
    plain = 0.20 / 2 + 0.20 + (0.05 + 0.05) / 2  # service quality and complaints have two sources each
    mean = found.criteria.query("criterion == 'public_voice' and method == 'semarang'")["estimate"].item()
    assert mean == pytest.approx(plain, abs=0.03)
    assert criterion(found, "public_voice", "surakarta") == 0


def test_a_value_is_one_at_the_best_anchor_and_none_at_the_worst(found):
    assert criterion(found, "training_decisions", "dumai", "value") == pytest.approx(0.9, abs=CLOSE)
    assert criterion(found, "minutes", "all_evidence", "value") == pytest.approx(1 - 100 / 240, abs=0.06)


def test_a_further_method_changes_no_value():
    few = make(methods={name: METHODS[name] for name in ("dumai", "surakarta")})
    many = make()
    for name in ("dumai", "surakarta"):
        assert criterion(few, "order_in_units", name, "value") == pytest.approx(
            criterion(many, "order_in_units", name, "value"), abs=CLOSE
        )


def test_what_says_too_much_of_units_decides_on_no_person(found):
    assert unit_weight(METHODS["bengkulu"]) > PURPOSES.purposes["pay"].most_unit_weight
    assert "bengkulu" not in found.ranks["pay"].methods
    assert "bengkulu" in found.ranks["service_improvement"].methods
    rows = found.fitness[found.fitness["verdict"] == "unit_level"]
    assert set(rows["purpose"]) == {"pay", "training", "recognition"}
    assert rows["estimate"].unique().tolist() == [0.65]


def test_who_is_not_dependable_enough_is_barred_from_pay():
    phi = {"semarang": 0.9, "dumai": 0.6, "surakarta": 0.9}
    one = make(dependability=make_dependability(phi))
    assert set(one.ranks["pay"].methods) == {"semarang", "surakarta"}
    assert "dumai" in one.ranks["training"].methods
    assert not one.none_fit("pay")


def test_where_nobody_is_dependable_enough_that_is_said_and_the_ranks_are_shown():
    phi = {"semarang": 0.5, "dumai": 0.6, "surakarta": 0.5}
    one = make(dependability=make_dependability(phi))
    assert one.none_fit("pay")
    assert one.ranks["pay"].leaders == ("dumai",)


def test_a_dependability_over_occasions_only_is_an_upper_bound():
    purpose = PURPOSES.purposes["pay"]
    high, low, near = (np.full(100, level) for level in (0.95, 0.5, 0.8))
    near[:50] = 0.7
    drawn = {
        "semarang": Dependable(draws=high, n=10, whole=True),
        "dumai": Dependable(draws=high, n=10, whole=False),
        "surakarta": Dependable(draws=low, n=10, whole=False),
        "senapelan": Dependable(draws=near, n=10, whole=True),
    }
    methods = load_methods(["semarang", "dumai", "surakarta", "senapelan"])
    rows = judge_fitness(purpose, methods, drawn, clear=0.8)
    assert [row["verdict"] for row in rows] == ["fit", "at_most", "unfit", "unclear"]


def test_draws_of_dependability_have_the_ends_of_its_interval():
    found = draw_dependability(make_dependability({"dumai": 0.8}), n_draws=20_000, rng=rng())["dumai"]
    one_place = 0.02 * np.sqrt(0.75**2 + 0.25**2)
    assert found.n == 400
    assert found.draws.mean() == pytest.approx(0.8, abs=0.001)
    assert np.quantile(found.draws, [0.025, 0.975]) == pytest.approx(
        [0.8 - one_place, 0.8 + one_place], abs=0.002
    )


def test_each_kind_of_scenario_is_drawn_as_often_as_another():
    read = read_scenarios(make_diagnosis(), list(GOOD), "common")
    assert read.kinds == ("base", "profile", "variance", "variance", "self_leniency")
    shares = np.bincount(read.draw(20_000, rng()), minlength=5) / 20_000
    assert shares == pytest.approx([0.25, 0.25, 0.125, 0.125, 0.25], abs=4 * np.sqrt(0.2 / 20_000))


def test_designs_that_cost_more_are_no_scenarios_of_the_world():
    dearer = replace(SCENARIOS[0], name="dearer", bundles=True)
    read = read_scenarios(make_diagnosis(scenarios=(*SCENARIOS, dearer)), list(GOOD), "common")
    assert "dearer" not in read.names


def test_a_scenario_in_which_something_was_not_tried_is_left_out():
    diagnosis = make_diagnosis()
    summary = diagnosis.summary
    lacking = (summary["scenario"] == "research") & (summary["corruption"] != "")
    found = make(diagnosis=replace(diagnosis, summary=summary[~lacking]))
    assert "research" not in found.scenarios
    assert len(found.scenarios) == len(SCENARIOS) - 1
    assert found.ranks["training"].leaders == ("dumai",)


def test_what_differs_between_scenarios_is_seen_in_the_answer():
    turned = {**GOOD, "dumai": 0.2, "surakarta": 0.9}
    one = make(diagnosis=make_diagnosis(by_scenario={"research": turned})).ranks["training"]
    assert one.share("surakarta") == pytest.approx(0.25, abs=4 * np.sqrt(0.2 / N))
    assert one.ends["surakarta"] == pytest.approx((0, 1), abs=0.06)
    best = {row["scenario"]: row["method"] for row in one.scenarios}
    assert best.pop("research") == "surakarta"
    assert set(best.values()) == {"dumai"}


def test_leaving_out_the_criterion_that_decides_turns_the_answer():
    """Dumai is dear and a little better at all else."""
    nearly = {**GOOD, "surakarta": 0.88}
    cheap = dict.fromkeys(GOOD, 20.0) | {"dumai": 230.0}
    one = make(diagnosis=make_diagnosis(nearly, minutes=cheap)).ranks["training"]
    assert one.leaders == ("surakarta",)
    turned = {row["criterion"]: row["leaders"][0] for row in one.without if not row["held"]}
    assert turned == {"minutes": "dumai"}


def test_baselines_are_compared_with_and_not_ranked(found):
    one = found.ranks["training"]
    assert set(one.methods) == {"semarang", "dumai", "surakarta"}
    against = {(row["method"], row["baseline"]): row["share"] for row in one.against}
    assert against["dumai", "overall_rating"] > 0.9
    assert against["dumai", "all_evidence"] < 0.3


def test_mistakes_are_what_sensitivity_leaves(found):
    rows = found.mistakes.set_index(["decision", "method"])["estimate"]
    for decision in ("pay", "training", "recognition"):
        assert rows[decision, "dumai"] == pytest.approx(0.1, abs=CLOSE)


def test_the_front_holds_what_nothing_beats_on_both():
    minutes = {
        "semarang": 10.0,
        "dumai": 1000.0,
        "surakarta": 300.0,
        "bengkulu": 5000.0,
        "overall_rating": 9000.0,
        "all_evidence": 90_000.0,
    }
    front = make(diagnosis=make_diagnosis(minutes=minutes)).front.set_index("method")["front_share"]
    assert (front[["semarang", "dumai", "surakarta", "all_evidence"]] > 0.95).all()
    assert front[["bengkulu", "overall_rating"]].tolist() == [0, 0]


def test_two_that_are_alike_are_both_on_the_front():
    assert find_front(np.array([[0.2, 0.2]]), np.array([[5.0, 5.0]])).all()


def test_without_a_diagnosis_every_purpose_is_refused_with_the_reason():
    one = make(diagnosis=None, units=make_units().iloc[:0])
    assert one.ranks == {}
    whole = one.refused[one.refused["method"] == ""]
    assert set(whole["purpose"]) == set(PURPOSES.purposes)
    assert whole["reason"].str.contains(NO_DIAGNOSIS, regex=False).sum() == 3
    assert whole["reason"].str.contains(NO_UNITS, regex=False).sum() == 2
    assert criterion(one, "public_voice", "dumai") > 0
    assert one.front.empty
    rows = one.to_results()
    assert rows.loc[rows["estimate"].isna(), "caveat"].ne("").all()


def test_a_method_that_was_not_diagnosed_is_not_ranked_and_that_is_said():
    methods = {**METHODS, "senapelan": load_methods(["senapelan"])["senapelan"]}
    one = make(methods=methods)
    assert "senapelan" not in one.ranks["training"].methods
    rows = one.refused[one.refused["method"] == "senapelan"]
    assert set(rows["purpose"]) == set(PURPOSES.purposes)
    assert rows["reason"].str.contains(NOT_DIAGNOSED).sum() == 3


def test_one_method_alone_leaves_nothing_to_choose():
    one = make(methods={"dumai": METHODS["dumai"]})
    assert one.ranks == {}
    assert set(one.refused["reason"]) == {
        "Only one method can be ranked, so there is nothing to choose between."
    }


def test_a_method_that_decides_on_no_person_leaves_nobody():
    one = make(methods={"bengkulu": METHODS["bengkulu"]})
    assert set(one.refused.query("purpose == 'pay'")["reason"]) == {"No method can be ranked."}


@pytest.mark.parametrize("target", ["own", "nonsense"])
def test_targets_that_hold_methods_to_different_things_are_refused(target):
    with pytest.raises(UsageError) as raised:
        make(target=target)
    assert str(raised.value) == f"Methods are held to one of the targets common, any; found {target!r}."


def test_too_few_draws_are_refused():
    with pytest.raises(DesignError) as raised:
        make(n_draws=50)
    assert str(raised.value) == "Shares of draws need 100 draws or more; n_draws is 50."


def test_the_same_seed_gives_the_same_numbers(found):
    pd.testing.assert_frame_equal(make().to_results(), found.to_results())


def test_results_have_each_key_once_and_every_share_its_error(found):
    rows = publish(found).rows
    assert not rows.duplicated([name for name in RESULT_KEY if name != "report"]).any()
    shares = rows[rows["quantity"] == "first_rank_share"]
    assert shares["caveat"].str.contains("Monte Carlo error").all()
    assert shares.groupby("group")["estimate"].sum().to_numpy() == pytest.approx(1)


def test_a_purpose_without_answer_or_reason_cannot_be():
    one = make()
    with pytest.raises(ValueError, match="neither an answer nor a reason"):
        replace(one, ranks={})


def test_leaders_reach_the_clear_share_together_and_no_fewer_do():
    shares = np.array([0.1, 0.5, 0.3, 0.1])
    for clear, expected in (
        (0.5, ("b",)),
        (0.51, ("b", "c")),
        (0.8, ("b", "c")),
        (0.95, ("b", "c", "a", "d")),
    ):
        assert find_leaders(list("abcd"), shares, clear) == expected


def test_draws_are_known_in_all_or_none():
    draws = draw_criteria(
        PURPOSES.criteria,
        METHODS | load_baselines(),
        diagnosis=make_diagnosis(),
        units=make_units(),
        target="common",
        n_draws=100,
        rng=rng(),
    )
    broken = dict(draws.numbers)
    broken["minutes"] = broken["minutes"].copy()
    broken["minutes"][0, 0] = np.nan
    with pytest.raises(ValueError, match="minutes is known in some draws only"):
        replace(draws, numbers=broken)
