"""What is lost on the way from true performance to a score, one step after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from evalkit.errors import DesignError, UsageError
from evalkit.evidence import Evidence
from evalkit.lab.corruption.rows import code_column
from evalkit.lab.profiles import Profile, find_profile
from evalkit.lab.rank_recovery import TruthOrder
from evalkit.lab.ratings import CUTS_OF_FOUR, categorise, cuts_of_five
from evalkit.lab.replicate import Methods, derive_seed, score_everyone
from evalkit.lab.scenarios import vary
from evalkit.lab.simulate import SIZES, simulate
from evalkit.lab.targets import (
    COMMON_TARGET,
    MEASURED,
    TargetWeights,
    average_truth,
    find_own_target,
    weigh_truth,
)
from evalkit.lab.truth import DIMENSIONS
from evalkit.methods import Transform
from evalkit.methods.specification import PERSONS

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

#: What is lost at each step, beside all that was lost before; the first two change the target alone.
STEPS: Final = (
    "another_target",
    "unit_level_evidence",
    "nothing_lost",
    "scale_categories",
    "scale_ceiling",
    "scales_and_counts",
    "raters_and_records",
)
_NOISE: Final = ("view", "severity", "halo", "occasion", "error", "circumstances")
_POINTS: Final = (60.0, 8.0)  # mean, and what a standard deviation of performance is worth
_EVEN_CUTS: Final = {5: (-1.5, -0.5, 0.5, 1.5), 4: (-1.0, 0.0, 1.0)}  # one standard deviation each


def trace_losses(
    methods: Methods,
    *,
    seed: int,
    sizes: Mapping[str, int] = SIZES,
    profile: str | Profile = "administrative",
    n_replicates: int = 4,
) -> pd.DataFrame:
    """Return how well each method recovers its own target as evidence becomes less than perfect.

    Steps, each with what was lost before:

    - ``nothing_lost``: every source holds true performance itself, on one continuous scale, without error;
    - ``scale_categories``: employees are rated in the steps of a scale of five or four, one standard
      deviation each;
    - ``scale_ceiling``: the steps end where they do in the laboratory, with many ratings at the top;
    - ``scales_and_counts``: each indicator has its own spread, and counts, cases and surveys their chance,
      but what raters and records add of their own is taken away (shares of variance of 0);
    - ``raters_and_records``: the evidence of the profile.

    Two more rows hold the perfect scores to another target: ``unit_level_evidence`` to the method's own
    dimensions, all of the employee, and ``another_target`` to the common one.

    Returns
    -------
    DataFrame
        step, method, estimate (Kendall's τ-b within places, by their number of people), mc_error,
        n_replicates.

    Raises
    ------
    UsageError
        If there are fewer than two replicates: a figure needs its Monte Carlo error.
    DesignError
        If two methods turn one indicator into points in different ways.

    Examples
    --------
    >>> from evalkit.methods import load_methods
    >>> found = trace_losses(load_methods(["bengkulu"]), seed=1, sizes={"dumai": 100}, n_replicates=2)
    >>> found.set_index("step")["estimate"].loc[["nothing_lost", "unit_level_evidence"]].round(1).tolist()
    [1.0, 0.7]
    """
    if n_replicates < 2:
        raise UsageError(f"A Monte Carlo error needs two replicates or more; found {n_replicates}.")
    of = find_profile(profile) if isinstance(profile, str) else profile
    rows = [
        (step, method, tau)
        for i in range(n_replicates)
        for step, found in _trace(methods, of, sizes, derive_seed(seed, "evidence", i))
        for method, tau in zip(methods, found, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["step", "method", "tau"])
    groups = frame.groupby(["step", "method"], sort=False)["tau"]
    found = groups.agg(estimate="mean", spread="std").reset_index()
    found["mc_error"] = found.pop("spread") / np.sqrt(n_replicates)
    order = found["step"].map(STEPS.index)
    return (
        found.assign(n_replicates=n_replicates)
        .loc[order.sort_values(kind="stable").index]
        .reset_index(drop=True)
    )


def trace_losses_of(simulate: Mapping[str, Any], methods: Methods, *, seed: int) -> pd.DataFrame:
    """Return the same for a study as its file has it simulated; no rows for one with real evidence.

    Parameters
    ----------
    simulate
        ``simulate`` of ``study.yaml``: perhaps profile and sizes; empty for real evidence.
    """
    if not simulate:
        return pd.DataFrame(columns=["step", "method", "estimate", "mc_error", "n_replicates"])
    profile, sizes = simulate.get("profile", "administrative"), simulate.get("sizes", SIZES)
    return trace_losses(methods, seed=seed, sizes=sizes, profile=profile)


def results_of_losses(losses: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``results.csv``; ends are two Monte Carlo errors away."""
    reach = 2 * losses["mc_error"]
    return pd.DataFrame(
        {
            "quantity": "rank_recovery_of_step",
            "method_a": losses["method"],
            "item": losses["step"],
            "estimate": losses["estimate"],
            "conf_low": losses["estimate"] - reach,
            "conf_high": losses["estimate"] + reach,
            "n": losses["n_replicates"],
            "caveat": "ends are two Monte Carlo errors away",
        }
    )


def _trace(
    methods: Methods, profile: Profile, sizes: Mapping[str, int], seed: int
) -> Iterator[tuple[str, Values]]:
    """Yield each step with the τ-b of every method, in one replicate."""
    tables = ("employees", "truth")
    full = simulate(sizes, seed=seed, profile=profile, tables=tables)
    own = [find_own_target(method) for method in methods.values()]
    perfect = make_perfect(full, methods)
    alone = [_of_employee(target) for target in own]
    steps = ("another_target", "unit_level_evidence", "nothing_lost")
    yield from zip(steps, recover(perfect, methods, [COMMON_TARGET] * len(own), alone, own), strict=True)
    yield "scale_categories", recover(make_perfect(full, methods, cuts=_EVEN_CUTS), methods, own)[0]
    ends = {5: cuts_of_five(profile.ceiling), 4: CUTS_OF_FOUR}
    yield "scale_ceiling", recover(make_perfect(full, methods, cuts=ends), methods, own)[0]
    without = simulate(sizes, seed=seed, profile=take_error(profile), tables=tables)
    yield "scales_and_counts", recover(without, methods, own)[0]
    yield "raters_and_records", recover(full, methods, own)[0]


def _of_employee(target: TargetWeights) -> TargetWeights:
    """Return the same dimensions, all of what the employee does."""
    both = zip(target.employee, target.unit, strict=True)
    return TargetWeights(employee=tuple(own + office for own, office in both))


def take_error(profile: Profile) -> Profile:
    """Return a profile whose raters and records see true performance alone, if through scales and counts."""
    for part in _NOISE:
        profile = vary(profile, part, 0)
    return profile


def recover(evidence: Evidence, methods: Methods, *several: list[TargetWeights]) -> Values:
    """Return the τ-b of each method's scores with its target, within places, by their number of people.

    Parameters
    ----------
    several
        Targets of the methods, one each; a list or more.

    Returns
    -------
    Shape (lists, method).
    """
    place, unit = (pd.factorize(evidence.employees[name])[0] for name in ("place", "unit"))
    truths = weigh_truth(average_truth(evidence), unit, [target for targets in several for target in targets])
    year = score_everyone(evidence, methods, halves=False).year
    wanted = np.tile(np.eye(len(methods), dtype=bool), len(several))
    tau = np.zeros(wanted.shape)
    for people in (np.flatnonzero(place == i) for i in np.unique(place)):
        tau += len(people) * TruthOrder(truths[:, people]).correlate(year[:, people], wanted)
    tau[np.isnan(year).all(axis=1)] = np.nan
    return np.asarray(tau.T[wanted.T].reshape(len(several), len(methods)) / len(place))


def make_perfect(
    evidence: Evidence, methods: Methods, *, cuts: Mapping[int, tuple[float, ...]] | None = None
) -> Evidence:
    """Return simulated evidence with true performance itself in place of every value that a method reads.

    Performance of the indicator's dimension in the quarter, of the employee or as the mean of the unit, is
    written so that the methods turn it into 60 points, and 8 more for each standard deviation.

    Parameters
    ----------
    cuts
        Where the categories of scales of five and of four end, in standard deviations; employees' ratings are
        then in categories, with the same mean and spread. By default they are continuous.
    """
    rows = evidence.observations
    seen = _see(evidence)
    codes, indicators = code_column(rows["indicator"])
    rated = rows["source"].isin(PERSONS).to_numpy() & (rows["employee"] != "").to_numpy()
    value = rows["value"].to_numpy(float, copy=True)
    scales = evidence.indicators.set_index("indicator")[["low", "high", "lower_is_better"]].astype(float)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(indicators) + 1))
    for name, transform in _collect_transforms(methods).items():
        i = list(indicators).index(name)
        chosen = order[ends[i] : ends[i + 1]]
        low, high, lower_is_better = scales.loc[[name]].to_numpy()[0].tolist()
        if cuts and high - low + 1 in cuts:
            categories = cuts[int(high - low + 1)]
            of_people = chosen[rated[chosen]]
            seen[of_people] = _standardise(seen[of_people], categories)
        points = _POINTS[0] + _POINTS[1] * seen[chosen]
        value[chosen] = _invert(points, transform, low, high, reversed_=lower_is_better == 1)
    return replace(evidence, observations=rows.assign(value=value))


