"""One replicate of a scenario: evidence, scores, and outcomes for every way in which it is spoiled."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.evidence import Evidence
from evalkit.lab.bundles import load_bundles
from evalkit.lab.corruption import corrupt
from evalkit.lab.corruption.rows import code_column
from evalkit.lab.outcomes import QUANTITIES, Reference, Scored
from evalkit.lab.scenarios import Scenario, name_corruptions
from evalkit.lab.scoring import score_at_once
from evalkit.lab.simulate import QUARTERS, simulate
from evalkit.lab.targets import COMMON_TARGET, average_truth, draw_targets, find_own_target, weigh_truth
from evalkit.methods import MethodSpecification

Values = NDArray[np.float64]
Methods = Mapping[str, MethodSpecification]

COLUMNS: Final = ("scenario", "corruption", "method", "target", "quantity", "replicate", "value")
TARGETS: Final = ("own", "common", "any")
#: Quantities that need no true performance; their target is "".
WITHOUT_TARGET: Final = ("decision_changes", "minutes")
_LEVELS: Final = ("employee", "unit")
_SCORES: Final = {"year": "score", "odd": "score_odd", "even": "score_even"}


def run_scenario(
    scenario: Scenario, replicate: int, *, seed: int, sizes: Mapping[str, int], methods: Methods
) -> pd.DataFrame:
    """Simulate, spoil and score once, and return what came of it.

    The same replicate has the same people, performance, raters and draws in every scenario, as far as these
    have the same number of them, so that differences between scenarios are paired. Each corruption is applied
    alone to the same evidence; a method that reads nothing of what it changed keeps its scores to the last
    bit.

    Parameters
    ----------
    replicate
        Number of the replicate.
    seed
        Seed of all replicates and scenarios.
    sizes
        People of each place.
    methods
        What scores the evidence; baselines are methods like others (`load_baselines`).

    Returns
    -------
    DataFrame
        scenario, corruption ("" for evidence as it is), method, target, quantity, replicate, value. Targets
        are the method's own one, a common one, and the mean over any (`draw_targets`). Where no truth is
        needed, the target is "". What cannot be estimated is NaN.

    Examples
    --------
    >>> from evalkit.lab import load_baselines
    >>> scenario = Scenario(name="administrative", n_replicates=1)
    >>> found = run_scenario(scenario, 0, seed=1, sizes={"dumai": 60}, methods=load_baselines())
    >>> found.query("quantity == 'rank_recovery' and method == 'all_evidence'")["target"].tolist()
    ['own', 'common', 'any']
    """
    if scenario.bundles:
        methods = {**methods, **load_bundles()}
    evidence = _observe(scenario, sizes, derive_seed(seed, "evidence", replicate))
    clean = score_everyone(evidence, methods)
    reference = _refer(evidence, clean, methods)
    minutes = count_minutes(evidence, methods)
    parts = []
    for some in ((), *scenario.corruptions):
        spoiled = corrupt(evidence, some, derive_seed(seed, "corruption", replicate))
        scored = clean if spoiled is evidence else rescore(spoiled, evidence, clean, methods)
        found = _tabulate(reference, scored, minutes, tuple(methods))
        parts.append(found.assign(corruption=name_corruptions(some)))
    return pd.concat(parts, ignore_index=True).assign(scenario=scenario.name, replicate=replicate)[
        list(COLUMNS)
    ]


def _observe(scenario: Scenario, sizes: Mapping[str, int], seed: int) -> Evidence:
    """Return the evidence of the quarters that are observed, with the truth of the whole year."""
    evidence = simulate(
        sizes,
        seed=seed,
        profile=scenario.find_profile(),
        dose=scenario.dose,
        tables=("employees", "truth"),
    )
    if scenario.periods == QUARTERS:
        return evidence
    return replace(evidence.select(periods=scenario.periods), truth=evidence.truth)


def derive_seed(seed: int, use: str, replicate: int) -> int:
    """Return the seed of one use in one replicate, of whatever scenario."""
    sequence = np.random.SeedSequence([seed, zlib.crc32(use.encode()), replicate])
    return int(sequence.generate_state(1, np.uint64)[0])


def score_everyone(evidence: Evidence, methods: Methods, *, halves: bool = True) -> Scored:
    """Score everyone by every method, over the year and over its odd and even quarters.

    Employees stand as in ``evidence.employees`` and methods as given; who cannot be scored has NaN, and so
    has everyone over the quarters without ``halves``.
    """
    scores = score_at_once(evidence, methods, halves=halves)
    people = pd.Index(evidence.employees["employee"])
    found = {name: np.full((len(methods), len(people)), np.nan) for name in _SCORES}
    scored = scores["method"].unique().tolist()
    if scored:  # every method has the same people in the same order
        rows = [list(methods).index(name) for name in scored]
        who = people.get_indexer(scores["employee"].iloc[: len(scores) // len(scored)])
        for half, column in _SCORES.items():
            if column in scores:
                found[half][np.ix_(rows, who)] = scores[column].to_numpy().reshape(len(rows), -1)
    return Scored(**found)


def rescore(
    spoiled: Evidence, evidence: Evidence, clean: Scored, methods: Methods, *, halves: bool = True
) -> Scored:
    """Score anew the methods that read something of what was changed; the others keep their scores."""
    touched = find_touched(spoiled, evidence, methods)
    if not touched:
        return clean
    anew = score_everyone(spoiled, {name: methods[name] for name in touched}, halves=halves)
    rows = [i for i, name in enumerate(methods) if name in touched]
    scores = {name: getattr(clean, name).copy() for name in _SCORES}
    for name, known in scores.items():
        known[rows] = getattr(anew, name)
    return Scored(**scores)


def find_touched(spoiled: Evidence, evidence: Evidence, methods: Methods) -> list[str]:
    """List the methods that read a value that is not the same in the two."""
    before, after = (one.observations for one in (evidence, spoiled))
    old, new = before["value"].to_numpy(), after["value"].to_numpy()
    changed = np.flatnonzero((old != new) & ~(np.isnan(old) & np.isnan(new)))
    found = _count_kinds(before.iloc[changed])
    return [
        name
        for name, method in methods.items()
        if any(
            (indicator, source, part.level) in found
            for part in method.components
            for indicator in part.indicators
            for source in part.sources
        )
    ]


def _count_kinds(rows: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Count observations by indicator, source and level."""
    (indicator, indicators), (source, sources) = (code_column(rows[name]) for name in ("indicator", "source"))
    kind = 2 * (indicator * len(sources) + source) + (rows["employee"] == "").to_numpy()
    counts = np.bincount(kind)
    return {
        (indicators[i // 2 // len(sources)], sources[i // 2 % len(sources)], _LEVELS[i % 2]): int(counts[i])
        for i in np.flatnonzero(counts).tolist()
    }


def _refer(evidence: Evidence, clean: Scored, methods: Methods) -> Reference:
    """Return the truth by every target: each method's own one, the common one, and all drawn ones."""
    place, unit = (pd.factorize(evidence.employees[name])[0] for name in ("place", "unit"))
    own = [find_own_target(method) for method in methods.values()]
    targets = [*own, COMMON_TARGET, *draw_targets()]
    wanted = np.ones((len(own), len(targets)), dtype=bool)
    wanted[:, : len(own)] = np.eye(len(own), dtype=bool)
    truths = weigh_truth(average_truth(evidence), unit, targets)
    return Reference(truths, place, unit, clean, wanted)


def count_minutes(evidence: Evidence, methods: Methods) -> dict[str, float]:
    """Return the minutes of work that a method's evidence costs for one employee in a year.

    Every observation that it reads, at the minutes of its source; what stands for a unit is shared by its
    people. NaN where the method does not state the minutes of a source.
    """
    rows = evidence.observations
    counts = _count_kinds(rows)
    n_years = evidence.truth["period"].nunique() / 4  # quarters that were not observed cost nothing
    people = len(evidence.employees)
    return {
        name: sum(
            counts.get((indicator, source, part.level), 0)
            * method.minutes_per_observation.get(source, np.nan)
            for part in method.components
            for indicator in part.indicators
            for source in part.sources
        )
        / (people * n_years)
        for name, method in methods.items()
    }


def _tabulate(
    reference: Reference, scored: Scored, minutes: Mapping[str, float], names: tuple[str, ...]
) -> pd.DataFrame:
    """Return a row for each method, target and quantity."""
    n = len(names)
    values = {}
    for quantity, found in reference.measure(scored).items():
        values["own", quantity] = np.diagonal(found)
        values["common", quantity] = found[:, n]
        values["any", quantity] = found[:, n + 1 :].mean(axis=1)
    values["", "decision_changes"] = reference.count_changes(scored)
    values["", "minutes"] = np.array([minutes[name] for name in names])
    order = sorted(values, key=lambda key: [*QUANTITIES, *WITHOUT_TARGET].index(key[1]))
    return pd.DataFrame(
        {
            "method": np.tile(np.array(names, dtype=object), len(order)),
            "target": np.repeat([target for target, _ in order], n),
            "quantity": np.repeat([quantity for _, quantity in order], n),
            "value": np.concatenate([values[key] for key in order]),
        }
    )
