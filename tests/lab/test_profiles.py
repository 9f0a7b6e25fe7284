"""Each profile gives the figures that it is calibrated to, computed from simulated evidence."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from evalkit.errors import UsageError
from evalkit.lab import PROFILES, Dose, find_profile, simulate
from evalkit.lab.profiles import NEAR

from .targets import NO_EFFECTS, colleagues, monte_carlo, shares_of_citizens, shares_of_single_answers

#: How each profile's figures are computed: people, raters, replicates.
COMPUTE = {
    "administrative": (colleagues, 4_000, Dose(supervisors=2), 24),
    "research": (colleagues, 4_000, Dose(supervisors=2), 24),
    "scullen": (shares_of_single_answers, 4_000, Dose(supervisors=2), 6),
    "insteval": (shares_of_citizens, 600, Dose(citizens=6), 10),
}


def world(name):
    """Return a profile in one place that is like all others, without interventions.

    InstEval's raters cross its units, and ours do not, so that units are made alike there.
    """
    profile = PROFILES[name]
    alike = {"place": 0.0, "unit": 0.0} if name == "insteval" else {"place": 0.0}
    return replace(profile, effects=NO_EFFECTS, performance=replace(profile.performance, **alike))


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPUTE)
def test_a_profile_gives_every_one_of_its_targets(name):
    compute, n, dose, n_replicates = COMPUTE[name]
    profile = world(name)
    mean, error = monte_carlo(
        compute,
        lambda seed: simulate({"somewhere": n}, seed=seed, profile=profile, dose=dose),
        n_replicates,
    )
    assert {target.quantity for target in profile.targets} == set(mean.index)
    for target in profile.targets:
        low, high = target.low, target.high
        if np.isnan(low):
            low, high = target.value - NEAR, target.value + NEAR
        estimate, doubt = mean[target.quantity], 2 * error[target.quantity]
        assert low <= estimate - doubt, (target, estimate, doubt)
        assert estimate + doubt <= high, (target, estimate, doubt)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("source", ["supervisor", "peer", "self", "citizen"])
def test_the_shares_of_a_profile_add_up_to_one(name, source):
    shares = PROFILES[name].shares(source)
    parts = [getattr(shares, field.name) for field in fields(shares) if field.name != "leniency"]
    assert sum(parts) == pytest.approx(1, abs=5e-4)  # printed with four decimals
    assert min(parts) >= 0


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_target_says_what_it_is_and_where_it_stands(profile):
    assert profile.targets
    quantities = [target.quantity for target in profile.targets]
    assert len(set(quantities)) == len(quantities)
    for target in profile.targets:
        assert target.study
        assert np.isnan(target.low) == np.isnan(target.high)
        assert np.isnan(target.low) or target.low < target.value < target.high


def test_a_profile_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="The laboratory has no profile 'administrativ': did you mean"):
        find_profile("administrativ")