def _see(evidence: Evidence) -> Values:
    """Return for each observation the true performance that it is about; NaN where it is about none."""
    rows, truth = evidence.observations, evidence.truth
    people, periods = pd.Index(evidence.employees["employee"]), pd.Index(truth["period"].unique())
    unit, units = pd.factorize(evidence.employees["unit"])
    table = np.empty((len(people) + len(units), len(periods), len(DIMENSIONS) + 1))
    at = people.get_indexer(truth["employee"]), periods.get_indexer(truth["period"])
    own = truth[list(DIMENSIONS)].to_numpy()
    table[at] = np.column_stack([own, own.mean(axis=1)])
    for i in range(len(units)):
        table[len(people) + i] = table[: len(people)][unit == i].mean(axis=0)
    who = _locate(rows["employee"], people)
    who = np.where(who < 0, len(people) + _locate(rows["unit"], pd.Index(units)), who)
    about = {name: DIMENSIONS.index(of) if of else -1 for name, of in MEASURED.items()}
    codes, names = code_column(rows["indicator"])
    dimension = np.array([about[name] for name in names])[codes]
    seen: Values = table[who, _locate(rows["period"], periods), dimension]
    return seen


def _locate(column: pd.Series, index: pd.Index[str]) -> Codes:
    codes, names = code_column(column)
    found: Codes = index.get_indexer(names)[codes]
    return found


