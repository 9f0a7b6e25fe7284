"""The same people had an intervention done nothing: what an effect truly was is the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evalkit.evidence import Evidence
from evalkit.lab.profiles import Profile, find_profile
from evalkit.lab.simulate import QUARTERS, SIZES, simulate


def simulate_unaffected(
    sizes: Mapping[str, int] = SIZES,
    *,
    seed: int,
    profile: str | Profile = "administrative",
    periods: Sequence[str] = QUARTERS,
) -> dict[str, Evidence]:
    """Simulate the evidence that `simulate` draws, once for each intervention, as if it had no effect.

    Everything else is the same, chance included: who is given what, how raters judge, what errors are made.

    Returns
    -------
    dict
        Evidence by kind of intervention, of those that have an effect; ratings and truth alone.

    Examples
    --------
    >>> sizes = {"dumai": 40}
    >>> found, without = simulate(sizes, seed=1), simulate_unaffected(sizes, seed=1)["training"]
    >>> gain = (found.truth["task"] - without.truth["task"]).groupby(found.truth["period"]).max()
    >>> gain.round(6).tolist()
    [0.0, 0.0, 0.3, 0.3]
    """
    of = find_profile(profile) if isinstance(profile, str) else profile
    return {
        kind: simulate(
            sizes,
            seed=seed,
            profile=replace(of, effects={**of.effects, kind: 0.0}),
            periods=periods,
            tables=("truth",),
        )
        for kind in of.effects
    }
