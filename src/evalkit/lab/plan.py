"""What is run: scenarios, with the seed, the people and the methods that they share."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from evalkit.errors import UsageError, did_you_mean
from evalkit.lab.baselines import load_baselines
from evalkit.lab.corruption import Corruption
from evalkit.lab.scenarios import Scenario
from evalkit.lab.simulate import Dose
from evalkit.methods import MethodSpecification, load_methods
from evalkit.shown import Shown

#: Length of the hashes that name folders and files.
DIGITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Shown):
    """What is run.

    Attributes
    ----------
    name
        Of the study.
    seed
        From which every replicate draws its own numbers.
    sizes
        People of each place.
    methods
        Names of the methods and baselines, in the order of tables.
    scenarios
        How evidence is made and spoiled, each with the most replicates that it may have.
    target_error
        The largest Monte Carlo error that a decision loss, or a difference of two, shall have, unless the
        scenario has its own.

    Raises
    ------
    UsageError
        If there is no scenario, two have one name, or the target is no positive number.
    """

    name: str
    seed: int
    sizes: Mapping[str, int]
    methods: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    target_error: float

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if not self.scenarios:
            raise UsageError("A plan needs at least one scenario.")
        twice = [name for name, n in Counter(self.names).items() if n > 1]
        if twice:
            raise UsageError(f"Each scenario needs a name of its own; {twice[0]!r} stands twice.")
        if not self.target_error > 0:
            raise UsageError(f"The target error must be a number above 0; found {self.target_error!r}")

    @property
    def names(self) -> list[str]:
        """Names of the scenarios."""
        return [scenario.name for scenario in self.scenarios]

    def target_of(self, scenario: Scenario) -> float:
        """Return the largest Monte Carlo error that a scenario shall have."""
        return self.target_error if scenario.target_error is None else scenario.target_error

    def select(self, names: Iterable[str]) -> Plan:
        """Return the plan of some scenarios only.

        Raises
        ------
        UsageError
            If there is no scenario of some name; the message names the nearest one.
        """
        wanted = list(names)
        for name in wanted:
            if name not in self.names:
                raise UsageError(f"The plan has no scenario {name!r}: {did_you_mean(name, self.names)}")
        return replace(self, scenarios=tuple(one for one in self.scenarios if one.name in wanted))

    def at_most(self, n_replicates: int) -> Plan:
        """Return the plan with no more than so many replicates of each scenario."""
        if n_replicates < 1:
            raise UsageError(f"There must be at least 1 replicate; found {n_replicates}")
        scenarios = (replace(one, n_replicates=min(one.n_replicates, n_replicates)) for one in self.scenarios)
        return replace(self, scenarios=tuple(scenarios))

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON knows it."""
        scenarios = [_scenario_to_json(scenario) for scenario in self.scenarios]
        return {
            "name": self.name,
            "seed": self.seed,
            "sizes": dict(self.sizes),
            "methods": list(self.methods),
            "target_error": self.target_error,
            "scenarios": scenarios,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """Return the plan that `to_json` wrote down."""
        scenarios = tuple(map(_scenario_from_json, content["scenarios"]))
        methods = tuple(content["methods"])
        return cls(**{**content, "methods": methods, "scenarios": scenarios})


def load_plan_methods(plan: Plan) -> dict[str, MethodSpecification]:
    """Return the specifications of a plan's methods, shipped ones and baselines."""
    baselines = load_baselines()
    shipped = load_methods([name for name in plan.methods if name not in baselines])
    return {name: (shipped | baselines)[name] for name in plan.methods}


def digest(content: Any) -> str:
    """Return the first digits of a hash over what JSON knows."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:DIGITS]


def digest_scenario(scenario: Scenario) -> str:
    """Return a hash over what decides a scenario's numbers: all but how many replicates it gets."""
    content = _scenario_to_json(scenario)
    return digest({**content, "n_replicates": 0, "target_error": None})


def _scenario_to_json(scenario: Scenario) -> dict[str, Any]:
    corruptions = [{one.kind: one.dose for one in together} for together in scenario.corruptions]
    return {**asdict(scenario), "corruptions": corruptions}


def _scenario_from_json(content: Mapping[str, Any]) -> Scenario:
    corruptions = tuple(
        tuple(Corruption(kind, dose) for kind, dose in together.items())
        for together in content["corruptions"]
    )
    return Scenario(**{**content, "dose": Dose(**content["dose"]), "corruptions": corruptions})