def _collect_transforms(methods: Methods) -> dict[str, Transform]:
    transforms: dict[str, Transform] = {}
    for method in methods.values():
        for part in method.components:
            for name in part.indicators:
                if transforms.setdefault(name, part.transform) != part.transform:
                    raise DesignError(
                        f"{method.name} turns {name} into points in another way than a method before it, so "
                        "that no value suits both. Ask for them one after the other."
                    )
    return transforms


def _standardise(seen: Values, cuts: tuple[float, ...]) -> Values:
    """Return the category of each value, less its mean, in its standard deviation, if values are normal."""
    ends = norm.cdf([-np.inf, *cuts, np.inf])
    chance, number = np.diff(ends), np.arange(1, len(cuts) + 2)
    mean = float(chance @ number)
    standardised: Values = (categorise(seen, cuts) - mean) / np.sqrt(chance @ (number - mean) ** 2)
    return standardised


def _invert(points: Values, transform: Transform, low: float, high: float, *, reversed_: bool) -> Values:
    """Return the values that a transform turns into some points."""
    if transform.kind == "standard_over_actual":
        return 100 * (transform.standard or 0) / points
    if transform.kind == "linear":
        start = low if transform.low is None else transform.low
        end = high if transform.high is None else transform.high
        share = 1 - points / 100 if reversed_ else points / 100
        return start + (end - start) * share
    worth = {"percent_of_target": 1, "share": 100, "skm": 25}
    return points / worth[transform.kind]
