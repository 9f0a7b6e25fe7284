"""From what a study asks for to the scenarios that are run.

A study file names groups of scenarios (`GROUPS`); each says which doses of every corruption are tried, and
how many replicates there are at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from evalkit.errors import UsageError, did_you_mean
from evalkit.lab.baselines import BASELINES
from evalkit.lab.corruption import KINDS, Corruption
from evalkit.lab.dose_designs import list_dose_scenarios
from evalkit.lab.plan import Plan
from evalkit.lab.profiles import PROFILES
from evalkit.lab.scenarios import PARTS, SELF_LENIENCY, Scenario
from evalkit.lab.simulate import SIZES

_FACTORS: Final = {"half": 0.5, "double": 2.0}
_COMMON: Final = ("seed", "target_error", "corruptions")

#: What all scenarios of a group share: corruptions, the most replicates, and the target error if its own.
Shared = Mapping[str, Any]


def build_plan(
    name: str, simulate: Mapping[str, Any], wanted: Mapping[str, Any], methods: Sequence[str]
) -> Plan:
    """Return the plan of a study.

    Parameters
    ----------
    simulate
        How the study's own evidence is simulated: seed, and perhaps profile and sizes.
    wanted
        What is to be diagnosed: ``target_error``; perhaps a ``seed`` and the kinds of ``corruptions`` (else
        the study's seed and all kinds); and the groups, each with ``doses``, ``n_replicates`` and perhaps a
        ``target_error`` of its own.
    methods
        Names of the methods; the two baselines run beside them.

    Raises
    ------
    UsageError
        If there is no such group, corruption or profile.

    Examples
    --------
    >>> wanted = {"target_error": 0.01, "profiles": {"doses": [0.5], "n_replicates": 20}}
    >>> plan = build_plan("mine", {"seed": 1}, wanted, ["dumai"])
    >>> plan.names, len(plan.scenarios[0].corruptions)
    (['research', 'scullen', 'insteval'], 12)
    """
    groups = {key: value for key, value in wanted.items() if key not in _COMMON}
    for group in groups:
        if group not in GROUPS:
            raise UsageError(
                f"diagnose: there is no group of scenarios {group!r}: {did_you_mean(group, GROUPS)}"
            )
    profile = simulate.get("profile", "administrative")
    kinds = wanted.get("corruptions", tuple(KINDS))
    scenarios = [
        scenario
        for group, build in GROUPS.items()
        if group in groups
        for scenario in build(profile, _shared(kinds, groups[group]))
    ]
    return Plan(
        name=name,
        seed=wanted.get("seed", simulate["seed"]),
        sizes=dict(simulate.get("sizes", SIZES)),
        methods=(*methods, *BASELINES),
        scenarios=tuple(scenarios),
        target_error=wanted["target_error"],
    )


def _shared(kinds: Sequence[str], group: Mapping[str, Any]) -> Shared:
    dials = tuple((Corruption(kind, float(dose)),) for kind in kinds for dose in group["doses"])
    return {
        "corruptions": dials,
        "n_replicates": group["n_replicates"],
        "target_error": group.get("target_error"),
    }


def _study(profile: str, shared: Shared) -> Iterator[Scenario]:
    """Yield the profile of the study itself."""
    yield Scenario(name=profile, profile=profile, **shared)


def _profiles(profile: str, shared: Shared) -> Iterator[Scenario]:
    """Yield every other named profile."""
    for name in PROFILES:
        if name != profile:
            yield Scenario(name=name, profile=name, **shared)


def _variances(profile: str, shared: Shared) -> Iterator[Scenario]:
    """Yield the study's profile with each share of variance halved and doubled."""
    for part in PARTS:
        for word, factor in _FACTORS.items():
            yield Scenario(
                name=f"{profile} {word} {part}", profile=profile, part=part, factor=factor, **shared
            )


def _self_leniency(profile: str, shared: Shared) -> Iterator[Scenario]:
    """Yield the study's profile with the least and the most lenient self-ratings that studies found."""
    for leniency in SELF_LENIENCY:
        name = f"{profile} self-leniency {leniency:g}"
        yield Scenario(name=name, profile=profile, self_leniency=leniency, **shared)


def _raters(profile: str, shared: Shared) -> Iterator[Scenario]:
    """Yield the study's profile with other numbers of raters and quarters, and with bundles."""
    yield from list_dose_scenarios(profile=profile, **shared)


#: What builds each group of scenarios, from the study's profile and what the group's scenarios share.
GROUPS: Final[Mapping[str, Callable[[str, Shared], Iterator[Scenario]]]] = MappingProxyType(
    {
        "study": _study,
        "profiles": _profiles,
        "variances": _variances,
        "self_leniency": _self_leniency,
        "raters": _raters,
    }
)
