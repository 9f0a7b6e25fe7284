"""From what a study asks for to the scenarios that are run."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import replicate_maker as maker

from evalkit.errors import UsageError
from evalkit.lab import BASELINES, PROFILES, Corruption, Dose, Scenario
from evalkit.lab.plan import Plan, digest_scenario, load_plan_methods
from evalkit.lab.plans import GROUPS, build_plan
from evalkit.study import find_study
from evalkit.study.diagnose import plan_of

GROUP = {"doses": [0.5], "n_replicates": 3}


def build(**wanted) -> Plan:
    return build_plan("tiny", {"seed": 1, "sizes": {"here": 40}}, {"target_error": 0.01, **wanted}, ["dumai"])


def test_the_shipped_plan_has_every_profile_variance_and_leniency_and_its_numbers_are_its_own():
    plan = plan_of(find_study("five-places"))
    first = plan.scenarios[0]
    assert first.name == "administrative"
    assert len(first.corruptions) == 60
    assert set(PROFILES) <= set(plan.names)
    assert {scenario.factor for scenario in plan.scenarios} == {0.5, 1.0, 2.0}
    assert {scenario.self_leniency for scenario in plan.scenarios} == {None, -0.3, 0.6}
    assert plan.methods[-2:] == BASELINES
    assert list(load_plan_methods(plan)) == list(plan.methods)
    assert sum(plan.sizes.values()) == 2027


def test_groups_are_built_in_one_order_whatever_the_order_in_the_file():
    forward = build(**dict.fromkeys(GROUPS, GROUP))
    backward = build(**dict.fromkeys(reversed(GROUPS), GROUP))
    assert forward == backward


def test_a_plan_without_doses_has_clean_evidence_only():
    assert build(study={"doses": [], "n_replicates": 3}).scenarios[0].corruptions == ()


def test_a_group_may_have_a_target_error_of_its_own_that_changes_no_number_only_how_many_there_are():
    plan = build(
        study=GROUP, variances={**GROUP, "target_error": 0.02}, raters={**GROUP, "target_error": 0.03}
    )
    targets = {scenario.name: plan.target_of(scenario) for scenario in plan.scenarios}
    assert targets["administrative"] == 0.01
    assert targets["administrative half halo"] == 0.02
    assert targets["supervisors=1 peers=1 citizens=1 visitors=10 quarters=1"] == 0.03
    study = plan.scenarios[0]
    assert digest_scenario(replace(study, target_error=0.5)) == digest_scenario(study)


def test_the_kinds_of_corruption_can_be_chosen():
    chosen = build(study=GROUP, corruptions=["refusal"]).scenarios[0].corruptions
    assert chosen == ((Corruption("refusal", 0.5),),)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"profile": GROUP}, "there is no group of scenarios 'profile': did you mean 'profiles'"),
        ({"study": GROUP, "corruptions": ["refusals"]}, "there is no corruption 'refusals'"),
        ({}, "A plan needs at least one scenario"),
        ({"study": GROUP, "target_error": 0}, "The target error must be a number above 0; found 0"),
        (
            {"study": {**GROUP, "target_error": -1}},
            "target_error of 'administrative' must be a number above 0",
        ),
    ],
)
def test_what_cannot_be_run_is_refused(wanted, message):
    with pytest.raises(UsageError, match=message):
        build(**wanted)


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(UsageError, match="'plain' stands twice"):
        maker.make_plan("plain", "plain")


def test_an_unknown_scenario_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="no scenario 'spoilt': did you mean 'spoiled'"):
        maker.make_plan().select(["spoilt"])


def test_a_plan_comes_back_from_json():
    odd = Scenario(
        name="odd",
        part="halo",
        factor=2.0,
        self_leniency=-0.3,
        dose=Dose(peers=3),
        quarters=2,
        corruptions=((Corruption("refusal", 0.3), Corruption("collusion", 0.2)),),
        n_replicates=4,
    )
    plan = Plan(name="x", seed=3, sizes={"here": 30}, methods=("dumai",), scenarios=(odd,), target_error=0.01)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_the_number_of_replicates_changes_no_replicate_and_all_else_does():
    plan = maker.make_plan()
    assert digest_scenario(plan.at_most(2).scenarios[1]) == digest_scenario(plan.scenarios[1])
    assert digest_scenario(plan.scenarios[0]) != digest_scenario(plan.scenarios[1])
