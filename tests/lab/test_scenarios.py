"""Scenarios change what they say, and nothing else; what cannot be run is refused at once."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from evalkit.errors import UsageError
from evalkit.lab import PARTS, PROFILES, Corruption, Scenario, as_text, name_corruptions, simulate, vary

SMALL = {"dumai": 60, "senapelan": 27}
PROFILE = PROFILES["administrative"]
SOURCES = {"supervisor", "peer", "self_", "citizen", "records", "performance"}


def flat(profile):
    """Return every number of a profile by its name."""
    parts = {name: asdict(getattr(profile, name)) for name in SOURCES}
    return {(source, name): value for source, part in parts.items() for name, value in part.items()}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("factor", [0.5, 2])
def test_one_share_is_multiplied_wherever_it_stands_and_no_other(part, factor):
    before, after = flat(PROFILE), flat(vary(PROFILE, part, factor))
    changed = {key for key in before if before[key] != after[key]}
    assert {name for _, name in changed} == {part}
    assert changed == {key for key, value in before.items() if key[1] == part and value}
    for key in changed:
        assert after[key] == factor * before[key]


def test_a_factor_of_one_changes_nothing():
    assert all(vary(PROFILE, part, 1) == PROFILE for part in PARTS)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("part", PARTS)
def test_half_and_double_of_every_share_can_be_simulated_in_every_profile(profile, part):
    for factor in (0.5, 2):
        scenario = Scenario(name="x", profile=profile, part=part, factor=factor, n_replicates=1)
        evidence = simulate({"senapelan": 27}, seed=1, profile=scenario.find_profile())
        assert evidence.observations["value"].notna().any()


def test_another_severity_changes_ratings_of_others_alone():
    calm = replace(PROFILE, effects={})  # nobody becomes better by what the first ratings decide
    before = as_text(simulate(SMALL, seed=1, profile=calm)).observations
    after = as_text(simulate(SMALL, seed=1, profile=vary(calm, "severity", 2))).observations
    differs = before["value"].ne(after["value"]) & ~(before["value"].isna() & after["value"].isna())
    assert set(before["source"][differs]) == {"supervisor", "peer", "citizen"}
    assert (before["employee"][differs] != "").all()


def test_the_leniency_of_self_ratings_is_that_of_the_scenario():
    scenario = Scenario(name="x", self_leniency=-0.3, n_replicates=1)
    assert scenario.find_profile().self_.leniency == -0.3
    assert scenario.find_profile().supervisor == PROFILE.supervisor
    assert Scenario(name="x", n_replicates=1).find_profile() == PROFILE


def test_quarters_that_are_observed_are_spread_over_the_year_and_the_last_is_among_them():
    found = [Scenario(name="x", quarters=n, n_replicates=1).periods for n in (1, 2, 3, 4)]
    assert [[name[-1] for name in periods] for periods in found] == [
        ["4"],
        ["2", "4"],
        ["2", "3", "4"],
        [*"1234"],
    ]
    with pytest.raises(UsageError, match="quarters of 'x' must be at most 4, a year; found 6"):
        Scenario(name="x", quarters=6, n_replicates=1)


def test_names_of_corruptions_do_not_depend_on_their_order_and_begin_with_none():
    one, two = Corruption("refusal", 0.3), Corruption("collusion", 1)
    assert name_corruptions([one, two]) == name_corruptions([two, one]) == "collusion=1+refusal=0.3"
    assert name_corruptions([Corruption("refusal", 0)]) == name_corruptions([]) == ""
    scenario = Scenario(name="x", corruptions=((one,), (two, one)), n_replicates=1)
    assert scenario.corruption_names == ("", "refusal=0.3", "collusion=1+refusal=0.3")


REFUSED = {
    "There is no share of variance 'hallo': did you mean 'halo'?": {"part": "hallo"},
    "A share of variance can be multiplied by 0 or more; found -1 for halo.": {"part": "halo", "factor": -1},
    "A share of variance can be multiplied by 0 or more; found nan for halo.": {
        "part": "halo",
        "factor": float("nan"),
    },
    "unit × 7 leaves persons no variance of their own: unit, growth_spread, wobble make 1.12 of 1. Choose a "
    "smaller factor.": {"part": "unit", "factor": 7},
    "quarters of 'x' must be a whole number from 1 on; found 0.": {"quarters": 0},
    "n_replicates of 'x' must be a whole number from 1 on; found 1.5.": {"n_replicates": 1.5},
    "self_leniency of 'x' must lie from -0.3 to 0.6; found 2.": {"self_leniency": 2},
    "'x' lists refusal=0.3 more than once; evidence as it is always runs.": {
        "corruptions": ((Corruption("refusal", 0.3),),) * 2
    },
    "'x' lists evidence as it is more than once; evidence as it is always runs.": {"corruptions": ((),)},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_run_is_refused(message):
    with pytest.raises(UsageError) as raised:
        Scenario(**{"name": "x", "n_replicates": 1, **REFUSED[message]})
    assert str(raised.value) == message


def test_an_unknown_profile_is_refused():
    with pytest.raises(UsageError, match="no profile 'scullin'"):
        Scenario(name="x", profile="scullin", n_replicates=1)
