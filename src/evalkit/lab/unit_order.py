"""How well each method orders units by what they do for the public, which is not about any person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import UsageError
from evalkit.lab.corruption import Corruption, corrupt
from evalkit.lab.montecarlo import mean_and_error
from evalkit.lab.profiles import PROFILES, Profile, find_profile
from evalkit.lab.purposes import Yardstick
from evalkit.lab.rank_recovery import correlate_within
from evalkit.lab.replicate import Methods, derive_seed, rescore, score_everyone
from evalkit.lab.scenarios import name_corruptions
from evalkit.lab.simulate import SIZES, simulate
from evalkit.lab.targets import average_truth
from evalkit.lab.truth import DIMENSIONS

Values = NDArray[np.float64]

#: What units are ordered by: the mean performance of their people towards those whom they serve.
SERVICE: Final = DIMENSIONS.index("service")
_COLUMNS: Final = ["profile", "corruption", "method", "estimate", "mc_error", "n_replicates"]


def measure_unit_order(
    methods: Methods,
    *,
    seed: int,
    sizes: Mapping[str, int] = SIZES,
    profiles: tuple[str, ...] = ("administrative",),
    corruptions: tuple[Corruption, ...] = (),
    n_replicates: int = 4,
) -> pd.DataFrame:
    """Return how well the mean scores of units recover the order of their true service, within places.

    Evidence is simulated and scored anew in each replicate. A unit's score is the mean over its people; its
    truth is the mean of their service over the year. Units of one place are compared with one another.

    Parameters
    ----------
    corruptions
        What evidence of the first profile is spoiled by, each alone.

    Returns
    -------
    DataFrame
        profile, corruption ("" for evidence as it is), method, estimate (Kendall's τ-b over pairs of units
        of one place), mc_error, n_replicates.

    Raises
    ------
    UsageError
        If there are fewer than two replicates: a figure needs its Monte Carlo error.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> some = load_methods(["bengkulu", "senapelan"])
    >>> found = measure_unit_order(some, seed=1, sizes={"surakarta": 200}, n_replicates=3)
    >>> found["method"].tolist(), bool((found["estimate"] > 0).all())
    (['bengkulu', 'senapelan'], True)
    """
    if n_replicates < 2:
        raise UsageError(f"A Monte Carlo error needs two replicates or more; found {n_replicates}.")
    parts = []
    for i, name in enumerate(profiles):
        ways = ((), *((one,) for one in corruptions if i == 0))
        found = _replicates(methods, find_profile(name), sizes, ways, seed=seed, n=n_replicates)
        for way, drawn in zip(ways, found, strict=True):
            mean, error, n = mean_and_error(drawn)
            columns = {"method": list(methods), "estimate": mean, "mc_error": error, "n_replicates": n}
            parts.append(pd.DataFrame({"profile": name, "corruption": name_corruptions(way), **columns}))
    return pd.concat(parts, ignore_index=True)


def measure_unit_order_of(
    simulated: Mapping[str, Any],
    methods: Methods,
    criteria: Iterable[Yardstick],
    *,
    seed: int,
    n_replicates: int = 4,
) -> pd.DataFrame:
    """Return the same for a study as its file has it simulated, over all profiles, its own one first.

    Profiles that differ in their name and targets only are tried once.

    Parameters
    ----------
    simulated
        ``simulate`` of ``study.yaml``: perhaps profile and sizes; empty for real evidence, which has no rows.
    criteria
        What is asked: corruptions of criteria that are about units are tried, and nothing if there are none.
    """
    asked = [one for one in criteria if one.origin == "units"]
    if not simulated or not methods or not asked:
        return pd.DataFrame(columns=_COLUMNS)
    own = simulated.get("profile", "administrative")
    tried = dict.fromkeys(Corruption(kind, one.dial) for one in asked for kind in one.corruptions)
    return measure_unit_order(
        methods,
        seed=seed,
        sizes=simulated.get("sizes", SIZES),
        profiles=_differing([own, *PROFILES]),
        corruptions=tuple(tried),
        n_replicates=n_replicates,
    )


def _differing(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of profiles that make other evidence than those before them."""
    known: list[Profile] = []
    kept = []
    for name in names:
        profile = replace(find_profile(name), name="", about="", targets=())
        if profile not in known:
            known.append(profile)
            kept.append(name)
    return tuple(kept)


def _replicates(
    methods: Methods,
    profile: Profile,
    sizes: Mapping[str, int],
    ways: tuple[tuple[Corruption, ...], ...],
    *,
    seed: int,
    n: int,
) -> Values:
    """Return the τ-b of every method, shape (way, method, replicate)."""
    found = np.empty((len(ways), len(methods), n))
    for i in range(n):
        drawn = derive_seed(seed, "evidence", i)
        evidence = simulate(sizes, seed=drawn, profile=profile, tables=("employees", "truth"))
        unit, units = pd.factorize(evidence.employees["unit"])
        of_unit = np.zeros(len(units), dtype=np.intp)
        of_unit[unit] = pd.factorize(evidence.employees["place"])[0]
        truth = average_by_unit(average_truth(evidence)[:, SERVICE][None], unit)
        clean = score_everyone(evidence, methods, halves=False)
        for j, way in enumerate(ways):
            spoiled = corrupt(evidence, way, derive_seed(seed, "corruption", i))
            scored = rescore(spoiled, evidence, clean, methods, halves=False) if way else clean
            found[j, :, i] = correlate_within(average_by_unit(scored.year, unit), truth, of_unit)[:, 0]
    return found


def average_by_unit(values: Values, unit: NDArray[np.intp]) -> Values:
    """Return the mean of each unit in each row, of those with a value; NaN where nobody has one.

    Examples
    --------
    >>> average_by_unit(np.array([[1.0, 3.0, np.nan, 5.0]]), np.array([0, 0, 1, 1])).tolist()
    [[2.0, 5.0]]
    """
    n = int(unit.max(initial=-1)) + 1
    found = np.empty((len(values), n))
    for i, row in enumerate(values):
        known = ~np.isnan(row)
        count = np.bincount(unit[known], minlength=n)
        with np.errstate(invalid="ignore"):
            found[i] = np.bincount(unit[known], row[known], n) / count
    return found
